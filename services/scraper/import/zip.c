/* SPDX-License-Identifier: Apache-2.0 */
/* ZIP (APPNOTE.TXT 6.3.9, sections 4.3.7, 4.3.12 and 4.3.16) over zlib's inflate. */
#include "services/scraper/import/zip.h"

#include <zlib.h>

#include "common/arena.h"
#include "common/str.h"

enum {
    ENTRIES = 2000,
    NAME_BYTES = 512,
    END_BYTES = 22,
    COMMENT_BYTES = 65535,
    HEAD_BYTES = 46,
    LOCAL_BYTES = 30,
    OUT_BYTES = 4 << 10,
    RATIO = 200,
    RATIO_FROM = 1 << 20, /* less than this harms nobody, whatever the ratio */
};
static const uint64_t most_out = (uint64_t)4 << 30;

struct entry {
    lm_str name;
    unsigned method, flags;
    uint32_t crc, packed, at; /* `at`: of its local header */
};
struct scraper_zip {
    const struct scraper_file *file;
    struct entry *entries;
    size_t n;
};
struct scraper_unzip {
    const struct scraper_file *file;
    struct entry entry;
    uint64_t at, left; /* in the file: what is not yet read */
    uint64_t n_out;
    uint32_t crc;
    z_stream z;
    bool is_over;
    unsigned char out[OUT_BYTES];
};

static uint32_t number(const unsigned char *p, int bytes)
{
    uint32_t n = 0;

    while (bytes-- > 0)
        n = n << 8 | p[bytes];
    return n;
}

static lm_code damaged(lm_err *err)
{
    return lm_fail(err, LM_INVALID, "the file is damaged, or not all of it: save it once more");
}

/* ---- the directory ---- */

/* The end record is the last thing in the file but for a comment. */
static lm_code find_end(struct lm_arena *a, const struct scraper_file *f, unsigned char *end,
                        lm_err *err)
{
    size_t n = (size_t)LM_MIN(f->size, (uint64_t)END_BYTES + COMMENT_BYTES);
    unsigned char *tail = lm_arena_alloc(a, n + 1);

    if (n < END_BYTES)
        return damaged(err);
    if (scraper_file_copy(f, f->size - n, tail, n, err))
        return err->code;
    for (size_t i = n - END_BYTES + 1; i-- > 0;) {
        if (memcmp(tail + i, "PK\5\6", 4) == 0) {
            memcpy(end, tail + i, END_BYTES);
            return LM_OK;
        }
    }
    return damaged(err);
}

static lm_code read_entry(struct lm_arena *a, const struct scraper_file *f, uint64_t *at,
                          struct entry *e, lm_err *err)
{
    unsigned char h[HEAD_BYTES];
    size_t name_bytes;

    if (scraper_file_copy(f, *at, h, sizeof(h), err))
        return err->code;
    name_bytes = number(h + 28, 2);
    if (memcmp(h, "PK\1\2", 4) != 0)
        return damaged(err);
    *e = (struct entry){.flags = number(h + 8, 2),
                        .method = number(h + 10, 2),
                        .crc = number(h + 16, 4),
                        .packed = number(h + 20, 4),
                        .at = number(h + 42, 4)};
    if (e->packed == UINT32_MAX || e->at == UINT32_MAX || name_bytes > NAME_BYTES)
        return lm_fail(err, LM_TOO_LARGE, "the workbook is too large: save the sheet as CSV");
    e->name.n = name_bytes;
    e->name.p = lm_arena_alloc(a, name_bytes + 1);
    if (scraper_file_copy(f, *at + HEAD_BYTES, (char *)(uintptr_t)e->name.p, name_bytes, err))
        return err->code;
    *at += HEAD_BYTES + name_bytes + number(h + 30, 2) + number(h + 32, 2);
    return LM_OK;
}

lm_code scraper_zip_open(struct lm_arena *a, const struct scraper_file *file,
                         struct scraper_zip **out, lm_err *err)
{
    struct scraper_zip *zip = LM_NEW(a, struct scraper_zip);
    unsigned char end[END_BYTES];
    uint64_t at;

    if (find_end(a, file, end, err))
        return err->code;
    zip->file = file;
    zip->n = number(end + 10, 2);
    at = number(end + 16, 4);
    if (zip->n == UINT16_MAX || at == UINT32_MAX || zip->n > ENTRIES)
        return lm_fail(err, LM_TOO_LARGE, "the workbook has too many parts: save the sheet as CSV");
    zip->entries = LM_NEW_ARRAY(a, struct entry, zip->n);
    for (size_t i = 0; i < zip->n; i++) {
        if (read_entry(a, file, &at, &zip->entries[i], err))
            return err->code;
    }
    *out = zip;
    return LM_OK;
}

/* ---- one entry ---- */

