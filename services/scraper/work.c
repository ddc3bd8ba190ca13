/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scraper's jobs. A search reads page after page; each is saved before the next is asked for, so a
 * run that failed goes on where it stopped. Companies are kept when all pages are read.
 */
#include "common/arena.h"
#include "common/calendar.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/http.h"
#include "common/id.h"
#include "common/job.h"
#include "common/log.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/match/tally.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum { NAP_MS = 1000, PAGE_MEMORY = 64 << 20 };

struct scraper_settings scraper_settings;

lm_code scraper_tell_search(struct lm_ctx *ctx, Scraper__ScrapeJob *search, lm_err *err)
{
    Scraper__ScrapeJobChanged ev = SCRAPER__SCRAPE_JOB_CHANGED__INIT;

    ev.job = search;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &ev.base,
                                           .subject_id = search->id,
                                           .version = search->version},
                        err);
}

static lm_code save(struct lm_ctx *ctx, Scraper__ScrapeJob *search, lm_err *err)
{
    if (scraper_search_update(ctx, search, err))
        return err->code;
    return scraper_tell_search(ctx, search, err);
}

lm_code scraper_search_start(struct lm_ctx *ctx, Scraper__ScrapeJob *search, lm_err *err)
{
    Scraper__RunSearch run = SCRAPER__RUN_SEARCH__INIT;
    struct lm_job_spec spec = {.payload = &run.base};

    if (!scraper_source_by_id(search->source))
        return lm_fail_field(err, "source",
                             "cannot be searched here; GET /scrape/sources lists those that can");
    search->id = run.scrape_job_id = lm_id_make(ctx->arena);
    spec.key = search->id;
    search->status = SCRAPER__SCRAPE_STATUS__PENDING;
    search->has_created_at = search->has_version = search->has_updated_at = true;
    search->created_at = search->updated_at = lm_clock_ms();
    search->version = 1;
    if (*ctx->user_id && !search->requested_by)
        search->requested_by = ctx->user_id;
    if (lm_jobs_queue(ctx, &spec, 1, err) || scraper_search_insert(ctx, search, spec.id, err))
        return err->code;
    return scraper_tell_search(ctx, search, err);
}

/* ---- a search: reading ---- */

struct search {
    Scraper__ScrapeJob *row;
    const struct scraper_source *source;
    lm_str base_url;
    int64_t delay_ms;
};

/* Locks the row in a transaction of its own. LM_CANCELLED: somebody stopped the search. */
static lm_code take(struct lm_ctx *ctx, const char *id, Scraper__ScrapeJob **row, lm_err *err)
{
    const char *job_id;

    if (lm_tx_begin(ctx, err) || lm_job_fence(ctx, err) ||
        scraper_search_lock(ctx, id, row, &job_id, err))
        return err->code;
    if ((*row)->status == SCRAPER__SCRAPE_STATUS__CANCELLED)
        return lm_fail(err, LM_CANCELLED, "the search was cancelled");
    return LM_OK;
}

/* *is_over: it has ended before, and there is nothing to do. */
static lm_code begin(struct lm_ctx *ctx, const char *id, struct search *s, bool *is_over,
                     lm_err *err)
{
    if (take(ctx, id, &s->row, err))
        return err->code;
    *is_over = s->row->status == SCRAPER__SCRAPE_STATUS__COMPLETED;
    if (s->row->status != SCRAPER__SCRAPE_STATUS__RUNNING && !*is_over) {
        s->row->status = SCRAPER__SCRAPE_STATUS__RUNNING;
        s->row->error_message = NULL;
        if (!s->row->has_started_at) {
            s->row->has_started_at = true;
            s->row->started_at = lm_clock_ms();
        }
        if (save(ctx, s->row, err))
            return err->code;
    }
    s->source = scraper_source_by_id(s->row->source);
    if (!s->source)
        return lm_fail(err, LM_UNPROCESSABLE, "this source cannot be searched");
    s->base_url = lm_str_z(scraper_settings.indeed_url);
    s->delay_ms = scraper_settings.indeed_delay_ms;
    return lm_tx_commit(ctx, err);
}

