/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_POLITE_H
#define SCRAPER_POLITE_H

#include "common/http.h"
#include "services/scraper/fetch/fetch.h"
#include "services/scraper/proxies/proxies.h"

/* The parts of fetch/, for each other. */

/* ---- turn.c ---- */

/* Sleeps, and looks up once a second. */
LM_MUST_USE lm_code scraper_nap(struct lm_ctx *ctx, const struct scraper_wait *wait, int64_t ms,
                                lm_err *err);
/* "host" or "host:port" of a URL, in lower case. */
LM_MUST_USE lm_code scraper_host_of(struct lm_ctx *ctx, lm_str url, const char **host, lm_err *err);
/* Waits for our turn at a host. LM_LIMITED: it is more than a minute away, or further than the deadline. */
LM_MUST_USE lm_code scraper_turn_wait(struct lm_ctx *ctx, const char *host, int64_t delay_ms,
                                      const struct scraper_wait *wait, lm_err *err);

/* ---- robots.c ---- */

struct scraper_obeyed {
    int64_t delay_ms;     /* what the site asks to wait */
    bool is_fault_of_way; /* with an error: the proxy did not reach the site */
};
/* LM_FORBIDDEN: not this URL. LM_UNAVAILABLE: nobody knows. When it has to be asked for, `way` is how. */
LM_MUST_USE lm_code scraper_robots_obey(struct lm_ctx *ctx, lm_str url,
                                        const struct scraper_way *way,
                                        const struct scraper_wait *wait, struct scraper_obeyed *out,
                                        lm_err *err);

/* ---- breaker.c ---- */

/* LM_LIMITED: the source is resting. */
LM_MUST_USE lm_code scraper_breaker_pass(struct lm_ctx *ctx, const struct scraper_source *source,
                                         lm_err *err);
LM_MUST_USE lm_code scraper_breaker_note(struct lm_ctx *ctx, const struct scraper_source *source,
                                         bool is_good, lm_err *err);

/* ---- cache.c ---- */

/*
 * What is known of the page: fetched->key, and when there is a copy answer, etag and last_modified. *is_fresh: it need
 * not be asked for.
 */
LM_MUST_USE lm_code scraper_cache_find(struct lm_ctx *ctx, const struct scraper_source *source,
                                       const struct scraper_request *request,
                                       struct scraper_fetched *fetched, bool *is_fresh,
                                       lm_err *err);
/* Is it stored? Good pages only; what the site does not want stored is not. */
LM_MUST_USE lm_code scraper_cache_keep(struct lm_ctx *ctx, const struct scraper_fetched *fetched,
                                       bool is_good, lm_err *err);
bool scraper_may_be_cached(const struct lm_http_response *res);

/* ---- draw.c ---- */

/* A page, no API and no form; and a source that is not set to never. */
bool scraper_may_be_drawn(const struct scraper_source *source,
                          const struct scraper_request *request);

/* ---- judge.c ---- */

/* What the status means; see scraper_fetch. */
LM_MUST_USE lm_code scraper_judge_status(const struct scraper_source *source,
                                         const struct lm_http_response *res, lm_err *err);
/* Was it the source that failed, so that it needs a rest? */
bool scraper_is_failure(lm_code code);
/*
 * The wait behind attempt 1, 2, …: `first_ms`, doubled each time up to sixty times as long, and up to a tenth longer by
 * chance. Source: reference 2.3, 2.7.
 */
int64_t scraper_backoff_ms(int64_t first_ms, int attempt, double random);

#endif
