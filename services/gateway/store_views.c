/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The views as events keep them. A handler opens the row (which locks it, and shows what the other
 * sources have said), changes its own source's part, and saves that part with what follows from the
 * whole. So facts of several sources may arrive in any order and at the same time.
 */
#include "common/json.h"
#include "common/str.h"
#include "common/text.h"
#include "services/gateway/store_internal.h"

/* Locks a row; makes it as a stub first when it is not there. */
static lm_code open_row(struct lm_ctx *ctx, const struct lm_sql *lock, const struct lm_sql *stub,
                        const char *id, struct lm_rows **rows, lm_err *err)
{
    struct lm_args key = LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id));

    if (lm_db_query(ctx, lock, key, rows, err))
        return err->code;
    if (lm_rows_next(*rows) || !stub)
        return LM_OK;
    if (lm_db_exec(ctx, stub,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_MS(ctx->event->occurred_at)), NULL,
                   err))
        return err->code;
    return lm_db_one(ctx, lock, key, "row", rows, err);
}

/* ---- companies ---- */

static const struct lm_sql company_lock = {
    "company_lock",
    "SELECT " GATEWAY_COMPANY_ROW " FROM company_view"
    " WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
};
static const struct lm_sql company_stub = {
    "company_stub",
    "INSERT INTO company_view (tenant_id, id, created_at, updated_at)"
    " VALUES ($1, $2, lm_at($3), lm_at($3)) ON CONFLICT DO NOTHING",
};

lm_code gateway_company_open(struct lm_ctx *ctx, const char *id, struct gateway_company_row *out,
                             lm_err *err)
{
    struct lm_rows *rows;

    if (open_row(ctx, &company_lock, &company_stub, id, &rows, err))
        return err->code;
    gateway_company_row_read(rows, out);
    return LM_OK;
}

/* $3 status, $4 time, then what the company is searched, filtered and counted by. */
#define COMPANY_SAVE                                                                         \
    "UPDATE company_view"                                                                    \
    "   SET status = $3::int, updated_at = greatest(updated_at, lm_at($4)), sort_name = $5," \
    "       search_text = $6, country = $7, industry = $8, city = $9, has_domain = $10,"     \
    "       has_email = $11, has_phone = $12, has_linkedin = $13, has_funding = $14,"        \
    "       employee_count = nullif($15::int, -1), open_vacancies = nullif($16::int, -1),"   \
    "       shape = " GATEWAY_SHAPE ","
#define COMPANY_KEY " WHERE tenant_id = $1 AND id = $2"
#define COMPANY_ARGS(ctx, f, id, at)                                                   \
    LM_ID((ctx)->tenant_id), LM_ID(id), LM_INT((f)->status), LM_MS(at),                \
        LM_TEXT((f)->facets.sort_name), LM_TEXT((f)->facets.search_text),              \
        LM_Z((f)->facets.country), LM_Z((f)->facets.industry), LM_Z((f)->facets.city), \
        LM_BOOL((f)->facets.has_domain), LM_BOOL((f)->facets.has_email),               \
        LM_BOOL((f)->facets.has_phone), LM_BOOL((f)->facets.has_linkedin),             \
        LM_BOOL((f)->facets.has_funding), LM_INT((f)->facets.employee_count),          \
        LM_INT((f)->facets.open_vacancies)

static const struct lm_sql company_save_research = {
    "company_save_research",
    COMPANY_SAVE "       enricher_version = $17, research = $18, researched = $19::int" COMPANY_KEY,
};

lm_code gateway_company_save_research(struct lm_ctx *ctx, const struct gateway_company_facts *f,
                                      const Enricher__CompanyEnriched *ev, lm_err *err)
{
    return lm_db_exec(ctx, &company_save_research,
                      LM_ARGS(COMPANY_ARGS(ctx, f, ev->company_id, ctx->event->occurred_at),
                              LM_INT(f->version), LM_BYTES(f->packed), LM_INT(ev->status)),
                      NULL, err);
}

static const struct lm_sql company_merge = {
    "company_merge",
    "UPDATE company_view SET merged_into = $3, is_listed = $3::uuid IS NULL AND scraper_version > 0"
    " WHERE tenant_id = $1 AND id = $2",
};

