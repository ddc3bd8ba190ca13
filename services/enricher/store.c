/* SPDX-License-Identifier: Apache-2.0 */
/* All of the enricher's SQL: a statement above the one function that runs it, listed at the end. */
#include "services/enricher/store.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/str.h"
#include "services/enricher/people/name.h"

#define INT_OR_NULL(m, field)  ((m)->has_##field ? LM_INT((m)->field) : LM_NULL)
#define BOOL_OR_NULL(m, field) ((m)->has_##field ? LM_BOOL((m)->field) : LM_NULL)

/* ---- companies ---- */

/* The column `industry` holds the site's words; what our list makes of them is made anew each time. */
#define COMPANY_COLUMNS \
    "facts, found_domain, status, version, industry, employee_count, location, description"

static const struct lm_sql company_lock = {
    "company_lock",
    "SELECT " COMPANY_COLUMNS " FROM company WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
};
static const struct lm_sql company_load = {
    "company_load",
    "SELECT " COMPANY_COLUMNS " FROM company WHERE tenant_id = $1 AND id = $2",
};

static lm_code read_company(struct lm_ctx *ctx, struct lm_rows *r, struct enricher_company **out,
                            lm_err *err)
{
    struct enricher_company *c = LM_NEW(ctx->arena, struct enricher_company);
    ProtobufCMessage *facts;
    int status;

    if (lm_pb_unpack(ctx->arena, &lm__company__descriptor, lm_rows_bytes(r, 0), &facts, err))
        return lm_wrap(err, "stored facts of a company");
    if (!lm_enum_value(&lm__company_status__descriptor, lm_rows_str(r, 2), &status))
        return lm_fail(err, LM_INTERNAL, "the stored status of a company is none");
    c->facts = (Lm__Company *)facts;
    c->found_domain = lm_rows_str(r, 1);
    c->status = (Lm__CompanyStatus)status;
    c->version = lm_rows_int(r, 3);
    c->industry_words = lm_rows_str(r, 4);
    c->has_employee_count = !lm_rows_is_null(r, 5);
    c->employee_count = (int32_t)lm_rows_int(r, 5);
    c->location = lm_rows_str(r, 6);
    c->description = lm_rows_str(r, 7);
    *out = c;
    return LM_OK;
}

lm_code enricher_company_lock(struct lm_ctx *ctx, const char *id, struct enricher_company **out,
                              lm_err *err)
{
    struct lm_rows *r;

    *out = NULL;
    if (lm_db_query(ctx, &company_lock, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), &r, err))
        return err->code;
    return lm_rows_next(r) ? read_company(ctx, r, out, err) : LM_OK;
}

lm_code enricher_company_load(struct lm_ctx *ctx, const char *id, struct enricher_company **out,
                              lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &company_load, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "the company", &r,
                  err))
        return err->code;
    return read_company(ctx, r, out, err);
}

static const struct lm_sql company_save = {
    "company_save",
    "INSERT INTO company AS c (tenant_id, id, source_version, facts, name, domain, judged)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (tenant_id, id) DO UPDATE SET source_version = excluded.source_version, facts = excluded.facts,"
    "       name = excluded.name, domain = excluded.domain, judged = excluded.judged"
    " WHERE c.source_version < excluded.source_version",
};

lm_code enricher_company_save(struct lm_ctx *ctx, const Lm__Company *facts, lm_err *err)
{
    Lm__CompanyStatus judged = facts->has_status ? facts->status : LM__COMPANY_STATUS__COMPANY_NEW;

    return lm_db_exec(ctx, &company_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(facts->id), LM_INT(facts->version),
                              LM_BYTES(lm_pb_pack(ctx->arena, &facts->base)), LM_Z(facts->name),
                              LM_Z(facts->domain),
                              LM_Z(lm_enum_name(&lm__company_status__descriptor, (int)judged))),
                      NULL, err);
}

