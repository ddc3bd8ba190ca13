/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on searches and what they saw. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/store_internal.h"

const char *scraper_source_name(Lm__Source source)
{
    return lm_enum_name(&lm__source__descriptor, (int)source);
}

Lm__Source scraper_source_of(lm_str name)
{
    int value;

    return lm_enum_value(&lm__source__descriptor, name, &value) ? (Lm__Source)value
                                                                : LM__SOURCE__OTHER;
}

lm_str *scraper_texts_of(struct lm_ctx *ctx, char *const *v, size_t n)
{
    lm_str *out = LM_NEW_ARRAY(ctx->arena, lm_str, n);

    for (size_t i = 0; i < n; i++)
        out[i] = lm_str_z(v[i]);
    return out;
}

char **scraper_strings_at(struct lm_ctx *ctx, struct lm_rows *r, int col, size_t *n)
{
    lm_str *texts;
    char **out;

    lm_rows_texts(r, col, &texts, n);
    out = LM_NEW_ARRAY(ctx->arena, char *, *n);
    for (size_t i = 0; i < *n; i++)
        out[i] = lm_arena_strz(ctx->arena, texts[i]);
    return out;
}

struct lm_arg scraper_filters_arg(struct lm_ctx *ctx, const Scraper__Filters *filters)
{
    return filters ? LM_BYTES(lm_pb_pack(ctx->arena, &filters->base)) : LM_NULL;
}

lm_code scraper_filters_at(struct lm_ctx *ctx, struct lm_rows *r, int col, Scraper__Filters **out,
                           lm_err *err)
{
    ProtobufCMessage *m = NULL;

    if (!lm_rows_is_null(r, col) &&
        lm_pb_unpack(ctx->arena, &scraper__filters__descriptor, lm_rows_bytes(r, col), &m, err))
        return err->code;
    *out = (Scraper__Filters *)m;
    return LM_OK;
}

/* ---- searches ---- */

static const struct lm_sql search_add = {
    "search_add",
    "INSERT INTO scrape_job (tenant_id, id, version, source, keywords, filters, max_pages, status, requested_by,"
    "       job_id, created_at, updated_at, schedule_id)"
    " VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, lm_at($10), lm_at($10), $11)",
};

lm_code scraper_search_insert(struct lm_ctx *ctx, Scraper__ScrapeJob *s, const char *job_id,
                              lm_err *err)
{
    return lm_db_exec(
        ctx, &search_add,
        LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(s->id), LM_Z(scraper_source_name(s->source)),
                LM_TEXTS(scraper_texts_of(ctx, s->keywords, s->n_keywords), s->n_keywords),
                scraper_filters_arg(ctx, s->filters), LM_INT(s->max_pages),
                LM_Z(lm_enum_name(&scraper__scrape_status__descriptor, (int)s->status)),
                LM_Z(s->requested_by), LM_ID(job_id), LM_MS(s->created_at), LM_ID(s->schedule_id)),
        NULL, err);
}

static const struct lm_sql search_read = {
    "search_read",
    "SELECT id, source, keywords, filters, max_pages, status, pages_done, results_count, new_companies_count,"
    "       duplicate_count, dropped_count, error_message, lm_ms(created_at), lm_ms(started_at), lm_ms(completed_at),"
    "       version, requested_by, lm_ms(updated_at), job_id, cards_count, details_done, error_count, page_errors,"
    "       schedule_id"
    "  FROM scrape_job WHERE tenant_id = $1 AND id = $2 AND NOT is_deleted FOR UPDATE",
};

static void read_counts(struct lm_rows *r, Scraper__ScrapeJob *s)
{
    s->has_pages_done = s->has_results_count = s->has_new_companies_count = true;
    s->has_duplicate_count = s->has_dropped_count = true;
    s->pages_done = (int32_t)lm_rows_int(r, 6);
    s->results_count = (int32_t)lm_rows_int(r, 7);
    s->new_companies_count = (int32_t)lm_rows_int(r, 8);
    s->duplicate_count = (int32_t)lm_rows_int(r, 9);
    s->dropped_count = (int32_t)lm_rows_int(r, 10);
    s->has_cards_count = s->has_details_done = s->has_error_count = true;
    s->cards_count = (int32_t)lm_rows_int(r, 19);
    s->details_done = (int32_t)lm_rows_int(r, 20);
    s->error_count = (int32_t)lm_rows_int(r, 21);
}

