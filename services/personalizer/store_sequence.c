/* SPDX-License-Identifier: Apache-2.0 */
/* The personalizer's SQL about sequences, messages and their wordings. */
#include <inttypes.h>

#include "common/arena.h"
#include "common/json.h"
#include "common/str.h"
#include "services/personalizer/store_internal.h"

#define MS_OR_NULL(m, field) ((m)->has_##field ? LM_MS((m)->field) : LM_NULL)

static const char *sequence_status(int status)
{
    return lm_enum_name(&personalizer__sequence_status__descriptor, status);
}

static const char *message_status(int status)
{
    return lm_enum_name(&personalizer__message_status__descriptor, status);
}

/* ---- messages ---- */

/* previous_message_id is the step before: what In-Reply-To refers to. */
#define MESSAGE_COLUMNS                                                                           \
    "m.id, m.lead_id, m.company_id, m.step, m.status, m.subject, m.body_text, m.body_html,"       \
    " m.preview_text, m.language, m.word_count, m.day_offset, lm_ms(m.due_at), lm_ms(m.sent_at)," \
    " m.tracking_id, m.to_email, m.to_name, m.country, m.timezone, m.approved_by,"                \
    " lm_ms(m.approved_at), m.review_note, m.content_hash, m.version, lm_ms(m.created_at),"       \
    " lm_ms(m.updated_at), (SELECT p.id FROM message p WHERE p.tenant_id = m.tenant_id"           \
    "                          AND p.lead_id = m.lead_id AND p.step = m.step - 1),"               \
    " lm_ms(m.planned_at)"
enum { COLUMN_PLANNED_AT = 27 };

static void take_ms(struct lm_rows *r, int col, protobuf_c_boolean *has, int64_t *out)
{
    *has = !lm_rows_is_null(r, col);
    *out = lm_rows_ms(r, col);
}

static lm_code message_of(struct lm_ctx *ctx, struct lm_rows *r, Personalizer__Message **out,
                          lm_err *err)
{
    Personalizer__Message *m = LM_NEW(ctx->arena, Personalizer__Message);
    int status;

    personalizer__message__init(m);
    if (!lm_enum_value(&personalizer__message_status__descriptor, lm_rows_str(r, 4), &status))
        return lm_fail(err, LM_INTERNAL, "a stored message has an unknown status");
    m->id = lm_rows_strz(r, 0);
    m->lead_id = lm_rows_strz(r, 1);
    m->company_id = lm_rows_strz(r, 2);
    m->step = (Lm__Step)lm_rows_int(r, 3);
    m->status = (Personalizer__MessageStatus)status;
    m->subject = lm_rows_strz(r, 5);
    m->body_text = lm_rows_strz(r, 6);
    m->body_html = lm_rows_strz(r, 7);
    m->preview_text = lm_rows_strz(r, 8);
    m->language = lm_rows_strz(r, 9);
    m->has_word_count = m->has_day_offset = m->has_version = true;
    m->word_count = (int32_t)lm_rows_int(r, 10);
    m->day_offset = (int32_t)lm_rows_int(r, 11);
    take_ms(r, 12, &m->has_due_at, &m->due_at);
    take_ms(r, 13, &m->has_sent_at, &m->sent_at);
    m->tracking_id = lm_rows_strz(r, 14);
    m->to_email = lm_rows_strz(r, 15);
    m->to_name = lm_rows_strz(r, 16);
    m->country = lm_rows_strz(r, 17);
    m->timezone = lm_rows_strz(r, 18);
    m->approved_by = lm_rows_strz(r, 19);
    take_ms(r, 20, &m->has_approved_at, &m->approved_at);
    m->review_note = lm_rows_strz(r, 21);
    m->content_hash = lm_rows_strz(r, 22);
    m->version = lm_rows_int(r, 23);
    take_ms(r, 24, &m->has_created_at, &m->created_at);
    take_ms(r, 25, &m->has_updated_at, &m->updated_at);
    m->previous_message_id = lm_rows_strz(r, 26);
    *out = m;
    return LM_OK;
}

static const struct lm_sql messages_read = {
    "messages_read",
    "SELECT " MESSAGE_COLUMNS "  FROM message m WHERE m.tenant_id = $1 AND m.lead_id = $2"
    " ORDER BY m.step",
};

