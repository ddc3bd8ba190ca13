/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread a source: while this replica holds the source's lock it reads the feed and applies it.
 * Where the service is in the log is the database's word; the thread's own is a guess that the
 * compare-and-set corrects.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/runtime_internal.h"
#include "common/thread.h"

enum { WAIT_MS = 1000, RETRY_MIN_MS = 100, RETRY_MAX_MS = 5000, READ_MS = 10000, HEARD_MAX = 64 };

/* A head of the source's log and when it was first heard of. */
struct heard {
    int64_t head, at; /* lm_mono_ms */
};

static const struct lm_sql cursor_skip = {
    "lm_cursor_skip",
    "UPDATE consumer_cursor SET seq = $2, moved_at = clock_timestamp() WHERE source = $1 AND seq = 0",
};

struct lm_consumer {
    struct lm_proc *proc;
    struct lm_feed *feed;
    char source[64];
    size_t memory_limit;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t event;
    bool is_held, is_stopping;
    struct heard heard[HEARD_MAX]; /* ascending; the oldest gives way */
    size_t n_heard;
    struct lm_metric *applied, *at;
};

static void on_lock(void *arg, bool held)
{
    struct lm_consumer *c = arg;

    pthread_mutex_lock(&c->lock);
    c->is_held = held;
    pthread_cond_signal(&c->event);
    pthread_mutex_unlock(&c->lock);
    if (!held)
        lm_feed_wake(c->feed);
}

static bool is_held(struct lm_consumer *c)
{
    bool held;

    pthread_mutex_lock(&c->lock);
    held = c->is_held && !c->is_stopping;
    pthread_mutex_unlock(&c->lock);
    return held;
}

/* False: the thread shall end. */
static bool wait_until_held(struct lm_consumer *c)
{
    bool goes_on;

    pthread_mutex_lock(&c->lock);
    while (!c->is_held && !c->is_stopping)
        pthread_cond_wait(&c->event, &c->lock);
    goes_on = !c->is_stopping;
    pthread_mutex_unlock(&c->lock);
    return goes_on;
}

static void pause_for(struct lm_consumer *c, int64_t ms)
{
    pthread_mutex_lock(&c->lock);
    if (!c->is_stopping)
        lm_cond_wait_ms(&c->event, &c->lock, ms);
    pthread_mutex_unlock(&c->lock);
}

static lm_code read_cursor(struct lm_consumer *c, int64_t *cursor, lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(c->proc, NULL, READ_MS, 1 << 20);

    (void)!lm_cursor_read(ctx, c->source, cursor, err);
    lm_ctx_free(ctx);
    return err->code;
}

/*
 * The log begins later than we are. Who never consumed it begins where it begins; who did has lost
 * events and needs the owner's export: that is an operator's decision.
 */
static lm_code skip_what_is_gone(struct lm_consumer *c, int64_t *cursor, lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(c->proc, NULL, READ_MS, 1 << 20);
    Lm__EventFrame *frame;

    if (*cursor == 0) {
        lm_err_clear(err);
        if (lm_feed_fetch(ctx, c->source, INT64_MAX, NULL, &frame, err) == LM_OK &&
            lm_db_exec(ctx, &cursor_skip, LM_ARGS(LM_Z(c->source), LM_INT(frame->gone)), NULL,
                       err) == LM_OK)
            *cursor = frame->gone;
    }
    lm_ctx_free(ctx);
    return err->code;
}

static lm_code step(struct lm_consumer *c, int64_t *cursor, lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(c->proc, NULL, READ_MS, c->memory_limit);
    Lm__EventRow **rows;
    size_t n;

    if (lm_feed_next(c->feed, ctx, *cursor, c->proc->service->name, WAIT_MS, &rows, &n, err) ==
            LM_OK &&
        n > 0 && is_held(c) &&
        lm_consume(c->proc, c->source, *cursor, rows, n, c->memory_limit, err) == LM_OK) {
        *cursor += (int64_t)n;
        lm_metric_add(c->applied, (int64_t)n);
        lm_metric_set(c->at, *cursor);
    }
    lm_ctx_free(ctx);
    if (err->code == LM_GONE)
        return skip_what_is_gone(c, cursor, err);
    return err->code;
}