static void end_inflate(void *arg)
{
    struct scraper_unzip *u = arg;

    inflateEnd(&u->z);
}

/* Its bytes begin behind the local header, whose name and extra field have lengths of their own. */
static lm_code find_bytes(struct scraper_unzip *u, lm_err *err)
{
    unsigned char h[LOCAL_BYTES];

    if (u->entry.flags & 1)
        return lm_fail(err, LM_INVALID, "the workbook is encrypted: save it without a password");
    if (u->entry.method != 0 && u->entry.method != Z_DEFLATED)
        return lm_fail(err, LM_INVALID, "the workbook is packed in an unknown way: save it as CSV");
    if (scraper_file_copy(u->file, u->entry.at, h, sizeof(h), err))
        return err->code;
    if (memcmp(h, "PK\3\4", 4) != 0)
        return damaged(err);
    u->at = (uint64_t)u->entry.at + LOCAL_BYTES + number(h + 26, 2) + number(h + 28, 2);
    u->left = u->entry.packed;
    return u->at + u->left > u->file->size ? damaged(err) : LM_OK;
}

lm_code scraper_unzip_open(struct lm_arena *a, const struct scraper_zip *zip, lm_str name,
                           struct scraper_unzip **out, lm_err *err)
{
    *out = NULL;
    for (size_t i = 0; i < zip->n; i++) {
        struct scraper_unzip *u;

        if (!lm_str_ieq(zip->entries[i].name, name))
            continue;
        u = LM_NEW(a, struct scraper_unzip);
        u->file = zip->file;
        u->entry = zip->entries[i];
        if (find_bytes(u, err))
            return err->code;
        if (u->entry.method) {
            LM_ASSERT(inflateInit2(&u->z, -MAX_WBITS) == Z_OK);
            lm_arena_defer(a, end_inflate, u);
        }
        *out = u;
        return LM_OK;
    }
    return LM_OK;
}

static lm_code read_more(struct scraper_unzip *u, lm_str *piece, lm_err *err)
{
    if (u->file->read(u->file->arg, u->at, piece, err))
        return err->code;
    *piece = lm_str_sub(*piece, 0, (size_t)LM_MIN(u->left, (uint64_t)UINT16_MAX));
    return LM_OK;
}

static lm_code stored(struct scraper_unzip *u, lm_str *piece, lm_err *err)
{
    *piece = (lm_str){NULL, 0};
    u->is_over = u->left == 0;
    if (u->is_over)
        return LM_OK;
    if (read_more(u, piece, err))
        return err->code;
    *piece = lm_str_sub(*piece, 0, OUT_BYTES);
    u->at += piece->n;
    u->left -= piece->n;
    return LM_OK;
}

/* What zlib has not taken is asked for again: the file's bytes are borrowed for one call only. */
static lm_code inflated(struct scraper_unzip *u, lm_str *piece, lm_err *err)
{
    u->z.next_out = u->out;
    u->z.avail_out = OUT_BYTES;
    while (!u->is_over && u->z.avail_out > 0) {
        lm_str in = {NULL, 0};
        uInt room = u->z.avail_out;
        int rc;

        if (u->left > 0 && read_more(u, &in, err))
            return err->code;
        u->z.next_in = (Bytef *)(uintptr_t)in.p;
        u->z.avail_in = (uInt)in.n;
        rc = inflate(&u->z, Z_NO_FLUSH);
        u->at += in.n - u->z.avail_in;
        u->left -= in.n - u->z.avail_in;
        u->is_over = rc == Z_STREAM_END;
        if (!u->is_over && (rc != Z_OK || (in.n == u->z.avail_in && room == u->z.avail_out)))
            return damaged(err);
    }
    *piece = (lm_str){(char *)u->out, OUT_BYTES - u->z.avail_out};
    return LM_OK;
}

lm_code scraper_unzip_next(struct scraper_unzip *u, lm_str *piece, bool *is_end, lm_err *err)
{
    *is_end = false;
    *piece = (lm_str){NULL, 0};
    if (!u->is_over && (u->entry.method ? inflated(u, piece, err) : stored(u, piece, err)))
        return err->code;
    if (piece->n)
        u->crc = (uint32_t)crc32(u->crc, (const Bytef *)piece->p, (uInt)piece->n);
    u->n_out += piece->n;
    if (u->n_out > most_out || (u->n_out > RATIO_FROM && u->n_out / RATIO > u->entry.packed))
        return lm_fail(err, LM_TOO_LARGE,
                       "the workbook unpacks to far more than a list does: it is refused");
    *is_end = u->is_over && piece->n == 0;
    return *is_end && u->crc != u->entry.crc ? damaged(err) : LM_OK;
}

uint64_t scraper_unzip_at(const struct scraper_unzip *u)
{
    return u->at;
}
