/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a connection is doing is read off its socket every tenth of a second. It is dropped by shutting
 * it down: the library then reads its end and closes it in its own way.
 */
#include "common/visitors.h"

#include <malloc.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/metrics.h"

enum { TICK_MS = 100, MOVED_BYTES = 64 << 10, TRIM_BYTES = 4 << 20 };

struct lm_visitor {
    uv_tcp_t tcp; /* first: it is what libuv gives back */
    struct lm_visitors *of;
    struct lm_visitor *next, **link;
    h2o_socket_t *sock;
    int64_t since_ms; /* waits for a whole request since then, or the answer's window began */
    size_t sent;      /* at the window's beginning */
    bool is_writing, is_waiting, was_asked, is_upgraded, is_dropped;
};

/* -- who -- */

static void count(struct lm_visitors *v, const char *reason, uint64_t n)
{
    lm_metric_add(lm_counter(v->o.dropped, "Connections and requests that were dropped or refused",
                             "reason", reason),
                  (int64_t)n);
}

static void on_closed(uv_handle_t *handle)
{
    free(handle);
}

/* The socket is gone with its input; the memory of libuv's handle goes later. */
static void on_gone(void *arg)
{
    struct lm_visitor *c = arg;
    struct lm_visitors *v = c->of;

    *c->link = c->next;
    if (c->next)
        c->next->link = c->link;
    v->n--;
    if (!c->was_asked && c->sock->bytes_written > 0)
        count(v, "malformed", 1);
    lm_metric_add(v->open, -1);
}

static void drop(struct lm_visitor *c, const char *reason)
{
    if (c->is_dropped)
        return;
    c->is_dropped = true;
    count(c->of, reason, 1);
    shutdown(h2o_socket_get_fd(c->sock), SHUT_RDWR);
}

/* -- what it does -- */

static size_t input_of(const struct lm_visitor *c)
{
    return c->is_waiting && !c->is_dropped && c->sock->input->size ? c->sock->input->capacity : 0;
}

static size_t sent_by(const struct lm_visitor *c)
{
    return c->sock->bytes_written - uv_stream_get_write_queue_size((const uv_stream_t *)&c->tcp);
}

static void look_at(struct lm_visitor *c, int64_t now)
{
    const struct lm_visitors_options *o = &c->of->o;
    bool is_writing = h2o_socket_is_writing(c->sock);
    bool is_waiting = !is_writing && h2o_socket_is_reading(c->sock);

    if (is_writing != c->is_writing || is_waiting != c->is_waiting ||
        (is_writing ? sent_by(c) - c->sent >= MOVED_BYTES : sent_by(c) != c->sent)) {
        c->is_writing = is_writing;
        c->is_waiting = is_waiting;
        c->sent = sent_by(c);
        c->since_ms = now;
    } else if (is_writing && now - c->since_ms >= o->stall_ms) {
        drop(c, "stalled_answer");
    } else if (is_waiting && !c->is_upgraded && now - c->since_ms >= o->request_ms &&
               c->sock->input->size) {
        drop(c, "slow_request"); /* one that is merely idle is the library's to close */
    }
}

static void keep_within(struct lm_visitors *v, size_t input)
{
    while (input > v->o.input_bytes) {
        struct lm_visitor *largest = v->first;

        for (struct lm_visitor *c = v->first; c; c = c->next) {
            if (input_of(c) > input_of(largest))
                largest = c;
        }
        input -= input_of(largest);
        drop(largest, "memory");
    }
}

/* What a storm of large requests left with the allocator goes back when it is over: with the sockets, not
 * when they are told to go. */
static void give_back(struct lm_visitors *v, size_t held)
{
    v->most_held = LM_MAX(v->most_held, held);
    if (v->most_held < TRIM_BYTES || held > v->most_held / 4)
        return;
    malloc_trim(0);
    v->most_held = held;
}

