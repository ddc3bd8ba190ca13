/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists and details of companies, read from the views. A page begins behind the row that the cursor
 * names and walks the index of its order; which rows other filters want is known in memory, so that
 * no statement here filters on the way.
 */
#include "common/json.h"
#include "common/str.h"
#include "services/gateway/store_internal.h"

#define COMPANY_COLUMNS                                                                \
    "v.id, v.company, v.research, v.status, lm_ms(v.created_at), lm_ms(v.updated_at)," \
    " l.n, l.best"
/* For the rows of the page only: a company has few leads. */
#define COMPANY_LEADS                                                                  \
    " CROSS JOIN LATERAL (SELECT count(*) AS n, max(icp_score) AS best FROM lead_view" \
    "  WHERE tenant_id = v.tenant_id AND company_id = v.id AND is_listed) l"
/* $2 status, $3 source */
#define COMPANY_FILTER                        \
    " WHERE v.tenant_id = $1 AND v.is_listed" \
    " AND ($2::int IS NULL OR v.status = $2) AND ($3::int IS NULL OR v.source = $3)"
/* $4 key and $5 id of the cursor, $6 rows, $7 rows to leave out; $8 to $10 patterns */
#define COMPANY_PAGE                                                  \
    " AND (v.created_at, v.id) < (lm_at($4::text::bigint), $5::uuid)" \
    " ORDER BY v.created_at DESC, v.id DESC LIMIT $6::bigint OFFSET $7::bigint"

#define COMPANY_LIST(name, from, driver)                                                \
    static const struct lm_sql name = {                                                 \
        #name,                                                                          \
        "SELECT " COMPANY_COLUMNS                                                       \
        " FROM (SELECT v.* FROM company_view v" from COMPANY_FILTER driver COMPANY_PAGE \
        ") v" COMPANY_LEADS " ORDER BY v.created_at DESC, v.id DESC",                   \
    }

COMPANY_LIST(companies_newest, "", "");
COMPANY_LIST(companies_newest_status, "", " AND v.status = $2::int");
COMPANY_LIST(companies_newest_source, "", " AND v.source = $3::int");
COMPANY_LIST(companies_newest_search,
             " JOIN search_companies($8, $9, $10, 2000) AS found(id) ON found.id = v.id", "");

#define COMPANY_FILTER_ARGS(ctx, f)                               \
    LM_ID((ctx)->tenant_id), gateway_int_or_null((f)->status, 0), \
        gateway_int_or_null((f)->source, 0)

static lm_code read_company(struct lm_ctx *ctx, const struct lm_rows *rows, bool with_details,
                            Gateway__CompanyView *out, lm_err *err)
{
    struct gateway_company_parts parts = {
        .company = lm_rows_bytes(rows, 1),
        .research = lm_rows_bytes(rows, 2),
        .status = (int)lm_rows_int(rows, 3),
        .created_at = lm_rows_ms(rows, 4),
        .updated_at = lm_rows_ms(rows, 5),
        .lead_count = (int)lm_rows_int(rows, 6),
        .best_score = lm_rows_is_null(rows, 7) ? -1 : (int)lm_rows_int(rows, 7),
    };

    return gateway_shape_company(ctx->arena, &parts, with_details, out, err);
}

/* At most `limit`; true in *has_more when there is another, and `rows` stands on the last that was read. */
static lm_code read_companies(struct lm_ctx *ctx, struct lm_rows *rows, int64_t limit,
                              struct gateway_companies *out, bool *has_more, lm_err *err)
{
    *has_more = false;
    *out = (struct gateway_companies){
        .items = LM_NEW_ARRAY(ctx->arena, Gateway__CompanyView *, lm_rows_count(rows) + 1)};
    while (lm_rows_next(rows)) {
        Gateway__CompanyView *view = LM_NEW(ctx->arena, Gateway__CompanyView);

        gateway__company_view__init(view);
        if (read_company(ctx, rows, false, view, err))
            return err->code;
        out->items[out->n++] = view;
        if ((int64_t)out->n == limit) {
            *has_more = (int64_t)lm_rows_count(rows) > limit;
            break;
        }
    }
    return LM_OK;
}

