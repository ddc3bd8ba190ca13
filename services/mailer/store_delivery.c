/* SPDX-License-Identifier: Apache-2.0 */
/* Deliveries: what waits, the claim, the hand-over, how it ended. */
#include "services/mailer/store_internal.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"

static const char *status_name(int status)
{
    return lm_enum_name(&mailer__delivery_status__descriptor, status);
}

void mailer_delivery_read_pb(const struct lm_rows *r, Mailer__Delivery *pb)
{
    int status = MAILER__DELIVERY_STATUS__WAITING;

    mailer__delivery__init(pb);
    pb->id = lm_rows_strz(r, 0);
    pb->message_id = lm_rows_strz(r, 1);
    pb->lead_id = lm_rows_strz(r, 2);
    pb->mailbox_id = lm_rows_strz(r, 3);
    LM_ASSERT(lm_enum_value(&mailer__delivery_status__descriptor, lm_rows_str(r, 4), &status));
    pb->status = (Mailer__DeliveryStatus)status;
    pb->has_due_at = true;
    pb->due_at = lm_rows_ms(r, 5);
    pb->has_sent_at = !lm_rows_is_null(r, 6);
    pb->sent_at = lm_rows_ms(r, 6);
    pb->has_dry_run = !lm_rows_is_null(r, 7);
    pb->dry_run = lm_rows_bool(r, 7);
    pb->tracking_id = lm_rows_strz(r, 8);
    pb->rfc_message_id = lm_rows_strz(r, 9);
    pb->from_email = lm_rows_strz(r, 10);
    pb->to_email = lm_rows_strz(r, 11);
    pb->has_smtp_code = !lm_rows_is_null(r, 12);
    pb->smtp_code = (int32_t)lm_rows_int(r, 12);
    pb->error = lm_rows_strz(r, 13);
    pb->has_attempts = true;
    pb->attempts = (int32_t)lm_rows_int(r, 14);
    pb->has_step = true;
    pb->step = (Lm__Step)lm_rows_int(r, 15);
    pb->subject = lm_rows_strz(r, 16);
    pb->has_version = true;
    pb->version = lm_rows_int(r, 17);
    pb->company_id = lm_rows_strz(r, 18);
    pb->has_is_hard_bounce = true;
    pb->is_hard_bounce = lm_rows_bool(r, 19);
    pb->has_updated_at = true;
    pb->updated_at = lm_rows_ms(r, 20);
    pb->has_is_synthetic = true;
    pb->is_synthetic = lm_rows_bool(r, 31);
}

static void delivery_read(const struct lm_rows *r, struct mailer_delivery *d)
{
    mailer_delivery_read_pb(r, &d->pb);
    d->to_name = lm_rows_str(r, 21);
    d->to_domain = lm_rows_str(r, 22);
    d->address_hash = lm_rows_str(r, 23);
    d->body_text = lm_rows_str(r, 24);
    d->body_html = lm_rows_str(r, 25);
    d->content_hash = lm_rows_str(r, 26);
    d->language = lm_rows_str(r, 27);
    d->timezone = lm_rows_str(r, 28);
    d->country = lm_rows_str(r, 29);
    d->lease_no = lm_rows_int(r, 30);
}

static lm_code delivery_event(struct lm_ctx *ctx, Mailer__Delivery *pb, lm_err *err)
{
    Mailer__DeliveryChanged ev = MAILER__DELIVERY_CHANGED__INIT;

    ev.delivery = pb;
    return lm_event_put(ctx,
                        &(struct lm_event){.message = &ev.base,
                                           .subject_id = pb->id,
                                           .person_id = pb->lead_id,
                                           .version = pb->version},
                        err);
}

/* The event of each row that a statement changed and returned. */
static lm_code delivery_events(struct lm_ctx *ctx, struct lm_rows *r, lm_err *err)
{
    while (lm_rows_next(r)) {
        Mailer__Delivery pb;

        mailer_delivery_read_pb(r, &pb);
        if (delivery_event(ctx, &pb, err))
            return err->code;
    }
    return LM_OK;
}

