/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CTX_H
#define LM_CTX_H

#include "common/arena.h"
#include "common/err.h"
#include "common/id.h"

struct lm_proc;
struct lm_tx;

/* Roles, low to high; the numbers are those of lm.Role in proto/lm.proto. */
enum lm_role {
    LM_ROLE_NONE = 0,
    LM_ROLE_VIEWER = 1,
    LM_ROLE_REVIEWER = 2,
    LM_ROLE_EDITOR = 3,
    LM_ROLE_ADMIN = 4,
    LM_ROLE_OWNER = 5,
    LM_ROLE_SYSTEM = 9, /* a service acting by itself: jobs and events */
};

/* What is being applied, when a handler of intake.c runs. */
struct lm_event_ctx {
    const char *source; /* the producer: "enricher" */
    const char *type;   /* "enricher.LeadEnriched" */
    const char *subject_id;
    int64_t seq;
    int64_t version;
    int64_t occurred_at; /* business time */
};

/* What is being done, when a handler of work.c runs. */
struct lm_job_ctx {
    char id[LM_ID_SIZE];
    const char *kind;
    const char *key; /* the dedupe key */
    int attempt;     /* counts from 1 */
    int max_attempts;
    int64_t run;      /* the same for all attempts of a run; another one after lm_job_again_at */
    int64_t run_at;   /* business time */
    int64_t again_at; /* set by lm_job_again_at */
    void *impl;       /* common/job.c's own */
};

/* An event this unit of work has written: for read-your-own-write. */
struct lm_caused {
    int64_t id; /* event_new.id, unique in the service's schema */
};

/*
 * The unit of work: one call, event or job. Made by the skeleton, passed to every function that
 * does I/O, gone afterwards. One thread.
 */
struct lm_ctx {
    struct lm_arena *arena;
    struct lm_proc *proc;       /* the process: pool, bus, http; see service.h */
    char tenant_id[LM_ID_SIZE]; /* "" outside a tenant */
    char user_id[LM_ID_SIZE];   /* "" when a service acts */
    enum lm_role role;
    char request_id[LM_ID_SIZE]; /* follows the request through all services and jobs */
    char call_id[LM_ID_SIZE];    /* of a received call: a writing one is made once by it */
    char traceparent[56];
    int64_t deadline_ms; /* lm_mono_ms(); every wait ends by it */
    struct lm_tx *tx;    /* the open transaction, or NULL */
    const struct lm_event_ctx *event;
    struct lm_job_ctx *job;
    const char *call; /* "scorer.GetScore" */
    struct lm_caused *caused;
    size_t n_caused, cap_caused;
    const char *passed_to;     /* the service that the last writing call went to, and */
    const int64_t *passed_ids; /* the events that it caused there: for read-your-own-write */
    size_t n_passed;
};

/* Milliseconds left, at least 0, at most `most`. */
int64_t lm_ctx_left_ms(const struct lm_ctx *ctx, int64_t most);

#endif
