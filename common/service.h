/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_SERVICE_H
#define LM_SERVICE_H

#include <protobuf-c/protobuf-c.h>

#include "common/config.h"
#include "common/db.h"
#include "common/event.h"
#include "common/job.h"

/*
 * The skeleton of a service: arguments, configuration, logging, bus, database, health, metrics,
 * signals, stopping. main.c hands it tables; see STYLE 2.
 *
 *     --config FILE   --check-config   --print-config   --replica N   --migrate   --version
 *
 * Life: configuration → log → clock → health → database (waits, not ready) → schema as needed →
 * bus → threads → start() → ready. SIGTERM or SIGINT: not ready, lame duck (service.lame_duck, 3 s; 0 in tests),
 * stop claiming, finish or release leases, flush, exit 0 within 10 s.
 */

/* A line of the generated dispatch table: one operation. */
struct lm_rpc {
    const char *service; /* "scorer" */
    const char *method;  /* "GetScore" */
    const ProtobufCMessageDescriptor *in, *out;
    lm_code (*handle)(struct lm_ctx *ctx, const ProtobufCMessage *in, ProtobufCMessage *out,
                      lm_err *err);
    int role;     /* enum lm_role needed; LM_ROLE_NONE: public */
    bool writes;  /* runs once a request id; the answer is stored */
    bool outside; /* waits for the network: no transaction is begun for it */
    bool slow;    /* runs on the heavy lane (password hashing, large imports) */
};

/* Real-time housekeeping: fn runs on one replica of all, every `every_ms`, outside a tenant. */
struct lm_periodic {
    const char *name;
    const int64_t *every_ms; /* a setting */
    lm_code (*run)(struct lm_ctx *ctx, lm_err *err);
};

struct lm_service {
    const char *name;                   /* also schema and database role (lm_<name>) */
    const struct lm_config_key *config; /* ends with LM_CFG_END */
    const struct lm_config_key *const
        *more_config;                        /* of parts that have a table each; NULL-terminated */
    const struct lm_sql *const *const *sql;  /* a list a file of its store, NULL-terminated both */
    const struct lm_rpc *calls;              /* ends with a NULL method */
    const struct lm_event_kind *events;      /* ends with a NULL type */
    const struct lm_event_many *events_many; /* ends with a NULL type; may be NULL */
    const struct lm_job_kind *jobs;          /* ends with a NULL kind */
    const struct lm_periodic *periodics;     /* ends with a NULL name; may be NULL */
    lm_code (*check)(lm_err *err);           /* its settings, before anything starts; may be NULL */
    int schema_at_least;                     /* the migration this binary needs */
    bool starts_without_db; /* start() does not wait for the database (gateway: pixels, opt-outs) */
    lm_code (*start)(struct lm_proc *proc,
                     lm_err *err);           /* after the bus, before ready; may be NULL */
    void (*lame_duck)(struct lm_proc *proc); /* on the signal; may be NULL */
    void (*stop)(struct lm_proc *proc);      /* after the workers stopped; may be NULL */
};

int lm_service_main(int argc, char **argv, const struct lm_service *service);

/* The process, for those few who need it (gateway, tests). */
const struct lm_service *lm_proc_service(const struct lm_proc *proc);
const char *lm_proc_replica(const struct lm_proc *proc);
bool lm_proc_is_ready(const struct lm_proc *proc);
bool lm_proc_is_stopping(const struct lm_proc *proc);
/* A unit of work outside call, event and job (a thread of the service's own). `tenant_id` may be NULL. */
struct lm_ctx *lm_ctx_new(struct lm_proc *proc, const char *tenant_id, int64_t timeout_ms,
                          size_t memory_limit);
void lm_ctx_free(struct lm_ctx *ctx); /* rolls back what is open */

/*
 * Asks another service (or another replica of this one) and waits, at most until ctx->deadline_ms.
 * Carries tenant, user, role, request id, traceparent. `out` is unpacked into ctx->arena.
 * Errors: the callee's own; LM_UNAVAILABLE when nobody answers; LM_DEADLINE. Never in a transaction.
 */
LM_MUST_USE lm_code lm_call(struct lm_ctx *ctx, const char *service, const char *method,
                            const ProtobufCMessage *in,
                            const ProtobufCMessageDescriptor *out_descriptor, void *out,
                            lm_err *err); /* out: pointer to the message pointer */

#endif
