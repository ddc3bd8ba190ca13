/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists and details of leads and searches, read from the views. Each order and each filter that has an index has
 * a statement of its own, so that even a generic plan walks that index; the other filters are
 * checked on the way. A page begins behind the row that the cursor names.
 */
#include "common/json.h"
#include "common/str.h"
#include "services/gateway/store_internal.h"
#include "services/gateway/views/shape.h"

lm_code gateway_count(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args, int64_t *n,
                      lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, sql, args, "count", &rows, err))
        return err->code;
    *n = lm_rows_int(rows, 0);
    return LM_OK;
}

char *gateway_row_cursor(struct lm_ctx *ctx, const struct lm_rows *rows, int created_col)
{
    struct gateway_cursor c = {.order = 'N'};

    snprintf(c.key, sizeof(c.key), "%.*s", LM_FMT(lm_rows_str(rows, created_col)));
    snprintf(c.id, sizeof(c.id), "%.*s", LM_FMT(lm_rows_str(rows, 0)));
    return gateway_cursor_text(ctx->arena, &c);
}

/* ---- leads ---- */

#define LEAD_COLUMNS                                                                                \
    "v.id, v.company_id, v.lead, v.score, v.status, lm_ms(v.sequenced_at),"                         \
    " lm_ms(v.last_contacted_at), v.emails_sent, v.open_count, v.click_count, lm_ms(v.replied_at)," \
    " v.stopped_because, v.icp_score, v.sort_name, lm_ms(v.created_at), lm_ms(v.updated_at),"       \
    " c.name, c.domain"
#define LEAD_COMPANY \
    " LEFT JOIN company_view c ON c.tenant_id = v.tenant_id AND c.id = v.company_id"
/* $2 status, $3 classification, $4 has_email, $5 company, $6 min_score */
#define LEAD_FILTER_OWN                                                                      \
    " WHERE v.tenant_id = $1 AND v.is_listed"                                                \
    " AND ($2::int IS NULL OR v.status = $2) AND ($3::int IS NULL OR v.classification = $3)" \
    " AND ($4::boolean IS NULL OR v.has_email = $4) AND ($6::int IS NULL OR v.icp_score >= $6)"
#define LEAD_FILTER LEAD_FILTER_OWN " AND ($5::uuid IS NULL OR v.company_id = $5)"
/* $7 key and $8 id of the cursor, $9 rows, $10 rows to leave out */
#define NEWEST                                                        \
    " AND (v.created_at, v.id) < (lm_at($7::text::bigint), $8::uuid)" \
    " ORDER BY v.created_at DESC, v.id DESC LIMIT $9::bigint OFFSET $10::bigint"
#define BEST                                               \
    " AND (v.icp_score, v.id) < ($7::text::int, $8::uuid)" \
    " ORDER BY v.icp_score DESC, v.id DESC LIMIT $9::bigint OFFSET $10::bigint"
#define NAME                                          \
    " AND (v.sort_name, v.id) > ($7::text, $8::uuid)" \
    " ORDER BY v.sort_name, v.id LIMIT $9::bigint OFFSET $10::bigint"
/* $11 to $13 patterns; the function names the tenant itself and uses the trigram index. */
#define LEAD_SEARCH " JOIN search_leads($11, $12, $13, 2000) AS found(id) ON found.id = v.id"

#define LEAD_LIST(name, driver, order)                                                    \
    static const struct lm_sql name = {                                                   \
        #name,                                                                            \
        "SELECT " LEAD_COLUMNS " FROM lead_view v" LEAD_COMPANY LEAD_FILTER driver order, \
    }
#define LEAD_LIST_SEARCH(name, order)                                                          \
    static const struct lm_sql name = {                                                        \
        #name,                                                                                 \
        "SELECT " LEAD_COLUMNS " FROM lead_view v" LEAD_SEARCH LEAD_COMPANY LEAD_FILTER order, \
    }
#define LEAD_COUNT(name, filter, driver)                                                        \
    static const struct lm_sql name = {                                                         \
        #name,                                                                                  \
        "SELECT count(*) FROM (SELECT 1 FROM lead_view v" filter driver " LIMIT $7::bigint) n", \
    }
