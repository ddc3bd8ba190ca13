/* SPDX-License-Identifier: Apache-2.0 */
/* The personalizer's SQL about readers and settings; that of sequences is in store_sequence.c. */
#include "services/personalizer/store.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/industry.h"
#include "common/links.h"
#include "common/str.h"
#include "services/personalizer/store_internal.h"

#define INT_OR_NULL(m, field) ((m)->has_##field ? LM_INT((m)->field) : LM_NULL)

void personalizer_rows_ids(struct lm_ctx *ctx, struct lm_rows *rows, lm_str **ids, size_t *n)
{
    *ids = LM_NEW_ARRAY(ctx->arena, lm_str, lm_rows_count(rows));
    *n = 0;
    while (lm_rows_next(rows))
        (*ids)[(*n)++] = lm_rows_str(rows, 0);
}

/* ---- how a tenant writes ---- */

static const struct lm_sql config_load = {
    "config_load",
    "SELECT auto_approve, sender_name, sender_company, value_proposition, link_url, language,"
    "       offer_languages, offer_texts, lm_ms(updated_at)"
    "  FROM writing_config WHERE tenant_id = $1",
};

static void offers_of(struct lm_ctx *ctx, struct lm_rows *r, Personalizer__WritingConfig *out)
{
    lm_str *languages, *texts;
    size_t n, n_texts;

    lm_rows_texts(r, 6, &languages, &n);
    lm_rows_texts(r, 7, &texts, &n_texts);
    out->offers = LM_NEW_ARRAY(ctx->arena, Personalizer__Offer *, n);
    out->n_offers = LM_MIN(n, n_texts);
    for (size_t i = 0; i < out->n_offers; i++) {
        out->offers[i] = LM_NEW(ctx->arena, Personalizer__Offer);
        personalizer__offer__init(out->offers[i]);
        out->offers[i]->language = lm_arena_strz(ctx->arena, languages[i]);
        out->offers[i]->text = lm_arena_strz(ctx->arena, texts[i]);
    }
}

lm_code personalizer_config_load(struct lm_ctx *ctx, Personalizer__WritingConfig *out, lm_err *err)
{
    struct lm_rows *r;

    out->has_auto_approve = true; /* the default said out loud: JSON shows it */
    if (lm_db_query(ctx, &config_load, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    if (!lm_rows_next(r))
        return LM_OK;
    out->auto_approve = lm_rows_bool(r, 0);
    out->sender_name = lm_rows_strz(r, 1);
    out->sender_company = lm_rows_strz(r, 2);
    out->value_proposition = lm_rows_strz(r, 3);
    out->link_url = lm_rows_strz(r, 4);
    out->language = lm_rows_strz(r, 5);
    offers_of(ctx, r, out);
    out->has_updated_at = true;
    out->updated_at = lm_rows_ms(r, 8);
    return LM_OK;
}

static const struct lm_sql config_save = {
    "config_save",
    "INSERT INTO writing_config (tenant_id, auto_approve, sender_name, sender_company,"
    "       value_proposition, link_url, language, offer_languages, offer_texts, updated_at)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, lm_at($10))"
    " ON CONFLICT (tenant_id) DO UPDATE SET auto_approve = excluded.auto_approve,"
    "       sender_name = excluded.sender_name, sender_company = excluded.sender_company,"
    "       value_proposition = excluded.value_proposition, link_url = excluded.link_url,"
    "       language = excluded.language, offer_languages = excluded.offer_languages,"
    "       offer_texts = excluded.offer_texts, updated_at = excluded.updated_at",
};

lm_code personalizer_config_save(struct lm_ctx *ctx, Personalizer__WritingConfig *c, lm_err *err)
{
    lm_str *languages = LM_NEW_ARRAY(ctx->arena, lm_str, c->n_offers);
    lm_str *texts = LM_NEW_ARRAY(ctx->arena, lm_str, c->n_offers);

    for (size_t i = 0; i < c->n_offers; i++) {
        languages[i] = lm_str_z(c->offers[i]->language);
        texts[i] = lm_str_z(c->offers[i]->text);
    }
    c->has_updated_at = true;
    c->updated_at = lm_clock_ms();
    return lm_db_exec(ctx, &config_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_BOOL(c->auto_approve), LM_Z(c->sender_name),
                              LM_Z(c->sender_company), LM_Z(c->value_proposition),
                              LM_Z(c->link_url), LM_Z(c->language),
                              LM_TEXTS(languages, c->n_offers), LM_TEXTS(texts, c->n_offers),
                              LM_MS(c->updated_at)),
                      NULL, err);
}

/* ---- what is known of the reader ---- */

static const struct lm_sql company_save = {
    "company_save",
    "INSERT INTO company AS c (tenant_id, company_id, version, name, domain, industry,"
    "       employee_count, open_vacancies, has_funding, location, country, source, is_discarded,"
    "       no_mailing, is_synthetic)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
    " ON CONFLICT (tenant_id, company_id) DO UPDATE SET version = excluded.version,"
    "       name = excluded.name, domain = excluded.domain, industry = excluded.industry,"
    "       employee_count = excluded.employee_count, open_vacancies = excluded.open_vacancies,"
    "       has_funding = excluded.has_funding, location = excluded.location,"
    "       country = excluded.country, source = excluded.source,"
    "       is_discarded = excluded.is_discarded, no_mailing = excluded.no_mailing,"
    "       is_synthetic = excluded.is_synthetic"
    " WHERE c.version < excluded.version",
};

lm_code personalizer_company_save(struct lm_ctx *ctx, const Lm__Company *c, lm_err *err)
{
    bool is_discarded = c->has_status && (c->status == LM__COMPANY_STATUS__COMPANY_ARCHIVED ||
                                          c->status == LM__COMPANY_STATUS__COMPANY_DISQUALIFIED);

    return lm_db_exec(ctx, &company_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(c->id), LM_INT(c->version),
                              LM_Z(c->name), LM_Z(c->domain),
                              LM_Z(lm_industry_words(ctx->arena, c)),
                              INT_OR_NULL(c, employee_count), INT_OR_NULL(c, open_vacancies),
                              LM_BOOL(c->has_funding), LM_Z(c->location), LM_Z(c->country),
                              LM_INT(c->has_source ? (int)c->source : 0), LM_BOOL(is_discarded),
                              LM_BOOL(c->no_mailing), LM_BOOL(c->is_synthetic)),
                      NULL, err);
}

