/* SPDX-License-Identifier: Apache-2.0 */
/* A request and its redirects, each hop a request of its own, so that each is checked like the first. */
#include "common/http_internal.h"

#include "common/clock.h"
#include "common/metrics.h"
#include "common/str.h"

enum { TIMEOUT_MS = 10000, BYTES = 2 << 20, REDIRECTS = 5 };

struct http_settings http_settings;

const struct lm_config_key lm_http_config[] = {
    LM_CFG_STR("http.user_agent", &http_settings.user_agent,
               "Mozilla/5.0 (compatible; LeadMachine/0.1)",
               "what the client calls itself; with a page of yours in it sites know whom to ask"),
    LM_CFG_STR("http.robot", &http_settings.robot, "LeadMachine",
               "the name robots.txt may call us by; http.user_agent has it in it"),
    LM_CFG_LIST("http.private_networks", &http_settings.private_networks, "",
                "private addresses that may be asked, as networks (10.1.0.0/16)"),
    LM_CFG_INT("http.test_port", &http_settings.test_port, "0",
               "tests: ports 80 and 443 of every host are this port, over plain http; 0: off"),
    LM_CFG_END,
};

lm_code lm_http_check(bool is_production, lm_err *err)
{
    for (const char *const *n = http_settings.private_networks; n && *n; n++)
        if (!http_network_is_valid(*n))
            return lm_fail(err, LM_INVALID,
                           "http.private_networks: '%s' is no network such as 10.1.0.0/16", *n);
    if (lm_str_ifind(lm_str_z(http_settings.user_agent), lm_str_z(http_settings.robot), 0) < 0)
        return lm_fail(err, LM_INVALID,
                       "http.user_agent does not say http.robot ('%s'): sites must know the robot "
                       "that they have rules for",
                       http_settings.robot);
    if (http_settings.test_port < 0 || http_settings.test_port > 65535)
        return lm_fail(err, LM_INVALID, "http.test_port is no port");
    if (is_production && http_settings.test_port != 0)
        return lm_fail(err, LM_INVALID,
                       "http.test_port is for tests; it cannot be set in production");
    return LM_OK;
}

const char *lm_http_user_agent(void)
{
    return http_settings.user_agent;
}

lm_code lm_http_asked_url(struct lm_arena *a, const char *url, const char **out, lm_err *err)
{
    struct http_url parsed;

    if (http_url_parse(a, url, &parsed, err))
        return err->code;
    *out = http_connect_port(&parsed) == parsed.port ? parsed.whole
                                                     : http_url_downgrade(a, parsed.whole);
    return LM_OK;
}

lm_str lm_http_header(const struct lm_http_response *res, const char *name)
{
    for (size_t i = 0; i < res->n_headers; i++)
        if (lm_str_ieqz(res->headers[i].name, name))
            return res->headers[i].value;
    return (lm_str){NULL, 0};
}

static bool is_redirect(const struct lm_http_response *res)
{
    return (res->status == 301 || res->status == 302 || res->status == 303 || res->status == 307 ||
            res->status == 308) &&
           lm_http_header(res, "location").n > 0;
}

/* As browsers do (RFC 9110 15.4): 303 always becomes a GET, 301 and 302 of a POST do. */
static void follow_method(struct http_hop *hop, int status)
{
    bool is_post = strcmp(hop->method, "POST") == 0;

    if ((status == 303 && strcmp(hop->method, "HEAD") != 0) ||
        ((status == 301 || status == 302) && is_post)) {
        hop->method = "GET";
        hop->has_body = false;
    }
}

/* The next URL; logins and cookies were meant for the host that was addressed, and stay there. */
static lm_code follow(struct lm_ctx *ctx, const struct lm_http_response *res,
                      const struct http_url *first, struct http_url *url, struct http_hop *hop,
                      lm_err *err)
{
    const char *location = lm_arena_strz(ctx->arena, lm_http_header(res, "location"));
    const char *next;

    if (http_url_join(ctx->arena, url->whole, location, &next, err) ||
        http_url_parse(ctx->arena, next, url, err))
        return lm_wrap(err, "redirected by %s", hop->url->host);
    follow_method(hop, res->status);
    hop->drop_secrets = strcmp(url->host, first->host) != 0 || url->port != first->port ||
                        strcmp(url->scheme, first->scheme) != 0;
    return LM_OK;
}