/* Names no column that the indexes of 0007 have not: counted without a look at the rows. */
#define OF_ALL_COMPANIES LEAD_FILTER_OWN " AND $5::uuid IS NULL"

LEAD_LIST(leads_newest, "", NEWEST);
LEAD_LIST(leads_newest_status, " AND v.status = $2::int", NEWEST);
LEAD_LIST(leads_newest_class, " AND v.classification = $3::int", NEWEST);
LEAD_LIST(leads_newest_company, " AND v.company_id = $5::uuid", NEWEST);
LEAD_LIST_SEARCH(leads_newest_search, NEWEST);
LEAD_LIST(leads_best, "", BEST);
LEAD_LIST_SEARCH(leads_best_search, BEST);
LEAD_LIST(leads_name, "", NAME);
LEAD_LIST_SEARCH(leads_name_search, NAME);
LEAD_COUNT(leads_count, OF_ALL_COMPANIES, "");
LEAD_COUNT(leads_count_status, OF_ALL_COMPANIES, " AND v.status = $2::int");
LEAD_COUNT(leads_count_class, OF_ALL_COMPANIES, " AND v.classification = $3::int");
LEAD_COUNT(leads_count_company, LEAD_FILTER, " AND v.company_id = $5::uuid");
static const struct lm_sql leads_count_search = {
    "leads_count_search",
    "SELECT count(*) FROM lead_view v JOIN search_leads($8, $9, $10, $7::int) AS found(id)"
    " ON found.id = v.id" LEAD_FILTER,
};

static const struct lm_sql *choose_lead_list(const struct gateway_lead_filter *f)
{
    if (f->order == 'B')
        return f->n_patterns ? &leads_best_search : &leads_best;
    if (f->order == 'A')
        return f->n_patterns ? &leads_name_search : &leads_name;
    if (f->n_patterns)
        return &leads_newest_search;
    if (f->company_id)
        return &leads_newest_company;
    if (f->status)
        return &leads_newest_status;
    return f->classification ? &leads_newest_class : &leads_newest;
}

static const struct lm_sql *choose_lead_count(const struct gateway_lead_filter *f)
{
    if (f->n_patterns)
        return &leads_count_search;
    if (f->company_id)
        return &leads_count_company;
    if (f->status)
        return &leads_count_status;
    return f->classification ? &leads_count_class : &leads_count;
}

#define LEAD_FILTER_ARGS(ctx, f)                                                           \
    LM_ID((ctx)->tenant_id), gateway_int_or_null((f)->status, 0),                          \
        gateway_int_or_null((f)->classification, 0), gateway_flag_or_null((f)->has_email), \
        LM_ID((f)->company_id), gateway_int_or_null((f)->min_score, -1)
static void read_lead(struct lm_ctx *ctx, const struct lm_rows *rows, struct gateway_lead_parts *p)
{
    *p = (struct gateway_lead_parts){
        .id = lm_rows_strz(rows, 0),
        .company_id = lm_rows_strz(rows, 1),
        .lead = lm_rows_bytes(rows, 2),
        .score = lm_rows_bytes(rows, 3),
        .status = (int)lm_rows_int(rows, 4),
        .sequenced_at = lm_rows_ms(rows, 5),
        .last_contacted_at = lm_rows_ms(rows, 6),
        .emails_sent = (int)lm_rows_int(rows, 7),
        .open_count = (int)lm_rows_int(rows, 8),
        .click_count = (int)lm_rows_int(rows, 9),
        .replied_at = lm_rows_ms(rows, 10),
        .stopped_because = lm_rows_strz(rows, 11),
        .created_at = lm_rows_ms(rows, 14),
        .updated_at = lm_rows_ms(rows, 15),
        .company_name = lm_rows_strz(rows, 16),
        .company_domain = lm_rows_strz(rows, 17),
    };
    (void)ctx;
}

/* The cursor behind the row that `rows` stands on. */
static char *lead_cursor(struct lm_ctx *ctx, const struct lm_rows *rows, char order)
{
    struct gateway_cursor c = {.order = order};
    int key = order == 'B' ? 12 : order == 'A' ? 13 : 14;

    snprintf(c.key, sizeof(c.key), "%.*s", LM_FMT(lm_rows_str(rows, key)));
    snprintf(c.id, sizeof(c.id), "%.*s", LM_FMT(lm_rows_str(rows, 0)));
    return gateway_cursor_text(ctx->arena, &c);
}

