/* SPDX-License-Identifier: Apache-2.0 */
/* Figures and lists: what the API shows of hits and replies. */
#include "services/tracker/store_internal.h"

#include <math.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"

static const struct lm_sql stats = {
    "stats",
    "SELECT (SELECT count(*) FROM sent_message WHERE tenant_id = $1 AND sent_at >= lm_at($2)"
    "           AND is_certain),"
    "       count(*) FILTER (WHERE kind = 'TRACK_OPEN' AND NOT is_machine),"
    "       count(DISTINCT message_id) FILTER (WHERE kind = 'TRACK_OPEN' AND NOT is_machine),"
    "       count(*) FILTER (WHERE kind = 'TRACK_CLICK' AND NOT is_machine),"
    "       count(DISTINCT message_id) FILTER (WHERE kind = 'TRACK_CLICK' AND NOT is_machine),"
    "       count(DISTINCT lead_id) FILTER (WHERE kind = 'TRACK_REPLY'),"
    "       count(DISTINCT message_id) FILTER (WHERE kind = 'TRACK_BOUNCE'),"
    "       count(*) FILTER (WHERE is_machine), count(*) FILTER (WHERE kind = 'TRACK_AUTO_REPLY')"
    "  FROM track_event WHERE tenant_id = $1 AND at >= lm_at($2)",
};

/* Percent with two decimals; 0 when nothing was sent. */
static double rate(int64_t part, int64_t whole)
{
    return whole ? round((double)part * 10000 / (double)whole) / 100 : 0;
}

lm_code tracker_stats(struct lm_ctx *ctx, int64_t since, Tracker__TrackingStats *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &stats, LM_ARGS(LM_ID(ctx->tenant_id), LM_MS(since)), "stats", &r, err))
        return err->code;
    out->total_sent = lm_rows_int(r, 0);
    out->total_opens = lm_rows_int(r, 1);
    out->unique_opens = lm_rows_int(r, 2);
    out->total_clicks = lm_rows_int(r, 3);
    out->unique_clicks = lm_rows_int(r, 4);
    out->replies = lm_rows_int(r, 5);
    out->bounces = lm_rows_int(r, 6);
    out->has_machine_hits = out->has_auto_replies = true;
    out->machine_hits = lm_rows_int(r, 7);
    out->auto_replies = lm_rows_int(r, 8);
    out->open_rate = rate(out->unique_opens, out->total_sent);
    out->click_rate = rate(out->unique_clicks, out->total_sent);
    out->reply_rate = rate(out->replies, out->total_sent);
    out->bounce_rate = rate(out->bounces, out->total_sent);
    return LM_OK;
}

static const struct lm_sql daily = {
    "daily",
    "WITH day AS (SELECT generate_series((lm_at($2) AT TIME ZONE $4)::date, (lm_at($3) AT TIME ZONE $4)::date,"
    "                                    interval '1 day')::date AS d),"
    " sent AS (SELECT (sent_at AT TIME ZONE $4)::date AS d, count(*) AS n FROM sent_message"
    "           WHERE tenant_id = $1 AND sent_at >= lm_at($2) AND is_certain GROUP BY 1),"
    " hit AS (SELECT (at AT TIME ZONE $4)::date AS d, count(*) FILTER (WHERE kind = 'TRACK_OPEN') AS opens,"
    "                count(*) FILTER (WHERE kind = 'TRACK_CLICK') AS clicks,"
    "                count(*) FILTER (WHERE kind = 'TRACK_REPLY') AS replies"
    "           FROM track_event WHERE tenant_id = $1 AND at >= lm_at($2) AND NOT is_machine GROUP BY 1)"
    " SELECT day.d::text, coalesce(sent.n, 0), coalesce(opens, 0), coalesce(clicks, 0), coalesce(replies, 0)"
    "   FROM day LEFT JOIN sent USING (d) LEFT JOIN hit USING (d) ORDER BY day.d",
};