static const struct lm_sql attempt_end = {
    "attempt_end",
    "UPDATE delivery_attempt SET ended_at = lm_at($4), outcome = $5, smtp_code = $6, error = $7"
    " WHERE tenant_id = $1 AND delivery_id = $2 AND attempt = $3 AND ended_at IS NULL",
};

static lm_code attempt_close(struct lm_ctx *ctx, const Mailer__Delivery *pb,
                             const struct mailer_outcome *o, lm_err *err)
{
    return lm_db_exec(ctx, &attempt_end,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(pb->id), LM_INT(pb->attempts),
                              LM_MS(lm_clock_ms()), LM_Z(o->word),
                              o->smtp_code ? LM_INT(o->smtp_code) : LM_NULL, LM_Z(o->error)),
                      NULL, err);
}

/* The event of each, and the end of the attempt that was under way: its worker will find that it is no longer its own. */
static lm_code taken_back(struct lm_ctx *ctx, struct lm_rows *r, const char *why, lm_err *err)
{
    const struct mailer_outcome o = {.word = "aborted", .error = why};

    while (lm_rows_next(r)) {
        Mailer__Delivery pb;

        mailer_delivery_read_pb(r, &pb);
        if (attempt_close(ctx, &pb, &o, err) || delivery_event(ctx, &pb, err))
            return err->code;
    }
    return LM_OK;
}

/* A message released again (after a pause) revives its cancelled delivery; an older version changes nothing. */
static const struct lm_sql delivery_put = {
    "delivery_put",
    "INSERT INTO delivery (tenant_id, id, message_id, message_version, lead_id, company_id, mailbox_id, status,"
    "       due_at, tracking_id, to_email, to_name, to_domain, address_hash, step, subject, body_text, body_html,"
    "       content_hash, language, timezone, country, updated_at, is_synthetic)"
    " VALUES ($1, $2, $3, $4, $5, $6,"
    "       (SELECT mailbox_id FROM delivery WHERE tenant_id = $1 AND lead_id = $5 AND mailbox_id IS NOT NULL"
    "         ORDER BY step LIMIT 1),"
    "       'WAITING', lm_at($7), $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, lm_at($21), $22)"
    " ON CONFLICT (tenant_id, message_id) DO UPDATE SET status = 'WAITING', error = NULL,"
    "       message_version = excluded.message_version, due_at = excluded.due_at, to_email = excluded.to_email,"
    "       to_name = excluded.to_name, to_domain = excluded.to_domain, address_hash = excluded.address_hash,"
    "       subject = excluded.subject, body_text = excluded.body_text, body_html = excluded.body_html,"
    "       content_hash = excluded.content_hash, language = excluded.language, timezone = excluded.timezone,"
    "       country = excluded.country, is_synthetic = excluded.is_synthetic, version = delivery.version + 1, updated_at = excluded.updated_at"
    " WHERE delivery.status IN ('WAITING', 'DELIVERY_CANCELLED')"
    "   AND delivery.message_version < excluded.message_version"
    " RETURNING " MAILER_DELIVERY_COLUMNS,
};

