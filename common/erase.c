/* SPDX-License-Identifier: Apache-2.0 */
#include "common/erase.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/crypto.h"
#include "common/db_internal.h"
#include "common/str.h"

enum { KEY_MAX = 4096 };

/*
 * event_new before event: a row that the relay is moving makes the first statement wait for it, and
 * the second, with a later snapshot, finds it where it went.
 */
static const struct lm_sql blanks[] = {
    {"lm_erase_event_new",
     "UPDATE event_new SET payload = NULL WHERE tenant_id = $1 AND person_id = $2"},
    {"lm_erase_event", "UPDATE event SET payload = NULL WHERE tenant_id = $1 AND person_id = $2"},
    {"lm_erase_parked",
     "UPDATE event_parked SET payload = NULL WHERE tenant_id = $1 AND person_id = $2"},
    {"lm_erase_job", "UPDATE job SET payload = NULL WHERE tenant_id = $1 AND person_id = $2"},
    {"lm_erase_job_done",
     "UPDATE job_done SET payload = NULL WHERE tenant_id = $1 AND person_id = $2"},
};

static const struct lm_sql tombstone_put = {
    "lm_tombstone_put",
    "INSERT INTO tombstone (tenant_id, hash) SELECT $1, h FROM unnest($2::bytea[]) h"
    " ON CONFLICT DO NOTHING",
};

static const struct lm_sql tombstone_find = {
    "lm_tombstone_find",
    "SELECT EXISTS (SELECT FROM tombstone WHERE tenant_id = $1 AND hash = ANY ($2::bytea[]))",
};

/* Which of the pairs are erased, by their number from 1. */
static const struct lm_sql tombstones_among = {
    "lm_tombstones_among",
    "SELECT w.n FROM unnest($1::uuid[], $2::bytea[]) WITH ORDINALITY AS w (tenant_id, hash, n)"
    "  JOIN tombstone USING (tenant_id, hash)",
};

/* SHA-256 over tenant and key: the same person of two tenants gives two hashes. */
static lm_code hash_of(struct lm_arena *a, const char *tenant_id, lm_str key, lm_str *out,
                       lm_err *err)
{
    uint8_t *hash = lm_arena_alloc(a, LM_SHA256_SIZE);
    struct lm_buf b = lm_buf_in(a, KEY_MAX);

    lm_buf_appendz(&b, tenant_id);
    lm_buf_char(&b, '\n');
    lm_buf_append(&b, key);
    if (b.failed)
        return lm_fail(err, LM_TOO_LARGE, "a key of more than %d bytes", KEY_MAX);
    lm_sha256(b.p, b.n, hash);
    *out = (lm_str){(const char *)hash, LM_SHA256_SIZE};
    return LM_OK;
}

static lm_code hash_all(struct lm_ctx *ctx, const lm_str *keys, size_t n, lm_str **out, lm_err *err)
{
    *out = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1); /* lm_erase_person has one more */
    for (size_t i = 0; i < n; i++)
        if (hash_of(ctx->arena, ctx->tenant_id, keys[i], &(*out)[i], err))
            return err->code;
    return LM_OK;
}

lm_code lm_erase_person(struct lm_ctx *ctx, const char *person_id, const lm_str *keys, size_t n,
                        lm_err *err)
{
    lm_str *hashes;

    LM_ASSERT(ctx->tx);
    if (hash_all(ctx, keys, n, &hashes, err) ||
        hash_of(ctx->arena, ctx->tenant_id, lm_str_z(person_id), &hashes[n], err) ||
        lm_db_exec(ctx, &tombstone_put, LM_ARGS(LM_ID(ctx->tenant_id), LM_BLOBS(hashes, n + 1)),
                   NULL, err))
        return err->code;
    for (size_t i = 0; i < LM_COUNT(blanks); i++)
        if (lm_db_exec(ctx, &blanks[i], LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(person_id)), NULL,
                       err))
            return err->code;
    return LM_OK;
}

lm_code lm_erase_mark(struct lm_ctx *ctx, Lm__EventRow *const *rows, size_t n, lm_err *err)
{
    lm_str *tenants = LM_NEW_ARRAY(ctx->arena, lm_str, n);
    lm_str *hashes = LM_NEW_ARRAY(ctx->arena, lm_str, n);
    Lm__EventRow **of_people = LM_NEW_ARRAY(ctx->arena, Lm__EventRow *, n);
    struct lm_rows *found;
    size_t k = 0;

    for (size_t i = 0; i < n; i++) {
        if (!rows[i]->tenant_id || !rows[i]->person_id)
            continue;
        if (hash_of(ctx->arena, rows[i]->tenant_id, lm_str_z(rows[i]->person_id), &hashes[k], err))
            return err->code;
        tenants[k] = lm_str_z(rows[i]->tenant_id);
        of_people[k++] = rows[i];
    }
    if (k == 0)
        return LM_OK;
    if (lm_db_query(ctx, &tombstones_among, LM_ARGS(LM_TEXTS(tenants, k), LM_BLOBS(hashes, k)),
                    &found, err))
        return err->code;
    while (lm_rows_next(found))
        of_people[lm_rows_int(found, 0) - 1]->erased = true;
    return LM_OK;
}

lm_code lm_erase_is_erased(struct lm_ctx *ctx, const lm_str *keys, size_t n, bool *is_erased,
                           lm_err *err)
{
    struct lm_rows *rows;
    lm_str *hashes;

    *is_erased = false;
    if (hash_all(ctx, keys, n, &hashes, err) ||
        lm_db_one(ctx, &tombstone_find, LM_ARGS(LM_ID(ctx->tenant_id), LM_BLOBS(hashes, n)),
                  "answer", &rows, err))
        return err->code;
    *is_erased = lm_rows_bool(rows, 0);
    return LM_OK;
}
