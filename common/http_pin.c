/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to addresses: resolved by us, judged, and told to libcurl as pins, so that what was judged is what is
 * connected to.
 */
#include "common/http_internal.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include "common/dns.h"

enum { PINS_MAX = 8 /* addresses of one host */, PINS_BYTES = 4096 };

static bool literal(const char *host, struct sockaddr_storage *out)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

    *out = (struct sockaddr_storage){0};
    if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        return true;
    }
    if (inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        return true;
    }
    return false;
}

/* The allowed addresses of a host, as curl writes them in a pin: "1.2.3.4,[2001:…]". */
static lm_code allowed_addresses(struct lm_ctx *ctx, const char *host, const char **out,
                                 lm_err *err)
{
    struct sockaddr_storage one, *list = &one;
    struct lm_buf text = lm_buf_in(ctx->arena, PINS_BYTES);
    char printed[INET6_ADDRSTRLEN];
    size_t n = 1, good = 0;

    if (!literal(host, &one) && lm_dns_addresses(ctx, host, &list, &n, err)) {
        if (err->code == LM_NOT_FOUND)
            err->code =
                LM_UNAVAILABLE; /* what is not found is the host, not what was asked of it */
        return err->code;
    }
    if (n == 0)
        return lm_fail(err, LM_UNAVAILABLE, "%s has no address", host);
    for (size_t i = 0; i < n && good < PINS_MAX; i++) {
        const struct sockaddr *sa = (const struct sockaddr *)&list[i];
        bool is_v6 = sa->sa_family == AF_INET6;
        const void *raw = is_v6 ? (const void *)&((const struct sockaddr_in6 *)sa)->sin6_addr
                                : (const void *)&((const struct sockaddr_in *)sa)->sin_addr;

        if (!http_address_is_allowed(sa, http_settings.private_networks))
            continue;
        inet_ntop(sa->sa_family, raw, printed, sizeof(printed));
        lm_buf_printf(&text, is_v6 ? "%s[%s]" : "%s%s", good++ ? "," : "", printed);
    }
    if (good == 0)
        return lm_fail(err, LM_FORBIDDEN, "%s is at a private address", host);
    *out = lm_buf_z(&text);
    return LM_OK;
}

int http_connect_port(const struct http_url *url)
{
    bool is_standard = url->port == 80 || url->port == 443;

    return http_settings.test_port && is_standard ? (int)http_settings.test_port : url->port;
}

void http_list_add(struct curl_slist **list, const char *line)
{
    struct curl_slist *longer = curl_slist_append(*list, line);

    LM_ASSERT(longer != NULL);
    *list = longer;
}

/* A name only: what is an address already needs no pin. */
static void pin(struct lm_ctx *ctx, struct http_pins *pins, const char *host, int port,
                const char *addresses)
{
    struct sockaddr_storage unused;

    if (literal(host, &unused))
        return;
    http_list_add(&pins->list, lm_arena_printf(ctx->arena, "%s:%d:%s", host, port, addresses));
    http_list_add(&pins->stale, lm_arena_printf(ctx->arena, "-%s:%d", host, port));
}

lm_code http_pin_proxy(struct lm_ctx *ctx, struct http_pins *pins, const char *proxy, lm_err *err)
{
    struct http_url at;
    const char *addresses;

    if (http_proxy_parse(ctx->arena, proxy, &at, err) ||
        allowed_addresses(ctx, at.host, &addresses, err))
        return lm_wrap(err, "proxy");
    pin(ctx, pins, at.host, at.port, addresses);
    return LM_OK;
}

lm_code http_pin_target(struct lm_ctx *ctx, struct http_pins *pins, const struct http_url *url,
                        const char *proxy, lm_err *err)
{
    const char *addresses;

    if (allowed_addresses(ctx, url->host, &addresses, err)) {
        /* a proxy may know names that we do not */
        if (proxy && err->code == LM_UNAVAILABLE) {
            lm_err_clear(err);
            return LM_OK;
        }
        return err->code;
    }
    pin(ctx, pins, url->host, http_connect_port(url), addresses);
    return LM_OK;
}