lm_code mailer_delivery_put(struct lm_ctx *ctx, const Personalizer__Message *m, lm_err *err)
{
    lm_str to = lm_str_z(m->to_email);
    ptrdiff_t at = lm_str_chr(to, '@', 0);
    char hash[LM_HASH_SIZE];
    struct lm_rows *r;

    lm_address_hash(ctx->arena, to, hash);
    if (at < 0 || hash[0] == '\0')
        return lm_fail(err, LM_UNPROCESSABLE, "message %s has no usable address", m->id);
    if (lm_db_query(ctx, &delivery_put,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lm_id_make(ctx->arena)), LM_ID(m->id),
                            LM_INT(m->version), LM_ID(m->lead_id), LM_ID(m->company_id),
                            LM_MS(m->due_at), LM_ID(m->tracking_id), LM_TEXT(to), LM_Z(m->to_name),
                            LM_TEXT(lm_text_fold(ctx->arena, lm_str_sub(to, (size_t)at + 1, to.n))),
                            LM_Z(hash), LM_INT(m->step), LM_Z(m->subject), LM_Z(m->body_text),
                            LM_Z(m->body_html), LM_Z(m->content_hash), LM_Z(m->language),
                            LM_Z(m->timezone), LM_Z(m->country), LM_MS(lm_clock_ms()),
                            LM_BOOL(m->is_synthetic)),
                    &r, err))
        return err->code;
    return delivery_events(ctx, r, err);
}

static const struct lm_sql delivery_get = {
    "delivery_get",
    "SELECT " MAILER_DELIVERY_COLUMNS " FROM delivery WHERE tenant_id = $1 AND id = $2",
};

lm_code mailer_delivery_get(struct lm_ctx *ctx, const char *id, struct mailer_delivery *out,
                            lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &delivery_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "delivery", &r,
                  err))
        return err->code;
    delivery_read(r, out);
    return LM_OK;
}

/* CLAIMED too: its owner's compare-and-set before the hand-over will fail. */
#define TAKE_BACK(status, whose)                                   \
    "UPDATE delivery SET status = '" status                        \
    "', error = $3, version = version + 1, updated_at = lm_at($4)" \
    " WHERE tenant_id = $1 AND " whose                             \
    " = $2 AND status IN ('WAITING', 'CLAIMED') RETURNING " MAILER_DELIVERY_COLUMNS

static const struct lm_sql cancel_message = {
    "cancel_message",
    TAKE_BACK("DELIVERY_CANCELLED", "message_id"),
};
static const struct lm_sql cancel_lead = {
    "cancel_lead",
    TAKE_BACK("DELIVERY_CANCELLED", "lead_id"),
};
static const struct lm_sql suppress_waiting = {
    "suppress_waiting",
    TAKE_BACK("SUPPRESSED", "address_hash"),
};

static const struct lm_sql refuse_waiting = {
    "refuse_waiting",
    TAKE_BACK("DELIVERY_FAILED", "id"),
};

static lm_code take_back(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_arg whose,
                         const char *why, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, sql,
                    LM_ARGS(LM_ID(ctx->tenant_id), whose, LM_Z(why), LM_MS(lm_clock_ms())), &r,
                    err))
        return err->code;
    return taken_back(ctx, r, why, err);
}

lm_code mailer_delivery_cancel_message(struct lm_ctx *ctx, const char *message_id, const char *why,
                                       lm_err *err)
{
    return take_back(ctx, &cancel_message, LM_ID(message_id), why, err);
}

lm_code mailer_delivery_cancel_lead(struct lm_ctx *ctx, const char *lead_id, const char *why,
                                    lm_err *err)
{
    return take_back(ctx, &cancel_lead, LM_ID(lead_id), why, err);
}

lm_code mailer_delivery_suppress(struct lm_ctx *ctx, const char *address_hash, const char *reason,
                                 lm_err *err)
{
    return take_back(ctx, &suppress_waiting, LM_Z(address_hash), reason, err);
}

lm_code mailer_delivery_refuse(struct lm_ctx *ctx, const char *id, const char *why, lm_err *err)
{
    return take_back(ctx, &refuse_waiting, LM_ID(id), why, err);
}

#define IS_WANTED                                                                \
    " AND NOT EXISTS (SELECT FROM suppression s WHERE s.tenant_id = d.tenant_id" \
    "                    AND s.address_hash = d.address_hash)"                   \
    " AND NOT EXISTS (SELECT FROM lead_stop l WHERE l.tenant_id = d.tenant_id AND l.lead_id = d.lead_id)"

