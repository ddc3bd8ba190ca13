/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn of a mailbox: claim what it may send now, hand it over, say how it ended, come back at
 * the next moment. Every check of DESIGN 6 is in the claiming transaction.
 */
#include <math.h>

#include "common/arena.h"
#include "common/bus.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/event.h"
#include "common/json.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/secret.h"
#include "common/service.h"
#include "common/str.h"
#include "gen/mailer.lm.h"
#include "services/mailer/compose.h"
#include "services/mailer/maildir.h"
#include "services/mailer/mailer.h"
#include "services/mailer/smtp.h"
#include "services/mailer/work.h"

enum {
    HOUR_MS = 3600 * 1000,
    LATER_MS = 30 * 60 * 1000, /* RFC 5321 4.5.4.1: half an hour before the first retry */
    MAX_ATTEMPTS = 3,
    NEIGHBOUR_SILENT_MS = 30 * 1000, /* no mail while an answer could be on its way unseen */
    NEIGHBOUR_OWED_MS = 2 * 1000,
    ASK_AGAIN_MS = 2 * 1000,
};

/* What a claim decided. */
struct turn {
    enum { TURN_IDLE, TURN_WAIT, TURN_AGAIN, TURN_SEND } kind;
    int64_t at; /* TURN_WAIT: come back then */
    Mailer__SendConfig *config;
    struct mailer_mailbox box;
    struct mailer_delivery delivery;
    char lease_owner[128];
    int64_t claimed_at; /* lm_mono_ms */
};

static struct turn *wait_until(struct turn *t, int64_t at)
{
    t->kind = TURN_WAIT;
    t->at = at;
    return t;
}

/* Fail closed: an answer that we have not heard yet must stop what is about to leave. */
static lm_code answers_are_in(struct lm_ctx *ctx, bool *out, lm_err *err)
{
    static const char *const sources[] = {"tracker", "personalizer"};
    struct lm_bus *bus = lm_proc_bus(ctx->proc);

    *out = true;
    for (size_t i = 0; i < LM_COUNT(sources); i++) {
        int64_t owed_ms;

        if (lm_consumer_owed(ctx, sources[i], &owed_ms, err))
            return err->code;
        if (owed_ms > NEIGHBOUR_OWED_MS)
            *out = false;
        if (bus && lm_bus_heartbeat_age_ms(bus, sources[i]) > NEIGHBOUR_SILENT_MS)
            *out = false;
    }
    return LM_OK;
}

/* The recipient's business hours, where the message says which; the tenant's otherwise. */
static int64_t recipient_slot(const struct mailer_delivery *d, const struct mailer_pace *pace,
                              int64_t now)
{
    struct lm_window window = pace->window;
    lm_err ignored = LM_ERR_INIT;
    char name[64];

    if (d->timezone.n == 0)
        return now;
    snprintf(name, sizeof(name), "%.*s", LM_FMT(d->timezone));
    if (lm_zone_get(name, &window.zone, &ignored) != LM_OK)
        return now; /* a zone we do not know: the tenant's window, which was checked */
    return lm_window_next(&window, now);
}

/* Due, wanted, in the recipient's hours and within the domain's hour; else moved, and the next one is looked at. */
static lm_code choose(struct lm_ctx *ctx, struct turn *t, const struct mailer_pace *pace,
                      int64_t now, lm_err *err)
{
    int64_t hour_at = now - now % HOUR_MS;
    int64_t slot, due;
    bool taken;

    if (mailer_delivery_next(ctx, t->box.pb.id, now, &t->delivery, err)) {
        if (err->code != LM_NOT_FOUND)
            return err->code;
        lm_err_clear(err);
        if (mailer_delivery_next_due(ctx, t->box.pb.id, &due, err))
            return err->code;
        t->kind = due ? TURN_WAIT : TURN_IDLE;
        /* Locked by another mailbox's claim right now: a moment later it is gone or free. */
        t->at = LM_MAX(due, now + 1);
        return LM_OK;
    }
    t->kind = TURN_AGAIN;
    if (t->delivery.pb.is_synthetic && !t->config->dry_run)
        return mailer_delivery_refuse(ctx, t->delivery.pb.id,
                                      "the reader was made up: nothing leaves live", err);
    slot = recipient_slot(&t->delivery, pace, now);
    if (slot > now)
        return mailer_delivery_postpone(ctx, t->delivery.pb.id, slot, err);
    if (mailer_throttle_take(ctx, t->delivery.to_domain, hour_at, t->config->domain_hourly_limit,
                             &taken, err))
        return err->code;
    if (!taken)
        return mailer_delivery_postpone(ctx, t->delivery.pb.id, hour_at + HOUR_MS, err);
    t->kind = TURN_SEND;
    return LM_OK;
}