lm_code gateway_company_merge(struct lm_ctx *ctx, const char *id, const char *into_id, lm_err *err)
{
    return lm_db_exec(ctx, &company_merge,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_ID(into_id)), NULL, err);
}

static const struct lm_sql company_rename_leads = {
    "company_rename_leads",
    "UPDATE lead_view SET search_company = $3"
    " WHERE tenant_id = $1 AND company_id = $2 AND search_company <> $3",
};

lm_code gateway_company_rename_leads(struct lm_ctx *ctx, const char *id, lm_str search_company,
                                     lm_err *err)
{
    return lm_db_exec(ctx, &company_rename_leads,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_TEXT(search_company)), NULL,
                      err);
}

/* ---- leads ---- */

static const struct lm_sql lead_lock = {
    "lead_lock",
    "SELECT enricher_version, scorer_version, sequence_version, judge_version, has_email,"
    "       is_qualified, sequence_status, emails_sent, lm_ms(replied_at), lm_ms(bounced_at),"
    "       lm_ms(opted_out_at), is_disqualified, email_hash, status"
    "  FROM lead_view WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
};
static const struct lm_sql lead_stub = {
    "lead_stub",
    "INSERT INTO lead_view (tenant_id, id, created_at, updated_at)"
    " VALUES ($1, $2, lm_at($3), lm_at($3)) ON CONFLICT DO NOTHING",
};

lm_code gateway_lead_open(struct lm_ctx *ctx, const char *id, bool must_exist,
                          struct gateway_lead_row *out, lm_err *err)
{
    struct lm_rows *rows;

    if (open_row(ctx, &lead_lock, must_exist ? NULL : &lead_stub, id, &rows, err))
        return err->code;
    if (must_exist && lm_rows_count(rows) == 0)
        return lm_fail(err, LM_NOT_FOUND, "lead not found");
    *out = (struct gateway_lead_row){
        .enricher_version = lm_rows_int(rows, 0),
        .scorer_version = lm_rows_int(rows, 1),
        .sequence_version = lm_rows_int(rows, 2),
        .judge_version = lm_rows_int(rows, 3),
        .facts =
            {
                .is_enriched = lm_rows_int(rows, 0) > 0,
                .has_email = lm_rows_bool(rows, 4),
                .is_scored = lm_rows_int(rows, 1) > 0,
                .is_qualified = lm_rows_bool(rows, 5),
                .sequence_status = (int)lm_rows_int(rows, 6),
                .emails_sent = (int)lm_rows_int(rows, 7),
                .replied_at = lm_rows_ms(rows, 8),
                .bounced_at = lm_rows_ms(rows, 9),
                .opted_out_at = lm_rows_ms(rows, 10),
                .is_disqualified = lm_rows_bool(rows, 11),
            },
        .email_hash = lm_rows_str(rows, 12),
        .status = (int)lm_rows_int(rows, 13),
    };
    snprintf(out->id, sizeof(out->id), "%s", id);
    return LM_OK;
}

/* Every save of a lead ends here: key, status and time are the first four arguments of all. */
#define LEAD_KEY " WHERE tenant_id = $1 AND id = $2"
#define LEAD_SAVE \
    "UPDATE lead_view SET status = $3::int, updated_at = greatest(updated_at, lm_at($4))"
#define LEAD_ARGS(ctx, row)                                                                \
    LM_ID((ctx)->tenant_id), LM_ID((row)->id), LM_INT(gateway_lead_status(&(row)->facts)), \
        LM_MS(changed_at(ctx))

/* A person's decision comes by a call, not by an event. */
static int64_t changed_at(const struct lm_ctx *ctx)
{
    return ctx->event ? ctx->event->occurred_at : 0;
}

static const struct lm_sql lead_save_person = {
    "lead_save_person",
    LEAD_SAVE ", enricher_version = $5, lead = $6, company_id = $7, has_email = $8,"
              " has_linkedin = $9, email_state = $10::int, email_hash = $11, sort_name = $12,"
              " search_person = $13, search_company = $14, bounced_at = lm_at($15),"
              " opted_out_at = lm_at($16), created_at = lm_at($17), is_listed = true" LEAD_KEY,
};

