/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_JOB_INTERNAL_H
#define LM_JOB_INTERNAL_H

#include "common/job.h"
#include "common/proc_internal.h"

/*
 * The inner side of jobs: leases in the database (job_lease.c), one run of one job (job_run.c), the
 * threads (job_pool.c, job_dispatch.c). A lease is (owner, number): the owner is this process and no other ever, the
 * number counts the claims of the row; whoever finishes names both.
 */
enum { LM_JOB_BATCH = 100, LM_OWNER_SIZE = 96 };
#define LM_NO_TENANT "00000000-0000-0000-0000-000000000000"

/* A claimed job, from malloc: it waits for a worker in a queue of this process. */
struct lm_job {
    struct lm_job *next;
    const struct lm_job_kind *kind;
    char tenant_id[LM_ID_SIZE]; /* LM_NO_TENANT outside a tenant */
    char id[LM_ID_SIZE];
    char request_id[LM_ID_SIZE];
    char *key;
    lm_str payload; /* {NULL, 0}: the person was erased */
    int attempt, max_attempts;
    int64_t run_at, lease_no, lease_ms;
    _Atomic int64_t lease_until_ms; /* lm_mono_ms, by this process's own reckoning */
    int64_t until_ms;               /* the handler's deadline, from its start; 0: not started */
    _Atomic bool is_lost;           /* the lease is someone else's */
};
void lm_job_free(struct lm_job *job);

/* What one kind is asked for, and from which tenant on (fairness: a place for each kind). */
struct lm_job_want {
    const struct lm_job_kind *kind;
    int n;
    int64_t lease_ms;       /* 0: the kind's */
    char place[LM_ID_SIZE]; /* "" from the first; moved by the claim */
};

/* Claims in one transaction; appends to *list; `now_ms` is business time. */
LM_MUST_USE lm_code lm_jobs_claim(struct lm_ctx *ctx, struct lm_job_want *wants, size_t n,
                                  const char *owner, int64_t now_ms, struct lm_job **list,
                                  size_t *claimed, lm_err *err);
/* Extends the leases; those that are held by someone else now get is_lost. */
LM_MUST_USE lm_code lm_jobs_extend(struct lm_ctx *ctx, struct lm_job *const *jobs, size_t n,
                                   const char *owner, lm_err *err);
/* Gives back what has not started: ready again, the attempt not counted. */
LM_MUST_USE lm_code lm_jobs_give_back(struct lm_ctx *ctx, struct lm_job *const *jobs, size_t n,
                                      const char *owner, lm_err *err);
/* Jobs whose worker went away: ready again, or dead after their last attempt. */
LM_MUST_USE lm_code lm_jobs_expire(struct lm_ctx *ctx, int64_t *n, lm_err *err);
/*
 * In the open transaction, without waiting: the job is done (or ready again, when a new fact came
 * or `again_at` says so). The commit fails with LM_FENCED when the lease is no longer ours.
 */
LM_MUST_USE lm_code lm_job_finish(struct lm_ctx *ctx, const struct lm_job *job, const char *owner,
                                  int64_t again_at, lm_err *err);
/* Many that wrote nothing with their finish, at once; those no longer ours are left alone and counted as fenced. */
LM_MUST_USE lm_code lm_jobs_finish(struct lm_ctx *ctx, struct lm_job *const *jobs, size_t n,
                                   const char *owner, lm_err *err);
/* Ready again at `retry_at` (business time), or dead when that is 0; cancelled when that was asked. */
LM_MUST_USE lm_code lm_job_fail(struct lm_ctx *ctx, const struct lm_job *job, const char *owner,
                                const lm_err *why, int64_t retry_at, lm_err *err);

/* Runs the handler and records the outcome. True: nothing was written, `job` is for lm_jobs_finish. */
bool lm_job_run(struct lm_proc *proc, struct lm_job *job, const char *owner, size_t memory_limit);
/* A worker came too late: its job is another's, what it would have written was refused. */
void lm_job_count_fenced(const struct lm_job *job);

/* What ctx->job->impl points to while a handler runs. */
struct lm_job_run {
    struct lm_job *job;
    const char *owner;
};

/* ------- the threads ------- */
struct lm_job_pool;
struct lm_job_pool_options {
    int workers;
    int64_t poll_ms;
    int64_t lease_max_ms; /* 0: each kind's own */
    size_t memory_limit;
};
LM_MUST_USE lm_code lm_job_pool_start(struct lm_proc *proc, const struct lm_job_pool_options *o,
                                      struct lm_job_pool **out, lm_err *err);
void lm_job_pool_hint(struct lm_job_pool *p);
void lm_job_pool_quiesce(struct lm_job_pool *p);
/* False when a handler did not end in time; then the pool is not freed. */
bool lm_job_pool_stop(struct lm_job_pool *p, int64_t timeout_ms);
int64_t lm_job_pool_running(struct lm_job_pool *p);

#endif
