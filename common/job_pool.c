/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads of the jobs: workers that run handlers, and two that talk to the queue for all of
 * them. The dispatcher claims in batches, extends the leases of what waits and runs, and sweeps
 * expired leases; it is woken by hints, by workers, by the poll, and by the business clock where that
 * is moved. The finisher records in batches what finished without effects of its own, while the next
 * ones are claimed.
 *
 * A claimed job belongs to the dispatcher: others borrow it and put it on `settled`, so a pointer
 * stays good while a statement about it is under way without the lock.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/job_internal.h"
#include "common/log.h"
#include "common/thread.h"

enum {
    STATEMENT_MS = 10000,
    STATEMENT_MEMORY = 32 << 20,
    SWEEP_MS = 1000,
    CLOCK_WAIT_MS = 200, /* between two looks at whether the pool stops */
    PREFETCH_MS = 20,    /* of work may wait in this process */
    AWAY_MS = 500,       /* pause while the database is away */
};

struct worker {
    struct lm_job_pool *pool;
    pthread_t thread;
    struct lm_job *job; /* now */
};

struct lm_job_pool {
    struct lm_proc *proc;
    struct lm_job_pool_options o;
    char owner[LM_OWNER_SIZE];
    pthread_t dispatcher, finisher, clock;
    pthread_mutex_t lock;
    pthread_cond_t work;  /* for workers */
    pthread_cond_t event; /* for the dispatcher, and who waits for the end */
    pthread_cond_t ended; /* for the finisher */
    struct worker *workers;
    int n_workers, n_running, n_queued, n_kinds;
    struct lm_job *queue;      /* claimed, not started; first come, first run */
    struct lm_job *settled;    /* ran; the outcome is recorded */
    struct lm_job *idle;       /* ran; to be finished in a batch */
    int n_finishing;           /* taken from there, and the statement is under way */
    struct lm_job_want *wants; /* one a kind: the place of its walk lasts */
    int *in_hand;              /* of each kind, queued and running */
    bool *is_hot;              /* the last claim of the kind was filled */
    bool *is_dry;              /* it found nothing, and nobody hinted since */
    double average_ms;         /* of a run */
    int64_t polled_at_ms, swept_at_ms, away_until_ms;
    bool is_away, is_clock_movable, is_quiet, is_stopping;
};

static int kind_index(const struct lm_job_pool *p, const struct lm_job_kind *kind)
{
    return (int)(kind - p->proc->service->jobs);
}

static void push(struct lm_job **list, struct lm_job *job)
{
    job->next = *list;
    *list = job;
}

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

static bool may_claim(const struct lm_job_pool *p)
{
    bool has_open_kind = false;

    for (int i = 0; i < p->n_kinds; i++)
        has_open_kind |= cap_of(p, i) > 0;
    return !p->is_quiet && !atomic_load(&p->proc->is_unserved) && has_open_kind && room(p) > 0;
}

/* ------- workers ------- */

static struct lm_job *take_job(struct worker *w)
{
    struct lm_job_pool *p = w->pool;

    while (!p->queue && !p->is_stopping)
        pthread_cond_wait(&p->work, &p->lock);
    if (p->is_stopping)
        return NULL;
    w->job = p->queue;
    p->queue = w->job->next;
    p->n_queued--;
    p->n_running++;
    w->job->until_ms = lm_mono_ms() + w->job->kind->limit_ms;
    return w->job;
}

