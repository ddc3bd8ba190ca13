/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log of one source as it arrives: frames from the bus, which may be lost, come late or come
 * twice, in a bounded queue; what is missing is fetched. Whoever reads gets seq after + 1, + 2, …
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/metrics.h"
#include "common/runtime_internal.h"
#include "common/thread.h"

enum { QUEUE_BYTES = 8 << 20, BATCH = 500, FETCH_MS = 5000, CONFIRM_MS = 60000 };

struct frame {
    struct frame *next;
    size_t n;
    char body[];
};

struct lm_feed {
    struct lm_proc *proc;
    char source[64];
    pthread_mutex_t lock;
    pthread_cond_t event;
    struct frame *first, **last;
    size_t queued_bytes;
    int64_t head;         /* the highest seq anybody has told of */
    int64_t confirmed_ms; /* the last fetch, which also told the source where we are */
    bool is_woken, is_stopping;
};

struct lm_feed *lm_feed_new(struct lm_proc *proc, const char *source)
{
    struct lm_feed *f = calloc(1, sizeof(*f));

    LM_ASSERT(f != NULL);
    f->proc = proc;
    snprintf(f->source, sizeof(f->source), "%s", source);
    f->last = &f->first;
    f->head = INT64_MAX; /* unknown: the first read fetches */
    pthread_mutex_init(&f->lock, NULL);
    lm_cond_init(&f->event);
    return f;
}

static void pop(struct lm_feed *f)
{
    struct frame *frame = f->first;

    f->first = frame->next;
    if (!f->first)
        f->last = &f->first;
    f->queued_bytes -= frame->n;
    free(frame);
}

void lm_feed_free(struct lm_feed *f)
{
    while (f->first)
        pop(f);
    pthread_cond_destroy(&f->event);
    pthread_mutex_destroy(&f->lock);
    free(f);
}

void lm_feed_reset(struct lm_feed *f)
{
    pthread_mutex_lock(&f->lock);
    while (f->first)
        pop(f);
    f->head = INT64_MAX;
    pthread_mutex_unlock(&f->lock);
}

const char *lm_feed_source(const struct lm_feed *f)
{
    return f->source;
}

void lm_feed_push(struct lm_feed *f, lm_str body)
{
    struct frame *frame;

    pthread_mutex_lock(&f->lock);
    if (f->queued_bytes + body.n > QUEUE_BYTES) { /* the reader is behind: it will fetch */
        pthread_mutex_unlock(&f->lock);
        lm_metric_add(lm_counter("lm_feed_dropped_total",
                                 "Frames dropped because the reader is behind", "source",
                                 f->source),
                      1);
        return;
    }
    frame = malloc(sizeof(*frame) + body.n);
    LM_ASSERT(frame != NULL);
    frame->next = NULL;
    frame->n = body.n;
    memcpy(frame->body, body.p, body.n);
    *f->last = frame;
    f->last = &frame->next;
    f->queued_bytes += body.n;
    pthread_cond_signal(&f->event);
    pthread_mutex_unlock(&f->lock);
}

void lm_feed_head(struct lm_feed *f, int64_t head)
{
    pthread_mutex_lock(&f->lock);
    if (f->head != INT64_MAX && head > f->head) {
        f->head = head;
        pthread_cond_signal(&f->event);
    }
    pthread_mutex_unlock(&f->lock);
}

void lm_feed_wake(struct lm_feed *f)
{
    pthread_mutex_lock(&f->lock);
    f->is_woken = true;
    pthread_cond_signal(&f->event);
    pthread_mutex_unlock(&f->lock);
}

void lm_feed_stop(struct lm_feed *f)
{
    pthread_mutex_lock(&f->lock);
    f->is_stopping = true;
    pthread_cond_signal(&f->event);
    pthread_mutex_unlock(&f->lock);
}

/* The first frame, copied into the arena; the queue keeps it. False when there is none. */
static bool peek(struct lm_feed *f, struct lm_ctx *ctx, Lm__EventFrame **out)
{
    for (;;) {
        lm_err err = LM_ERR_INIT;
        lm_str body;
        char *copy;
        size_t n;

        pthread_mutex_lock(&f->lock);
        n = f->first ? f->first->n : 0;
        pthread_mutex_unlock(&f->lock);
        if (n == 0)
            return false;
        copy =
            lm_arena_alloc(ctx->arena, n); /* without the lock; only the reader takes frames away */
        pthread_mutex_lock(&f->lock);
        memcpy(copy, f->first->body, n);
        pthread_mutex_unlock(&f->lock);
        body = (lm_str){copy, n};
        if (lm_pb_unpack(ctx->arena, &lm__event_frame__descriptor, body, (ProtobufCMessage **)out,
                         &err) == LM_OK)
            return true;
        pthread_mutex_lock(&f->lock);
        pop(f);
        pthread_mutex_unlock(&f->lock);
    }
}

