/* SPDX-License-Identifier: Apache-2.0 */
/* One request to a source: may it be asked, whose turn is it, and what if it does not answer. */
#include "services/scraper/fetch/fetch.h"

#include "common/arena.h"
#include "common/crypto.h"
#include "common/http.h"
#include "common/str.h"
#include "services/scraper/browser/browser.h"
#include "services/scraper/fetch/polite.h"
#include "services/scraper/proxies/proxies.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum {
    SHORT_MS = 60000,    /* longer waits are the job's, not a worker's */
    FLOOR_BYTES_S = 200, /* a body slower than that … */
    FLOOR_S = 15,        /* … for so long is not waited for */
    MOST_HEADERS = 16,
    JITTER = 1000,
};

/* One request under way; `way` is of this attempt. */
struct ask {
    const struct scraper_source *source;
    const struct scraper_request *request;
    const struct scraper_wait *wait;
    const char *host;
    bool is_api, is_drawing;
    struct scraper_way way;
    bool is_fault_of_way; /* what went wrong: the proxy did not reach the site */
};

/* *delay_ms: what the site asks to wait. */
static lm_code obey(struct lm_ctx *ctx, struct ask *a, lm_str url, int64_t *delay_ms, lm_err *err)
{
    struct scraper_obeyed obeyed = {.delay_ms = 0};

    if (!a->is_api && scraper_robots_obey(ctx, url, &a->way, a->wait, &obeyed, err))
        a->is_fault_of_way = obeyed.is_fault_of_way;
    *delay_ms = obeyed.delay_ms;
    return err->code;
}

/* May this URL be asked, and is it our turn? */
static lm_code may_ask(struct lm_ctx *ctx, struct ask *a, lm_str url, const char *host, lm_err *err)
{
    const struct scraper_site *site = a->source->site;
    int64_t delay_ms, own_ms = a->request->is_api ? site->api_delay_ms : site->delay_ms;

    if (obey(ctx, a, url, &delay_ms, err))
        return err->code;
    return scraper_turn_wait(ctx, host, LM_MAX(delay_ms, own_ms), a->wait, err);
}

/* A redirect leads to another page, which has rules of its own, and maybe to another host. */
static lm_code may_follow(struct lm_ctx *ctx, const char *url, void *arg, lm_err *err)
{
    struct ask *a = arg;
    const char *host;
    int64_t ignored;

    if (scraper_host_of(ctx, lm_str_z(url), &host, err))
        return err->code;
    return strcmp(host, a->host) == 0 ? obey(ctx, a, lm_str_z(url), &ignored, err)
                                      : may_ask(ctx, a, lm_str_z(url), host, err);
}

/* Those of the source, and those that ask only for what has changed. */
static const char *const *headers_of(struct lm_ctx *ctx, const struct ask *a,
                                     const struct scraper_fetched *f)
{
    const char **v = LM_NEW_ARRAY(ctx->arena, const char *, MOST_HEADERS + 3);
    size_t n = 0;

    for (const char *const *h = a->request->headers; h && *h && n < MOST_HEADERS; h++)
        v[n++] = *h;
    if (f->answer.body.p && f->etag.n)
        v[n++] = lm_arena_printf(ctx->arena, "If-None-Match: %.*s", LM_FMT(f->etag));
    if (f->answer.body.p && f->last_modified.n)
        v[n++] = lm_arena_printf(ctx->arena, "If-Modified-Since: %.*s", LM_FMT(f->last_modified));
    return v;
}

static void take_answer(const struct lm_http_response *res, struct scraper_fetched *f)
{
    f->is_asked = true;
    f->is_same = !f->is_drawn && res->status == 304 && f->answer.body.p;
    if (f->is_same)
        return;
    f->answer = (struct scraper_answer){.url = res->url,
                                        .content_type = res->content_type,
                                        .body = res->body,
                                        .status = res->status};
    /* A drawn page has neither: it is more than the document that they are of. */
    f->etag = scraper_storable(lm_http_header(res, "etag"));
    f->last_modified = scraper_storable(lm_http_header(res, "last-modified"));
    if (!scraper_may_be_cached(res))
        f->key = (lm_str){NULL, 0};
}

