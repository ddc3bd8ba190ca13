/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on searches, what they saw, schedules and the pace of sources. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/store_internal.h"

static const char *source_name(Lm__Source source)
{
    return lm_enum_name(&lm__source__descriptor, (int)source);
}

static Lm__Source source_of(lm_str name)
{
    int value;

    return lm_enum_value(&lm__source__descriptor, name, &value) ? (Lm__Source)value
                                                                : LM__SOURCE__OTHER;
}

static lm_str *texts_of(struct lm_ctx *ctx, char *const *v, size_t n)
{
    lm_str *out = LM_NEW_ARRAY(ctx->arena, lm_str, n);

    for (size_t i = 0; i < n; i++)
        out[i] = lm_str_z(v[i]);
    return out;
}

static char **strings_at(struct lm_ctx *ctx, struct lm_rows *r, int col, size_t *n)
{
    lm_str *texts;
    char **out;

    lm_rows_texts(r, col, &texts, n);
    out = LM_NEW_ARRAY(ctx->arena, char *, *n);
    for (size_t i = 0; i < *n; i++)
        out[i] = lm_arena_strz(ctx->arena, texts[i]);
    return out;
}

static struct lm_arg filters_arg(struct lm_ctx *ctx, const Scraper__Filters *filters)
{
    return filters ? LM_BYTES(lm_pb_pack(ctx->arena, &filters->base)) : LM_NULL;
}

static lm_code read_filters(struct lm_ctx *ctx, struct lm_rows *r, int col, Scraper__Filters **out,
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
    "       job_id, created_at, updated_at)"
    " VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, lm_at($10), lm_at($10))",
};

lm_code scraper_search_insert(struct lm_ctx *ctx, Scraper__ScrapeJob *s, const char *job_id,
                              lm_err *err)
{
    return lm_db_exec(
        ctx, &search_add,
        LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(s->id), LM_Z(source_name(s->source)),
                LM_TEXTS(texts_of(ctx, s->keywords, s->n_keywords), s->n_keywords),
                filters_arg(ctx, s->filters), LM_INT(s->max_pages),
                LM_Z(lm_enum_name(&scraper__scrape_status__descriptor, (int)s->status)),
                LM_Z(s->requested_by), LM_ID(job_id), LM_MS(s->created_at)),
        NULL, err);
}

static const struct lm_sql search_read = {
    "search_read",
    "SELECT id, source, keywords, filters, max_pages, status, pages_done, results_count, new_companies_count,"
    "       duplicate_count, dropped_count, error_message, lm_ms(created_at), lm_ms(started_at), lm_ms(completed_at),"
    "       version, requested_by, lm_ms(updated_at), job_id"
    "  FROM scrape_job WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
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
    s->source = source_of(lm_rows_str(r, 1));
    s->keywords = strings_at(ctx, r, 2, &s->n_keywords);
    s->has_max_pages = true;
    s->max_pages = (int32_t)lm_rows_int(r, 4);
    if (!lm_enum_value(&scraper__scrape_status__descriptor, lm_rows_str(r, 5), &status))
        return lm_fail(err, LM_INTERNAL, "the stored status of search %s is none", id);
    s->status = (Scraper__ScrapeStatus)status;
    s->error_message = lm_rows_strz(r, 11);
    s->requested_by = lm_rows_strz(r, 16);
    *job_id = lm_rows_strz(r, 18);
    read_counts(r, s);
    read_times(r, s);
    *out = s;
    return read_filters(ctx, r, 3, &s->filters, err);
}

static const struct lm_sql search_write = {
    "search_write",
    "UPDATE scrape_job SET version = version + 1, status = $3, pages_done = $4, results_count = $5,"
    "       new_companies_count = $6, duplicate_count = $7, dropped_count = $8, error_message = $9,"
    "       started_at = lm_at($10), completed_at = lm_at($11), updated_at = lm_at($12)"
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
                          LM_MS(s->updated_at)),
                  "the search", &r, err))
        return err->code;
    s->version = lm_rows_int(r, 0);
    return LM_OK;
}

/* ---- what a search saw ---- */

static const struct lm_sql page_read = {
    "page_read",
    "SELECT has_next FROM scrape_page WHERE tenant_id = $1 AND scrape_job_id = $2 AND keyword = $3 AND page = $4",
};