lm_code gateway_companies_list(struct lm_ctx *ctx, const struct gateway_company_filter *f,
                               const struct gateway_page *page, struct gateway_companies *out,
                               lm_err *err)
{
    struct lm_args args =
        LM_ARGS(COMPANY_FILTER_ARGS(ctx, f), LM_Z(page->from.key), LM_ID(page->from.id),
                LM_INT(page->limit + 1), LM_INT(page->offset), PATTERN_ARGS(f));
    const struct lm_sql *sql = f->n_patterns ? &companies_newest_search
                               : f->status   ? &companies_newest_status
                               : f->source   ? &companies_newest_source
                                             : &companies_newest;
    struct lm_rows *rows;
    bool has_more;

    if (lm_db_query(ctx, sql, WITHOUT_PATTERNS(args, f), &rows, err) ||
        read_companies(ctx, rows, page->limit, out, &has_more, err))
        return err->code;
    if (has_more)
        out->next = gateway_row_cursor(ctx, rows, 4);
    return LM_OK;
}

/* In the order of an index, so that it is walked and nothing else is read. */
#define COMPANY_COUNT(name, driver)                                                \
    static const struct lm_sql name = {                                            \
        #name,                                                                     \
        "SELECT count(*) FROM (SELECT 1 FROM company_view v" COMPANY_FILTER driver \
        " ORDER BY v.created_at DESC, v.id DESC LIMIT $4::bigint) n",              \
    }
static const struct lm_sql companies_count = {
    "companies_count",
    "SELECT count(*) FROM (SELECT 1 FROM company_view v"
    " WHERE v.tenant_id = $1 AND v.is_listed AND $2::int IS NULL AND $3::int IS NULL"
    " ORDER BY v.created_at DESC, v.id DESC LIMIT $4::bigint) n",
};
COMPANY_COUNT(companies_count_status, " AND v.status = $2::int");
COMPANY_COUNT(companies_count_source, " AND v.source = $3::int");
static const struct lm_sql companies_count_search = {
    "companies_count_search",
    "SELECT count(*) FROM search_companies($5, $6, $7, $4::int) AS found(id)"
    " CROSS JOIN LATERAL (SELECT 1 FROM company_view v" COMPANY_FILTER
    "    AND v.id = found.id OFFSET 0) l",
};

lm_code gateway_companies_count(struct lm_ctx *ctx, const struct gateway_company_filter *f,
                                int64_t *n, lm_err *err)
{
    int64_t cap = (f->n_patterns ? GATEWAY_SEARCH_CAP : GATEWAY_COUNT_CAP) + 1;
    struct lm_args args = LM_ARGS(COMPANY_FILTER_ARGS(ctx, f), LM_INT(cap), PATTERN_ARGS(f));
    const struct lm_sql *sql = f->n_patterns ? &companies_count_search
                               : f->status   ? &companies_count_status
                               : f->source   ? &companies_count_source
                                             : &companies_count;

    return gateway_count(ctx, sql, WITHOUT_PATTERNS(args, f), n, err);
}

/* ---- by name ---- */

/* $2 key and $3 id of the cursor, $4 rows, $5 rows to leave out; $6 ids */
#define BY_NAME                                       \
    " AND (v.sort_name, v.id) > ($2::text, $3::uuid)" \
    " ORDER BY v.sort_name, v.id LIMIT $4::bigint OFFSET $5::bigint"
#define COMPANY_BY_NAME(name, which)                                                         \
    static const struct lm_sql name = {                                                      \
        #name,                                                                               \
        "SELECT " COMPANY_COLUMNS ", v.sort_name"                                            \
        " FROM (SELECT v.* FROM company_view v WHERE v.tenant_id = $1 AND v.is_listed" which \
            BY_NAME ") v" COMPANY_LEADS " ORDER BY v.sort_name, v.id",                       \
    }
COMPANY_BY_NAME(companies_by_name, "");
COMPANY_BY_NAME(companies_by_name_of, " AND v.id = ANY ($6::uuid[])");