/* The tenant's turn at the source: the wait is shared with all its other searches. */
static lm_code wait_for_turn(struct lm_ctx *ctx, const struct search *s, lm_err *err)
{
    int64_t wait_ms;

    if (s->delay_ms <= 0)
        return LM_OK;
    if (scraper_source_turn(ctx, s->source->name, s->delay_ms, &wait_ms, err))
        return err->code;
    if (wait_ms > lm_ctx_left_ms(ctx, INT64_MAX))
        return lm_fail(err, LM_DEADLINE, "%s: the next turn is %lld s away", s->source->name,
                       (long long)(wait_ms / 1000));
    while (wait_ms > 0) {
        lm_sleep_ms(LM_MIN(wait_ms, (int64_t)NAP_MS));
        wait_ms -= NAP_MS;
        if (wait_ms > 0 && lm_job_progress(ctx, s->row->pages_done, 0, err))
            return err->code;
    }
    return LM_OK;
}

static lm_code judge_status(const struct lm_http_response *res, lm_err *err)
{
    if (res->status < 400)
        return LM_OK;
    if (res->status == 429) {
        lm_fail(err, LM_LIMITED, "the site answered 429");
        err->retry_after_ms = res->retry_after_ms;
        return err->code;
    }
    /* 403 is what a block looks like; it passes, as 5xx does. */
    return lm_fail(err, res->status == 404 || res->status == 410 ? LM_NOT_FOUND : LM_UNAVAILABLE,
                   "the site answered %d", res->status);
}

static lm_code fetch(struct lm_ctx *ctx, const struct search *s, struct scraper_page_at at,
                     struct scraper_page *page, lm_err *err)
{
    const Scraper__Filters *filters = s->row->filters;
    struct scraper_query q = {
        .base_url = s->base_url,
        .keyword = lm_str_z(s->row->keywords[at.keyword]),
        .location = lm_str_z(filters ? filters->location : NULL),
        .page = at.page,
    };
    struct lm_http_request req = {.timeout_ms = scraper_settings.fetch_timeout_ms,
                                  .max_bytes = (size_t)scraper_settings.max_page_bytes};
    struct lm_http_response res;

    req.url = lm_arena_strz(ctx->arena, s->source->search_url(ctx->arena, &q));
    if (lm_http_send(ctx, &req, &res, err) || judge_status(&res, err))
        return err->code;
    return s->source->parse(ctx->arena, res.body, s->base_url, page, err);
}

static lm_str kept(struct lm_arena *a, lm_str s)
{
    return s.p ? lm_arena_dup(a, s) : s;
}

static void copy_page(struct lm_arena *a, const struct scraper_page *from, struct scraper_page *to)
{
    *to = *from;
    to->postings = LM_NEW_ARRAY(a, struct scraper_posting, from->n);
    for (size_t i = 0; i < from->n; i++) {
        const struct scraper_posting *p = &from->postings[i];

        to->postings[i] = (struct scraper_posting){
            .key = kept(a, p->key),
            .company = kept(a, p->company),
            .location = kept(a, p->location),
            .company_url = kept(a, p->company_url),
            .url = kept(a, p->url),
        };
    }
}

/*
 * A page in memory of its own: it is ten times as large as what is kept of it, and a search reads
 * hundreds. Nothing but its postings leaves the arena.
 */
static lm_code fetch_apart(struct lm_ctx *ctx, const struct search *s, struct scraper_page_at at,
                           struct scraper_page *page, lm_err *err)
{
    struct lm_arena *const whole = ctx->arena, *const own = lm_arena_new(PAGE_MEMORY);
    struct scraper_page read = {.n = 0};
    volatile lm_code rc;

    ctx->arena = own;
    if (!lm_arena_guard(own))
        rc = fetch(ctx, s, at, &read, err);
    else
        rc = lm_fail(err, LM_TOO_LARGE, "the page takes more than %d MiB", PAGE_MEMORY >> 20);
    ctx->arena = whole;
    if (rc == LM_OK)
        copy_page(whole, &read, page);
    lm_arena_free(own);
    return rc;
}