lm_code tracker_daily(struct lm_ctx *ctx, const char *zone, int64_t since, Tracker__DailyStats *out,
                      lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &daily,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_MS(since), LM_MS(lm_clock_ms()), LM_Z(zone)),
                    &r, err))
        return err->code;
    out->days = LM_NEW_ARRAY(ctx->arena, Tracker__DayStats *, lm_rows_count(r) + 1);
    for (out->n_days = 0; lm_rows_next(r); out->n_days++) {
        Tracker__DayStats *day =
            (Tracker__DayStats *)lm_pb_new(ctx->arena, &tracker__day_stats__descriptor);

        day->date = lm_rows_strz(r, 0);
        day->sent = lm_rows_int(r, 1);
        day->opens = lm_rows_int(r, 2);
        day->clicks = lm_rows_int(r, 3);
        day->replies = lm_rows_int(r, 4);
        out->days[out->n_days] = day;
    }
    return LM_OK;
}

#define EVENT_COLUMNS \
    "id, kind, lm_ms(at), lead_id, message_id, url, is_machine, user_agent, detail"

static Tracker__TrackEvent *event_read(struct lm_ctx *ctx, const struct lm_rows *r)
{
    Tracker__TrackEvent *e =
        (Tracker__TrackEvent *)lm_pb_new(ctx->arena, &tracker__track_event__descriptor);
    int kind = TRACKER__TRACK_KIND__TRACK_OPEN;

    LM_ASSERT(lm_enum_value(&tracker__track_kind__descriptor, lm_rows_str(r, 1), &kind));
    e->id = lm_rows_strz(r, 0);
    e->kind = (Tracker__TrackKind)kind;
    e->at = lm_rows_ms(r, 2);
    e->lead_id = lm_rows_strz(r, 3);
    e->message_id = lm_rows_strz(r, 4);
    e->url = lm_rows_strz(r, 5);
    e->has_is_machine = true;
    e->is_machine = lm_rows_bool(r, 6);
    e->user_agent = lm_rows_strz(r, 7);
    e->detail = lm_rows_strz(r, 8);
    return e;
}

static const struct lm_sql lead_counts = {
    "lead_counts",
    "SELECT (SELECT count(*) FROM sent_message WHERE tenant_id = $1 AND lead_id = $2 AND is_certain),"
    "       count(*) FILTER (WHERE kind = 'TRACK_OPEN' AND NOT is_machine),"
    "       count(*) FILTER (WHERE kind = 'TRACK_CLICK' AND NOT is_machine),"
    "       coalesce(bool_or(kind = 'TRACK_REPLY'), false), lm_ms(max(at))"
    "  FROM track_event WHERE tenant_id = $1 AND lead_id = $2",
};
static const struct lm_sql lead_events = {
    "lead_events",
    "SELECT " EVENT_COLUMNS
    " FROM track_event WHERE tenant_id = $1 AND lead_id = $2 ORDER BY at DESC LIMIT 50",
};

lm_code tracker_lead_engagement(struct lm_ctx *ctx, const char *lead_id,
                                Tracker__LeadEngagement *out, lm_err *err)
{
    struct lm_args who = LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id));
    struct lm_rows *r;

    if (lm_db_one(ctx, &lead_counts, who, "lead", &r, err))
        return err->code;
    out->lead_id = lm_arena_strdup(ctx->arena, lead_id);
    out->emails_sent = lm_rows_int(r, 0);
    out->opens = lm_rows_int(r, 1);
    out->clicks = lm_rows_int(r, 2);
    out->replied = lm_rows_bool(r, 3);
    out->has_last_activity_at = !lm_rows_is_null(r, 4);
    out->last_activity_at = lm_rows_ms(r, 4);
    if (lm_db_query(ctx, &lead_events, who, &r, err))
        return err->code;
    out->events = LM_NEW_ARRAY(ctx->arena, Tracker__TrackEvent *, lm_rows_count(r) + 1);
    while (lm_rows_next(r))
        out->events[out->n_events++] = event_read(ctx, r);
    return LM_OK;
}

static const struct lm_sql event_page = {
    "event_page",
    "SELECT " EVENT_COLUMNS " FROM track_event"
    " WHERE tenant_id = $1 AND ($2::text IS NULL OR kind = $2)"
    "   AND ($4::uuid IS NULL OR (at, id) < (lm_at($3), $4))"
    " ORDER BY at DESC, id DESC LIMIT $5",
};
static const struct lm_sql event_total = {
    "event_total",
    "SELECT count(*) FROM (SELECT FROM track_event WHERE tenant_id = $1 AND ($2::text IS NULL OR kind = $2)"
    " LIMIT 10001) x",
};

