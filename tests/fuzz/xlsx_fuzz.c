/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A workbook somebody imports. Archives are hard to hit upon, so what does not begin as one is put in one: as the sheet,
 * its strings and its styles, which `|` parts.
 */
#include <zlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "services/scraper/import/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENTRIES = 4 };

static void put(struct lm_buf *b, size_t v, int bytes)
{
    for (; bytes > 0; bytes--, v >>= 8)
        lm_buf_char(b, (char)(v & 0xff));
}

/* What local header and directory have in common. */
static void put_entry(struct lm_buf *b, lm_str name, lm_str part)
{
    put(b, 0, 2 + 2 + 2 + 4);
    put(b, crc32(0, (const Bytef *)part.p, (uInt)part.n), 4);
    put(b, part.n, 4);
    put(b, part.n, 4);
    put(b, name.n, 4);
}

static lm_str wrapped(struct lm_arena *a, lm_str text)
{
    static const char *const names[ENTRIES] = {"xl/workbook.xml", "xl/worksheets/sheet1.xml",
                                               "xl/sharedStrings.xml", "xl/styles.xml"};
    struct lm_buf b = lm_buf_in(a, 8 << 20), directory = lm_buf_in(a, 1 << 20);
    lm_str part = LM_STR("<workbook><sheets><sheet id=\"a\"/></sheets></workbook>");
    size_t n = 0, at;

    do {
        lm_str name = lm_str_z(names[n++]);

        at = b.n;
        lm_buf_appendz(&b, "PK\3\4");
        put_entry(&b, name, part);
        lm_buf_append(&b, name);
        lm_buf_append(&b, part);
        lm_buf_appendz(&directory, "PK\1\2");
        put(&directory, 0, 2);
        put_entry(&directory, name, part);
        put(&directory, 0, 2 + 2 + 2 + 4);
        put(&directory, at, 4);
        lm_buf_append(&directory, name);
    } while (n < ENTRIES && lm_str_split(&text, '|', &part));
    at = b.n;
    lm_buf_append(&b, lm_buf_str(&directory));
    lm_buf_appendz(&b, "PK\5\6");
    put(&b, 0, 4);
    put(&b, n, 2);
    put(&b, n, 2);
    put(&b, directory.n, 4);
    put(&b, at, 4);
    put(&b, 0, 2);
    return lm_buf_str(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct lm_arena *a = lm_arena_new(512 << 20);
    lm_str bytes = {(const char *)data, size};
    const struct scraper_table_options o = {.dir = NULL};
    struct scraper_record *r = LM_NEW(a, struct scraper_record);
    struct scraper_table *table;
    struct scraper_file file;
    lm_err err = LM_ERR_INIT;
    bool is_end = false;
    int64_t row = 0;

    if (!lm_str_starts(bytes, LM_STR("PK")))
        bytes = wrapped(a, bytes);
    file = scraper_file_of(&bytes);
    if (scraper_table_open(a, &file, &o, &table, &err) == LM_OK) {
        while (scraper_table_next(table, r, &is_end, &err) == LM_OK && !is_end) {
            LM_ASSERT(r->row > row && r->n <= SCRAPER_COLUMNS);
            row = r->row;
        }
    }
    lm_arena_free(a);
    return 0;
}
