/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One request through libcurl. The host's name is resolved by us, the addresses are judged and
 * pinned, and once more the address of each socket is judged as it is opened: whatever libcurl does
 * (a proxy, an old connection, happy eyeballs), it cannot connect to what is refused.
 *
 * A thread keeps its handle, and with it a few open connections. libcurl's callbacks write to
 * malloc'd buffers: an arena may leave by longjmp, which must not cross libcurl.
 */
#include "common/http_internal.h"

#include <curl/curl.h>
#include <pthread.h>

#include "common/clock.h"
#include "common/str.h"

enum {
    HEADERS_MAX = 128 << 10,
    CONNECT_MS = 8000,
    CONNECTIONS_KEPT = 4, /* a thread */
};

struct transfer {
    struct lm_buf body, headers;
    bool is_refused; /* the guard said no */
    struct http_pins pins;
    struct curl_slist *send, *connect_to;
};

/* -- the thread's handle -- */

struct handle {
    CURL *curl;
    struct curl_slist
        *stale; /* unpins what the last transfer pinned: libcurl never forgets by itself */
};

static pthread_key_t handle_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void free_handle(void *arg)
{
    struct handle *h = arg;

    curl_easy_cleanup(h->curl);
    curl_slist_free_all(h->stale);
    free(h);
}

static void init(void)
{
    LM_ASSERT(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
    LM_ASSERT(pthread_key_create(&handle_key, free_handle) == 0);
}

void http_init(void)
{
    pthread_once(&once, init);
}

static struct handle *handle_of_thread(void)
{
    struct handle *h;

    http_init();
    h = pthread_getspecific(handle_key);
    if (!h) {
        h = calloc(1, sizeof(*h));
        LM_ASSERT(h && (h->curl = curl_easy_init()));
        pthread_setspecific(handle_key, h);
    }
    curl_easy_reset(h->curl);
    return h;
}

/* -- callbacks -- */

static size_t on_body(char *p, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;

    lm_buf_append(&t->body, (lm_str){p, size * n});
    return t->body.failed ? 0 : size * n;
}

static size_t on_header(char *p, size_t size, size_t n, void *arg)
{
    struct transfer *t = arg;
    lm_str line = {p, size * n};

    if (lm_str_istarts(line, LM_STR("HTTP/"))) /* what came before was of a 1xx or of a proxy */
        lm_buf_clear(&t->headers);
    lm_buf_append(&t->headers, line);
    return t->headers.failed ? 0 : size * n;
}

static curl_socket_t on_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct transfer *t = arg;

    (void)purpose;
    if (!http_address_is_allowed(&address->addr, http_settings.private_networks)) {
        t->is_refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* -- options -- */

static bool is_secret(const char *header)
{
    lm_str line = lm_str_z(header);

    return lm_str_istarts(line, LM_STR("authorization:")) ||
           lm_str_istarts(line, LM_STR("cookie:")) || lm_str_istarts(line, LM_STR("x-api-key:")) ||
           lm_str_istarts(line, LM_STR("proxy-authorization:"));
}

static lm_code set_headers(CURL *curl, struct transfer *t, const struct http_hop *hop, lm_err *err)
{
    http_list_add(&t->send,
                  "Expect:"); /* no 100-continue: it costs a round trip and confuses old servers */
    for (const char *const *p = hop->headers; p && *p; p++) {
        if (strpbrk(*p, "\r\n"))
            return lm_fail(err, LM_INVALID, "a request header has a line break in it");
        if (!hop->drop_secrets || !is_secret(*p))
            http_list_add(&t->send, *p);
    }
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, t->send);
    return LM_OK;
}

static void set_method(CURL *curl, const struct http_hop *hop)
{
    if (hop->has_body) {
        curl_easy_setopt(curl, CURLOPT_POST, 1L);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)hop->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, hop->body.n ? hop->body.p : "");
    }
    if (strcmp(hop->method, "HEAD") == 0)
        curl_easy_setopt(curl, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, hop->method);
}

static void set_callbacks(CURL *curl, struct transfer *t)
{
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, t);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, t);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, on_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, t);
}

static void set_url(struct lm_ctx *ctx, CURL *curl, struct transfer *t, const struct http_url *url)
{
    bool is_https = strcmp(url->scheme, "https") == 0;
    int port = http_connect_port(url);

    if (port == url->port) {
        curl_easy_setopt(curl, CURLOPT_URL, url->whole);
        return;
    }
    /* the test world: plain http on one port for all names */
    curl_easy_setopt(curl, CURLOPT_URL,
                     is_https ? http_url_downgrade(ctx->arena, url->whole) : url->whole);
    http_list_add(&t->connect_to,
                  lm_arena_printf(ctx->arena, "::%s:%d",
                                  strchr(url->host, ':')
                                      ? lm_arena_printf(ctx->arena, "[%s]", url->host)
                                      : url->host,
                                  port));
    curl_easy_setopt(curl, CURLOPT_CONNECT_TO, t->connect_to);
}

