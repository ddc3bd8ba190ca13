/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_JOB_POOL_INTERNAL_H
#define LM_JOB_POOL_INTERNAL_H

#include <pthread.h>

#include "common/job_internal.h"

/*
 * What the workers (job_pool.c) and those who talk to the queue for them (job_dispatch.c) share, all
 * of it under `lock`. A claimed job belongs to the dispatcher: others borrow it and put it on
 * `settled`, so a pointer stays good while a statement about it is under way without the lock.
 */

struct lm_job_worker {
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
    struct lm_job_worker *workers;
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

/* Has room for more, and there may be some. */
bool lm_job_may_claim(const struct lm_job_pool *p);
/* An answer to "is anything there?" is old: a hint, the poll, another time. */
void lm_job_pool_wet(struct lm_job_pool *p);
int lm_job_kind_index(const struct lm_job_pool *p, const struct lm_job_kind *kind);
void lm_job_push(struct lm_job **list, struct lm_job *job);
void lm_job_free_list(struct lm_job *list);

/* Threads: `arg` is the pool; they end when is_stopping. */
void *lm_job_dispatch(void *arg);
void *lm_job_finisher(void *arg);

/* What a stop does by itself, with the lock, which is let go meanwhile. */
void lm_job_give_back_queue(struct lm_job_pool *p);
void lm_job_give_back_running(struct lm_job_pool *p);
/* A batch of what finished without effects, at once. False: it failed and stays. */
bool lm_job_finish_idle(struct lm_job_pool *p);

#endif
