/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a site for its robots.txt, and what it means when it has none. */
#include "common/arena.h"
#include "common/http_internal.h"
#include "common/robots.h"
#include "common/str.h"
#include "common/text.h"

enum { MOST_BYTES = 520 * 1024 }; /* more than is read of it, as bodies come in pieces */

lm_str lm_robots_agent(void)
{
    return lm_str_z(http_settings.robot);
}

static lm_code unreachable(struct lm_robots_file *out, const char *why)
{
    out->state = LM_ROBOTS_UNREACHABLE;
    out->why = why;
    return LM_OK;
}

/* Source: RFC 9309, 2.3.1. That 429 is no "there is none" is ours: the site says it is asked too much. */
static lm_code judge(struct lm_ctx *ctx, const struct lm_http_response *res,
                     struct lm_robots_file *out)
{
    out->is_answered = true;
    if (res->status >= 500 || res->status == 429) {
        out->retry_after_ms = res->retry_after_ms;
        return unreachable(out, lm_arena_printf(ctx->arena, "robots.txt: the site answered %d",
                                                res->status));
    }
    out->state = res->status >= 200 && res->status < 300 ? LM_ROBOTS_RULES : LM_ROBOTS_NONE;
    if (out->state == LM_ROBOTS_RULES)
        out->text = res->body;
    return LM_OK;
}

lm_code lm_robots_fetch(struct lm_ctx *ctx, lm_str url, int64_t timeout_ms, const char *proxy,
                        struct lm_robots_file *out, lm_err *err)
{
    lm_str at = lm_url_join(ctx->arena, url, LM_STR("/robots.txt"));
    struct lm_http_request req = {.url = lm_arena_strz(ctx->arena, at),
                                  .timeout_ms = timeout_ms,
                                  .max_bytes = MOST_BYTES,
                                  .proxy = proxy,
                                  .is_start_enough = true};
    struct lm_http_response res;

    *out = (struct lm_robots_file){.state = LM_ROBOTS_NONE};
    if (!at.p)
        return lm_fail(err, LM_INVALID, "the URL has no site that could have a robots.txt");
    switch (lm_http_send(ctx, &req, &res, err)) {
    case LM_OK:
        return judge(ctx, &res, out);
    case LM_INVALID:   /* redirects without end, or to what cannot be asked, are no file */
    case LM_TOO_LARGE: /* headers without end */
        lm_err_clear(err);
        return LM_OK;
    case LM_UNAVAILABLE:
    case LM_DEADLINE:
        unreachable(out, lm_arena_printf(ctx->arena, "robots.txt: %s", err->message));
        lm_err_clear(err);
        return LM_OK;
    default:
        return err->code;
    }
}
