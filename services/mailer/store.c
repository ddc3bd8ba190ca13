/* SPDX-License-Identifier: Apache-2.0 */
/* Settings and mailboxes. All SQL of the mailer is in store*.c: a statement above the one function that runs it. */
#include "services/mailer/store_internal.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/json.h"

/* ---- settings ---- */

static const struct lm_sql config_get = {
    "config_get",
    "SELECT dry_run, is_paused, daily_limit, min_delay_seconds, max_delay_seconds, timezone, country,"
    "       from_minute, to_minute, weekdays, keep_holidays, domain_hourly_limit, postal_address,"
    "       track_opens, track_clicks, lm_ms(updated_at)"
    "  FROM send_config WHERE tenant_id = $1",
};

/* The contract's defaults, said out loud: JSON shows them and the code reads only the values. */
static void config_defaults(Mailer__SendConfig *c)
{
    c->has_dry_run = c->has_is_paused = c->has_daily_limit = true;
    c->has_min_delay_seconds = c->has_max_delay_seconds = true;
    c->has_from_minute = c->has_to_minute = c->has_weekdays = c->has_keep_holidays = true;
    c->has_domain_hourly_limit = c->has_track_opens = c->has_track_clicks = true;
}

lm_code mailer_config_get(struct lm_ctx *ctx, Mailer__SendConfig **out, lm_err *err)
{
    Mailer__SendConfig *c =
        (Mailer__SendConfig *)lm_pb_new(ctx->arena, &mailer__send_config__descriptor);
    struct lm_rows *r;

    config_defaults(c);
    *out = c;
    if (lm_db_query(ctx, &config_get, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    if (!lm_rows_next(r))
        return LM_OK;
    c->dry_run = lm_rows_bool(r, 0);
    c->is_paused = lm_rows_bool(r, 1);
    c->daily_limit = (int32_t)lm_rows_int(r, 2);
    c->min_delay_seconds = (int32_t)lm_rows_int(r, 3);
    c->max_delay_seconds = (int32_t)lm_rows_int(r, 4);
    c->timezone = lm_rows_strz(r, 5);
    c->country = lm_rows_strz(r, 6);
    c->from_minute = (int32_t)lm_rows_int(r, 7);
    c->to_minute = (int32_t)lm_rows_int(r, 8);
    c->weekdays = (int32_t)lm_rows_int(r, 9);
    c->keep_holidays = lm_rows_bool(r, 10);
    c->domain_hourly_limit = (int32_t)lm_rows_int(r, 11);
    c->postal_address = lm_rows_strz(r, 12);
    c->track_opens = lm_rows_bool(r, 13);
    c->track_clicks = lm_rows_bool(r, 14);
    c->has_updated_at = true;
    c->updated_at = lm_rows_ms(r, 15);
    return LM_OK;
}

static const struct lm_sql config_save = {
    "config_save",
    "INSERT INTO send_config (tenant_id, dry_run, is_paused, daily_limit, min_delay_seconds, max_delay_seconds,"
    "       timezone, country, from_minute, to_minute, weekdays, keep_holidays, domain_hourly_limit,"
    "       postal_address, track_opens, track_clicks, updated_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, lm_at($17))"
    " ON CONFLICT (tenant_id) DO UPDATE SET dry_run = excluded.dry_run, is_paused = excluded.is_paused,"
    "       daily_limit = excluded.daily_limit, min_delay_seconds = excluded.min_delay_seconds,"
    "       max_delay_seconds = excluded.max_delay_seconds, timezone = excluded.timezone,"
    "       country = excluded.country, from_minute = excluded.from_minute, to_minute = excluded.to_minute,"
    "       weekdays = excluded.weekdays, keep_holidays = excluded.keep_holidays,"
    "       domain_hourly_limit = excluded.domain_hourly_limit, postal_address = excluded.postal_address,"
    "       track_opens = excluded.track_opens, track_clicks = excluded.track_clicks,"
    "       updated_at = excluded.updated_at",
};

lm_code mailer_config_save(struct lm_ctx *ctx, const Mailer__SendConfig *c, lm_err *err)
{
    return lm_db_exec(ctx, &config_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_BOOL(c->dry_run), LM_BOOL(c->is_paused),
                              LM_INT(c->daily_limit), LM_INT(c->min_delay_seconds),
                              LM_INT(c->max_delay_seconds), LM_Z(c->timezone), LM_Z(c->country),
                              LM_INT(c->from_minute), LM_INT(c->to_minute), LM_INT(c->weekdays),
                              LM_BOOL(c->keep_holidays), LM_INT(c->domain_hourly_limit),
                              LM_Z(c->postal_address), LM_BOOL(c->track_opens),
                              LM_BOOL(c->track_clicks), LM_MS(lm_clock_ms())),
                      NULL, err);
}

/* ---- mailboxes ---- */

#define MAILBOX_COLUMNS                                                                                 \
    "id, email, display_name, smtp_url, smtp_user, imap_url, imap_user, sealed_password, is_paused,"    \
    " paused_because, skip_warmup, lm_ms(warmup_from), lm_ms(next_send_at), sent_on::text, sent_today," \
    " version, lm_ms(created_at)"

static void mailbox_read(const struct lm_rows *r, struct mailer_mailbox *box)
{
    Mailer__Mailbox pb = MAILER__MAILBOX__INIT;

    pb.id = lm_rows_strz(r, 0);
    pb.email = lm_rows_strz(r, 1);
    pb.display_name = lm_rows_strz(r, 2);
    pb.smtp_url = lm_rows_strz(r, 3);
    pb.smtp_user = lm_rows_strz(r, 4);
    pb.imap_url = lm_rows_strz(r, 5);
    pb.imap_user = lm_rows_strz(r, 6);
    box->sealed_password = lm_rows_bytes(r, 7);
    pb.has_has_password = true;
    pb.has_password = box->sealed_password.n > 0;
    pb.has_is_paused = true;
    pb.is_paused = lm_rows_bool(r, 8);
    pb.paused_because = lm_rows_strz(r, 9);
    box->skip_warmup = lm_rows_bool(r, 10);
    box->warmup_from = lm_rows_ms(r, 11);
    pb.has_next_send_at = true;
    pb.next_send_at = lm_rows_ms(r, 12);
    box->sent_on = lm_rows_str(r, 13);
    pb.has_sent_today = true;
    pb.sent_today = (int32_t)lm_rows_int(r, 14);
    pb.has_version = true;
    pb.version = lm_rows_int(r, 15);
    pb.has_created_at = true;
    pb.created_at = lm_rows_ms(r, 16);
    box->pb = pb;
}

static lm_code mailbox_event(struct lm_ctx *ctx, const struct mailer_mailbox *box, lm_err *err)
{
    Mailer__MailboxChanged ev = MAILER__MAILBOX_CHANGED__INIT;
    Mailer__Mailbox pb = box->pb;

    pb.has_sealed_password = box->sealed_password.n > 0;
    pb.sealed_password.data = (uint8_t *)(uintptr_t)box->sealed_password.p;
    pb.sealed_password.len = box->sealed_password.n;
    ev.mailbox = &pb;
    return lm_event_put(
        ctx, &(struct lm_event){.message = &ev.base, .subject_id = pb.id, .version = pb.version},
        err);
}

static const struct lm_sql mailbox_list = {
    "mailbox_list",
    "SELECT " MAILBOX_COLUMNS " FROM mailbox WHERE tenant_id = $1 ORDER BY email LIMIT 1000",
};

lm_code mailer_mailbox_list(struct lm_ctx *ctx, struct mailer_mailbox **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &mailbox_list, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct mailer_mailbox, lm_rows_count(r) + 1);
    for (*n = 0; lm_rows_next(r); (*n)++)
        mailbox_read(r, &(*out)[*n]);
    return LM_OK;
}