lm_code tracker_event_page(struct lm_ctx *ctx, const struct tracker_page *page,
                           Tracker__ListTrackingEventsResponse *out, lm_err *err)
{
    struct lm_rows *r, *total;
    size_t n = 0;

    if (lm_db_one(ctx, &event_total, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(page->kind)), "total",
                  &total, err) ||
        lm_db_query(ctx, &event_page,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(page->kind), LM_MS(page->after.at),
                            LM_ID(page->after.id), LM_INT(page->limit + 1)),
                    &r, err))
        return err->code;
    out->total = lm_rows_int(total, 0);
    out->items = LM_NEW_ARRAY(ctx->arena, Tracker__TrackEvent *, (size_t)page->limit + 1);
    while (n < (size_t)page->limit && lm_rows_next(r))
        out->items[n++] = event_read(ctx, r);
    out->n_items = n;
    if (n > 0 && lm_rows_next(r))
        out->next = lm_place_text(ctx->arena, out->items[n - 1]->at, out->items[n - 1]->id);
    return LM_OK;
}

static const struct lm_sql reply_page = {
    "reply_page",
    "SELECT id, lead_id, message_id, lm_ms(received_at), from_email, subject, body_text, class, matched_by"
    "  FROM inbox_mail"
    " WHERE tenant_id = $1 AND lead_id IS NOT NULL AND ($2::uuid IS NULL OR lead_id = $2)"
    "   AND ($4::uuid IS NULL OR (received_at, id) < (lm_at($3), $4))"
    " ORDER BY received_at DESC, id DESC LIMIT $5",
};
static const struct lm_sql reply_total = {
    "reply_total",
    "SELECT count(*) FROM (SELECT FROM inbox_mail WHERE tenant_id = $1 AND lead_id IS NOT NULL"
    "    AND ($2::uuid IS NULL OR lead_id = $2) LIMIT 10001) x",
};

static Tracker__Reply *reply_read(struct lm_ctx *ctx, const struct lm_rows *r)
{
    Tracker__Reply *reply = (Tracker__Reply *)lm_pb_new(ctx->arena, &tracker__reply__descriptor);
    int class_ = TRACKER__REPLY_CLASS__OTHER_MAIL;

    LM_ASSERT(lm_enum_value(&tracker__reply_class__descriptor, lm_rows_str(r, 7), &class_));
    reply->id = lm_rows_strz(r, 0);
    reply->lead_id = lm_rows_strz(r, 1);
    reply->message_id = lm_rows_strz(r, 2);
    reply->received_at = lm_rows_ms(r, 3);
    reply->from_email = lm_rows_strz(r, 4);
    reply->subject = lm_rows_strz(r, 5);
    reply->body_text = lm_rows_strz(r, 6);
    reply->class_ = (Tracker__ReplyClass)class_;
    reply->matched_by = lm_rows_strz(r, 8);
    return reply;
}

lm_code tracker_reply_page(struct lm_ctx *ctx, const struct tracker_page *page,
                           Tracker__ListRepliesResponse *out, lm_err *err)
{
    struct lm_rows *r, *total;
    size_t n = 0;

    if (lm_db_one(ctx, &reply_total, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(page->lead_id)), "total",
                  &total, err) ||
        lm_db_query(ctx, &reply_page,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(page->lead_id), LM_MS(page->after.at),
                            LM_ID(page->after.id), LM_INT(page->limit + 1)),
                    &r, err))
        return err->code;
    out->total = lm_rows_int(total, 0);
    out->items = LM_NEW_ARRAY(ctx->arena, Tracker__Reply *, (size_t)page->limit + 1);
    while (n < (size_t)page->limit && lm_rows_next(r))
        out->items[n++] = reply_read(ctx, r);
    out->n_items = n;
    if (n > 0 && lm_rows_next(r))
        out->next =
            lm_place_text(ctx->arena, out->items[n - 1]->received_at, out->items[n - 1]->id);
    return LM_OK;
}

const struct lm_sql *const tracker_figure_sql[] = {
    &stats,       &daily,      &lead_counts, &lead_events, &event_page,
    &event_total, &reply_page, &reply_total, NULL,
};