static const struct lm_sql research_save = {
    "research_save",
    "UPDATE company SET version = version + 1, status = $3, found_domain = $4, takes_mail = $5, lead_count = $6,"
    "       phone = $7, email = $8, language = $9, error = $10, description = $11, industry = $12,"
    "       employee_count = $13, location = $14, enriched_at = lm_at($15)"
    " WHERE tenant_id = $1 AND id = $2"
    " RETURNING version",
};

lm_code enricher_research_save(struct lm_ctx *ctx, Enricher__CompanyEnriched *f, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &research_save,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(f->company_id),
                          LM_Z(lm_enum_name(&lm__company_status__descriptor, (int)f->status)),
                          LM_Z(f->domain), BOOL_OR_NULL(f, takes_mail), LM_INT(f->lead_count),
                          LM_Z(f->phone), LM_Z(f->email), LM_Z(f->language), LM_Z(f->error),
                          LM_Z(f->description), LM_Z(f->industry_words),
                          INT_OR_NULL(f, employee_count), LM_Z(f->location), LM_MS(f->enriched_at)),
                  "the company", &r, err))
        return err->code;
    f->version = lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql companies_in = {
    "companies_in",
    "SELECT id FROM company WHERE tenant_id = $1 AND status = $2 AND judged = 'COMPANY_NEW' ORDER BY id LIMIT $3",
};

lm_code enricher_companies_in(struct lm_ctx *ctx, Lm__CompanyStatus status, int64_t limit,
                              lm_str **ids, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &companies_in,
                    LM_ARGS(LM_ID(ctx->tenant_id),
                            LM_Z(lm_enum_name(&lm__company_status__descriptor, (int)status)),
                            LM_INT(limit)),
                    &r, err))
        return err->code;
    *ids = LM_NEW_ARRAY(ctx->arena, lm_str, lm_rows_count(r));
    while (lm_rows_next(r))
        (*ids)[(*n)++] = lm_rows_str(r, 0);
    return LM_OK;
}

static const struct lm_sql stats_load = {
    "stats_load",
    "SELECT c.total, c.fresh, c.enriched, c.no_contact, l.total, l.verified, l.guessed, l.without"
    "  FROM (SELECT count(*) AS total, count(*) FILTER (WHERE status = 'COMPANY_NEW') AS fresh,"
    "               count(*) FILTER (WHERE status = 'COMPANY_ENRICHED') AS enriched,"
    "               count(*) FILTER (WHERE status = 'COMPANY_NO_CONTACT') AS no_contact"
    "          FROM company WHERE tenant_id = $1) c,"
    "       (SELECT count(*) AS total, count(*) FILTER (WHERE email_state = 'EMAIL_VERIFIED') AS verified,"
    "               count(*) FILTER (WHERE email_state = 'EMAIL_GUESS') AS guessed,"
    "               count(*) FILTER (WHERE email IS NULL) AS without"
    "          FROM lead WHERE tenant_id = $1) l",
};

lm_code enricher_stats_load(struct lm_ctx *ctx, Enricher__EnrichStats *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &stats_load, LM_ARGS(LM_ID(ctx->tenant_id)), "the figures", &r, err))
        return err->code;
    out->companies_total = lm_rows_int(r, 0);
    out->companies_new = lm_rows_int(r, 1);
    out->companies_enriched = lm_rows_int(r, 2);
    out->companies_no_contact = lm_rows_int(r, 3);
    out->leads_total = lm_rows_int(r, 4);
    out->leads_verified = lm_rows_int(r, 5);
    out->leads_guessed = lm_rows_int(r, 6);
    out->leads_without_email = lm_rows_int(r, 7);
    return LM_OK;
}

/* ---- leads ---- */

#define LEAD_COLUMNS                                                                                               \
    "id, company_id, first_name, last_name, email, email_state, email_confidence, job_title, phone, linkedin_url," \
    " linkedin_posts_30d, language, source_url, is_decision_maker, source, lm_ms(created_at), lm_ms(updated_at), version"