static const struct lm_sql company_site_save = {
    "company_site_save",
    "INSERT INTO company AS c (tenant_id, company_id, site_version, site_industry,"
    "       site_employee_count, site_location)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (tenant_id, company_id) DO UPDATE SET site_version = excluded.site_version,"
    "       site_industry = excluded.site_industry,"
    "       site_employee_count = excluded.site_employee_count,"
    "       site_location = excluded.site_location"
    " WHERE c.site_version < excluded.site_version",
};

lm_code personalizer_company_site_save(struct lm_ctx *ctx, const Enricher__CompanyEnriched *site,
                                       lm_err *err)
{
    return lm_db_exec(ctx, &company_site_save,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(site->company_id), LM_INT(site->version),
                              LM_Z(site->industry), INT_OR_NULL(site, employee_count),
                              LM_Z(site->location)),
                      NULL, err);
}

#define IS_READY                                                                               \
    "l.is_qualified AND l.email IS NOT NULL AND NOT l.is_email_dead AND NOT l.is_disqualified" \
    " AND l.stopped_because IS NULL"

/* No row comes back when the version is not above the stored one. */
static lm_code save_lead(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                         bool *is_ready, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, sql, args, &r, err))
        return err->code;
    *is_ready = lm_rows_next(r) && lm_rows_bool(r, 0);
    return LM_OK;
}

static const struct lm_sql lead_save = {
    "lead_save",
    "INSERT INTO lead AS l (tenant_id, lead_id, version, company_id, first_name, last_name, email,"
    "       is_email_dead, address_hash, job_title, language, page_url, source)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
    " ON CONFLICT (tenant_id, lead_id) DO UPDATE SET version = excluded.version,"
    "       company_id = excluded.company_id, first_name = excluded.first_name,"
    "       last_name = excluded.last_name, email = excluded.email,"
    "       is_email_dead = excluded.is_email_dead, address_hash = excluded.address_hash,"
    "       job_title = excluded.job_title, language = excluded.language,"
    "       page_url = excluded.page_url, source = excluded.source"
    " WHERE l.version < excluded.version"
    " RETURNING " IS_READY,
};

lm_code personalizer_lead_save(struct lm_ctx *ctx, const Lm__Lead *lead, bool *is_ready,
                               lm_err *err)
{
    bool is_dead = lead->has_email_state && lead->email_state == LM__EMAIL_STATE__EMAIL_INVALID;
    char hash[LM_HASH_SIZE] = "";
    bool has_email;

    if (lead->email)
        lm_address_hash(ctx->arena, lm_str_z(lead->email), hash);
    has_email = hash[0] != '\0';
    return save_lead(ctx, &lead_save,
                     LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead->id), LM_INT(lead->version),
                             LM_ID(lead->company_id), LM_Z(lead->first_name), LM_Z(lead->last_name),
                             has_email ? LM_Z(lead->email) : LM_NULL, LM_BOOL(is_dead),
                             has_email ? LM_Z(hash) : LM_NULL, LM_Z(lead->job_title),
                             LM_Z(lead->language), LM_Z(lead->source_url),
                             LM_INT(lead->has_source ? (int)lead->source : 0)),
                     is_ready, err);
}

