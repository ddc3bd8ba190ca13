/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/spool/spool.h"

#include <unistd.h>

#include "common/clock.h"
#include "common/thread.h"
#include "services/gateway/spool/spool_internal.h"

enum { SPOOL_MEMORY = 1 << 20 };

static void make_metrics(struct gateway_spool *s)
{
    s->appended =
        lm_counter("lm_gateway_spool_appended_total", "Records made durable", "spool", s->o.name);
    s->refused = lm_counter("lm_gateway_spool_refused_total",
                            "Records that were not kept: disk, limit", "spool", s->o.name);
    s->shipped = lm_counter("lm_gateway_spool_shipped_total", "Records their owner took", "spool",
                            s->o.name);
    s->waiting =
        lm_gauge("lm_gateway_spool_waiting_bytes", "Durable and not taken yet", "spool", s->o.name);
}

static lm_code open_directories(struct gateway_spool *s, lm_err *err)
{
    snprintf(s->root, sizeof(s->root), "%s/%s", s->o.dir, s->o.name);
    if (spool_dir_make(s->root, err) || (s->o.needs_disk && spool_dir_check(s->root, err)))
        return err->code;
    return spool_dir_open(s->root, &s->own, err);
}

static lm_code start_threads(struct gateway_spool *s, lm_err *err)
{
    if (lm_thread_start(&s->writer, "spool-write", LM_STACK_SMALL, spool_write_loop, s, err))
        return err->code;
    s->has_writer = true;
    if (lm_thread_start(&s->shipper, "spool-ship", LM_STACK_WORK, spool_ship_loop, s, err))
        return err->code;
    s->has_shipper = true;
    return LM_OK;
}

lm_code gateway_spool_start(const struct gateway_spool_options *o, struct gateway_spool **out,
                            lm_err *err)
{
    struct lm_arena *arena = lm_arena_new(SPOOL_MEMORY);
    struct gateway_spool *s = LM_NEW(arena, struct gateway_spool);

    s->arena = arena;
    s->o = *o;
    s->fd = s->own.lock_fd = -1;
    pthread_mutex_init(&s->lock, NULL);
    lm_cond_init(&s->filled);
    lm_cond_init(&s->durable);
    make_metrics(s);
    if (open_directories(s, err) || start_threads(s, err)) {
        gateway_spool_stop(s, 0);
        return lm_wrap(err, "spool of %s", o->name);
    }
    *out = s;
    return LM_OK;
}

void gateway_spool_stop(struct gateway_spool *s, int64_t ship_ms)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->is_stopping = true;
    s->is_written = !s->has_writer;
    s->ship_until_ms = lm_mono_ms() + ship_ms;
    pthread_cond_signal(&s->filled);
    pthread_cond_signal(&s->durable);
    pthread_mutex_unlock(&s->lock);
    if (s->has_writer)
        pthread_join(s->writer, NULL);
    if (s->has_shipper)
        pthread_join(s->shipper, NULL);
    if (s->fd >= 0)
        close(s->fd);
    while (s->n_adopted > 0)
        spool_dir_close(&s->adopted[--s->n_adopted]);
    spool_dir_close(&s->own);
    lm_arena_free(s->arena);
}

/* ---- entries ---- */

void gateway_spool_chain_add(struct gateway_spool_chain *c, struct gateway_spool_entry *e)
{
    LM_ASSERT(e->payload.n > 0 && e->payload.n <= GATEWAY_SPOOL_RECORD);
    e->next = NULL;
    if (c->last)
        c->last->next = e;
    else
        c->first = e;
    c->last = e;
    c->n++;
}

static void join(struct gateway_spool_chain *to, const struct gateway_spool_chain *c)
{
    if (to->last)
        to->last->next = c->first;
    else
        to->first = c->first;
    to->last = c->last;
    to->n += c->n;
}

void spool_chain_done(struct gateway_spool *s, struct gateway_spool_chain *c, bool is_durable)
{
    struct gateway_spool_entry *next;

    lm_metric_add(is_durable ? s->appended : s->refused, (int64_t)c->n);
    for (struct gateway_spool_entry *e = c->first; e; e = next) {
        next = e->next; /* done() gives the entry back */
        e->done(e, is_durable);
    }
    *c = (struct gateway_spool_chain){.first = NULL};
    if (s->o.group_done)
        s->o.group_done();
}

void gateway_spool_append(struct gateway_spool *s, struct gateway_spool_chain *c)
{
    bool is_taken;

    pthread_mutex_lock(&s->lock);
    is_taken = !s->is_stopping && s->queue.n + c->n <= SPOOL_QUEUE &&
               (uint64_t)LM_MAX(s->kept_bytes, 0) < s->o.max_bytes;
    if (is_taken) {
        join(&s->queue, c);
        pthread_cond_signal(&s->filled);
    }
    pthread_mutex_unlock(&s->lock);
    if (is_taken)
        *c = (struct gateway_spool_chain){.first = NULL};
    else
        spool_chain_done(s, c, false);
}
