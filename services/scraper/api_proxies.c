/* SPDX-License-Identifier: Apache-2.0 */
/* The operations on proxies. A password comes in and never goes out. */
#include "common/arena.h"
#include "common/id.h"
#include "common/secret.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/proxies/proxies.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"

enum { MOST_ERRORS = 100 };

static Scraper__Proxy *put_proxy(struct lm_arena *a, const struct scraper_proxy *p)
{
    Scraper__Proxy *out = LM_NEW(a, Scraper__Proxy);
    const struct scraper_proxy_address *at = &p->address;
    bool is_v6 = strchr(at->host, ':') != NULL;

    scraper__proxy__init(out);
    out->id = lm_arena_strdup(a, p->id);
    out->address = lm_arena_printf(a, "%s://%s%s%s%s%s:%d", at->scheme, at->username,
                                   *at->username ? ":***@" : "", is_v6 ? "[" : "", at->host,
                                   is_v6 ? "]" : "", at->port);
    out->requests = p->requests;
    out->successes = p->successes;
    out->failures = p->failures;
    out->success_rate = scraper_proxy_rate(p);
    out->is_blocked = out->has_blocked_for_s = p->blocked_ms > 0;
    out->blocked_for_s = p->blocked_ms / 1000;
    out->has_used_ago_s = p->used_ago_ms >= 0;
    out->used_ago_s = p->used_ago_ms / 1000;
    out->created_at = p->created_at;
    return out;
}

lm_code scraper_list_proxies(struct lm_ctx *ctx, const Scraper__ListProxiesRequest *in LM_UNUSED,
                             Scraper__ListProxiesResponse *out, lm_err *err)
{
    struct scraper_proxy *v;
    size_t n;

    if (scraper_proxies_load(ctx, &v, &n, err))
        return err->code;
    out->items = LM_NEW_ARRAY(ctx->arena, Scraper__Proxy *, n);
    for (size_t i = 0; i < n; i++)
        out->items[out->n_items++] = put_proxy(ctx->arena, &v[i]);
    return LM_OK;
}

static lm_code add(struct lm_ctx *ctx, const struct scraper_proxy_address *address, bool *is_new,
                   lm_err *err)
{
    struct scraper_proxy p = {.address = *address};

    if (*address->password && lm_secret_seal(ctx, scraper_settings.secret_key, address->password,
                                             &p.sealed_password, err))
        return lm_wrap(err, "a proxy with a password");
    lm_id_new(p.id);
    return scraper_proxy_add(ctx, &p, is_new, err);
}

static void reject(struct lm_arena *a, int line, const lm_err *why, Scraper__AddProxiesResult *out)
{
    Scraper__LineError *e;

    out->rejected++;
    if (out->n_errors == MOST_ERRORS)
        return;
    e = LM_NEW(a, Scraper__LineError);
    scraper__line_error__init(e);
    e->line = line;
    e->message = lm_arena_strdup(a, why->message);
    out->errors[out->n_errors++] = e;
}

/* A line that is none is told and passed over; the others are added. */
static lm_code add_line(struct lm_ctx *ctx, lm_str line, int number, size_t *room,
                        Scraper__AddProxiesResult *out, lm_err *err)
{
    struct scraper_proxy_address address;
    lm_err why = LM_ERR_INIT;
    bool is_new;

    line = lm_str_trim(line);
    if (!line.n || line.p[0] == '#')
        return LM_OK;
    if (scraper_proxy_parse(ctx->arena, line, &address, &why) ||
        (*room == 0 &&
         lm_fail(&why, LM_INVALID, "there is room for %d proxies", SCRAPER_PROXIES_MAX))) {
        reject(ctx->arena, number, &why, out);
        return LM_OK;
    }
    if (add(ctx, &address, &is_new, err))
        return err->code;
    *room -= is_new;
    out->added += is_new;
    out->known += !is_new;
    return LM_OK;
}

lm_code scraper_add_proxies(struct lm_ctx *ctx, const Scraper__AddProxiesRequest *in,
                            Scraper__AddProxiesResult *out, lm_err *err)
{
    lm_str rest = lm_str_z(in->text), line;
    struct scraper_proxy *v;
    size_t n, room;

    if (scraper_proxies_load(ctx, &v, &n, err))
        return err->code;
    room = SCRAPER_PROXIES_MAX - n;
    out->errors = LM_NEW_ARRAY(ctx->arena, Scraper__LineError *, MOST_ERRORS);
    for (int number = 1; lm_str_line(&rest, &line); number++) {
        if (add_line(ctx, line, number, &room, out, err))
            return err->code;
    }
    return LM_OK;
}

lm_code scraper_delete_proxy(struct lm_ctx *ctx, const Scraper__DeleteProxyRequest *in,
                             Lm__Empty *out LM_UNUSED, lm_err *err)
{
    return scraper_proxy_delete(ctx, in->proxy_id, err);
}

lm_code scraper_get_proxy_stats(struct lm_ctx *ctx, const Scraper__ProxyStatsRequest *in LM_UNUSED,
                                Scraper__ProxyStats *out, lm_err *err)
{
    struct scraper_proxy *v, all = {.requests = 0};
    size_t n;

    if (scraper_proxies_load(ctx, &v, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        out->blocked += v[i].blocked_ms > 0;
        all.requests += v[i].requests;
        all.successes += v[i].successes;
        all.failures += v[i].failures;
    }
    out->total_proxies = (int32_t)n;
    out->available = (int32_t)n - out->blocked;
    out->total_requests = all.requests;
    out->total_success = all.successes;
    out->total_failures = all.failures;
    out->success_rate = scraper_proxy_rate(&all);
    return LM_OK;
}
