/* SPDX-License-Identifier: Apache-2.0 */
/* The world's HTTP/1.1 server: a connection reads one request, gets one answer, reads the next. */
#include "tests/world/server/http.h"

#include <stdlib.h>
#include <uv.h>

#include "common/arena.h"
#include "common/str.h"

enum { HEAD_MAX = 16 * 1024, REQUEST_MAX = 64 * 1024, ARENA_LIMIT = 1024 * 1024, BACKLOG = 512 };

struct server {
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_signal_t signals[2];
    const struct world_http *how;
};

struct connection {
    uv_tcp_t tcp;
    uv_timer_t delay;
    int n_handles; /* that are not closed yet */
    struct server *server;
    struct lm_arena *arena;
    char in[REQUEST_MAX];
    size_t n_in;
    /* One answer at a time. */
    uv_write_t write;
    struct lm_buf head, body;
    bool is_writing, is_held, is_head, keep_alive;
};

static void free_connection(uv_handle_t *handle)
{
    struct connection *c = handle->data;

    if (--c->n_handles > 0)
        return;
    lm_buf_fini(&c->head);
    lm_buf_fini(&c->body);
    lm_arena_free(c->arena);
    free(c);
}

static void hang_up(struct connection *c)
{
    if (uv_is_closing((uv_handle_t *)&c->tcp))
        return;
    uv_close((uv_handle_t *)&c->tcp, free_connection);
    uv_close((uv_handle_t *)&c->delay, free_connection);
}

static const char *reason(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 301:
        return "Moved Permanently";
    case 302:
        return "Found";
    case 403:
        return "Forbidden";
    case 404:
        return "Not Found";
    case 429:
        return "Too Many Requests";
    case 999:
        return "Request denied";
    default:
        return "Error";
    }
}

static void serve_next(struct connection *c);

static void on_written(uv_write_t *w, int status)
{
    struct connection *c = w->data;

    c->is_writing = false;
    lm_buf_fini(&c->body);
    if (status || !c->keep_alive)
        hang_up(c);
    else
        serve_next(c);
}

static void write_answer(struct connection *c)
{
    uv_buf_t out[2];

    c->write.data = c;
    out[0] = uv_buf_init(c->head.p, (unsigned)c->head.n);
    out[1] = uv_buf_init(c->body.p, c->is_head ? 0 : (unsigned)c->body.n);
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, out, 2, on_written))
        hang_up(c);
}

static void on_delayed(uv_timer_t *timer)
{
    write_answer(timer->data);
}

static void answer(struct connection *c, struct world_reply *r)
{
    if (r->body.failed) {
        r->status = 500;
        lm_buf_clear(&r->body);
    }
    lm_buf_clear(&c->head);
    lm_buf_printf(&c->head,
                  "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\nConnection: %s\r\n",
                  r->status, reason(r->status), r->content_type, r->body.n,
                  c->keep_alive ? "keep-alive" : "close");
    if (r->location)
        lm_buf_printf(&c->head, "Location: %s\r\n", r->location);
    if (r->header)
        lm_buf_printf(&c->head, "%s\r\n", r->header);
    lm_buf_appendz(&c->head, "\r\n");
    c->body = r->body;
    c->is_writing = true;
    if (c->server->how->delay_ms > 0)
        uv_timer_start(&c->delay, on_delayed, (uint64_t)c->server->how->delay_ms, 0);
    else
        write_answer(c);
}

static lm_str lower(struct lm_arena *a, lm_str s)
{
    char *copy = lm_arena_strz(a, s);

    for (size_t i = 0; i < s.n; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] + 'a' - 'A');
    return (lm_str){copy, s.n};
}

/* "GET /path?query HTTP/1.1" and the headers. False: not a request of ours. */
static bool parse(struct connection *c, lm_str head, struct world_request *req)
{
    lm_str line, target, path;
    ptrdiff_t at;

    if (!lm_str_line(&head, &line) || !lm_str_split(&line, ' ', &req->method) ||
        !lm_str_split(&line, ' ', &target))
        return false;
    c->is_head = lm_str_eqz(req->method, "HEAD");
    if (c->is_head)
        req->method = LM_STR("GET");
    if (!lm_str_eqz(req->method, "GET") && !lm_str_eqz(req->method, "POST"))
        return false;
    at = lm_str_chr(target, '?', 0);
    path = at < 0 ? target : lm_str_sub(target, 0, (size_t)at);
    req->query = at < 0 ? (lm_str){0} : lm_str_sub(target, (size_t)at + 1, target.n);
    req->headers = head;
    req->authority = world_header(req, "host");
    c->keep_alive =
        lm_str_eqz(line, "HTTP/1.1") && !lm_str_ieqz(world_header(req, "connection"), "close");
    at = lm_str_chr(req->authority, ':', 0);
    req->host =
        lower(c->arena, at < 0 ? req->authority : lm_str_sub(req->authority, 0, (size_t)at));
    return req->host.n > 0 && lm_percent_decode(c->arena, path, false, &req->path);
}

static void serve(struct connection *c, const struct world_request *req)
{
    struct world_reply reply = {.status = 200, .content_type = "text/html; charset=utf-8"};
    const struct world_http *how = c->server->how;

    lm_buf_init(&reply.body, WORLD_BODY_LIMIT);
    how->handler(how->arg, req, &reply);
    if (reply.conduct == WORLD_ANSWER) {
        answer(c, &reply);
        return;
    }
    lm_buf_fini(&reply.body);
    if (reply.conduct == WORLD_HANG_UP)
        hang_up(c);
    else
        c->is_held = true;
}

