/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on searches by an ideal customer profile. */
#include "common/arena.h"
#include "common/clock.h"
#include "services/scraper/store_internal.h"

/* The update locks the row that is there, and makes it come back. */
static const struct lm_sql run_take = {
    "icp_run_take",
    "INSERT INTO icp_run AS r (tenant_id, run_hash, created_at) VALUES ($1, $2, lm_at($3))"
    " ON CONFLICT (tenant_id, run_hash) DO UPDATE SET created_at = r.created_at"
    " RETURNING scrape_job_id",
};

lm_code scraper_icp_run_take(struct lm_ctx *ctx, const char *run_hash, const char **search_id,
                             lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &run_take,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(run_hash), LM_MS(lm_clock_ms())), "the run",
                  &r, err))
        return err->code;
    *search_id = lm_rows_strz(r, 0);
    return LM_OK;
}

static const struct lm_sql run_set = {
    "icp_run_set",
    "UPDATE icp_run SET scrape_job_id = $3 WHERE tenant_id = $1 AND run_hash = $2",
};

lm_code scraper_icp_run_set(struct lm_ctx *ctx, const char *run_hash, const char *search_id,
                            lm_err *err)
{
    return lm_db_exec(ctx, &run_set,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(run_hash), LM_ID(search_id)), NULL, err);
}

const struct lm_sql *const scraper_icp_sql[] = {&run_take, &run_set, NULL};
