/* SPDX-License-Identifier: Apache-2.0 */
/* People who were erased, as hashes. */
#include "common/tombstone.h"

#include "common/arena.h"
#include "common/crypto.h"
#include "common/db.h"
#include "common/text.h"

lm_str lm_mark_lead(struct lm_arena *a, const char *lead_id)
{
    return lead_id && *lead_id
               ? (lm_str){lm_arena_printf(a, "lead:%s", lead_id), strlen(lead_id) + 5}
               : (lm_str){NULL, 0};
}

lm_str lm_mark_address(struct lm_arena *a, lm_str address)
{
    lm_str normal = lm_email_normalize(a, address);

    return normal.n ? (lm_str){lm_arena_printf(a, "email:%.*s", LM_FMT(normal)), normal.n + 6}
                    : (lm_str){NULL, 0};
}

lm_str lm_mark_name(struct lm_arena *a, const char *company_id, lm_str name_key)
{
    char *mark = lm_arena_printf(a, "name:%s/%.*s", company_id, LM_FMT(name_key));

    return name_key.n ? (lm_str){mark, strlen(mark)} : (lm_str){NULL, 0};
}

static struct lm_arg hashes_of(struct lm_ctx *ctx, const lm_str *marks, size_t n)
{
    lm_str *hashes = LM_NEW_ARRAY(ctx->arena, lm_str, n);
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        uint8_t *hash = lm_arena_alloc(ctx->arena, LM_SHA256_SIZE);

        if (!marks[i].n)
            continue;
        lm_sha256(marks[i].p, marks[i].n, hash);
        hashes[kept++] = (lm_str){(char *)hash, LM_SHA256_SIZE};
    }
    return LM_BLOBS(hashes, kept);
}

static const struct lm_sql tombstone_has = {
    "lm_tombstone_has",
    "SELECT EXISTS (SELECT FROM tombstone WHERE tenant_id = $1 AND hash = ANY ($2::bytea[]))",
};

lm_code lm_tombstone_has(struct lm_ctx *ctx, const lm_str *marks, size_t n, bool *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &tombstone_has, LM_ARGS(LM_ID(ctx->tenant_id), hashes_of(ctx, marks, n)),
                  "the answer", &r, err))
        return err->code;
    *out = lm_rows_bool(r, 0);
    return LM_OK;
}

static const struct lm_sql tombstone_put = {
    "lm_tombstone_put",
    "INSERT INTO tombstone (tenant_id, hash) SELECT $1, unnest($2::bytea[]) ON CONFLICT DO NOTHING",
};

lm_code lm_tombstone_put(struct lm_ctx *ctx, const lm_str *marks, size_t n, lm_err *err)
{
    return lm_db_exec(ctx, &tombstone_put, LM_ARGS(LM_ID(ctx->tenant_id), hashes_of(ctx, marks, n)),
                      NULL, err);
}