static const struct lm_sql lead_by_name = {
    "lead_by_name",
    "SELECT " LEAD_COLUMNS
    " FROM lead WHERE tenant_id = $1 AND company_id = $2 AND name_key = $3 FOR UPDATE",
};
static const struct lm_sql lead_lock = {
    "lead_lock",
    "SELECT " LEAD_COLUMNS " FROM lead WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
};
static const struct lm_sql leads_of = {
    "leads_of",
    "SELECT " LEAD_COLUMNS " FROM lead WHERE tenant_id = $1 AND company_id = $2 ORDER BY id",
};

static const struct lm_sql leads_moved = {
    "leads_moved",
    "SELECT " LEAD_COLUMNS
    " FROM lead WHERE tenant_id = $1 AND company_id = $2 AND moved_from = $3 ORDER BY id",
};
static const struct lm_sql lead_moved = {
    "lead_moved",
    "UPDATE lead SET moved_from = nullif($3::uuid, company_id) WHERE tenant_id = $1 AND id = $2",
};

static Lm__Lead *read_lead(struct lm_ctx *ctx, struct lm_rows *r)
{
    Lm__Lead *l = LM_NEW(ctx->arena, Lm__Lead);
    int value;

    lm__lead__init(l);
    l->id = lm_rows_strz(r, 0);
    l->company_id = lm_rows_strz(r, 1);
    l->first_name = lm_rows_strz(r, 2);
    l->last_name = lm_rows_strz(r, 3);
    l->email = lm_rows_strz(r, 4);
    l->has_email_state = lm_enum_value(&lm__email_state__descriptor, lm_rows_str(r, 5), &value);
    l->email_state = l->has_email_state ? (Lm__EmailState)value : l->email_state;
    l->has_email_confidence = l->has_is_decision_maker = l->has_created_at = l->has_updated_at =
        l->has_version = true;
    l->email_confidence = (int32_t)lm_rows_int(r, 6);
    l->job_title = lm_rows_strz(r, 7);
    l->phone = lm_rows_strz(r, 8);
    l->linkedin_url = lm_rows_strz(r, 9);
    l->has_linkedin_posts_30d = !lm_rows_is_null(r, 10);
    l->linkedin_posts_30d = (int32_t)lm_rows_int(r, 10);
    l->language = lm_rows_strz(r, 11);
    l->source_url = lm_rows_strz(r, 12);
    l->is_decision_maker = lm_rows_bool(r, 13);
    l->has_source = lm_enum_value(&lm__source__descriptor, lm_rows_str(r, 14), &value);
    l->source = l->has_source ? (Lm__Source)value : l->source;
    l->created_at = lm_rows_ms(r, 15);
    l->updated_at = lm_rows_ms(r, 16);
    l->version = lm_rows_int(r, 17);
    return l;
}

lm_code enricher_lead_by_name(struct lm_ctx *ctx, const char *company_id, lm_str name_key,
                              Lm__Lead **out, lm_err *err)
{
    struct lm_rows *r;

    *out = NULL;
    if (lm_db_query(ctx, &lead_by_name,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(company_id), LM_TEXT(name_key)), &r, err))
        return err->code;
    if (lm_rows_next(r))
        *out = read_lead(ctx, r);
    return LM_OK;
}

lm_code enricher_lead_lock(struct lm_ctx *ctx, const char *id, Lm__Lead **out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &lead_lock, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "the lead", &r, err))
        return err->code;
    *out = read_lead(ctx, r);
    return LM_OK;
}

lm_code enricher_leads_of(struct lm_ctx *ctx, const char *company_id, Lm__Lead ***out, size_t *n,
                          lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &leads_of, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(company_id)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, Lm__Lead *, lm_rows_count(r));
    while (lm_rows_next(r))
        (*out)[(*n)++] = read_lead(ctx, r);
    return LM_OK;
}

lm_code enricher_leads_moved(struct lm_ctx *ctx, const char *company_id, const char *moved_from,
                             Lm__Lead ***out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &leads_moved,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(company_id), LM_ID(moved_from)), &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, Lm__Lead *, lm_rows_count(r));
    while (lm_rows_next(r))
        (*out)[(*n)++] = read_lead(ctx, r);
    return LM_OK;
}

