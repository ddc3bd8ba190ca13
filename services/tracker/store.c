/* SPDX-License-Identifier: Apache-2.0 */
/* What was sent, hits, engagement. All SQL of the tracker is in store*.c: a statement above the one function that runs it. */
#include "services/tracker/store_internal.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/links.h"
#include "common/str.h"

/* ---- what was sent ---- */

/* What is UNCERTAIN may have arrived: then it is opened and answered like any other, and that proves it. */
static const struct lm_sql sent_save = {
    "sent_save",
    "INSERT INTO sent_message AS m (tenant_id, message_id, delivery_id, lead_id, tracking_id, mailbox_id,"
    "       rfc_message_id, address_hash, step, sent_at, is_certain)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, lm_at($10), $11)"
    " ON CONFLICT (tenant_id, message_id) DO UPDATE SET sent_at = excluded.sent_at, is_certain = true"
    "  WHERE excluded.is_certain AND NOT m.is_certain",
};

lm_code tracker_sent_save(struct lm_ctx *ctx, const Mailer__Delivery *d, lm_err *err)
{
    bool is_certain = d->status == MAILER__DELIVERY_STATUS__DELIVERED;
    char hash[LM_HASH_SIZE];

    lm_address_hash(ctx->arena, lm_str_z(d->to_email), hash);
    return lm_db_exec(ctx, &sent_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(d->message_id), LM_ID(d->id),
                              LM_ID(d->lead_id), LM_ID(d->tracking_id), LM_ID(d->mailbox_id),
                              LM_Z(d->rfc_message_id), LM_Z(hash), LM_INT(d->step),
                              LM_MS(is_certain ? d->sent_at : d->due_at), LM_BOOL(is_certain)),
                      NULL, err);
}

static lm_code read_match(struct lm_ctx *ctx, struct lm_rows *r, struct tracker_match *out,
                          lm_err *err)
{
    (void)ctx;
    if (!lm_rows_next(r))
        return lm_fail(err, LM_NOT_FOUND, "no message of ours");
    out->message_id = lm_rows_strz(r, 0);
    out->lead_id = lm_rows_strz(r, 1);
    return LM_OK;
}

static const struct lm_sql sent_by_rfc_id = {
    "sent_by_rfc_id",
    "SELECT message_id, lead_id FROM sent_message WHERE tenant_id = $1 AND rfc_message_id = $2 LIMIT 1",
};

lm_code tracker_sent_by_rfc_id(struct lm_ctx *ctx, lm_str rfc_id, struct tracker_match *out,
                               lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &sent_by_rfc_id, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXT(rfc_id)), &r, err))
        return err->code;
    return read_match(ctx, r, out, err);
}

static const struct lm_sql sent_by_address = {
    "sent_by_address",
    "SELECT message_id, lead_id FROM sent_message WHERE tenant_id = $1 AND address_hash = $2"
    " ORDER BY sent_at DESC LIMIT 1",
};

lm_code tracker_sent_by_address(struct lm_ctx *ctx, const char *hash, struct tracker_match *out,
                                lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &sent_by_address, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(hash)), &r, err))
        return err->code;
    return read_match(ctx, r, out, err);
}

/* ---- hits ---- */

static const struct lm_sql segment_move = {
    "segment_move",
    "INSERT INTO hit_segment AS s (segment_id, position) VALUES ($1, $3)"
    " ON CONFLICT (segment_id) DO UPDATE SET position = excluded.position, moved_at = clock_timestamp()"
    "  WHERE s.position = $2"
    " RETURNING position",
};
static const struct lm_sql segment_get = {
    "segment_get",
    "SELECT position FROM hit_segment WHERE segment_id = $1",
};
static const struct lm_sql hits_add = {
    "hits_add",
    "INSERT INTO hit_new (kind, tracking_id, at, ip, user_agent, url)"
    " SELECT k, t::uuid, lm_at(a), nullif(i, '')::inet, nullif(ua, ''), nullif(u, '')"
    "   FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[]) AS h(k, t, a, i, ua, u)",
};

