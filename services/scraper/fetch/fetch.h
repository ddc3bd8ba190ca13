/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_FETCH_H
#define SCRAPER_FETCH_H

#include "common/ctx.h"
#include "services/scraper/sources/sources.h"

/*
 * One request to a source, as politely as it has to be made. I/O: never in a transaction. It keeps the source's
 * pace, which all searches of the tenant share.
 *
 * `on_wait` is called at least once a second while there is a turn to wait for; what it returns ends the wait
 * (LM_CANCELLED: somebody stopped the search).
 */
struct scraper_wait {
    lm_code (*on_wait)(struct lm_ctx *ctx, void *arg, lm_err *err);
    void *arg;
};

/*
 * Body and URL of `out` live in ctx->arena. Errors: those of lm_http_send; LM_LIMITED (429, with retry_after_ms),
 * LM_NOT_FOUND (404, 410), LM_UNAVAILABLE (403 is what a block looks like, 5xx); LM_DEADLINE: the next turn is
 * further away than the deadline.
 */
LM_MUST_USE lm_code scraper_fetch(struct lm_ctx *ctx, const struct scraper_source *source,
                                  const struct scraper_request *request,
                                  const struct scraper_wait *wait, struct scraper_answer *out,
                                  lm_err *err);

#endif