lm_code gateway_companies_by_name(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                                  const struct gateway_page *page, struct gateway_companies *out,
                                  lm_err *err)
{
    struct lm_args args =
        LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(page->from.key), LM_ID(page->from.id),
                LM_INT(page->limit + 1), LM_INT(page->offset), LM_TEXTS(ids, n_ids));
    struct gateway_cursor c = {.order = 'A'};
    struct lm_rows *rows;
    bool has_more;

    if (!ids)
        args.n--;
    if (lm_db_query(ctx, ids ? &companies_by_name_of : &companies_by_name, args, &rows, err) ||
        read_companies(ctx, rows, page->limit, out, &has_more, err))
        return err->code;
    if (!has_more)
        return LM_OK;
    snprintf(c.key, sizeof(c.key), "%.*s", LM_FMT(lm_rows_str(rows, 8)));
    snprintf(c.id, sizeof(c.id), "%.*s", LM_FMT(lm_rows_str(rows, 0)));
    out->next = gateway_cursor_text(ctx->arena, &c);
    return LM_OK;
}

static const struct lm_sql company_names = {
    "company_names",
    "SELECT id, sort_name FROM company_view WHERE tenant_id = $1 AND is_listed"
    "   AND (sort_name, id) > ($2::text, $3::uuid) ORDER BY sort_name, id LIMIT $4",
};

lm_code gateway_company_names(struct lm_ctx *ctx, const struct gateway_cursor *from, size_t most,
                              struct gateway_named **out, size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &company_names,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(from->key), LM_ID(from->id),
                            LM_INT((int64_t)most)),
                    &rows, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct gateway_named, lm_rows_count(rows) + 1);
    for (*n = 0; lm_rows_next(rows); ++*n)
        (*out)[*n] = (struct gateway_named){lm_rows_str(rows, 0), lm_rows_str(rows, 1)};
    return LM_OK;
}

/* ---- by id ---- */

static const struct lm_sql companies_of = {
    "companies_of",
    "SELECT " COMPANY_COLUMNS "  FROM unnest($2::uuid[]) WITH ORDINALITY AS wanted(id, place)"
    "  JOIN company_view v ON v.tenant_id = $1 AND v.id = wanted.id AND v.is_listed" COMPANY_LEADS
    " ORDER BY wanted.place",
};

lm_code gateway_companies_of(struct lm_ctx *ctx, const lm_str *ids, size_t n_ids,
                             struct gateway_companies *out, lm_err *err)
{
    struct lm_rows *rows;
    bool has_more;

    if (lm_db_query(ctx, &companies_of, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(ids, n_ids)), &rows,
                    err))
        return err->code;
    return read_companies(ctx, rows, INT64_MAX, out, &has_more, err);
}

static const struct lm_sql companies_search = {
    "companies_search",
    "SELECT search_companies($1, $2, $3, 2001)",
};

lm_code gateway_companies_search(struct lm_ctx *ctx, const lm_str patterns[3], lm_str **ids,
                                 size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &companies_search,
                    LM_ARGS(LM_TEXT(patterns[0]), LM_TEXT(patterns[1]), LM_TEXT(patterns[2])),
                    &rows, err))
        return err->code;
    *ids = LM_NEW_ARRAY(ctx->arena, lm_str, lm_rows_count(rows) + 1);
    for (*n = 0; lm_rows_next(rows); ++*n)
        (*ids)[*n] = lm_rows_str(rows, 0);
    return LM_OK;
}

static const struct lm_sql company_get = {
    "company_get",
    "SELECT " COMPANY_COLUMNS ", v.merged_into FROM company_view v" COMPANY_LEADS
    " WHERE v.tenant_id = $1 AND v.id = $2 AND v.scraper_version > 0",
};

lm_code gateway_company_get(struct lm_ctx *ctx, const char *id, Gateway__CompanyView *out,
                            lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &company_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "company", &rows,
                  err))
        return err->code;
    out->merged_into_id = lm_rows_strz(rows, 8);
    return read_company(ctx, rows, true, out, err);
}

const struct lm_sql *const gateway_companies_sql[] = {
    &companies_newest,
    &companies_newest_status,
    &companies_newest_source,
    &companies_newest_search,
    &companies_count,
    &companies_count_status,
    &companies_count_source,
    &companies_count_search,
    &companies_by_name,
    &companies_by_name_of,
    &company_names,
    &companies_of,
    &companies_search,
    &company_get,
    NULL,
};