/* How long the body of a request is that begins with this head. False: longer than there is room for. */
static bool body_length(lm_str head, size_t room, size_t *n)
{
    const struct world_request req = {.headers = head};
    lm_str text = world_header(&req, "content-length");
    uint64_t length = 0;

    if (text.n && (!lm_str_uint(text, &length) || length > room))
        return false;
    *n = (size_t)length;
    return true;
}

/* Takes the first complete request from what was read, if there is one. */
static void serve_next(struct connection *c)
{
    lm_str in = {c->in, c->n_in};
    ptrdiff_t end = lm_str_find(in, LM_STR("\r\n\r\n"), 0);
    size_t n_head = (size_t)end + 4, n_body;
    struct world_request req = {.arena = c->arena};

    if (end < 0) {
        if (c->n_in >= HEAD_MAX)
            hang_up(c);
        return;
    }
    if (!body_length(lm_str_sub(in, 0, (size_t)end), sizeof(c->in) - n_head, &n_body)) {
        hang_up(c);
        return;
    }
    if (c->n_in < n_head + n_body)
        return;
    lm_arena_reset(c->arena);
    in = lm_arena_dup(c->arena, lm_str_sub(in, 0, n_head + n_body));
    c->n_in -= in.n;
    memmove(c->in, c->in + in.n, c->n_in);
    req.body = lm_str_sub(in, n_head, in.n);
    if (parse(c, lm_str_sub(in, 0, (size_t)end), &req))
        serve(c, &req);
    else
        hang_up(c);
}

static void on_room(uv_handle_t *handle, size_t wanted, uv_buf_t *buf)
{
    struct connection *c = handle->data;

    (void)wanted;
    *buf = uv_buf_init(c->in + c->n_in, (unsigned)(sizeof(c->in) - c->n_in));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct connection *c = stream->data;

    (void)buf;
    if (n < 0) {
        hang_up(c);
        return;
    }
    c->n_in += (size_t)n;
    if (c->is_held)
        c->n_in = 0; /* whatever the other side says, it hears nothing */
    else if (!c->is_writing && !uv_is_closing((uv_handle_t *)stream))
        serve_next(c);
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct server *s = listener->data;
    struct connection *c;

    if (status)
        return;
    c = calloc(1, sizeof(*c));
    LM_ASSERT(c);
    c->server = s;
    c->arena = lm_arena_new(ARENA_LIMIT);
    lm_buf_init(&c->head, HEAD_MAX);
    uv_tcp_init(&s->loop, &c->tcp);
    uv_timer_init(&s->loop, &c->delay);
    c->tcp.data = c->delay.data = c;
    c->n_handles = 2;
    if (uv_accept(listener, (uv_stream_t *)&c->tcp)) {
        hang_up(c);
        return;
    }
    uv_tcp_nodelay(&c->tcp, 1);
    uv_read_start((uv_stream_t *)&c->tcp, on_room, on_read);
}

static void close_each(uv_handle_t *handle, void *arg)
{
    struct server *s = arg;

    if (uv_is_closing(handle) || handle->type == UV_TIMER)
        return; /* a timer goes with its connection */
    if (handle->type == UV_TCP && handle != (uv_handle_t *)&s->listener)
        hang_up(handle->data);
    else
        uv_close(handle, NULL);
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    uv_walk(signal->loop, close_each, signal->data);
}

static int listen_on(struct server *s, const char *addr, int port)
{
    struct sockaddr_in in;
    int failed = uv_ip4_addr(addr, port, &in);

    s->listener.data = s;
    if (!failed)
        failed = uv_tcp_bind(&s->listener, (const struct sockaddr *)&in, 0);
    if (!failed)
        failed = uv_listen((uv_stream_t *)&s->listener, BACKLOG, on_connection);
    if (failed)
        fprintf(stderr, "lm-world: %s port %d: %s\n", addr, port, uv_strerror(failed));
    return failed;
}

int world_http_serve(const struct world_http *how)
{
    static const int stops[] = {SIGTERM, SIGINT};
    struct server s = {.how = how};
    int failed;

    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&s.loop);
    uv_tcp_init(&s.loop, &s.listener);
    for (size_t i = 0; i < LM_COUNT(stops); i++) {
        uv_signal_init(&s.loop, &s.signals[i]);
        s.signals[i].data = &s;
        uv_signal_start(&s.signals[i], on_signal, stops[i]);
    }
    failed = listen_on(&s, how->addr, how->port);
    if (failed)
        uv_walk(&s.loop, close_each, &s);
    uv_run(&s.loop, UV_RUN_DEFAULT);
    uv_loop_close(&s.loop);
    return failed ? 1 : 0;
}

lm_str world_query(const struct world_request *req, const char *key)
{
    lm_str rest = req->query, pair, name, value;

    while (lm_str_split(&rest, '&', &pair)) {
        ptrdiff_t at = lm_str_chr(pair, '=', 0);

        name = at < 0 ? pair : lm_str_sub(pair, 0, (size_t)at);
        if (!lm_str_eqz(name, key))
            continue;
        if (at < 0 ||
            !lm_percent_decode(req->arena, lm_str_sub(pair, (size_t)at + 1, pair.n), true, &value))
            return LM_STR("");
        return value;
    }
    return (lm_str){0};
}

lm_str world_header(const struct world_request *req, const char *name)
{
    lm_str rest = req->headers, line;
    size_t n = strlen(name);

    while (lm_str_line(&rest, &line)) {
        if (line.n > n && line.p[n] == ':' && lm_str_ieqz(lm_str_sub(line, 0, n), name))
            return lm_str_trim(lm_str_sub(line, n + 1, line.n));
    }
    return (lm_str){0};
}