static lm_code messages_load(struct lm_ctx *ctx, const char *lead_id, Personalizer__Sequence *out,
                             lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &messages_read, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id)), &r, err))
        return err->code;
    out->emails = LM_NEW_ARRAY(ctx->arena, Personalizer__Message *, lm_rows_count(r));
    out->n_emails = 0;
    while (lm_rows_next(r))
        if (message_of(ctx, r, &out->emails[out->n_emails++], err))
            return err->code;
    out->has_total_emails = true;
    out->total_emails = (int32_t)out->n_emails;
    return LM_OK;
}

static const struct lm_sql message_add = {
    "message_add",
    "INSERT INTO message (tenant_id, id, lead_id, company_id, step, status, subject, body_text,"
    "       body_html, preview_text, language, word_count, day_offset, planned_at, due_at, tracking_id,"
    "       to_email, to_name, country, timezone, approved_by, approved_at, content_hash, version,"
    "       created_at, updated_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, lm_at($14), lm_at($15), $16,"
    "         $17, $18, $19, $20, $21, lm_at($22), $23, 1, lm_at($24), lm_at($24))",
};

static lm_code message_insert(struct lm_ctx *ctx, const Personalizer__Message *m,
                              int64_t planned_at, lm_err *err)
{
    return lm_db_exec(
        ctx, &message_add,
        LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(m->id), LM_ID(m->lead_id), LM_ID(m->company_id),
                LM_INT((int)m->step), LM_Z(message_status((int)m->status)), LM_Z(m->subject),
                LM_Z(m->body_text), LM_Z(m->body_html), LM_Z(m->preview_text), LM_Z(m->language),
                LM_INT(m->word_count), LM_INT(m->day_offset), LM_MS(planned_at),
                MS_OR_NULL(m, due_at), LM_ID(m->tracking_id), LM_Z(m->to_email), LM_Z(m->to_name),
                LM_Z(m->country), LM_Z(m->timezone), LM_Z(m->approved_by),
                MS_OR_NULL(m, approved_at), LM_Z(m->content_hash), LM_MS(m->created_at)),
        NULL, err);
}

static const struct lm_sql message_update = {
    "message_update",
    "UPDATE message SET status = $3, subject = $4, body_text = $5, body_html = $6, preview_text = $7,"
    "       language = $8, word_count = $9, due_at = lm_at($10), sent_at = lm_at($11), to_email = $12,"
    "       to_name = $13, country = $14, timezone = $15, approved_by = $16, approved_at = lm_at($17),"
    "       review_note = $18, content_hash = $19, updated_at = lm_at($20), version = version + 1"
    " WHERE tenant_id = $1 AND id = $2"
    " RETURNING version",
};

lm_code personalizer_message_save(struct lm_ctx *ctx, Personalizer__Message *m, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &message_update,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(m->id), LM_Z(message_status((int)m->status)),
                          LM_Z(m->subject), LM_Z(m->body_text), LM_Z(m->body_html),
                          LM_Z(m->preview_text), LM_Z(m->language), LM_INT(m->word_count),
                          MS_OR_NULL(m, due_at), MS_OR_NULL(m, sent_at), LM_Z(m->to_email),
                          LM_Z(m->to_name), LM_Z(m->country), LM_Z(m->timezone),
                          LM_Z(m->approved_by), MS_OR_NULL(m, approved_at), LM_Z(m->review_note),
                          LM_Z(m->content_hash), LM_MS(m->updated_at)),
                  "this message", &r, err))
        return err->code;
    m->version = lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql delivery_seen = {
    "delivery_seen",
    "UPDATE message SET delivery_version = $3"
    " WHERE tenant_id = $1 AND id = $2 AND delivery_version < $3",
};

lm_code personalizer_delivery_see(struct lm_ctx *ctx, const char *message_id, int64_t version,
                                  bool *is_new, lm_err *err)
{
    int64_t changed;

    if (lm_db_exec(ctx, &delivery_seen,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(message_id), LM_INT(version)), &changed,
                   err))
        return err->code;
    *is_new = changed > 0;
    return LM_OK;
}

static const struct lm_sql wording_add = {
    "wording_add",
    "INSERT INTO message_version (tenant_id, message_id, content_no, subject, body_text, body_html,"
    "       content_hash, made_by, made_at)"
    " SELECT $1, $2, coalesce(max(content_no), 0) + 1, $3, $4, $5, $6, $7, lm_at($8)"
    "   FROM message_version WHERE tenant_id = $1 AND message_id = $2",
};

