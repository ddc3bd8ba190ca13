/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_ICP_H
#define SCRAPER_ICP_H

#include "common/ctx.h"
#include "gen/scorer.pb-c.h"
#include "gen/scraper.pb-c.h"

/* A search for companies such as an ideal customer profile describes. */

/*
 * The search a source is asked for by this profile: each of its fields where the source has a filter for it; industries
 * as keywords where it has none. Pure; lives in `a` and borrows from both. LM_INVALID: no such source.
 */
LM_MUST_USE lm_code scraper_icp_search(struct lm_arena *a, const Scorer__Profile *profile,
                                       const Scraper__StartIcpSearchRequest *in,
                                       Scraper__ScrapeJob **out, lm_err *err);
/* Of profile, source, parameters and the day (UTC) of `at`: 64 hexadecimal digits. Pure. */
char *scraper_icp_run_hash(struct lm_arena *a, const Scorer__Profile *profile,
                           const Scraper__ScrapeJob *search, int64_t at);
/*
 * Starts it in the open transaction, unless the same one was started today and has neither failed nor been cancelled:
 * then out->job_id is that one's.
 */
LM_MUST_USE lm_code scraper_icp_start(struct lm_ctx *ctx, const Scorer__Profile *profile,
                                      const Scraper__StartIcpSearchRequest *in, Lm__Accepted *out,
                                      lm_err *err);

#endif