static lm_code save_page(struct lm_ctx *ctx, struct search *s, struct scraper_page_at at,
                         const struct scraper_page *page, lm_err *err)
{
    if (take(ctx, s->row->id, &s->row, err))
        return err->code;
    s->row->pages_done++;
    if (scraper_page_save(ctx, s->row->id, at, page, err) || save(ctx, s->row, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

/* One page, unless an earlier run has read it. */
static lm_code read_page(struct lm_ctx *ctx, struct search *s, struct scraper_page_at at,
                         bool *has_next, lm_err *err)
{
    int64_t total = (int64_t)s->row->n_keywords * s->row->max_pages;
    struct scraper_page page;
    bool is_known;

    if (scraper_page_known(ctx, s->row->id, at, &is_known, has_next, err))
        return err->code;
    if (is_known)
        return LM_OK;
    if (lm_job_progress(ctx, s->row->pages_done, total, err) || wait_for_turn(ctx, s, err) ||
        fetch_apart(ctx, s, at, &page, err))
        return lm_wrap(err, "%s page %d of keyword %d", s->source->name, at.page + 1,
                       at.keyword + 1);
    *has_next = page.has_next && page.n > 0;
    page.has_next = *has_next;
    return save_page(ctx, s, at, &page, err);
}

static lm_code read_pages(struct lm_ctx *ctx, struct search *s, lm_err *err)
{
    for (int keyword = 0; keyword < (int)s->row->n_keywords; keyword++) {
        bool has_next = true;

        for (int page = 0; page < s->row->max_pages && has_next; page++) {
            if (read_page(ctx, s, (struct scraper_page_at){keyword, page}, &has_next, err))
                return err->code;
        }
    }
    return LM_OK;
}

/* ---- a search: its end ---- */

static Lm__Company *company_of(struct lm_ctx *ctx, const Scraper__ScrapeJob *row,
                               const struct scraper_tallied *t)
{
    Lm__Company *c = LM_NEW(ctx->arena, Lm__Company);

    lm__company__init(c);
    c->name = lm_arena_strz(ctx->arena, lm_str_trim(t->name));
    c->location = t->location.n ? lm_arena_strz(ctx->arena, t->location) : NULL;
    c->source_url = t->source_url.n ? lm_arena_strz(ctx->arena, t->source_url) : NULL;
    c->has_open_vacancies = c->has_source = true;
    c->open_vacancies = t->open_vacancies;
    c->source = row->source;
    c->scrape_job_id = row->id;
    return c;
}

/* Companies of all that was seen, those under the threshold left out. */
static lm_code keep_found(struct lm_ctx *ctx, Scraper__ScrapeJob *row, lm_err *err)
{
    int least = row->filters && row->filters->has_min_vacancies
                    ? row->filters->min_vacancies
                    : (int)scraper_settings.min_vacancies;
    struct scraper_posting *postings;
    struct scraper_tallied *found;
    struct scraper_kept kept;
    Lm__Company **companies;
    size_t n, n_found, n_kept = 0;
    int spellings = 0;

    if (scraper_postings_load(ctx, row->id, &postings, &n, err))
        return err->code;
    n_found = scraper_tally(ctx->arena, postings, n, &found);
    n_found = scraper_tally_similar(found, n_found);
    companies = LM_NEW_ARRAY(ctx->arena, Lm__Company *, n_found);
    for (size_t i = 0; i < n_found && found[i].open_vacancies >= least; i++) {
        companies[n_kept++] = company_of(ctx, row, &found[i]);
        spellings += found[i].spellings - 1;
    }
    if (scraper_keep(ctx, companies, n_kept, &kept, err) ||
        scraper_postings_drop(ctx, row->id, err))
        return err->code;
    row->results_count = (int32_t)n_kept;
    row->new_companies_count = kept.created;
    row->duplicate_count = kept.merged + kept.unchanged + spellings;
    row->dropped_count = (int32_t)(n_found - n_kept);
    return LM_OK;
}

lm_code scraper_search_end(struct lm_ctx *ctx, Scraper__ScrapeJob *row,
                           Scraper__ScrapeStatus status, lm_err *err)
{
    row->status = status;
    row->has_completed_at = true;
    row->completed_at = lm_clock_ms();
    if (keep_found(ctx, row, err))
        return lm_wrap(err, "companies of the search");
    return save(ctx, row, err);
}

/* In the transaction that finishes the job. */
static lm_code complete(struct lm_ctx *ctx, struct search *s, lm_err *err)
{
    if (take(ctx, s->row->id, &s->row, err))
        return err->code;
    return scraper_search_end(ctx, s->row, SCRAPER__SCRAPE_STATUS__COMPLETED, err);
}

/* What a search that was cancelled under way has found stays; whoever cancelled left its end to us. */
static void end_cancelled(struct lm_ctx *ctx, const char *id)
{
    lm_err err = LM_ERR_INIT;
    Scraper__ScrapeJob *row;
    const char *job_id;

    lm_tx_rollback(ctx);
    if (lm_tx_begin(ctx, &err) || scraper_search_lock(ctx, id, &row, &job_id, &err) ||
        (!row->has_completed_at &&
         scraper_search_end(ctx, row, SCRAPER__SCRAPE_STATUS__CANCELLED, &err)) ||
        lm_tx_commit(ctx, &err)) {
        lm_log(ctx, LM_LOG_WARN, "results of a cancelled search were not kept", LM_KV_ERR(&err));
        lm_tx_rollback(ctx);
    }
}

/* The search shows why it failed; FAILED when it will not be tried again. Its pages stay for a replay. */
static void note_failure(struct lm_ctx *ctx, const char *id, const lm_err *why)
{
    bool is_last = ctx->job->attempt >= ctx->job->max_attempts || !lm_code_is_later(why->code);
    lm_err err = LM_ERR_INIT;
    Scraper__ScrapeJob *row;

    lm_tx_rollback(ctx);
    ctx->deadline_ms = LM_MAX(ctx->deadline_ms, lm_mono_ms() + 5000);
    if (take(ctx, id, &row, &err) == LM_OK) {
        row->error_message = lm_arena_strdup(ctx->arena, why->message);
        if (is_last) {
            row->status = SCRAPER__SCRAPE_STATUS__FAILED;
            row->has_completed_at = true;
            row->completed_at = lm_clock_ms();
        }
        if (save(ctx, row, &err) == LM_OK && lm_tx_commit(ctx, &err) == LM_OK)
            return;
    }
    lm_tx_rollback(ctx);
    lm_log(ctx, LM_LOG_WARN, "the failure of a search was not noted", LM_KV_ERR(&err));
}

lm_code scraper_do_run_search(struct lm_ctx *ctx, const Scraper__RunSearch *job, lm_err *err)
{
    struct search s = {.row = NULL};
    bool is_over = false;

    if (begin(ctx, job->scrape_job_id, &s, &is_over, err) == LM_OK &&
        (is_over || (read_pages(ctx, &s, err) == LM_OK && complete(ctx, &s, err) == LM_OK)))
        return LM_OK;
    if (err->code == LM_CANCELLED)
        end_cancelled(ctx, job->scrape_job_id);
    else if (err->code != LM_FENCED && err->code != LM_NOT_FOUND)
        note_failure(ctx, job->scrape_job_id, err);
    return err->code;
}

/* ---- schedules ---- */

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
    return search;
}

/*
 * One job a schedule, however many replicas: its row is claimed by one of them, and search, next time and
 * finish are one transaction. A time that passed while nothing ran is made up for once.
 */
lm_code scraper_do_fire_schedule(struct lm_ctx *ctx, const Scraper__FireSchedule *job, lm_err *err)
{
    Scraper__Schedule *schedule;
    int64_t next;

    if (lm_tx_begin(ctx, err))
        return err->code;
    if (scraper_schedule_lock(ctx, job->schedule_id, &schedule, err))
        return err->code == LM_NOT_FOUND ? LM_OK : err->code; /* deleted: nothing is left to fire */
    if (!schedule->enabled)
        return LM_OK;
    if (scraper_schedule_next(schedule, lm_clock_ms(), &next, err) ||
        scraper_search_start(ctx, scraper_search_of(ctx->arena, schedule), err) ||
        scraper_schedule_fired(ctx, schedule->id, next, err))
        return lm_wrap(err, "schedule %s", job->schedule_id);
    lm_job_again_at(ctx, next);
    return LM_OK;
}
