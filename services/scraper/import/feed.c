/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Batches read ahead. The thread has a context of its own, whose memory is the reader's, and makes one for each batch,
 * which goes with it to whoever puts it through. Both are guarded here: no jump leaves this thread.
 */
#include <stdlib.h>

#include "common/arena.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "common/text.h"
#include "common/thread.h"
#include "services/scraper/import/import.h"

enum {
    READER_MEMORY = 24 << 20,
    CELLS_BYTES = 8 << 10, /* of a rejected row, for its report */
    FIRST_BATCH = 100,     /* the first rows show soon */
};

struct scraper_feed {
    pthread_t thread;
    struct lm_ctx *of; /* whose work this is; only what never changes of it is looked at */
    struct lm_ctx *ctx;
    const Scraper__Import *m;
    const struct scraper_mapping *mapping;
    int behind, most;

    /* the thread's */
    struct scraper_table *table;
    struct scraper_record *record;
    bool has_record; /* one that did not fit the batch before */
    bool is_end;
    struct lm_ctx *batch; /* under way */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct scraper_filled *ready;
    bool is_over, is_stopped, is_joined;
    lm_err err;
};

/* ---- rows; on the thread ---- */

static size_t bytes_of(const struct scraper_record *r)
{
    size_t n = 0;

    for (size_t i = 0; i < r->n; i++)
        n += r->cells[i].n;
    return n;
}

/* The record's texts are borrowed: a rejected row keeps what its report shows of them. */
static void keep_cells(struct lm_arena *a, const struct scraper_record *r,
                       struct scraper_import_row *row)
{
    size_t left = CELLS_BYTES;

    row->cells = LM_NEW_ARRAY(a, lm_str, r->n);
    for (row->n_cells = 0; row->n_cells < r->n; row->n_cells++) {
        lm_str cell = lm_utf8_cut(r->cells[row->n_cells], left);

        row->cells[row->n_cells] = lm_arena_dup(a, cell);
        left -= cell.n;
    }
}

static void take(struct scraper_feed *feed, struct scraper_filled *f)
{
    struct scraper_import_row *row = &f->rows[f->n++];
    const struct scraper_record *r = feed->record;

    *row = (struct scraper_import_row){.number = (int)r->row};
    if (!scraper_row_read(f->ctx->arena, feed->mapping, r, &row->found, &row->problem)) {
        row->found = NULL;
        keep_cells(f->ctx->arena, r, row);
    }
    feed->has_record = false;
}

/* The next record behind those that are done; feed->is_end when there is none. */
static lm_code look(struct scraper_feed *feed, lm_err *err)
{
    while (!feed->has_record && !feed->is_end) {
        if (scraper_table_next(feed->table, feed->record, &feed->is_end, err))
            return err->code;
        feed->has_record = !feed->is_end && feed->record->row > feed->behind;
    }
    return LM_OK;
}

static lm_code fill(struct scraper_feed *feed, struct scraper_filled *f, lm_err *err)
{
    size_t bytes = 0;

    while (f->n < feed->most && look(feed, err) == LM_OK && feed->has_record) {
        bytes += bytes_of(feed->record);
        if (f->n > 0 && bytes > SCRAPER_BATCH_BYTES)
            break;
        take(feed, f);
    }
    f->at = scraper_table_at(feed->table);
    return err->code;
}

static lm_code open_table(struct scraper_feed *feed, lm_err *err)
{
    feed->record = LM_NEW(feed->ctx->arena, struct scraper_record);
    if (scraper_import_open(feed->ctx, feed->m, &feed->table, err))
        return err->code;
    return feed->m->has_header ? scraper_table_next(feed->table, feed->record, &feed->is_end, err)
                               : LM_OK;
}

/* ---- batches; on the thread ---- */

