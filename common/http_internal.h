/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_HTTP_INTERNAL_H
#define LM_HTTP_INTERNAL_H

#include <sys/socket.h>

#include "common/buf.h"
#include "common/http.h"

/* The inside of the HTTP client: settings, the guard, one hop. */

struct http_settings {
    const char *user_agent;
    const char *robot;
    const char *const *private_networks;
    int64_t test_port;
};
extern struct http_settings http_settings;

/* -- http_guard.c: pure -- */
/* True for addresses of the public internet and of http.private_networks. */
bool http_address_is_allowed(const struct sockaddr *address, const char *const *private_networks);
/* "10.0.0.0/8", "fd00::/8" or a single address. */
bool http_network_is_valid(const char *network);

/* -- http_url.c -- */
struct http_url {
    const char *whole;         /* as given, without a fragment */
    const char *scheme, *host; /* host without brackets */
    int port;
};
/* LM_INVALID: not http or https, no host, or a login in it. */
LM_MUST_USE lm_code http_url_parse(struct lm_arena *a, const char *url, struct http_url *out,
                                   lm_err *err);
/* `location` as seen from `base`. */
LM_MUST_USE lm_code http_url_join(struct lm_arena *a, const char *base, const char *location,
                                  const char **out, lm_err *err);
/* With plain http instead of https, for the test world. */
const char *http_url_downgrade(struct lm_arena *a, const char *url);
/* host and port of a proxy; LM_INVALID: no scheme that curl knows. */
LM_MUST_USE lm_code http_proxy_parse(struct lm_arena *a, const char *proxy, struct http_url *out,
                                     lm_err *err);

/* -- http_pin.c: names to addresses that are allowed, as libcurl is told them -- */
struct curl_slist;
struct http_pins {
    struct curl_slist *list;  /* CURLOPT_RESOLVE */
    struct curl_slist *stale; /* what takes it back */
};
/* LM_FORBIDDEN: the host is at a private address. A name that only the proxy may know needs no pin. */
LM_MUST_USE lm_code http_pin_target(struct lm_ctx *ctx, struct http_pins *pins,
                                    const struct http_url *url, const char *proxy, lm_err *err);
LM_MUST_USE lm_code http_pin_proxy(struct lm_ctx *ctx, struct http_pins *pins, const char *proxy,
                                   lm_err *err);
/* That of the URL, or http.test_port. */
int http_connect_port(const struct http_url *url);
void http_list_add(struct curl_slist **list, const char *line);

/* -- http_hop.c: one request, no redirect -- */
void http_init(void); /* libcurl, once a process */
struct http_hop {
    const struct http_url *url;
    const char *method;
    const char *const *headers;
    lm_str body;
    bool has_body, drop_secrets; /* drop_secrets: another host than the caller addressed */
    int64_t deadline_ms;
    size_t max_bytes;
    bool is_start_enough;
    int64_t floor_bytes_s, floor_s;
    const char *proxy, *user_agent;
};
/* res->status, body, headers, content_type, retry_after_ms; in ctx->arena. */
LM_MUST_USE lm_code http_hop(struct lm_ctx *ctx, const struct http_hop *hop,
                             struct lm_http_response *res, lm_err *err);

#endif
