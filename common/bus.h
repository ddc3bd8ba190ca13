/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BUS_H
#define LM_BUS_H

#include "common/err.h"

/*
 * The bus: nng over ipc (one machine: sockets in `bus.dir`) or tcp (names resolved again every few
 * seconds). One req socket a peer address; pub/sub for events and heartbeats; every frame one
 * lm.Envelope with an HMAC-SHA256 by the stack's key; a receive limit of 1 MiB. The skeleton uses
 * this; services use lm_call and lm_event_put.
 */
struct lm_bus;
struct lm_proc;
struct lm_bus_options {
    const char *service, *replica;
    const char *dir;               /* ipc: <dir>/<service>.<replica>.call and .event; NULL: tcp */
    const char *const *peers;      /* tcp: "scraper=scraper:5550" …, NULL-terminated */
    int64_t call_port, event_port; /* tcp: 5550, 5551; ports of a peer's events: call port + 1 */
    const char *listen_host;       /* tcp: "0.0.0.0" */
    lm_str key;                    /* >= 32 bytes */
    int workers;                   /* contexts that receive calls */
};

/* One received call. Answer exactly once, from any thread. */
struct lm_bus_call;
struct lm_bus_request { /* what a call carries; text borrowed until the answer */
    const char *method, *tenant_id, *user_id, *request_id, *traceparent, *sender;
    const char *call_id; /* what a writing call is made once by; NULL or "": the request id */
    int role;
    int64_t deadline_ms; /* lm_mono_ms() */
    lm_str body;
};
struct lm_bus_answer {
    lm_err err; /* code LM_OK: body counts */
    lm_str body;
    const int64_t *caused;
    size_t n_caused;
};
struct lm_bus_handlers {
    void *arg;
    void (*on_call)(void *arg, struct lm_bus_call *call,
                    const struct lm_bus_request *request); /* hands over and returns */
    /* one frame of a subscribed service: kind "events", "head" (heartbeat), "hint"; one at a time, on a bus thread */
    void (*on_event)(void *arg, const char *sender, const char *replica, const char *kind,
                     lm_str body);
};
LM_MUST_USE lm_code lm_bus_start(const struct lm_bus_options *o, const struct lm_bus_handlers *h,
                                 struct lm_bus **out, lm_err *err);
void lm_bus_answer(struct lm_bus_call *call, const struct lm_bus_answer *answer);
/*
 * Waits for the calls that were handed over to be answered; no callback runs after it returned. False: nng
 * is stuck, so one still may, and the bus stays in memory.
 */
bool lm_bus_stop(struct lm_bus *bus);
/* nng can no longer take connections down, nor make new ones: the process shall be started anew. */
bool lm_bus_is_stuck(struct lm_bus *bus);

/* Also hear frames of `service` (its events and heartbeats). */
LM_MUST_USE lm_code lm_bus_subscribe(struct lm_bus *bus, const char *service, lm_err *err);
/* To whoever subscribed to us; may be lost. */
void lm_bus_publish(struct lm_bus *bus, const char *kind, lm_str body);
/* The heartbeat says whether calls may come here, and how far our log goes. It goes out every second. */
void lm_bus_set_ready(struct lm_bus *bus, bool is_ready);
void lm_bus_set_head(struct lm_bus *bus, int64_t head); /* never goes down */
/* A tiny publish of kind "hint" with `what` as its body; many in a row become one. Never blocks. */
void lm_bus_hint(struct lm_bus *bus, const char *what);

/* Called once, on a bus thread or, when nobody can be asked, before lm_bus_call returns. Hands over and returns. */
typedef void lm_bus_done(void *arg, const struct lm_bus_answer *answer);
/* `request->deadline_ms` bounds it. Tries elsewhere on NOT_READY and WRONG_SERVICE. */
void lm_bus_call(struct lm_bus *bus, const char *service, const struct lm_bus_request *request,
                 lm_bus_done *done, void *arg);
/* Age of the youngest heartbeat of any ready replica; INT64_MAX when none was ever heard. */
int64_t lm_bus_heartbeat_age_ms(struct lm_bus *bus, const char *service);

struct lm_bus *lm_proc_bus(struct lm_proc *proc);

#endif