static const struct lm_sql lead_score_save = {
    "lead_score_save",
    "INSERT INTO lead AS l (tenant_id, lead_id, company_id, score_version, score, is_qualified)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (tenant_id, lead_id) DO UPDATE SET score_version = excluded.score_version,"
    "       score = excluded.score, is_qualified = excluded.is_qualified"
    " WHERE l.score_version < excluded.score_version"
    " RETURNING " IS_READY,
};

lm_code personalizer_lead_score_save(struct lm_ctx *ctx, const Scorer__Score *score, bool *is_ready,
                                     lm_err *err)
{
    return save_lead(ctx, &lead_score_save,
                     LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(score->lead_id), LM_ID(score->company_id),
                             LM_INT(score->version), LM_INT(score->score),
                             LM_BOOL(score->qualified)),
                     is_ready, err);
}

static const struct lm_sql lead_judge = {
    "lead_judge",
    "INSERT INTO lead AS l (tenant_id, lead_id, judged_version, is_disqualified)"
    " VALUES ($1, $2, $3, $4)"
    " ON CONFLICT (tenant_id, lead_id) DO UPDATE SET judged_version = excluded.judged_version,"
    "       is_disqualified = excluded.is_disqualified"
    " WHERE l.judged_version < excluded.judged_version",
};

lm_code personalizer_lead_judge(struct lm_ctx *ctx, const char *lead_id, bool is_disqualified,
                                int64_t version, bool *is_new, lm_err *err)
{
    int64_t changed;

    if (lm_db_exec(ctx, &lead_judge,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id), LM_INT(version),
                           LM_BOOL(is_disqualified)),
                   &changed, err))
        return err->code;
    *is_new = changed > 0;
    return LM_OK;
}

static const struct lm_sql lead_stop = {
    "lead_stop",
    "INSERT INTO lead AS l (tenant_id, lead_id, stopped_because) VALUES ($1, $2, $3)"
    " ON CONFLICT (tenant_id, lead_id)"
    " DO UPDATE SET stopped_because = coalesce(l.stopped_because, excluded.stopped_because)",
};

lm_code personalizer_lead_stop(struct lm_ctx *ctx, const char *lead_id, const char *because,
                               lm_err *err)
{
    return lm_db_exec(ctx, &lead_stop,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id), LM_Z(because)), NULL, err);
}

static const struct lm_sql suppress = {
    "suppress",
    "INSERT INTO suppressed (tenant_id, address_hash, reason) VALUES ($1, $2, $3)"
    " ON CONFLICT (tenant_id, address_hash) DO NOTHING",
};

lm_code personalizer_suppress(struct lm_ctx *ctx, const char *address_hash, const char *reason,
                              lm_err *err)
{
    return lm_db_exec(ctx, &suppress,
                      LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(address_hash), LM_Z(reason)), NULL, err);
}

static lm_code query_ids(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                         lm_str **ids, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, sql, args, &r, err))
        return err->code;
    personalizer_rows_ids(ctx, r, ids, n);
    return LM_OK;
}

static const struct lm_sql leads_of_address = {
    "leads_of_address",
    "SELECT lead_id FROM lead WHERE tenant_id = $1 AND address_hash = $2 ORDER BY lead_id",
};

lm_code personalizer_leads_of_address(struct lm_ctx *ctx, const char *address_hash, lm_str **ids,
                                      size_t *n, lm_err *err)
{
    return query_ids(ctx, &leads_of_address, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(address_hash)),
                     ids, n, err);
}

static const struct lm_sql leads_of_company = {
    "leads_of_company",
    "SELECT l.lead_id"
    "  FROM lead l JOIN sequence s ON s.tenant_id = l.tenant_id AND s.lead_id = l.lead_id"
    " WHERE l.tenant_id = $1 AND l.company_id = $2 AND s.status IN ('ACTIVE', 'PAUSED')"
    " ORDER BY l.lead_id",
};

lm_code personalizer_leads_of_company(struct lm_ctx *ctx, const char *company_id, lm_str **ids,
                                      size_t *n, lm_err *err)
{
    return query_ids(ctx, &leads_of_company, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(company_id)), ids,
                     n, err);
}