static double random_unit(void)
{
    return (double)lm_random_below(1000001) / 1000000.0;
}

static lm_code claim(struct lm_ctx *ctx, struct turn *t, const struct mailer_pace *pace,
                     const struct mailer_today *today, lm_err *err)
{
    int64_t now = lm_clock_ms();
    struct mailer_spent spent = {
        .next_send_at = now + mailer_gap_ms(pace, random_unit()),
        .sent_on = lm_str_z(today->day),
        .sent_today = today->sent + 1,
    };
    lm_str message_id = lm_str_z(t->delivery.pb.message_id);
    struct mailer_claim c = {
        .mailbox_id = t->box.pb.id,
        .from_email = t->box.pb.email,
        .rfc_message_id = mailer_rfc_message_id(ctx->arena, message_id, lm_str_z(t->box.pb.email)),
        .lease_owner = t->lease_owner,
        .lease_ms = mailer_settings.lease_ms,
        .dry_run = t->config->dry_run,
    };

    t->claimed_at = lm_mono_ms();
    if (mailer_delivery_claim(ctx, &t->delivery, &c, err))
        return err->code;
    return mailer_mailbox_spend(ctx, t->box.pb.id, &spent, err);
}

/* One transaction: settings, mailbox (locked), window, cap, then one delivery. */
static lm_code take_turn(struct lm_ctx *ctx, const char *mailbox_id, struct turn *t, lm_err *err)
{
    int64_t now = lm_clock_ms();
    struct mailer_today today;
    struct mailer_pace pace;
    int64_t slot;
    bool is_in;

    if (mailer_config_get(ctx, &t->config, err) ||
        mailer_mailbox_lock(ctx, mailbox_id, &t->box, err))
        return err->code;
    t->kind = TURN_IDLE;
    if (t->config->is_paused || t->box.pb.is_paused)
        return LM_OK; /* starting again wakes the mailboxes */
    if (mailer_pace_of(t->config, &pace, err))
        return err->code;
    mailer_today_of(&t->box, &pace, now, &today);
    slot = mailer_next_slot(&pace, now, t->box.pb.next_send_at, today.sent, today.cap);
    if (slot == INT64_MAX)
        return lm_fail(err, LM_UNPROCESSABLE,
                       "the sending window never opens; check weekdays and hours");
    if (slot > now) {
        int64_t due;

        if (mailer_delivery_next_due(ctx, mailbox_id, &due, err))
            return err->code;
        if (due)
            wait_until(t, LM_MAX(slot, due));
        return LM_OK;
    }
    if (answers_are_in(ctx, &is_in, err))
        return err->code;
    if (!is_in) {
        wait_until(t, now + ASK_AGAIN_MS);
        return LM_OK;
    }
    if (choose(ctx, t, &pace, now, err))
        return err->code;
    return t->kind == TURN_SEND ? claim(ctx, t, &pace, &today, err) : LM_OK;
}

