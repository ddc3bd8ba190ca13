/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch of rows: which companies they are (pool.h), and what becomes of them. Two rows of a batch may be one company,
 * too, which may be new. What the file says of a company that was known is a record of its own, tied to that one,
 * and goes when the import is undone.
 */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/import/import.h"
#include "services/scraper/pool/pool.h"
#include "services/scraper/scraper.h"
#include "services/scraper/store_import.h"

struct batch {
    struct lm_ctx *ctx;
    const struct scraper_batch_how *how;
    struct scraper_pool *pool;
    struct scraper_import_row *rows;
    size_t at; /* of the row that is looked at */
};

/* ---- what becomes of it ---- */

static lm_code make(struct batch *b, struct scraper_import_row *row, size_t k, lm_err *err)
{
    if (scraper_pool_begin(b->pool, k, row->known != NULL, &row->known, err))
        return err->code;
    row->result = SCRAPER__ROW_RESULT__ROW_CREATED;
    return LM_OK;
}

/* The row of this batch that made it; 0: it was known. */
static int made_by(const struct batch *b, const Lm__Company *known)
{
    for (size_t i = 0; i < b->at; i++) {
        if (b->rows[i].result == SCRAPER__ROW_RESULT__ROW_CREATED && b->rows[i].known == known)
            return b->rows[i].number;
    }
    return 0;
}

static void skip(struct batch *b, struct scraper_import_row *row)
{
    int number = made_by(b, row->known);

    row->result = SCRAPER__ROW_RESULT__ROW_SKIPPED;
    row->message =
        number ? lm_arena_printf(b->ctx->arena, "is the company of row %d", number) : "is known";
}

/* What a row of this batch has made goes when that is undone; another one gets a word that can be taken back. */
static lm_code change(struct batch *b, struct scraper_import_row *row, lm_err *err)
{
    const bool wins = b->how->strategy == SCRAPER__IMPORT_STRATEGY__UPDATE;
    Lm__Company now = *row->known, *before, *after;

    if (wins)
        scraper_company_overwrite(b->ctx->arena, &now, row->found);
    scraper_company_fill(b->ctx->arena, &now, row->found);
    if (!scraper_company_diff(b->ctx->arena, row->known, &now, &before, &after)) {
        row->result = SCRAPER__ROW_RESULT__ROW_UNCHANGED;
        return LM_OK;
    }
    row->result = SCRAPER__ROW_RESULT__ROW_UPDATED;
    if (scraper_pool_amend(b->pool, row->known, &now))
        return LM_OK;
    row->before = before;
    row->after = after;
    return scraper_pool_say(b->pool, row->known->id,
                            &(struct scraper_saying){b->how->import_id, LM__SOURCE__IMPORT,
                                                     wins ? 1 : -1},
                            after, &row->known, err);
}

static lm_code apply(struct batch *b, struct scraper_import_row *row, size_t k, lm_err *err)
{
    bool creates = b->how->strategy == SCRAPER__IMPORT_STRATEGY__CREATE;
    bool has_its_domain = row->known && row->found->domain && row->known->domain &&
                          strcmp(row->found->domain, row->known->domain) == 0;

    if (!row->known || (creates && !has_its_domain))
        return make(b, row, k, err);
    if (creates) {
        row->result = SCRAPER__ROW_RESULT__ROW_CONFLICT;
        row->field = "domain";
        row->message = "another company has this domain";
    } else if (b->how->strategy == SCRAPER__IMPORT_STRATEGY__SKIP) {
        skip(b, row);
    } else {
        return change(b, row, err);
    }
    return LM_OK;
}

/* ---- a preview: what would become of it ---- */

/* The first field in which the file says other than we do. */
static const char *contradiction(struct lm_arena *a, const Lm__Company *known,
                                 const Lm__Company *found)
{
    Lm__Company filled = *known, overwritten = *known, *before, *after;

    scraper_company_fill(a, &filled, found);
    overwritten = filled;
    scraper_company_overwrite(a, &overwritten, found);
    return scraper_company_diff(a, &filled, &overwritten, &before, &after)
               ? scraper_company_first_field(after)
               : NULL;
}

static void judge(struct batch *b, struct scraper_import_row *row)
{
    struct lm_arena *a = b->ctx->arena;
    Lm__Company filled, *before, *after;

    if (scraper_seen_before(b->how->seen, a, row->found)) {
        row->result = SCRAPER__ROW_RESULT__ROW_SKIPPED;
        row->message = "stands in the file before";
        return;
    }
    if (!row->known) {
        row->result = SCRAPER__ROW_RESULT__ROW_CREATED;
        return;
    }
    row->field = contradiction(a, row->known, row->found);
    if (row->field) {
        row->result = SCRAPER__ROW_RESULT__ROW_CONFLICT;
        row->message = "the company has another value";
        return;
    }
    filled = *row->known;
    scraper_company_fill(a, &filled, row->found);
    row->result = scraper_company_diff(a, row->known, &filled, &before, &after)
                      ? SCRAPER__ROW_RESULT__ROW_UPDATED
                      : SCRAPER__ROW_RESULT__ROW_UNCHANGED;
}

/* ---- the whole batch ---- */

static lm_code open_pool(struct batch *b, size_t n, lm_err *err)
{
    Lm__Company **found = LM_NEW_ARRAY(b->ctx->arena, Lm__Company *, n);
    size_t n_found = 0;

    for (size_t i = 0; i < n; i++) {
        if (b->rows[i].found)
            found[n_found++] = b->rows[i].found;
    }
    if (scraper_intake_lock(b->ctx, err) ||
        scraper_pool_open(b->ctx, found, n_found, &b->pool, err))
        return err->code;
    scraper_pool_import(b->pool, b->how->import_id);
    return LM_OK;
}

/* What it changes of companies that it made in a batch before is still its own. */
static lm_code write(struct batch *b, size_t n, lm_err *err)
{
    lm_str *ids = LM_NEW_ARRAY(b->ctx->arena, lm_str, n);
    size_t n_ids = 0;

    for (size_t i = 0; i < n; i++) {
        if (b->rows[i].before)
            ids[n_ids++] = lm_str_z(b->rows[i].known->id);
    }
    if (scraper_pool_write(b->pool, err))
        return err->code;
    return scraper_companies_own(b->ctx, b->how->import_id, ids, n_ids, err);
}

lm_code scraper_import_batch(struct lm_ctx *ctx, const struct scraper_batch_how *how,
                             struct scraper_import_row *rows, size_t n, lm_err *err)
{
    struct batch b = {.ctx = ctx, .how = how, .rows = rows};
    size_t k = 0; /* of the pool */

    if (open_pool(&b, n, err))
        return err->code;
    for (b.at = 0; b.at < n; b.at++) {
        struct scraper_import_row *row = &rows[b.at];

        row->result = SCRAPER__ROW_RESULT__ROW_REJECTED;
        if (!row->found)
            continue;
        row->known = scraper_pool_find(b.pool, k);
        if (how->seen)
            judge(&b, row);
        else if (apply(&b, row, k, err))
            return lm_wrap(err, "row %d", row->number);
        k++;
    }
    return how->seen ? LM_OK : write(&b, n, err);
}