static lm_code read_errors(struct lm_ctx *ctx, struct lm_rows *r, Scraper__ScrapeJob *s,
                           lm_err *err)
{
    ProtobufCMessage *m;
    const Scraper__ScrapeJob *holder;

    if (lm_rows_is_null(r, 22))
        return LM_OK;
    if (lm_pb_unpack(ctx->arena, &scraper__scrape_job__descriptor, lm_rows_bytes(r, 22), &m, err))
        return err->code;
    holder = (const Scraper__ScrapeJob *)m;
    s->errors = holder->errors;
    s->n_errors = holder->n_errors;
    return LM_OK;
}

static struct lm_arg errors_arg(struct lm_ctx *ctx, const Scraper__ScrapeJob *s)
{
    Scraper__ScrapeJob holder = SCRAPER__SCRAPE_JOB__INIT;

    if (!s->n_errors)
        return LM_NULL;
    holder.id = s->id;
    holder.source = s->source;
    holder.status = s->status;
    holder.errors = s->errors;
    holder.n_errors = s->n_errors;
    return LM_BYTES(lm_pb_pack(ctx->arena, &holder.base));
}

static void read_times(struct lm_rows *r, Scraper__ScrapeJob *s)
{
    s->has_created_at = s->has_updated_at = s->has_version = true;
    s->created_at = lm_rows_ms(r, 12);
    s->has_started_at = !lm_rows_is_null(r, 13);
    s->started_at = lm_rows_ms(r, 13);
    s->has_completed_at = !lm_rows_is_null(r, 14);
    s->completed_at = lm_rows_ms(r, 14);
    s->version = lm_rows_int(r, 15);
    s->updated_at = lm_rows_ms(r, 17);
}

lm_code scraper_search_lock(struct lm_ctx *ctx, const char *id, Scraper__ScrapeJob **out,
                            const char **job_id, lm_err *err)
{
    Scraper__ScrapeJob *s = LM_NEW(ctx->arena, Scraper__ScrapeJob);
    struct lm_rows *r;
    int status;

    if (lm_db_one(ctx, &search_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "the search", &r,
                  err))
        return err->code;
    scraper__scrape_job__init(s);
    s->id = lm_rows_strz(r, 0);
    s->source = scraper_source_of(lm_rows_str(r, 1));
    s->keywords = scraper_strings_at(ctx, r, 2, &s->n_keywords);
    s->has_max_pages = true;
    s->max_pages = (int32_t)lm_rows_int(r, 4);
    if (!lm_enum_value(&scraper__scrape_status__descriptor, lm_rows_str(r, 5), &status))
        return lm_fail(err, LM_INTERNAL, "the stored status of search %s is none", id);
    s->status = (Scraper__ScrapeStatus)status;
    s->error_message = lm_rows_strz(r, 11);
    s->requested_by = lm_rows_strz(r, 16);
    s->schedule_id = lm_rows_strz(r, 23);
    *job_id = lm_rows_strz(r, 18);
    read_counts(r, s);
    read_times(r, s);
    *out = s;
    return read_errors(ctx, r, s, err) ? err->code
                                       : scraper_filters_at(ctx, r, 3, &s->filters, err);
}

static const struct lm_sql search_write = {
    "search_write",
    "UPDATE scrape_job SET version = version + 1, status = $3, pages_done = $4, results_count = $5,"
    "       new_companies_count = $6, duplicate_count = $7, dropped_count = $8, error_message = $9,"
    "       started_at = lm_at($10), completed_at = lm_at($11), updated_at = lm_at($12), cards_count = $13,"
    "       details_done = $14, error_count = $15, page_errors = $16, is_deleted = $17"
    " WHERE tenant_id = $1 AND id = $2"
    " RETURNING version",
};

