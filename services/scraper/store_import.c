/* SPDX-License-Identifier: Apache-2.0 */
/* SQL on imports: their files, and what became of their rows. */
#include "services/scraper/store_import.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/store_internal.h"

/* ---- imports ---- */

static const char *status_name(const Scraper__Import *m)
{
    return lm_enum_name(&scraper__import_status__descriptor, (int)m->status);
}

/* Two messages, so that a batch that writes counts does not write columns and their examples again. */
static lm_str facts_of(struct lm_ctx *ctx, const Scraper__Import *m)
{
    Scraper__Import facts = *m;

    facts.counts = NULL;
    facts.n_errors = facts.n_parts = 0;
    facts.error_message = NULL;
    return lm_pb_pack(ctx->arena, &facts.base);
}

static lm_str result_of(struct lm_ctx *ctx, const Scraper__Import *m)
{
    Scraper__Import result = SCRAPER__IMPORT__INIT;

    result.id = m->id;
    result.file_name = m->file_name;
    result.size_bytes = m->size_bytes;
    result.status = m->status;
    result.counts = m->counts;
    result.errors = m->errors;
    result.n_errors = m->n_errors;
    return lm_pb_pack(ctx->arena, &result.base);
}

static const struct lm_sql import_add = {
    "import_add",
    "INSERT INTO import (tenant_id, id, version, file_name, size_bytes, part_bytes, status, facts, result,"
    "       requested_by, created_at, updated_at)"
    " VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, lm_at($10), lm_at($10))",
};

lm_code scraper_import_insert(struct lm_ctx *ctx, Scraper__Import *m, lm_err *err)
{
    m->has_created_at = m->has_updated_at = m->has_version = true;
    m->created_at = m->updated_at = lm_clock_ms();
    m->version = 1;
    return lm_db_exec(ctx, &import_add,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(m->id), LM_Z(m->file_name),
                              LM_INT(m->size_bytes), LM_INT(m->part_bytes), LM_Z(status_name(m)),
                              LM_BYTES(facts_of(ctx, m)), LM_BYTES(result_of(ctx, m)),
                              LM_Z(m->requested_by), LM_MS(m->created_at)),
                      NULL, err);
}

#define IMPORT_COLUMNS \
    "status, facts, result, row_done, error_message, job_id, lm_ms(created_at), lm_ms(updated_at), version"

static lm_code unpack(struct lm_ctx *ctx, lm_str bytes, Scraper__Import **out, lm_err *err)
{
    return lm_pb_unpack(ctx->arena, &scraper__import__descriptor, bytes, (ProtobufCMessage **)out,
                        err);
}

static lm_code read_import(struct lm_ctx *ctx, struct lm_rows *r, struct scraper_import *out,
                           lm_err *err)
{
    Scraper__Import *m, *result;
    int status;

    if (unpack(ctx, lm_rows_bytes(r, 1), &m, err) || unpack(ctx, lm_rows_bytes(r, 2), &result, err))
        return err->code;
    if (!lm_enum_value(&scraper__import_status__descriptor, lm_rows_str(r, 0), &status))
        return lm_fail(err, LM_INTERNAL, "the stored status of import %s is none", m->id);
    m->status = (Scraper__ImportStatus)status;
    m->counts = result->counts;
    m->errors = result->errors;
    m->n_errors = result->n_errors;
    m->error_message = lm_rows_strz(r, 4);
    m->has_created_at = m->has_updated_at = m->has_version = true;
    m->created_at = lm_rows_ms(r, 6);
    m->updated_at = lm_rows_ms(r, 7);
    m->version = lm_rows_int(r, 8);
    *out = (struct scraper_import){.m = m,
                                   .job_id = lm_rows_strz(r, 5),
                                   .row_done = (int)lm_rows_int(r, 3),
                                   .was = m->status,
                                   .was_at = m->updated_at};
    return LM_OK;
}

static const struct lm_sql import_read = {
    "import_read",
    "SELECT " IMPORT_COLUMNS " FROM import WHERE tenant_id = $1 AND id = $2",
};
static const struct lm_sql import_lock = {
    "import_lock",
    "SELECT " IMPORT_COLUMNS " FROM import WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
};

lm_code scraper_import_load(struct lm_ctx *ctx, const char *id, bool lock,
                            struct scraper_import *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, lock ? &import_lock : &import_read,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "the import", &r, err))
        return err->code;
    return read_import(ctx, r, out, err);
}

static const struct lm_sql import_write = {
    "import_write",
    "UPDATE import SET version = version + 1, status = $3, facts = $4, result = $5, row_done = $6, error_message = $7,"
    "       job_id = coalesce($8, job_id), updated_at = lm_at($9)"
    " WHERE tenant_id = $1 AND id = $2"
    " RETURNING version",
};

