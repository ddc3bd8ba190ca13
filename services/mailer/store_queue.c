/* SPDX-License-Identifier: Apache-2.0 */
/* Deliveries as they are looked at: a lead's thread, the queue, how much waits. */
#include "common/arena.h"
#include "common/json.h"
#include "common/str.h"
#include "services/mailer/store_internal.h"

enum { QUEUE_LIMIT = 200 };

static const struct lm_sql delivery_thread = {
    "delivery_thread",
    "SELECT string_agg(rfc_message_id, ' ' ORDER BY step), (array_agg(rfc_message_id ORDER BY step DESC))[1]"
    "  FROM delivery WHERE tenant_id = $1 AND lead_id = $2 AND step < $3 AND status = 'DELIVERED'",
};

lm_code mailer_delivery_thread(struct lm_ctx *ctx, const char *lead_id, int step,
                               struct mailer_thread *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &delivery_thread,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id), LM_INT(step)), "thread", &r, err))
        return err->code;
    out->references = lm_rows_str(r, 0);
    out->last_id = lm_rows_str(r, 1);
    return LM_OK;
}

static const struct lm_sql delivery_page = {
    "delivery_page",
    "SELECT " MAILER_DELIVERY_COLUMNS " FROM delivery"
    " WHERE tenant_id = $1 AND ($2::text IS NULL OR status = $2)"
    "   AND ($4::uuid IS NULL OR (due_at, id) > (lm_at($3), $4))"
    " ORDER BY due_at, id LIMIT $5",
};
static const struct lm_sql delivery_total = {
    "delivery_total",
    "SELECT count(*) FROM (SELECT FROM delivery WHERE tenant_id = $1 AND ($2::text IS NULL OR status = $2)"
    " LIMIT 10001) x",
};

lm_code mailer_delivery_page(struct lm_ctx *ctx, const struct mailer_page *page,
                             Mailer__ListQueueResponse *out, lm_err *err)
{
    struct lm_arg status = LM_Z(
        page->status ? lm_enum_name(&mailer__delivery_status__descriptor, page->status) : NULL);
    struct lm_rows *r, *total;
    size_t n = 0;

    if (lm_db_one(ctx, &delivery_total, LM_ARGS(LM_ID(ctx->tenant_id), status), "total", &total,
                  err) ||
        lm_db_query(ctx, &delivery_page,
                    LM_ARGS(LM_ID(ctx->tenant_id), status, LM_MS(page->after.at),
                            LM_ID(page->after.id), LM_INT(page->limit + 1)),
                    &r, err))
        return err->code;
    out->total = lm_rows_int(total, 0);
    out->items = LM_NEW_ARRAY(ctx->arena, Mailer__Delivery *, QUEUE_LIMIT + 1);
    while (n < (size_t)page->limit && lm_rows_next(r)) {
        out->items[n] = LM_NEW(ctx->arena, Mailer__Delivery);
        mailer_delivery_read_pb(r, out->items[n++]);
    }
    out->n_items = n;
    if (n > 0 && lm_rows_next(r))
        out->next = lm_place_text(ctx->arena, out->items[n - 1]->due_at, out->items[n - 1]->id);
    return LM_OK;
}

static const struct lm_sql delivery_counts = {
    "delivery_counts",
    "SELECT count(*), count(*) FILTER (WHERE due_at <= lm_at($2)), lm_ms(min(due_at))"
    "  FROM delivery WHERE tenant_id = $1 AND status = 'WAITING'",
};

lm_code mailer_delivery_counts(struct lm_ctx *ctx, int64_t now, struct mailer_counts *out,
                               lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &delivery_counts, LM_ARGS(LM_ID(ctx->tenant_id), LM_MS(now)), "counts", &r,
                  err))
        return err->code;
    out->pending = lm_rows_int(r, 0);
    out->due = lm_rows_int(r, 1);
    out->next_due_at = lm_rows_ms(r, 2);
    return LM_OK;
}

const struct lm_sql *const mailer_queue_sql[] = {&delivery_thread, &delivery_page, &delivery_total,
                                                 &delivery_counts, NULL};
