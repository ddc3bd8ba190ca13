/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Taking an import back, the last batch first. A company that it made and that nobody changed since is archived and
 * gives its domain free, so that the same list can be imported once more; one that somebody changed stays. A company
 * that it updated gets each former value back that is still the import's.
 */
#include "common/arena.h"
#include "common/event.h"
#include "common/job.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "services/scraper/import/import.h"
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

static Lm__Company *with_id(Lm__Company *const *v, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(v[i]->id, id) == 0)
            return v[i];
    }
    return NULL;
}

/* A domain that is another's by now stays away. */
static lm_code free_domain(struct lm_ctx *ctx, Lm__Company *c, const char *was, lm_err *err)
{
    Lm__Company *other = NULL;

    if (!c->domain || (was && strcmp(was, c->domain) == 0) ||
        scraper_company_by_domain(ctx, lm_str_z(c->domain), &other, err))
        return err->code;
    if (other && strcmp(other->id, c->id) != 0)
        c->domain = (char *)(uintptr_t)was;
    return LM_OK;
}

static lm_code restore(struct lm_ctx *ctx, const char *import_id, const Scraper__ImportBatch *b,
                       struct undone *u, lm_err *err)
{
    Lm__Company **v, **changed = u->changed + u->n;
    size_t n_ids, n, n_changed = 0;
    lm_str *ids = ids_of(ctx->arena, b, SCRAPER__ROW_RESULT__ROW_UPDATED, &n_ids);

    if (n_ids == 0)
        return LM_OK;
    if (scraper_companies_by_ids(ctx, ids, n_ids, &v, &n, err))
        return err->code;
    for (size_t i = b->n_rows; i-- > 0;) {
        const Scraper__ImportBatchRow *row = b->rows[i];
        Lm__Company *c = row->before ? with_id(v, n, row->company_id) : NULL;
        const char *domain = c ? c->domain : NULL;

        if (!row->before)
            continue;
        if (!c || !scraper_company_restore(c, row->before, row->after)) {
            u->kept++;
            continue;
        }
        if (free_domain(ctx, c, domain, err))
            return err->code;
        u->undone++;
        if (!with_id(changed, n_changed, c->id))
            changed[n_changed++] = c;
    }
    u->n += n_changed;
    return scraper_companies_update(ctx, import_id, changed, n_changed, err);
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
