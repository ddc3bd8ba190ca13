/* SPDX-License-Identifier: Apache-2.0 */
/* What keeps a mail from leaving: a domain's hourly share, stopped leads, suppressed addresses. */
#include "services/mailer/store_internal.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/json.h"
#include "common/str.h"

static const struct lm_sql throttle_take = {
    "throttle_take",
    "INSERT INTO domain_throttle AS t (tenant_id, domain, hour_at, sent) VALUES ($1, $2, lm_at($3), 1)"
    " ON CONFLICT (tenant_id, domain) DO UPDATE"
    "    SET sent = CASE WHEN t.hour_at = excluded.hour_at THEN t.sent + 1 ELSE 1 END, hour_at = excluded.hour_at"
    "  WHERE t.hour_at <> excluded.hour_at OR t.sent < $4"
    " RETURNING sent",
};

lm_code mailer_throttle_take(struct lm_ctx *ctx, lm_str domain, int64_t hour_at, int limit,
                             bool *taken, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &throttle_take,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXT(domain), LM_MS(hour_at), LM_INT(limit)),
                    &r, err))
        return err->code;
    *taken = lm_rows_count(r) > 0;
    return LM_OK;
}

static const struct lm_sql lead_stop = {
    "lead_stop",
    "INSERT INTO lead_stop (tenant_id, lead_id, reason, stopped_at) VALUES ($1, $2, $3, lm_at($4))"
    " ON CONFLICT (tenant_id, lead_id) DO NOTHING",
};

lm_code mailer_lead_stop(struct lm_ctx *ctx, const char *lead_id, const char *reason, lm_err *err)
{
    return lm_db_exec(ctx, &lead_stop,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id), LM_Z(reason),
                              LM_MS(lm_clock_ms())),
                      NULL, err);
}

/* Only a person's pause can be taken back; an answer cannot. */
static const struct lm_sql lead_unstop = {
    "lead_unstop",
    "DELETE FROM lead_stop WHERE tenant_id = $1 AND lead_id = $2 AND reason = 'paused'",
};

lm_code mailer_lead_unstop(struct lm_ctx *ctx, const char *lead_id, lm_err *err)
{
    return lm_db_exec(ctx, &lead_unstop, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id)), NULL, err);
}

#define SUPPRESSION_COLUMNS "id, address_hash, reason, lm_ms(created_at), lead_id, version"

static Mailer__Suppression *suppression_read(struct lm_ctx *ctx, const struct lm_rows *r)
{
    Mailer__Suppression *s =
        (Mailer__Suppression *)lm_pb_new(ctx->arena, &mailer__suppression__descriptor);

    s->id = lm_rows_strz(r, 0);
    s->address_hash = lm_rows_strz(r, 1);
    s->reason = lm_rows_strz(r, 2);
    s->has_created_at = true;
    s->created_at = lm_rows_ms(r, 3);
    s->lead_id = lm_rows_strz(r, 4);
    return s;
}

static const struct lm_sql suppression_add = {
    "suppression_add",
    "INSERT INTO suppression (tenant_id, id, address_hash, reason, lead_id, created_at)"
    " VALUES ($1, $2, $3, $4, $5, lm_at($6)) ON CONFLICT (tenant_id, address_hash) DO NOTHING"
    " RETURNING " SUPPRESSION_COLUMNS,
};
static const struct lm_sql suppression_get = {
    "suppression_get",
    "SELECT " SUPPRESSION_COLUMNS " FROM suppression WHERE tenant_id = $1 AND address_hash = $2",
};
lm_code mailer_suppress(struct lm_ctx *ctx, const struct mailer_suppress *s,
                        Mailer__Suppression **out, lm_err *err)
{
    Mailer__SuppressionChanged ev = MAILER__SUPPRESSION_CHANGED__INIT;
    int64_t now = lm_clock_ms();
    struct lm_rows *r;

    if (lm_db_query(ctx, &suppression_add,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lm_id_make(ctx->arena)),
                            LM_Z(s->address_hash), LM_Z(s->reason), LM_ID(s->lead_id), LM_MS(now)),
                    &r, err))
        return err->code;
    if (!lm_rows_next(r)) {
        if (lm_db_one(ctx, &suppression_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(s->address_hash)),
                      "suppression", &r, err))
            return err->code;
        *out = suppression_read(ctx, r);
        return LM_OK;
    }
    ev.suppression = *out = suppression_read(ctx, r);
    if (lm_event_put(ctx,
                     &(struct lm_event){.message = &ev.base,
                                        .subject_id = (*out)->id,
                                        .person_id = s->lead_id,
                                        .version = lm_rows_int(r, 5)},
                     err))
        return err->code;
    return mailer_delivery_suppress(ctx, s->address_hash, s->reason, err);
}

lm_code mailer_is_suppressed(struct lm_ctx *ctx, const char *address_hash, bool *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &suppression_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(address_hash)), &r,
                    err))
        return err->code;
    *out = lm_rows_count(r) > 0;
    return LM_OK;
}

static const struct lm_sql lead_hashes = {
    "lead_hashes",
    "SELECT DISTINCT address_hash FROM delivery WHERE tenant_id = $1 AND lead_id = $2",
};

lm_code mailer_lead_hashes(struct lm_ctx *ctx, const char *lead_id, lm_str **out, size_t *n,
                           lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &lead_hashes, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, lm_str, lm_rows_count(r) + 1);
    for (*n = 0; lm_rows_next(r); (*n)++)
        (*out)[*n] = lm_rows_str(r, 0);
    return LM_OK;
}

static const struct lm_sql suppression_page = {
    "suppression_page",
    "SELECT " SUPPRESSION_COLUMNS " FROM suppression"
    " WHERE tenant_id = $1"
    "   AND ($2::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM suppression"
    "                                                 WHERE tenant_id = $1 AND id = $2))"
    " ORDER BY created_at DESC, id DESC LIMIT $3",
};
static const struct lm_sql suppression_total = {
    "suppression_total",
    "SELECT count(*) FROM suppression WHERE tenant_id = $1",
};

lm_code mailer_suppression_page(struct lm_ctx *ctx, const Mailer__ListSuppressionsRequest *in,
                                Mailer__ListSuppressionsResponse *out, lm_err *err)
{
    const char *after = in->after && lm_id_valid(lm_str_z(in->after)) ? in->after : NULL;
    struct lm_rows *r, *total;
    size_t n = 0;

    if (in->after && !after)
        return lm_fail_field(err, "after",
                             "not a token of this list; take `next` of the page before");
    if (lm_db_one(ctx, &suppression_total, LM_ARGS(LM_ID(ctx->tenant_id)), "total", &total, err) ||
        lm_db_query(ctx, &suppression_page,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(after), LM_INT(in->limit + 1)), &r, err))
        return err->code;
    out->total = lm_rows_int(total, 0);
    out->items = LM_NEW_ARRAY(ctx->arena, Mailer__Suppression *, (size_t)in->limit + 1);
    while (n < (size_t)in->limit && lm_rows_next(r))
        out->items[n++] = suppression_read(ctx, r);
    out->n_items = n;
    if (n > 0 && lm_rows_next(r))
        out->next = out->items[n - 1]->id;
    return LM_OK;
}

const struct lm_sql *const mailer_stop_sql[] = {
    &throttle_take,    &lead_stop,         &lead_unstop,
    &suppression_add,  &suppression_get,   &lead_hashes,
    &suppression_page, &suppression_total, NULL,
};
