/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking an import back, the last batch first. A company that it made and that nobody changed since is archived and
 * gives its domain free, so that the same list can be imported once more; one that somebody changed stays. What it said of
 * a company that it updated is said no more, so that each former value is shown again that nobody has replaced.
 */
#include "common/arena.h"
#include "common/event.h"
#include "common/job.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "services/scraper/import/import.h"
#include "services/scraper/pool/pool.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store.h"
#include "services/scraper/store_import.h"

struct undone {
    Lm__Company **changed; /* written, to be told */
    size_t n;
    int undone, kept;
};

static lm_str *ids_of(struct lm_arena *a, const Scraper__ImportBatch *b, Scraper__RowResult result,
                      size_t *n)
{
    lm_str *ids = LM_NEW_ARRAY(a, lm_str, b->n_rows);

    *n = 0;
    for (size_t i = 0; i < b->n_rows; i++) {
        if (b->rows[i]->result == result && b->rows[i]->company_id)
            ids[(*n)++] = lm_str_z(b->rows[i]->company_id);
    }
    return ids;
}

/* What the import said of companies that were known before is taken back; what somebody else says since stays. */
static lm_code restore(struct lm_ctx *ctx, const char *import_id, const Scraper__ImportBatch *b,
                       struct undone *u, lm_err *err)
{
    char **ids = LM_NEW_ARRAY(ctx->arena, char *, b->n_rows);
    lm_str *texts = LM_NEW_ARRAY(ctx->arena, lm_str, b->n_rows);
    struct scraper_pool *pool;
    size_t n = 0;

    for (size_t i = 0; i < b->n_rows; i++) {
        if (b->rows[i]->before)
            ids[n++] = b->rows[i]->company_id;
    }
    if (n == 0)
        return LM_OK;
    if (scraper_pool_with_dead(ctx, ids, n, &pool, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        bool was_said = false;

        if (scraper_pool_company(pool, ids[i]) &&
            scraper_pool_unsay(pool, ids[i], import_id, &was_said, err))
            return err->code;
        u->undone += was_said;
        u->kept += !was_said;
    }
    if (scraper_pool_write(pool, err))
        return err->code;
    for (size_t i = 0; i < n; i++)
        texts[i] = lm_str_z(ids[i]);
    return scraper_companies_own(ctx, import_id, texts, n, err);
}

static lm_code archive(struct lm_ctx *ctx, const char *import_id, const Scraper__ImportBatch *b,
                       struct undone *u, lm_err *err)
{
    size_t n_ids, n;
    lm_str *ids = ids_of(ctx->arena, b, SCRAPER__ROW_RESULT__ROW_CREATED, &n_ids);
    Lm__Company **v;

    if (n_ids == 0)
        return LM_OK;
    if (scraper_companies_undo(ctx, import_id, ids, n_ids, &v, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++)
        u->changed[u->n++] = v[i];
    u->undone += (int)n;
    u->kept += (int)(n_ids - n);
    return LM_OK;
}

static lm_code tell(struct lm_ctx *ctx, const struct undone *u, lm_err *err)
{
    for (size_t i = 0; i < u->n; i++) {
        if (scraper_tell_company(ctx, u->changed[i], err))
            return err->code;
    }
    return LM_OK;
}

static lm_code note(struct lm_ctx *ctx, struct scraper_import *import, const struct undone *u,
                    lm_err *err)
{
    Scraper__ImportCounts *c = import->m->counts;

    if (!c) {
        c = import->m->counts = LM_NEW(ctx->arena, Scraper__ImportCounts);
        scraper__import_counts__init(c);
    }
    c->has_undone = c->has_kept = true;
    c->undone += u->undone;
    c->kept += u->kept;
    return scraper_import_save(ctx, import, NULL, err);
}

/* *is_over: there was no batch left. */
static lm_code undo_batch(struct lm_ctx *ctx, const char *id, bool *is_over, lm_err *err)
{
    struct scraper_import import;
    struct scraper_batch batch;
    struct undone u = {.n = 0};
    bool is_there;

    if (lm_tx_begin(ctx, err) || (ctx->job && lm_job_fence(ctx, err)) ||
        scraper_intake_lock(ctx, err) || scraper_import_load(ctx, id, true, &import, err))
        return err->code;
    if (import.m->status != SCRAPER__IMPORT_STATUS__IMPORT_UNDOING)
        return lm_fail(err, LM_CANCELLED, "cancelled");
    if (scraper_batch_last(ctx, id, &batch, &is_there, err))
        return err->code;
    *is_over = !is_there;
    if (*is_over)
        return lm_tx_commit(ctx, err);
    u.changed = LM_NEW_ARRAY(ctx->arena, Lm__Company *, batch.rows->n_rows);
    if (restore(ctx, id, batch.rows, &u, err) || archive(ctx, id, batch.rows, &u, err) ||
        tell(ctx, &u, err) || scraper_batch_undone(ctx, id, batch.first_row, err) ||
        note(ctx, &import, &u, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

/* In memory of its own, which is guarded. */
static lm_code undo_guarded(struct lm_ctx *ctx, const char *id, bool *is_over, lm_err *err)
{
    struct lm_ctx *own = scraper_import_batch_ctx(ctx);

    if (lm_arena_guard(own->arena) == 0)
        (void)!undo_batch(own, id, is_over, err);
    else
        lm_fail(err, LM_TOO_LARGE, "a batch needs more memory than it may have");
    lm_arena_unguard(own->arena);
    lm_ctx_free(own);
    return err->code;
}

lm_code scraper_import_undo(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    bool is_over = false;
    int64_t batches = 0;

    while (!is_over) {
        if (undo_guarded(ctx, id, &is_over, err) ||
            (ctx->job && lm_job_progress(ctx, ++batches, 0, err)))
            return err->code;
    }
    return LM_OK;
}