static void measure(const struct lm_http_response *res, lm_code code, int64_t took_ms)
{
    const char *result = code != LM_OK        ? lm_code_name(code)
                         : res->status >= 500 ? "5xx"
                         : res->status >= 400 ? "4xx"
                                              : "good";

    lm_metric_add(
        lm_counter("lm_http_requests_total", "Requests of the HTTP client", "result", result), 1);
    lm_metric_observe_us(lm_histogram("lm_http_seconds",
                                      "Requests of the HTTP client, redirects included", NULL,
                                      NULL),
                         took_ms * 1000);
}

static lm_code send_all(struct lm_ctx *ctx, const struct lm_http_request *req,
                        struct lm_http_response *res, lm_err *err)
{
    int most = req->max_redirects == 0 ? REDIRECTS : req->max_redirects;
    struct http_url first, url;
    struct http_hop hop = {
        .url = &url,
        .method = req->method ? req->method : (req->body.p ? "POST" : "GET"),
        .headers = req->headers,
        .body = req->body,
        .has_body = req->body.p != NULL,
        .deadline_ms =
            lm_mono_ms() + lm_ctx_left_ms(ctx, req->timeout_ms > 0 ? req->timeout_ms : TIMEOUT_MS),
        .max_bytes = req->max_bytes ? req->max_bytes : BYTES,
        .is_start_enough = req->is_start_enough,
        .floor_bytes_s = req->floor_bytes_s,
        .floor_s = req->floor_s,
        .proxy = req->proxy,
        .user_agent = req->user_agent ? req->user_agent : http_settings.user_agent,
    };

    if (http_url_parse(ctx->arena, req->url, &first, err))
        return err->code;
    url = first;
    for (int hops = 0;; hops++) {
        if (http_hop(ctx, &hop, res, err))
            return err->code;
        res->url = lm_str_z(url.whole);
        if (most < 0 || !is_redirect(res))
            return LM_OK;
        if (hops == most)
            return lm_fail(err, LM_INVALID, "%s %s: more than %d redirects", hop.method, url.host,
                           most);
        if (follow(ctx, res, &first, &url, &hop, err) ||
            (req->may_follow && req->may_follow(ctx, url.whole, req->arg, err)))
            return err->code;
    }
}

lm_code lm_http_send(struct lm_ctx *ctx, const struct lm_http_request *req,
                     struct lm_http_response *res, lm_err *err)
{
    int64_t start = lm_mono_ms();
    lm_code code;

    LM_ASSERT(!ctx->tx);
    *res = (struct lm_http_response){0};
    code = send_all(ctx, req, res, err);
    res->took_ms = lm_mono_ms() - start;
    measure(res, code, res->took_ms);
    return code;
}

lm_code lm_http_get(struct lm_ctx *ctx, const char *url, struct lm_http_response *res, lm_err *err)
{
    const struct lm_http_request req = {.url = url};
    struct http_url parsed;
    lm_code code;

    if (lm_http_send(ctx, &req, res, err))
        return err->code;
    if (res->status < 400)
        return LM_OK;
    if (http_url_parse(ctx->arena, url, &parsed, err))
        return err->code;
    code = res->status == 404 || res->status == 410 ? LM_NOT_FOUND
           : res->status == 429                     ? LM_LIMITED
           : res->status >= 500                     ? LM_UNAVAILABLE
           : res->status == 401                     ? LM_UNAUTHORIZED
           : res->status == 403                     ? LM_FORBIDDEN
                                                    : LM_INVALID;
    lm_fail(err, code, "GET %s: status %d", parsed.host, res->status);
    err->retry_after_ms = res->retry_after_ms;
    return code;
}