static const struct lm_sql delivery_next = {
    "delivery_next",
    "SELECT " MAILER_DELIVERY_COLUMNS " FROM delivery d"
    " WHERE tenant_id = $1 AND status = 'WAITING' AND due_at <= lm_at($3)"
    "   AND (mailbox_id IS NULL OR mailbox_id = $2)" IS_WANTED
    " ORDER BY due_at, id LIMIT 1 FOR UPDATE OF d SKIP LOCKED",
};

lm_code mailer_delivery_next(struct lm_ctx *ctx, const char *mailbox_id, int64_t now,
                             struct mailer_delivery *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &delivery_next,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(mailbox_id), LM_MS(now)), &r, err))
        return err->code;
    if (!lm_rows_next(r))
        return lm_fail(err, LM_NOT_FOUND, "nothing is due for mailbox %s", mailbox_id);
    delivery_read(r, out);
    return LM_OK;
}

static const struct lm_sql delivery_next_due = {
    "delivery_next_due",
    "SELECT lm_ms(due_at) FROM delivery d"
    " WHERE tenant_id = $1 AND status = 'WAITING' AND (mailbox_id IS NULL OR mailbox_id = $2)" IS_WANTED
    " ORDER BY due_at LIMIT 1",
};

lm_code mailer_delivery_next_due(struct lm_ctx *ctx, const char *mailbox_id, int64_t *out,
                                 lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &delivery_next_due, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(mailbox_id)), &r,
                    err))
        return err->code;
    *out = lm_rows_next(r) ? lm_rows_ms(r, 0) : 0;
    return LM_OK;
}

static const struct lm_sql delivery_postpone = {
    "delivery_postpone",
    "UPDATE delivery SET due_at = lm_at($3), version = version + 1, updated_at = lm_at($4)"
    " WHERE tenant_id = $1 AND id = $2 AND status = 'WAITING' RETURNING " MAILER_DELIVERY_COLUMNS,
};

lm_code mailer_delivery_postpone(struct lm_ctx *ctx, const char *id, int64_t due_at, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &delivery_postpone,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_MS(due_at), LM_MS(lm_clock_ms())),
                    &r, err))
        return err->code;
    return delivery_events(ctx, r, err);
}

/* Leases are real time: the database's clock. */
static const struct lm_sql delivery_claim = {
    "delivery_claim",
    "UPDATE delivery SET status = 'CLAIMED', mailbox_id = $3, from_email = $4, rfc_message_id = $5, lease_owner = $6,"
    "       lease_until = clock_timestamp() + $7 * interval '1 millisecond', lease_no = lease_no + 1, dry_run = $8,"
    "       attempts = attempts + 1, version = version + 1, updated_at = lm_at($9)"
    " WHERE tenant_id = $1 AND id = $2 AND status = 'WAITING' RETURNING " MAILER_DELIVERY_COLUMNS,
};
static const struct lm_sql attempt_start = {
    "attempt_start",
    "INSERT INTO delivery_attempt (tenant_id, delivery_id, attempt, mailbox_id, started_at)"
    " VALUES ($1, $2, $3, $4, lm_at($5))",
};

lm_code mailer_delivery_claim(struct lm_ctx *ctx, struct mailer_delivery *d,
                              const struct mailer_claim *claim, lm_err *err)
{
    int64_t now = lm_clock_ms();
    struct lm_rows *r;

    if (lm_db_one(ctx, &delivery_claim,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(d->pb.id), LM_ID(claim->mailbox_id),
                          LM_Z(claim->from_email), LM_Z(claim->rfc_message_id),
                          LM_Z(claim->lease_owner), LM_INT(claim->lease_ms),
                          LM_BOOL(claim->dry_run), LM_MS(now)),
                  "waiting delivery", &r, err))
        return err->code;
    delivery_read(r, d);
    return lm_db_exec(ctx, &attempt_start,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(d->pb.id), LM_INT(d->pb.attempts),
                              LM_ID(claim->mailbox_id), LM_MS(now)),
                      NULL, err);
}

