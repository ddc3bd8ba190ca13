/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_JOB_H
#define LM_JOB_H

#include <protobuf-c/protobuf-c.h>

#include "common/ctx.h"

/*
 * Work to do inside one service, done by any replica: claimed with SKIP LOCKED, leased, extended
 * while it runs, retried with backoff, dead after max_attempts. run_at is business time, leases are
 * real time. The kind is the payload message's name in snake_case; the generated table
 * <service>_jobs ties it to <service>_do_<kind>.
 */
struct lm_job_kind {
    const char *kind; /* "run_search" */
    const ProtobufCMessageDescriptor *payload;
    lm_code (*run)(struct lm_ctx *ctx, const ProtobufCMessage *payload, lm_err *err);
    int max_attempts; /* 4 */
    int64_t lease_ms; /* 30 s; the runner extends it while the handler runs */
    int64_t limit_ms; /* the handler's deadline, 5 min */
    int concurrency;  /* of this kind in one replica; 0: no limit of its own */
};

/*
 * Queues in the open transaction (or in one of its own). Idempotent by (tenant, kind, key) among
 * unfinished jobs: a waiting one stays (and is moved forward to the earlier run_at), a running one
 * is marked to run again when it finishes; both take the newer payload. A payload's field `lead_id`
 * says whose data it is: erasing that person blanks the job.
 */
LM_MUST_USE lm_code lm_job_queue(struct lm_ctx *ctx, const ProtobufCMessage *payload,
                                 const char *key, lm_err *err);
LM_MUST_USE lm_code lm_job_queue_at(struct lm_ctx *ctx, const ProtobufCMessage *payload,
                                    const char *key, int64_t run_at, lm_err *err);
struct lm_job_spec {
    const ProtobufCMessage *payload;
    const char *key;
    int64_t run_at;      /* 0: now */
    int priority;        /* 0 normal; higher first among a tenant's ready jobs of equal run_at */
    char id[LM_ID_SIZE]; /* out: the job's id (of the standing one when it was there) */
};
LM_MUST_USE lm_code lm_jobs_queue(struct lm_ctx *ctx, struct lm_job_spec *specs, size_t n,
                                  lm_err *err);
/* Cancels an unfinished job: ready ones end, a running one sees LM_CANCELLED at its next progress. */
LM_MUST_USE lm_code lm_job_cancel(struct lm_ctx *ctx, const char *job_id, lm_err *err);
/*
 * Dead jobs are ready once more, their attempts counted anew: those named, or all (n 0); of ctx's tenant, or of every
 * one outside a tenant. One whose work was queued anew meanwhile stays as it is.
 */
LM_MUST_USE lm_code lm_jobs_revive(struct lm_ctx *ctx, const lm_str *job_ids, size_t n,
                                   int64_t *revived, lm_err *err);

/* -- inside a handler of work.c -- */
/*
 * Shows progress, extends the lease and learns of a cancel; its own short transaction.
 * LM_FENCED: the lease was lost, stop without writing. LM_CANCELLED: someone cancelled.
 */
LM_MUST_USE lm_code lm_job_progress(struct lm_ctx *ctx, int64_t done, int64_t total, lm_err *err);
/*
 * Inside the open transaction: refuses (LM_FENCED) when this worker no longer holds the lease; for
 * a job that commits more than once. The last commit, with the finish, is the runner's.
 */
LM_MUST_USE lm_code lm_job_fence(struct lm_ctx *ctx, lm_err *err);
/* When this run ends well, the same job becomes ready again at `run_at` instead of done. */
void lm_job_again_at(struct lm_ctx *ctx, int64_t run_at);

/* A job as the API shows it. */
struct lm_job_info {
    char id[LM_ID_SIZE];
    const char *kind, *key, *state, *last_error; /* state: ready running done dead cancelled */
    int attempts, max_attempts;
    int64_t progress_done, progress_total, run_at, created_at, finished_at;
    lm_str payload;
};
LM_MUST_USE lm_code lm_job_get(struct lm_ctx *ctx, const char *job_id, struct lm_job_info *out,
                               lm_err *err);
/* Waiting, running and dead jobs of the tenant, newest first; `kind` NULL: all. */
LM_MUST_USE lm_code lm_job_list(struct lm_ctx *ctx, const char *kind, int limit,
                                struct lm_job_info **out, size_t *n, lm_err *err);

#endif
