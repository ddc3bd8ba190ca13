/* SPDX-License-Identifier: Apache-2.0 */
/* All of the tracker's SQL: a statement above the one function that runs it, listed at the end. */
#include "services/tracker/store.h"

#include <math.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/event.h"
#include "common/json.h"
#include "common/links.h"
#include "common/str.h"

/* ---- what was sent ---- */

static const struct lm_sql sent_save = {
    "sent_save",
    "INSERT INTO sent_message (tenant_id, message_id, delivery_id, lead_id, tracking_id, mailbox_id, rfc_message_id,"
    "       address_hash, step, sent_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, lm_at($10))"
    " ON CONFLICT (tenant_id, message_id) DO NOTHING",
};

lm_code tracker_sent_save(struct lm_ctx *ctx, const Mailer__Delivery *d, lm_err *err)
{
    char hash[LM_HASH_SIZE];

    lm_address_hash(ctx->arena, lm_str_z(d->to_email), hash);
    return lm_db_exec(ctx, &sent_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(d->message_id), LM_ID(d->id),
                              LM_ID(d->lead_id), LM_ID(d->tracking_id), LM_ID(d->mailbox_id),
                              LM_Z(d->rfc_message_id), LM_Z(hash), LM_INT(d->step),
                              LM_MS(d->sent_at)),
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
    "  FROM (SELECT * FROM hit_new ORDER BY id LIMIT 5000) h"
    "  JOIN tracker_resolve(ARRAY(SELECT tracking_id FROM hit_new ORDER BY id LIMIT 5000)) r USING (tracking_id)"
    " ORDER BY r.tenant_id, h.id LIMIT $1",
};

lm_code tracker_hits_known(struct lm_ctx *ctx, int limit, struct tracker_new_hit **out, size_t *n,
                           lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &hits_known, LM_ARGS(LM_INT(limit)), &r, err))
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
    "WITH gone AS (DELETE FROM hit_new WHERE taken_at < clock_timestamp() - interval '10 minutes' RETURNING id)"
    " SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM hit_new) - (SELECT count(*) FROM gone)",
};

lm_code tracker_hits_forget(struct lm_ctx *ctx, int64_t *forgotten, int64_t *waiting, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &hits_forget, LM_NO_ARGS, "hits", &r, err))
        return err->code;
    *forgotten = lm_rows_int(r, 0);
    *waiting = lm_rows_int(r, 1);
    return LM_OK;
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

/* ---- inboxes ---- */

/* Another server or account starts from its beginning; an older version changes nothing. */
static const struct lm_sql inbox_save = {
    "inbox_save",
    "INSERT INTO inbox AS i (tenant_id, mailbox_id, imap_url, imap_user, email, sealed_password, is_paused, version)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    " ON CONFLICT (tenant_id, mailbox_id) DO UPDATE SET imap_url = excluded.imap_url, imap_user = excluded.imap_user,"
    "       email = excluded.email, sealed_password = excluded.sealed_password, is_paused = excluded.is_paused,"
    "       version = excluded.version,"
    "       uid_validity = CASE WHEN i.imap_url IS DISTINCT FROM excluded.imap_url"
    "                             OR i.imap_user IS DISTINCT FROM excluded.imap_user THEN 0 ELSE i.uid_validity END"
    "  WHERE i.version < excluded.version",
};

lm_code tracker_inbox_save(struct lm_ctx *ctx, const Mailer__Mailbox *box, lm_err *err)
{
    lm_str sealed = {(const char *)box->sealed_password.data, box->sealed_password.len};

    /* A mailbox that sends no more may still get answers: its own pause is not ours. */
    return lm_db_exec(ctx, &inbox_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(box->id), LM_Z(box->imap_url),
                              LM_Z(box->imap_user), LM_Z(box->email),
                              sealed.n ? LM_BYTES(sealed) : LM_NULL, LM_BOOL(false),
                              LM_INT(box->version)),
                      NULL, err);
}

static const struct lm_sql inbox_get = {
    "inbox_get",
    "SELECT mailbox_id, imap_url, coalesce(imap_user, email), email, sealed_password, uid_validity, last_uid"
    "  FROM inbox WHERE tenant_id = $1 AND mailbox_id = $2",
};

lm_code tracker_inbox_get(struct lm_ctx *ctx, const char *mailbox_id, struct tracker_inbox *out,
                          lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &inbox_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(mailbox_id)), "inbox", &r,
                  err))
        return err->code;
    *out = (struct tracker_inbox){
        .mailbox_id = lm_rows_strz(r, 0),
        .imap_url = lm_rows_strz(r, 1),
        .imap_user = lm_rows_strz(r, 2),
        .email = lm_rows_strz(r, 3),
        .sealed_password = lm_rows_bytes(r, 4),
        .uid_validity = lm_rows_int(r, 5),
        .last_uid = lm_rows_int(r, 6),
    };
    return LM_OK;
}

