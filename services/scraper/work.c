/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's jobs: a search (search/ has its course), and a schedule that starts one. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/job.h"
#include "common/log.h"
#include "gen/scraper.lm.h"
#include "services/scraper/approved.h"
#include "services/scraper/schedule.h"
#include "services/scraper/scraper.h"
#include "services/scraper/search/search.h"
#include "services/scraper/store.h"

enum { MOST_WAIT_MS = 24 * 3600 * 1000 }; /* of a search for its source */

struct scraper_settings scraper_settings;

/* ---- a search ---- */

/* *is_over: it has ended before, and there is nothing to do. */
static lm_code begin(struct lm_ctx *ctx, const char *id, struct scraper_search *s, bool *is_over,
                     lm_err *err)
{
    if (scraper_search_take(ctx, id, &s->row, err))
        return err->code;
    *is_over = s->row->status == SCRAPER__SCRAPE_STATUS__COMPLETED;
    if (s->row->status != SCRAPER__SCRAPE_STATUS__RUNNING && !*is_over) {
        s->row->status = SCRAPER__SCRAPE_STATUS__RUNNING;
        s->row->error_message = NULL;
        if (!s->row->has_started_at) {
            s->row->has_started_at = true;
            s->row->started_at = lm_clock_ms();
        }
        if (scraper_search_save(ctx, s->row, err))
            return err->code;
    }
    s->source = scraper_source_by_id(s->row->source);
    if (!s->source)
        return lm_fail(err, LM_UNPROCESSABLE, "this source cannot be searched");
    if (!*is_over && scraper_source_is_approved(ctx, s->source, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

/* In the transaction that finishes the job. */
static lm_code complete(struct lm_ctx *ctx, struct scraper_search *s, lm_err *err)
{
    if (scraper_search_take(ctx, s->row->id, &s->row, err))
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

/* The search shows why it failed, and so does its source. */
static lm_code write_failure(struct lm_ctx *ctx, Scraper__ScrapeJob *row, const lm_err *why,
                             lm_err *err)
{
    const struct scraper_source *source = scraper_source_by_id(row->source);

    row->error_message = lm_arena_strdup(ctx->arena, why->message);
    if (scraper_search_save(ctx, row, err))
        return err->code;
    return source ? scraper_health_failed(ctx, source->name, why->message, err) : LM_OK;
}

/* The search shows why it failed; FAILED when it will not be tried again. Its pages stay for a replay. */
static void note_failure(struct lm_ctx *ctx, const char *id, const lm_err *why)
{
    bool is_last = ctx->job->attempt >= ctx->job->max_attempts || !lm_code_is_later(why->code);
    lm_err err = LM_ERR_INIT;
    Scraper__ScrapeJob *row;

    lm_tx_rollback(ctx);
    ctx->deadline_ms = LM_MAX(ctx->deadline_ms, lm_mono_ms() + 5000);
    if (scraper_search_take(ctx, id, &row, &err) == LM_OK) {
        if (is_last) {
            row->status = SCRAPER__SCRAPE_STATUS__FAILED;
            row->has_completed_at = true;
            row->completed_at = lm_clock_ms();
        }
        if (write_failure(ctx, row, why, &err) == LM_OK && lm_tx_commit(ctx, &err) == LM_OK)
            return;
    }
    lm_tx_rollback(ctx);
    lm_log(ctx, LM_LOG_WARN, "the failure of a search was not noted", LM_KV_ERR(&err));
}

/*
 * A source that wants to be left alone is no failure of the search, and takes none of its attempts: the job waits until
 * it may ask again, for a day at most. True: it does.
 */
static bool waits_for_source(struct lm_ctx *ctx, const char *id, const lm_err *why)
{
    lm_err err = LM_ERR_INIT;
    Scraper__ScrapeJob *row;

    lm_tx_rollback(ctx);
    if (why->code != LM_LIMITED || why->retry_after_ms <= 0 ||
        scraper_search_take(ctx, id, &row, &err) ||
        lm_clock_ms() - row->created_at > MOST_WAIT_MS || write_failure(ctx, row, why, &err) ||
        lm_tx_commit(ctx, &err)) {
        lm_tx_rollback(ctx);
        return false;
    }
    lm_job_again_at(ctx, lm_clock_ms() + why->retry_after_ms);
    return true;
}

lm_code scraper_do_run_search(struct lm_ctx *ctx, const Scraper__RunSearch *job, lm_err *err)
{
    struct scraper_search s = {.row = NULL};
    bool is_over = false;

    if (begin(ctx, job->scrape_job_id, &s, &is_over, err) == LM_OK &&
        (is_over ||
         (scraper_search_read(ctx, &s, err) == LM_OK && complete(ctx, &s, err) == LM_OK)))
        return LM_OK;
    if (waits_for_source(ctx, job->scrape_job_id, err))
        return LM_OK;
    if (err->code == LM_CANCELLED)
        end_cancelled(ctx, job->scrape_job_id);
    else if (err->code != LM_FENCED && err->code != LM_NOT_FOUND)
        note_failure(ctx, job->scrape_job_id, err);
    return err->code;
}

/* ---- schedules ---- */

/* What no later turn mends by itself is shown on the schedule, and its next turn comes all the same. */
static lm_code fire(struct lm_ctx *ctx, Scraper__Schedule *schedule, lm_err *err)
{
    if (scraper_schedule_run(ctx, schedule, err) == LM_OK || lm_code_is_later(err->code))
        return err->code;
    schedule->last_error = lm_arena_strdup(ctx->arena, err->message);
    lm_err_clear(err);
    return scraper_schedule_update(ctx, schedule, err);
}

/*
 * One job a schedule, however many replicas: its row is claimed by one of them, and search, next time and
 * finish are one transaction. A time that passed while nothing ran is made up for once.
 */
lm_code scraper_do_fire_schedule(struct lm_ctx *ctx, const Scraper__FireSchedule *job, lm_err *err)
{
    Scraper__Schedule *schedule;
    int64_t now = lm_clock_ms();

    if (lm_tx_begin(ctx, err))
        return err->code;
    if (scraper_schedule_lock(ctx, job->schedule_id, &schedule, err))
        return err->code == LM_NOT_FOUND ? LM_OK : err->code; /* deleted: nothing is left to fire */
    if (!schedule->enabled)
        return LM_OK;
    if (schedule->next_run_at <= now) { /* else it was changed meanwhile, and is not due yet */
        if (scraper_schedule_next(schedule, now, &schedule->next_run_at, err) ||
            fire(ctx, schedule, err))
            return lm_wrap(err, "schedule %s", job->schedule_id);
    }
    lm_job_again_at(ctx, schedule->next_run_at);
    return LM_OK;
}
