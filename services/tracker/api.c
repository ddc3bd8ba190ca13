/* SPDX-License-Identifier: Apache-2.0 */
/* The tracker's operations, in the order of proto/tracker.proto. */
#include "common/arena.h"
#include "common/calendar.h"
#include "common/clock.h"
#include "common/job.h"
#include "common/json.h"
#include "common/str.h"
#include "gen/tracker.lm.h"
#include "services/tracker/store.h"
#include "services/tracker/tracker.h"

enum { HITS_A_BATCH = 5000 };
static const int64_t DAY_MS = 86400000;

/* From a gateway's spool, as the system, in no tenant. The gateway checked nothing but the form. */
static lm_code check_hits(const Tracker__TakeHitsRequest *in, lm_err *err)
{
    if (in->n_hits > HITS_A_BATCH)
        return lm_fail_field(err, "hits", "at most %d in one batch", HITS_A_BATCH);
    if (in->next_position < in->position)
        return lm_fail_field(err, "next_position", "lies before position");
    for (size_t i = 0; i < in->n_hits; i++) {
        if (!lm_id_valid(lm_str_z(in->hits[i]->tracking_id)))
            return lm_fail_field(err, "hits.tracking_id", "not a UUID");
    }
    return LM_OK;
}

lm_code tracker_take_hits(struct lm_ctx *ctx, const Tracker__TakeHitsRequest *in,
                          Tracker__TakeHitsResponse *out, lm_err *err)
{
    Tracker__ResolveHits job = TRACKER__RESOLVE_HITS__INIT;

    if (check_hits(in, err) || tracker_hits_take(ctx, in, &out->position, err))
        return err->code;
    return in->n_hits ? lm_job_queue(ctx, &job.base, "all", err) : LM_OK;
}

lm_code tracker_get_tracking_stats(struct lm_ctx *ctx, const Tracker__GetTrackingStatsRequest *in,
                                   Tracker__TrackingStats *out, lm_err *err)
{
    return tracker_stats(ctx, lm_clock_ms() - in->days * DAY_MS, out, err);
}

lm_code tracker_get_lead_engagement(struct lm_ctx *ctx, const Tracker__GetLeadEngagementRequest *in,
                                    Tracker__LeadEngagement *out, lm_err *err)
{
    return tracker_lead_engagement(ctx, in->lead_id, out, err);
}

lm_code tracker_list_tracking_events(struct lm_ctx *ctx,
                                     const Tracker__ListTrackingEventsRequest *in,
                                     Tracker__ListTrackingEventsResponse *out, lm_err *err)
{
    struct tracker_page page = {.limit = in->limit};

    if (in->has_event_type)
        page.kind = lm_enum_name(&tracker__track_kind__descriptor, (int)in->event_type);
    if (lm_place_parse(ctx->arena, in->after, &page.after, err))
        return err->code;
    return tracker_event_page(ctx, &page, out, err);
}

lm_code tracker_get_daily_stats(struct lm_ctx *ctx, const Tracker__GetDailyStatsRequest *in,
                                Tracker__DailyStats *out, lm_err *err)
{
    const struct lm_zone *zone;

    if (lm_zone_get(in->timezone, &zone, err))
        return err->code;
    return tracker_daily(ctx, in->timezone,
                         lm_day_start(zone, lm_clock_ms() - (in->days - 1) * DAY_MS), out, err);
}

lm_code tracker_check_inboxes(struct lm_ctx *ctx, const Tracker__CheckInboxesRequest *in,
                              Lm__Accepted *out, lm_err *err)
{
    struct tracker_inbox_ref *refs;
    size_t n;

    (void)in;
    if (tracker_inbox_of_tenant(ctx, &refs, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        if (tracker_queue_check(ctx, refs[i].mailbox_id, err))
            return err->code;
    }
    out->job_id = lm_arena_strdup(ctx->arena, ctx->request_id);
    out->status = lm_arena_strdup(ctx->arena, "queued");
    out->has_count = true;
    out->count = (int64_t)n;
    return LM_OK;
}

lm_code tracker_list_replies(struct lm_ctx *ctx, const Tracker__ListRepliesRequest *in,
                             Tracker__ListRepliesResponse *out, lm_err *err)
{
    struct tracker_page page = {.limit = in->limit, .lead_id = in->lead_id};

    if (lm_place_parse(ctx->arena, in->after, &page.after, err))
        return err->code;
    return tracker_reply_page(ctx, &page, out, err);
}
