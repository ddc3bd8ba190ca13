/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The relay's threads: one numbers, woken by hints after commits, with a poll as the net, in one
 * replica of all. While many wait, a second one publishes what was numbered: the database works on
 * the next batch meanwhile.
 */
#include "common/clock.h"
#include "common/event_log.h"
#include "common/log.h"
#include "common/runtime_internal.h"
#include "common/thread.h"

enum { PASS_MS = 20000, PASS_MEMORY = 512 << 20, AWAY_MS = 500 };

struct lm_relay {
    struct lm_proc *proc;
    struct lm_locks *locks;
    int lock_no;
    int64_t poll_ms;
    pthread_t thread, publisher;
    pthread_mutex_t lock;
    pthread_cond_t event;
    bool is_held, is_hinted, is_stopping;
    int64_t head;

    pthread_cond_t handed; /* to the publisher, and back: */
    struct lm_ctx *batch;  /* NULL: it has nothing to do */
    struct lm_rows *rows;
    bool is_over;
};

static void on_lock(void *arg, bool held)
{
    struct lm_relay *r = arg;

    pthread_mutex_lock(&r->lock);
    r->is_held = held;
    pthread_cond_signal(&r->event);
    pthread_mutex_unlock(&r->lock);
}

static void set_head(struct lm_relay *r, int64_t head)
{
    pthread_mutex_lock(&r->lock);
    r->head = LM_MAX(r->head, head);
    head = r->head;
    pthread_mutex_unlock(&r->lock);
    lm_proc_set_head(r->proc, head);
}

/* ------- publishing ------- */

static void publish(struct lm_relay *r, struct lm_ctx *ctx, struct lm_rows *rows)
{
    set_head(r, lm_relay_publish(ctx, rows));
    lm_ctx_free(ctx);
}

static void *publish_batches(void *arg)
{
    struct lm_relay *r = arg;

    pthread_mutex_lock(&r->lock);
    for (;;) {
        while (!r->batch && !r->is_over)
            pthread_cond_wait(&r->handed, &r->lock);
        if (!r->batch)
            break;
        pthread_mutex_unlock(&r->lock);
        publish(r, r->batch, r->rows);
        pthread_mutex_lock(&r->lock);
        r->batch = NULL;
        pthread_cond_broadcast(&r->handed);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

/* A full batch is the publisher's from here on; anything else goes out at once, behind what that one has. */
static void give(struct lm_relay *r, struct lm_ctx *ctx, struct lm_rows *rows, bool is_full)
{
    pthread_mutex_lock(&r->lock);
    while (r->batch)
        pthread_cond_wait(&r->handed, &r->lock);
    if (is_full) {
        r->batch = ctx;
        r->rows = rows;
        pthread_cond_broadcast(&r->handed);
    }
    pthread_mutex_unlock(&r->lock);
    if (!is_full)
        publish(r, ctx, rows);
}

/* ------- numbering ------- */

/* All that waits. With a hint there is something: no look before. The last pass needs no lock: the head's row is one. */
static lm_code drain(struct lm_relay *r, bool is_hinted, lm_err *err)
{
    size_t n = LM_RELAY_BATCH;
    bool waits = true;
    int64_t head;

    while (n == LM_RELAY_BATCH && waits) {
        struct lm_ctx *ctx = lm_ctx_new(r->proc, NULL, PASS_MS, PASS_MEMORY);
        struct lm_rows *rows;

        if (!is_hinted && lm_relay_look(ctx, &waits, &head, err) == LM_OK)
            set_head(r, head);
        waits =
            err->code == LM_OK && waits && lm_relay_number(ctx, &rows, &n, err) == LM_OK && n > 0;
        if (waits)
            give(r, ctx, rows, n == LM_RELAY_BATCH);
        else
            lm_ctx_free(ctx);
    }
    return err->code;
}

static void *run(void *arg)
{
    struct lm_relay *r = arg;
    bool was_good = true;

    pthread_mutex_lock(&r->lock);
    for (;;) {
        bool is_hinted = r->is_hinted, is_last = r->is_stopping, is_held = r->is_held;
        lm_err err = LM_ERR_INIT;

        r->is_hinted = false;
        pthread_mutex_unlock(&r->lock);
        if ((is_held || is_last) && drain(r, is_hinted, &err) && was_good)
            lm_log(NULL, LM_LOG_WARN, "events wait to be numbered", LM_KV_ERR(&err));
        was_good = err.code == LM_OK;
        pthread_mutex_lock(&r->lock);
        if (is_last)
            break;
        if (!was_good || (!r->is_hinted && !r->is_stopping))
            lm_cond_wait_ms(&r->event, &r->lock, was_good ? r->poll_ms : AWAY_MS);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

lm_code lm_relay_start(struct lm_proc *proc, struct lm_locks *locks, int64_t poll_ms,
                       struct lm_relay **out, lm_err *err)
{
    struct lm_relay *r = calloc(1, sizeof(*r));

    LM_ASSERT(r != NULL);
    r->proc = proc;
    r->locks = locks;
    r->poll_ms = poll_ms;
    pthread_mutex_init(&r->lock, NULL);
    lm_cond_init(&r->event);
    lm_cond_init(&r->handed);
    if (lm_thread_start(&r->thread, "relay", LM_STACK_SMALL, run, r, err) ||
        lm_thread_start(&r->publisher, "publish", LM_STACK_SMALL, publish_batches, r, err))
        return err->code;
    r->lock_no = lm_locks_want(locks, "relay", on_lock, r);
    *out = r;
    return LM_OK;
}

void lm_relay_hint(struct lm_relay *r)
{
    pthread_mutex_lock(&r->lock);
    r->is_hinted = true;
    pthread_cond_signal(&r->event);
    pthread_mutex_unlock(&r->lock);
}

int64_t lm_relay_head(struct lm_relay *r)
{
    int64_t head;

    pthread_mutex_lock(&r->lock);
    head = r->head;
    pthread_mutex_unlock(&r->lock);
    return head;
}

bool lm_relay_is_holder(struct lm_relay *r)
{
    return lm_locks_holds(r->locks, r->lock_no);
}

void lm_relay_stop(struct lm_relay *r)
{
    pthread_mutex_lock(&r->lock);
    r->is_stopping = true;
    pthread_cond_signal(&r->event);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    pthread_mutex_lock(&r->lock);
    r->is_over = true;
    pthread_cond_broadcast(&r->handed);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->publisher, NULL);
    pthread_cond_destroy(&r->event);
    pthread_cond_destroy(&r->handed);
    pthread_mutex_destroy(&r->lock);
    free(r);
}
