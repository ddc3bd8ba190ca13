/* SPDX-License-Identifier: Apache-2.0 */
/* The turn at a host: one clock and one row for all who ask it. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/fetch/polite.h"
#include "services/scraper/store.h"

enum { LOOK_MS = 1000, MOST_WAIT_MS = 60000 };

lm_code scraper_nap(struct lm_ctx *ctx, const struct scraper_wait *wait, int64_t ms, lm_err *err)
{
    while (ms > 0) {
        lm_sleep_ms(LM_MIN(ms, (int64_t)LOOK_MS));
        ms -= LOOK_MS;
        if (ms > 0 && wait->on_wait(ctx, wait->arg, err))
            return err->code;
    }
    return LM_OK;
}

lm_code scraper_host_of(struct lm_ctx *ctx, lm_str url, const char **host, lm_err *err)
{
    struct lm_url u;
    char *name;

    if (!lm_url_parse(url, &u))
        return lm_fail(err, LM_INVALID, "what the source asks is no URL");
    name = u.port.n ? lm_arena_printf(ctx->arena, "%.*s:%.*s", LM_FMT(u.host), LM_FMT(u.port))
                    : lm_arena_strz(ctx->arena, u.host);
    for (char *c = name; *c; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
    *host = name;
    return LM_OK;
}

static lm_code too_far(const char *host, int64_t wait_ms, lm_err *err)
{
    lm_fail(err, LM_LIMITED, "%s: the next turn is %lld s away", host, (long long)(wait_ms / 1000));
    err->retry_after_ms = wait_ms;
    return err->code;
}

lm_code scraper_turn_wait(struct lm_ctx *ctx, const char *host, int64_t delay_ms,
                          const struct scraper_wait *wait, lm_err *err)
{
    for (;;) {
        int64_t most_ms = lm_ctx_left_ms(ctx, MOST_WAIT_MS), wait_ms, held_ms;

        if (scraper_host_take(ctx, host, delay_ms, most_ms, &wait_ms, err))
            return err->code;
        if (wait_ms > most_ms)
            return too_far(host, wait_ms, err);
        if (wait_ms == 0)
            return LM_OK;
        /* Meanwhile another may have been told to leave the host alone. */
        if (scraper_nap(ctx, wait, wait_ms, err) || scraper_host_held(ctx, host, &held_ms, err))
            return err->code;
        if (held_ms == 0)
            return LM_OK;
    }
}