static void on_tick(uv_timer_t *timer)
{
    struct lm_visitors *v = timer->data;
    int64_t now = lm_mono_ms();
    size_t input = 0, held = 0;

    for (struct lm_visitor *c = v->first; c; c = c->next) {
        look_at(c, now);
        input += input_of(c);
        held += c->sock->input->capacity;
    }
    keep_within(v, input);
    give_back(v, held);
    v->is_ticking = v->first != NULL;
    if (!v->is_ticking)
        uv_timer_stop(timer);
}

/* -- in -- */

static void make_room(struct lm_visitors *v)
{
    struct lm_visitor *longest = NULL;

    for (struct lm_visitor *c = v->first; c; c = c->next) {
        if (c->is_waiting && !c->is_upgraded && !c->is_dropped &&
            (!longest || c->since_ms < longest->since_ms))
            longest = c;
    }
    if (longest)
        drop(longest, "too_many");
}

static void enter(struct lm_visitors *v, struct lm_visitor *c)
{
    c->of = v;
    c->since_ms = lm_mono_ms();
    c->is_waiting = true;
    c->next = v->first;
    c->link = &v->first;
    if (c->next)
        c->next->link = &c->next;
    v->first = c;
    v->n++;
    lm_metric_add(v->open, 1);
    c->sock = h2o_uv_socket_create((uv_stream_t *)&c->tcp, on_closed);
    c->sock->on_close.cb = on_gone;
    c->sock->on_close.data = c;
    if (!v->is_ticking)
        uv_timer_start(&v->timer, on_tick, TICK_MS, TICK_MS);
    v->is_ticking = true;
}

static struct lm_visitor *visitor_new(uv_loop_t *loop)
{
    struct lm_visitor *c = calloc(1, sizeof(*c));

    LM_ASSERT(c != NULL);
    uv_tcp_init(loop, &c->tcp);
    return c;
}

/* `rc`: of putting the connection into it. */
static void welcome(struct lm_visitors *v, struct lm_visitor *c, int rc)
{
    bool is_full = v->n >= 2 * v->o.max; /* all of them are at work */

    if (rc == 0 && is_full)
        count(v, "too_many", 1);
    if (rc != 0 || is_full) {
        uv_close((uv_handle_t *)&c->tcp, on_closed);
        return;
    }
    if (v->n >= v->o.max)
        make_room(v);
    uv_tcp_nodelay(&c->tcp, 1);
    enter(v, c);
    h2o_accept(v->accept, c->sock);
}

void lm_visitors_accept(struct lm_visitors *v, uv_stream_t *listener)
{
    struct lm_visitor *c = visitor_new(listener->loop);

    welcome(v, c, uv_accept(listener, (uv_stream_t *)&c->tcp));
}

void lm_visitors_take(struct lm_visitors *v, uv_loop_t *loop, int fd)
{
    struct lm_visitor *c = visitor_new(loop);
    int rc = uv_tcp_open(&c->tcp, fd);

    if (rc != 0)
        close(fd);
    welcome(v, c, rc);
}

static struct lm_visitor *visitor_of(h2o_req_t *req)
{
    return req->conn->callbacks->get_socket(req->conn)->on_close.data;
}

void lm_visitors_asked(h2o_req_t *req)
{
    visitor_of(req)->was_asked = true;
}

void lm_visitors_upgraded(h2o_req_t *req)
{
    visitor_of(req)->is_upgraded = true;
}

void lm_visitors_start(struct lm_visitors *v, uv_loop_t *loop, h2o_accept_ctx_t *accept,
                       const struct lm_visitors_options *o)
{
    *v = (struct lm_visitors){.o = *o, .accept = accept};
    uv_timer_init(loop, &v->timer);
    v->timer.data = v;
    v->open = lm_gauge(o->open, "Open connections", NULL, NULL);
    /* from the start, so that a reader of the metrics finds what there may be */
    count(v, "slow_request", 0);
    count(v, "stalled_answer", 0);
    count(v, "memory", 0);
    count(v, "too_many", 0);
    count(v, "malformed", 0);
}