lm_code gateway_lead_save_person(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                 const struct gateway_person *p, lm_err *err)
{
    const Lm__Lead *lead = p->lead;

    return lm_db_exec(
        ctx, &lead_save_person,
        LM_ARGS(LEAD_ARGS(ctx, row), LM_INT(p->version),
                LM_BYTES(lm_pb_pack(ctx->arena, &lead->base)), LM_ID(lead->company_id),
                LM_BOOL(row->facts.has_email), LM_BOOL(lead->linkedin_url != NULL),
                LM_INT(lead->has_email_state ? lead->email_state : 0), LM_TEXT(p->email_hash),
                LM_TEXT(p->sort_name), LM_TEXT(p->search_person), LM_TEXT(p->search_company),
                LM_MS_OR_NULL(row->facts.bounced_at), LM_MS_OR_NULL(row->facts.opted_out_at),
                LM_MS(lead->has_created_at ? lead->created_at : ctx->event->occurred_at)),
        NULL, err);
}

static const struct lm_sql lead_save_score = {
    "lead_save_score",
    LEAD_SAVE ", scorer_version = $5, score = $6, icp_score = $7::int, classification = $8::int,"
              " is_qualified = $9" LEAD_KEY,
};

lm_code gateway_lead_save_score(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                const Scorer__Score *score, int64_t version, lm_err *err)
{
    return lm_db_exec(ctx, &lead_save_score,
                      LM_ARGS(LEAD_ARGS(ctx, row), LM_INT(version),
                              LM_BYTES(lm_pb_pack(ctx->arena, &score->base)), LM_INT(score->score),
                              LM_INT(score->classification), LM_BOOL(score->qualified)),
                      NULL, err);
}

static const struct lm_sql lead_save_sequence = {
    "lead_save_sequence",
    LEAD_SAVE ", sequence_version = $5, sequence_status = $6::int, sequenced_at = lm_at($7),"
              " stopped_because = $8" LEAD_KEY,
};

lm_code gateway_lead_save_sequence(struct lm_ctx *ctx, struct gateway_lead_row *row,
                                   const Personalizer__Sequence *s, int64_t version, lm_err *err)
{
    return lm_db_exec(ctx, &lead_save_sequence,
                      LM_ARGS(LEAD_ARGS(ctx, row), LM_INT(version), LM_INT(s->status),
                              LM_MS(s->has_started_at ? s->started_at : ctx->event->occurred_at),
                              LM_Z(s->stopped_because)),
                      NULL, err);
}

static const struct lm_sql lead_save_judgement = {
    "lead_save_judgement",
    LEAD_SAVE ", judge_version = $5, is_disqualified = $6" LEAD_KEY,
};

lm_code gateway_lead_save_judgement(struct lm_ctx *ctx, struct gateway_lead_row *row, lm_err *err)
{
    return lm_db_exec(ctx, &lead_save_judgement,
                      LM_ARGS(LEAD_ARGS(ctx, row), LM_INT(row->judge_version),
                              LM_BOOL(row->facts.is_disqualified)),
                      NULL, err);
}

static const struct lm_sql lead_save_end = {
    "lead_save_end",
    LEAD_SAVE ", replied_at = lm_at($5), bounced_at = lm_at($6), opted_out_at = lm_at($7)" LEAD_KEY,
};

lm_code gateway_lead_save_end(struct lm_ctx *ctx, struct gateway_lead_row *row, lm_err *err)
{
    return lm_db_exec(ctx, &lead_save_end,
                      LM_ARGS(LEAD_ARGS(ctx, row), LM_MS_OR_NULL(row->facts.replied_at),
                              LM_MS_OR_NULL(row->facts.bounced_at),
                              LM_MS_OR_NULL(row->facts.opted_out_at)),
                      NULL, err);
}

/*
 * Read by a statement of its own: its snapshot is younger than the lock on the lead's row, so it
 * sees what those committed who held the lock before. Inside one UPDATE it would not.
 */
static const struct lm_sql lead_sums = {
    "lead_sums",
    "SELECT count(sent_at), coalesce(sum(open_count), 0), coalesce(sum(click_count), 0),"
    "       lm_ms(max(sent_at))"
    "  FROM message_view WHERE tenant_id = $1 AND lead_id = $2",
};
static const struct lm_sql lead_save_sums = {
    "lead_save_sums",
    LEAD_SAVE ", emails_sent = $5::int, open_count = $6::int, click_count = $7::int,"
              " last_contacted_at = lm_at($8)" LEAD_KEY,
};