static lm_code hits_add_all(struct lm_ctx *ctx, const Tracker__TakeHitsRequest *in, lm_err *err)
{
    size_t n = in->n_hits;
    lm_str *kind = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1),
           *id = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1);
    lm_str *ip = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1),
           *agent = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1);
    lm_str *url = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1);
    int64_t *at = LM_NEW_ARRAY(ctx->arena, int64_t, n + 1);

    for (size_t i = 0; i < n; i++) {
        const Tracker__Hit *h = in->hits[i];

        kind[i] = lm_str_z(h->kind == TRACKER__HIT_KIND__CLICK ? "CLICK" : "OPEN");
        id[i] = lm_str_z(h->tracking_id);
        at[i] = h->at;
        ip[i] = lm_str_z(h->ip ? h->ip : "");
        agent[i] = lm_str_z(h->user_agent ? h->user_agent : "");
        url[i] = lm_str_z(h->url ? h->url : "");
    }
    return lm_db_exec(ctx, &hits_add,
                      LM_ARGS(LM_TEXTS(kind, n), LM_TEXTS(id, n), LM_INTS(at, n), LM_TEXTS(ip, n),
                              LM_TEXTS(agent, n), LM_TEXTS(url, n)),
                      NULL, err);
}

lm_code tracker_hits_take(struct lm_ctx *ctx, const Tracker__TakeHitsRequest *in, int64_t *position,
                          lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &segment_move,
                    LM_ARGS(LM_ID(in->segment_id), LM_INT(in->position), LM_INT(in->next_position)),
                    &r, err))
        return err->code;
    if (lm_rows_next(r)) {
        *position = lm_rows_int(r, 0);
        return in->n_hits ? hits_add_all(ctx, in, err) : LM_OK;
    }
    if (lm_db_one(ctx, &segment_get, LM_ARGS(LM_ID(in->segment_id)), "segment", &r, err))
        return err->code;
    *position = lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql hits_known = {
    "hits_known",
    "SELECT h.id, h.kind, h.tracking_id, lm_ms(h.at), host(h.ip), h.user_agent, h.url, r.tenant_id"
    "  FROM (SELECT * FROM hit_new WHERE id > $2 AND id <= $3) h"
    "  JOIN tracker_resolve(ARRAY(SELECT tracking_id FROM hit_new WHERE id > $2 AND id <= $3)) r USING (tracking_id)"
    " ORDER BY r.tenant_id, h.id LIMIT $1",
};
static const struct lm_sql hits_window = {
    "hits_window",
    "SELECT max(id) FROM (SELECT id FROM hit_new WHERE id > $1 ORDER BY id LIMIT 5000) w",
};

lm_code tracker_hits_window(struct lm_ctx *ctx, struct tracker_window *w, lm_err *err)
{
    struct lm_rows *r;

    w->after = w->upto;
    if (lm_db_one(ctx, &hits_window, LM_ARGS(LM_INT(w->after)), "window", &r, err))
        return err->code;
    w->upto = lm_rows_int(r, 0);
    return LM_OK;
}

lm_code tracker_hits_known(struct lm_ctx *ctx, const struct tracker_window *w, int limit,
                           struct tracker_new_hit **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &hits_known, LM_ARGS(LM_INT(limit), LM_INT(w->after), LM_INT(w->upto)), &r,
                    err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct tracker_new_hit, lm_rows_count(r) + 1);
    for (*n = 0; lm_rows_next(r); (*n)++)
        (*out)[*n] = (struct tracker_new_hit){
            .id = lm_rows_int(r, 0),
            .kind = lm_rows_str(r, 1),
            .tracking_id = lm_rows_strz(r, 2),
            .at = lm_rows_ms(r, 3),
            .ip = lm_rows_str(r, 4),
            .user_agent = lm_rows_str(r, 5),
            .url = lm_rows_str(r, 6),
            .tenant_id = lm_rows_strz(r, 7),
        };
    return LM_OK;
}

