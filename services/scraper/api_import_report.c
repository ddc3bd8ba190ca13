/* SPDX-License-Identifier: Apache-2.0 */
/* What became of the rows of an import: in pages, and the rejected ones as a file. */
#include "common/arena.h"
#include "common/csv.h"
#include "common/str.h"
#include "gen/scraper.lm.h"
#include "services/scraper/store_import.h"

enum {
    ERRORS_BYTES = 256 << 10
}; /* of a part of the file of errors: a frame of the bus takes it */

static Scraper__ImportRow *shown(struct lm_arena *a, const Scraper__ImportBatchRow *r)
{
    Scraper__ImportRow *row = LM_NEW(a, Scraper__ImportRow);

    scraper__import_row__init(row);
    row->row = r->row;
    row->result = r->result;
    row->company_id = r->company_id;
    row->field = r->field;
    row->message = r->message;
    return row;
}

static int64_t total_of(const Scraper__ImportCounts *c, int result)
{
    if (!c)
        return 0;
    switch (result) {
    case SCRAPER__ROW_RESULT__ROW_CREATED:
        return c->created;
    case SCRAPER__ROW_RESULT__ROW_UPDATED:
        return c->updated;
    case SCRAPER__ROW_RESULT__ROW_UNCHANGED:
        return c->unchanged;
    case SCRAPER__ROW_RESULT__ROW_SKIPPED:
        return c->skipped;
    case SCRAPER__ROW_RESULT__ROW_CONFLICT:
        return c->conflicts;
    case SCRAPER__ROW_RESULT__ROW_REJECTED:
        return c->rejected;
    default:
        return c->rows;
    }
}

lm_code scraper_list_import_rows(struct lm_ctx *ctx, const Scraper__ListImportRowsRequest *in,
                                 Scraper__ListImportRowsResponse *out, lm_err *err)
{
    int result = in->has_result ? (int)in->result : 0, after = in->after;
    struct scraper_import import;
    struct scraper_batch batch;
    bool is_there = true;

    if (scraper_import_load(ctx, in->import_id, false, &import, err))
        return err->code;
    out->total = total_of(import.m->counts, result);
    out->items = LM_NEW_ARRAY(ctx->arena, Scraper__ImportRow *, (size_t)in->limit);
    while (out->n_items < (size_t)in->limit) {
        if (scraper_batch_next(ctx, in->import_id, after, result, &batch, &is_there, err))
            return err->code;
        if (!is_there)
            return LM_OK;
        for (size_t i = 0; i < batch.rows->n_rows && out->n_items < (size_t)in->limit; i++) {
            const Scraper__ImportBatchRow *r = batch.rows->rows[i];

            if (r->row > after && (!result || (int)r->result == result))
                out->items[out->n_items++] = shown(ctx->arena, r);
        }
        after =
            out->n_items == (size_t)in->limit ? out->items[out->n_items - 1]->row : batch.last_row;
    }
    out->has_next = true;
    out->next = after;
    return LM_OK;
}

static void put_header(struct lm_arena *a, struct lm_buf *b, const Scraper__Import *m)
{
    lm_buf_appendz(b, LM_CSV_MARK "row,field,message");
    for (size_t i = 0; i < m->n_columns; i++)
        lm_csv_value(b,
                     lm_str_z(m->columns[i]->header ? m->columns[i]->header
                                                    : lm_arena_printf(a, "column %zu", i + 1)),
                     false);
    lm_csv_end(b);
}

static void put_error(struct lm_buf *b, const Scraper__ImportBatchRow *r)
{
    lm_buf_printf(b, "%d", r->row);
    lm_csv_value(b, lm_str_z(r->field), false);
    lm_csv_value(b, lm_str_z(r->message), false);
    for (size_t i = 0; i < r->n_cells; i++)
        lm_csv_value(b, lm_str_z(r->cells[i]), false);
    lm_csv_end(b);
}

/* Whole batches, as long as the piece is short. */
lm_code scraper_get_import_errors(struct lm_ctx *ctx, const Scraper__ImportErrorsRequest *in,
                                  Scraper__ImportErrors *out, lm_err *err)
{
    struct lm_buf b = lm_buf_in(ctx->arena, 16 << 20);
    struct scraper_import import;
    struct scraper_batch batch;
    bool is_there = true;
    int64_t place = 0;
    int after;

    if (in->part && (!lm_str_int(lm_str_z(in->part), &place) || place < 0 || place > INT32_MAX))
        return lm_fail_field(err, "part", "is no place in this file");
    if (scraper_import_load(ctx, in->import_id, false, &import, err))
        return err->code;
    after = (int)place;
    if (!in->part)
        put_header(ctx->arena, &b, import.m);
    while (b.n < ERRORS_BYTES) {
        if (scraper_batch_next(ctx, in->import_id, after, SCRAPER__ROW_RESULT__ROW_REJECTED, &batch,
                               &is_there, err))
            return err->code;
        if (!is_there)
            break;
        for (size_t i = 0; i < batch.rows->n_rows && b.n < ERRORS_BYTES; i++) {
            if (batch.rows->rows[i]->row <= after)
                continue;
            after = batch.rows->rows[i]->row;
            if (batch.rows->rows[i]->result == SCRAPER__ROW_RESULT__ROW_REJECTED)
                put_error(&b, batch.rows->rows[i]);
        }
    }
    out->next = is_there ? lm_arena_printf(ctx->arena, "%d", after) : NULL;
    out->data = (ProtobufCBinaryData){b.n, (uint8_t *)b.p};
    return LM_OK;
}
