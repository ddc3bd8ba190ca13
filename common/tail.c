/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tails: the live end of other services' logs in this replica. A thread a source reads its feed from
 * the head on. What passed is remembered for a while (id → seq), for those who wait for their own
 * write; where the service's own cursor is, is looked up while somebody waits.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/proc_internal.h"
#include "common/runtime_internal.h"
#include "common/thread.h"

enum {
    REMEMBERED =
        8192, /* ids a source; at 1,000 events a second eight seconds, and waits are shorter */
    WAIT_MS = 1000,
    RETRY_MS = 200,
    CURSOR_LOOK_MS = 3,
    READ_MS = 10000,
    MEMORY = 64 << 20,
};

struct source {
    struct lm_tail *tail;
    struct lm_feed *feed;
    pthread_t thread;
    bool has_thread, consumes; /* the service has a cursor in this log too */
    int64_t at;                /* passed by on_event; -1: the head is not known yet */
    int64_t cursor;            /* as last seen in consumer_cursor */
    int64_t ids[REMEMBERED], seqs[REMEMBERED];
    size_t n_ids;
};

struct lm_tail {
    struct lm_tail *next;
    struct lm_proc *proc;
    void (*on_event)(void *arg, const struct lm_tail_event *ev);
    void *arg;
    pthread_mutex_t lock; /* of at, cursor, ids, is_stopping */
    pthread_cond_t passed;
    bool is_stopping;
    size_t n_sources;
    struct source *sources[LM_SOURCES_MAX];
};

/* ------- the threads ------- */

static bool is_stopping(struct lm_tail *t)
{
    bool stopping;

    pthread_mutex_lock(&t->lock);
    stopping = t->is_stopping;
    pthread_mutex_unlock(&t->lock);
    return stopping;
}

static void deliver(struct source *s, const Lm__EventRow *row)
{
    struct lm_tail *t = s->tail;
    struct lm_tail_event ev = {
        .source = lm_feed_source(s->feed),
        .type = row->type,
        .tenant_id = row->tenant_id ? row->tenant_id : "",
        .subject_id = row->subject_id,
        .id = row->id,
        .seq = row->seq,
        .version = row->version,
        .occurred_at = row->occurred_at,
        .payload = {(const char *)row->payload.data, row->payload.len},
    };

    if (!row->erased)
        t->on_event(t->arg, &ev);
    pthread_mutex_lock(&t->lock);
    s->at = row->seq;
    s->ids[s->n_ids % REMEMBERED] = row->id;
    s->seqs[s->n_ids++ % REMEMBERED] = row->seq;
    pthread_cond_broadcast(&t->passed);
    pthread_mutex_unlock(&t->lock);
}

/* The head at the start; also when the source dropped what we had not read. */
static lm_code find_head(struct source *s, struct lm_ctx *ctx, lm_err *err)
{
    Lm__EventFrame *frame;

    if (lm_feed_fetch(ctx, lm_feed_source(s->feed), INT64_MAX, NULL, &frame, err))
        return err->code;
    pthread_mutex_lock(&s->tail->lock);
    s->at = frame->head;
    pthread_cond_broadcast(&s->tail->passed);
    pthread_mutex_unlock(&s->tail->lock);
    return LM_OK;
}

static lm_code step(struct source *s, struct lm_ctx *ctx, lm_err *err)
{
    Lm__EventRow **rows;
    size_t n;

    if (s->at < 0)
        return find_head(s, ctx, err);
    if (lm_feed_next(s->feed, ctx, s->at, NULL, WAIT_MS, &rows, &n, err))
        return err->code == LM_GONE ? find_head(s, ctx, err) : err->code;
    for (size_t i = 0; i < n; i++)
        deliver(s, rows[i]);
    return LM_OK;
}

static void *run(void *arg)
{
    struct source *s = arg;

    while (!is_stopping(s->tail)) {
        struct lm_ctx *ctx = lm_ctx_new(s->tail->proc, NULL, READ_MS, MEMORY);
        lm_err err = LM_ERR_INIT;

        (void)!step(s, ctx, &err);
        lm_ctx_free(ctx);
        if (err.code != LM_OK && !is_stopping(s->tail))
            lm_sleep_ms(RETRY_MS); /* the source is away */
    }
    return NULL;
}

/* ------- life ------- */

static bool does_consume(const struct lm_proc *proc, const char *source)
{
    for (const struct lm_event_kind *k = proc->service->events; k && k->type; k++)
        if (strcmp(k->source, source) == 0)
            return true;
    return false;
}

static lm_code start_source(struct lm_tail *t, const char *name, lm_err *err)
{
    struct source *s = calloc(1, sizeof(*s));
    char thread_name[32];

    LM_ASSERT(s != NULL && t->n_sources < LM_SOURCES_MAX);
    s->tail = t;
    s->feed = lm_feed_new(t->proc, name);
    s->at = -1;
    s->consumes = does_consume(t->proc, name);
    t->sources[t->n_sources++] = s;
    if (t->proc->bus && lm_bus_subscribe(t->proc->bus, name, err))
        return err->code;
    snprintf(thread_name, sizeof(thread_name), "tail %.10s", name);
    if (lm_thread_start(&s->thread, thread_name, LM_STACK_WORK, run, s, err))
        return err->code;
    s->has_thread = true;
    return LM_OK;
}

lm_code lm_tail_start(struct lm_proc *proc, const char *const *sources,
                      void (*on_event)(void *arg, const struct lm_tail_event *ev), void *arg,
                      struct lm_tail **out, lm_err *err)
{
    struct lm_tail *t = calloc(1, sizeof(*t));
    struct lm_runtime *rt = proc->runtime;

