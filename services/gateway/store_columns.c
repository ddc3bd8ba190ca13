/* SPDX-License-Identifier: Apache-2.0 */
/* The views as columns are made of them: all of a tenant's in pages, then what changed since. */
#include "common/json.h"
#include "common/str.h"
#include "services/gateway/columns/companies.h"
#include "services/gateway/store_internal.h"

/*
 * Transactions below `running_from` are over and seen by every statement after this one. Numbers of
 * another database mean nothing.
 */
static const struct lm_sql columns_mark = {
    "columns_mark",
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text,"
    "       pg_snapshot_xmax(pg_current_snapshot())::text, kept_from,"
    "       (SELECT oid::bigint FROM pg_database WHERE datname = current_database())"
    "  FROM company_change_kept",
};

lm_code gateway_columns_mark(struct lm_ctx *ctx, struct gateway_columns_mark *out, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &columns_mark, LM_NO_ARGS, "mark of changes", &rows, err))
        return err->code;
    *out = (struct gateway_columns_mark){.running_from = lm_rows_int(rows, 0),
                                         .next = lm_rows_int(rows, 1),
                                         .kept_from = lm_rows_int(rows, 2),
                                         .database = lm_rows_int(rows, 3)};
    return LM_OK;
}

#define COLUMNS                                                        \
    " v.id, v.status, v.source, v.country, v.industry, v.city,"        \
    " v.has_domain::int + 2 * v.has_email::int + 4 * v.has_phone::int" \
    "   + 8 * v.has_linkedin::int + 16 * v.has_funding::int,"          \
    " v.employee_count, v.open_vacancies, lm_ms(v.created_at)"

static const struct lm_sql columns_companies = {
    "columns_companies",
    "SELECT" COLUMNS " FROM company_view v"
    " WHERE v.tenant_id = $1 AND v.is_listed AND v.id > $2 ORDER BY v.id LIMIT $3",
};
static const struct lm_sql columns_leads = {
    "columns_leads",
    "SELECT company_id, count(*), max(icp_score) FROM lead_view"
    " WHERE tenant_id = $1 AND is_listed AND company_id > $2"
    " GROUP BY company_id ORDER BY company_id LIMIT $3",
};
static const struct lm_sql columns_changed = {
    "columns_changed",
    "SELECT" COLUMNS ", c.company_id, l.n, l.best"
    "  FROM (SELECT DISTINCT company_id FROM company_change"
    "         WHERE tenant_id = $1 AND xid >= $2 AND company_id > $3"
    "         ORDER BY company_id LIMIT $4) c"
    "  LEFT JOIN company_view v ON v.tenant_id = $1 AND v.id = c.company_id AND v.is_listed"
    "  LEFT JOIN LATERAL (SELECT count(*) AS n, max(icp_score) AS best FROM lead_view"
    "   WHERE tenant_id = $1 AND company_id = c.company_id AND is_listed) l ON true"
    " ORDER BY c.company_id",
};

static lm_str enum_word(const ProtobufCEnumDescriptor *d, const struct lm_rows *rows, int col)
{
    return lm_rows_is_null(rows, col) ? LM_STR("")
                                      : lm_str_z(lm_enum_name(d, (int)lm_rows_int(rows, col)));
}

static int32_t number(const struct lm_rows *rows, int col)
{
    return lm_rows_is_null(rows, col) ? GATEWAY_TABLE_NO_NUMBER : (int32_t)lm_rows_int(rows, col);
}

static void read_row(const struct lm_rows *rows, struct gateway_table_row *out)
{
    *out = (struct gateway_table_row){
        .words =
            {
                [GATEWAY_COMPANY_STATUS] = enum_word(&lm__company_status__descriptor, rows, 1),
                [GATEWAY_COMPANY_SOURCE] = enum_word(&lm__source__descriptor, rows, 2),
                [GATEWAY_COMPANY_COUNTRY] = lm_rows_str(rows, 3),
                [GATEWAY_COMPANY_INDUSTRY] = lm_rows_str(rows, 4),
                [GATEWAY_COMPANY_CITY] = lm_rows_str(rows, 5),
            },
        .flags = (uint8_t)lm_rows_int(rows, 6),
        .numbers =
            {
                [GATEWAY_COMPANY_EMPLOYEES] = number(rows, 7),
                [GATEWAY_COMPANY_VACANCIES] = number(rows, 8),
                [GATEWAY_COMPANY_BEST_SCORE] = GATEWAY_TABLE_NO_NUMBER,
            },
        .at = lm_rows_ms(rows, 9),
    };
    gateway_table_id(lm_rows_str(rows, 0), out->id);
}

