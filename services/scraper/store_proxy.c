/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on proxies. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/str.h"
#include "services/scraper/store_internal.h"

static const struct lm_sql proxies_read = {
    "proxies_read",
    "SELECT id, scheme, host, port, username, sealed_password, requests, successes, failures,"
    "       CASE WHEN blocked_until <= clock_timestamp() THEN 0 ELSE fail_count END,"
    "       coalesce((extract(epoch FROM clock_timestamp() - used_at) * 1000)::bigint, -1),"
    "       coalesce((extract(epoch FROM greatest(blocked_until, clock_timestamp()) - clock_timestamp()) * 1000)"
    "                ::bigint, 0), lm_ms(created_at)"
    "  FROM proxy WHERE tenant_id = $1 ORDER BY host, port, username, scheme LIMIT $2",
};

static void read_proxy(struct lm_rows *r, struct scraper_proxy *p)
{
    *p = (struct scraper_proxy){
        .address = {.scheme = lm_rows_strz(r, 1),
                    .host = lm_rows_strz(r, 2),
                    .port = (int)lm_rows_int(r, 3),
                    .username = lm_rows_strz(r, 4),
                    .password = ""},
        .sealed_password = lm_rows_bytes(r, 5),
        .requests = lm_rows_int(r, 6),
        .successes = lm_rows_int(r, 7),
        .failures = lm_rows_int(r, 8),
        .fail_count = lm_rows_int(r, 9),
        .used_ago_ms = lm_rows_int(r, 10),
        .blocked_ms = lm_rows_int(r, 11),
        .created_at = lm_rows_ms(r, 12),
    };
    snprintf(p->id, sizeof(p->id), "%.*s", LM_FMT(lm_rows_str(r, 0)));
}

lm_code scraper_proxies_load(struct lm_ctx *ctx, struct scraper_proxy **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &proxies_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_INT(SCRAPER_PROXIES_MAX)),
                    &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_proxy, lm_rows_count(r));
    while (lm_rows_next(r))
        read_proxy(r, &(*out)[(*n)++]);
    return LM_OK;
}

static const struct lm_sql proxy_take = {
    "proxy_take",
    "UPDATE proxy SET requests = requests + 1, used_at = clock_timestamp(),"
    "       fail_count = CASE WHEN blocked_until IS NULL THEN fail_count ELSE 0 END, blocked_until = NULL"
    " WHERE tenant_id = $1 AND id = $2 AND requests = $3"
    "   AND (blocked_until IS NULL OR blocked_until <= clock_timestamp())",
};

lm_code scraper_proxy_take(struct lm_ctx *ctx, const struct scraper_proxy *p, bool *is_ours,
                           lm_err *err)
{
    int64_t n;

    if (lm_db_exec(ctx, &proxy_take,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(p->id), LM_INT(p->requests)), &n, err))
        return err->code;
    *is_ours = n > 0;
    return LM_OK;
}

static const struct lm_sql proxy_succeeded = {
    "proxy_succeeded",
    "UPDATE proxy SET successes = successes + 1, fail_count = greatest(fail_count - 1, 0)"
    " WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_proxy_succeeded(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    return lm_db_exec(ctx, &proxy_succeeded, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), NULL, err);
}

/* One that is blocked already stays so until then, whatever was still under way. */
static const struct lm_sql proxy_failed = {
    "proxy_failed",
    "UPDATE proxy SET failures = failures + 1, fail_count = fail_count + 1,"
    "       blocked_until = CASE WHEN fail_count + 1 >= $3 AND blocked_until IS NULL"
    "                            THEN clock_timestamp() + $4::bigint * interval '1 ms' ELSE blocked_until END"
    " WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_proxy_failed(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    return lm_db_exec(ctx, &proxy_failed,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_INT(SCRAPER_PROXY_FAILURES),
                              LM_INT(SCRAPER_PROXY_BLOCK_MS)),
                      NULL, err);
}

static const struct lm_sql proxy_add = {
    "proxy_add",
    "INSERT INTO proxy (tenant_id, id, scheme, host, port, username, sealed_password, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, lm_at($8))"
    " ON CONFLICT (tenant_id, host, port, username, scheme) DO UPDATE SET sealed_password = excluded.sealed_password"
    " RETURNING id = $2",
};

lm_code scraper_proxy_add(struct lm_ctx *ctx, const struct scraper_proxy *p, bool *is_new,
                          lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &proxy_add,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(p->id), LM_Z(p->address.scheme),
                          LM_Z(p->address.host), LM_INT(p->address.port), LM_Z(p->address.username),
                          p->sealed_password.n ? LM_BYTES(p->sealed_password) : LM_NULL,
                          LM_MS(lm_clock_ms())),
                  "the proxy", &r, err))
        return err->code;
    *is_new = lm_rows_bool(r, 0);
    return LM_OK;
}

static const struct lm_sql proxy_remove = {
    "proxy_remove",
    "DELETE FROM proxy WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_proxy_delete(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    int64_t gone;

    if (lm_db_exec(ctx, &proxy_remove, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), &gone, err))
        return err->code;
    return gone ? LM_OK : lm_fail(err, LM_NOT_FOUND, "the proxy was not found");
}

const struct lm_sql *const scraper_proxy_sql[] = {
    &proxies_read, &proxy_take, &proxy_succeeded, &proxy_failed, &proxy_add, &proxy_remove, NULL,
};
