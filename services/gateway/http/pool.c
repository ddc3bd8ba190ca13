/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/pool.h"

#include <pthread.h>

#include "common/arena.h"
#include "common/metrics.h"
#include "common/thread.h"

enum { POOL_MEMORY = 64 << 10 };

struct gateway_pool {
    struct lm_arena *arena;
    pthread_mutex_t lock;
    pthread_cond_t filled;
    struct gateway_task *first, **last;
    size_t n_queued, limit;
    bool is_stopping;
    pthread_t *threads;
    int n_threads;
    struct lm_metric *refused;
};

static struct gateway_task *next_task(struct gateway_pool *p)
{
    struct gateway_task *t;

    pthread_mutex_lock(&p->lock);
    while (!p->first && !p->is_stopping)
        pthread_cond_wait(&p->filled, &p->lock);
    t = p->first;
    if (t) {
        p->first = t->next;
        if (!p->first)
            p->last = &p->first;
        p->n_queued--;
    }
    pthread_mutex_unlock(&p->lock);
    return t;
}

static void *run(void *arg)
{
    struct gateway_pool *p = arg;
    struct gateway_task *t;

    while ((t = next_task(p)))
        t->run(t);
    return NULL;
}

lm_code gateway_pool_start(const char *name, int threads, size_t limit, struct gateway_pool **out,
                           lm_err *err)
{
    struct lm_arena *arena = lm_arena_new(POOL_MEMORY);
    struct gateway_pool *p = LM_NEW(arena, struct gateway_pool);

    p->arena = arena;
    p->limit = limit;
    p->last = &p->first;
    p->threads = LM_NEW_ARRAY(arena, pthread_t, (size_t)threads);
    p->refused = lm_counter("lm_gateway_pool_refused_total", "Tasks for which there was no room",
                            "pool", name);
    pthread_mutex_init(&p->lock, NULL);
    lm_cond_init(&p->filled);
    for (; p->n_threads < threads; p->n_threads++) {
        if (lm_thread_start(&p->threads[p->n_threads], name, LM_STACK_WORK, run, p, err)) {
            gateway_pool_stop(p);
            return err->code;
        }
    }
    *out = p;
    return LM_OK;
}

void gateway_pool_stop(struct gateway_pool *p)
{
    if (!p)
        return;
    pthread_mutex_lock(&p->lock);
    p->is_stopping = true;
    pthread_cond_broadcast(&p->filled);
    pthread_mutex_unlock(&p->lock);
    for (int i = 0; i < p->n_threads; i++)
        pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->filled);
    pthread_mutex_destroy(&p->lock);
    lm_arena_free(p->arena);
}

bool gateway_pool_put(struct gateway_pool *p, struct gateway_task *task)
{
    bool is_taken;

    task->next = NULL;
    pthread_mutex_lock(&p->lock);
    is_taken = !p->is_stopping && p->n_queued < p->limit;
    if (is_taken) {
        *p->last = task;
        p->last = &task->next;
        p->n_queued++;
        pthread_cond_signal(&p->filled);
    }
    pthread_mutex_unlock(&p->lock);
    if (!is_taken)
        lm_metric_add(p->refused, 1);
    return is_taken;
}
