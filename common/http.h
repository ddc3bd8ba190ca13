/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_HTTP_H
#define LM_HTTP_H

#include <stdatomic.h>

#include "common/config.h"
#include "common/ctx.h"

/*
 * The HTTP client (libcurl) for everything outside. Each request has a deadline, a size limit and a
 * limit on redirects; certificates are verified; names are resolved by our own resolver (dns.h) and
 * pinned, every hop anew, and private, loopback, link-local and multicast addresses are refused
 * (SSRF) unless http.private_networks lists them. Redirects never leave http and https. Bodies live
 * in ctx->arena. LM_ASSERT: called with a transaction open.
 */
struct lm_http_request {
    const char *url;
    const char *method;         /* NULL: GET, or POST with a body */
    const char *const *headers; /* "Name: value", NULL-terminated; may be NULL */
    lm_str body;
    int64_t timeout_ms; /* 0: 10 s; never beyond ctx->deadline_ms */
    size_t max_bytes;   /* 0: 2 MiB; of what comes out when it was sent packed */
    bool
        is_start_enough; /* of a body beyond max_bytes the beginning is the answer, not LM_TOO_LARGE */
    int64_t
        floor_bytes_s; /* slower than that over floor_s seconds is LM_DEADLINE; 0: by the deadline only */
    int64_t floor_s;
    int max_redirects;      /* 0: 5; -1: none are followed, the 3xx is the answer */
    const char *proxy;      /* scheme://[user:pass@]host:port, or NULL */
    const char *user_agent; /* NULL: http.user_agent */
    /* Asked before each redirect is followed; what it returns but LM_OK ends the request. May send others itself. */
    lm_code (*may_follow)(struct lm_ctx *ctx, const char *url, void *arg, lm_err *err);
    void *arg;
};
struct lm_http_header {
    lm_str name, value;
};
struct lm_http_response {
    int status;
    lm_str body;
    lm_str content_type; /* as sent, with parameters; {NULL,0} */
    lm_str url;          /* the last one of the redirects */
    const struct lm_http_header *headers;
    size_t n_headers;
    int64_t retry_after_ms; /* 0: not given */
    int64_t took_ms;
};
/*
 * Any status is an answer. Errors: LM_UNAVAILABLE (name, connect, TLS, cut off), LM_DEADLINE,
 * LM_TOO_LARGE, LM_FORBIDDEN (address not allowed), LM_INVALID (URL, too many redirects).
 */
LM_MUST_USE lm_code lm_http_send(struct lm_ctx *ctx, const struct lm_http_request *req,
                                 struct lm_http_response *res, lm_err *err);
/* GET; a status of 400 and above is an error too (404, 410: LM_NOT_FOUND, 429: LM_LIMITED with retry_after, 5xx: LM_UNAVAILABLE). */
LM_MUST_USE lm_code lm_http_get(struct lm_ctx *ctx, const char *url, struct lm_http_response *res,
                                lm_err *err);
lm_str lm_http_header(const struct lm_http_response *res, const char *name);

/*
 * A bare connection to a host by the rules above, for a tunnel: what goes through it is not looked at. Resolved once
 * and judged; through `proxy` if there is one, which then resolves names that we do not know.
 *
 * Memory:  until lm_http_link_close. One thread.
 * Errors:  LM_UNAVAILABLE, LM_DEADLINE, LM_FORBIDDEN (address not allowed), LM_INVALID (no host, proxy or port).
 */
struct lm_http_link;
struct lm_http_link_to {
    const char *host; /* IPv6 without brackets */
    int port;
    const char *proxy;          /* or NULL */
    int64_t timeout_ms;         /* never beyond ctx->deadline_ms */
    const atomic_bool *is_over; /* looked at once a second: nobody waits any more; may be NULL */
};
LM_MUST_USE lm_code lm_http_link_open(struct lm_ctx *ctx, const struct lm_http_link_to *to,
                                      struct lm_http_link **out, lm_err *err);
int lm_http_link_fd(const struct lm_http_link *link); /* to poll; read until 0 comes back */
/* How many bytes; 0: none now; -1: it has ended. */
ptrdiff_t lm_http_link_send(struct lm_http_link *link, lm_str bytes);
ptrdiff_t lm_http_link_receive(struct lm_http_link *link, void *to, size_t n);
void lm_http_link_close(struct lm_http_link *link);

/* What we call ourselves: http.user_agent. */
const char *lm_http_user_agent(void);
/* As a URL is asked here: of the test world (http.test_port) by plain http, otherwise as it is. */
LM_MUST_USE lm_code lm_http_asked_url(struct lm_arena *a, const char *url, const char **out,
                                      lm_err *err);

/* Settings of the client, a table for lm_config_load (http.*); the skeleton includes it. */
extern const struct lm_config_key lm_http_config[];
/* What is not usable at all, and what must not be set in production. LM_INVALID. */
LM_MUST_USE lm_code lm_http_check(bool is_production, lm_err *err);

#endif