lm_code scraper_page_known(struct lm_ctx *ctx, const char *search_id, struct scraper_page_at at,
                           bool *known, bool *has_next, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &page_read,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id), LM_INT(at.keyword),
                            LM_INT(at.page)),
                    &r, err))
        return err->code;
    *known = lm_rows_next(r);
    *has_next = *known && lm_rows_bool(r, 0);
    return LM_OK;
}

static const struct lm_sql page_add = {
    "page_add",
    "INSERT INTO scrape_page (tenant_id, scrape_job_id, keyword, page, has_next) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT DO NOTHING",
};
/* Numbered behind those that are there: the search's row is locked, so nobody else counts. */
static const struct lm_sql postings_add = {
    "postings_add",
    "INSERT INTO posting (tenant_id, scrape_job_id, key, number, company, location, company_url, url)"
    " SELECT $1, $2, p.key, p.number + (SELECT count(*) FROM posting WHERE tenant_id = $1 AND scrape_job_id = $2),"
    "        p.company, p.location, p.company_url, p.url"
    "   FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY"
    "        AS p (key, company, location, company_url, url, number)"
    " ON CONFLICT DO NOTHING",
};

lm_code scraper_page_save(struct lm_ctx *ctx, const char *search_id, struct scraper_page_at at,
                          const struct scraper_page *page, lm_err *err)
{
    lm_str *v[5];

    for (size_t k = 0; k < LM_COUNT(v); k++)
        v[k] = LM_NEW_ARRAY(ctx->arena, lm_str, page->n);
    for (size_t i = 0; i < page->n; i++) {
        const struct scraper_posting *p = &page->postings[i];

        v[0][i] = p->key;
        v[1][i] = p->company;
        v[2][i] = p->location;
        v[3][i] = p->company_url;
        v[4][i] = p->url;
    }
    if (lm_db_exec(ctx, &page_add,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id), LM_INT(at.keyword),
                           LM_INT(at.page), LM_BOOL(page->has_next)),
                   NULL, err))
        return err->code;
    return lm_db_exec(ctx, &postings_add,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id), LM_TEXTS(v[0], page->n),
                              LM_TEXTS(v[1], page->n), LM_TEXTS(v[2], page->n),
                              LM_TEXTS(v[3], page->n), LM_TEXTS(v[4], page->n)),
                      NULL, err);
}

static const struct lm_sql postings_read = {
    "postings_read",
    "SELECT key, company, location, company_url, url FROM posting"
    " WHERE tenant_id = $1 AND scrape_job_id = $2"
    " ORDER BY number, key",
};

lm_code scraper_postings_load(struct lm_ctx *ctx, const char *search_id,
                              struct scraper_posting **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &postings_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_posting, lm_rows_count(r));
    while (lm_rows_next(r))
        (*out)[(*n)++] = (struct scraper_posting){
            .key = lm_rows_str(r, 0),
            .company = lm_rows_str(r, 1),
            .location = lm_rows_str(r, 2),
            .company_url = lm_rows_str(r, 3),
            .url = lm_rows_str(r, 4),
        };
    return LM_OK;
}

static const struct lm_sql search_clear = {
    "search_clear",
    "WITH pages AS (DELETE FROM scrape_page WHERE tenant_id = $1 AND scrape_job_id = $2)"
    " DELETE FROM posting WHERE tenant_id = $1 AND scrape_job_id = $2",
};

lm_code scraper_postings_drop(struct lm_ctx *ctx, const char *search_id, lm_err *err)
{
    return lm_db_exec(ctx, &search_clear, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(search_id)), NULL,
                      err);
}

/* ---- schedules ---- */

#define SCHEDULE_COLUMNS \
    "id, name, source, keywords, filters, max_pages, cron, timezone, enabled, lm_ms(next_run_at), lm_ms(created_at)"

static const struct lm_sql schedule_add = {
    "schedule_add",
    "INSERT INTO schedule (tenant_id, id, name, source, keywords, filters, max_pages, cron, timezone, enabled,"
    "       next_run_at, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, lm_at($11), lm_at($12))",
};

lm_code scraper_schedule_insert(struct lm_ctx *ctx, Scraper__Schedule *s, lm_err *err)
{
    return lm_db_exec(ctx, &schedule_add,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(s->id), LM_Z(s->name),
                              LM_Z(source_name(s->source)),
                              LM_TEXTS(texts_of(ctx, s->keywords, s->n_keywords), s->n_keywords),
                              filters_arg(ctx, s->filters), LM_INT(s->max_pages), LM_Z(s->cron),
                              LM_Z(s->timezone), LM_BOOL(s->enabled), LM_MS_OR_NULL(s->next_run_at),
                              LM_MS(s->created_at)),
                      NULL, err);
}

