/* SPDX-License-Identifier: Apache-2.0 */
/* The mailer's operations, in the order of proto/mailer.proto. */

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/secret.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/mailer.lm.h"
#include "services/mailer/checklist.h"
#include "services/mailer/mailer.h"

/* The tenant's day over all mailboxes. */
struct totals {
    int limit, sent;
    bool has_mailbox;
};

static lm_code totals_of(struct lm_ctx *ctx, const struct mailer_pace *pace, int64_t now,
                         struct totals *out, lm_err *err)
{
    struct mailer_mailbox *boxes;
    size_t n;

    if (mailer_mailbox_list(ctx, &boxes, &n, err))
        return err->code;
    *out = (struct totals){0};
    for (size_t i = 0; i < n; i++) {
        struct mailer_today today;

        mailer_today_of(&boxes[i], pace, now, &today);
        out->sent += today.sent;
        if (boxes[i].pb.is_paused)
            continue;
        out->limit += today.cap;
        out->has_mailbox = true;
    }
    return LM_OK;
}

static const char *why_not(const Mailer__SendConfig *config, const struct totals *t,
                           const Mailer__SendStatus *s)
{
    if (config->is_paused)
        return "sending is paused";
    if (!t->has_mailbox)
        return "there is no active mailbox";
    if (!s->is_business_hours)
        return "outside business hours";
    if (s->remaining_today <= 0)
        return "today's cap is used up";
    return NULL;
}

static lm_code status(struct lm_ctx *ctx, const Mailer__SendConfig *config, Mailer__SendStatus *out,
                      lm_err *err)
{
    int64_t now = lm_clock_ms();
    struct mailer_counts counts;
    struct mailer_pace pace;
    struct totals totals;
    const char *reason;

    if (mailer_pace_of(config, &pace, err) || mailer_delivery_counts(ctx, now, &counts, err) ||
        totals_of(ctx, &pace, now, &totals, err))
        return err->code;
    out->is_paused = config->is_paused;
    out->dry_run = config->dry_run;
    out->pending_count = counts.pending;
    out->due_count = counts.due;
    out->has_next_scheduled_at = counts.next_due_at != 0;
    out->next_scheduled_at = counts.next_due_at;
    out->is_business_hours = lm_window_contains(&pace.window, now);
    out->next_business_hour_at = lm_window_next(&pace.window, now);
    out->has_next_business_hour_at = out->next_business_hour_at != INT64_MAX;
    out->daily_limit = totals.limit;
    out->sent_today = totals.sent;
    out->remaining_today = LM_MAX(0, totals.limit - totals.sent);
    reason = why_not(config, &totals, out);
    out->why_not = reason ? lm_arena_strdup(ctx->arena, reason) : NULL;
    out->can_send = reason == NULL;
    return LM_OK;
}

static lm_code set_paused(struct lm_ctx *ctx, bool is_paused, Mailer__SendStatus *out, lm_err *err)
{
    Mailer__SendConfig *config;

    if (mailer_config_get(ctx, &config, err))
        return err->code;
    config->is_paused = is_paused;
    if (mailer_config_save(ctx, config, err) ||
        (!is_paused && mailer_wake_mailboxes(ctx, lm_clock_ms(), err)))
        return err->code;
    return status(ctx, config, out, err);
}

lm_code mailer_start_sending(struct lm_ctx *ctx, const Mailer__StartSendingRequest *in,
                             Mailer__SendStatus *out, lm_err *err)
{
    (void)in;
    return set_paused(ctx, false, out, err);
}

lm_code mailer_pause_sending(struct lm_ctx *ctx, const Mailer__PauseSendingRequest *in,
                             Mailer__SendStatus *out, lm_err *err)
{
    (void)in;
    return set_paused(ctx, true, out, err);
}