static const struct lm_sql delivery_hand_over = {
    "delivery_hand_over",
    "UPDATE delivery d SET status = 'HANDING_OVER', sent_hash = encode(sha256($5), 'hex'), version = version + 1"
    " WHERE tenant_id = $1 AND id = $2 AND status = 'CLAIMED' AND lease_owner = $3 AND lease_no = $4"
    "   AND lease_until > clock_timestamp()" IS_WANTED,
};

lm_code mailer_delivery_hand_over(struct lm_ctx *ctx, const struct mailer_delivery *d,
                                  const char *lease_owner, lm_str bytes, lm_err *err)
{
    int64_t changed = 0;

    if (lm_db_exec(ctx, &delivery_hand_over,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(d->pb.id), LM_Z(lease_owner),
                           LM_INT(d->lease_no), LM_BYTES(bytes)),
                   &changed, err))
        return err->code;
    if (changed == 0)
        return lm_fail(err, LM_FENCED, "delivery %s is no longer ours to send", d->pb.id);
    return LM_OK;
}

/* HANDING_OVER or, when nothing was handed over, CLAIMED. */
static const struct lm_sql delivery_finish = {
    "delivery_finish",
    "UPDATE delivery SET status = $5, smtp_code = $6, error = $7, is_hard_bounce = $8,"
    "       due_at = coalesce(lm_at($9), due_at),"
    "       sent_at = CASE WHEN $5 = 'DELIVERED' THEN lm_at($10) ELSE sent_at END,"
    "       lease_owner = NULL, lease_until = NULL, version = version + 1, updated_at = lm_at($10)"
    " WHERE tenant_id = $1 AND id = $2 AND status IN ('CLAIMED', 'HANDING_OVER')"
    "   AND lease_owner = $3 AND lease_no = $4 RETURNING " MAILER_DELIVERY_COLUMNS,
};

lm_code mailer_delivery_finish(struct lm_ctx *ctx, struct mailer_delivery *d,
                               const char *lease_owner, const struct mailer_outcome *o, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &delivery_finish,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(d->pb.id), LM_Z(lease_owner),
                            LM_INT(d->lease_no), LM_Z(status_name((int)o->status)),
                            o->smtp_code ? LM_INT(o->smtp_code) : LM_NULL, LM_Z(o->error),
                            LM_BOOL(o->is_hard_bounce), LM_MS_OR_NULL(o->due_at),
                            LM_MS(lm_clock_ms())),
                    &r, err))
        return err->code;
    if (!lm_rows_next(r))
        return lm_fail(err, LM_FENCED, "delivery %s was taken from this worker", d->pb.id);
    delivery_read(r, d);
    if (attempt_close(ctx, &d->pb, o, err))
        return err->code;
    return delivery_event(ctx, &d->pb, err);
}

static const struct lm_sql delivery_expire = {
    "delivery_expire",
    "UPDATE delivery SET status = CASE status WHEN 'CLAIMED' THEN 'WAITING' ELSE 'UNCERTAIN' END,"
    "       error = 'the worker did not come back', lease_owner = NULL, lease_until = NULL,"
    "       version = version + 1, updated_at = lm_at($3)"
    " WHERE tenant_id = $1 AND id = $2 AND status IN ('CLAIMED', 'HANDING_OVER')"
    "   AND lease_until < clock_timestamp() RETURNING " MAILER_DELIVERY_COLUMNS,
};

lm_code mailer_delivery_expire(struct lm_ctx *ctx, const char *id, lm_err *err)
{
    struct mailer_outcome o = {.word = "aborted", .error = "the worker did not come back"};
    Mailer__Delivery pb;
    struct lm_rows *r;

    if (lm_db_query(ctx, &delivery_expire,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_MS(lm_clock_ms())), &r, err))
        return err->code;
    if (!lm_rows_next(r))
        return LM_OK; /* someone else was quicker */
    mailer_delivery_read_pb(r, &pb);
    if (pb.status == MAILER__DELIVERY_STATUS__UNCERTAIN)
        o.word = "uncertain";
    if (attempt_close(ctx, &pb, &o, err))
        return err->code;
    return delivery_event(ctx, &pb, err);
}

