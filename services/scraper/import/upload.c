/* SPDX-License-Identifier: Apache-2.0 */
/* A file comes in parts, a part in pieces; and its bytes are read again from where they were put. */
#include "common/arena.h"
#include "common/crypto.h"
#include "common/job.h"
#include "common/str.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store_import.h"

enum {
    SLICE = 128 << 10
}; /* read at once: in hex on its way, and the piece it is of may be larger */

/* ---- coming in ---- */

static int64_t part_size(const Scraper__Import *m, int number)
{
    int64_t before = (int64_t)(number - 1) * m->part_bytes;

    return LM_MIN(m->size_bytes - before, (int64_t)m->part_bytes);
}

/* Over all pieces of a part, one at a time. */
static lm_code hash_part(struct lm_ctx *ctx, const char *import_id, const Scraper__ImportPart *part,
                         char hex[2 * LM_SHA256_SIZE + 1], lm_err *err)
{
    struct lm_arena_mark mark;
    struct lm_sha256 *hash = lm_sha256_begin(ctx->arena);
    uint8_t digest[LM_SHA256_SIZE];

    mark = lm_arena_mark(ctx->arena);
    for (int at = 0; at < part->size_bytes;) {
        lm_str bytes;

        if (scraper_piece_read(ctx, import_id, (struct scraper_piece_at){part->number, at},
                               SCRAPER_PIECE_BYTES, &bytes, err))
            return err->code;
        lm_sha256_add(hash, bytes);
        at += (int)bytes.n;
        lm_arena_rewind(ctx->arena, mark);
    }
    lm_sha256_end(hash, digest);
    for (size_t i = 0; i < LM_SHA256_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    return LM_OK;
}

static lm_code finish_part(struct lm_ctx *ctx, const char *import_id, Scraper__ImportPart *part,
                           lm_err *err)
{
    char hex[2 * LM_SHA256_SIZE + 1];

    if (hash_part(ctx, import_id, part, hex, err))
        return err->code == LM_NOT_FOUND
                   ? lm_fail(err, LM_CONFLICT, "pieces of part %d are missing: send it again",
                             part->number)
                   : err->code;
    if (!lm_str_ieqz(lm_str_z(part->sha256), hex))
        return lm_fail_field(err, "sha256", "is not that of the part's bytes: send it again");
    part->sha256 = lm_arena_strdup(ctx->arena, hex);
    return scraper_part_insert(ctx, import_id, part, err);
}

static lm_code queue_read(struct lm_ctx *ctx, struct scraper_import *import, lm_err *err)
{
    Scraper__ReadImport job = SCRAPER__READ_IMPORT__INIT;
    struct lm_job_spec spec = {.payload = &job.base, .key = import->m->id};

    job.import_id = import->m->id;
    if (lm_jobs_queue(ctx, &spec, 1, err))
        return err->code;
    import->m->status = SCRAPER__IMPORT_STATUS__IMPORT_READING;
    return scraper_import_save(ctx, import, spec.id, err);
}

/* What is wrong with the piece before its bytes are looked at. */
static lm_code check_piece(const Scraper__Import *m, const Scraper__PutImportPartRequest *p,
                           int64_t size, lm_err *err)
{
    if (p->number > m->part_count)
        return lm_fail_field(err, "number", "is none of the file: it has %d parts", m->part_count);
    if (size != part_size(m, p->number))
        return lm_fail_field(err, "body", "part %d has %lld bytes, not %lld", p->number,
                             (long long)part_size(m, p->number), (long long)size);
    if (p->offset < 0 || p->body.len > SCRAPER_PIECE_BYTES ||
        (int64_t)p->body.len > size - p->offset)
        return lm_fail_field(err, "offset", "lies outside of the part");
    return LM_OK;
}

static const Scraper__ImportPart *part_with(Scraper__ImportPart *const *parts, size_t n, int number)
{
    for (size_t i = 0; i < n; i++) {
        if (parts[i]->number == number)
            return parts[i];
    }
    return NULL;
}

lm_code scraper_import_take_piece(struct lm_ctx *ctx, struct scraper_import *import,
                                  const Scraper__PutImportPartRequest *p, lm_err *err)
{
    Scraper__ImportPart part = SCRAPER__IMPORT_PART__INIT;
    int64_t size = p->has_size_bytes ? p->size_bytes : (int64_t)p->body.len;
    const Scraper__ImportPart *there;
    Scraper__ImportPart **parts;
    size_t n;

    if (check_piece(import->m, p, size, err) ||
        scraper_parts_load(ctx, import->m->id, &parts, &n, err))
        return err->code;
    there = part_with(parts, n, p->number);
    if (there && !lm_str_ieq(lm_str_z(there->sha256), lm_str_z(p->sha256)))
        return lm_fail(err, LM_CONFLICT,
                       "part %d is there with other bytes: begin another import for another file",
                       p->number);
    if (there)
        return LM_OK;
    if (scraper_piece_put(ctx, import->m->id, (struct scraper_piece_at){p->number, p->offset},
                          (lm_str){(const char *)p->body.data, p->body.len}, err))
        return err->code;
    if (p->offset + (int64_t)p->body.len < size)
        return LM_OK;
    part.number = p->number;
    part.size_bytes = (int32_t)size;
    part.sha256 = p->sha256;
    if (finish_part(ctx, import->m->id, &part, err))
        return err->code;
    return n + 1 == (size_t)import->m->part_count ? queue_read(ctx, import, err) : LM_OK;
}

/* ---- reading ---- */

struct stored {
    struct lm_ctx *ctx;
    const Scraper__Import *m;
    uint64_t from;
    size_t n;
    char slice[SLICE];
};

/* The database's answer goes at once; what is kept is the slice. */
static lm_code read_stored(void *arg, uint64_t offset, lm_str *out, lm_err *err)
{
    struct stored *s = arg;

    if (offset < s->from || offset >= s->from + s->n) {
        struct lm_arena_mark mark = lm_arena_mark(s->ctx->arena);
        uint64_t part = offset / (uint64_t)s->m->part_bytes;
        struct scraper_piece_at at = {(int)part + 1,
                                      (int)(offset - part * (uint64_t)s->m->part_bytes)};
        lm_str bytes;

        if (scraper_piece_read(s->ctx, s->m->id, at, SLICE, &bytes, err))
            return err->code == LM_NOT_FOUND
                       ? lm_fail(err, LM_GONE, "the file is no longer kept: upload it again")
                       : err->code;
        LM_ASSERT(bytes.n <= SLICE);
        memcpy(s->slice, bytes.p, bytes.n);
        s->n = bytes.n;
        s->from = offset;
        lm_arena_rewind(s->ctx->arena, mark);
    }
    *out = lm_str_sub((lm_str){s->slice, s->n}, (size_t)(offset - s->from), s->n);
    return LM_OK;
}

struct scraper_file scraper_import_file(struct lm_ctx *ctx, const Scraper__Import *m)
{
    struct stored *s = LM_NEW(ctx->arena, struct stored);

    s->ctx = ctx;
    s->m = m;
    return (struct scraper_file){(uint64_t)m->size_bytes, read_stored, s};
}
