/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of one job: the handler, then its outcome. What the handler left in an open transaction is
 * committed together with the finish, which names the lease; so a worker that slept past its lease
 * changes nothing.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/db_internal.h"
#include "common/job_internal.h"
#include "common/json.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/retry.h"

enum { RECORD_MS = 10000, RECORD_MEMORY = 1 << 20 };

void lm_job_count_fenced(const struct lm_job *job)
{
    lm_metric_add(lm_counter("lm_job_fenced_total",
                             "Runs of jobs that ended after their lease was another's: not written",
                             "kind", job->kind->kind),
                  1);
}

/* LM_OK: the handler is content, and its transaction, if any, is open. */
static lm_code run_handler(struct lm_ctx *ctx, const struct lm_job *job, lm_err *err)
{
    ProtobufCMessage *payload;
    lm_code rc;

    if (lm_arena_guard(ctx->arena)) {
        lm_arena_unguard(ctx->arena);
        return lm_fail(err, LM_TOO_LARGE, "the job needs more memory than one job may have");
    }
    rc = lm_pb_unpack(ctx->arena, job->kind->payload, job->payload, &payload, err);
    if (rc == LM_OK)
        rc = job->kind->run(ctx, payload, err);
    lm_arena_unguard(ctx->arena);
    if (rc == LM_OK)
        lm_err_clear(err); /* of a failure that the handler lived with */
    return rc;
}

/* The last commit of a good run: what is open, and the finish. *is_idle: there was nothing to commit. */
static lm_code commit(struct lm_ctx *ctx, const struct lm_job *job, const char *owner,
                      bool *is_idle, lm_err *err)
{
    *is_idle = !ctx->tx && !ctx->job->again_at;
    if (*is_idle)
        return LM_OK;
    ctx->deadline_ms = LM_MAX(ctx->deadline_ms, lm_mono_ms() + RECORD_MS);
    if (!ctx->tx && lm_tx_begin(ctx, err))
        return err->code;
    if (lm_job_finish(ctx, job, owner, ctx->job->again_at, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return lm_tx_commit(ctx, err);
}

/* When to try again, in business time; 0: never. */
static int64_t retry_at(const struct lm_job *job, const lm_err *why)
{
    int64_t wait;

    if (job->attempt >= job->max_attempts || !lm_code_is_later(why->code))
        return 0;
    wait = why->retry_after_ms ? why->retry_after_ms
                               : lm_backoff_wait_ms(&lm_backoff_jobs, (unsigned)job->attempt,
                                                    (double)lm_random_below(1000) / 1000.0);
    return lm_clock_ms() + wait;
}

/* The edge: logged here, once. */
static void record_failure(struct lm_proc *proc, struct lm_ctx *ctx, const struct lm_job *job,
                           const char *owner, const lm_err *why)
{
    struct lm_ctx *own = lm_ctx_new(proc, NULL, RECORD_MS, RECORD_MEMORY);
    int64_t at = retry_at(job, why);
    lm_err err = LM_ERR_INIT;

    lm_log(ctx, at ? LM_LOG_WARN : LM_LOG_ERROR,
           at ? "job failed, will be tried again" : "job failed", LM_KV_ERR(why),
           LM_KV_STR("kind", job->kind->kind), LM_KV_INT("attempt", job->attempt),
           LM_KV_INT("retry_in_ms", at ? at - lm_clock_ms() : 0));
    lm_metric_add(
        lm_counter("lm_job_failed_total", "Runs of jobs that failed", "kind", job->kind->kind), 1);
    /* When this does not work either, the lease runs out and the sweep does it. */
    if (lm_job_fail(own, job, owner, why, at, &err) == LM_FENCED)
        lm_job_count_fenced(job);
    if (err.code)
        lm_log(ctx, LM_LOG_WARN, "job failure not recorded", LM_KV_ERR(&err));
    lm_ctx_free(own);
}

static struct lm_ctx *context(struct lm_proc *proc, const struct lm_job *job, size_t memory_limit)
{
    bool has_tenant = strcmp(job->tenant_id, LM_NO_TENANT) != 0;
    struct lm_ctx *ctx =
        lm_ctx_new(proc, has_tenant ? job->tenant_id : NULL, job->kind->limit_ms, memory_limit);

    ctx->role = LM_ROLE_SYSTEM;
    if (*job->request_id)
        memcpy(ctx->request_id, job->request_id, LM_ID_SIZE);
    ctx->job = LM_NEW(ctx->arena, struct lm_job_ctx);
    memcpy(ctx->job->id, job->id, LM_ID_SIZE);
    ctx->job->kind = job->kind->kind;
    ctx->job->key = job->key;
    ctx->job->attempt = job->attempt;
    ctx->job->run =
        job->lease_no - job->attempt; /* both count on with a retry, one starts anew with a run */
    ctx->job->max_attempts = job->max_attempts;
    ctx->job->run_at = job->run_at;
    return ctx;
}

bool lm_job_run(struct lm_proc *proc, struct lm_job *job, const char *owner, size_t memory_limit)
{
    struct lm_ctx *ctx = context(proc, job, memory_limit);
    struct lm_job_run run = {.job = job, .owner = owner};
    int64_t started_us = lm_mono_us();
    lm_err err = LM_ERR_INIT;
    bool is_idle = false;

    ctx->job->impl = &run;
    if (!job->payload.p)
        is_idle = true; /* the person was erased: nothing is left to do */
    else if (run_handler(ctx, job, &err) || commit(ctx, job, owner, &is_idle, &err)) {
        lm_tx_rollback(ctx);
        if (err.code == LM_FENCED) {
            lm_job_count_fenced(job);
            lm_log(ctx, LM_LOG_WARN, "job was taken over by another worker",
                   LM_KV_STR("kind", job->kind->kind));
        } else {
            record_failure(proc, ctx, job, owner, &err);
        }
    }
    if (err.code == LM_OK)
        lm_log(ctx, LM_LOG_DEBUG, "job done", LM_KV_STR("kind", job->kind->kind),
               LM_KV_INT("took_us", lm_mono_us() - started_us));
    lm_metric_observe_us(lm_histogram("lm_job_seconds", "Runs of jobs", "kind", job->kind->kind),
                         lm_mono_us() - started_us);
    lm_ctx_free(ctx);
    return is_idle && err.code == LM_OK;
}