lm_code scraper_search_update(struct lm_ctx *ctx, Scraper__ScrapeJob *s, lm_err *err)
{
    struct lm_rows *r;

    s->has_updated_at = true;
    s->updated_at = lm_clock_ms();
    if (lm_db_one(ctx, &search_write,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(s->id),
                          LM_Z(lm_enum_name(&scraper__scrape_status__descriptor, (int)s->status)),
                          LM_INT(s->pages_done), LM_INT(s->results_count),
                          LM_INT(s->new_companies_count), LM_INT(s->duplicate_count),
                          LM_INT(s->dropped_count), LM_Z(s->error_message),
                          LM_MS_OR_NULL(s->started_at), LM_MS_OR_NULL(s->completed_at),
                          LM_MS(s->updated_at), LM_INT(s->cards_count), LM_INT(s->details_done),
                          LM_INT(s->error_count), errors_arg(ctx, s), LM_BOOL(s->is_deleted)),
                  "the search", &r, err))
        return err->code;
    s->version = lm_rows_int(r, 0);
    return LM_OK;
}

/* Null where none of the latest asked for the same; ids begin with their time. */
static const struct lm_sql search_best = {
    "search_best",
    "SELECT max(cards_count)"
    "  FROM (SELECT id, source, keywords, filters, status, cards_count FROM scrape_job"
    "         WHERE tenant_id = $1 ORDER BY id DESC LIMIT 200) s"
    " WHERE source = $2 AND keywords = $3 AND filters IS NOT DISTINCT FROM $4 AND status = 'COMPLETED' AND id <> $5",
};

lm_code scraper_search_is_telling(struct lm_ctx *ctx, const Scraper__ScrapeJob *s, bool *is_telling,
                                  lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(
            ctx, &search_best,
            LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(scraper_source_name(s->source)),
                    LM_TEXTS(scraper_texts_of(ctx, s->keywords, s->n_keywords), s->n_keywords),
                    scraper_filters_arg(ctx, s->filters), LM_ID(s->id)),
            "what the same search has found", &r, err))
        return err->code;
    *is_telling = lm_rows_is_null(r, 0) || lm_rows_int(r, 0) > 0;
    return LM_OK;
}

/* ---- what a search has found ---- */

static const struct lm_sql page_read = {
    "page_read",
    "SELECT next FROM search_page WHERE tenant_id = $1 AND scrape_job_id = $2 AND keyword = $3 AND page = $4",
};

lm_code scraper_page_known(struct lm_ctx *ctx, const char *search_id, struct scraper_page_at at,
                           bool *known, lm_str *next, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &page_read,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id), LM_INT(at.keyword),
                            LM_INT(at.page)),
                    &r, err))
        return err->code;
    *known = lm_rows_next(r);
    *next = *known ? lm_rows_str(r, 0) : (lm_str){NULL, 0};
    return LM_OK;
}

static const struct lm_sql page_add = {
    "page_add",
    "INSERT INTO search_page (tenant_id, scrape_job_id, keyword, page, next) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT DO NOTHING",
};
/* Numbered behind those that are there: the search's row is locked, so nobody else counts. */
static const struct lm_sql found_add = {
    "found_add",
    "INSERT INTO search_found (tenant_id, scrape_job_id, key, number, url, company)"
    " SELECT $1, $2, f.key, f.number + (SELECT count(*) FROM search_found WHERE tenant_id = $1 AND scrape_job_id = $2),"
    "        f.url, f.company"
    "   FROM unnest($3::text[], $4::text[], $5::bytea[]) WITH ORDINALITY AS f (key, url, company, number)"
    " ON CONFLICT DO NOTHING",
};

