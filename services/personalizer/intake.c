/* SPDX-License-Identifier: Apache-2.0 */
/* What other services tell the personalizer: who the reader is, what became of a mail, who answered. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/job.h"
#include "common/str.h"
#include "gen/personalizer.lm.h"
#include "services/personalizer/personalizer.h"

/* ---- who the reader is ---- */

static lm_code stop_company(struct lm_ctx *ctx, const char *company_id, const char *because,
                            lm_err *err)
{
    lm_str *ids;
    size_t n;

    if (personalizer_leads_of_company(ctx, company_id, &ids, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++)
        if (personalizer_flow_stop(ctx, lm_arena_strz(ctx->arena, ids[i]), because, err))
            return err->code;
    return LM_OK;
}

/* Who wants no mail gets none, under whichever record its people still are. */
static lm_code leave_alone(struct lm_ctx *ctx, const Lm__Company *c, lm_err *err)
{
    if (stop_company(ctx, c->id, "no_mailing", err))
        return err->code;
    for (size_t i = 0; i < c->n_merged_ids; i++) {
        if (stop_company(ctx, c->merged_ids[i], "no_mailing", err))
            return err->code;
    }
    return LM_OK;
}

lm_code personalizer_on_company_changed(struct lm_ctx *ctx, const Scraper__CompanyChanged *ev,
                                        lm_err *err)
{
    const Lm__Company *c = ev->company;

    if (personalizer_company_save(ctx, c, err))
        return lm_wrap(err, "company %s", c->id);
    if (c->has_status && (c->status == LM__COMPANY_STATUS__COMPANY_ARCHIVED ||
                          c->status == LM__COMPANY_STATUS__COMPANY_DISQUALIFIED))
        return stop_company(ctx, c->id, "disqualified", err);
    return c->no_mailing ? leave_alone(ctx, c, err) : LM_OK;
}

lm_code personalizer_on_company_enriched(struct lm_ctx *ctx, const Enricher__CompanyEnriched *ev,
                                         lm_err *err)
{
    return personalizer_company_site_save(ctx, ev, err);
}

static lm_code queue_writing(struct lm_ctx *ctx, char *lead_id, lm_err *err)
{
    Personalizer__WriteSequence job = PERSONALIZER__WRITE_SEQUENCE__INIT;

    job.lead_id = lead_id;
    return lm_job_queue(ctx, &job.base, lead_id, err);
}

/* Address and score come from two logs: whichever comes second makes the lead ready. */
lm_code personalizer_on_lead_enriched(struct lm_ctx *ctx, const Enricher__LeadEnriched *ev,
                                      lm_err *err)
{
    bool is_ready;

    if (personalizer_company_save(ctx, ev->company, err) ||
        personalizer_lead_save(ctx, ev->lead, &is_ready, err))
        return lm_wrap(err, "lead %s", ev->lead->id);
    if (ev->company->no_mailing)
        return personalizer_flow_stop(ctx, ev->lead->id, "no_mailing", err);
    return is_ready ? queue_writing(ctx, ev->lead->id, err) : LM_OK;
}

lm_code personalizer_on_lead_scored(struct lm_ctx *ctx, const Scorer__LeadScored *ev, lm_err *err)
{
    bool is_ready;

    if (personalizer_lead_score_save(ctx, ev->score, &is_ready, err))
        return lm_wrap(err, "score of lead %s", ev->score->lead_id);
    return is_ready ? queue_writing(ctx, ev->score->lead_id, err) : LM_OK;
}

/* ---- what became of a mail ---- */

/* A delivery on its way, uncertain, or cancelled by us changes nothing here. */
static bool is_outcome(const Mailer__Delivery *d)
{
    return d->status == MAILER__DELIVERY_STATUS__DELIVERED ||
           d->status == MAILER__DELIVERY_STATUS__DELIVERY_FAILED ||
           d->status == MAILER__DELIVERY_STATUS__SUPPRESSED;
}

static void apply_outcome(struct flow *f, int i, const Mailer__Delivery *d)
{
    int64_t now = lm_clock_ms();
    bool is_bounce = d->has_is_hard_bounce && d->is_hard_bounce;
    bool is_refused = d->is_synthetic && d->attempts == 0; /* the mailer did not even try */

    switch (d->status) {
    case MAILER__DELIVERY_STATUS__DELIVERED:
        flow_delivered(f, i, d->has_sent_at ? d->sent_at : now, now);
        break;
    case MAILER__DELIVERY_STATUS__DELIVERY_FAILED:
        flow_failed(f, i, is_bounce ? "bounce" : is_refused ? "synthetic" : "failed", now);
        break;
    case MAILER__DELIVERY_STATUS__SUPPRESSED:
        flow_failed(f, i, "opt_out", now);
        break;
    default:
        break;
    }
}

lm_code personalizer_on_delivery_changed(struct lm_ctx *ctx, const Mailer__DeliveryChanged *ev,
                                         lm_err *err)
{
    const Mailer__Delivery *d = ev->delivery;
    struct flow f;
    bool is_new;
    int i;

    if (!is_outcome(d))
        return LM_OK;
    if (personalizer_flow_open(ctx, d->lead_id, &f, err)) {
        if (err->code != LM_NOT_FOUND)
            return lm_wrap(err, "sequence of lead %s", d->lead_id);
        lm_err_clear(err); /* none of ours, or erased */
        return LM_OK;
    }
    if (personalizer_delivery_see(ctx, d->message_id, d->version, &is_new, err))
        return err->code;
    i = flow_find(&f, d->message_id);
    if (!is_new || i < 0)
        return LM_OK;
    apply_outcome(&f, i, d);
    return personalizer_flow_save(ctx, &f, err);
}

/* ---- who is left alone ---- */

/* The lead's row first: it keeps a lead that is not known yet from being written to later. */
static lm_code stop_lead(struct lm_ctx *ctx, const char *lead_id, const char *because, lm_err *err)
{
    if (personalizer_lead_stop(ctx, lead_id, because, err) ||
        personalizer_flow_stop(ctx, lead_id, because, err))
        return lm_wrap(err, "stopping lead %s", lead_id);
    return LM_OK;
}

lm_code personalizer_on_suppression_changed(struct lm_ctx *ctx,
                                            const Mailer__SuppressionChanged *ev, lm_err *err)
{
    const Mailer__Suppression *s = ev->suppression;
    const char *because = strcmp(s->reason, "bounce") == 0 ? "bounce" : "opt_out";
    lm_str *ids;
    size_t n;

    if (personalizer_suppress(ctx, s->address_hash, s->reason, err) ||
        personalizer_leads_of_address(ctx, s->address_hash, &ids, &n, err))
        return lm_wrap(err, "suppression %s", s->id);
    for (size_t i = 0; i < n; i++)
        if (stop_lead(ctx, lm_arena_strz(ctx->arena, ids[i]), because, err))
            return err->code;
    return s->lead_id ? stop_lead(ctx, s->lead_id, because, err) : LM_OK;
}

lm_code personalizer_on_reply_received(struct lm_ctx *ctx, const Tracker__ReplyReceived *ev,
                                       lm_err *err)
{
    const Tracker__Reply *r = ev->reply;

    if (!r->lead_id)
        return LM_OK;
    switch (r->class_) {
    case TRACKER__REPLY_CLASS__REPLY:
        return stop_lead(ctx, r->lead_id, "reply", err);
    case TRACKER__REPLY_CLASS__UNSUBSCRIBE:
    case TRACKER__REPLY_CLASS__COMPLAINT:
        return stop_lead(ctx, r->lead_id, "opt_out", err);
    default: /* out of office, automatic, delayed: nobody answered */
        return LM_OK;
    }
}

lm_code personalizer_on_bounce_received(struct lm_ctx *ctx, const Tracker__BounceReceived *ev,
                                        lm_err *err)
{
    return ev->is_hard ? stop_lead(ctx, ev->lead_id, "bounce", err) : LM_OK;
}

lm_code personalizer_on_lead_judged(struct lm_ctx *ctx, const Gateway__LeadJudged *ev, lm_err *err)
{
    struct flow f;
    bool is_new;

    if (personalizer_lead_judge(ctx, ev->lead_id, ev->disqualified, ev->version, &is_new, err))
        return lm_wrap(err, "decision about lead %s", ev->lead_id);
    if (!is_new)
        return LM_OK;
    if (ev->disqualified)
        return personalizer_flow_stop(ctx, ev->lead_id, "disqualified", err);
    if (personalizer_flow_open(ctx, ev->lead_id, &f, err)) {
        if (err->code != LM_NOT_FOUND)
            return err->code;
        lm_err_clear(err);
        return queue_writing(ctx, ev->lead_id, err); /* the job sees whether it is qualified */
    }
    flow_unstop(&f);
    return personalizer_flow_save(ctx, &f, err);
}
