/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/exchange.h"

#include <arpa/inet.h>

#include "common/str.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/query.h"

enum { EXCHANGE_MEMORY = 48 << 20 };

static struct lm_arena *take_arena(struct gateway_loop *loop)
{
    return loop->n_spare ? loop->spare[--loop->n_spare] : lm_arena_new(EXCHANGE_MEMORY);
}

static void give_arena(struct gateway_loop *loop, struct lm_arena *a)
{
    if (loop->n_spare == GATEWAY_SPARE_ARENAS) {
        lm_arena_free(a);
        return;
    }
    lm_arena_reset(a);
    loop->spare[loop->n_spare++] = a;
}

static void unref(struct gateway_exchange *x)
{
    if (--x->refs == 0)
        give_arena(x->loop, x->arena);
}

/* The request's pool goes: answered, or the client hung up. */
static void request_gone(void *p)
{
    struct gateway_exchange *x = *(struct gateway_exchange **)p;

    x->req = NULL;
    unref(x);
}

static void read_address(struct gateway_exchange *x)
{
    struct sockaddr_storage address;
    const struct sockaddr *any = (const struct sockaddr *)&address;
    char peer[INET6_ADDRSTRLEN] = "";
    socklen_t n = x->req->conn->callbacks->get_peername(x->req->conn, (struct sockaddr *)&address);

    if (n > 0 && any->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)any)->sin_addr, peer, sizeof(peer));
    else if (n > 0 && any->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)any)->sin6_addr, peer, sizeof(peer));
    gateway_client_address(peer, gateway_header(x->req, "x-forwarded-for"),
                           gateway_settings.trusted_proxies, x->address);
}

/* 00-<32 hex>-<16 hex>-<2 hex>; anything else is replaced by one of our own. */
static void read_traceparent(struct gateway_exchange *x)
{
    lm_str sent = gateway_header(x->req, "traceparent");

    if (sent.n == 55 && strspn(sent.p, "0123456789abcdef-") >= 55 && sent.p[2] == '-' &&
        sent.p[35] == '-' && sent.p[52] == '-')
        memcpy(x->traceparent, sent.p, 55);
}

/* Made when somebody else is asked: a pixel asks nobody. */
const char *gateway_traceparent(struct gateway_exchange *x)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t bytes[24];
    char *p = x->traceparent;

    if (*p)
        return x->traceparent;
    lm_random(bytes, sizeof(bytes));
    p = stpcpy(p, "00-");
    for (size_t i = 0; i < sizeof(bytes); i++) {
        if (i == 16)
            *p++ = '-';
        *p++ = digits[bytes[i] >> 4];
        *p++ = digits[bytes[i] & 15];
    }
    memcpy(p, "-01", 4);
    return x->traceparent;
}

struct gateway_exchange *gateway_exchange_new(h2o_req_t *req)
{
    struct gateway_loop *loop = H2O_STRUCT_FROM_MEMBER(struct gateway_loop, ctx, req->conn->ctx);
    struct lm_arena *arena = take_arena(loop);
    struct gateway_exchange *x = LM_NEW(arena, struct gateway_exchange);
    struct gateway_exchange **handle =
        h2o_mem_alloc_shared(&req->pool, sizeof(*handle), request_gone);

    *handle = x;
    x->arena = arena;
    x->req = req;
    x->refs = 1;
    x->loop = loop;
    x->began_us = lm_mono_us();
    x->deadline_ms = lm_mono_ms() + gateway_settings.call_timeout_ms;
    lm_id_new(x->request_id);
    read_address(x);
    read_traceparent(x);
    return x;
}

void gateway_park(struct gateway_exchange *x, void (*resume)(struct gateway_exchange *x))
{
    x->resume = resume;
    x->refs++;
    x->loop->n_parked++;
}

void gateway_resume(struct gateway_exchange *x)
{
    h2o_multithread_send_message(&x->loop->receiver, &x->message);
}

/* ---- many at once ---- */

/* One entry at a time would have the spool wait for the disk with the first while the others come. */
static void on_turn(uv_check_t *turn)
{
    struct gateway_loop *loop = turn->data;

    if (loop->hits.first)
        gateway_spool_append(gateway_server.hits, &loop->hits);
}

void gateway_keep_hit(struct gateway_exchange *x)
{
    gateway_spool_chain_add(&x->loop->hits, &x->entry);
}

void gateway_groups_init(struct gateway_loop *loop)
{
    pthread_mutex_init(&loop->shelf_lock, NULL);
    loop->shelf_end = &loop->shelf;
    uv_check_init(&loop->uv, &loop->turn);
    loop->turn.data = loop;
    uv_check_start(&loop->turn, on_turn);
}

