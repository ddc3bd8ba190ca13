/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_FETCH_H
#define SCRAPER_FETCH_H

#include "common/ctx.h"
#include "services/scraper/sources/sources.h"

/*
 * One request to a source, as politely as it has to be made. I/O: never in a transaction. What all replicas and
 * tenants must keep together are rows: robots.txt of a site and the turns of its host (turn.c, robots.c), and whether
 * the source is given a rest (breaker.c). What a tenant has read is not asked for again so soon (cache.c), and it may
 * have proxies (proxies/).
 *
 * `on_wait` is called at least once a second while there is something to wait for; what it returns ends the wait
 * (LM_CANCELLED: somebody stopped the search).
 */
struct scraper_wait {
    lm_code (*on_wait)(struct lm_ctx *ctx, void *arg, lm_err *err);
    void *arg;
};

/* Lives in ctx->arena. */
struct scraper_fetched {
    struct scraper_answer answer;
    bool is_asked, is_same;     /* the site was asked; it said that the copy is still good */
    bool is_drawn;              /* it came through a browser (browser/) */
    lm_str key;                 /* in the cache; {NULL, 0}: it does not go there */
    lm_str etag, last_modified; /* to ask by the next time */
    const char *proxy_id;       /* it came through; NULL: directly */
};

/*
 * Errors: those of lm_http_send; LM_LIMITED, with retry_after_ms: the site answered 429, the turn is more than a minute
 * away, or the source is resting after too many failures; LM_FORBIDDEN: robots.txt does not allow it, and which rule;
 * LM_NOT_FOUND (404, 410); LM_UNAVAILABLE: 403 is what a block looks like, 5xx, no answer, nobody knows what robots.txt
 * allows, or no proxy is free. What may pass soon was tried again before.
 */
LM_MUST_USE lm_code scraper_fetch(struct lm_ctx *ctx, const struct scraper_source *source,
                                  const struct scraper_request *request,
                                  const struct scraper_wait *wait, struct scraper_fetched *out,
                                  lm_err *err);

/* ---- pages that scripts draw (draw.c) ---- */

/* The values of the setting; LM_INVALID names the key. */
LM_MUST_USE lm_code scraper_drawing_check(const struct scraper_source *source, lm_err *err);
/* A page that could not be read: is it the empty shell of one that a browser would draw, and may it? Pure. */
bool scraper_is_to_draw(struct lm_arena *a, const struct scraper_source *source,
                        const struct scraper_request *request,
                        const struct scraper_fetched *fetched);
/*
 * The same page through a browser, which is one more turn of its host; `fetched` is what scraper_fetch made, and takes
 * its place. Errors: those of scraper_fetch and of scraper_browse. For a source that is set to `always` scraper_fetch
 * itself does this.
 */
LM_MUST_USE lm_code scraper_fetch_drawn(struct lm_ctx *ctx, const struct scraper_source *source,
                                        const struct scraper_request *request,
                                        const struct scraper_wait *wait,
                                        struct scraper_fetched *fetched, lm_err *err);

/* What became of an answer when it was read. */
struct scraper_worth {
    lm_code code;   /* of parse(); LM_UNAVAILABLE: it was no answer but a block */
    bool has_cards; /* there was something on it */
};
/* Source, proxy and cache learn from it. To be called once for each answer, but not for one that was drawn then. */
LM_MUST_USE lm_code scraper_fetched_judge(struct lm_ctx *ctx, const struct scraper_source *source,
                                          const struct scraper_fetched *fetched,
                                          struct scraper_worth worth, lm_err *err);

/* What a site says in a header, as a column takes it; {NULL, 0}: it is no text, or more than anybody needs. Pure. */
lm_str scraper_storable(lm_str s);

#endif