/* NULL in *out: it was stopped, or nothing is left. */
static lm_code make_batch(struct scraper_feed *feed, struct scraper_filled **out, lm_err *err)
{
    struct scraper_filled *f;

    *out = NULL;
    feed->batch = scraper_import_batch_ctx(feed->of);
    if (lm_arena_guard(feed->batch->arena) != 0) {
        lm_arena_unguard(feed->batch->arena);
        return lm_fail(err, LM_TOO_LARGE, "rows need more memory than a batch may have");
    }
    f = LM_NEW(feed->batch->arena, struct scraper_filled);
    f->ctx = feed->batch;
    f->rows = LM_NEW_ARRAY(feed->batch->arena, struct scraper_import_row, (size_t)feed->most);
    (void)!fill(feed, f, err);
    lm_arena_unguard(feed->batch->arena);
    feed->most = SCRAPER_BATCH_ROWS;
    *out = !err->code && f->n > 0 ? f : NULL;
    return err->code;
}

/* False: stopped, and the batch is still ours. */
static bool give(struct scraper_feed *feed, struct scraper_filled *f)
{
    bool is_given;

    pthread_mutex_lock(&feed->lock);
    while (feed->ready && !feed->is_stopped)
        pthread_cond_wait(&feed->changed, &feed->lock);
    is_given = !feed->is_stopped;
    if (is_given)
        feed->ready = f;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    return is_given;
}

static lm_code read_all(struct scraper_feed *feed, lm_err *err)
{
    struct scraper_filled *f;

    if (lm_arena_guard(feed->ctx->arena) != 0)
        lm_fail(err, LM_TOO_LARGE, "the file needs more memory than its reader may have");
    else if (open_table(feed, err) == LM_OK) {
        while (make_batch(feed, &f, err) == LM_OK && f && give(feed, f))
            feed->batch = NULL;
    }
    lm_arena_unguard(feed->ctx->arena);
    lm_ctx_free(feed->batch);
    return err->code;
}

static void *read_ahead(void *arg)
{
    struct scraper_feed *feed = arg;
    lm_err err = LM_ERR_INIT;

    (void)!read_all(feed, &err);
    pthread_mutex_lock(&feed->lock);
    feed->err = err;
    feed->is_over = true;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    return NULL;
}

/* ---- from outside ---- */

void scraper_feed_stop(struct scraper_feed *feed)
{
    if (feed->is_joined)
        return;
    feed->is_joined = true;
    pthread_mutex_lock(&feed->lock);
    feed->is_stopped = true;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    pthread_join(feed->thread, NULL);
    if (feed->ready)
        lm_ctx_free(feed->ready->ctx);
    lm_ctx_free(feed->ctx);
    pthread_cond_destroy(&feed->changed);
    pthread_mutex_destroy(&feed->lock);
}

static void stop(void *arg)
{
    scraper_feed_stop(arg);
}

lm_code scraper_feed_start(struct lm_ctx *ctx, const Scraper__Import *m,
                           const struct scraper_mapping *mapping, int behind,
                           struct scraper_feed **out, lm_err *err)
{
    struct scraper_feed *feed = LM_NEW(ctx->arena, struct scraper_feed);

    feed->of = ctx;
    feed->ctx = lm_ctx_new(ctx->proc, ctx->tenant_id, 0, READER_MEMORY);
    feed->ctx->deadline_ms = ctx->deadline_ms;
    feed->m = m;
    feed->mapping = mapping;
    feed->behind = behind;
    feed->most = FIRST_BATCH;
    pthread_mutex_init(&feed->lock, NULL);
    pthread_cond_init(&feed->changed, NULL);
    *out = feed;
    if (lm_thread_start(&feed->thread, "import", LM_STACK_WORK, read_ahead, feed, err)) {
        lm_ctx_free(feed->ctx);
        return err->code;
    }
    lm_arena_defer(ctx->arena, stop, feed); /* also when the arena's limit ends the work */
    return LM_OK;
}

lm_code scraper_feed_next(struct scraper_feed *feed, struct scraper_filled **out, lm_err *err)
{
    pthread_mutex_lock(&feed->lock);
    while (!feed->ready && !feed->is_over)
        pthread_cond_wait(&feed->changed, &feed->lock);
    *out = feed->ready;
    feed->ready = NULL;
    if (!*out && feed->err.code)
        *err = feed->err;
    pthread_cond_broadcast(&feed->changed);
    pthread_mutex_unlock(&feed->lock);
    return err->code;
}