lm_code gateway_lead_save_sums(struct lm_ctx *ctx, struct gateway_lead_row *row, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &lead_sums, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(row->id)), "sums", &rows,
                  err))
        return err->code;
    row->facts.emails_sent = (int)lm_rows_int(rows, 0);
    return lm_db_exec(ctx, &lead_save_sums,
                      LM_ARGS(LEAD_ARGS(ctx, row), LM_INT(row->facts.emails_sent),
                              LM_INT(lm_rows_int(rows, 1)), LM_INT(lm_rows_int(rows, 2)),
                              LM_MS_OR_NULL(lm_rows_ms(rows, 3))),
                      NULL, err);
}

/* ---- messages: three sources, three versions ---- */

static const struct lm_sql message_save = {
    "message_save",
    "INSERT INTO message_view (tenant_id, id, lead_id, message_version, message, status, step)"
    " VALUES ($1, $2, $3, $4, $5, $6::int, $7::int)"
    " ON CONFLICT (tenant_id, id) DO UPDATE"
    "   SET message_version = excluded.message_version, message = excluded.message,"
    "       status = excluded.status, step = excluded.step"
    " WHERE message_view.message_version < excluded.message_version",
};

lm_code gateway_message_save(struct lm_ctx *ctx, const Personalizer__Message *m, int64_t version,
                             lm_err *err)
{
    return lm_db_exec(ctx, &message_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(m->id), LM_ID(m->lead_id),
                              LM_INT(version), LM_BYTES(lm_pb_pack(ctx->arena, &m->base)),
                              LM_INT(m->status), LM_INT(m->step)),
                      NULL, err);
}

static const struct lm_sql message_save_delivery = {
    "message_save_delivery",
    "INSERT INTO message_view (tenant_id, id, lead_id, delivery_version, delivery_status, dry_run,"
    " sent_at, error) VALUES ($1, $2, $3, $4, $5::int, $6, lm_at($7), $8)"
    " ON CONFLICT (tenant_id, id) DO UPDATE"
    "   SET delivery_version = excluded.delivery_version, sent_at = excluded.sent_at,"
    "       delivery_status = excluded.delivery_status, dry_run = excluded.dry_run,"
    "       error = excluded.error"
    " WHERE message_view.delivery_version < excluded.delivery_version",
};

lm_code gateway_message_save_delivery(struct lm_ctx *ctx, const Mailer__Delivery *d,
                                      int64_t version, lm_err *err)
{
    bool is_sent = d->status == MAILER__DELIVERY_STATUS__DELIVERED;
    int64_t at = d->has_sent_at ? d->sent_at : ctx->event->occurred_at;

    return lm_db_exec(ctx, &message_save_delivery,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(d->message_id), LM_ID(d->lead_id),
                              LM_INT(version), LM_INT(d->status),
                              d->has_dry_run ? LM_BOOL(d->dry_run) : LM_NULL,
                              is_sent ? LM_MS(at) : LM_NULL, LM_Z(d->error)),
                      NULL, err);
}

static const struct lm_sql message_save_engagement = {
    "message_save_engagement",
    "INSERT INTO message_view (tenant_id, id, lead_id, engagement_version, open_count, click_count,"
    " first_opened_at, first_clicked_at)"
    " VALUES ($1, $2, $3, $4, $5::int, $6::int, lm_at($7), lm_at($8))"
    " ON CONFLICT (tenant_id, id) DO UPDATE"
    "   SET engagement_version = excluded.engagement_version, open_count = excluded.open_count,"
    "       click_count = excluded.click_count, first_opened_at = excluded.first_opened_at,"
    "       first_clicked_at = excluded.first_clicked_at"
    " WHERE message_view.engagement_version < excluded.engagement_version",
};

lm_code gateway_message_save_engagement(struct lm_ctx *ctx, const Tracker__EngagementChanged *e,
                                        int64_t version, lm_err *err)
{
    return lm_db_exec(ctx, &message_save_engagement,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(e->message_id), LM_ID(e->lead_id),
                              LM_INT(version), LM_INT(e->open_count), LM_INT(e->click_count),
                              LM_MS_OR_NULL(e->first_opened_at),
                              LM_MS_OR_NULL(e->first_clicked_at)),
                      NULL, err);
}

/* ---- searches ---- */