static void drop_first(struct lm_feed *f)
{
    pthread_mutex_lock(&f->lock);
    pop(f);
    pthread_mutex_unlock(&f->lock);
}

static void take(struct lm_ctx *ctx, const Lm__EventFrame *frame, int64_t *at, Lm__EventRow ***rows,
                 size_t *n, size_t *cap)
{
    for (size_t i = 0; i < frame->n_events; i++) {
        if (frame->events[i]->seq != *at + 1)
            continue;
        *rows = lm_arena_grow(ctx->arena, *rows, *n, cap, sizeof(**rows));
        (*rows)[(*n)++] = frame->events[i];
        ++*at;
    }
}

/* What the queue holds of the log after `after`; whole frames. True: there is a gap before the next. */
static bool take_queued(struct lm_feed *f, struct lm_ctx *ctx, int64_t after, Lm__EventRow ***rows,
                        size_t *n)
{
    Lm__EventFrame *frame;
    int64_t at = after;
    size_t cap = 0;

    while (*n < BATCH && peek(f, ctx, &frame)) {
        if (frame->n_events > 0 && frame->events[0]->seq > at + 1)
            return true;
        take(ctx, frame, &at, rows, n, &cap);
        drop_first(f);
    }
    return false;
}

lm_code lm_feed_fetch(struct lm_ctx *ctx, const char *source, int64_t after, const char *consumer,
                      Lm__EventFrame **out, lm_err *err)
{
    Lm__FetchEventsRequest request = LM__FETCH_EVENTS_REQUEST__INIT;

    request.after = after;
    request.consumer = (char *)(uintptr_t)consumer;
    ctx->deadline_ms = lm_mono_ms() + FETCH_MS;
    return lm_call(ctx, source, "FetchEvents", &request.base, &lm__event_frame__descriptor, out,
                   err);
}

static lm_code fetch(struct lm_feed *f, struct lm_ctx *ctx, int64_t after, const char *consumer,
                     Lm__EventRow ***rows, size_t *n, lm_err *err)
{
    Lm__EventFrame *frame;
    int64_t at = after;
    size_t cap = 0;

    if (lm_feed_fetch(ctx, f->source, after, consumer, &frame, err))
        return err->code;
    take(ctx, frame, &at, rows, n, &cap);
    pthread_mutex_lock(&f->lock);
    if (f->head == INT64_MAX || frame->head > f->head)
        f->head = frame->head;
    f->confirmed_ms = lm_mono_ms();
    pthread_mutex_unlock(&f->lock);
    return LM_OK;
}

/* Waits for a frame, a head beyond `after`, a wake-up or the time. True: the source has more than the queue. */
static bool wait_for_more(struct lm_feed *f, int64_t after, int64_t wait_ms)
{
    int64_t until = lm_mono_ms() + wait_ms, left;
    bool should_fetch;

    pthread_mutex_lock(&f->lock);
    while (!f->first && f->head <= after && !f->is_woken && !f->is_stopping &&
           (left = until - lm_mono_ms()) > 0)
        lm_cond_wait_ms(&f->event, &f->lock, left);
    f->is_woken = false;
    should_fetch = !f->first && !f->is_stopping &&
                   (f->head > after || lm_mono_ms() - f->confirmed_ms > CONFIRM_MS);
    pthread_mutex_unlock(&f->lock);
    return should_fetch;
}

lm_code lm_feed_next(struct lm_feed *f, struct lm_ctx *ctx, int64_t after, const char *consumer,
                     int64_t wait_ms, Lm__EventRow ***rows, size_t *n, lm_err *err)
{
    bool has_gap;

    *rows = NULL;
    *n = 0;
    if (wait_for_more(f, after, wait_ms))
        return fetch(f, ctx, after, consumer, rows, n, err);
    has_gap = take_queued(f, ctx, after, rows, n);
    return has_gap && *n == 0 ? fetch(f, ctx, after, consumer, rows, n, err) : LM_OK;
}