lm_code scraper_import_update(struct lm_ctx *ctx, struct scraper_import *import, const char *job_id,
                              lm_err *err)
{
    Scraper__Import *m = import->m;
    struct lm_rows *r;

    m->updated_at = lm_clock_ms();
    if (lm_db_one(ctx, &import_write,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(m->id), LM_Z(status_name(m)),
                          LM_BYTES(facts_of(ctx, m)), LM_BYTES(result_of(ctx, m)),
                          LM_INT(import->row_done), LM_Z(m->error_message), LM_ID(job_id),
                          LM_MS(m->updated_at)),
                  "the import", &r, err))
        return err->code;
    m->version = lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql imports_read = {
    "imports_read",
    "SELECT " IMPORT_COLUMNS " FROM import i"
    " WHERE tenant_id = $1 AND ($3::uuid IS NULL OR (created_at, id) < (lm_at($2), $3))"
    " ORDER BY created_at DESC, id DESC LIMIT $4",
};
static const struct lm_sql imports_count = {
    "imports_count",
    "SELECT count(*) FROM (SELECT FROM import WHERE tenant_id = $1 LIMIT 10001) i",
};

lm_code scraper_imports_load(struct lm_ctx *ctx, const struct lm_place *after, int limit,
                             Scraper__Import ***out, size_t *n, int64_t *total, lm_err *err)
{
    struct lm_rows *r, *count;

    *n = 0;
    if (lm_db_query(ctx, &imports_read,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_MS(after->at), LM_ID(after->id),
                            LM_INT(limit)),
                    &r, err) ||
        lm_db_one(ctx, &imports_count, LM_ARGS(LM_ID(ctx->tenant_id)), "the imports", &count, err))
        return err->code;
    *total = lm_rows_int(count, 0);
    *out = LM_NEW_ARRAY(ctx->arena, Scraper__Import *, lm_rows_count(r));
    while (lm_rows_next(r)) {
        struct scraper_import import;

        if (read_import(ctx, r, &import, err))
            return err->code;
        import.m->n_columns = import.m->n_errors = 0;
        (*out)[(*n)++] = import.m;
    }
    return LM_OK;
}

static const struct lm_sql import_remove = {
    "import_remove",
    "WITH pieces AS (DELETE FROM import_piece WHERE tenant_id = $1 AND import_id = $2),"
    "     parts AS (DELETE FROM import_part WHERE tenant_id = $1 AND import_id = $2),"
    "     batches AS (DELETE FROM import_batch WHERE tenant_id = $1 AND import_id = $2)"
    " DELETE FROM import WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_import_delete(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    return lm_db_exec(ctx, &import_remove, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), NULL, err);
}

/* ---- the bytes ---- */

static const struct lm_sql parts_read = {
    "import_parts_read",
    "SELECT number, size_bytes, sha256 FROM import_part WHERE tenant_id = $1 AND import_id = $2 ORDER BY number",
};

lm_code scraper_parts_load(struct lm_ctx *ctx, const char *import_id, Scraper__ImportPart ***out,
                           size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &parts_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, Scraper__ImportPart *, lm_rows_count(r));
    while (lm_rows_next(r)) {
        Scraper__ImportPart *part = LM_NEW(ctx->arena, Scraper__ImportPart);

        scraper__import_part__init(part);
        part->number = (int32_t)lm_rows_int(r, 0);
        part->size_bytes = (int32_t)lm_rows_int(r, 1);
        part->sha256 = lm_rows_strz(r, 2);
        (*out)[(*n)++] = part;
    }
    return LM_OK;
}

static const struct lm_sql part_add = {
    "import_part_add",
    "INSERT INTO import_part (tenant_id, import_id, number, size_bytes, sha256) VALUES ($1, $2, $3, $4, $5)",
};

lm_code scraper_part_insert(struct lm_ctx *ctx, const char *import_id,
                            const Scraper__ImportPart *part, lm_err *err)
{
    return lm_db_exec(ctx, &part_add,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id), LM_INT(part->number),
                              LM_INT(part->size_bytes), LM_Z(part->sha256)),
                      NULL, err);
}

static const struct lm_sql piece_put = {
    "import_piece_put",
    "INSERT INTO import_piece (tenant_id, import_id, part, at, bytes) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (tenant_id, import_id, part, at) DO UPDATE SET bytes = EXCLUDED.bytes",
};

lm_code scraper_piece_put(struct lm_ctx *ctx, const char *import_id, struct scraper_piece_at at,
                          lm_str bytes, lm_err *err)
{
    return lm_db_exec(ctx, &piece_put,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id), LM_INT(at.part),
                              LM_INT(at.at), LM_BYTES(bytes)),
                      NULL, err);
}

static const struct lm_sql piece_read = {
    "import_piece_read",
    "SELECT substring(bytes FROM $4::int - at + 1 FOR $5::int) FROM import_piece"
    " WHERE tenant_id = $1 AND import_id = $2 AND part = $3 AND at <= $4"
    " ORDER BY at DESC LIMIT 1",
};