static lm_code read_schedule(struct lm_ctx *ctx, struct lm_rows *r, Scraper__Schedule **out,
                             lm_err *err)
{
    Scraper__Schedule *s = LM_NEW(ctx->arena, Scraper__Schedule);

    scraper__schedule__init(s);
    s->id = lm_rows_strz(r, 0);
    s->name = lm_rows_strz(r, 1);
    s->source = source_of(lm_rows_str(r, 2));
    s->keywords = strings_at(ctx, r, 3, &s->n_keywords);
    s->has_max_pages = s->has_enabled = s->has_created_at = true;
    s->max_pages = (int32_t)lm_rows_int(r, 5);
    s->cron = lm_rows_strz(r, 6);
    s->timezone = lm_rows_strz(r, 7);
    s->enabled = lm_rows_bool(r, 8);
    s->has_next_run_at = !lm_rows_is_null(r, 9);
    s->next_run_at = lm_rows_ms(r, 9);
    s->created_at = lm_rows_ms(r, 10);
    *out = s;
    return read_filters(ctx, r, 4, &s->filters, err);
}

static const struct lm_sql schedules_read = {
    "schedules_read",
    "SELECT " SCHEDULE_COLUMNS " FROM schedule WHERE tenant_id = $1 ORDER BY created_at, id",
};

lm_code scraper_schedules_load(struct lm_ctx *ctx, Scraper__Schedule ***out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &schedules_read, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, Scraper__Schedule *, lm_rows_count(r));
    while (lm_rows_next(r)) {
        if (read_schedule(ctx, r, &(*out)[(*n)++], err))
            return err->code;
    }
    return LM_OK;
}

static const struct lm_sql schedule_read = {
    "schedule_read",
    "SELECT " SCHEDULE_COLUMNS " FROM schedule WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
};

lm_code scraper_schedule_lock(struct lm_ctx *ctx, const char *id, Scraper__Schedule **out,
                              lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &schedule_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "the schedule",
                  &r, err))
        return err->code;
    return read_schedule(ctx, r, out, err);
}

static const struct lm_sql schedule_move = {
    "schedule_move",
    "UPDATE schedule SET next_run_at = lm_at($3) WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_schedule_fired(struct lm_ctx *ctx, const char *id, int64_t next_run_at, lm_err *err)
{
    return lm_db_exec(ctx, &schedule_move,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_MS(next_run_at)), NULL, err);
}

static const struct lm_sql schedule_remove = {
    "schedule_remove",
    "DELETE FROM schedule WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_schedule_delete(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    int64_t gone;

    if (lm_db_exec(ctx, &schedule_remove, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), &gone, err))
        return err->code;
    return gone ? LM_OK : lm_fail(err, LM_NOT_FOUND, "the schedule was not found");
}

/* ---- the pace of a source ---- */

static const struct lm_sql turn_take = {
    "turn_take",
    "INSERT INTO source_rate AS s (tenant_id, source, next_at)"
    " VALUES ($1, $2, clock_timestamp() + $3::bigint * interval '1 ms')"
    " ON CONFLICT (tenant_id, source) DO UPDATE"
    "    SET next_at = greatest(s.next_at, clock_timestamp()) + $3::bigint * interval '1 ms'"
    " RETURNING (extract(epoch FROM next_at - clock_timestamp()) * 1000)::bigint - $3::bigint",
};

lm_code scraper_source_turn(struct lm_ctx *ctx, const char *source, int64_t delay_ms,
                            int64_t *wait_ms, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &turn_take, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(source), LM_INT(delay_ms)),
                  "the turn at the source", &r, err))
        return err->code;
    *wait_ms = LM_MAX(lm_rows_int(r, 0), (int64_t)0);
    return LM_OK;
}

const struct lm_sql *const scraper_search_sql[] = {
    &search_add,    &search_read,   &search_write,    &page_read,    &page_add,
    &postings_add,  &postings_read, &search_clear,    &schedule_add, &schedules_read,
    &schedule_read, &schedule_move, &schedule_remove, &turn_take,    NULL,
};