lm_code gateway_leads_list(struct lm_ctx *ctx, const struct gateway_lead_filter *f,
                           const struct gateway_page *page, struct gateway_leads *out, lm_err *err)
{
    struct lm_args args =
        LM_ARGS(LEAD_FILTER_ARGS(ctx, f), LM_Z(page->from.key), LM_ID(page->from.id),
                LM_INT(page->limit + 1), LM_INT(page->offset), PATTERN_ARGS(f));
    struct gateway_lead_parts parts;
    struct lm_rows *rows;

    if (lm_db_query(ctx, choose_lead_list(f), WITHOUT_PATTERNS(args, f), &rows, err))
        return err->code;
    *out = (struct gateway_leads){
        .items = LM_NEW_ARRAY(ctx->arena, Gateway__LeadView *, lm_rows_count(rows) + 1)};
    while (lm_rows_next(rows)) {
        Gateway__LeadView *view = LM_NEW(ctx->arena, Gateway__LeadView);

        gateway__lead_view__init(view);
        read_lead(ctx, rows, &parts);
        if (gateway_shape_lead(ctx->arena, &parts, false, view, err))
            return err->code;
        out->items[out->n++] = view;
        if ((int64_t)out->n == page->limit) {
            if ((int64_t)lm_rows_count(rows) > page->limit)
                out->next = lead_cursor(ctx, rows, f->order);
            break;
        }
    }
    return LM_OK;
}

lm_code gateway_leads_count(struct lm_ctx *ctx, const struct gateway_lead_filter *f, int64_t *n,
                            lm_err *err)
{
    int64_t cap = (f->n_patterns ? GATEWAY_SEARCH_CAP : GATEWAY_COUNT_CAP) + 1;
    struct lm_args args = LM_ARGS(LEAD_FILTER_ARGS(ctx, f), LM_INT(cap), PATTERN_ARGS(f));

    return gateway_count(ctx, choose_lead_count(f), WITHOUT_PATTERNS(args, f), n, err);
}

static const struct lm_sql lead_get = {
    "lead_get",
    "SELECT " LEAD_COLUMNS " FROM lead_view v" LEAD_COMPANY
    " WHERE v.tenant_id = $1 AND v.id = $2 AND v.is_listed",
};
static const struct lm_sql lead_messages = {
    "lead_messages",
    "SELECT message, delivery_status, dry_run, open_count, click_count, lm_ms(first_opened_at),"
    "       lm_ms(first_clicked_at), error"
    "  FROM message_view WHERE tenant_id = $1 AND lead_id = $2 AND message IS NOT NULL"
    " ORDER BY step, id LIMIT 100",
};

static lm_code read_messages(struct lm_ctx *ctx, struct lm_rows *rows, Gateway__LeadView *out,
                             lm_err *err)
{
    out->messages = LM_NEW_ARRAY(ctx->arena, Gateway__MessageView *, lm_rows_count(rows));
    while (lm_rows_next(rows)) {
        struct gateway_message_parts p = {
            .message = lm_rows_bytes(rows, 0),
            .delivery_status = (int)lm_rows_int(rows, 1),
            .has_dry_run = !lm_rows_is_null(rows, 2),
            .dry_run = lm_rows_bool(rows, 2),
            .open_count = (int)lm_rows_int(rows, 3),
            .click_count = (int)lm_rows_int(rows, 4),
            .first_opened_at = lm_rows_ms(rows, 5),
            .first_clicked_at = lm_rows_ms(rows, 6),
            .error = lm_rows_strz(rows, 7),
        };
        Gateway__MessageView *view = LM_NEW(ctx->arena, Gateway__MessageView);

        gateway__message_view__init(view);
        if (gateway_shape_message(ctx->arena, &p, view, err))
            return err->code;
        out->messages[out->n_messages++] = view;
    }
    return LM_OK;
}

