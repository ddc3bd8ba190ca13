/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's operations on schedules. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/schedule.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static void accept(Lm__Accepted *out, char *job_id, const char *message, int64_t count)
{
    out->job_id = job_id;
    out->status = borrowed("queued");
    out->message = borrowed(message);
    out->has_count = true;
    out->count = count;
}

lm_code scraper_trigger_daily(struct lm_ctx *ctx, const Scraper__TriggerDailyRequest *in LM_UNUSED,
                              Lm__Accepted *out, lm_err *err)
{
    Scraper__Schedule **schedules;
    char *first = NULL;
    int64_t started = 0;
    size_t n;

    if (scraper_schedules_load(ctx, &schedules, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        if (!schedules[i]->enabled)
            continue;
        if (scraper_schedule_run(ctx, schedules[i], err))
            return lm_wrap(err, "schedule %s", schedules[i]->id);
        first = first ? first : schedules[i]->last_scrape_job_id;
        started++;
    }
    accept(out, first ? first : borrowed(""),
           started ? "searches queued" : "there is no enabled schedule", started);
    return LM_OK;
}

/* When it is due next, from now on; none while it is paused. */
static lm_code set_next(Scraper__Schedule *s, lm_err *err)
{
    int64_t next;

    if (scraper_schedule_next(s, lm_clock_ms(), &next, err))
        return err->code;
    s->has_next_run_at = s->enabled;
    s->next_run_at = s->enabled ? next : 0;
    return LM_OK;
}

lm_code scraper_create_schedule(struct lm_ctx *ctx, const Scraper__CreateScheduleRequest *in,
                                Scraper__Schedule *out, lm_err *err)
{
    out->id = lm_id_make(ctx->arena);
    out->name = in->name;
    out->source = in->source;
    out->keywords = in->keywords;
    out->n_keywords = in->n_keywords;
    out->filters = in->filters;
    out->cron = in->cron;
    out->timezone = in->timezone;
    out->has_max_pages = out->has_enabled = out->has_created_at = true;
    out->max_pages = in->max_pages;
    out->enabled = in->enabled;
    out->created_at = lm_clock_ms();
    if (scraper_search_check(ctx, scraper_search_of(ctx->arena, out), err) || set_next(out, err) ||
        scraper_schedule_insert(ctx, out, err))
        return err->code;
    return out->enabled ? scraper_schedule_queue(ctx, out, err) : LM_OK;
}

lm_code scraper_list_schedules(struct lm_ctx *ctx,
                               const Scraper__ListSchedulesRequest *in LM_UNUSED,
                               Scraper__ListSchedulesResponse *out, lm_err *err)
{
    return scraper_schedules_load(ctx, &out->items, &out->n_items, err);
}

/* Its waiting job finds the row gone and ends. */
lm_code scraper_delete_schedule(struct lm_ctx *ctx, const Scraper__DeleteScheduleRequest *in,
                                Lm__Empty *out LM_UNUSED, lm_err *err)
{
    return scraper_schedule_delete(ctx, in->id, err);
}

static char *or_keep(char *now, char *asked)
{
    return asked ? asked : now;
}

static lm_code change(const Scraper__UpdateScheduleRequest *in, Scraper__Schedule *s, lm_err *err)
{
    if (in->without_keywords && in->n_keywords)
        return lm_fail_field(err, "without_keywords",
                             "contradicts keywords: leave one of them out");
    s->name = or_keep(s->name, in->name);
    s->cron = or_keep(s->cron, in->cron);
    s->timezone = or_keep(s->timezone, in->timezone);
    s->filters = in->filters ? in->filters : s->filters;
    if (in->n_keywords || in->without_keywords) {
        s->keywords = in->keywords;
        s->n_keywords = in->n_keywords;
    }
    if (in->has_max_pages)
        s->max_pages = in->max_pages;
    if (in->has_enabled)
        s->enabled = in->enabled;
    return LM_OK;
}

/* A job that waits for the old time finds that it is not due, and waits on. */
lm_code scraper_update_schedule(struct lm_ctx *ctx, const Scraper__UpdateScheduleRequest *in,
                                Scraper__Schedule *out, lm_err *err)
{
    Scraper__Schedule *s;

    if (scraper_schedule_lock(ctx, in->id, &s, err) || change(in, s, err) ||
        scraper_search_check(ctx, scraper_search_of(ctx->arena, s), err) || set_next(s, err))
        return err->code;
    s->last_error = NULL;
    if (scraper_schedule_update(ctx, s, err))
        return err->code;
    *out = *s;
    return s->enabled ? scraper_schedule_queue(ctx, s, err) : LM_OK;
}

lm_code scraper_run_schedule(struct lm_ctx *ctx, const Scraper__RunScheduleRequest *in,
                             Lm__Accepted *out, lm_err *err)
{
    Scraper__Schedule *s;

    if (scraper_schedule_lock(ctx, in->id, &s, err) || scraper_schedule_run(ctx, s, err))
        return err->code;
    accept(out, s->last_scrape_job_id, NULL, 1);
    return LM_OK;
}

lm_code scraper_create_default_schedules(struct lm_ctx *ctx,
                                         const Scraper__CreateDefaultSchedulesRequest *in,
                                         Scraper__ListSchedulesResponse *out, lm_err *err)
{
    size_t n = 0;

    out->items = LM_NEW_ARRAY(ctx->arena, Scraper__Schedule *, SCRAPER_MOST_DAILY);
    for (Scraper__Schedule *s; (s = scraper_schedule_daily(ctx, n)); n++) {
        s->timezone = in->timezone;
        s->enabled = in->enabled;
        if (set_next(s, err) || scraper_schedule_insert(ctx, s, err) ||
            scraper_schedule_lock(ctx, s->id, &out->items[out->n_items], err))
            return err->code;
        s = out->items[out->n_items++];
        if (s->enabled && scraper_schedule_queue(ctx, s, err))
            return err->code;
    }
    return LM_OK;
}