/* The page begins behind the id in `at`, which then is its last. */
static lm_code read_page(struct lm_ctx *ctx, const struct lm_sql *sql, char at[LM_ID_SIZE],
                         int64_t most, struct lm_rows **rows, lm_err *err)
{
    return lm_db_query(ctx, sql, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(at), LM_INT(most)), rows,
                       err);
}

static void step(const struct lm_rows *rows, int col, char at[LM_ID_SIZE])
{
    snprintf(at, LM_ID_SIZE, "%s", lm_rows_strz(rows, col));
}

lm_code gateway_columns_companies(struct lm_ctx *ctx, struct gateway_table *t, char at[LM_ID_SIZE],
                                  size_t most, size_t *n, lm_err *err)
{
    struct gateway_table_row row;
    struct lm_rows *rows;

    if (read_page(ctx, &columns_companies, at, (int64_t)most, &rows, err))
        return err->code;
    for (*n = 0; lm_rows_next(rows); ++*n) {
        read_row(rows, &row);
        gateway_table_put(t, &row);
        step(rows, 0, at);
    }
    return LM_OK;
}

lm_code gateway_columns_leads(struct lm_ctx *ctx, struct gateway_table *t, char at[LM_ID_SIZE],
                              size_t most, size_t *n, lm_err *err)
{
    uint8_t id[GATEWAY_TABLE_ID];
    struct lm_rows *rows;

    if (read_page(ctx, &columns_leads, at, (int64_t)most, &rows, err))
        return err->code;
    for (*n = 0; lm_rows_next(rows); ++*n) {
        gateway_table_id(lm_rows_str(rows, 0), id);
        (void)gateway_table_amend(t, id, GATEWAY_COMPANY_BEST_SCORE, number(rows, 2),
                                  1u << GATEWAY_COMPANY_HAS_LEADS);
        step(rows, 0, at);
    }
    return LM_OK;
}

lm_code gateway_columns_changed(struct lm_ctx *ctx, struct gateway_table *t, int64_t from,
                                char at[LM_ID_SIZE], size_t most, size_t *n, lm_err *err)
{
    struct gateway_table_row row;
    struct lm_rows *rows;

    if (lm_db_query(ctx, &columns_changed,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_INT(from), LM_ID(at), LM_INT((int64_t)most)),
                    &rows, err))
        return err->code;
    for (*n = 0; lm_rows_next(rows); ++*n) {
        step(rows, 10, at);
        if (lm_rows_is_null(rows, 0)) { /* it is not listed any more */
            gateway_table_id(lm_rows_str(rows, 10), row.id);
            gateway_table_drop(t, row.id);
            continue;
        }
        read_row(rows, &row);
        row.numbers[GATEWAY_COMPANY_BEST_SCORE] = number(rows, 12);
        if (lm_rows_int(rows, 11) > 0)
            row.flags |= 1u << GATEWAY_COMPANY_HAS_LEADS;
        gateway_table_put(t, &row);
    }
    return LM_OK;
}

static const struct lm_sql sweep_company_changes = {
    "sweep_company_changes",
    "SELECT sweep_company_changes($1::int)",
};

lm_code gateway_sweep_company_changes(struct lm_ctx *ctx, int most, int64_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &sweep_company_changes, LM_ARGS(LM_INT(most)), "sweep", &rows, err))
        return err->code;
    *n = lm_rows_int(rows, 0);
    return LM_OK;
}

const struct lm_sql *const gateway_columns_sql[] = {
    &columns_mark,    &columns_companies,     &columns_leads,
    &columns_changed, &sweep_company_changes, NULL,
};