lm_code personalizer_wording_keep(struct lm_ctx *ctx, const Personalizer__Message *m,
                                  const char *made_by, lm_err *err)
{
    return lm_db_exec(ctx, &wording_add,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(m->id), LM_Z(m->subject),
                              LM_Z(m->body_text), LM_Z(m->body_html), LM_Z(m->content_hash),
                              LM_Z(made_by), LM_MS(m->updated_at)),
                      NULL, err);
}

static const struct lm_sql wordings = {
    "wordings",
    "SELECT count(*) FROM message_version WHERE tenant_id = $1 AND message_id = $2",
};

lm_code personalizer_wordings_count(struct lm_ctx *ctx, const char *message_id, int64_t *n,
                                    lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &wordings, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(message_id)), "the wordings",
                  &r, err))
        return err->code;
    *n = lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql lead_of_message = {
    "lead_of_message",
    "SELECT lead_id FROM message WHERE tenant_id = $1 AND id = $2",
};

lm_code personalizer_message_lead(struct lm_ctx *ctx, const char *message_id, char **lead_id,
                                  lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &lead_of_message, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(message_id)),
                  "this message", &r, err))
        return err->code;
    *lead_id = lm_rows_strz(r, 0);
    return LM_OK;
}

/* ---- sequences ---- */

static const struct lm_sql sequence_lock = {
    "sequence_lock",
    "SELECT lead_id FROM sequence WHERE tenant_id = $1 AND lead_id = $2 FOR NO KEY UPDATE",
};
static const struct lm_sql sequence_read = {
    "sequence_read",
    "SELECT s.lead_id, s.status, s.stopped_because, lm_ms(s.started_at), lm_ms(s.start_at), s.version,"
    "       concat_ws(' ', l.first_name, l.last_name), l.email, c.name"
    "  FROM sequence s"
    "  LEFT JOIN lead l ON l.tenant_id = s.tenant_id AND l.lead_id = s.lead_id"
    "  LEFT JOIN company c ON c.tenant_id = s.tenant_id AND c.company_id = l.company_id"
    " WHERE s.tenant_id = $1 AND s.lead_id = $2",
};

/* The lock is a statement of its own: what is read behind it is what was committed last. */
lm_code personalizer_sequence_load(struct lm_ctx *ctx, const char *lead_id, bool lock,
                                   Personalizer__Sequence *out, int64_t *start_at, lm_err *err)
{
    struct lm_args args = LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id));
    struct lm_rows *r;
    int status;

    if ((lock && lm_db_exec(ctx, &sequence_lock, args, NULL, err)) ||
        lm_db_one(ctx, &sequence_read, args, "a sequence of this lead", &r, err))
        return err->code;
    if (!lm_enum_value(&personalizer__sequence_status__descriptor, lm_rows_str(r, 1), &status))
        return lm_fail(err, LM_INTERNAL, "a stored sequence has an unknown status");
    out->lead_id = lm_rows_strz(r, 0);
    out->status = (Personalizer__SequenceStatus)status;
    out->stopped_because = lm_rows_strz(r, 2);
    out->has_started_at = out->has_version = true;
    out->started_at = lm_rows_ms(r, 3);
    *start_at = lm_rows_ms(r, 4);
    out->version = lm_rows_int(r, 5);
    out->lead_name = lm_rows_strz(r, 6);
    out->lead_email = lm_rows_strz(r, 7);
    out->company_name = lm_rows_strz(r, 8);
    return messages_load(ctx, lead_id, out, err);
}

static const struct lm_sql sequence_add = {
    "sequence_add",
    "INSERT INTO sequence (tenant_id, lead_id, status, started_at, start_at, version)"
    " VALUES ($1, $2, $3, lm_at($4), lm_at($5), 1)",
};

lm_code personalizer_sequence_insert(struct lm_ctx *ctx, const Personalizer__Sequence *s,
                                     int64_t start_at, lm_err *err)
{
    const int64_t day_ms = (int64_t)24 * 3600 * 1000;
    int64_t from = LM_MAX(s->started_at, start_at);

    if (lm_db_exec(ctx, &sequence_add,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(s->lead_id),
                           LM_Z(sequence_status((int)s->status)), LM_MS(s->started_at),
                           LM_MS_OR_NULL(start_at)),
                   NULL, err))
        return err->code;
    for (size_t i = 0; i < s->n_emails; i++)
        if (message_insert(ctx, s->emails[i], from + s->emails[i]->day_offset * day_ms, err) ||
            personalizer_wording_keep(ctx, s->emails[i], "writer", err))
            return err->code;
    return LM_OK;
}

