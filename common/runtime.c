/* SPDX-License-Identifier: Apache-2.0 */
/* The database threads of a service, together: started, woken, stopped. */
#include "common/runtime.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/json.h"
#include "common/log.h"
#include "common/runtime_internal.h"

enum { PLUMBING = 1 };

static const struct lm_sql schema_versions = {
    "lm_schema_versions",
    "SELECT coalesce(max(version) FILTER (WHERE scope = 'common'), 0),"
    "       coalesce(max(version) FILTER (WHERE scope = 'service'), 0),"
    "       coalesce(max(serves_from) FILTER (WHERE scope = 'service'), 0),"
    "       coalesce(max(serves_from) FILTER (WHERE scope = 'common'), 0)"
    "  FROM schema_migration",
};

lm_code lm_schema_check(struct lm_ctx *ctx, int schema_at_least, lm_err *err)
{
    const char *service = ctx->proc->service->name;
    struct lm_rows *rows;
    int64_t plumbing, version, serves_from;

    if (lm_db_one(ctx, &schema_versions, LM_NO_ARGS, "schema version", &rows, err)) {
        if (err->code != LM_INTERNAL)
            return err->code;
        lm_err_clear(err);
        return lm_fail(err, LM_NOT_READY, "schema %s is not there: run `leadmachine migrate`",
                       service);
    }
    plumbing = lm_rows_int(rows, 0);
    version = lm_rows_int(rows, 1);
    serves_from = lm_rows_int(rows, 2);
    if (plumbing < PLUMBING || version < schema_at_least)
        return lm_fail(err, LM_NOT_READY,
                       "schema %s is at %lld, this binary needs %d: run `leadmachine migrate`",
                       service, (long long)version, schema_at_least);
    if (serves_from > schema_at_least || lm_rows_int(rows, 3) > PLUMBING)
        return lm_fail(err, LM_NOT_READY,
                       "schema %s is at %lld, which no longer serves this binary (%d): update it",
                       service, (long long)version, schema_at_least);
    return LM_OK;
}

/* ------- start ------- */

static lm_code start_consumers(struct lm_runtime *rt, lm_err *err)
{
    for (const struct lm_event_kind *k = rt->proc->service->events; k && k->type; k++) {
        bool is_started = false;

        for (size_t i = 0; i < rt->n_consumers; i++)
            is_started |= strcmp(lm_consumer_source(rt->consumers[i]), k->source) == 0;
        if (is_started)
            continue;
        LM_ASSERT(rt->n_consumers < LM_SOURCES_MAX);
        if (lm_consumer_start(rt->proc, rt->locks, k->source, &rt->o,
                              &rt->consumers[rt->n_consumers], err))
            return err->code;
        rt->n_consumers++;
    }
    return LM_OK;
}

static lm_code start_jobs(struct lm_runtime *rt, lm_err *err)
{
    const struct lm_job_kind *kinds = rt->proc->service->jobs;
    struct lm_job_pool_options o = {
        .workers = rt->o.workers,
        .poll_ms = rt->o.poll_ms,
        .lease_max_ms = rt->o.lease_max_ms,
        .memory_limit = rt->o.memory_limit,
    };

    if (!kinds || !kinds->kind || o.workers == 0)
        return LM_OK;
    return lm_job_pool_start(rt->proc, &o, &rt->jobs, err);
}

static lm_code start_parts(struct lm_runtime *rt, lm_err *err)
{
    if (lm_locks_start(rt->o.lock_url, rt->proc, &rt->locks, err))
        return err->code;
    if (!rt->o.no_relay && lm_relay_start(rt->proc, rt->locks, rt->o.poll_ms, &rt->relay, err))
        return err->code;
    if (!rt->o.no_consumers && start_consumers(rt, err))
        return err->code;
    if (start_jobs(rt, err))
        return err->code;
    return lm_ticks_start(rt->proc, &rt->ticks, err);
}

static struct lm_runtime_options with_defaults(const struct lm_runtime_options *o,
                                               struct lm_proc *proc)
{
    struct lm_runtime_options all = *o;

    all.poll_ms = o->poll_ms ? o->poll_ms : 200;
    all.keep_events_ms = o->keep_events_ms ? o->keep_events_ms : (int64_t)30 * 86400000;
    all.keep_jobs_ms = o->keep_jobs_ms ? o->keep_jobs_ms : (int64_t)7 * 86400000;
    all.memory_limit = o->memory_limit ? o->memory_limit : 64 << 20;
    all.lock_url = o->lock_url && *o->lock_url ? o->lock_url : lm_db_options_of(proc->db)->url;
    return all;
}

lm_code lm_runtime_start(struct lm_proc *proc, const struct lm_runtime_options *o, lm_err *err)
{
    struct lm_runtime *rt = calloc(1, sizeof(*rt));
    lm_code rc;

    LM_ASSERT(rt != NULL);
    rt->proc = proc;
    rt->o = with_defaults(o, proc);
    pthread_rwlock_init(&rt->lock, NULL);
    pthread_rwlock_init(&rt->tails_lock, NULL);
    pthread_rwlock_wrlock(&rt->lock); /* frames and hints wait until all is there */
    __atomic_store_n(&proc->runtime, rt, __ATOMIC_RELEASE);
    rc = start_parts(rt, err);
    pthread_rwlock_unlock(&rt->lock);
    rt->o.lock_url = NULL; /* the caller's; copied by who needs it */
    return rc;
}

/* ------- frames and hints ------- */