static const struct lm_sql hits_delete = {
    "hits_delete",
    "DELETE FROM hit_new WHERE id = ANY ($1::bigint[])",
};

lm_code tracker_hits_delete(struct lm_ctx *ctx, const int64_t *ids, size_t n, lm_err *err)
{
    int64_t deleted = 0;

    if (lm_db_exec(ctx, &hits_delete, LM_ARGS(LM_INTS(ids, n)), &deleted, err))
        return err->code;
    if (deleted != (int64_t)n)
        return lm_fail(err, LM_FENCED, "another worker took these hits");
    return LM_OK;
}

static const struct lm_sql hits_forget = {
    "hits_forget",
    "DELETE FROM hit_new WHERE taken_at < clock_timestamp() - interval '10 minutes'",
};

lm_code tracker_hits_forget(struct lm_ctx *ctx, int64_t *forgotten, lm_err *err)
{
    return lm_db_exec(ctx, &hits_forget, LM_NO_ARGS, forgotten, err);
}

static const struct lm_sql hits_wait = {
    "hits_wait",
    "SELECT EXISTS (SELECT FROM hit_new)",
};

lm_code tracker_hits_wait(struct lm_ctx *ctx, bool *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &hits_wait, LM_NO_ARGS, "hits", &r, err))
        return err->code;
    *out = lm_rows_bool(r, 0);
    return LM_OK;
}

/* A clock that went back begins anew, too. */
static const struct lm_sql look_begin = {
    "look_begin",
    "UPDATE hit_look l SET upto = CASE WHEN d.is_due THEN 0 ELSE upto END,"
    "       all_at = CASE WHEN d.is_due THEN lm_at($1) ELSE all_at END"
    "  FROM (SELECT all_at IS NULL OR all_at > lm_at($1) OR all_at <= lm_at($1::bigint - $2) AS is_due FROM hit_look) d"
    " RETURNING upto, is_due",
};

lm_code tracker_look_begin(struct lm_ctx *ctx, int64_t every_ms, int64_t *upto, bool *is_all,
                           lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &look_begin, LM_ARGS(LM_INT(lm_clock_ms()), LM_INT(every_ms)),
                  "the look at hits", &r, err))
        return err->code;
    *upto = lm_rows_int(r, 0);
    *is_all = lm_rows_bool(r, 1);
    return LM_OK;
}

static const struct lm_sql look_end = {
    "look_end",
    "UPDATE hit_look SET upto = $1",
};

lm_code tracker_look_end(struct lm_ctx *ctx, int64_t upto, lm_err *err)
{
    return lm_db_exec(ctx, &look_end, LM_ARGS(LM_INT(upto)), NULL, err);
}

/* ---- engagement ---- */

static const struct lm_sql engagement_make = {
    "engagement_make",
    "INSERT INTO engagement (tenant_id, message_id, lead_id)"
    " SELECT tenant_id, message_id, lead_id FROM sent_message"
    "  WHERE tenant_id = $1 AND tracking_id = ANY ($2::uuid[]) ORDER BY message_id"
    " ON CONFLICT (tenant_id, message_id) DO NOTHING",
};
static const struct lm_sql engagement_lock = {
    "engagement_lock",
    "SELECT e.message_id, e.lead_id, m.tracking_id, lm_ms(m.sent_at), e.open_count, e.click_count, e.machine_count,"
    "       lm_ms(e.first_opened_at), lm_ms(e.last_opened_at), lm_ms(e.first_clicked_at), lm_ms(e.last_clicked_at)"
    "  FROM engagement e JOIN sent_message m USING (tenant_id, message_id)"
    " WHERE e.tenant_id = $1 AND m.tracking_id = ANY ($2::uuid[])"
    " ORDER BY e.message_id FOR UPDATE OF e",
};