/* How an attempt failed. */
struct failed {
    bool may_pass;     /* the next one may find it otherwise */
    bool is_of_source; /* the site was asked, and it was not the proxy */
    lm_err why;
};

/* In a browser. When that fails the source is not to blame: it may be the browser. */
static lm_code draw(struct lm_ctx *ctx, struct ask *a, struct lm_http_response *res, lm_err *err)
{
    const struct scraper_browse what = {
        .url = lm_arena_strz(ctx->arena, a->request->url),
        .proxy = a->way.url,
        .max_bytes = (size_t)scraper_settings.max_page_bytes,
        .wait = a->wait,
        .may_follow = may_follow,
        .arg = a,
    };

    return scraper_browse(ctx, &what, res, err);
}

static lm_code send_plainly(struct lm_ctx *ctx, struct ask *a, const struct scraper_fetched *f,
                            struct lm_http_response *res, lm_err *err)
{
    struct lm_http_request req = {
        .url = lm_arena_strz(ctx->arena, a->request->url),
        .headers = headers_of(ctx, a, f),
        .body = a->request->body,
        .timeout_ms = scraper_settings.fetch_timeout_ms,
        .max_bytes = (size_t)scraper_settings.max_page_bytes,
        .floor_bytes_s = FLOOR_BYTES_S,
        .floor_s = FLOOR_S,
        .proxy = a->way.url,
        .may_follow = may_follow,
        .arg = a,
    };

    return lm_http_send(ctx, &req, res, err);
}

static lm_code send_once(struct lm_ctx *ctx, struct ask *a, struct scraper_fetched *f,
                         struct failed *failed)
{
    struct lm_http_response res;
    lm_err *why = &failed->why;

    if (a->is_drawing ? draw(ctx, a, &res, why) : send_plainly(ctx, a, f, &res, why)) {
        failed->may_pass = why->code == LM_UNAVAILABLE;
        failed->is_of_source = !a->way.url && !a->is_drawing && scraper_is_failure(why->code);
        return why->code;
    }
    if (scraper_judge_status(a->source, &res, why)) {
        failed->may_pass = res.status == 429 || res.status >= 500;
        failed->is_of_source = scraper_is_failure(why->code);
        return why->code;
    }
    take_answer(&res, f);
    return LM_OK;
}

/* An attempt: by a way there is, allowed, and in turn. What a proxy does wrong it is remembered for. */
static lm_code attempt_once(struct lm_ctx *ctx, struct ask *a, struct scraper_fetched *f,
                            struct failed *failed)
{
    lm_err *why = &failed->why, ignored = LM_ERR_INIT;

    *failed = (struct failed){.may_pass = false};
    a->is_fault_of_way = false;
    if (scraper_way_choose(ctx, a->source, a->is_api, &a->way, why))
        return why->code;
    f->proxy_id = a->way.id;
    if (may_ask(ctx, a, a->request->url, a->host, why))
        failed->may_pass = a->is_fault_of_way;
    else if (send_once(ctx, a, f, failed))
        a->is_fault_of_way = a->way.id && scraper_is_failure(why->code);
    if (a->is_fault_of_way && scraper_way_note(ctx, a->way.id, false, &ignored))
        *why = ignored;
    return why->code;
}

/*
 * The wait before the next attempt: what the site says, or a second, doubled. Told to go away, everybody does. LM_OK:
 * it was waited for.
 */
