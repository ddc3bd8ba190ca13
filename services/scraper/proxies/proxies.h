/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_PROXIES_H
#define SCRAPER_PROXIES_H

#include "common/ctx.h"
#include "services/scraper/sources/sources.h"

/*
 * A tenant's proxies: how they are written, which is taken next, and what is learned of each. Counts and blocks are
 * rows, so that replicas share them. Source: reference A1, "Proxy rotation", and its figures.
 */
enum {
    SCRAPER_PROXY_PAUSE_MS = 5000,   /* between two uses of one, while there are others */
    SCRAPER_PROXY_FAILURES = 3,      /* block it … */
    SCRAPER_PROXY_BLOCK_MS = 600000, /* … for so long */
    SCRAPER_PROXIES_MAX = 1000,      /* of a tenant */
};

/* ---- parse.c; pure ---- */

struct scraper_proxy_address {
    const char *scheme; /* http, https, socks5 */
    const char *host;   /* in lower case; IPv6 without brackets */
    int port;
    const char *username, *password; /* "": none */
};
/*
 * host:port, host:port:user:password, scheme://host:port or scheme://user:password@host:port; in the last form user and
 * password may be percent-encoded. In `a`. LM_INVALID says what is wrong, without the password.
 */
LM_MUST_USE lm_code scraper_proxy_parse(struct lm_arena *a, lm_str text,
                                        struct scraper_proxy_address *out, lm_err *err);
/* As the HTTP client takes it. */
const char *scraper_proxy_url(struct lm_arena *a, const struct scraper_proxy_address *p);

/* ---- choose.c; pure ---- */

struct scraper_proxy {
    char id[LM_ID_SIZE];
    struct scraper_proxy_address address;  /* without password */
    lm_str sealed_password;                /* {NULL, 0}: none */
    int64_t requests, successes, failures; /* what is under way is a request only */
    int64_t fail_count;                    /* in the end blocks it; goes down with each success */
    int64_t used_ago_ms;                   /* -1: never */
    int64_t blocked_ms;                    /* how long it stays blocked; 0: it is not */
    int64_t created_at;
};
/* Successes of what has ended; 1 for one that was never used. */
double scraper_proxy_rate(const struct scraper_proxy *p);
/*
 * Weighted by success rate + 0.1 among those that are not blocked, and of these those that have rested, if there are
 * any. `random` in [0, 1). -1: there is none.
 */
ptrdiff_t scraper_proxy_choose(const struct scraper_proxy *v, size_t n, double random);

/* ---- way.c; I/O ---- */

/* How a source is asked. Lives in ctx->arena. */
struct scraper_way {
    const char *id;  /* of the proxy; NULL: directly */
    const char *url; /* of the proxy, with its password: not for logs */
};
/*
 * By the source's setting. LM_UNAVAILABLE: it is to be asked through proxies, and none is free; it is never asked
 * directly then.
 */
LM_MUST_USE lm_code scraper_way_choose(struct lm_ctx *ctx, const struct scraper_source *source,
                                       bool is_api, struct scraper_way *out, lm_err *err);
LM_MUST_USE lm_code scraper_way_note(struct lm_ctx *ctx, const char *proxy_id, bool is_good,
                                     lm_err *err);
/* The values of the setting; LM_INVALID names the key. */
LM_MUST_USE lm_code scraper_way_check(const struct scraper_source *source, lm_err *err);

#endif
