/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_SCHEDULE_H
#define SCRAPER_SCHEDULE_H

#include "common/ctx.h"
#include "gen/scraper.pb-c.h"

/* Searches that repeat, between their operations (api_schedules.c) and their job (work.c). */

/* Queues (or moves forward) the job that fires a schedule at its next_run_at. */
LM_MUST_USE lm_code scraper_schedule_queue(struct lm_ctx *ctx, const Scraper__Schedule *schedule,
                                           lm_err *err);
/* The next time a schedule is due after `after`; LM_INVALID names `cron` or `timezone`. */
LM_MUST_USE lm_code scraper_schedule_next(const Scraper__Schedule *schedule, int64_t after,
                                          int64_t *next, lm_err *err);
/* The search a schedule asks for, in the arena. */
Scraper__ScrapeJob *scraper_search_of(struct lm_arena *a, const Scraper__Schedule *schedule);
/* Starts it and notes it in the schedule, whose row is locked; next_run_at is the caller's. */
LM_MUST_USE lm_code scraper_schedule_run(struct lm_ctx *ctx, Scraper__Schedule *schedule,
                                         lm_err *err);

/*
 * The usual daily searches, those whose source is here; the n-th, NULL behind the last. Its id is always the same in a
 * tenant, so that it is made once. Source: reference A1, daily set.
 */
enum { SCRAPER_MOST_DAILY = 8 };
Scraper__Schedule *scraper_schedule_daily(struct lm_ctx *ctx, size_t n);

#endif