lm_code scraper_piece_read(struct lm_ctx *ctx, const char *import_id, struct scraper_piece_at at,
                           int most, lm_str *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &piece_read,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id), LM_INT(at.part), LM_INT(at.at),
                          LM_INT(most)),
                  "the bytes of the file", &r, err))
        return err->code;
    *out = lm_rows_bytes(r, 0);
    return out->n ? LM_OK : lm_fail(err, LM_NOT_FOUND, "bytes of the file are missing");
}

static const struct lm_sql pieces_remove = {
    "import_pieces_remove",
    "WITH parts AS (DELETE FROM import_part WHERE tenant_id = $1 AND import_id = $2)"
    " DELETE FROM import_piece WHERE tenant_id = $1 AND import_id = $2",
};

lm_code scraper_pieces_drop(struct lm_ctx *ctx, const char *import_id, lm_err *err)
{
    return lm_db_exec(ctx, &pieces_remove, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id)), NULL,
                      err);
}

/* ---- what became of rows ---- */

static const struct lm_sql batch_add = {
    "import_batch_add",
    "INSERT INTO import_batch (tenant_id, import_id, first_row, last_row, counts, rows)"
    " VALUES ($1, $2, $3, $4, $5, $6)",
};

lm_code scraper_batch_insert(struct lm_ctx *ctx, const char *import_id,
                             const struct scraper_batch *b, lm_err *err)
{
    return lm_db_exec(ctx, &batch_add,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id), LM_INT(b->first_row),
                              LM_INT(b->last_row), LM_INTS(b->counts, SCRAPER_RESULTS),
                              LM_BYTES(lm_pb_pack(ctx->arena, &b->rows->base))),
                      NULL, err);
}

static lm_code read_batch(struct lm_ctx *ctx, struct lm_rows *r, struct scraper_batch *out,
                          bool *is_there, lm_err *err)
{
    *is_there = lm_rows_next(r);
    if (!*is_there)
        return LM_OK;
    *out = (struct scraper_batch){.first_row = (int)lm_rows_int(r, 0),
                                  .last_row = (int)lm_rows_int(r, 1)};
    return lm_pb_unpack(ctx->arena, &scraper__import_batch__descriptor, lm_rows_bytes(r, 2),
                        (ProtobufCMessage **)(uintptr_t)&out->rows, err);
}

/* Places of an array count from 1, as results do. */
static const struct lm_sql batch_next = {
    "import_batch_next",
    "SELECT first_row, last_row, rows FROM import_batch"
    " WHERE tenant_id = $1 AND import_id = $2 AND last_row > $3"
    "   AND ($4::int = 0 OR counts[$4::int + 1] > 0)"
    " ORDER BY first_row LIMIT 1",
};

lm_code scraper_batch_next(struct lm_ctx *ctx, const char *import_id, int after, int result,
                           struct scraper_batch *out, bool *is_there, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &batch_next,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id), LM_INT(after), LM_INT(result)),
                    &r, err))
        return err->code;
    return read_batch(ctx, r, out, is_there, err);
}

static const struct lm_sql batch_last = {
    "import_batch_last",
    "SELECT first_row, last_row, rows FROM import_batch"
    " WHERE tenant_id = $1 AND import_id = $2 AND NOT is_undone"
    " ORDER BY first_row DESC LIMIT 1 FOR UPDATE",
};

lm_code scraper_batch_last(struct lm_ctx *ctx, const char *import_id, struct scraper_batch *out,
                           bool *is_there, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &batch_last, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id)), &r, err))
        return err->code;
    return read_batch(ctx, r, out, is_there, err);
}

static const struct lm_sql batch_undo = {
    "import_batch_undo",
    "UPDATE import_batch SET is_undone = true WHERE tenant_id = $1 AND import_id = $2 AND first_row = $3",
};

lm_code scraper_batch_undone(struct lm_ctx *ctx, const char *import_id, int first_row, lm_err *err)
{
    return lm_db_exec(ctx, &batch_undo,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id), LM_INT(first_row)), NULL,
                      err);
}

static const struct lm_sql batches_remove = {
    "import_batches_remove",
    "DELETE FROM import_batch WHERE tenant_id = $1 AND import_id = $2",
};

lm_code scraper_batches_drop(struct lm_ctx *ctx, const char *import_id, lm_err *err)
{
    return lm_db_exec(ctx, &batches_remove, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id)), NULL,
                      err);
}

const struct lm_sql *const scraper_import_sql[] = {
    &import_add,    &import_read, &import_lock, &import_write, &imports_read,   &imports_count,
    &import_remove, &parts_read,  &part_add,    &piece_put,    &piece_read,     &pieces_remove,
    &batch_add,     &batch_next,  &batch_last,  &batch_undo,   &batches_remove, NULL,
};