static const struct lm_sql sequence_update = {
    "sequence_update",
    "UPDATE sequence SET status = $3, stopped_because = $4, version = version + 1"
    " WHERE tenant_id = $1 AND lead_id = $2"
    " RETURNING version",
};

lm_code personalizer_sequence_save(struct lm_ctx *ctx, Personalizer__Sequence *s, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &sequence_update,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(s->lead_id),
                          LM_Z(sequence_status((int)s->status)), LM_Z(s->stopped_because)),
                  "this sequence", &r, err))
        return err->code;
    s->version = lm_rows_int(r, 0);
    return LM_OK;
}

/* ---- lists and figures ---- */

static const struct lm_sql drafts = {
    "drafts",
    "SELECT " MESSAGE_COLUMNS "  FROM message m"
    " WHERE m.tenant_id = $1 AND m.status = 'DRAFT'"
    "   AND ($3::uuid IS NULL OR (m.planned_at, m.id) > (lm_at($2), $3))"
    " ORDER BY m.planned_at, m.id"
    " LIMIT $4",
};
static const struct lm_sql drafts_total = {
    "drafts_total",
    "SELECT count(*) FROM message WHERE tenant_id = $1 AND status = 'DRAFT'",
};

lm_code personalizer_drafts_list(struct lm_ctx *ctx, const struct lm_place *after, int limit,
                                 Personalizer__ListReviewQueueResponse *out, struct lm_place *last,
                                 lm_err *err)
{
    struct lm_rows *r, *total;

    if (lm_db_query(ctx, &drafts,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_MS(after->at), LM_ID(after->id),
                            LM_INT(limit)),
                    &r, err) ||
        lm_db_one(ctx, &drafts_total, LM_ARGS(LM_ID(ctx->tenant_id)), "the total", &total, err))
        return err->code;
    out->items = LM_NEW_ARRAY(ctx->arena, Personalizer__Message *, lm_rows_count(r));
    out->total = lm_rows_int(total, 0);
    while (lm_rows_next(r)) {
        if (message_of(ctx, r, &out->items[out->n_items], err))
            return err->code;
        *last = (struct lm_place){lm_rows_ms(r, COLUMN_PLANNED_AT), out->items[out->n_items++]->id};
    }
    return LM_OK;
}

static const struct lm_sql stats = {
    "stats",
    "SELECT step, status, count(*) FROM message WHERE tenant_id = $1 GROUP BY step, status",
};

static void count_in(struct lm_ctx *ctx, Lm__Count **counts, size_t *n, const char *value,
                     int64_t more)
{
    size_t i = 0;

    while (i < *n && strcmp(counts[i]->value, value) != 0)
        i++;
    if (i == *n) {
        counts[i] = LM_NEW(ctx->arena, Lm__Count);
        lm__count__init(counts[i]);
        counts[i]->value = lm_arena_strdup(ctx->arena, value);
        (*n)++;
    }
    counts[i]->count += more;
}

lm_code personalizer_stats_load(struct lm_ctx *ctx, Personalizer__MessageStats *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &stats, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    out->by_status = LM_NEW_ARRAY(ctx->arena, Lm__Count *, lm_rows_count(r));
    out->by_step = LM_NEW_ARRAY(ctx->arena, Lm__Count *, lm_rows_count(r));
    while (lm_rows_next(r)) {
        const char *step = lm_enum_name(&lm__step__descriptor, (int)lm_rows_int(r, 0));
        int64_t count = lm_rows_int(r, 2);

        count_in(ctx, out->by_status, &out->n_by_status, lm_rows_strz(r, 1), count);
        count_in(ctx, out->by_step, &out->n_by_step, step ? step : "", count);
        out->total += count;
    }
    return LM_OK;
}

const struct lm_sql *const personalizer_sequence_sql[] = {
    &sequence_lock,   &sequence_read,  &sequence_add,  &sequence_update, &messages_read,
    &message_add,     &message_update, &delivery_seen, &wording_add,     &wordings,
    &lead_of_message, &drafts,         &drafts_total,  &stats,           NULL,
};