lm_code tracker_engagement_lock(struct lm_ctx *ctx, const lm_str *tracking_ids, size_t n,
                                struct tracker_engagement **out, size_t *n_out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_exec(ctx, &engagement_make, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(tracking_ids, n)),
                   NULL, err) ||
        lm_db_query(ctx, &engagement_lock,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(tracking_ids, n)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct tracker_engagement, lm_rows_count(r) + 1);
    for (*n_out = 0; lm_rows_next(r); (*n_out)++)
        (*out)[*n_out] = (struct tracker_engagement){
            .message_id = lm_rows_strz(r, 0),
            .lead_id = lm_rows_strz(r, 1),
            .tracking_id = lm_rows_strz(r, 2),
            .sent_at = lm_rows_ms(r, 3),
            .opens = (int)lm_rows_int(r, 4),
            .clicks = (int)lm_rows_int(r, 5),
            .machines = (int)lm_rows_int(r, 6),
            .first_opened_at = lm_rows_ms(r, 7),
            .last_opened_at = lm_rows_ms(r, 8),
            .first_clicked_at = lm_rows_ms(r, 9),
            .last_clicked_at = lm_rows_ms(r, 10),
        };
    return LM_OK;
}

static const struct lm_sql engagement_save = {
    "engagement_save",
    "UPDATE engagement e SET open_count = o, click_count = c, machine_count = m,"
    "       first_opened_at = lm_at(nullif(fo, 0)), last_opened_at = lm_at(nullif(lo, 0)),"
    "       first_clicked_at = lm_at(nullif(fc, 0)), last_clicked_at = lm_at(nullif(lc, 0)), version = version + 1"
    "  FROM unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],"
    "              $9::bigint[]) AS v(id, o, c, m, fo, lo, fc, lc)"
    " WHERE e.tenant_id = $1 AND e.message_id = v.id"
    " RETURNING e.message_id, e.lead_id, e.open_count, e.click_count, e.machine_count, lm_ms(e.first_opened_at),"
    "       lm_ms(e.last_opened_at), lm_ms(e.first_clicked_at), lm_ms(e.last_clicked_at), e.version",
};

static lm_code engagement_events(struct lm_ctx *ctx, struct lm_rows *r, lm_err *err)
{
    size_t n = lm_rows_count(r), i;
    struct lm_event *events = LM_NEW_ARRAY(ctx->arena, struct lm_event, n + 1);

    for (i = 0; lm_rows_next(r); i++) {
        Tracker__EngagementChanged *ev = LM_NEW(ctx->arena, Tracker__EngagementChanged);

        tracker__engagement_changed__init(ev);
        ev->message_id = lm_rows_strz(r, 0);
        ev->lead_id = lm_rows_strz(r, 1);
        ev->open_count = (int32_t)lm_rows_int(r, 2);
        ev->click_count = (int32_t)lm_rows_int(r, 3);
        ev->has_machine_count = true;
        ev->machine_count = (int32_t)lm_rows_int(r, 4);
        ev->has_first_opened_at = !lm_rows_is_null(r, 5);
        ev->first_opened_at = lm_rows_ms(r, 5);
        ev->has_last_opened_at = !lm_rows_is_null(r, 6);
        ev->last_opened_at = lm_rows_ms(r, 6);
        ev->has_first_clicked_at = !lm_rows_is_null(r, 7);
        ev->first_clicked_at = lm_rows_ms(r, 7);
        ev->has_last_clicked_at = !lm_rows_is_null(r, 8);
        ev->last_clicked_at = lm_rows_ms(r, 8);
        ev->version = lm_rows_int(r, 9);
        events[i] = (struct lm_event){
            .message = &ev->base,
            .subject_id = ev->message_id,
            .person_id = ev->lead_id,
            .version = ev->version,
        };
    }
    return lm_events_put(ctx, events, i, err);
}