/* The runtime, read-locked, while it runs; NULL otherwise. */
static struct lm_runtime *enter(struct lm_proc *proc)
{
    struct lm_runtime *rt = __atomic_load_n(&proc->runtime, __ATOMIC_ACQUIRE);

    if (!rt)
        return NULL;
    pthread_rwlock_rdlock(&rt->lock);
    if (!rt->is_stopped)
        return rt;
    pthread_rwlock_unlock(&rt->lock);
    return NULL;
}

static void leave(struct lm_runtime *rt)
{
    pthread_rwlock_unlock(&rt->lock);
}

static void on_events(struct lm_runtime *rt, const char *sender, lm_str body)
{
    for (size_t i = 0; i < rt->n_consumers; i++)
        if (strcmp(lm_consumer_source(rt->consumers[i]), sender) == 0)
            lm_consumer_push(rt->consumers[i], body);
    lm_tails_push(rt, sender, body);
}

static void on_head(struct lm_runtime *rt, const char *sender, lm_str body)
{
    Lm__Heartbeat *beat = lm__heartbeat__unpack(NULL, body.n, (const uint8_t *)body.p);

    if (beat && beat->has_head) {
        for (size_t i = 0; i < rt->n_consumers; i++)
            if (strcmp(lm_consumer_source(rt->consumers[i]), sender) == 0)
                lm_consumer_head(rt->consumers[i], beat->head);
        lm_tails_head(rt, sender, beat->head);
    }
    if (beat)
        lm__heartbeat__free_unpacked(beat, NULL);
}

void lm_runtime_on_frame(struct lm_proc *proc, const char *sender, const char *kind, lm_str body)
{
    struct lm_runtime *rt = enter(proc);

    if (!rt)
        return;
    if (strcmp(kind, "events") == 0)
        on_events(rt, sender, body);
    else if (strcmp(kind, "head") == 0)
        on_head(rt, sender, body);
    leave(rt);
}

void lm_runtime_hint(struct lm_proc *proc, const char *what)
{
    struct lm_runtime *rt = enter(proc);

    if (!rt)
        return;
    if (rt->relay && strcmp(what, "relay") == 0)
        lm_relay_hint(rt->relay);
    if (rt->jobs && strcmp(what, "jobs") == 0)
        lm_job_pool_hint(rt->jobs);
    leave(rt);
}

void lm_runtime_look(struct lm_proc *proc, struct lm_runtime_state *out)
{
    struct lm_runtime *rt = enter(proc);

    *out = (struct lm_runtime_state){.head = 0};
    if (!rt)
        return;
    if (rt->relay) {
        out->head = lm_relay_head(rt->relay);
        out->is_relay = lm_relay_is_holder(rt->relay);
    }
    if (rt->jobs)
        out->jobs_running = lm_job_pool_running(rt->jobs);
    leave(rt);
}

/* ------- stop ------- */

void lm_runtime_quiesce(struct lm_proc *proc)
{
    struct lm_runtime *rt = enter(proc);

    if (!rt)
        return;
    if (rt->jobs)
        lm_job_pool_quiesce(rt->jobs);
    leave(rt);
}

/*
 * Jobs first, because they write events; then the locks, so that another replica can go on; the relay
 * after them: its last pass needs no lock. The struct stays: frames may still arrive.
 */
void lm_runtime_stop(struct lm_proc *proc, int64_t timeout_ms)
{
    struct lm_runtime *rt = __atomic_load_n(&proc->runtime, __ATOMIC_ACQUIRE);

    struct lm_job_pool *jobs;

    if (!rt || rt->is_stopped)
        return;
    pthread_rwlock_wrlock(&rt->lock);
    jobs = rt->jobs; /* nobody hints it from here on */
    rt->jobs = NULL;
    pthread_rwlock_unlock(&rt->lock);
    rt->has_stragglers = jobs && !lm_job_pool_stop(jobs, timeout_ms);
    if (rt->has_stragglers)
        lm_log(NULL, LM_LOG_ERROR, "jobs did not end in time and were given back");
    pthread_rwlock_wrlock(&rt->lock);
    rt->is_stopped = true;
    pthread_rwlock_unlock(&rt->lock);
    lm_locks_stop(rt->locks);
    for (size_t i = 0; i < rt->n_consumers; i++)
        lm_consumer_stop(rt->consumers[i]);
    if (rt->ticks)
        lm_ticks_stop(rt->ticks);
    if (rt->relay)
        lm_relay_stop(rt->relay);
}

void lm_runtime_free(struct lm_proc *proc)
{
    struct lm_runtime *rt = __atomic_load_n(&proc->runtime, __ATOMIC_ACQUIRE);

    if (!rt || rt->has_stragglers)
        return;
    __atomic_store_n(&proc->runtime, NULL, __ATOMIC_RELEASE);
    pthread_rwlock_destroy(&rt->lock);
    pthread_rwlock_destroy(&rt->tails_lock);
    free(rt);
}

lm_code lm_consumer_owed(struct lm_ctx *ctx, const char *source, int64_t *owed_ms, lm_err *err)
{
    struct lm_runtime *rt = ctx->proc->runtime;
    int64_t cursor;

    *owed_ms = 0;
    if (!rt)
        return LM_OK;
    if (lm_cursor_read(ctx, source, &cursor, err))
        return err->code;
    pthread_rwlock_rdlock(&rt->lock);
    for (size_t i = 0; i < rt->n_consumers; i++) {
        if (strcmp(lm_consumer_source(rt->consumers[i]), source) == 0)
            *owed_ms = lm_consumer_waits_ms(rt->consumers[i], cursor);
    }
    pthread_rwlock_unlock(&rt->lock);
    return LM_OK;
}