    LM_ASSERT(t != NULL && rt != NULL);
    t->proc = proc;
    t->on_event = on_event;
    t->arg = arg;
    pthread_mutex_init(&t->lock, NULL);
    lm_cond_init(&t->passed);
    for (; *sources; sources++)
        if (start_source(t, *sources, err)) {
            lm_tail_stop(t);
            return err->code;
        }
    pthread_rwlock_wrlock(&rt->tails_lock);
    t->next = rt->tails;
    rt->tails = t;
    pthread_rwlock_unlock(&rt->tails_lock);
    *out = t;
    return LM_OK;
}

static void unlist(struct lm_runtime *rt, struct lm_tail *t)
{
    pthread_rwlock_wrlock(&rt->tails_lock);
    for (struct lm_tail **at = &rt->tails; *at; at = &(*at)->next)
        if (*at == t) {
            *at = t->next;
            break;
        }
    pthread_rwlock_unlock(&rt->tails_lock);
}

void lm_tail_stop(struct lm_tail *t)
{
    if (!t)
        return;
    if (t->proc->runtime)
        unlist(t->proc->runtime, t);
    pthread_mutex_lock(&t->lock);
    t->is_stopping = true;
    pthread_cond_broadcast(&t->passed);
    pthread_mutex_unlock(&t->lock);
    for (size_t i = 0; i < t->n_sources; i++) {
        struct source *s = t->sources[i];

        lm_feed_stop(s->feed);
        if (s->has_thread)
            pthread_join(s->thread, NULL);
        lm_feed_free(s->feed);
        free(s);
    }
    pthread_cond_destroy(&t->passed);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

static struct source *source_of(struct lm_tail *t, const char *name)
{
    for (size_t i = 0; i < t->n_sources; i++)
        if (strcmp(lm_feed_source(t->sources[i]->feed), name) == 0)
            return t->sources[i];
    return NULL;
}

void lm_tails_push(struct lm_runtime *rt, const char *source, lm_str frame)
{
    pthread_rwlock_rdlock(&rt->tails_lock);
    for (struct lm_tail *t = rt->tails; t; t = t->next) {
        struct source *s = source_of(t, source);

        if (s)
            lm_feed_push(s->feed, frame);
    }
    pthread_rwlock_unlock(&rt->tails_lock);
}

void lm_tails_head(struct lm_runtime *rt, const char *source, int64_t head)
{
    pthread_rwlock_rdlock(&rt->tails_lock);
    for (struct lm_tail *t = rt->tails; t; t = t->next) {
        struct source *s = source_of(t, source);

        if (s)
            lm_feed_head(s->feed, head);
    }
    pthread_rwlock_unlock(&rt->tails_lock);
}

/* ------- read your own write ------- */

/* The seq of the latest of `ids`; 0 while one of them has not passed. With the lock. */
static int64_t seq_of_all(const struct source *s, const int64_t *ids, size_t n)
{
    size_t kept = LM_MIN(s->n_ids, (size_t)REMEMBERED);
    int64_t latest = 0;

    for (size_t k = 0; k < n; k++) {
        size_t i = 0;

        while (i < kept && s->ids[(s->n_ids - 1 - i) % REMEMBERED] != ids[k])
            i++;
        if (i == kept)
            return 0;
        latest = LM_MAX(latest, s->seqs[(s->n_ids - 1 - i) % REMEMBERED]);
    }
    return latest;
}

static void look_at_cursor(struct lm_tail *t, struct source *s)
{
    struct lm_ctx *ctx = lm_ctx_new(t->proc, NULL, 1000, 1 << 20);
    lm_err err = LM_ERR_INIT;
    int64_t cursor;

    if (lm_cursor_read(ctx, lm_feed_source(s->feed), &cursor, &err) == LM_OK) {
        pthread_mutex_lock(&t->lock);
        s->cursor = LM_MAX(s->cursor, cursor);
        pthread_mutex_unlock(&t->lock);
    }
    lm_ctx_free(ctx);
}

bool lm_tail_wait_seq(struct lm_tail *t, const char *source, int64_t seq, int64_t timeout_ms)
{
    struct source *s = source_of(t, source);
    int64_t until = lm_mono_ms() + timeout_ms;

    if (!s)
        return false;
    pthread_mutex_lock(&t->lock);
    for (;;) {
        int64_t left = until - lm_mono_ms();
        bool has_passed = s->at >= seq, has_cursor = !s->consumes || s->cursor >= seq;

        if ((has_passed && has_cursor) || left <= 0 || t->is_stopping) {
            pthread_mutex_unlock(&t->lock);
            return has_passed && has_cursor;
        }
        if (!has_cursor) {
            pthread_mutex_unlock(&t->lock);
            look_at_cursor(t, s);
            pthread_mutex_lock(&t->lock);
        }
        if (s->at < seq || (s->consumes && s->cursor < seq))
            lm_cond_wait_ms(&t->passed, &t->lock, has_cursor ? left : LM_MIN(left, CURSOR_LOOK_MS));
    }
}

bool lm_tail_wait(struct lm_tail *t, const char *source, const int64_t *ids, size_t n,
                  int64_t timeout_ms, int64_t *token_seq)
{
    struct source *s = source_of(t, source);
    int64_t until = lm_mono_ms() + timeout_ms, seq = 0, left;

    if (!s)
        return false;
    pthread_mutex_lock(&t->lock);
    while ((seq = seq_of_all(s, ids, n)) == 0 && n > 0 && !t->is_stopping &&
           (left = until - lm_mono_ms()) > 0)
        lm_cond_wait_ms(&t->passed, &t->lock, left);
    pthread_mutex_unlock(&t->lock);
    if (token_seq)
        *token_seq = seq;
    if (n == 0)
        return true;
    return seq > 0 && lm_tail_wait_seq(t, source, seq, LM_MAX(until - lm_mono_ms(), 0));
}
