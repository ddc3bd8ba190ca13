/* SPDX-License-Identifier: Apache-2.0 */
/* A person's decision about many companies, in one statement. */
#include "services/scraper/store_internal.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"

/* Locked in the order of ids, so that two of these never wait for each other. */
static const struct lm_sql companies_judge = {
    "companies_judge",
    "WITH picked AS ("
    "    SELECT id AS picked_id FROM company"
    "     WHERE tenant_id = $1 AND id = ANY ($2::uuid[]) AND status = ANY ($3::text[])"
    "       AND merged_into IS NULL"
    "     ORDER BY id FOR UPDATE)"
    " UPDATE company SET status = $4, version = version + 1, updated_at = lm_at($5)"
    "   FROM picked WHERE tenant_id = $1 AND id = picked_id"
    " RETURNING " SCRAPER_COMPANY_COLUMNS,
};

lm_code scraper_companies_judge(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                                const lm_str *from, size_t n_from, Lm__CompanyStatus to,
                                Lm__Company ***out, size_t *n, lm_err *err)
{
    const char *status = lm_enum_name(&lm__company_status__descriptor, (int)to);
    struct lm_rows *r;

    if (lm_db_query(ctx, &companies_judge,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(ids, n_ids), LM_TEXTS(from, n_from),
                            LM_Z(status), LM_MS(lm_clock_ms())),
                    &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, Lm__Company *, lm_rows_count(r) + 1);
    for (*n = 0; lm_rows_next(r); ++*n) {
        if (scraper_company_read(ctx, r, &(*out)[*n], err))
            return err->code;
    }
    return LM_OK;
}

const struct lm_sql *const scraper_judge_sql[] = {&companies_judge, NULL};