lm_code enricher_lead_moved(struct lm_ctx *ctx, const char *id, const char *from, lm_err *err)
{
    return lm_db_exec(ctx, &lead_moved, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_ID(from)),
                      NULL, err);
}

static lm_str key_of(struct lm_ctx *ctx, const Lm__Lead *l)
{
    return enricher_name_key(ctx->arena, lm_str_z(l->first_name), lm_str_z(l->last_name));
}

static const char *email_state_of(const Lm__Lead *l)
{
    return lm_enum_name(&lm__email_state__descriptor,
                        (int)(l->email ? l->email_state : LM__EMAIL_STATE__EMAIL_NONE));
}

static const struct lm_sql lead_insert = {
    "lead_insert",
    "INSERT INTO lead (tenant_id, id, company_id, version, name_key, first_name, last_name, email, email_state,"
    "       email_confidence, job_title, phone, linkedin_url, linkedin_posts_30d, language, source_url,"
    "       is_decision_maker, source, created_at, updated_at)"
    " VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, lm_at($18), lm_at($18))",
};
static const struct lm_sql lead_update = {
    "lead_update",
    "UPDATE lead SET version = version + 1, company_id = $3, name_key = $4, first_name = $5, last_name = $6, email = $7,"
    "       email_state = $8, email_confidence = $9, job_title = $10, phone = $11, linkedin_url = $12,"
    "       linkedin_posts_30d = $13, language = $14, source_url = $15, is_decision_maker = $16, source = $17,"
    "       updated_at = lm_at($18)"
    " WHERE tenant_id = $1 AND id = $2"
    " RETURNING version",
};

#define LEAD_ARGS(ctx, l)                                                                     \
    LM_ARGS(LM_ID((ctx)->tenant_id), LM_ID((l)->id), LM_ID((l)->company_id),                  \
            LM_TEXT(key_of((ctx), (l))), LM_Z((l)->first_name), LM_Z((l)->last_name),         \
            LM_Z((l)->email), LM_Z(email_state_of(l)), LM_INT((l)->email_confidence),         \
            LM_Z((l)->job_title), LM_Z((l)->phone), LM_Z((l)->linkedin_url),                  \
            INT_OR_NULL((l), linkedin_posts_30d), LM_Z((l)->language), LM_Z((l)->source_url), \
            LM_BOOL((l)->is_decision_maker),                                                  \
            LM_Z((l)->has_source ? lm_enum_name(&lm__source__descriptor, (int)(l)->source)    \
                                 : NULL),                                                     \
            LM_MS((l)->updated_at))

lm_code enricher_lead_insert(struct lm_ctx *ctx, Lm__Lead *l, lm_err *err)
{
    if (!l->id || !*l->id)
        l->id = lm_id_make(ctx->arena);
    l->has_created_at = l->has_updated_at = l->has_version = l->has_email_state = true;
    l->email_state = l->email ? l->email_state : LM__EMAIL_STATE__EMAIL_NONE;
    l->created_at = l->updated_at = lm_clock_ms();
    l->version = 1;
    return lm_db_exec(ctx, &lead_insert, LEAD_ARGS(ctx, l), NULL, err);
}

lm_code enricher_lead_update(struct lm_ctx *ctx, Lm__Lead *l, lm_err *err)
{
    struct lm_rows *r;

    l->updated_at = lm_clock_ms();
    if (lm_db_one(ctx, &lead_update, LEAD_ARGS(ctx, l), "the lead", &r, err))
        return err->code == LM_CONFLICT
                   ? lm_fail(err, LM_CONFLICT, "the company has somebody of this name already")
                   : err->code;
    l->version = lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql *const statements[] = {
    &company_lock, &company_load, &company_save, &research_save, &companies_in,
    &stats_load,   &lead_by_name, &lead_lock,    &leads_of,      &lead_insert,
    &lead_update,  &leads_moved,  &lead_moved,   NULL,
};

const struct lm_sql *const *const enricher_sql[] = {statements, NULL};