static const struct lm_sql mailbox_get = {
    "mailbox_get",
    "SELECT " MAILBOX_COLUMNS " FROM mailbox WHERE tenant_id = $1 AND id = $2",
};

lm_code mailer_mailbox_get(struct lm_ctx *ctx, const char *id, struct mailer_mailbox *out,
                           lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &mailbox_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "mailbox", &r, err))
        return err->code;
    mailbox_read(r, out);
    return LM_OK;
}

static const struct lm_sql mailbox_lock = {
    "mailbox_lock",
    "SELECT " MAILBOX_COLUMNS " FROM mailbox WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
};

lm_code mailer_mailbox_lock(struct lm_ctx *ctx, const char *id, struct mailer_mailbox *out,
                            lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &mailbox_lock, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "mailbox", &r,
                  err))
        return err->code;
    mailbox_read(r, out);
    return LM_OK;
}

static const struct lm_sql mailbox_create = {
    "mailbox_create",
    "INSERT INTO mailbox (tenant_id, id, email, display_name, smtp_url, smtp_user, imap_url, imap_user,"
    "       sealed_password, skip_warmup, next_send_at, created_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, lm_at($11), lm_at($11))"
    " RETURNING " MAILBOX_COLUMNS,
};

lm_code mailer_mailbox_create(struct lm_ctx *ctx, struct mailer_mailbox *box, lm_err *err)
{
    const Mailer__Mailbox *pb = &box->pb;
    struct lm_rows *r;

    if (lm_db_query(ctx, &mailbox_create,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lm_id_make(ctx->arena)), LM_Z(pb->email),
                            LM_Z(pb->display_name), LM_Z(pb->smtp_url), LM_Z(pb->smtp_user),
                            LM_Z(pb->imap_url), LM_Z(pb->imap_user), LM_BYTES(box->sealed_password),
                            LM_BOOL(box->skip_warmup), LM_MS(lm_clock_ms())),
                    &r, err))
        return err->code;
    LM_ASSERT(lm_rows_next(r));
    mailbox_read(r, box);
    return mailbox_event(ctx, box, err);
}