static lm_code next_turn(struct lm_ctx *ctx, const char *mailbox_id, struct turn *t, lm_err *err)
{
    if (lm_tx_begin(ctx, err) || take_turn(ctx, mailbox_id, t, err) || lm_tx_commit(ctx, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return LM_OK;
}

static lm_code compose(struct lm_ctx *ctx, struct turn *t, lm_str *out, lm_err *err)
{
    const struct mailer_delivery *d = &t->delivery;
    struct lm_content content = {lm_str_z(d->pb.subject), d->body_text, d->body_html};
    struct mailer_thread thread;
    char hash[LM_HASH_SIZE];

    lm_content_hash(&content, hash);
    if (!lm_str_eqz(d->content_hash, hash))
        return lm_fail(err, LM_UNPROCESSABLE, "message %s is not the one that was approved",
                       d->pb.message_id);
    if (mailer_delivery_thread(ctx, d->pb.lead_id, (int)d->pb.step, &thread, err))
        return err->code;

    return mailer_compose(ctx->arena,
                          &(struct mailer_letter){
                              .delivery_id = lm_str_z(d->pb.id),
                              .message_id = lm_str_z(d->pb.message_id),
                              .lead_id = lm_str_z(d->pb.lead_id),
                              .tenant_id = lm_str_z(ctx->tenant_id),
                              .tracking_id = lm_str_z(d->pb.tracking_id),
                              .from_email = lm_str_z(t->box.pb.email),
                              .from_name = lm_str_z(t->box.pb.display_name),
                              .to_email = lm_str_z(d->pb.to_email),
                              .to_name = d->to_name,
                              .subject = content.subject,
                              .body_text = d->body_text,
                              .body_html = d->body_html,
                              .language = d->language,
                              .rfc_message_id = lm_str_z(d->pb.rfc_message_id),
                              .in_reply_to = thread.last_id,
                              .references = thread.references,
                              .postal_address = lm_str_z(t->config->postal_address),
                              .date_at = lm_clock_ms(),
                          },
                          &(struct mailer_links){
                              .base_url = lm_str_z(mailer_settings.public_url),
                              .key = lm_str_z(mailer_settings.tracking_key),
                              .track_opens = t->config->track_opens,
                              .track_clicks = t->config->track_clicks,
                          },
                          out, err);
}

/* CLAIMED → HANDING_OVER, committed, before a byte leaves. */
struct hand_over {
    struct lm_ctx *ctx;
    struct turn *t;
    lm_str bytes;
};

static lm_code hand_over(void *arg, lm_err *err)
{
    struct hand_over *h = arg;

    /* Past half the lease the worker was asleep: someone else may believe it is gone. */
    if (lm_mono_ms() - h->t->claimed_at > mailer_settings.lease_ms / 2)
        return lm_fail(err, LM_FENCED, "delivery %s waited too long", h->t->delivery.pb.id);
    if (lm_tx_begin(h->ctx, err) ||
        mailer_delivery_hand_over(h->ctx, &h->t->delivery, h->t->lease_owner, h->bytes, err) ||
        lm_tx_commit(h->ctx, err)) {
        lm_tx_rollback(h->ctx);
        return err->code;
    }
    return LM_OK;
}

static void deliver_dry(struct lm_ctx *ctx, struct turn *t, lm_str bytes, struct mailer_outcome *o,
                        lm_err *err)
{
    struct hand_over h = {ctx, t, bytes};
    const struct mailer_maildir_entry entry = {
        .tenant_id = ctx->tenant_id,
        .delivery_id = t->delivery.pb.id,
        .at = lm_clock_ms(),
        .message = bytes,
    };

    if (hand_over(&h, err) || mailer_maildir_write(mailer_settings.maildir, &entry, err)) {
        *o = (struct mailer_outcome){.status = MAILER__DELIVERY_STATUS__WAITING, .word = "aborted"};
        return;
    }
    *o = (struct mailer_outcome){.status = MAILER__DELIVERY_STATUS__DELIVERED, .word = "delivered"};
}

static void outcome_of(const struct mailer_smtp_result *r, int attempts, struct mailer_outcome *o)
{
    static const struct {
        Mailer__DeliveryStatus status;
        const char *word;
    } ends[] = {
        [MAILER_SMTP_ACCEPTED] = {MAILER__DELIVERY_STATUS__DELIVERED, "delivered"},
        [MAILER_SMTP_REFUSED] = {MAILER__DELIVERY_STATUS__DELIVERY_FAILED, "refused"},
        [MAILER_SMTP_LATER] = {MAILER__DELIVERY_STATUS__WAITING, "failed"},
        [MAILER_SMTP_MAILBOX] = {MAILER__DELIVERY_STATUS__WAITING, "failed"},
        [MAILER_SMTP_ABORTED] = {MAILER__DELIVERY_STATUS__WAITING, "aborted"},
        [MAILER_SMTP_UNKNOWN] = {MAILER__DELIVERY_STATUS__UNCERTAIN, "uncertain"},
    };

    *o = (struct mailer_outcome){
        .status = ends[r->end].status,
        .word = ends[r->end].word,
        .smtp_code = r->code,
        .error = r->end == MAILER_SMTP_ACCEPTED ? NULL : r->err.message,
        /* A full mailbox (5.2.2) is refused today and may be there tomorrow: not the address's end. */
        .is_hard_bounce = r->end == MAILER_SMTP_REFUSED && strcmp(r->enhanced, "5.2.2") != 0,
    };
    if (r->end == MAILER_SMTP_LATER && attempts >= MAX_ATTEMPTS)
        o->status = MAILER__DELIVERY_STATUS__DELIVERY_FAILED;
    if (o->status == MAILER__DELIVERY_STATUS__WAITING)
        o->due_at = lm_clock_ms() + LATER_MS;
}

static lm_code password_of(struct lm_ctx *ctx, const struct mailer_mailbox *box, const char **out,
                           lm_err *err)
{
    *out = NULL;
    if (box->sealed_password.n > 0 &&
        lm_secret_open(ctx, mailer_settings.secret_key, box->sealed_password, out, err))
        return lm_wrap(err, "password of mailbox %s", box->pb.id);
    return LM_OK;
}

static void deliver_live(struct lm_ctx *ctx, struct turn *t, lm_str bytes, struct mailer_outcome *o,
                         lm_err *err)
{
    /* Its own unit of work: curl calls hand_over in the middle of the session. */
    struct lm_ctx *inner =
        lm_ctx_new(ctx->proc, ctx->tenant_id, mailer_settings.smtp_timeout_ms, 4 << 20);
    struct hand_over h = {inner, t, bytes};
    struct mailer_smtp smtp = {
        .url = t->box.pb.smtp_url,
        .user = t->box.pb.smtp_user,
        .hello = mailer_settings.hello,
        .from = t->box.pb.email,
        .to = t->delivery.pb.to_email,
        .message = bytes,
        .tls =
            strcmp(mailer_settings.tls, "offered") == 0 ? MAILER_TLS_OFFERED : MAILER_TLS_REQUIRED,
        .timeout_ms = lm_ctx_left_ms(ctx, mailer_settings.smtp_timeout_ms),
        .hand_over = hand_over,
        .arg = &h,
    };
    struct mailer_smtp_result r = {.end = MAILER_SMTP_MAILBOX};

    if (!smtp.url)
        lm_fail(&r.err, LM_UNPROCESSABLE, "mailbox %s has no smtp_url", t->box.pb.id);
    else if (password_of(ctx, &t->box, &smtp.password, &r.err) == LM_OK)
        mailer_smtp_send(&smtp, &r);
    lm_ctx_free(inner);
    outcome_of(&r, (int)t->delivery.pb.attempts, o);
    if (o->error)
        o->error = lm_arena_strdup(ctx->arena, o->error);
    if (r.end == MAILER_SMTP_MAILBOX)
        lm_fail(err, LM_UNAVAILABLE, "mailbox %s: %s", t->box.pb.id, r.err.message);
}

/* How it ended, and, when the fault is the mailbox's own, the mailbox stops until a person looks. */
static lm_code conclude(struct lm_ctx *ctx, struct turn *t, const struct mailer_outcome *o,
                        const lm_err *why, lm_err *err)
{
    if (lm_tx_begin(ctx, err) ||
        mailer_delivery_finish(ctx, &t->delivery, t->lease_owner, o, err) ||
        (why->code == LM_UNAVAILABLE && !t->config->dry_run &&
         mailer_mailbox_pause(ctx, t->box.pb.id, why->message, err)) ||
        (o->is_hard_bounce &&
         mailer_suppress(
             ctx,
             &(struct mailer_suppress){lm_arena_strz(ctx->arena, t->delivery.address_hash),
                                       "bounce", t->delivery.pb.lead_id},
             &(Mailer__Suppression *){NULL}, err)) ||
        lm_tx_commit(ctx, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return LM_OK;
}

static void count(const char *word)
{
    lm_metric_add(
        lm_counter("lm_mailer_attempts_total", "Hand-overs by how they ended", "outcome", word), 1);
}

static lm_code deliver(struct lm_ctx *ctx, struct turn *t, lm_err *err)
{
    struct mailer_outcome o = {.status = MAILER__DELIVERY_STATUS__DELIVERY_FAILED,
                               .word = "failed"};
    lm_err why = LM_ERR_INIT;
    lm_str bytes;

    if (compose(ctx, t, &bytes, &why) == LM_OK) {
        if (t->config->dry_run)
            deliver_dry(ctx, t, bytes, &o, &why);
        else
            deliver_live(ctx, t, bytes, &o, &why);
    }
    if (why.code != LM_OK && !o.error)
        o.error = why.message;
    count(o.word);
    if (conclude(ctx, t, &o, &why, err) == LM_FENCED) {
        /* Cancelled, suppressed or expired meanwhile: whoever took it has said so. */
        lm_log(ctx, LM_LOG_INFO, "delivery was taken back",
               LM_KV_STR("delivery", t->delivery.pb.id));
        lm_err_clear(err);
    }
    return err->code;
}

lm_code mailer_do_pump_mailbox(struct lm_ctx *ctx, const Mailer__PumpMailbox *job, lm_err *err)
{
    struct turn t = {.kind = TURN_AGAIN};

    snprintf(t.lease_owner, sizeof(t.lease_owner), "%s/%s/%d", lm_proc_replica(ctx->proc),
             ctx->job->id, ctx->job->attempt);
    while (t.kind == TURN_AGAIN || t.kind == TURN_SEND) {
        if (next_turn(ctx, job->mailbox_id, &t, err)) {
            if (err->code == LM_NOT_FOUND) { /* the mailbox was removed: nothing left to do */
                lm_err_clear(err);
                return LM_OK;
            }
            return lm_wrap(err, "mailbox %s", job->mailbox_id);
        }
        if (t.kind == TURN_SEND && deliver(ctx, &t, err))
            return lm_wrap(err, "delivery %s", t.delivery.pb.id);
    }
    if (t.kind == TURN_WAIT)
        lm_job_again_at(ctx, t.at);
    return LM_OK;
}

/* Every few seconds, on one replica: leases that ran out. */
lm_code mailer_sweep(struct lm_ctx *ctx, lm_err *err)
{
    struct mailer_expired *expired;
    size_t n;

    if (mailer_expired_list(ctx, &expired, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        struct lm_ctx *inner = lm_ctx_new(ctx->proc, expired[i].tenant_id, 10000, 4 << 20);

        if (lm_tx_begin(inner, err) || mailer_delivery_expire(inner, expired[i].delivery_id, err) ||
            mailer_wake_mailboxes(inner, lm_clock_ms(), err) || lm_tx_commit(inner, err)) {
            lm_ctx_free(inner);
            return lm_wrap(err, "delivery %s", expired[i].delivery_id);
        }
        lm_ctx_free(inner);
    }
    return LM_OK;
}
