/* SPDX-License-Identifier: Apache-2.0 */
/* Companies whose facets were made by an older rule, in steps (company.c). */
#include "common/arena.h"
#include "common/str.h"
#include "services/gateway/store_internal.h"

static const struct lm_sql tenants_to_shape = {"tenants_to_shape",
                                               "SELECT t FROM tenants_to_shape() t"};

lm_code gateway_tenants_to_shape(struct lm_ctx *ctx, lm_str **ids, size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &tenants_to_shape, LM_NO_ARGS, &rows, err))
        return err->code;
    *ids = LM_NEW_ARRAY(ctx->arena, lm_str, lm_rows_count(rows));
    for (*n = 0; lm_rows_next(rows); (*n)++)
        (*ids)[*n] = lm_rows_str(rows, 0);
    return LM_OK;
}

static const struct lm_sql companies_to_shape = {
    "companies_to_shape",
    "SELECT " GATEWAY_COMPANY_ROW ", id, lm_ms(created_at) FROM company_view"
    " WHERE tenant_id = $1 AND id > $2 AND shape < " GATEWAY_SHAPE
    " ORDER BY id LIMIT $3 FOR UPDATE",
};

lm_code gateway_companies_to_shape(struct lm_ctx *ctx, const char *after, int most,
                                   struct gateway_old_row **out, size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &companies_to_shape,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(after), LM_INT(most)), &rows, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct gateway_old_row, lm_rows_count(rows));
    for (*n = 0; lm_rows_next(rows); (*n)++) {
        struct gateway_old_row *o = &(*out)[*n];

        gateway_company_row_read(rows, &o->row);
        snprintf(o->id, sizeof(o->id), "%s", lm_rows_strz(rows, 8));
        o->created_at = lm_rows_ms(rows, 9);
    }
    return LM_OK;
}

static const struct lm_sql company_leave = {
    "company_leave",
    "UPDATE company_view SET shape = " GATEWAY_SHAPE " WHERE tenant_id = $1 AND id = $2",
};

lm_code gateway_company_leave(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    return lm_db_exec(ctx, &company_leave, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), NULL, err);
}

const struct lm_sql *const gateway_shape_sql[] = {&tenants_to_shape, &companies_to_shape,
                                                  &company_leave, NULL};