lm_code mailer_get_send_status(struct lm_ctx *ctx, const Mailer__GetSendStatusRequest *in,
                               Mailer__SendStatus *out, lm_err *err)
{
    Mailer__SendConfig *config;

    (void)in;
    if (mailer_config_get(ctx, &config, err))
        return err->code;
    return status(ctx, config, out, err);
}

lm_code mailer_list_queue(struct lm_ctx *ctx, const Mailer__ListQueueRequest *in,
                          Mailer__ListQueueResponse *out, lm_err *err)
{
    struct mailer_page page = {.limit = in->limit};

    if (in->has_status_filter)
        page.status = (int)in->status_filter;
    if (lm_place_parse(ctx->arena, in->after, &page.after, err))
        return err->code;
    return mailer_delivery_page(ctx, &page, out, err);
}

static void config_out(const Mailer__SendConfig *from, Mailer__SendConfig *out)
{
    *out = *from;
    out->confirm = NULL;
}

lm_code mailer_get_send_config(struct lm_ctx *ctx, const Mailer__GetSendConfigRequest *in,
                               Mailer__SendConfig *out, lm_err *err)
{
    Mailer__SendConfig *config;

    (void)in;
    if (mailer_config_get(ctx, &config, err))
        return err->code;
    config_out(config, out);
    return LM_OK;
}

