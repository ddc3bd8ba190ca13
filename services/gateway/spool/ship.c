/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipper: segment after segment, oldest first, our own directory and adopted ones. Where it
 * stands is kept in memory only: after a restart it offers a segment from its start, and the owner,
 * which knows, says how far it is.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/retry.h"
#include "common/str.h"
#include "common/thread.h"
#include "services/gateway/spool/spool_internal.h"

enum {
    CHUNK_BYTES = 256 << 10,
    BATCH_RECORDS = 500,
    SHIP_MEMORY = 8 << 20,
    SHIP_TIMEOUT_MS = 10000,
    LOOK_FOR_FREE_MS = 10000,
    IDLE_MS = 1000,
    UNREADABLE = -1,
};

static const struct lm_backoff ship_backoff = {
    .waits_ms = {200, 400, 800, 1600, 3200, 5000}, .n = 6, .jitter = 0.2};

/* What the shipper found when it looked at one segment. */
enum progress { NOTHING, SHIPPED, DONE, FAILED };

struct segment {
    const struct spool_dir *dir;
    struct spool_place
        *at; /* of ours, or of the adopted ones: they take turns, each goes on where it was */
    char id[LM_ID_SIZE];
    bool is_open; /* the writer is not done with it */
    int64_t end;  /* as far as it may be read */
};

/* After a failure the whole time, whatever comes in; else until there is something, or was since the look began. */
static void wait_ms(struct gateway_spool *s, int64_t ms, bool whole)
{
    int64_t until = lm_mono_ms() + ms;

    pthread_mutex_lock(&s->lock);
    while (!s->is_written && (whole || !s->has_news) &&
           lm_cond_wait_ms(&s->durable, &s->lock, LM_MAX(until - lm_mono_ms(), 0)))
        ;
    pthread_mutex_unlock(&s->lock);
}

static void begin_look(struct gateway_spool *s)
{
    pthread_mutex_lock(&s->lock);
    s->has_news = false;
    pthread_mutex_unlock(&s->lock);
}

/* The writer's present segment is readable up to what was promised; others to their end. */
static void measure(struct gateway_spool *s, struct segment *seg)
{
    char path[SPOOL_PATH];
    struct stat st;

    seg->is_open = false;
    pthread_mutex_lock(&s->lock);
    if (seg->dir == &s->own && strcmp(seg->id, s->segment_id) == 0) {
        seg->is_open = !s->is_written;
        seg->end = s->durable_to;
    }
    pthread_mutex_unlock(&s->lock);
    if (seg->is_open)
        return;
    spool_segment_path(seg->dir, seg->id, path);
    seg->end = stat(path, &st) == 0 ? (int64_t)st.st_size : UNREADABLE;
}

/* False: it could not be read now, which says nothing about what is in it. */
static bool read_chunk(struct lm_ctx *ctx, const struct segment *seg, int64_t from, lm_str *out)
{
    size_t n = (size_t)LM_MIN(seg->end - from, (int64_t)CHUNK_BYTES);
    char *bytes = lm_arena_alloc(ctx->arena, n + 1);
    char path[SPOOL_PATH];
    ssize_t got;
    int fd;

    spool_segment_path(seg->dir, seg->id, path);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    got = fd < 0 ? -1 : pread(fd, bytes, n, (off_t)from);
    if (fd >= 0)
        close(fd);
    *out = (lm_str){bytes, got > 0 ? (size_t)got : 0};
    return got >= 0;
}

static enum progress unreadable(struct gateway_spool *s, const struct segment *seg)
{
    lm_log(NULL, LM_LOG_ERROR, "spool segment cannot be read", LM_KV_STR("spool", s->o.name),
           LM_KV_STR("segment", seg->id), LM_KV_STR("error", strerrordesc_np(errno)));
    return FAILED;
}

/* Nothing of it is needed any more. What stands behind the last whole record was promised to nobody. */
static enum progress drop(const struct segment *seg)
{
    char path[SPOOL_PATH];

    if (seg->end > seg->at->position)
        lm_log(NULL, LM_LOG_WARN, "spool segment ends in a torn record",
               LM_KV_STR("segment", seg->id), LM_KV_INT("bytes", seg->end - seg->at->position));
    spool_segment_path(seg->dir, seg->id, path);
    unlink(path);
    seg->at->segment[0] = '\0';
    return DONE;
}

static enum progress offer(struct gateway_spool *s, struct lm_ctx *ctx, const struct segment *seg)
{
    struct gateway_spool_batch batch = {.segment_id = seg->id, .position = seg->at->position};
    lm_str *records = LM_NEW_ARRAY(ctx->arena, lm_str, BATCH_RECORDS);
    lm_err err = LM_ERR_INIT;
    int64_t taken = 0;
    size_t all;
    lm_str rest;

