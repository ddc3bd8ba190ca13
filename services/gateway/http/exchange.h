/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_EXCHANGE_H
#define GATEWAY_EXCHANGE_H

#include <h2o.h>
#include <stdatomic.h>

#include "common/bus.h"
#include "common/clock.h"
#include "common/service.h"
#include "common/visitors.h"
#include "services/gateway/auth/tokens.h"
#include "services/gateway/http/pool.h"
#include "services/gateway/http/router.h"
#include "services/gateway/spool/spool.h"

_Static_assert(H2O_USE_LIBUV == 1, "the headers and the library must be the libuv ones");

/*
 * The inside of the HTTP edge. A request becomes an exchange: its memory, who asks, what is asked,
 * what is answered. While somebody else works for it, it is parked: the loop goes on, and whoever
 * finishes brings it back with gateway_resume. The client may be gone by then (req is NULL).
 *
 * An exchange is in one hand at a time: the loop's, then the worker's, then the loop's again. Only
 * `req`, `refs` and `parked` are the loop's always. It has two references: the request's pool and,
 * while it is parked, the one who works for it.
 */
struct gateway_live;

enum { GATEWAY_ADDRESS_SIZE = 46, GATEWAY_SPARE_ARENAS = 128 };

/* One loop thread. */
struct gateway_loop {
    struct gateway_server *server;
    pthread_t thread;
    bool has_thread;
    uv_loop_t uv;
    h2o_context_t ctx;
    h2o_accept_ctx_t accept;
    struct lm_visitors visitors;
    uv_tcp_t listener;
    uv_async_t stop;
    uv_timer_t stop_timer;
    int64_t stop_at_ms;                           /* when the waiting ends; 0: not stopping */
    struct lm_arena *spare[GATEWAY_SPARE_ARENAS]; /* of exchanges that are over */
    size_t n_spare;
    h2o_multithread_receiver_t receiver;
    h2o_multithread_message_t shelf_message;
    pthread_mutex_t shelf_lock;
    struct gateway_exchange *shelf; /* come back at once, first in, first out */
    struct gateway_exchange **shelf_end;
    bool is_shelf_told;
    int n_parked;
    uv_check_t turn;                 /* after the requests of one turn */
    struct gateway_spool_chain hits; /* of this turn */
    struct gateway_live *live;       /* live.c's own */
};

/* The process's one. */
struct gateway_server {
    struct lm_proc *proc;
    struct lm_arena *arena;
    h2o_globalconf_t config;
    struct gateway_loop *loops;
    size_t n_loops;
    int port;
    struct gateway_pool *fast, *slow, *waiters;
    struct lm_tail *tail; /* NULL without the database */
    struct gateway_spool *hits, *optouts;
    atomic_bool is_lame;
    struct lm_metric *seconds, *requests[6]; /* by the first digit of the status */
};
extern struct gateway_server gateway_server;

struct gateway_exchange {
    struct lm_arena *arena;
    struct gateway_loop *loop;
    h2o_req_t *req; /* NULL: the client is gone */
    int refs;
    int64_t began_us;

    /* how it comes back */
    h2o_multithread_message_t message;
    struct gateway_exchange *next;              /* on the shelf */
    void (*resume)(struct gateway_exchange *x); /* on the loop */
    struct gateway_task task;
    void (*run)(struct gateway_exchange *x); /* on a thread that may wait */
    struct gateway_spool_entry entry;

    /* who asks for what */
    char address[GATEWAY_ADDRESS_SIZE];
    char request_id[LM_ID_SIZE];
    char call_id[LM_ID_SIZE];
    char traceparent[56]; /* "": the client sent none, and nobody asked gateway_traceparent yet */
    int64_t deadline_ms;
    struct gateway_claims who; /* role LM_ROLE_NONE: nobody */
    struct gateway_match match;
    lm_str seen;             /* X-LM-Seen as sent */
    lm_str body;             /* the packed request */
    lm_str login_name;       /* of Login: for its brakes */
    lm_str file;             /* the body, when it goes in pieces */
    ProtobufCMessage *whole; /* the message that it is of */
    void *stream;            /* stream.c's own: of an answer that goes in parts */

    /* what is answered */
    lm_err err;
    lm_str answer; /* packed */
    const int64_t *caused;
    size_t n_caused;
    lm_str seen_token; /* for the X-LM-Seen of the answer */
};

/* ---- exchange.c ---- */

