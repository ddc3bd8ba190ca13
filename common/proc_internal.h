/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_PROC_INTERNAL_H
#define LM_PROC_INTERNAL_H

#include <stdatomic.h>

#include "common/bus.h"
#include "common/service.h"

/*
 * The process, as common/ itself sees it; services see it through service.h. Made by the skeleton
 * (service.c), by tools and by tests, which leave out what they do not need: `bus` NULL means that
 * calls fail with LM_UNAVAILABLE and that nobody is told anything; `runtime` NULL, that no thread
 * of common/runtime.h runs.
 *
 * Who writes what: the skeleton sets everything but the atomics before any thread starts and clears
 * it after the last one ended, so readers need no lock.
 */
struct lm_runtime; /* common/runtime.h: relay, consumers, job workers */
struct lm_health;  /* common/health.h */

enum { LM_REPLICA_SIZE = 40 };

struct lm_proc {
    const struct lm_service *service; /* its tables */
    char replica[LM_REPLICA_SIZE]; /* unique among the service's running processes; no '.' or '/' */
    struct lm_db *db;
    struct lm_bus *bus;
    struct lm_runtime *runtime;
    struct lm_health *health;
    atomic_bool is_ready;    /* calls are taken */
    atomic_bool is_unserved; /* the schema is not for this binary: no lock held, no job claimed */
    atomic_bool is_stopping; /* set on the signal: finish what runs, start nothing new */
};

/*
 * Tells the threads of this process and, over the bus, the other replicas of the service that there
 * is something to do: "relay" (events were written), "jobs" (a job is ready). Call it after the
 * commit. Cheap, coalesced, may be lost; never blocks. Any thread.
 */
void lm_proc_hint(struct lm_proc *proc, const char *what);

/* The relay says how far the log goes; every heartbeat carries it. Any thread; never goes down. */
void lm_proc_set_head(struct lm_proc *proc, int64_t head);

/* The line of the service's dispatch table, or NULL. */
const struct lm_rpc *lm_proc_rpc(const struct lm_proc *proc, const char *method);

/*
 * A request of the bus (or of the process itself, e.g. a test) as a unit of work: tenant, user,
 * role, request id, traceparent and deadline are those of the request.
 */
struct lm_ctx *lm_ctx_of_request(struct lm_proc *proc, const struct lm_bus_request *request,
                                 size_t memory_limit);

#endif