static lm_code set_options(struct lm_ctx *ctx, struct handle *h, struct transfer *t,
                           const struct http_hop *hop, lm_err *err)
{
    CURL *curl = h->curl;
    int64_t left = hop->deadline_ms - lm_mono_ms();

    if (left <= 0)
        return lm_fail(err, LM_DEADLINE, "no time left");
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* not from the environment */
    if (http_pin_target(ctx, &t->pins, hop->url, hop->proxy, err) ||
        (hop->proxy && http_pin_proxy(ctx, &t->pins, hop->proxy, err)) ||
        set_headers(curl, t, hop, err))
        return err->code;
    if (hop->proxy)
        curl_easy_setopt(curl, CURLOPT_PROXY, hop->proxy);
    left = LM_MAX(hop->deadline_ms - lm_mono_ms(), 1);
    set_url(ctx, curl, t, hop->url);
    set_method(curl, hop);
    set_callbacks(curl, t);
    curl_easy_setopt(curl, CURLOPT_RESOLVE, t->pins.list);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, hop->user_agent);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)left);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)LM_MIN(left, CONNECT_MS));
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, (long)hop->floor_bytes_s);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)hop->floor_s);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING,
                     ""); /* all it can; the limit counts what comes out */
    return LM_OK;
}

/* -- the answer -- */

static lm_code judge(CURLcode rc, const struct transfer *t, const struct http_hop *hop, lm_err *err)
{
    const char *host = hop->url->host;

    if (rc == CURLE_OK)
        return LM_OK;
    if (t->is_refused)
        return lm_fail(err, LM_FORBIDDEN, "%s %s: its address is private", hop->method, host);
    if (t->body.failed && hop->is_start_enough)
        return LM_OK;
    if (t->body.failed)
        return lm_fail(err, LM_TOO_LARGE, "%s %s: more than %zu bytes", hop->method, host,
                       hop->max_bytes);
    if (t->headers.failed)
        return lm_fail(err, LM_TOO_LARGE, "%s %s: more than %d bytes of headers", hop->method, host,
                       HEADERS_MAX);
    if (rc == CURLE_OPERATION_TIMEDOUT)
        return lm_fail(err, LM_DEADLINE, "%s %s: no answer in time%s", hop->method, host,
                       t->body.n ? ", or too slow a one" : "");
    if (rc == CURLE_URL_MALFORMAT || rc == CURLE_UNSUPPORTED_PROTOCOL)
        return lm_fail(err, LM_INVALID, "%s %s: %s", hop->method, host, curl_easy_strerror(rc));
    return lm_fail(err, LM_UNAVAILABLE, "%s %s: %s", hop->method, host, curl_easy_strerror(rc));
}

static bool copy(struct lm_arena *a, const struct lm_buf *from, lm_str *out)
{
    char *p = lm_arena_try_alloc(a, from->n + 1);

    if (!p)
        return false;
    if (from->n > 0)
        memcpy(p, from->p, from->n);
    p[from->n] = '\0';
    *out = (lm_str){p, from->n};
    return true;
}

static void read_headers(struct lm_arena *a, lm_str text, struct lm_http_response *res)
{
    struct lm_http_header *list = NULL;
    size_t cap = 0;
    lm_str line;

    lm_str_line(&text, &line); /* the status */
    while (lm_str_line(&text, &line)) {
        ptrdiff_t colon = lm_str_chr(line, ':', 0);

        if (colon <= 0)
            continue;
        list = lm_arena_grow(a, list, res->n_headers, &cap, sizeof(*list));
        list[res->n_headers++] = (struct lm_http_header){
            .name = lm_str_trim(lm_str_sub(line, 0, (size_t)colon)),
            .value = lm_str_trim(lm_str_sub(line, (size_t)colon + 1, line.n)),
        };
    }
    res->headers = list;
    res->content_type = lm_http_header(res, "content-type");
}

static lm_code read_answer(struct lm_ctx *ctx, CURL *curl, const struct transfer *t,
                           struct lm_http_response *res, lm_str *headers, lm_err *err)
{
    long status = 0;
    curl_off_t retry_after_s = 0;

    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_s);
    *res = (struct lm_http_response){.status = (int)status,
                                     .retry_after_ms = (int64_t)retry_after_s * 1000};
    if (!copy(ctx->arena, &t->body, &res->body) || !copy(ctx->arena, &t->headers, headers))
        return lm_fail(err, LM_TOO_LARGE, "no memory left for the answer");
    return LM_OK;
}

/* Lists are in use by the handle until its next transfer, so it forgets them first. */
static void end(struct handle *h, struct transfer *t)
{
    curl_easy_setopt(h->curl, CURLOPT_HTTPHEADER, NULL);
    curl_easy_setopt(h->curl, CURLOPT_RESOLVE, NULL);
    curl_easy_setopt(h->curl, CURLOPT_CONNECT_TO, NULL);
    curl_slist_free_all(t->send);
    curl_slist_free_all(t->pins.list);
    h->stale = t->pins.stale;
    curl_slist_free_all(t->connect_to);
    lm_buf_fini(&t->body);
    lm_buf_fini(&t->headers);
}

lm_code http_hop(struct lm_ctx *ctx, const struct http_hop *hop, struct lm_http_response *res,
                 lm_err *err)
{
    struct handle *h = handle_of_thread();
    struct transfer t = {.pins = {.list = h->stale}};
    lm_str headers = {NULL, 0};

    h->stale = NULL;
    lm_buf_init(&t.body, hop->max_bytes);
    lm_buf_init(&t.headers, HEADERS_MAX);
    if (set_options(ctx, h, &t, hop, err) == LM_OK &&
        judge(curl_easy_perform(h->curl), &t, hop, err) == LM_OK &&
        read_answer(ctx, h->curl, &t, res, &headers, err) == LM_OK) {
        end(h, &t);
        read_headers(ctx->arena, headers, res); /* may leave by longjmp; nothing is open any more */
        return LM_OK;
    }
    end(h, &t);
    return err->code;
}
