/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real-time housekeeping, done by one replica of all: a row in `periodic` says when a tick is due and
 * who is at it, by a lease; so replicas never double, and one that dies is followed by another.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/log.h"
#include "common/runtime_internal.h"
#include "common/thread.h"

enum {
    TICK_LEASE_MS = 30000, /* as long a tick stands still when the replica at it dies */
    TICK_MEMORY = 64 << 20,
    LOOK_MIN_MS = 200,
    LOOK_MAX_MS = 5000,
    STATEMENT_MS = 10000,
    HOUSE_TICKS = 3,
    PURGE_BATCH = 5000,
};

static const struct lm_sql tick_take = {
    "lm_tick_take",
    "INSERT INTO periodic AS p (name, lease_owner, lease_until)"
    " VALUES ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')"
    " ON CONFLICT (name) DO UPDATE SET lease_owner = EXCLUDED.lease_owner, lease_until = EXCLUDED.lease_until"
    "   WHERE p.due_at <= clock_timestamp() AND (p.lease_until IS NULL OR p.lease_until < clock_timestamp())"
    " RETURNING true",
};

/* A look that writes nothing, for most of the time. */
static const struct lm_sql tick_look = {
    "lm_tick_look",
    "SELECT EXISTS (SELECT FROM periodic WHERE name = $1"
    "                AND (due_at > clock_timestamp() OR lease_until >= clock_timestamp()))",
};

static const struct lm_sql tick_done = {
    "lm_tick_done",
    "UPDATE periodic SET due_at = clock_timestamp() + $3 * interval '1 millisecond', lease_owner = NULL,"
    "       lease_until = NULL WHERE name = $1 AND lease_owner = $2",
};

static const struct lm_sql purge_calls = {
    "lm_purge_calls",
    "DELETE FROM call_done WHERE ctid = ANY (ARRAY("
    "    SELECT ctid FROM call_done WHERE done_at < clock_timestamp() - $1 * interval '1 millisecond'"
    "     ORDER BY done_at LIMIT $2))",
};
static const struct lm_sql purge_jobs = {
    "lm_purge_jobs", "SELECT lm_job_done_partitions($1 * interval '1 millisecond')"};
static const struct lm_sql purge_events = {"lm_purge_events",
                                           "SELECT lm_event_expire($1 * interval '1 millisecond')"};

struct lm_ticks {
    struct lm_proc *proc;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t event;
    bool is_stopping;
    const struct lm_periodic *ticks[64];
    int64_t look_at_ms[64];
    size_t n;
};

/* ------- the house's own ticks ------- */

static const int64_t every_10_min = 600000, every_hour = 3600000;

static lm_code tidy_calls(struct lm_ctx *ctx, lm_err *err)
{
    int64_t n = PURGE_BATCH;

    while (n == PURGE_BATCH)
        if (lm_db_exec(ctx, &purge_calls,
                       LM_ARGS(LM_INT(ctx->proc->runtime->o.keep_jobs_ms), LM_INT(PURGE_BATCH)), &n,
                       err))
            return err->code;
    return LM_OK;
}

static lm_code tidy_jobs(struct lm_ctx *ctx, lm_err *err)
{
    return lm_db_exec(ctx, &purge_jobs, LM_ARGS(LM_INT(ctx->proc->runtime->o.keep_jobs_ms)), NULL,
                      err);
}

static lm_code tidy_events(struct lm_ctx *ctx, lm_err *err)
{
    struct lm_rows *rows;

    do {
        if (lm_db_one(ctx, &purge_events, LM_ARGS(LM_INT(ctx->proc->runtime->o.keep_events_ms)),
                      "answer", &rows, err))
            return err->code;
    } while (lm_rows_int(rows, 0) > 0);
    return LM_OK;
}

static const struct lm_periodic house[HOUSE_TICKS] = {
    {"lm_tidy_calls", &every_10_min, tidy_calls},
    {"lm_tidy_jobs", &every_hour, tidy_jobs},
    {"lm_tidy_events", &every_10_min, tidy_events},
};

/* ------- one tick ------- */

static int64_t lease_ms(const struct lm_proc *proc)
{
    int64_t most = proc->runtime ? proc->runtime->o.lease_max_ms : 0;

    return most ? LM_MIN(most, TICK_LEASE_MS) : TICK_LEASE_MS;
}

static lm_code take(struct lm_proc *proc, const char *name, const char *owner, bool *is_ours,
                    lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, NULL, STATEMENT_MS, 1 << 20);
    struct lm_rows *rows;

    *is_ours = false;
    if (lm_db_one(ctx, &tick_look, LM_ARGS(LM_Z(name)), "answer", &rows, err) == LM_OK &&
        !lm_rows_bool(rows, 0) &&
        lm_db_query(ctx, &tick_take, LM_ARGS(LM_Z(name), LM_Z(owner), LM_INT(lease_ms(proc))),
                    &rows, err) == LM_OK)
        *is_ours = lm_rows_count(rows) == 1;
    lm_ctx_free(ctx);
    return err->code;
}