/* What the request names replaces what stands; a default of the contract that was not named changes nothing. */
static void config_merge(Mailer__SendConfig *into, const Mailer__SendConfig *in)
{
#define TAKE(field)      \
    if (in->has_##field) \
    into->field = in->field
    TAKE(dry_run);
    TAKE(daily_limit);
    TAKE(min_delay_seconds);
    TAKE(max_delay_seconds);
    TAKE(from_minute);
    TAKE(to_minute);
    TAKE(weekdays);
    TAKE(keep_holidays);
    TAKE(domain_hourly_limit);
    TAKE(is_paused);
    TAKE(track_opens);
    TAKE(track_clicks);
#undef TAKE
    if (in->timezone != mailer__send_config__timezone__default_value)
        into->timezone = in->timezone;
    if (in->country != mailer__send_config__country__default_value)
        into->country = in->country;
    if (in->postal_address)
        into->postal_address = in->postal_address;
}

static lm_code config_check(const Mailer__SendConfig *c, lm_err *err)
{
    if (c->max_delay_seconds < c->min_delay_seconds)
        return lm_fail_field(err, "max_delay_seconds", "must be at least min_delay_seconds (%d)",
                             c->min_delay_seconds);
    if (c->to_minute <= c->from_minute)
        return lm_fail_field(err, "to_minute", "must be after from_minute (%d)", c->from_minute);
    return LM_OK;
}

/* The operation waits for DNS when it goes live, so its transactions are its own. */
lm_code mailer_set_send_config(struct lm_ctx *ctx, const Mailer__SendConfig *in,
                               Mailer__SendConfig *out, lm_err *err)
{
    Mailer__SendConfig *config;
    bool goes_live;

    if (mailer_config_get(ctx, &config, err))
        return err->code;
    goes_live = config->dry_run && in->has_dry_run && !in->dry_run;
    config_merge(config, in);
    if (config_check(config, err))
        return err->code;
    if (goes_live) {
        if (!in->confirm || strcmp(in->confirm, mailer_settings.live_phrase) != 0)
            return lm_fail_field(err, "confirm", "going live needs the phrase \"%s\"",
                                 mailer_settings.live_phrase);
        if (mailer_checklist(ctx, config, err))
            return err->code;
    }
    if (lm_tx_begin(ctx, err) || mailer_config_save(ctx, config, err) ||
        mailer_wake_mailboxes(ctx, lm_clock_ms(), err) || lm_tx_commit(ctx, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    config_out(config, out);
    return LM_OK;
}

/* ---- mailboxes ---- */

static lm_code mailbox_out(struct mailer_mailbox *box, const Mailer__SendConfig *config,
                           Mailer__Mailbox *out, lm_err *err)
{
    struct mailer_today today;
    struct mailer_pace pace;

    if (mailer_pace_of(config, &pace, err))
        return err->code;
    mailer_today_of(box, &pace, lm_clock_ms(), &today);
    *out = box->pb;
    out->has_warmup_day = today.warmup_day > 0;
    out->warmup_day = today.warmup_day;
    out->has_daily_cap = true;
    out->daily_cap = today.cap;
    out->sent_today = today.sent;
    return LM_OK;
}

lm_code mailer_list_mailboxes(struct lm_ctx *ctx, const Mailer__ListMailboxesRequest *in,
                              Mailer__ListMailboxesResponse *out, lm_err *err)
{
    struct mailer_mailbox *boxes;
    Mailer__SendConfig *config;
    size_t n;

    (void)in;
    if (mailer_config_get(ctx, &config, err) || mailer_mailbox_list(ctx, &boxes, &n, err))
        return err->code;
    out->items = LM_NEW_ARRAY(ctx->arena, Mailer__Mailbox *, n + 1);
    for (out->n_items = 0; out->n_items < n; out->n_items++) {
        Mailer__Mailbox *item = LM_NEW(ctx->arena, Mailer__Mailbox);

        if (mailbox_out(&boxes[out->n_items], config, item, err))
            return err->code;
        out->items[out->n_items] = item;
    }
    return LM_OK;
}

static lm_code check_server(const char *field, const char *url, const char *plain, const char *tls,
                            lm_err *err)
{
    lm_str u = lm_str_z(url);

    if (!url ||
        (u.n < 200 && (lm_str_starts(u, lm_str_z(plain)) || lm_str_starts(u, lm_str_z(tls))) &&
         lm_str_chr(u, '@', 0) < 0 && lm_str_chr(u, ' ', 0) < 0 &&
         lm_str_chr(u, '/', strlen(tls)) < 0))
        return LM_OK;
    return lm_fail_field(err, field, "expected %shost:port or %shost:port, without user and path",
                         plain, tls);
}

static lm_code check_servers(const char *smtp_url, const char *imap_url, lm_err *err)
{
    if (check_server("smtp_url", smtp_url, "smtp://", "smtps://", err) ||
        check_server("imap_url", imap_url, "imap://", "imaps://", err))
        return err->code;
    return LM_OK;
}

static lm_code seal_password(struct lm_ctx *ctx, const char *password, lm_str *out, lm_err *err)
{
    if (!password)
        return LM_OK;
    return lm_secret_seal(ctx, mailer_settings.secret_key, password, out, err);
}

lm_code mailer_create_mailbox(struct lm_ctx *ctx, const Mailer__CreateMailboxRequest *in,
                              Mailer__Mailbox *out, lm_err *err)
{
    struct mailer_mailbox box = {.skip_warmup = in->has_skip_warmup && in->skip_warmup};
    lm_str email = lm_email_normalize(ctx->arena, lm_str_z(in->email));
    Mailer__SendConfig *config;

    mailer__mailbox__init(&box.pb);
    box.pb.email = lm_arena_strz(ctx->arena, email);
    box.pb.display_name = in->display_name;
    box.pb.smtp_url = in->smtp_url;
    box.pb.smtp_user = in->smtp_user;
    box.pb.imap_url = in->imap_url;
    box.pb.imap_user = in->imap_user;
    if (check_servers(in->smtp_url, in->imap_url, err) ||
        seal_password(ctx, in->password, &box.sealed_password, err))
        return err->code;
    if (mailer_mailbox_create(ctx, &box, err)) {
        if (err->code == LM_CONFLICT)
            return lm_fail(err, LM_CONFLICT, "this address is a mailbox already; change that one");
        return err->code;
    }
    if (mailer_wake_mailboxes(ctx, lm_clock_ms(), err) || mailer_config_get(ctx, &config, err))
        return err->code;
    return mailbox_out(&box, config, out, err);
}

lm_code mailer_update_mailbox(struct lm_ctx *ctx, const Mailer__UpdateMailboxRequest *in,
                              Mailer__Mailbox *out, lm_err *err)
{
    struct mailer_mailbox box;
    Mailer__SendConfig *config;

    if (check_servers(in->smtp_url, in->imap_url, err) ||
        mailer_mailbox_lock(ctx, in->mailbox_id, &box, err))
        return err->code;
    if (in->display_name)
        box.pb.display_name = in->display_name;
    if (in->smtp_url)
        box.pb.smtp_url = in->smtp_url;
    if (in->smtp_user)
        box.pb.smtp_user = in->smtp_user;
    if (in->imap_url)
        box.pb.imap_url = in->imap_url;
    if (in->imap_user)
        box.pb.imap_user = in->imap_user;
    if (in->has_is_paused) {
        box.pb.is_paused = in->is_paused;
        box.pb.paused_because = in->is_paused ? lm_arena_strdup(ctx->arena, "by a person") : NULL;
    }
    if (seal_password(ctx, in->password, &box.sealed_password, err) ||
        mailer_mailbox_save(ctx, &box, err) || mailer_wake_mailboxes(ctx, lm_clock_ms(), err) ||
        mailer_config_get(ctx, &config, err))
        return err->code;
    return mailbox_out(&box, config, out, err);
}

/* ---- suppressions ---- */

lm_code mailer_add_suppression(struct lm_ctx *ctx, const Mailer__AddSuppressionRequest *in,
                               Mailer__Suppression *out, lm_err *err)
{
    char hash[LM_HASH_SIZE];
    Mailer__Suppression *s;

    lm_address_hash(ctx->arena, lm_str_z(in->email), hash);
    if (mailer_suppress(ctx, &(struct mailer_suppress){hash, in->reason, NULL}, &s, err))
        return err->code;
    *out = *s;
    return LM_OK;
}

lm_code mailer_list_suppressions(struct lm_ctx *ctx, const Mailer__ListSuppressionsRequest *in,
                                 Mailer__ListSuppressionsResponse *out, lm_err *err)
{
    return mailer_suppression_page(ctx, in, out, err);
}

/*
 * The token carries tenant, lead and address hash, so it works for ever and from a cold start. The
 * gateway calls this as the system, inside the tenant that the token names.
 */
lm_code mailer_opt_out(struct lm_ctx *ctx, const Mailer__OptOutRequest *in,
                       Mailer__OptOutResponse *out, lm_err *err)
{
    lm_str key = lm_str_z(mailer_settings.tracking_key);
    Mailer__Suppression *s;
    struct lm_optout who;
    bool is_in;

    if (!lm_optout_parse(ctx->arena, key, lm_str_z(in->token), &who) ||
        strcmp(who.tenant_id, ctx->tenant_id) != 0)
        return LM_OK; /* known: false */
    out->known = true;
    if (mailer_is_suppressed(ctx, who.address_hash, &is_in, err))
        return err->code;
    out->opted_out = is_in || in->confirmed;
    if (!in->confirmed)
        return LM_OK;
    if (mailer_suppress(ctx, &(struct mailer_suppress){who.address_hash, "opt_out", who.lead_id},
                        &s, err) ||
        mailer_lead_stop(ctx, who.lead_id, "opt_out", err))
        return err->code;
    return mailer_delivery_cancel_lead(ctx, who.lead_id, "opt_out", err);
}

lm_code mailer_resolve_delivery(struct lm_ctx *ctx, const Mailer__ResolveDeliveryRequest *in,
                                Mailer__Delivery *out, lm_err *err)
{
    struct mailer_delivery d;

    if (mailer_delivery_resolve(ctx, in->delivery_id, in->was_delivered, &d, err))
        return err->code;
    *out = d.pb;
    return LM_OK;
}