static const struct lm_sql mailbox_save = {
    "mailbox_save",
    "UPDATE mailbox SET display_name = $3, smtp_url = $4, smtp_user = $5, imap_url = $6, imap_user = $7,"
    "       sealed_password = $8, is_paused = $9, paused_because = $10, version = version + 1"
    " WHERE tenant_id = $1 AND id = $2 RETURNING " MAILBOX_COLUMNS,
};

lm_code mailer_mailbox_save(struct lm_ctx *ctx, struct mailer_mailbox *box, lm_err *err)
{
    const Mailer__Mailbox *pb = &box->pb;
    struct lm_rows *r;

    if (lm_db_one(ctx, &mailbox_save,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(pb->id), LM_Z(pb->display_name),
                          LM_Z(pb->smtp_url), LM_Z(pb->smtp_user), LM_Z(pb->imap_url),
                          LM_Z(pb->imap_user), LM_BYTES(box->sealed_password),
                          LM_BOOL(pb->is_paused), LM_Z(pb->paused_because)),
                  "mailbox", &r, err))
        return err->code;
    mailbox_read(r, box);
    return mailbox_event(ctx, box, err);
}

lm_code mailer_mailbox_pause(struct lm_ctx *ctx, const char *id, const char *because, lm_err *err)
{
    struct mailer_mailbox box;

    if (mailer_mailbox_lock(ctx, id, &box, err))
        return err->code;
    box.pb.is_paused = true;
    box.pb.paused_because = lm_arena_strdup(ctx->arena, because);
    return mailer_mailbox_save(ctx, &box, err);
}

static const struct lm_sql mailbox_spend = {
    "mailbox_spend",
    "UPDATE mailbox SET next_send_at = lm_at($3), sent_on = $4::date, sent_today = $5,"
    "       warmup_from = coalesce(warmup_from, lm_at($6))"
    " WHERE tenant_id = $1 AND id = $2",
};

lm_code mailer_mailbox_spend(struct lm_ctx *ctx, const char *id, const struct mailer_spent *spent,
                             lm_err *err)
{
    return lm_db_exec(ctx, &mailbox_spend,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_MS(spent->next_send_at),
                              LM_TEXT(spent->sent_on), LM_INT(spent->sent_today),
                              LM_MS(lm_clock_ms())),
                      NULL, err);
}

static const struct lm_sql *const statements[] = {
    &config_get,     &config_save,  &mailbox_list,  &mailbox_get, &mailbox_lock,
    &mailbox_create, &mailbox_save, &mailbox_spend, NULL,
};

const struct lm_sql *const *const mailer_sql[] = {statements, mailer_delivery_sql, mailer_queue_sql,
                                                  mailer_stop_sql, NULL};
