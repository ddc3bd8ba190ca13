/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole file, batch after batch, as feed.c reads it: rows are put through together and remembered with what became of
 * them. Whether the job is still ours is asked in each transaction.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/job.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/import/import.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store_import.h"

enum {
    BATCH_MEMORY =
        48 << 20,          /* never reached by what a batch may hold; ends one that has gone wild */
    CELLS_BYTES = 8 << 10, /* of a rejected row, for its report */
    ERRORS_SHOWN = 20,
    FIRST_BATCH = 100, /* the first rows show soon */
};

struct run {
    struct lm_ctx *ctx;
    struct scraper_batch_how how;
    const char *id;
    int64_t size_bytes;
    bool is_preview;
    int row_done;
};

/* ---- what is remembered of it ---- */

static char *text(struct lm_arena *a, const char *z)
{
    return z ? lm_arena_strdup(a, z) : NULL;
}

static Scraper__ImportBatchRow *remembered(struct lm_arena *a, const struct scraper_import_row *row)
{
    Scraper__ImportBatchRow *r = LM_NEW(a, Scraper__ImportBatchRow);

    scraper__import_batch_row__init(r);
    r->row = row->number;
    r->result = row->result;
    r->company_id = row->known ? row->known->id : NULL;
    r->field = text(a, row->found ? row->field : row->problem.field);
    r->message = text(a, row->found ? row->message : row->problem.message);
    r->before = row->before;
    r->after = row->after;
    r->cells = LM_NEW_ARRAY(a, char *, row->n_cells);
    for (; r->n_cells < row->n_cells; r->n_cells++)
        r->cells[r->n_cells] = lm_arena_strz(a, row->cells[r->n_cells]);
    return r;
}

static lm_code remember(struct lm_ctx *ctx, const struct run *run, const struct scraper_filled *f,
                        struct scraper_batch *batch, lm_err *err)
{
    Scraper__ImportBatch *rows = LM_NEW(ctx->arena, Scraper__ImportBatch);

    scraper__import_batch__init(rows);
    rows->rows = LM_NEW_ARRAY(ctx->arena, Scraper__ImportBatchRow *, (size_t)f->n);
    *batch = (struct scraper_batch){
        .first_row = f->rows[0].number, .last_row = f->rows[f->n - 1].number, .rows = rows};
    for (int i = 0; i < f->n; i++) {
        rows->rows[rows->n_rows++] = remembered(ctx->arena, &f->rows[i]);
        batch->counts[f->rows[i].result]++;
    }
    return scraper_batch_insert(ctx, run->id, batch, err);
}

static void count(Scraper__ImportCounts *c, const struct scraper_batch *b, int n)
{
    c->has_rows = c->has_created = c->has_updated = c->has_unchanged = true;
    c->has_skipped = c->has_conflicts = c->has_rejected = true;
    c->rows += n;
    c->created += (int32_t)b->counts[SCRAPER__ROW_RESULT__ROW_CREATED];
    c->updated += (int32_t)b->counts[SCRAPER__ROW_RESULT__ROW_UPDATED];
    c->unchanged += (int32_t)b->counts[SCRAPER__ROW_RESULT__ROW_UNCHANGED];
    c->skipped += (int32_t)b->counts[SCRAPER__ROW_RESULT__ROW_SKIPPED];
    c->conflicts += (int32_t)b->counts[SCRAPER__ROW_RESULT__ROW_CONFLICT];
    c->rejected += (int32_t)b->counts[SCRAPER__ROW_RESULT__ROW_REJECTED];
}

/* The first rejected rows stand in the import itself. */
static void show_errors(struct lm_arena *a, Scraper__Import *m, const struct scraper_filled *f)
{
    Scraper__RowError **v = LM_NEW_ARRAY(a, Scraper__RowError *, ERRORS_SHOWN);

    for (size_t i = 0; i < m->n_errors; i++)
        v[i] = m->errors[i];
    m->errors = v;
    for (int i = 0; i < f->n && m->n_errors < ERRORS_SHOWN; i++) {
        const struct scraper_import_row *row = &f->rows[i];
        Scraper__RowError *e;

        if (row->found)
            continue;
        e = LM_NEW(a, Scraper__RowError);
        scraper__row_error__init(e);
        e->row = row->number;
        e->has_column = row->problem.column > 0;
        e->column = row->problem.column;
        e->field = text(a, row->problem.field);
        e->message = text(a, row->problem.message);
        v[m->n_errors++] = e;
    }
}

/* ---- a batch goes through ---- */

static lm_code is_ours(struct lm_ctx *ctx, const struct run *run, struct scraper_import *import,
                       lm_err *err)
{
    Scraper__ImportStatus wanted = run->is_preview ? SCRAPER__IMPORT_STATUS__IMPORT_PREVIEWING
                                                   : SCRAPER__IMPORT_STATUS__IMPORT_RUNNING;

    if ((ctx->job && lm_job_fence(ctx, err)) ||
        scraper_import_load(ctx, run->id, true, import, err))
        return err->code;
    if (import->m->status != wanted)
        return lm_fail(err, LM_CANCELLED, "cancelled");
    return import->row_done == run->row_done
               ? LM_OK
               : lm_fail(err, LM_FENCED, "somebody else goes on with this import");
}

