/* SPDX-License-Identifier: Apache-2.0 */
/* A bare connection through libcurl: it knows every kind of proxy, and the guard stands before its sockets. */
#include "common/http_internal.h"

#include <curl/curl.h>

enum { CONNECT_MS = 8000 };

struct lm_http_link {
    CURL *curl;
    struct http_pins pins;
    const atomic_bool *is_over;
    bool is_refused;
};

static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct lm_http_link *link = arg;

    (void)purpose;
    if (!http_address_is_allowed(&address->addr, http_settings.private_networks)) {
        link->is_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static int on_progress(void *arg, curl_off_t to_get, curl_off_t got, curl_off_t to_send,
                       curl_off_t sent)
{
    const struct lm_http_link *link = arg;

    (void)to_get, (void)got, (void)to_send, (void)sent;
    return link->is_over && atomic_load(link->is_over);
}

static void set_options(CURL *curl, struct lm_http_link *link, const char *proxy,
                        int64_t timeout_ms)
{
    curl_easy_setopt(curl, CURLOPT_PROXY, proxy ? proxy : ""); /* not from the environment */
    curl_easy_setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_RESOLVE, link->pins.list);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, link);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, link);
}

/* Only what a host can be made of may become part of a URL. */
static lm_code read_target(struct lm_ctx *ctx, const struct lm_http_link_to *to,
                           struct http_url *out, lm_err *err)
{
    static const char in_hosts[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                   "0123456789.-_:";
    bool is_v6 = strchr(to->host, ':') != NULL;

    if (to->host[strspn(to->host, in_hosts)] != '\0' || to->port < 1 || to->port > 65535)
        return lm_fail(err, LM_INVALID, "no host and port that can be connected to");
    return http_url_parse(ctx->arena,
                          lm_arena_printf(ctx->arena, "http://%s%s%s:%d/", is_v6 ? "[" : "",
                                          to->host, is_v6 ? "]" : "", to->port),
                          out, err);
}

static const char *asked_of(struct lm_ctx *ctx, const struct http_url *url)
{
    bool is_v6 = strchr(url->host, ':') != NULL;

    return lm_arena_printf(ctx->arena, "http://%s%s%s:%d/", is_v6 ? "[" : "", url->host,
                           is_v6 ? "]" : "", http_connect_port(url));
}

static struct lm_http_link *new_link(void)
{
    struct lm_http_link *link = calloc(1, sizeof(*link));

    http_init();
    LM_ASSERT(link && (link->curl = curl_easy_init()));
    return link;
}

static lm_code connect_link(struct lm_http_link *link, const char *host, lm_err *err)
{
    CURLcode rc = curl_easy_perform(link->curl);

    if (rc == CURLE_OK)
        return LM_OK;
    if (link->is_refused)
        return lm_fail(err, LM_FORBIDDEN, "%s is at a private address", host);
    if (rc == CURLE_OPERATION_TIMEDOUT)
        return lm_fail(err, LM_DEADLINE, "%s: no connection in time", host);
    return lm_fail(err, LM_UNAVAILABLE, "%s: %s", host, curl_easy_strerror(rc));
}

lm_code lm_http_link_open(struct lm_ctx *ctx, const struct lm_http_link_to *to,
                          struct lm_http_link **out, lm_err *err)
{
    struct http_pins pins = {NULL, NULL};
    struct http_url url;
    struct lm_http_link *link;
    const char *asked;

    LM_ASSERT(!ctx->tx);
    if (read_target(ctx, to, &url, err) || http_pin_target(ctx, &pins, &url, to->proxy, err) ||
        (to->proxy && http_pin_proxy(ctx, &pins, to->proxy, err))) {
        curl_slist_free_all(pins.list);
        curl_slist_free_all(pins.stale);
        return err->code;
    }
    asked = asked_of(ctx, &url);
    link = new_link();
    link->pins = pins;
    link->is_over = to->is_over;
    set_options(link->curl, link, to->proxy,
                LM_MAX(lm_ctx_left_ms(ctx, LM_MIN(to->timeout_ms, CONNECT_MS)), 1));
    curl_easy_setopt(link->curl, CURLOPT_URL, asked);
    if (connect_link(link, url.host, err)) {
        lm_http_link_close(link);
        return err->code;
    }
    *out = link;
    return LM_OK;
}

int lm_http_link_fd(const struct lm_http_link *link)
{
    curl_socket_t fd = CURL_SOCKET_BAD;

    curl_easy_getinfo(link->curl, CURLINFO_ACTIVESOCKET, &fd);
    return fd;
}

ptrdiff_t lm_http_link_send(struct lm_http_link *link, lm_str bytes)
{
    size_t n = 0;
    CURLcode rc = curl_easy_send(link->curl, bytes.p, bytes.n, &n);

    return rc == CURLE_AGAIN ? 0 : rc == CURLE_OK ? (ptrdiff_t)n : -1;
}

ptrdiff_t lm_http_link_receive(struct lm_http_link *link, void *to, size_t n)
{
    size_t got = 0;
    CURLcode rc = curl_easy_recv(link->curl, to, n, &got);

    return rc == CURLE_AGAIN ? 0 : rc == CURLE_OK && got > 0 ? (ptrdiff_t)got : -1;
}

void lm_http_link_close(struct lm_http_link *link)
{
    curl_easy_cleanup(link->curl);
    curl_slist_free_all(link->pins.list);
    curl_slist_free_all(link->pins.stale);
    free(link);
}
