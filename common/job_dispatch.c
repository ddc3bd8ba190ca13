/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Those who talk to the queue for all workers. The dispatcher claims in batches, extends the leases
 * of what waits and runs, and sweeps expired leases; it is woken by hints, by workers, by the poll,
 * and by the business clock where that is moved. The finisher records in batches what finished
 * without effects of its own, while the next ones are claimed.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/job_pool_internal.h"
#include "common/log.h"
#include "common/thread.h"

enum {
    STATEMENT_MS = 10000,
    STATEMENT_MEMORY = 32 << 20,
    SWEEP_MS = 1000,
    PREFETCH_MS = 20, /* of work may wait in this process */
    AWAY_MS = 500,    /* pause while the database is away */
};

/* ------- how many more ------- */

/* How many more this process should have: the idle workers, and PREFETCH_MS of work ahead. */
static int room(const struct lm_job_pool *p)
{
    double ahead = p->average_ms > 0.1 ? p->n_workers * PREFETCH_MS / p->average_ms : LM_JOB_BATCH;
    int prefetch = (int)LM_MIN(ahead, LM_JOB_BATCH);

    if (p->n_queued > prefetch / 2)
        return 0; /* not for a few: claims are cheaper in batches */
    return p->n_workers - p->n_running - p->n_queued + prefetch;
}

/* How many more of a kind to ask for at most: none of a dry one, else what this replica may have in hand. */
static int cap_of(const struct lm_job_pool *p, int kind)
{
    int limit = p->wants[kind].kind->concurrency;

    if (p->is_dry[kind])
        return 0;
    return limit ? limit - p->in_hand[kind] : INT32_MAX;
}

bool lm_job_may_claim(const struct lm_job_pool *p)
{
    bool has_open_kind = false;

    for (int i = 0; i < p->n_kinds; i++)
        has_open_kind |= cap_of(p, i) > 0;
    return !p->is_quiet && !atomic_load(&p->proc->is_unserved) && has_open_kind && room(p) > 0;
}

/* ------- statements about the queue; each without the lock ------- */

/* Whether the database answered; said once when it goes and comes. Under the lock. */
static void note(struct lm_job_pool *p, const lm_err *err)
{
    bool is_away = err->code != LM_OK;

    if (is_away && !p->is_away)
        lm_log(NULL, LM_LOG_WARN, "jobs wait for the database", LM_KV_ERR(err));
    if (!is_away && p->is_away)
        lm_log(NULL, LM_LOG_INFO, "jobs have the database again");
    p->is_away = is_away;
    if (is_away)
        p->away_until_ms = lm_mono_ms() + AWAY_MS;
}

/* Runs `fn` over the jobs in a context of its own. */
static bool statement(struct lm_job_pool *p, struct lm_job **jobs, size_t n,
                      lm_code (*fn)(struct lm_ctx *, struct lm_job *const *, size_t, const char *,
                                    lm_err *))
{
    struct lm_ctx *ctx = lm_ctx_new(p->proc, NULL, STATEMENT_MS, STATEMENT_MEMORY);
    lm_err err = LM_ERR_INIT;

    (void)!fn(ctx, jobs, n, p->owner, &err);
    lm_ctx_free(ctx);
    pthread_mutex_lock(&p->lock);
    note(p, &err);
    pthread_mutex_unlock(&p->lock);
    return err.code == LM_OK;
}

static lm_code sweep(struct lm_ctx *ctx, struct lm_job *const *jobs LM_UNUSED, size_t n LM_UNUSED,
                     const char *owner LM_UNUSED, lm_err *err)
{
    int64_t expired;

    if (lm_jobs_expire(ctx, &expired, err))
        return err->code;
    if (expired > 0)
        lm_log(NULL, LM_LOG_WARN, "leases ran out", LM_KV_INT("jobs", expired));
    return LM_OK;
}

static size_t collect(struct lm_job *list, struct lm_job **out, size_t n)
{
    for (; list && n < LM_JOB_BATCH; list = list->next)
        out[n++] = list;
    return n;
}