static void put_back(struct worker *w, bool is_idle, int64_t took_ms)
{
    struct lm_job_pool *p = w->pool;

    p->average_ms += ((double)took_ms - p->average_ms) / 8;
    p->n_running--;
    p->in_hand[kind_index(p, w->job->kind)]--;
    push(is_idle ? &p->idle : &p->settled, w->job);
    w->job = NULL;
    if (is_idle)
        pthread_cond_signal(&p->ended);
    if (p->is_quiet || may_claim(p)) /* not for each: waking costs more than a small job */
        pthread_cond_broadcast(&p->event);
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct lm_job_pool *p = w->pool;
    struct lm_job *job;

    pthread_mutex_lock(&p->lock);
    while ((job = take_job(w))) {
        int64_t from = lm_mono_ms();
        bool is_ours = !job->is_lost && from < job->lease_until_ms, is_idle = false;

        pthread_mutex_unlock(&p->lock);
        if (is_ours)
            is_idle = lm_job_run(p->proc, job, p->owner, p->o.memory_limit);
        pthread_mutex_lock(&p->lock);
        put_back(w, is_idle, lm_mono_ms() - from);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
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

static void free_list(struct lm_job *list)
{
    while (list) {
        struct lm_job *next = list->next;

        lm_job_free(list);
        list = next;
    }
}

static void free_settled(struct lm_job_pool *p)
{
    struct lm_job *settled = p->settled;

    p->settled = NULL;
    pthread_mutex_unlock(&p->lock);
    free_list(settled);
    pthread_mutex_lock(&p->lock);
}

/* A batch of what finished without effects, at once. False: it failed and stays for the next turn. */
static bool finish_idle(struct lm_job_pool *p)
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
    for (size_t i = 0; is_good && i < n; i++)
        if (batch[i]->is_lost)
            lm_job_count_fenced(batch[i]);
    pthread_mutex_lock(&p->lock);
    p->n_finishing = 0;
    for (size_t i = 0; i < n; i++)
        push(is_good ? &p->settled : &p->idle, batch[i]);
    return is_good;
}

static void *finish(void *arg)
{
    struct lm_job_pool *p = arg;

    pthread_mutex_lock(&p->lock);
    while (!p->is_stopping) {
        int64_t pause_ms = p->away_until_ms - lm_mono_ms();

        if (p->idle && pause_ms <= 0)
            (void)finish_idle(p);
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

static void give_back_queue(struct lm_job_pool *p)
{
    struct lm_job *queue = p->queue, *batch[LM_JOB_BATCH];

    p->queue = NULL;
    p->n_queued = 0;
    for (const struct lm_job *job = queue; job; job = job->next)
        p->in_hand[kind_index(p, job->kind)]--;
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

/* ------- claiming ------- */

/* Something may be there again: a hint, the poll, another time. */
static void wet(struct lm_job_pool *p)
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
        p->in_hand[kind_index(p, job->kind)]++;
    }
    pthread_cond_broadcast(&p->work);
}

static void remember_places(struct lm_job_pool *p, const struct lm_job_want *wants, size_t n,
                            const struct lm_job *list)
{
    for (size_t i = 0; i < n; i++) {
        int k = kind_index(p, wants[i].kind), got = 0;

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
        wet(p);
    }
}

static void turn(struct lm_job_pool *p)
{
    int64_t now = lm_mono_ms();

    if (now < p->away_until_ms)
        return;
    if (p->is_quiet && p->queue)
        give_back_queue(p);
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
    if (may_claim(p))
        claim(p);
}

static bool has_more_to_do(const struct lm_job_pool *p)
{
    if (p->is_stopping || lm_mono_ms() < p->away_until_ms)
        return p->is_stopping;
    if (p->is_quiet && p->queue)
        return true;
    return may_claim(p);
}

static void *dispatch(void *arg)
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

/* ------- life ------- */

void lm_job_pool_hint(struct lm_job_pool *p)
{
    pthread_mutex_lock(&p->lock);
    wet(p);
    pthread_cond_broadcast(&p->event);
    pthread_mutex_unlock(&p->lock);
}

/* Where business time can be moved: a jump may make anything due. */
static void *watch_clock(void *arg)
{
    struct lm_job_pool *p = arg;
    int64_t seen = 0;
    bool goes_on = true;

    while (goes_on) {
        if (lm_clock_wait_moved(&seen, CLOCK_WAIT_MS))
            lm_job_pool_hint(p);
        pthread_mutex_lock(&p->lock);
        goes_on = !p->is_stopping;
        pthread_mutex_unlock(&p->lock);
    }
    return NULL;
}

void lm_job_pool_quiesce(struct lm_job_pool *p)
{
    pthread_mutex_lock(&p->lock);
    p->is_quiet = true;
    pthread_cond_broadcast(&p->event);
    pthread_mutex_unlock(&p->lock);
}

int64_t lm_job_pool_running(struct lm_job_pool *p)
{
    int64_t n;

    pthread_mutex_lock(&p->lock);
    n = p->n_running;
    pthread_mutex_unlock(&p->lock);
    return n;
}

static void count_kinds(struct lm_job_pool *p)
{
    const struct lm_job_kind *kinds = p->proc->service->jobs;

    while (kinds[p->n_kinds].kind)
        p->n_kinds++;
    p->wants = calloc((size_t)p->n_kinds, sizeof(*p->wants));
    p->in_hand = calloc((size_t)p->n_kinds, sizeof(*p->in_hand));
    p->is_hot = calloc((size_t)p->n_kinds, sizeof(*p->is_hot));
    p->is_dry = calloc((size_t)p->n_kinds, sizeof(*p->is_dry));
    LM_ASSERT(p->wants && p->in_hand && p->is_hot && p->is_dry);
    for (int i = 0; i < p->n_kinds; i++)
        p->wants[i] = (struct lm_job_want){
            .kind = &kinds[i],
            .lease_ms = p->o.lease_max_ms ? LM_MIN(p->o.lease_max_ms, kinds[i].lease_ms) : 0,
        };
}

static void free_pool(struct lm_job_pool *p)
{
    free_list(p->queue);
    free_list(p->settled);
    free_list(p->idle);
    pthread_cond_destroy(&p->work);
    pthread_cond_destroy(&p->event);
    pthread_cond_destroy(&p->ended);
    pthread_mutex_destroy(&p->lock);
    free(p->workers);
    free(p->wants);
    free(p->in_hand);
    free(p->is_hot);
    free(p->is_dry);
    free(p);
}

lm_code lm_job_pool_start(struct lm_proc *proc, const struct lm_job_pool_options *o,
                          struct lm_job_pool **out, lm_err *err)
{
    struct lm_job_pool *p = calloc(1, sizeof(*p));
    char unique[LM_ID_SIZE];

    LM_ASSERT(p != NULL);
    lm_id_new(unique);
    p->proc = proc;
    p->o = *o;
    snprintf(p->owner, sizeof(p->owner), "%s %s", proc->replica, unique);
    p->is_clock_movable = getenv("LM_CLOCK_FILE") != NULL;
    p->average_ms = 1000; /* nothing is known yet: nothing is claimed ahead */
    pthread_mutex_init(&p->lock, NULL);
    lm_cond_init(&p->work);
    lm_cond_init(&p->event);
    lm_cond_init(&p->ended);
    count_kinds(p);
    p->workers = calloc((size_t)o->workers, sizeof(*p->workers));
    LM_ASSERT(p->workers != NULL);
    for (int i = 0; i < o->workers; i++) {
        p->workers[i].pool = p;
        if (lm_thread_start(&p->workers[i].thread, "job", LM_STACK_WORK, work, &p->workers[i], err))
            return err->code; /* the process does not start: what runs ends with it */
        p->n_workers++;
    }
    if (lm_thread_start(&p->dispatcher, "dispatch", LM_STACK_SMALL, dispatch, p, err) ||
        lm_thread_start(&p->finisher, "finish", LM_STACK_SMALL, finish, p, err) ||
        (p->is_clock_movable &&
         lm_thread_start(&p->clock, "clock", LM_STACK_SMALL, watch_clock, p, err)))
        return err->code;
    *out = p;
    return LM_OK;
}

static bool wait_until_idle(struct lm_job_pool *p, int64_t timeout_ms)
{
    int64_t until = lm_mono_ms() + timeout_ms, left;

    while ((p->n_running > 0 || p->queue || p->idle || p->n_finishing) &&
           (left = until - lm_mono_ms()) > 0)
        lm_cond_wait_ms(&p->event, &p->lock, LM_MIN(left, 50));
    return p->n_running == 0;
}

/* Others may have the unfinished at once; our own finish of them will then be refused. */
static void abandon_running(struct lm_job_pool *p)
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

bool lm_job_pool_stop(struct lm_job_pool *p, int64_t timeout_ms)
{
    bool is_idle;

    lm_job_pool_quiesce(p);
    pthread_mutex_lock(&p->lock);
    is_idle = wait_until_idle(p, timeout_ms);
    p->is_stopping = true;
    pthread_cond_broadcast(&p->event);
    pthread_cond_broadcast(&p->ended);
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->finisher, NULL);
    pthread_join(p->dispatcher, NULL); /* from here on, jobs are this thread's */
    if (p->is_clock_movable)
        pthread_join(p->clock, NULL);
    pthread_mutex_lock(&p->lock);
    if (p->queue)
        give_back_queue(p); /* of a claim that was under way */
    if (!is_idle)
        abandon_running(p);
    pthread_mutex_unlock(&p->lock);
    if (!is_idle)
        return false;
    for (int i = 0; i < p->n_workers; i++)
        pthread_join(p->workers[i].thread, NULL);
    pthread_mutex_lock(&p->lock);
    while (p->idle && finish_idle(p))
        ; /* when that fails the database is away: their leases run out */
    pthread_mutex_unlock(&p->lock);
    free_pool(p);
    return true;
}
