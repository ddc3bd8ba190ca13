/* SPDX-License-Identifier: Apache-2.0 */
/* How a source is asked: directly, or through a proxy of the tenant. */
#include "common/arena.h"
#include "common/crypto.h"
#include "common/secret.h"
#include "common/str.h"
#include "services/scraper/proxies/proxies.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum { TRIES = 20, DICE = 1 << 20 };

static bool is_set(const struct scraper_source *source, const char *value)
{
    return source->site->proxies && strcmp(source->site->proxies, value) == 0;
}

lm_code scraper_way_check(const struct scraper_source *source, lm_err *err)
{
    if (is_set(source, "never") || is_set(source, "when_there_are") || is_set(source, "always"))
        return LM_OK;
    return lm_fail(err, LM_INVALID, "scraper.%s_proxies is never, when_there_are or always",
                   source->name);
}

static lm_code none_free(const struct scraper_source *source, const struct scraper_proxy *v,
                         size_t n, lm_err *err)
{
    if (n == 0)
        return lm_fail(err, LM_UNAVAILABLE,
                       "%s is asked through proxies only, and there are none: add some, or set "
                       "scraper.%s_proxies",
                       source->title, source->name);
    lm_fail(err, LM_UNAVAILABLE, "%s is not asked directly, and all of the %zu proxies are blocked",
            source->title, n);
    err->retry_after_ms = v[0].blocked_ms;
    for (size_t i = 1; i < n; i++)
        err->retry_after_ms = LM_MIN(err->retry_after_ms, v[i].blocked_ms);
    return err->code;
}

static lm_code open_way(struct lm_ctx *ctx, const struct scraper_proxy *p, struct scraper_way *out,
                        lm_err *err)
{
    struct scraper_proxy_address address = p->address;

    if (p->sealed_password.n && lm_secret_open(ctx, scraper_settings.secret_key, p->sealed_password,
                                               &address.password, err))
        return lm_wrap(err, "password of proxy %s", p->id);
    out->id = lm_arena_strdup(ctx->arena, p->id);
    out->url = scraper_proxy_url(ctx->arena, &address);
    return LM_OK;
}

/* Whoever else chooses the same one first makes us choose anew. */
lm_code scraper_way_choose(struct lm_ctx *ctx, const struct scraper_source *source, bool is_api,
                           struct scraper_way *out, lm_err *err)
{
    bool is_always = is_set(source, "always");

    *out = (struct scraper_way){NULL, NULL};
    if (!is_always && (is_api || !is_set(source, "when_there_are")))
        return LM_OK;
    for (int i = 0; i < TRIES; i++) {
        struct scraper_proxy *v;
        ptrdiff_t at;
        bool is_ours;
        size_t n;

        if (scraper_proxies_load(ctx, &v, &n, err))
            return err->code;
        if (n == 0 && !is_always)
            return LM_OK;
        at = scraper_proxy_choose(v, n, (double)lm_random_below(DICE) / DICE);
        if (at < 0)
            return none_free(source, v, n, err);
        if (scraper_proxy_take(ctx, &v[at], &is_ours, err))
            return err->code;
        if (is_ours)
            return open_way(ctx, &v[at], out, err);
    }
    return lm_fail(err, LM_UNAVAILABLE, "%s: others took every proxy first", source->title);
}

lm_code scraper_way_note(struct lm_ctx *ctx, const char *proxy_id, bool is_good, lm_err *err)
{
    return is_good ? scraper_proxy_succeeded(ctx, proxy_id, err)
                   : scraper_proxy_failed(ctx, proxy_id, err);
}
