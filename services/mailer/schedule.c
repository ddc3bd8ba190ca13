/* SPDX-License-Identifier: Apache-2.0 */
/* From a tenant's settings and a mailbox's row to the moments at which it may send. */
#include "common/arena.h"
#include "common/job.h"
#include "common/str.h"
#include "services/mailer/mailer.h"

struct mailer_settings mailer_settings;

lm_code mailer_pace_of(const Mailer__SendConfig *c, struct mailer_pace *out, lm_err *err)
{
    const struct lm_zone *zone;

    if (lm_zone_get(c->timezone, &zone, err))
        return err->code;
    *out = (struct mailer_pace){
        .daily_limit = c->daily_limit,
        .min_delay_s = c->min_delay_seconds,
        .max_delay_s = c->max_delay_seconds,
        .window = {.zone = zone,
                   .weekdays = (unsigned)c->weekdays,
                   .from_minute = c->from_minute,
                   .to_minute = c->to_minute,
                   .country = c->keep_holidays ? c->country : NULL},
    };
    return LM_OK;
}

void mailer_today_of(const struct mailer_mailbox *box, const struct mailer_pace *pace, int64_t now,
                     struct mailer_today *out)
{
    struct lm_civil c = lm_civil_at(pace->window.zone, now);

    snprintf(out->day, sizeof(out->day), "%04d-%02d-%02d", c.year % 10000, c.month % 100,
             c.day % 100);
    out->sent = lm_str_eqz(box->sent_on, out->day) ? box->pb.sent_today : 0;
    out->warmup_day = 0;
    if (!box->skip_warmup)
        out->warmup_day =
            box->warmup_from ? mailer_warmup_day(pace->window.zone, box->warmup_from, now) : 1;
    out->cap = mailer_daily_cap(out->warmup_day, pace->daily_limit);
}

lm_code mailer_wake_mailboxes(struct lm_ctx *ctx, int64_t at, lm_err *err)
{
    struct mailer_mailbox *boxes;
    struct lm_job_spec *specs;
    size_t n, n_specs = 0;

    if (mailer_mailbox_list(ctx, &boxes, &n, err))
        return err->code;
    specs = LM_NEW_ARRAY(ctx->arena, struct lm_job_spec, n + 1);
    for (size_t i = 0; i < n; i++) {
        Mailer__PumpMailbox *job;

        if (boxes[i].pb.is_paused)
            continue;
        job = LM_NEW(ctx->arena, Mailer__PumpMailbox);
        mailer__pump_mailbox__init(job);
        job->mailbox_id = boxes[i].pb.id;
        specs[n_specs++] = (struct lm_job_spec){
            .payload = &job->base,
            .key = boxes[i].pb.id,
            .run_at = LM_MAX(at, boxes[i].pb.next_send_at),
        };
    }
    return n_specs == 0 ? LM_OK : lm_jobs_queue(ctx, specs, n_specs, err);
}
