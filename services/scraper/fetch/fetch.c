/* SPDX-License-Identifier: Apache-2.0 */
/* One request to a source: its turn, the network, and what the status means. */
#include "services/scraper/fetch/fetch.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/http.h"
#include "common/str.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum { NAP_MS = 1000 };

/* The tenant's turn at the source: the wait is shared with all its other searches. */
static lm_code wait_for_turn(struct lm_ctx *ctx, const struct scraper_source *source,
                             const struct scraper_wait *wait, lm_err *err)
{
    int64_t wait_ms;

    if (source->site->delay_ms <= 0)
        return LM_OK;
    if (scraper_source_turn(ctx, source->name, source->site->delay_ms, &wait_ms, err))
        return err->code;
    if (wait_ms > lm_ctx_left_ms(ctx, INT64_MAX))
        return lm_fail(err, LM_DEADLINE, "%s: the next turn is %lld s away", source->name,
                       (long long)(wait_ms / 1000));
    while (wait_ms > 0) {
        lm_sleep_ms(LM_MIN(wait_ms, (int64_t)NAP_MS));
        wait_ms -= NAP_MS;
        if (wait_ms > 0 && wait->on_wait(ctx, wait->arg, err))
            return err->code;
    }
    return LM_OK;
}

static lm_code judge_status(const struct scraper_source *source, const struct lm_http_response *res,
                            lm_err *err)
{
    if (res->status < 400)
        return LM_OK;
    if (res->status == 429) {
        lm_fail(err, LM_LIMITED, "the site answered 429");
        err->retry_after_ms = res->retry_after_ms;
        return err->code;
    }
    if (source->sees_errors && res->status < 500)
        return LM_OK;
    /* 403 is what a block looks like; it passes, as 5xx does. */
    return lm_fail(err, res->status == 404 || res->status == 410 ? LM_NOT_FOUND : LM_UNAVAILABLE,
                   "the site answered %d", res->status);
}

lm_code scraper_fetch(struct lm_ctx *ctx, const struct scraper_source *source,
                      const struct scraper_request *request, const struct scraper_wait *wait,
                      struct scraper_answer *out, lm_err *err)
{
    struct lm_http_request req = {
        .url = lm_arena_strz(ctx->arena, request->url),
        .headers = request->headers,
        .body = request->body,
        .timeout_ms = scraper_settings.fetch_timeout_ms,
        .max_bytes = (size_t)scraper_settings.max_page_bytes,
    };
    struct lm_http_response res;

    if (wait_for_turn(ctx, source, wait, err) || lm_http_send(ctx, &req, &res, err) ||
        judge_status(source, &res, err))
        return err->code;
    *out = (struct scraper_answer){
        .url = res.url, .content_type = res.content_type, .body = res.body, .status = res.status};
    return LM_OK;
}