void gateway_shelve(struct gateway_exchange *x)
{
    struct gateway_loop *loop = x->loop;

    x->next = NULL;
    pthread_mutex_lock(&loop->shelf_lock);
    *loop->shelf_end = x;
    loop->shelf_end = &x->next;
    pthread_mutex_unlock(&loop->shelf_lock);
}

void gateway_resume_shelved(void)
{
    for (size_t i = 0; i < gateway_server.n_loops; i++) {
        struct gateway_loop *loop = &gateway_server.loops[i];
        bool should_tell;

        pthread_mutex_lock(&loop->shelf_lock);
        should_tell = loop->shelf && !loop->is_shelf_told;
        loop->is_shelf_told |= should_tell;
        pthread_mutex_unlock(&loop->shelf_lock);
        if (should_tell)
            h2o_multithread_send_message(&loop->receiver, &loop->shelf_message);
    }
}

static struct gateway_exchange *take_shelf(struct gateway_loop *loop)
{
    struct gateway_exchange *first;

    pthread_mutex_lock(&loop->shelf_lock);
    first = loop->shelf;
    loop->shelf = NULL;
    loop->shelf_end = &loop->shelf;
    loop->is_shelf_told = false;
    pthread_mutex_unlock(&loop->shelf_lock);
    return first;
}

/* ---- to a thread that may wait ---- */

static void run_task(struct gateway_task *task)
{
    struct gateway_exchange *x = H2O_STRUCT_FROM_MEMBER(struct gateway_exchange, task, task);
    void (*run)(struct gateway_exchange *) = x->run;

    if (lm_arena_guard(x->arena) == 0) {
        run(x); /* hands x over at its end: not ours any more */
        return;
    }
    lm_err_clear(&x->err);
    lm_fail(&x->err, LM_TOO_LARGE, "the answer is too large");
    gateway_resume(x);
}

void gateway_give(struct gateway_exchange *x, struct gateway_pool *pool,
                  void (*run)(struct gateway_exchange *x))
{
    x->run = run;
    x->task.run = run_task;
    if (gateway_pool_put(pool, &x->task))
        return;
    lm_fail(&x->err, LM_UNAVAILABLE, "too much is going on; try again");
    x->err.retry_after_ms = 1000;
    gateway_resume(x);
}

/* ---- back on the loop ---- */

static void come_back(struct gateway_exchange *x)
{
    x->loop->n_parked--;
    if (lm_arena_guard(x->arena) == 0) {
        x->resume(x);
    } else if (x->req) {
        /* The arena is full, so not even a problem fits: say it in words made beforehand. */
        x->req->res.status = 500;
        x->req->res.reason = "Internal Server Error";
        h2o_send_inline(x->req, H2O_STRLIT(""));
    }
    unref(x);
}

/* Messages coalesce: one wake-up may bring many back. */
void gateway_loop_receive(h2o_multithread_receiver_t *receiver, h2o_linklist_t *messages)
{
    struct gateway_loop *loop = H2O_STRUCT_FROM_MEMBER(struct gateway_loop, receiver, receiver);

    while (!h2o_linklist_is_empty(messages)) {
        h2o_multithread_message_t *m =
            H2O_STRUCT_FROM_MEMBER(h2o_multithread_message_t, link, messages->next);
        struct gateway_exchange *next,
            *x = H2O_STRUCT_FROM_MEMBER(struct gateway_exchange, message, m);

        h2o_linklist_unlink(&m->link);
        if (m != &loop->shelf_message) {
            come_back(x);
            continue;
        }
        for (x = take_shelf(loop); x; x = next) {
            next = x->next;
            come_back(x);
        }
    }
}

/* ---- what a request says ---- */

lm_str gateway_header(const h2o_req_t *req, const char *name)
{
    for (size_t i = 0; i < req->headers.size; i++) {
        const h2o_header_t *h = &req->headers.entries[i];

        if (lm_str_ieqz(gateway_str(*h->name), name))
            return gateway_str(h->value);
    }
    return (lm_str){NULL, 0};
}

lm_str gateway_path(const h2o_req_t *req)
{
    lm_str whole = gateway_str(req->path);

    return req->query_at == SIZE_MAX ? whole : lm_str_sub(whole, 0, req->query_at);
}

lm_str gateway_query(const h2o_req_t *req)
{
    lm_str whole = gateway_str(req->path);

    return req->query_at == SIZE_MAX ? LM_STR("") : lm_str_sub(whole, req->query_at + 1, whole.n);
}