/* Of one whose end nobody heard: when its last attempt began. */
#define LEFT_AT \
    "(SELECT max(started_at) FROM delivery_attempt a WHERE a.tenant_id = d.tenant_id AND a.delivery_id = d.id)"

static const struct lm_sql delivery_resolve = {
    "delivery_resolve",
    "UPDATE delivery d SET status = CASE WHEN $3 THEN 'DELIVERED' ELSE 'DELIVERY_FAILED' END,"
    "       sent_at = CASE WHEN $3 THEN " LEFT_AT
    " END, error = CASE WHEN $3 THEN NULL ELSE error END,"
    "       version = version + 1, updated_at = lm_at($4)"
    " WHERE tenant_id = $1 AND id = $2 AND status = 'UNCERTAIN' AND updated_at <= lm_at($4::bigint - 15 * 60000)"
    " RETURNING " MAILER_DELIVERY_COLUMNS,
};

lm_code mailer_delivery_resolve(struct lm_ctx *ctx, const char *id, bool was_delivered,
                                struct mailer_delivery *out, lm_err *err)
{
    struct lm_rows *r;

    if (mailer_delivery_get(ctx, id, out, err))
        return err->code;
    if (lm_db_query(ctx, &delivery_resolve,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_BOOL(was_delivered),
                            LM_MS(lm_clock_ms())),
                    &r, err))
        return err->code;
    if (!lm_rows_next(r))
        return lm_fail(
            err, LM_CONFLICT,
            "delivery %s is %s; only one that has been UNCERTAIN for 15 minutes can be resolved",
            id, status_name((int)out->pb.status));
    delivery_read(r, out);
    return delivery_event(ctx, &out->pb, err);
}

/* Somebody looked at it, or answered: it arrived, whatever the server's last word was that we did not hear. */
static const struct lm_sql delivery_prove = {
    "delivery_prove",
    "UPDATE delivery d SET status = 'DELIVERED', sent_at = " LEFT_AT
    ", error = NULL, version = version + 1,"
    "       updated_at = lm_at($3)"
    " WHERE tenant_id = $1 AND message_id = $2 AND status = 'UNCERTAIN' RETURNING " MAILER_DELIVERY_COLUMNS,
};

lm_code mailer_delivery_prove(struct lm_ctx *ctx, const char *message_id, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &delivery_prove,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(message_id), LM_MS(lm_clock_ms())), &r,
                    err))
        return err->code;
    return delivery_events(ctx, r, err);
}

static const struct lm_sql expired_list = {
    "expired_list",
    "SELECT tenant_id, id FROM mailer_expired(500)",
};

lm_code mailer_expired_list(struct lm_ctx *ctx, struct mailer_expired **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &expired_list, LM_NO_ARGS, &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct mailer_expired, lm_rows_count(r) + 1);
    for (*n = 0; lm_rows_next(r); (*n)++)
        (*out)[*n] = (struct mailer_expired){lm_rows_strz(r, 0), lm_rows_strz(r, 1)};
    return LM_OK;
}

const struct lm_sql *const mailer_delivery_sql[] = {
    &delivery_put,
    &delivery_get,
    &cancel_message,
    &cancel_lead,
    &suppress_waiting,
    &refuse_waiting,
    &delivery_next,
    &delivery_next_due,
    &delivery_postpone,
    &delivery_claim,
    &attempt_start,
    &delivery_hand_over,
    &delivery_finish,
    &attempt_end,
    &delivery_expire,
    &delivery_resolve,
    &delivery_prove,
    &expired_list,
    NULL,
};
