/* SPDX-License-Identifier: Apache-2.0 */
/* The world's HTTP/1.1 server: a connection reads one head, gets one answer, reads the next. */
#include "tests/world/server/http.h"

#include <stdlib.h>
#include <uv.h>

#include "common/arena.h"
#include "common/str.h"

enum { HEAD_MAX = 16 * 1024, ARENA_LIMIT = 1024 * 1024, BACKLOG = 512 };

struct server {
    uv_loop_t loop;
    uv_tcp_t listener;
    uv_signal_t signals[2];
    world_handler handler;
    void *arg;
};

struct connection {
    uv_tcp_t tcp;
    struct server *server;
    struct lm_arena *arena;
    char in[HEAD_MAX];
    size_t n_in;
    /* One answer at a time. */
    uv_write_t write;
    struct lm_buf head, body;
    bool is_writing, is_held, keep_alive;
};

static void free_connection(uv_handle_t *handle)
{
    struct connection *c = handle->data;

    lm_buf_fini(&c->head);
    lm_buf_fini(&c->body);
    lm_arena_free(c->arena);
    free(c);
}

static void hang_up(struct connection *c)
{
    if (!uv_is_closing((uv_handle_t *)&c->tcp))
        uv_close((uv_handle_t *)&c->tcp, free_connection);
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

static void answer(struct connection *c, struct world_reply *r, bool is_head)
{
    uv_buf_t out[2];

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
    lm_buf_appendz(&c->head, "\r\n");
    c->body = r->body;
    c->is_writing = true;
    c->write.data = c;
    out[0] = uv_buf_init(c->head.p, (unsigned)c->head.n);
    out[1] = uv_buf_init(c->body.p, is_head ? 0 : (unsigned)c->body.n);
    if (uv_write(&c->write, (uv_stream_t *)&c->tcp, out, 2, on_written))
        hang_up(c);
}

static lm_str lower(struct lm_arena *a, lm_str s)
{
    char *copy = lm_arena_strz(a, s);

    for (size_t i = 0; i < s.n; i++)
        if (copy[i] >= 'A' && copy[i] <= 'Z')
            copy[i] = (char)(copy[i] + 'a' - 'A');
    return (lm_str){copy, s.n};
}

/* "GET /path?query HTTP/1.1" and the headers that matter. False: not a request of ours. */
static bool parse(struct connection *c, lm_str head, struct world_request *req, bool *is_head)
{
    lm_str line, method, target, path;
    ptrdiff_t at;

    if (!lm_str_line(&head, &line) || !lm_str_split(&line, ' ', &method) ||
        !lm_str_split(&line, ' ', &target))
        return false;
    *is_head = lm_str_eqz(method, "HEAD");
    if (!*is_head && !lm_str_eqz(method, "GET"))
        return false;
    c->keep_alive = lm_str_eqz(line, "HTTP/1.1");
    at = lm_str_chr(target, '?', 0);
    path = at < 0 ? target : lm_str_sub(target, 0, (size_t)at);
    req->query = at < 0 ? (lm_str){0} : lm_str_sub(target, (size_t)at + 1, target.n);
    if (!lm_percent_decode(c->arena, path, false, &req->path))
        return false;
    while (lm_str_line(&head, &line)) {
        if (lm_str_istarts(line, LM_STR("host:")))
            req->authority = lm_str_trim(lm_str_sub(line, 5, line.n));
        else if (lm_str_ieqz(line, "connection: close"))
            c->keep_alive = false;
    }
    at = lm_str_chr(req->authority, ':', 0);
    req->host =
        lower(c->arena, at < 0 ? req->authority : lm_str_sub(req->authority, 0, (size_t)at));
    return req->host.n > 0;
}

static void serve(struct connection *c, lm_str head)
{
    struct world_request req = {.arena = c->arena};
    struct world_reply reply = {.status = 200, .content_type = "text/html; charset=utf-8"};
    bool is_head;

    if (!parse(c, head, &req, &is_head)) {
        hang_up(c);
        return;
    }
    lm_buf_init(&reply.body, WORLD_BODY_LIMIT);
    c->server->handler(c->server->arg, &req, &reply);
    if (reply.conduct == WORLD_ANSWER) {
        answer(c, &reply, is_head);
        return;
    }
    lm_buf_fini(&reply.body);
    if (reply.conduct == WORLD_HANG_UP)
        hang_up(c);
    else
        c->is_held = true;
}

/* Takes the first complete head from what was read, if there is one. */
static void serve_next(struct connection *c)
{
    lm_str in = {c->in, c->n_in};
    ptrdiff_t end = lm_str_find(in, LM_STR("\r\n\r\n"), 0);
    lm_str head;

    if (end < 0) {
        if (c->n_in == sizeof(c->in))
            hang_up(c);
        return;
    }
    lm_arena_reset(c->arena);
    head = lm_arena_dup(c->arena, lm_str_sub(in, 0, (size_t)end));
    c->n_in -= (size_t)end + 4;
    memmove(c->in, c->in + end + 4, c->n_in);
    serve(c, head);
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
    c->tcp.data = c;
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

    if (uv_is_closing(handle))
        return;
    if (handle->type == UV_TCP && handle != (uv_handle_t *)&s->listener)
        uv_close(handle, free_connection);
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

int world_http_serve(const char *addr, int port, world_handler handler, void *arg)
{
    static const int stops[] = {SIGTERM, SIGINT};
    struct server s = {.handler = handler, .arg = arg};
    int failed;

    signal(SIGPIPE, SIG_IGN);
    uv_loop_init(&s.loop);
    uv_tcp_init(&s.loop, &s.listener);
    for (size_t i = 0; i < LM_COUNT(stops); i++) {
        uv_signal_init(&s.loop, &s.signals[i]);
        s.signals[i].data = &s;
        uv_signal_start(&s.signals[i], on_signal, stops[i]);
    }
    failed = listen_on(&s, addr, port);
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