    if (!read_chunk(ctx, seg, seg->at->position, &rest))
        return unreadable(s, seg);
    all = rest.n;
    while (batch.n < BATCH_RECORDS && gateway_spool_next(&rest, &records[batch.n]))
        batch.n++;
    batch.records = records;
    batch.next_position = batch.position + (int64_t)(all - rest.n);
    if (batch.n == 0)
        return seg->is_open ? NOTHING : drop(seg);
    if (s->o.ship(ctx, &batch, &taken, &err)) {
        lm_log(ctx, lm_code_is_later(err.code) ? LM_LOG_DEBUG : LM_LOG_ERROR, "spool not shipped",
               LM_KV_STR("spool", s->o.name), LM_KV_ERR(&err));
        return FAILED;
    }
    /* The owner's word counts, forward (it had this before) and back (it was restored). */
    seg->at->position = LM_MAX(LM_MIN(taken, seg->end), (int64_t)GATEWAY_SPOOL_HEADER);
    lm_metric_add(s->shipped, (int64_t)batch.n);
    return SHIPPED;
}

static enum progress ship_segment(struct gateway_spool *s, struct segment *seg)
{
    struct lm_ctx *ctx;
    volatile enum progress p = FAILED; /* outlives the longjmp of the arena */

    measure(s, seg);
    if (seg->end == UNREADABLE)
        return unreadable(s, seg);
    if (strcmp(seg->at->segment, seg->id) != 0) {
        snprintf(seg->at->segment, sizeof(seg->at->segment), "%s", seg->id);
        seg->at->position = GATEWAY_SPOOL_HEADER;
    }
    if (seg->at->position >= seg->end)
        return seg->is_open ? NOTHING : drop(seg);
    ctx = lm_ctx_new(s->o.proc, NULL, SHIP_TIMEOUT_MS, SHIP_MEMORY);
    if (lm_arena_guard(ctx->arena) == 0)
        p = offer(s, ctx, seg);
    lm_ctx_free(ctx);
    return p;
}

static enum progress ship_own(struct gateway_spool *s)
{
    struct segment seg = {.dir = &s->own, .at = &s->own_at};

    return spool_dir_oldest(&s->own, seg.id) ? ship_segment(s, &seg) : NOTHING;
}

static enum progress ship_adopted(struct gateway_spool *s)
{
    while (s->n_adopted > 0) {
        struct spool_dir *d = &s->adopted[s->n_adopted - 1];
        struct segment seg = {.dir = d, .at = &s->adopted_at};

        if (spool_dir_oldest(d, seg.id))
            return ship_segment(s, &seg);
        spool_dir_close(d);
        s->n_adopted--;
    }
    return NOTHING;
}

/* Ours first: what people do now is news. Then some of the others', or a busy gateway would never come to them. */
static enum progress ship_some(struct gateway_spool *s)
{
    enum progress own = ship_own(s), adopted;

    if (own == FAILED)
        return FAILED;
    adopted = ship_adopted(s);
    return adopted == NOTHING ? own : adopted;
}

/* What lies in our directory and was not taken, for the limit and the gauge. */
static void count_kept(struct gateway_spool *s, int64_t before)
{
    pthread_mutex_lock(&s->lock);
    if (strcmp(s->own_at.segment, s->segment_id) == 0)
        s->kept_bytes = s->durable_to - s->own_at.position;
    else if (s->own_at.position > before)
        s->kept_bytes = LM_MAX(s->kept_bytes - (s->own_at.position - before), 0);
    lm_metric_set(s->waiting, s->kept_bytes);
    pthread_mutex_unlock(&s->lock);
}

static bool is_over(struct gateway_spool *s, enum progress last)
{
    bool over;

    pthread_mutex_lock(&s->lock);
    over = s->is_written && (last == NOTHING || last == FAILED || lm_mono_ms() >= s->ship_until_ms);
    pthread_mutex_unlock(&s->lock);
    return over;
}

static void look_for_free(struct gateway_spool *s)
{
    int64_t now = lm_mono_ms();

    if (s->looked_for_free_ms && now - s->looked_for_free_ms < LOOK_FOR_FREE_MS)
        return;
    s->looked_for_free_ms = now;
    spool_adopt_free(s);
}

void *spool_ship_loop(void *spool)
{
    struct gateway_spool *s = spool;
    unsigned failures = 0;
    enum progress p;

    do {
        int64_t before = s->own_at.position;

        begin_look(s);
        look_for_free(s);
        p = ship_some(s);
        count_kept(s, before);
        failures = p == FAILED ? failures + 1 : 0;
        if (p == FAILED)
            wait_ms(s, lm_backoff_wait_ms(&ship_backoff, failures, 0.5), true);
        else if (p == NOTHING)
            wait_ms(s, IDLE_MS, false);
    } while (!is_over(s, p));
    return NULL;
}
