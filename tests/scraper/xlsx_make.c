/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/xlsx_make.h"

#include <stdlib.h>
#include <zlib.h>

#include "common/arena.h"
#include "common/str.h"

enum { MOST = 64 << 20, PACKED = 1 << 20 };

static void put(struct lm_buf *b, uint32_t v, int bytes)
{
    for (; bytes > 0; bytes--, v >>= 8)
        lm_buf_char(b, (char)(v & 0xff));
}

static lm_str deflated(struct lm_arena *a, const struct xlsx_entry *e, uint32_t *crc,
                       uint32_t *size)
{
    unsigned char *out = lm_arena_alloc(a, PACKED);
    z_stream z = {.next_out = out, .avail_out = PACKED};
    int copies = LM_MAX(e->copies, 1);

    lm_str lead = lm_str_z(e->lead);

    *crc = 0;
    *size = (uint32_t)(lead.n + e->text.n * (size_t)copies);
    LM_ASSERT(deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    for (int i = e->lead ? 0 : 1; i <= copies; i++) {
        z.next_in = (Bytef *)(uintptr_t)(i ? e->text.p : lead.p);
        z.avail_in = (uInt)(i ? e->text.n : lead.n);
        *crc = (uint32_t)crc32(*crc, z.next_in, z.avail_in);
        LM_ASSERT(deflate(&z, i == copies ? Z_FINISH : Z_NO_FLUSH) >= 0);
    }
    deflateEnd(&z);
    return (lm_str){(char *)out, PACKED - z.avail_out};
}

lm_str xlsx_zip(struct lm_arena *a, const struct xlsx_entry *entries, size_t n)
{
    struct lm_buf b = lm_buf_in(a, MOST), directory = lm_buf_in(a, MOST);
    uint32_t at;

    for (size_t i = 0; i < n; i++) {
        uint32_t crc, size, from = (uint32_t)b.n;
        lm_str packed = deflated(a, &entries[i], &crc, &size), name = lm_str_z(entries[i].name);

        put(&b, 0x04034b50, 4);
        put(&directory, 0x02014b50, 4);
        put(&directory, 20, 2);
        for (int k = 0; k < 2; k++) {
            struct lm_buf *to = k ? &directory : &b;

            put(to, 20, 2);
            put(to, 0, 2);
            put(to, Z_DEFLATED, 2);
            put(to, 0, 4);
            put(to, crc, 4);
            put(to, (uint32_t)packed.n, 4);
            put(to, size, 4);
            put(to, (uint32_t)name.n, 2);
            put(to, 0, 2);
        }
        put(&directory, 0, 2 + 2 + 2 + 4);
        put(&directory, from, 4);
        lm_buf_append(&directory, name);
        lm_buf_append(&b, name);
        lm_buf_append(&b, packed);
    }
    at = (uint32_t)b.n;
    lm_buf_append(&b, lm_buf_str(&directory));
    put(&b, 0x06054b50, 4);
    put(&b, 0, 4);
    put(&b, (uint32_t)n, 2);
    put(&b, (uint32_t)n, 2);
    put(&b, (uint32_t)directory.n, 4);
    put(&b, at, 4);
    put(&b, 0, 2);
    LM_ASSERT(!b.failed);
    return lm_buf_str(&b);
}

lm_str xlsx_make(struct lm_arena *a, const char *rows, const char *strings, const char *styles)
{
    const char *space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const struct xlsx_entry entries[] = {
        {"xl/workbook.xml",
         lm_str_z(lm_arena_printf(
             a,
             "<?xml version=\"1.0\" encoding=\"UTF-8\"?><workbook xmlns=\"%s\""
             " xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">"
             "<sheets><sheet name=\"Hidden\" sheetId=\"1\" state=\"hidden\" r:id=\"rId9\"/>"
             "<sheet name=\"List\" sheetId=\"2\" r:id=\"rId1\"/></sheets></workbook>",
             space)),
         0, NULL},
        {"xl/_rels/workbook.xml.rels",
         LM_STR("<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/list.xml\"/>"
                "</Relationships>"),
         0, NULL},
        {"xl/worksheets/list.xml",
         lm_str_z(lm_arena_printf(
             a, "<worksheet xmlns=\"%s\"><sheetData>%s</sheetData></worksheet>", space, rows)),
         0, NULL},
        {"xl/sharedStrings.xml",
         lm_str_z(lm_arena_printf(a, "<sst xmlns=\"%s\">%s</sst>", space, strings)), 0, NULL},
        {"xl/styles.xml",
         lm_str_z(lm_arena_printf(a, "<styleSheet xmlns=\"%s\">%s</styleSheet>", space, styles)), 0,
         NULL},
    };

    return xlsx_zip(a, entries, LM_COUNT(entries));
}
