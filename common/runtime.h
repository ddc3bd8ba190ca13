/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_RUNTIME_H
#define LM_RUNTIME_H

#include "common/service.h"

/*
 * The threads of a service that work on its database: the relay that numbers events, a consumer a
 * source, the job workers, the housekeeping ticks; and the execution of a call. Internal to
 * common/: the skeleton (service.c) starts and stops it, services never see it.
 *
 * What it takes from the skeleton: proc->service, replica, db, bus (may be NULL), lm_ctx_new,
 * lm_call, lm_proc_hint, lm_proc_set_head. What it gives back is below.
 */
struct lm_runtime_options {
    int workers;            /* job threads; 0: this process does no jobs */
    int64_t poll_ms;        /* the net under the hints: 200 */
    int64_t lease_max_ms;   /* of jobs and ticks; 0: their own */
    int64_t keep_events_ms; /* 30 days */
    int64_t keep_jobs_ms;   /* finished jobs and stored answers: 7 days */
    size_t memory_limit;    /* of the arena of one job or one event: 64 MiB */
    const char *lock_url; /* of the connection that holds advisory locks; never through a pooler */
    bool no_relay, no_consumers; /* tests that drive them by hand */
};

/*
 * Starts the threads of what proc->service lists (no events: no consumer; no jobs: no worker; the
 * relay always) and sets proc->runtime. They wait for the database by themselves.
 */
LM_MUST_USE lm_code lm_runtime_start(struct lm_proc *proc, const struct lm_runtime_options *o,
                                     lm_err *err);
/* On the signal: claims nothing new; what runs goes on; claimed jobs that did not start are given back. */
void lm_runtime_quiesce(struct lm_proc *proc);
/*
 * Waits at most `timeout_ms` for what runs, gives back the leases of the rest, numbers and publishes
 * what was written, ends and joins the threads. A job that does not end in time is left to its
 * thread; the process is expected to exit.
 */
void lm_runtime_stop(struct lm_proc *proc, int64_t timeout_ms);
/* After the bus stopped: no frame or hint comes any more. */
void lm_runtime_free(struct lm_proc *proc);

/*
 * A frame of the bus: kind "events" (lm.EventFrame) or "head" (lm.Heartbeat) of a service we
 * subscribed to. Copies what it needs and returns at once; any thread.
 */
void lm_runtime_on_frame(struct lm_proc *proc, const char *sender, const char *kind, lm_str body);
/* "relay" or "jobs": from lm_proc_hint of this process and from the hints of other replicas. */
void lm_runtime_hint(struct lm_proc *proc, const char *what);

/*
 * Executes one call: role, field rules, transaction, handler, once a request id when it writes
 * (the stored answer comes back the second time, caused events included), commit, hints. `ctx` is
 * lm_ctx_of_request's; ctx->caused holds the ids afterwards. `out` is the packed answer, in
 * ctx->arena. Errors are the handler's; nothing of a failed call is kept. Catches the arena's limit
 * (LM_TOO_LARGE). The caller logs and measures.
 */
LM_MUST_USE lm_code lm_call_run(struct lm_ctx *ctx, const struct lm_rpc *rpc, lm_str body,
                                lm_str *out, lm_err *err);
/*
 * The calls that every service answers beside its own table (FetchEvents, Replay); internal, role SYSTEM.
 * Ends with a NULL method; lm_proc_rpc looks here after the service's own.
 */
extern const struct lm_rpc lm_runtime_calls[];

/*
 * The schema as the process finds it: LM_OK when it can serve `schema_at_least`; LM_NOT_READY says
 * what is missing or too new (a migration may name the oldest binary it serves).
 */
LM_MUST_USE lm_code lm_schema_check(struct lm_ctx *ctx, int schema_at_least, lm_err *err);

/* For gauges, `doctor` and tests: what waits. */
struct lm_runtime_state {
    int64_t head;         /* of the own log, as the relay last saw it */
    int64_t jobs_running; /* in this process */
    bool is_relay;        /* this replica holds the relay's lock */
};
void lm_runtime_look(struct lm_proc *proc, struct lm_runtime_state *out);

#endif
