/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The threads of the jobs: workers that run handlers, and two that talk to the queue for all of
 * them (job_dispatch.c). Here are the workers, and the pool's life.
 */
#include "common/clock.h"
#include "common/job_pool_internal.h"
#include "common/thread.h"

enum { CLOCK_WAIT_MS = 200 /* between two looks at whether the pool stops */ };

int lm_job_kind_index(const struct lm_job_pool *p, const struct lm_job_kind *kind)
{
    return (int)(kind - p->proc->service->jobs);
}

void lm_job_push(struct lm_job **list, struct lm_job *job)
{
    job->next = *list;
    *list = job;
}

void lm_job_free_list(struct lm_job *list)
{
    while (list) {
        struct lm_job *next = list->next;

        lm_job_free(list);
        list = next;
    }
}

/* ------- workers ------- */

static struct lm_job *take_job(struct lm_job_worker *w)
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

static void put_back(struct lm_job_worker *w, bool is_idle, int64_t took_ms)
{
    struct lm_job_pool *p = w->pool;

    p->average_ms += ((double)took_ms - p->average_ms) / 8;
    p->n_running--;
    p->in_hand[lm_job_kind_index(p, w->job->kind)]--;
    lm_job_push(is_idle ? &p->idle : &p->settled, w->job);
    w->job = NULL;
    if (is_idle)
        pthread_cond_signal(&p->ended);
    if (p->is_quiet || lm_job_may_claim(p)) /* not for each: waking costs more than a small job */
        pthread_cond_broadcast(&p->event);
}

static void *work(void *arg)
{
    struct lm_job_worker *w = arg;
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

/* ------- life ------- */

void lm_job_pool_hint(struct lm_job_pool *p)
{
    pthread_mutex_lock(&p->lock);
    lm_job_pool_wet(p);
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
    lm_job_free_list(p->queue);
    lm_job_free_list(p->settled);
    lm_job_free_list(p->idle);
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
    if (lm_thread_start(&p->dispatcher, "dispatch", LM_STACK_SMALL, lm_job_dispatch, p, err) ||
        lm_thread_start(&p->finisher, "finish", LM_STACK_SMALL, lm_job_finisher, p, err) ||
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
        lm_job_give_back_queue(p); /* of a claim that was under way */
    if (!is_idle)
        lm_job_give_back_running(p);
    pthread_mutex_unlock(&p->lock);
    if (!is_idle)
        return false;
    for (int i = 0; i < p->n_workers; i++)
        pthread_join(p->workers[i].thread, NULL);
    pthread_mutex_lock(&p->lock);
    while (p->idle && lm_job_finish_idle(p))
        ; /* when that fails the database is away: their leases run out */
    pthread_mutex_unlock(&p->lock);
    free_pool(p);
    return true;
}