/* While the lock is held. Each new trouble is logged once. */
static void consume(struct lm_consumer *c)
{
    int64_t cursor = -1, pause = RETRY_MIN_MS;
    lm_code last = LM_OK;

    lm_feed_reset(c->feed);
    while (is_held(c)) {
        lm_err err = LM_ERR_INIT;

        if (cursor < 0 && read_cursor(c, &cursor, &err))
            cursor = -1;
        else if (step(c, &cursor, &err) == LM_FENCED)
            cursor = -1; /* another replica was faster, or is still at it */
        if (err.code != LM_OK && err.code != last)
            lm_log(NULL, LM_LOG_WARN, "events wait", LM_KV_STR("source", c->source),
                   LM_KV_ERR(&err));
        last = err.code;
        pause = err.code == LM_OK ? RETRY_MIN_MS : LM_MIN(pause * 2, RETRY_MAX_MS);
        if (err.code != LM_OK)
            pause_for(c, pause / 2);
    }
}

static void *run(void *arg)
{
    struct lm_consumer *c = arg;

    while (wait_until_held(c))
        consume(c);
    return NULL;
}

lm_code lm_consumer_start(struct lm_proc *proc, struct lm_locks *locks, const char *source,
                          const struct lm_runtime_options *o, struct lm_consumer **out, lm_err *err)
{
    struct lm_consumer *c = calloc(1, sizeof(*c));
    char name[80];

    LM_ASSERT(c != NULL);
    c->proc = proc;
    c->feed = lm_feed_new(proc, source);
    c->memory_limit = o->memory_limit;
    snprintf(c->source, sizeof(c->source), "%s", source);
    c->applied = lm_counter("lm_events_applied_total", "Events applied", "source", source);
    c->at = lm_gauge("lm_consumer_seq", "How far this service is in the source's log", "source",
                     source);
    pthread_mutex_init(&c->lock, NULL);
    lm_cond_init(&c->event);
    snprintf(name, sizeof(name), "from %.10s", source);
    if (lm_thread_start(&c->thread, name, LM_STACK_WORK, run, c, err))
        return err->code;
    snprintf(name, sizeof(name), "consume %s", source);
    (void)lm_locks_want(locks, name, on_lock, c);
    *out = c;
    return LM_OK;
}

const char *lm_consumer_source(const struct lm_consumer *c)
{
    return c->source;
}

void lm_consumer_push(struct lm_consumer *c, lm_str frame)
{
    if (is_held(c))
        lm_feed_push(c->feed, frame);
}

void lm_consumer_head(struct lm_consumer *c, int64_t head)
{
    pthread_mutex_lock(&c->lock);
    if (c->n_heard == 0 || c->heard[c->n_heard - 1].head < head) {
        if (c->n_heard == HEARD_MAX)
            memmove(c->heard, c->heard + 1, --c->n_heard * sizeof(c->heard[0]));
        c->heard[c->n_heard++] = (struct heard){head, lm_mono_ms()};
    }
    pthread_mutex_unlock(&c->lock);
    lm_feed_head(c->feed, head);
}

int64_t lm_consumer_waits_ms(struct lm_consumer *c, int64_t cursor)
{
    int64_t since = 0;

    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->n_heard && since == 0; i++) {
        if (c->heard[i].head > cursor)
            since = c->heard[i].at;
    }
    pthread_mutex_unlock(&c->lock);
    return since ? lm_mono_ms() - since : 0;
}

void lm_consumer_stop(struct lm_consumer *c)
{
    pthread_mutex_lock(&c->lock);
    c->is_stopping = true;
    pthread_cond_signal(&c->event);
    pthread_mutex_unlock(&c->lock);
    lm_feed_stop(c->feed);
    pthread_join(c->thread, NULL);
    lm_feed_free(c->feed);
    pthread_cond_destroy(&c->event);
    pthread_mutex_destroy(&c->lock);
    free(c);
}
