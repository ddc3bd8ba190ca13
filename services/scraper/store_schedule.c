/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on schedules. */
#include "common/arena.h"
#include "services/scraper/store_internal.h"

#define SCHEDULE_COLUMNS                                                                                              \
    "id, name, source, keywords, filters, max_pages, cron, timezone, enabled, lm_ms(next_run_at), lm_ms(created_at)," \
    " lm_ms(last_run_at), last_scrape_job_id, last_error"

static const struct lm_sql schedule_add = {
    "schedule_add",
    "INSERT INTO schedule (tenant_id, id, name, source, keywords, filters, max_pages, cron, timezone, enabled,"
    "       next_run_at, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, lm_at($11), lm_at($12))"
    " ON CONFLICT (tenant_id, id) DO NOTHING",
};

lm_code scraper_schedule_insert(struct lm_ctx *ctx, Scraper__Schedule *s, lm_err *err)
{
    return lm_db_exec(
        ctx, &schedule_add,
        LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(s->id), LM_Z(s->name),
                LM_Z(scraper_source_name(s->source)),
                LM_TEXTS(scraper_texts_of(ctx, s->keywords, s->n_keywords), s->n_keywords),
                scraper_filters_arg(ctx, s->filters), LM_INT(s->max_pages), LM_Z(s->cron),
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
    s->source = scraper_source_of(lm_rows_str(r, 2));
    s->keywords = scraper_strings_at(ctx, r, 3, &s->n_keywords);
    s->has_max_pages = s->has_enabled = s->has_created_at = true;
    s->max_pages = (int32_t)lm_rows_int(r, 5);
    s->cron = lm_rows_strz(r, 6);
    s->timezone = lm_rows_strz(r, 7);
    s->enabled = lm_rows_bool(r, 8);
    s->has_next_run_at = !lm_rows_is_null(r, 9);
    s->next_run_at = lm_rows_ms(r, 9);
    s->created_at = lm_rows_ms(r, 10);
    s->has_last_run_at = !lm_rows_is_null(r, 11);
    s->last_run_at = lm_rows_ms(r, 11);
    s->last_scrape_job_id = lm_rows_strz(r, 12);
    s->last_error = lm_rows_strz(r, 13);
    *out = s;
    return scraper_filters_at(ctx, r, 4, &s->filters, err);
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

static const struct lm_sql schedule_write = {
    "schedule_write",
    "UPDATE schedule SET name = $3, keywords = $4, filters = $5, max_pages = $6, cron = $7, timezone = $8,"
    "       enabled = $9, next_run_at = lm_at($10), last_run_at = lm_at($11), last_scrape_job_id = $12,"
    "       last_error = $13"
    " WHERE tenant_id = $1 AND id = $2",
};

lm_code scraper_schedule_update(struct lm_ctx *ctx, const Scraper__Schedule *s, lm_err *err)
{
    return lm_db_exec(
        ctx, &schedule_write,
        LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(s->id), LM_Z(s->name),
                LM_TEXTS(scraper_texts_of(ctx, s->keywords, s->n_keywords), s->n_keywords),
                scraper_filters_arg(ctx, s->filters), LM_INT(s->max_pages), LM_Z(s->cron),
                LM_Z(s->timezone), LM_BOOL(s->enabled),
                LM_MS_OR_NULL(s->has_next_run_at ? s->next_run_at : 0),
                LM_MS_OR_NULL(s->last_run_at), LM_ID(s->last_scrape_job_id), LM_Z(s->last_error)),
        NULL, err);
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

const struct lm_sql *const scraper_schedule_sql[] = {
    &schedule_add, &schedules_read, &schedule_read, &schedule_write, &schedule_remove, NULL,
};