struct gateway_exchange *gateway_exchange_new(h2o_req_t *req);
/* From here to gateway_resume the exchange is another's. */
void gateway_park(struct gateway_exchange *x, void (*resume)(struct gateway_exchange *x));
/* Any thread: brings it back to its loop. */
void gateway_resume(struct gateway_exchange *x);
/*
 * The same for many that are ready at once, with one wake-up for each loop: gateway_shelve each, then
 * gateway_resume_shelved.
 */
void gateway_shelve(struct gateway_exchange *x);
void gateway_resume_shelved(void);
/* Parked: its hit goes to the disk with all others of this turn of the loop; resumed by entry.done. */
void gateway_keep_hit(struct gateway_exchange *x);
/* To a pool; when that is full the exchange comes back with LM_UNAVAILABLE in x->err. Parked. */
void gateway_give(struct gateway_exchange *x, struct gateway_pool *pool,
                  void (*run)(struct gateway_exchange *x));
/* The client's, or one of our own. */
const char *gateway_traceparent(struct gateway_exchange *x);
void gateway_loop_receive(h2o_multithread_receiver_t *receiver, h2o_linklist_t *messages);
/* What a loop has for many requests at once. */
void gateway_groups_init(struct gateway_loop *loop);
lm_str gateway_header(const h2o_req_t *req, const char *name);
static inline lm_str gateway_str(h2o_iovec_t v)
{
    return (lm_str){v.base, v.len};
}
/* The path without its query, and the query. */
lm_str gateway_path(const h2o_req_t *req);
lm_str gateway_query(const h2o_req_t *req);

/* ---- answer.c; all on the loop; req != NULL ---- */

/* `body` lives as long as the exchange. Status and headers beside these may be set before. */
void gateway_answer(struct gateway_exchange *x, int status, const char *type, lm_str body);
/* Status 200 and headers; what follows is h2o_send's, and the generator is asked for more. */
void gateway_answer_begin(struct gateway_exchange *x, const char *type, h2o_generator_t *generator);
/* application/problem+json of x->err (RFC 9457) */
void gateway_answer_problem(struct gateway_exchange *x);
void gateway_answer_failed(struct gateway_exchange *x, lm_code code, const char *message);
/* `value` lives as long as the exchange, too. */
void gateway_add_header(struct gateway_exchange *x, const char *name, lm_str value);

/* ---- one function a part of the edge: takes the request, or returns false ---- */

int gateway_rest(struct gateway_exchange *x);   /* rest.c: /api/… */
int gateway_track(struct gateway_exchange *x);  /* track.c: /t/… */
int gateway_optout(struct gateway_exchange *x); /* optout.c: /u/… */
int gateway_system(struct gateway_exchange *x); /* system.c: /health, /metrics, documents */
int gateway_live(struct gateway_exchange *x);   /* live.c: /api/live */

/* The operation as a request to its owner; borrows from x. */
struct lm_bus_request gateway_bus_request(struct gateway_exchange *x);
/* stream.c: true when the answer is a file in parts, which this then makes. On the loop, not parked. */
bool gateway_stream(struct gateway_exchange *x);
/* Sends it there; any thread; parked. */
void gateway_dispatch(struct gateway_exchange *x);

/* ---- pieces.c: bodies that no frame of the bus can take ---- */

/* The request of a raw body: x->body, or x->whole when it goes in pieces. LM_TOO_LARGE: the operation takes none. */
LM_MUST_USE lm_code gateway_take_raw(struct gateway_exchange *x, ProtobufCMessage *m, lm_err *err);
void gateway_send_pieces(struct gateway_exchange *x); /* parked */

/* ---- live.c ---- */

void gateway_live_loop_start(struct gateway_loop *loop, struct lm_arena *a);
/* Close 1001 to all of this loop. */
void gateway_live_loop_stop(struct gateway_loop *loop);
struct lm_tail_event;
/* On the tail's thread. */
void gateway_live_event(void *arg, const struct lm_tail_event *ev);

/* ---- seen.c: read your own write; on threads that may wait ---- */

/* Waits until the events x->caused of `service` can be read here; fills x->seen_token. */
void gateway_wait_caused(struct gateway_exchange *x, const char *service);
/* Waits for what the client says it has seen. */
void gateway_wait_seen(struct gateway_exchange *x);

/* ---- system.c, docs.c ---- */

LM_MUST_USE lm_code gateway_system_start(struct lm_arena *a, lm_err *err);

/* The page of /api/docs, made once from the contract. */
LM_MUST_USE lm_code gateway_docs_make(struct lm_arena *a, lm_str *out, lm_err *err);

#endif