lm_code scraper_page_save(struct lm_ctx *ctx, const char *search_id, struct scraper_page_at at,
                          const struct scraper_page *page, lm_err *err)
{
    lm_str *keys = LM_NEW_ARRAY(ctx->arena, lm_str, page->n),
           *urls = LM_NEW_ARRAY(ctx->arena, lm_str, page->n),
           *companies = LM_NEW_ARRAY(ctx->arena, lm_str, page->n);

    for (size_t i = 0; i < page->n; i++) {
        keys[i] = page->found[i].key;
        urls[i] = page->found[i].url;
        companies[i] = lm_pb_pack(ctx->arena, &page->found[i].company->base);
    }
    if (lm_db_exec(ctx, &page_add,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id), LM_INT(at.keyword),
                           LM_INT(at.page), LM_TEXT(page->next)),
                   NULL, err))
        return err->code;
    return lm_db_exec(ctx, &found_add,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id), LM_TEXTS(keys, page->n),
                              LM_TEXTS(urls, page->n), LM_BLOBS(companies, page->n)),
                      NULL, err);
}

static lm_code read_found(struct lm_ctx *ctx, struct lm_rows *r, struct scraper_found *out,
                          lm_err *err)
{
    ProtobufCMessage *m;

    *out = (struct scraper_found){.key = lm_rows_str(r, 0), .url = lm_rows_str(r, 1)};
    if (lm_pb_unpack(ctx->arena, &lm__company__descriptor, lm_rows_bytes(r, 2), &m, err))
        return err->code;
    out->company = (Lm__Company *)m;
    return LM_OK;
}

static const struct lm_sql found_read = {
    "found_read",
    "SELECT key, url, company FROM search_found"
    " WHERE tenant_id = $1 AND scrape_job_id = $2 AND NOT (has_detail AND $3) ORDER BY number, key LIMIT $4",
};

static lm_code load_found(struct lm_ctx *ctx, const char *search_id, bool without_detail,
                          int64_t most, struct scraper_found **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &found_read,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id), LM_BOOL(without_detail),
                            LM_INT(most)),
                    &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_found, lm_rows_count(r));
    while (lm_rows_next(r)) {
        if (read_found(ctx, r, &(*out)[(*n)++], err))
            return err->code;
    }
    return LM_OK;
}

lm_code scraper_found_load(struct lm_ctx *ctx, const char *search_id, bool without_detail,
                           struct scraper_found **out, size_t *n, lm_err *err)
{
    return load_found(ctx, search_id, without_detail, INT32_MAX, out, n, err);
}

lm_code scraper_found_next(struct lm_ctx *ctx, const char *search_id, struct scraper_found *out,
                           bool *is_there, lm_err *err)
{
    struct scraper_found *v;
    size_t n;

    if (load_found(ctx, search_id, true, 1, &v, &n, err))
        return err->code;
    *is_there = n > 0;
    if (n > 0)
        *out = v[0];
    return LM_OK;
}

static const struct lm_sql found_write = {
    "found_write",
    "UPDATE search_found SET company = $4, has_detail = true"
    " WHERE tenant_id = $1 AND scrape_job_id = $2 AND key = $3",
};

lm_code scraper_found_save(struct lm_ctx *ctx, const char *search_id,
                           const struct scraper_found *found, lm_err *err)
{
    return lm_db_exec(ctx, &found_write,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id), LM_TEXT(found->key),
                              LM_BYTES(lm_pb_pack(ctx->arena, &found->company->base))),
                      NULL, err);
}

static const struct lm_sql search_clear = {
    "search_clear",
    "WITH pages AS (DELETE FROM search_page WHERE tenant_id = $1 AND scrape_job_id = $2)"
    " DELETE FROM search_found WHERE tenant_id = $1 AND scrape_job_id = $2",
};

lm_code scraper_found_drop(struct lm_ctx *ctx, const char *search_id, lm_err *err)
{
    return lm_db_exec(ctx, &search_clear, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id)), NULL,
                      err);
}

const struct lm_sql *const scraper_search_sql[] = {
    &search_add, &search_read, &search_write, &search_best,  &page_read, &page_add,
    &found_add,  &found_read,  &found_write,  &search_clear, NULL,
};