static lm_code done(struct lm_proc *proc, const struct lm_periodic *tick, const char *owner,
                    lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, NULL, STATEMENT_MS, 1 << 20);
    lm_code rc =
        lm_db_exec(ctx, &tick_done, LM_ARGS(LM_Z(tick->name), LM_Z(owner), LM_INT(*tick->every_ms)),
                   NULL, err);

    lm_ctx_free(ctx);
    return rc;
}

static lm_code run_guarded(struct lm_ctx *ctx, const struct lm_periodic *tick, lm_err *err)
{
    lm_code rc;

    if (lm_arena_guard(ctx->arena)) {
        lm_arena_unguard(ctx->arena);
        return lm_fail(err, LM_TOO_LARGE, "the tick needs more memory than one may have");
    }
    rc = tick->run(ctx, err);
    lm_arena_unguard(ctx->arena);
    return rc;
}

lm_code lm_tick_run(struct lm_proc *proc, const struct lm_periodic *tick, bool *ran, lm_err *err)
{
    char owner[LM_ID_SIZE];
    struct lm_ctx *ctx;
    lm_err why = LM_ERR_INIT;

    lm_id_new(owner);
    if (take(proc, tick->name, owner, ran, err) || !*ran)
        return err->code;
    /* It is over before its lease is: nobody extends that. A house that is not tidy by then is so next time. */
    ctx = lm_ctx_new(proc, NULL, lease_ms(proc) * 2 / 3, TICK_MEMORY);
    if (run_guarded(ctx, tick, &why))
        lm_log(ctx, LM_LOG_WARN, "housekeeping failed", LM_KV_STR("tick", tick->name),
               LM_KV_ERR(&why));
    lm_ctx_free(ctx);
    return done(proc, tick, owner, err);
}

/* ------- the thread ------- */

/* When to look again: soon after a try, at its time after a run. */
static int64_t after(const struct lm_periodic *tick, bool ran)
{
    int64_t wait = ran ? *tick->every_ms : *tick->every_ms / 4;

    return lm_mono_ms() + LM_MAX(LOOK_MIN_MS, LM_MIN(wait, LOOK_MAX_MS));
}

static void look_at_all(struct lm_ticks *t)
{
    for (size_t i = 0; i < t->n && !lm_proc_is_stopping(t->proc); i++) {
        lm_err err = LM_ERR_INIT;
        bool ran = false;

        if (t->look_at_ms[i] > lm_mono_ms() || atomic_load(&t->proc->is_unserved))
            continue;
        (void)!lm_tick_run(t->proc, t->ticks[i], &ran,
                           &err); /* the database is away: others say so */
        t->look_at_ms[i] = after(t->ticks[i], ran);
    }
}

static int64_t until_next(const struct lm_ticks *t)
{
    int64_t next = lm_mono_ms() + LOOK_MAX_MS;

    for (size_t i = 0; i < t->n; i++)
        next = LM_MIN(next, t->look_at_ms[i]);
    return LM_MAX(next - lm_mono_ms(), 10);
}

static void *run(void *arg)
{
    struct lm_ticks *t = arg;

    pthread_mutex_lock(&t->lock);
    while (!t->is_stopping) {
        pthread_mutex_unlock(&t->lock);
        look_at_all(t);
        pthread_mutex_lock(&t->lock);
        if (!t->is_stopping)
            lm_cond_wait_ms(&t->event, &t->lock, until_next(t));
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

lm_code lm_ticks_start(struct lm_proc *proc, struct lm_ticks **out, lm_err *err)
{
    struct lm_ticks *t = calloc(1, sizeof(*t));

    LM_ASSERT(t != NULL);
    t->proc = proc;
    for (size_t i = 0; i < HOUSE_TICKS; i++)
        t->ticks[t->n++] = &house[i];
    for (const struct lm_periodic *p = proc->service->periodics; p && p->name; p++) {
        LM_ASSERT(t->n < LM_COUNT(t->ticks));
        t->ticks[t->n++] = p;
    }
    pthread_mutex_init(&t->lock, NULL);
    lm_cond_init(&t->event);
    if (lm_thread_start(&t->thread, "ticks", LM_STACK_WORK, run, t, err))
        return err->code;
    *out = t;
    return LM_OK;
}

void lm_ticks_stop(struct lm_ticks *t)
{
    pthread_mutex_lock(&t->lock);
    t->is_stopping = true;
    pthread_cond_signal(&t->event);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->event);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
