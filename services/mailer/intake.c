/* SPDX-License-Identifier: Apache-2.0 */
/* What other services tell the mailer: messages to send, and people to leave alone. */
#include "common/arena.h"
#include "common/clock.h"
#include "gen/mailer.lm.h"
#include "services/mailer/mailer.h"

lm_code mailer_on_message_changed(struct lm_ctx *ctx, const Personalizer__MessageChanged *ev,
                                  lm_err *err)
{
    const Personalizer__Message *m = ev->message;

    switch (m->status) {
    case PERSONALIZER__MESSAGE_STATUS__RELEASED:
        if (mailer_delivery_put(ctx, m, err))
            return lm_wrap(err, "message %s", m->id);
        return mailer_wake_mailboxes(ctx, m->has_due_at ? m->due_at : lm_clock_ms(), err);
    case PERSONALIZER__MESSAGE_STATUS__CANCELLED:
    case PERSONALIZER__MESSAGE_STATUS__REJECTED:
        return mailer_delivery_cancel_message(ctx, m->id, "cancelled", err);
    default:
        return LM_OK; /* drafts are none of ours, what is sent we told ourselves */
    }
}

/* Comes beside the cancelled messages; it stops the whole lead at once, and for good when it answered. */
lm_code mailer_on_sequence_changed(struct lm_ctx *ctx, const Personalizer__SequenceChanged *ev,
                                   lm_err *err)
{
    const Personalizer__Sequence *s = ev->sequence;

    switch (s->status) {
    case PERSONALIZER__SEQUENCE_STATUS__PAUSED:
        if (mailer_lead_stop(ctx, s->lead_id, "paused", err))
            return err->code;
        return mailer_delivery_cancel_lead(ctx, s->lead_id, "paused", err);
    case PERSONALIZER__SEQUENCE_STATUS__STOPPED:
        if (mailer_lead_stop(ctx, s->lead_id, s->stopped_because ? s->stopped_because : "stopped",
                             err))
            return err->code;
        return mailer_delivery_cancel_lead(ctx, s->lead_id, "stopped", err);
    default:
        return mailer_lead_unstop(ctx, s->lead_id, err);
    }
}

static lm_code suppress_lead(struct lm_ctx *ctx, const char *lead_id, const char *reason,
                             lm_err *err)
{
    Mailer__Suppression *s;
    lm_str *hashes;
    size_t n;

    if (mailer_lead_hashes(ctx, lead_id, &hashes, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        const struct mailer_suppress who = {lm_arena_strz(ctx->arena, hashes[i]), reason, lead_id};

        if (mailer_suppress(ctx, &who, &s, err))
            return err->code;
    }
    return LM_OK;
}

lm_code mailer_on_engagement_changed(struct lm_ctx *ctx, const Tracker__EngagementChanged *ev,
                                     lm_err *err)
{
    return mailer_delivery_prove(ctx, ev->message_id, err);
}

lm_code mailer_on_reply_received(struct lm_ctx *ctx, const Tracker__ReplyReceived *ev, lm_err *err)
{
    const Tracker__Reply *r = ev->reply;
    bool is_opt_out = r->class_ == TRACKER__REPLY_CLASS__UNSUBSCRIBE;
    bool is_complaint = r->class_ == TRACKER__REPLY_CLASS__COMPLAINT;

    if (r->message_id && mailer_delivery_prove(ctx, r->message_id, err))
        return err->code;
    if (!r->lead_id || !(r->class_ == TRACKER__REPLY_CLASS__REPLY || is_opt_out || is_complaint))
        return LM_OK; /* an out-of-office stops nothing */
    if ((is_opt_out || is_complaint) &&
        suppress_lead(ctx, r->lead_id, is_opt_out ? "opt_out" : "complaint", err))
        return err->code;
    if (mailer_lead_stop(ctx, r->lead_id, "reply", err))
        return err->code;
    return mailer_delivery_cancel_lead(ctx, r->lead_id, "reply", err);
}

lm_code mailer_on_bounce_received(struct lm_ctx *ctx, const Tracker__BounceReceived *ev,
                                  lm_err *err)
{
    if (ev->message_id && mailer_delivery_prove(ctx, ev->message_id, err))
        return err->code; /* the first server had it */
    if (!ev->is_hard)
        return LM_OK;
    if (suppress_lead(ctx, ev->lead_id, "bounce", err) ||
        mailer_lead_stop(ctx, ev->lead_id, "bounce", err))
        return err->code;
    return mailer_delivery_cancel_lead(ctx, ev->lead_id, "bounce", err);
}