static lm_code wait_after(struct lm_ctx *ctx, const struct ask *a, const lm_err *why, int attempt,
                          lm_err *err)
{
    bool is_told = why->code == LM_LIMITED || why->retry_after_ms > 0;
    int64_t ms = why->retry_after_ms > 0
                     ? why->retry_after_ms
                     : scraper_backoff_ms(scraper_settings.backoff_ms, attempt,
                                          (double)lm_random_below(JITTER) / JITTER);

    if (is_told && scraper_host_hold(ctx, a->host, ms, err))
        return err->code;
    if (attempt <= scraper_settings.retries && ms <= lm_ctx_left_ms(ctx, SHORT_MS))
        return scraper_nap(ctx, a->wait, ms, err);
    *err = *why;
    err->retry_after_ms = is_told ? ms : 0;
    return err->code;
}

static lm_code send_patiently(struct lm_ctx *ctx, struct ask *a, struct scraper_fetched *f,
                              lm_err *err)
{
    for (int attempt = 1;; attempt++) {
        struct failed failed;
        lm_err ignored = LM_ERR_INIT;

        if (attempt_once(ctx, a, f, &failed) == LM_OK)
            return LM_OK;
        if (!failed.may_pass)
            *err = failed.why;
        else if (wait_after(ctx, a, &failed.why, attempt, err) == LM_OK)
            continue;
        if (failed.is_of_source && scraper_is_failure(err->code) &&
            scraper_breaker_note(ctx, a->source, false, &ignored))
            *err = ignored;
        return err->code;
    }
}

static bool is_always_drawn(const struct scraper_source *source,
                            const struct scraper_request *request)
{
    return scraper_may_be_drawn(source, request) && strcmp(source->site->browser, "always") == 0;
}

lm_code scraper_fetch(struct lm_ctx *ctx, const struct scraper_source *source,
                      const struct scraper_request *request, const struct scraper_wait *wait,
                      struct scraper_fetched *out, lm_err *err)
{
    struct ask a = {.source = source,
                    .request = request,
                    .wait = wait,
                    .is_api = source->is_api || request->is_api};
    bool is_fresh;

    *out = (struct scraper_fetched){.is_asked = false};
    if (is_always_drawn(source, request)) {
        a.is_drawing = out->is_drawn = true;
        if (scraper_browser_find(err))
            return lm_wrap(err, "scraper.%s_browser is always", source->name);
    }
    if (scraper_host_of(ctx, request->url, &a.host, err) ||
        scraper_cache_find(ctx, source, request, out, &is_fresh, err) || is_fresh)
        return err->code;
    if (scraper_breaker_pass(ctx, source, err))
        return err->code;
    return send_patiently(ctx, &a, out, err);
}

lm_code scraper_fetch_drawn(struct lm_ctx *ctx, const struct scraper_source *source,
                            const struct scraper_request *request, const struct scraper_wait *wait,
                            struct scraper_fetched *fetched, lm_err *err)
{
    struct ask a = {.source = source, .request = request, .wait = wait, .is_drawing = true};

    fetched->is_drawn = true;
    fetched->answer = (struct scraper_answer){.status = 0};
    fetched->proxy_id = NULL;
    if (scraper_host_of(ctx, request->url, &a.host, err))
        return err->code;
    return send_patiently(ctx, &a, fetched, err);
}

/* A page without cards speaks against the proxy too: that is what some blocks look like (reference A1). */
lm_code scraper_fetched_judge(struct lm_ctx *ctx, const struct scraper_source *source,
                              const struct scraper_fetched *f, struct scraper_worth worth,
                              lm_err *err)
{
    bool is_block = worth.code == LM_UNAVAILABLE, is_good = worth.code == LM_OK && worth.has_cards;

    if (scraper_cache_keep(ctx, f, is_good, err))
        return err->code;
    if (!f->is_asked)
        return LM_OK;
    if (f->proxy_id && (is_block || worth.code == LM_OK) &&
        scraper_way_note(ctx, f->proxy_id, is_good, err))
        return err->code;
    return scraper_breaker_note(ctx, source, !is_block, err);
}