static const struct lm_sql inbox_mark = {
    "inbox_mark",
    "UPDATE inbox SET uid_validity = $3, last_uid = $4, error = $5, checked_at = lm_at($6)"
    " WHERE tenant_id = $1 AND mailbox_id = $2",
};

lm_code tracker_inbox_mark(struct lm_ctx *ctx, const struct tracker_inbox *inbox, const char *error,
                           lm_err *err)
{
    return lm_db_exec(ctx, &inbox_mark,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(inbox->mailbox_id),
                              LM_INT(inbox->uid_validity), LM_INT(inbox->last_uid), LM_Z(error),
                              LM_MS(lm_clock_ms())),
                      NULL, err);
}

static lm_code read_refs(struct lm_ctx *ctx, struct lm_rows *r, struct tracker_inbox_ref **out,
                         size_t *n)
{
    *out = LM_NEW_ARRAY(ctx->arena, struct tracker_inbox_ref, lm_rows_count(r) + 1);
    for (*n = 0; lm_rows_next(r); (*n)++)
        (*out)[*n] = (struct tracker_inbox_ref){lm_rows_strz(r, 0), lm_rows_strz(r, 1)};
    return LM_OK;
}

static const struct lm_sql inbox_list = {
    "inbox_list",
    "SELECT tenant_id, mailbox_id FROM tracker_inboxes() ORDER BY tenant_id, mailbox_id",
};

lm_code tracker_inbox_list(struct lm_ctx *ctx, struct tracker_inbox_ref **out, size_t *n,
                           lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &inbox_list, LM_NO_ARGS, &r, err))
        return err->code;
    return read_refs(ctx, r, out, n);
}

static const struct lm_sql inbox_of_tenant = {
    "inbox_of_tenant",
    "SELECT tenant_id, mailbox_id FROM inbox"
    " WHERE tenant_id = $1 AND NOT is_paused AND imap_url IS NOT NULL AND sealed_password IS NOT NULL",
};

lm_code tracker_inbox_of_tenant(struct lm_ctx *ctx, struct tracker_inbox_ref **out, size_t *n,
                                lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &inbox_of_tenant, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    return read_refs(ctx, r, out, n);
}

static const struct lm_sql mail_save = {
    "mail_save",
    "INSERT INTO inbox_mail (tenant_id, id, mailbox_id, rfc_id, class, lead_id, message_id, matched_by, from_email,"
    "       subject, body_text, status_code, received_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, lm_at($13))"
    " ON CONFLICT (tenant_id, mailbox_id, rfc_id) DO NOTHING RETURNING id, version",
};

lm_code tracker_mail_save(struct lm_ctx *ctx, const struct tracker_inbox_mail *m,
                          struct tracker_saved_mail *out, lm_err *err)
{
    const char *class_name = lm_enum_name(&tracker__reply_class__descriptor, (int)m->class_);
    struct lm_rows *r;

    if (lm_db_query(ctx, &mail_save,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lm_id_make(ctx->arena)),
                            LM_ID(m->mailbox_id), LM_TEXT(m->rfc_id), LM_Z(class_name),
                            LM_ID(m->lead_id), LM_ID(m->message_id), LM_Z(m->matched_by),
                            LM_TEXT(m->from_email), LM_TEXT(m->subject), LM_TEXT(m->body_text),
                            LM_Z(m->status_code), LM_MS(m->received_at)),
                    &r, err))
        return err->code;
    *out = (struct tracker_saved_mail){.is_new = lm_rows_next(r)};
    if (out->is_new) {
        out->id = lm_rows_strz(r, 0);
        out->version = lm_rows_int(r, 1);
    }
    return LM_OK;
}

/* ---- figures and lists ---- */

static const struct lm_sql stats = {
    "stats",
    "SELECT (SELECT count(*) FROM sent_message WHERE tenant_id = $1 AND sent_at >= lm_at($2)),"
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
    "           WHERE tenant_id = $1 AND sent_at >= lm_at($2) GROUP BY 1),"
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
    "SELECT (SELECT count(*) FROM sent_message WHERE tenant_id = $1 AND lead_id = $2),"
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

const struct lm_sql *const tracker_sql[] = {
    &sent_save,   &sent_by_rfc_id,  &sent_by_address, &segment_move,
    &segment_get, &hits_add,        &hits_known,      &hits_delete,
    &hits_forget, &engagement_make, &engagement_lock, &engagement_save,
    &events_add,  &inbox_save,      &inbox_get,       &inbox_mark,
    &inbox_list,  &inbox_of_tenant, &mail_save,       &stats,
    &daily,       &lead_counts,     &lead_events,     &event_page,
    &event_total, &reply_page,      &reply_total,     NULL,
};