static const struct lm_sql scrape_job_save = {
    "scrape_job_save",
    "INSERT INTO scrape_job_view (tenant_id, id, version, job, source, status, created_at, schedule_id,"
    "       is_deleted)"
    " VALUES ($1, $2, $3, $4, $5::int, $6::int, lm_at($7), $8, $9)"
    " ON CONFLICT (tenant_id, id) DO UPDATE"
    "   SET version = excluded.version, job = excluded.job, status = excluded.status,"
    "       is_deleted = excluded.is_deleted"
    " WHERE scrape_job_view.version < excluded.version",
};

lm_code gateway_scrape_job_save(struct lm_ctx *ctx, const Scraper__ScrapeJob *job, int64_t version,
                                lm_err *err)
{
    return lm_db_exec(
        ctx, &scrape_job_save,
        LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(job->id), LM_INT(version),
                LM_BYTES(lm_pb_pack(ctx->arena, &job->base)), LM_INT(job->source),
                LM_INT(job->status),
                LM_MS(job->has_created_at ? job->created_at : ctx->event->occurred_at),
                LM_ID(job->schedule_id), LM_BOOL(job->is_deleted)),
        NULL, err);
}

/* ---- suppressions ---- */

static const struct lm_sql address_lock = {
    "address_lock",
    "SELECT pg_advisory_xact_lock(hashtextextended($1::text || $2, 7))",
};

lm_code gateway_address_lock(struct lm_ctx *ctx, lm_str address_hash, lm_err *err)
{
    return lm_db_exec(ctx, &address_lock, LM_ARGS(LM_Z(ctx->tenant_id), LM_TEXT(address_hash)),
                      NULL, err);
}

static const struct lm_sql suppression_save = {
    "suppression_save",
    "INSERT INTO suppression_view (tenant_id, address_hash, reason, created_at)"
    " VALUES ($1, $2, $3, lm_at($4))"
    " ON CONFLICT (tenant_id, address_hash) DO UPDATE SET reason = excluded.reason",
};

lm_code gateway_suppression_save(struct lm_ctx *ctx, const Mailer__Suppression *s, lm_err *err)
{
    return lm_db_exec(ctx, &suppression_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(s->address_hash), LM_Z(s->reason),
                              LM_MS(s->has_created_at ? s->created_at : ctx->event->occurred_at)),
                      NULL, err);
}

static const struct lm_sql suppression_get = {
    "suppression_get",
    "SELECT reason, lm_ms(created_at) FROM suppression_view"
    " WHERE tenant_id = $1 AND address_hash = $2",
};

lm_code gateway_suppression_get(struct lm_ctx *ctx, lm_str address_hash, lm_str *reason,
                                int64_t *created_at, lm_err *err)
{
    struct lm_rows *rows;

    *reason = (lm_str){NULL, 0};
    *created_at = 0;
    if (lm_db_query(ctx, &suppression_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXT(address_hash)),
                    &rows, err))
        return err->code;
    if (lm_rows_next(rows)) {
        *reason = lm_rows_str(rows, 0);
        *created_at = lm_rows_ms(rows, 1);
    }
    return LM_OK;
}

static const struct lm_sql leads_of_address = {
    "leads_of_address",
    "SELECT id FROM lead_view WHERE tenant_id = $1 AND email_hash = $2 ORDER BY id",
};

lm_code gateway_leads_of_address(struct lm_ctx *ctx, lm_str address_hash, char ***ids, size_t *n,
                                 lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &leads_of_address, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXT(address_hash)),
                    &rows, err))
        return err->code;
    *ids = LM_NEW_ARRAY(ctx->arena, char *, lm_rows_count(rows));
    for (*n = 0; lm_rows_next(rows); (*n)++)
        (*ids)[*n] = lm_rows_strz(rows, 0);
    return LM_OK;
}

const struct lm_sql *const gateway_views_sql[] = {
    &company_lock,
    &company_stub,
    &company_save_research,
    &company_merge,
    &company_rename_leads,
    &lead_lock,
    &lead_stub,
    &lead_save_person,
    &lead_save_score,
    &lead_save_sequence,
    &lead_save_judgement,
    &lead_save_end,
    &lead_sums,
    &lead_save_sums,
    &message_save,
    &message_save_delivery,
    &message_save_engagement,
    &scrape_job_save,
    &address_lock,
    &suppression_save,
    &suppression_get,
    &leads_of_address,
    NULL,
};