static const struct lm_sql leads_unwritten = {
    "leads_unwritten",
    "SELECT l.lead_id FROM lead l"
    " WHERE l.tenant_id = $1 AND l.score >= $2 AND l.email IS NOT NULL AND NOT l.is_email_dead"
    "   AND NOT l.is_disqualified AND l.stopped_because IS NULL"
    "   AND NOT EXISTS (SELECT FROM sequence s WHERE s.tenant_id = l.tenant_id AND s.lead_id = l.lead_id)"
    " ORDER BY l.score DESC, l.lead_id"
    " LIMIT $3",
};

lm_code personalizer_leads_unwritten(struct lm_ctx *ctx, int min_score, int limit, lm_str **ids,
                                     size_t *n, lm_err *err)
{
    return query_ids(ctx, &leads_unwritten,
                     LM_ARGS(LM_ID(ctx->tenant_id), LM_INT(min_score), LM_INT(limit)), ids, n, err);
}

static const struct lm_sql reader_lock = {
    "reader_lock",
    "SELECT lead_id FROM lead WHERE tenant_id = $1 AND lead_id = $2 FOR NO KEY UPDATE",
};
static const struct lm_sql reader_load = {
    "reader_load",
    "SELECT l.first_name, l.last_name, l.job_title, l.page_url, l.language, l.source, l.email,"
    "       l.is_email_dead, l.is_qualified, l.is_disqualified, l.stopped_because, l.company_id,"
    "       c.name, coalesce(c.industry, c.site_industry), coalesce(c.location, c.site_location),"
    "       c.country, c.domain, coalesce(c.employee_count, c.site_employee_count), c.open_vacancies,"
    "       c.has_funding, c.source, c.is_discarded,"
    "       EXISTS (SELECT FROM suppressed x WHERE x.tenant_id = $1 AND x.address_hash = l.address_hash),"
    "       EXISTS (SELECT FROM sequence s WHERE s.tenant_id = $1 AND s.lead_id = $2),"
    "       c.no_mailing, c.is_synthetic"
    "  FROM lead l"
    "  LEFT JOIN company c ON c.tenant_id = l.tenant_id AND c.company_id = l.company_id"
    " WHERE l.tenant_id = $1 AND l.lead_id = $2",
};

lm_code personalizer_reader_load(struct lm_ctx *ctx, const char *lead_id,
                                 struct personalizer_reader *out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &reader_load, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id)), "this lead",
                  &r, err))
        return err->code;
    *out = (struct personalizer_reader){
        .lead = {.id = lm_arena_dup(ctx->arena, lm_str_z(lead_id)),
                 .first_name = lm_rows_str(r, 0),
                 .last_name = lm_rows_str(r, 1),
                 .job_title = lm_rows_str(r, 2),
                 .page_url = lm_rows_str(r, 3),
                 .language = lm_rows_str(r, 4),
                 .source = (enum write_source)lm_rows_int(r, 5),
                 .company = lm_rows_str(r, 12),
                 .industry = lm_rows_str(r, 13),
                 .location = lm_rows_str(r, 14),
                 .country = lm_rows_str(r, 15),
                 .domain = lm_rows_str(r, 16),
                 .employee_count = lm_rows_int(r, 17),
                 .open_vacancies = lm_rows_int(r, 18),
                 .has_funding = lm_rows_bool(r, 19),
                 .company_source = (enum write_source)lm_rows_int(r, 20)},
        .email = lm_rows_strz(r, 6),
        .is_email_dead = lm_rows_bool(r, 7),
        .is_qualified = lm_rows_bool(r, 8),
        .is_disqualified = lm_rows_bool(r, 9),
        .stopped_because = lm_rows_strz(r, 10),
        .company_id = lm_rows_strz(r, 11),
        .country = lm_rows_strz(r, 15),
        .is_discarded = lm_rows_bool(r, 21),
        .is_suppressed = lm_rows_bool(r, 22),
        .has_sequence = lm_rows_bool(r, 23),
        .no_mailing = lm_rows_bool(r, 24),
        .is_synthetic = lm_rows_bool(r, 25) || lm_rows_int(r, 5) == LM__SOURCE__SYNTHETIC,
    };
    return LM_OK;
}

lm_code personalizer_reader_take(struct lm_ctx *ctx, const char *lead_id,
                                 struct personalizer_reader *out, lm_err *err)
{
    if (lm_db_exec(ctx, &reader_lock, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id)), NULL, err))
        return err->code;
    return personalizer_reader_load(ctx, lead_id, out, err);
}

static const struct lm_sql *const statements[] = {
    &config_load,      &config_save,     &company_save, &company_site_save, &lead_save,
    &lead_score_save,  &lead_judge,      &lead_stop,    &suppress,          &leads_of_address,
    &leads_of_company, &leads_unwritten, &reader_lock,  &reader_load,       NULL,
};

const struct lm_sql *const *const personalizer_sql[] = {statements, personalizer_sequence_sql,
                                                        NULL};