static lm_code put_through(struct lm_ctx *ctx, struct run *run, struct scraper_filled *f,
                           lm_err *err)
{
    struct scraper_import import;
    struct scraper_batch batch;

    if (lm_tx_begin(ctx, err) || is_ours(ctx, run, &import, err) ||
        scraper_import_batch(ctx, &run->how, f->rows, (size_t)f->n, err) ||
        remember(ctx, run, f, &batch, err))
        return err->code;
    if (!import.m->counts) {
        import.m->counts = LM_NEW(ctx->arena, Scraper__ImportCounts);
        scraper__import_counts__init(import.m->counts);
    }
    count(import.m->counts, &batch, f->n);
    show_errors(ctx->arena, import.m, f);
    import.row_done = batch.last_row;
    if (scraper_import_save(ctx, &import, NULL, err) || lm_tx_commit(ctx, err))
        return err->code;
    run->row_done = batch.last_row;
    return LM_OK;
}

struct lm_ctx *scraper_import_batch_ctx(struct lm_ctx *ctx)
{
    struct lm_ctx *own = lm_ctx_new(ctx->proc, ctx->tenant_id, 0, BATCH_MEMORY);

    own->deadline_ms = ctx->deadline_ms;
    own->job = ctx->job;
    memcpy(own->user_id, ctx->user_id, LM_ID_SIZE);
    memcpy(own->request_id, ctx->request_id, LM_ID_SIZE);
    return own;
}

/* Whoever called waits for the last events: those before them are in the log before them. */
static void keep_caused(const struct lm_ctx *from, struct lm_ctx *to)
{
    if (to->job || from->n_caused == 0)
        return;
    to->caused = LM_NEW_ARRAY(to->arena, struct lm_caused, from->n_caused);
    memcpy(to->caused, from->caused, from->n_caused * sizeof(*to->caused));
    to->n_caused = to->cap_caused = from->n_caused;
}

/* What it needs beside what was read lives with it, in the memory of the batch. */
static lm_code run_batch(struct run *run, struct scraper_filled *f, lm_err *err)
{
    struct lm_ctx *ctx = f->ctx;

    if (lm_arena_guard(ctx->arena) != 0) {
        lm_arena_unguard(ctx->arena);
        return lm_fail(err, LM_TOO_LARGE, "rows from %d on need more memory than a batch may have",
                       run->row_done + 1);
    }
    if (put_through(ctx, run, f, err) == LM_OK) {
        keep_caused(ctx, run->ctx);
        if (ctx->job)
            (void)!lm_job_progress(ctx, (int64_t)f->at, run->size_bytes, err);
    }
    lm_arena_unguard(ctx->arena);
    return err->code;
}

/* ---- the whole file ---- */

static lm_code begin(struct run *run, struct scraper_feed **feed, lm_err *err)
{
    struct lm_ctx *ctx = run->ctx;
    struct scraper_mapping *mapping = LM_NEW(ctx->arena, struct scraper_mapping);
    struct scraper_import import;

    if (scraper_import_load(ctx, run->id, false, &import, err) ||
        scraper_import_mapping(ctx->arena, import.m, mapping, err))
        return err->code;
    run->row_done = import.row_done;
    run->size_bytes = import.m->size_bytes;
    run->how = (struct scraper_batch_how){.import_id = run->id, .strategy = import.m->strategy};
    if (run->is_preview)
        run->how.seen = scraper_seen_new(ctx->arena, (uint64_t)run->size_bytes);
    return scraper_feed_start(ctx, import.m, mapping, run->row_done, feed, err);
}

lm_code scraper_import_run(struct lm_ctx *ctx, const char *id, bool is_preview, lm_err *err)
{
    struct run run = {.ctx = ctx, .id = id, .is_preview = is_preview};
    struct scraper_filled *f = NULL;
    struct scraper_feed *feed;

    if (begin(&run, &feed, err))
        return err->code;
    while (scraper_feed_next(feed, &f, err) == LM_OK && f) {
        struct lm_ctx *own = f->ctx;

        (void)!run_batch(&run, f, err);
        lm_ctx_free(own);
        if (err->code)
            break;
    }
    scraper_feed_stop(feed);
    return err->code;
}

lm_code scraper_import_end(struct lm_ctx *ctx, const char *id, Scraper__ImportStatus from,
                           Scraper__ImportStatus to, const char *error_message, lm_err *err)
{
    struct scraper_import import;

    lm_tx_rollback(ctx);
    ctx->deadline_ms = LM_MAX(ctx->deadline_ms, lm_mono_ms() + 5000);
    if (lm_tx_begin(ctx, err) || scraper_import_load(ctx, id, true, &import, err))
        return err->code;
    if (import.m->status != from)
        return LM_OK; /* cancelled at the very end */
    import.m->status = to;
    import.m->error_message = text(ctx->arena, error_message);
    return scraper_import_save(ctx, &import, NULL, err);
}