lm_code gateway_lead_get(struct lm_ctx *ctx, const char *id, Gateway__LeadView *out, lm_err *err)
{
    struct lm_args key = LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id));
    struct gateway_lead_parts parts;
    struct lm_rows *rows;

    if (lm_db_one(ctx, &lead_get, key, "lead", &rows, err))
        return err->code;
    read_lead(ctx, rows, &parts);
    if (gateway_shape_lead(ctx->arena, &parts, true, out, err) ||
        lm_db_query(ctx, &lead_messages, key, &rows, err))
        return err->code;
    return read_messages(ctx, rows, out, err);
}

/* ---- searches ---- */

#define JOB_FILTER                                                                  \
    " WHERE tenant_id = $1 AND NOT is_deleted AND ($2::int IS NULL OR source = $2)" \
    " AND ($3::int IS NULL OR status = $3)"                                         \
    " AND ($4::uuid IS NULL OR schedule_id = $4)"
static const struct lm_sql scrape_jobs_list = {
    "scrape_jobs_list",
    "SELECT id, job, lm_ms(created_at) FROM scrape_job_view" JOB_FILTER
    " AND (created_at, id) < (lm_at($5::text::bigint), $6::uuid)"
    " ORDER BY created_at DESC, id DESC LIMIT $7::bigint OFFSET $8::bigint",
};
static const struct lm_sql scrape_jobs_count = {
    "scrape_jobs_count",
    "SELECT count(*) FROM (SELECT 1 FROM scrape_job_view" JOB_FILTER " LIMIT $5::bigint) n",
};

lm_code gateway_scrape_jobs_list(struct lm_ctx *ctx, const Gateway__ListScrapeJobsRequest *in,
                                 const struct gateway_page *page, struct gateway_jobs_page *out,
                                 lm_err *err)
{
    struct lm_arg source = in->has_source ? LM_INT(in->source) : LM_NULL;
    struct lm_arg status = in->has_status_filter ? LM_INT(in->status_filter) : LM_NULL;
    struct lm_rows *rows;

    if (lm_db_query(ctx, &scrape_jobs_list,
                    LM_ARGS(LM_ID(ctx->tenant_id), source, status, LM_ID(in->schedule_id),
                            LM_Z(page->from.key), LM_ID(page->from.id), LM_INT(page->limit + 1),
                            LM_INT(page->offset)),
                    &rows, err))
        return err->code;
    *out = (struct gateway_jobs_page){
        .items = LM_NEW_ARRAY(ctx->arena, Scraper__ScrapeJob *, lm_rows_count(rows) + 1)};
    while (lm_rows_next(rows)) {
        if (lm_pb_unpack(ctx->arena, &scraper__scrape_job__descriptor, lm_rows_bytes(rows, 1),
                         (ProtobufCMessage **)&out->items[out->n++], err))
            return err->code;
        if ((int64_t)out->n == page->limit) {
            if ((int64_t)lm_rows_count(rows) > page->limit)
                out->next = gateway_row_cursor(ctx, rows, 2);
            break;
        }
    }
    return gateway_count(ctx, &scrape_jobs_count,
                         LM_ARGS(LM_ID(ctx->tenant_id), source, status, LM_ID(in->schedule_id),
                                 LM_INT(GATEWAY_COUNT_CAP + 1)),
                         &out->total, err);
}

static const struct lm_sql scrape_job_get = {
    "scrape_job_get",
    "SELECT job FROM scrape_job_view WHERE tenant_id = $1 AND id = $2 AND NOT is_deleted",
};

lm_code gateway_scrape_job_get(struct lm_ctx *ctx, const char *id, Scraper__ScrapeJob **out,
                               lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &scrape_job_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "scrape job",
                  &rows, err))
        return err->code;
    return lm_pb_unpack(ctx->arena, &scraper__scrape_job__descriptor, lm_rows_bytes(rows, 0),
                        (ProtobufCMessage **)out, err);
}

const struct lm_sql *const gateway_lists_sql[] = {
    &leads_newest,        &leads_newest_status, &leads_newest_class, &leads_newest_company,
    &leads_newest_search, &leads_best,          &leads_best_search,  &leads_name,
    &leads_name_search,   &leads_count,         &leads_count_status, &leads_count_class,
    &leads_count_company, &leads_count_search,  &lead_get,           &lead_messages,
    &scrape_jobs_list,    &scrape_jobs_count,   &scrape_job_get,     NULL,
};
