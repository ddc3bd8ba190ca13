/* SPDX-License-Identifier: Apache-2.0 */
/* What a schedule asks for, when it is due, and the daily set. */
#include "services/scraper/schedule.h"

#include "common/arena.h"
#include "common/calendar.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/job.h"
#include "common/str.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

lm_code scraper_schedule_next(const Scraper__Schedule *schedule, int64_t after, int64_t *next,
                              lm_err *err)
{
    const struct lm_zone *zone;

    if (lm_zone_get(schedule->timezone, &zone, err))
        return lm_fail_field(err, "timezone", "is no time zone: write it like Europe/Amsterdam");
    if (lm_cron_next(schedule->cron, zone, after, next, err))
        return lm_fail_field(err, "cron", "has five fields, like 0 6 * * *");
    return LM_OK;
}

lm_code scraper_schedule_queue(struct lm_ctx *ctx, const Scraper__Schedule *schedule, lm_err *err)
{
    Scraper__FireSchedule fire = SCRAPER__FIRE_SCHEDULE__INIT;

    fire.schedule_id = schedule->id;
    return lm_job_queue_at(ctx, &fire.base, schedule->id, schedule->next_run_at, err);
}

Scraper__ScrapeJob *scraper_search_of(struct lm_arena *a, const Scraper__Schedule *schedule)
{
    Scraper__ScrapeJob *search = LM_NEW(a, Scraper__ScrapeJob);

    scraper__scrape_job__init(search);
    search->source = schedule->source;
    search->keywords = schedule->keywords;
    search->n_keywords = schedule->n_keywords;
    search->filters = schedule->filters;
    search->has_max_pages = true;
    search->max_pages = schedule->max_pages;
    search->requested_by = lm_arena_printf(a, "schedule %s", schedule->name);
    search->schedule_id = schedule->id;
    return search;
}

lm_code scraper_schedule_run(struct lm_ctx *ctx, Scraper__Schedule *schedule, lm_err *err)
{
    Scraper__ScrapeJob *search = scraper_search_of(ctx->arena, schedule);

    if (scraper_search_start(ctx, search, err))
        return err->code;
    schedule->has_last_run_at = true;
    schedule->last_run_at = lm_clock_ms();
    schedule->last_scrape_job_id = search->id;
    schedule->last_error = NULL;
    return scraper_schedule_update(ctx, schedule, err);
}

/* ---- the daily set ---- */

static const char *const daily_words[] = {
    "software",         "saas",  "fintech", "ai artificial intelligence",
    "machine learning", "cloud", "startup", "scale-up",
};
/* Trades of technology and advice (SBI 2008). */
static const char *const daily_trades[] = {"6201", "6202", "6209", "6311", "6312", "7022", "7112"};

static const struct daily {
    const char *name;
    Lm__Source source;
    const char *location, *legal_form;
    bool has_trades; /* where the source may be asked for them */
    int max_pages;
} daily[] = {
    {"Indeed, daily", LM__SOURCE__INDEED, "Nederland", NULL, false, 3},
    {"KvK, daily", LM__SOURCE__KVK, NULL, "BV", true, 3},
    {"Techleap, daily", LM__SOURCE__TECHLEAP, NULL, NULL, false, 5},
};

static char *borrowed(const char *text)
{
    return (char *)(uintptr_t)text;
}

static char **borrowed_list(const char *const *list)
{
    return (char **)(uintptr_t)list;
}

static Scraper__Filters *filters_of(struct lm_ctx *ctx, const struct daily *d)
{
    Scraper__Filters *f = LM_NEW(ctx->arena, Scraper__Filters);

    scraper__filters__init(f);
    f->location = borrowed(d->location);
    f->legal_form = borrowed(d->legal_form);
    if (d->has_trades) {
        f->sbi_codes = borrowed_list(daily_trades);
        f->n_sbi_codes = LM_COUNT(daily_trades);
    }
    return f;
}

static Scraper__Schedule *make_daily(struct lm_ctx *ctx, const struct daily *d)
{
    const lm_str parts[] = {LM_STR("daily"), lm_str_z(ctx->tenant_id), lm_str_z(d->name)};
    Scraper__Schedule *s = LM_NEW(ctx->arena, Scraper__Schedule);
    lm_err ignored = LM_ERR_INIT;

    scraper__schedule__init(s);
    s->id = lm_arena_alloc(ctx->arena, LM_ID_SIZE);
    lm_id_derive(s->id, parts, LM_COUNT(parts));
    s->name = borrowed(d->name);
    s->source = d->source;
    s->keywords = borrowed_list(daily_words);
    s->n_keywords = LM_COUNT(daily_words);
    s->filters = filters_of(ctx, d);
    s->has_max_pages = s->has_enabled = s->has_created_at = true;
    s->max_pages = d->max_pages;
    s->created_at = lm_clock_ms();
    if (scraper_search_check(ctx, scraper_search_of(ctx->arena, s), &ignored))
        s->filters->n_sbi_codes = 0; /* without a key nobody tells trades */
    return s;
}

Scraper__Schedule *scraper_schedule_daily(struct lm_ctx *ctx, size_t n)
{
    for (size_t i = 0; i < LM_COUNT(daily); i++) {
        if (scraper_source_by_id(daily[i].source) && n-- == 0)
            return make_daily(ctx, &daily[i]);
    }
    return NULL;
}