lm_code tracker_engagement_save(struct lm_ctx *ctx, const struct tracker_engagement *e, size_t n,
                                lm_err *err)
{
    enum { COLUMNS = 7 };
    lm_str *ids = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1);
    int64_t *v[COLUMNS];
    struct lm_rows *r;

    for (size_t c = 0; c < COLUMNS; c++)
        v[c] = LM_NEW_ARRAY(ctx->arena, int64_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        const int64_t values[COLUMNS] = {e[i].opens,          e[i].clicks,
                                         e[i].machines,       e[i].first_opened_at,
                                         e[i].last_opened_at, e[i].first_clicked_at,
                                         e[i].last_clicked_at};

        ids[i] = lm_str_z(e[i].message_id);
        for (size_t c = 0; c < COLUMNS; c++)
            v[c][i] = values[c];
    }
    if (lm_db_query(ctx, &engagement_save,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(ids, n), LM_INTS(v[0], n),
                            LM_INTS(v[1], n), LM_INTS(v[2], n), LM_INTS(v[3], n), LM_INTS(v[4], n),
                            LM_INTS(v[5], n), LM_INTS(v[6], n)),
                    &r, err))
        return err->code;
    return engagement_events(ctx, r, err);
}

static const struct lm_sql events_add = {
    "events_add",
    "INSERT INTO track_event (tenant_id, id, kind, at, lead_id, message_id, url, user_agent, ip, detail, is_machine)"
    " SELECT $1, v.id, kind, lm_at(at), nullif(lead, '')::uuid, nullif(message, '')::uuid, nullif(url, ''),"
    "        nullif(agent, ''), nullif(ip, '')::inet, nullif(detail, ''), machine <> 0"
    "   FROM unnest($2::uuid[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],"
    "               $10::text[], $11::bigint[]) AS v(id, kind, at, lead, message, url, agent, ip, detail, machine)",
};

static lm_str or_empty(lm_str s)
{
    return s.p ? s : LM_STR("");
}

lm_code tracker_events_add(struct lm_ctx *ctx, const struct tracker_event *e, size_t n, lm_err *err)
{
    enum { TEXTS = 8 };
    lm_str *t[TEXTS];
    int64_t *at = LM_NEW_ARRAY(ctx->arena, int64_t, n + 1),
            *machine = LM_NEW_ARRAY(ctx->arena, int64_t, n + 1);

    for (size_t c = 0; c < TEXTS; c++)
        t[c] = LM_NEW_ARRAY(ctx->arena, lm_str, n + 1);
    for (size_t i = 0; i < n; i++) {
        const lm_str values[TEXTS] = {
            lm_str_z(lm_id_make(ctx->arena)),
            lm_str_z(e[i].kind),
            lm_str_z(e[i].lead_id),
            lm_str_z(e[i].message_id),
            e[i].url,
            e[i].user_agent,
            e[i].ip,
            e[i].detail,
        };

        for (size_t c = 0; c < TEXTS; c++)
            t[c][i] = or_empty(values[c]);
        at[i] = e[i].at;
        machine[i] = e[i].is_machine;
    }
    return lm_db_exec(ctx, &events_add,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(t[0], n), LM_TEXTS(t[1], n),
                              LM_INTS(at, n), LM_TEXTS(t[2], n), LM_TEXTS(t[3], n),
                              LM_TEXTS(t[4], n), LM_TEXTS(t[5], n), LM_TEXTS(t[6], n),
                              LM_TEXTS(t[7], n), LM_INTS(machine, n)),
                      NULL, err);
}

static const struct lm_sql *const statements[] = {
    &sent_save,   &sent_by_rfc_id,  &sent_by_address, &segment_move,    &segment_get, &hits_add,
    &hits_window, &hits_known,      &hits_delete,     &hits_forget,     &hits_wait,   &look_begin,
    &look_end,    &engagement_make, &engagement_lock, &engagement_save, &events_add,  NULL,
};

const struct lm_sql *const *const tracker_sql[] = {statements, tracker_inbox_sql,
                                                   tracker_figure_sql, NULL};