static void free_settled(struct lm_job_pool *p)
{
    struct lm_job *settled = p->settled;

    p->settled = NULL;
    pthread_mutex_unlock(&p->lock);
    lm_job_free_list(settled);
    pthread_mutex_lock(&p->lock);
}

bool lm_job_finish_idle(struct lm_job_pool *p)
{
    struct lm_job *batch[LM_JOB_BATCH], *idle = p->idle;
    size_t n = collect(idle, batch, 0);
    bool is_good;

    if (n == 0)
        return true;
    p->idle = batch[n - 1]->next;
    p->n_finishing = (int)n;
    pthread_mutex_unlock(&p->lock);
    is_good = statement(p, batch, n, lm_jobs_finish);
    pthread_mutex_lock(&p->lock);
    p->n_finishing = 0;
    for (size_t i = 0; i < n; i++)
        lm_job_push(is_good ? &p->settled : &p->idle, batch[i]);
    return is_good;
}

void *lm_job_finisher(void *arg)
{
    struct lm_job_pool *p = arg;

    pthread_mutex_lock(&p->lock);
    while (!p->is_stopping) {
        int64_t pause_ms = p->away_until_ms - lm_mono_ms();

        if (p->idle && pause_ms <= 0)
            (void)lm_job_finish_idle(p);
        else
            lm_cond_wait_ms(&p->ended, &p->lock, p->idle ? pause_ms : p->o.poll_ms);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static bool wants_extension(const struct lm_job *job, int64_t now)
{
    if (job->is_lost || (job->until_ms && now > job->until_ms + job->lease_ms))
        return false; /* a handler that hangs past its deadline loses its job */
    return job->lease_until_ms - now < job->lease_ms * 2 / 3;
}

static void extend(struct lm_job_pool *p)
{
    struct lm_job *batch[LM_JOB_BATCH];
    int64_t now = lm_mono_ms();
    size_t n = 0;

    for (int i = 0; i < p->n_workers; i++)
        if (p->workers[i].job && wants_extension(p->workers[i].job, now) && n < LM_JOB_BATCH)
            batch[n++] = p->workers[i].job;
    for (struct lm_job *job = p->queue; job && n < LM_JOB_BATCH; job = job->next)
        if (wants_extension(job, now))
            batch[n++] = job;
    if (n == 0)
        return;
    pthread_mutex_unlock(&p->lock);
    (void)statement(p, batch, n, lm_jobs_extend);
    pthread_mutex_lock(&p->lock);
}

void lm_job_give_back_queue(struct lm_job_pool *p)
{
    struct lm_job *queue = p->queue, *batch[LM_JOB_BATCH];

    p->queue = NULL;
    p->n_queued = 0;
    for (const struct lm_job *job = queue; job; job = job->next)
        p->in_hand[lm_job_kind_index(p, job->kind)]--;
    pthread_mutex_unlock(&p->lock);
    while (queue) {
        size_t n = collect(queue, batch, 0);

        (void)statement(p, batch, n, lm_jobs_give_back);
        queue = batch[n - 1]->next;
        for (size_t i = 0; i < n; i++)
            lm_job_free(batch[i]);
    }
    pthread_mutex_lock(&p->lock);
}

/* Others may have the unfinished at once; our own finish of them will then be refused. */
void lm_job_give_back_running(struct lm_job_pool *p)
{
    struct lm_job *batch[LM_JOB_BATCH];
    size_t n = 0;

    for (int i = 0; i < p->n_workers; i++)
        if (p->workers[i].job && n < LM_JOB_BATCH)
            batch[n++] = p->workers[i].job;
    pthread_mutex_unlock(&p->lock);
    if (n > 0)
        (void)statement(p, batch, n, lm_jobs_give_back);
    pthread_mutex_lock(&p->lock);
}

/* ------- claiming ------- */

void lm_job_pool_wet(struct lm_job_pool *p)
{
    memset(p->is_dry, 0, (size_t)p->n_kinds * sizeof(*p->is_dry));
}

/* Kinds that filled their last claim share the room; the others are asked for one. */
static size_t fill_wants(struct lm_job_pool *p, int total, struct lm_job_want *out)
{
    int hot = 0;
    size_t n = 0;

    for (int i = 0; i < p->n_kinds; i++)
        hot += p->is_hot[i];
    for (int i = 0; i < p->n_kinds; i++) {
        int share = p->is_hot[i] ? (total + hot - 1) / hot : 1;

        p->wants[i].n = LM_MIN(cap_of(p, i), share);
        if (p->wants[i].n <= 0)
            continue;
        out[n++] = p->wants[i];
        p->is_dry[i] = true; /* until jobs come; a hint during the claim sets it back, and stays */
    }
    return n;
}

static lm_code claim_now(struct lm_job_pool *p, struct lm_job_want *wants, size_t n,
                         struct lm_job **list, size_t *got, lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(p->proc, NULL, STATEMENT_MS, STATEMENT_MEMORY);

    (void)!lm_jobs_claim(ctx, wants, n, p->owner, lm_clock_ms(), list, got, err);
    lm_ctx_free(ctx);
    return err->code;
}

static void enqueue(struct lm_job_pool *p, struct lm_job *list)
{
    struct lm_job **end = &p->queue;

    while (*end)
        end = &(*end)->next;
    *end = list;
    for (struct lm_job *job = list; job; job = job->next) {
        p->n_queued++;
        p->in_hand[lm_job_kind_index(p, job->kind)]++;
    }
    pthread_cond_broadcast(&p->work);
}

static void remember_places(struct lm_job_pool *p, const struct lm_job_want *wants, size_t n,
                            const struct lm_job *list)
{
    for (size_t i = 0; i < n; i++) {
        int k = lm_job_kind_index(p, wants[i].kind), got = 0;

        memcpy(p->wants[k].place, wants[i].place, LM_ID_SIZE);
        for (const struct lm_job *job = list; job; job = job->next)
            got += job->kind == wants[i].kind;
        p->is_hot[k] = got >= wants[i].n;
        if (got > 0)
            p->is_dry[k] = false;
    }
}

static void claim(struct lm_job_pool *p)
{
    struct lm_job_want *wants = calloc((size_t)p->n_kinds, sizeof(*wants));
    struct lm_job *list = NULL;
    lm_err err = LM_ERR_INIT;
    size_t n, got = 0;

    LM_ASSERT(wants != NULL);
    n = fill_wants(p, room(p), wants);
    pthread_mutex_unlock(&p->lock);
    (void)!claim_now(p, wants, n, &list, &got, &err);
    pthread_mutex_lock(&p->lock);
    note(p, &err);
    if (!err.code)
        remember_places(p, wants, n, list);
    enqueue(p, list); /* when it has become quiet meanwhile, the next turn gives it back */
    free(wants);
}

/* ------- the dispatcher ------- */

static void look_at_poll(struct lm_job_pool *p, int64_t now)
{
    if (now - p->polled_at_ms >= p->o.poll_ms) {
        p->polled_at_ms = now;
        lm_job_pool_wet(p);
    }
}

static void turn(struct lm_job_pool *p)
{
    int64_t now = lm_mono_ms();

    if (now < p->away_until_ms)
        return;
    if (p->is_quiet && p->queue)
        lm_job_give_back_queue(p);
    if (p->settled)
        free_settled(p);
    extend(p);
    if (now - p->swept_at_ms >= SWEEP_MS) {
        p->swept_at_ms = now;
        pthread_mutex_unlock(&p->lock);
        (void)statement(p, NULL, 0, sweep);
        pthread_mutex_lock(&p->lock);
    }
    look_at_poll(p, now);
    if (lm_job_may_claim(p))
        claim(p);
}

static bool has_more_to_do(const struct lm_job_pool *p)
{
    if (p->is_stopping || lm_mono_ms() < p->away_until_ms)
        return p->is_stopping;
    if (p->is_quiet && p->queue)
        return true;
    return lm_job_may_claim(p);
}

void *lm_job_dispatch(void *arg)
{
    struct lm_job_pool *p = arg;
    pthread_mutex_lock(&p->lock);
    while (!p->is_stopping) {
        turn(p);
        if (!has_more_to_do(p))
            lm_cond_wait_ms(&p->event, &p->lock, p->o.poll_ms);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}
