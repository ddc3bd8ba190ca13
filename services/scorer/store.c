/* SPDX-License-Identifier: Apache-2.0 */
/* All of the scorer's SQL: a statement above the one function that runs it, listed at the end. */
#include "services/scorer/store.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/industry.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scorer/scorer.h"

#define INT_OR_NULL(m, field) ((m)->has_##field ? LM_INT((m)->field) : LM_NULL)

/* ---- facts ---- */

static const struct lm_sql company_save = {
    "company_save",
    "INSERT INTO company_fact AS c (tenant_id, company_id, version, industry, employee_count,"
    "       open_vacancies, has_funding, location, country, is_discarded)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    " ON CONFLICT (tenant_id, company_id) DO UPDATE SET version = excluded.version,"
    "       industry = excluded.industry, employee_count = excluded.employee_count,"
    "       open_vacancies = excluded.open_vacancies, has_funding = excluded.has_funding,"
    "       location = excluded.location, country = excluded.country,"
    "       is_discarded = excluded.is_discarded"
    " WHERE c.version < excluded.version",
};

lm_code scorer_company_save(struct lm_ctx *ctx, const Lm__Company *company, bool *is_new,
                            lm_err *err)
{
    bool is_discarded = company->status == LM__COMPANY_STATUS__COMPANY_ARCHIVED ||
                        company->status == LM__COMPANY_STATUS__COMPANY_DISQUALIFIED;
    int64_t changed;

    if (lm_db_exec(ctx, &company_save,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(company->id), LM_INT(company->version),
                           LM_Z(lm_industry_words(ctx->arena, company)),
                           INT_OR_NULL(company, employee_count),
                           INT_OR_NULL(company, open_vacancies), LM_BOOL(company->has_funding),
                           LM_Z(company->location), LM_Z(company->country),
                           LM_BOOL(company->has_status && is_discarded)),
                   &changed, err))
        return err->code;
    *is_new = changed > 0;
    return LM_OK;
}

static const struct lm_sql company_site_save = {
    "company_site_save",
    "INSERT INTO company_fact AS c (tenant_id, company_id, site_version, site_industry,"
    "       site_employee_count, site_location)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (tenant_id, company_id) DO UPDATE SET site_version = excluded.site_version,"
    "       site_industry = excluded.site_industry,"
    "       site_employee_count = excluded.site_employee_count,"
    "       site_location = excluded.site_location"
    " WHERE c.site_version < excluded.site_version",
};

lm_code scorer_company_site_save(struct lm_ctx *ctx, const Enricher__CompanyEnriched *site,
                                 bool *is_new, lm_err *err)
{
    Lm__Company said = LM__COMPANY__INIT;
    int64_t changed;

    said.industry = site->industry;
    said.industry_words = site->industry_words;
    if (lm_db_exec(ctx, &company_site_save,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(site->company_id), LM_INT(site->version),
                           LM_Z(lm_industry_words(ctx->arena, &said)),
                           INT_OR_NULL(site, employee_count), LM_Z(site->location)),
                   &changed, err))
        return err->code;
    *is_new = changed > 0;
    return LM_OK;
}

static const struct lm_sql lead_save = {
    "lead_save",
    "INSERT INTO lead_fact AS l (tenant_id, lead_id, version, company_id, has_linkedin,"
    "       linkedin_posts_30d)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
    " ON CONFLICT (tenant_id, lead_id) DO UPDATE SET version = excluded.version,"
    "       company_id = excluded.company_id, has_linkedin = excluded.has_linkedin,"
    "       linkedin_posts_30d = excluded.linkedin_posts_30d"
    " WHERE l.version < excluded.version",
};

lm_code scorer_lead_save(struct lm_ctx *ctx, const Lm__Lead *lead, bool *is_new, lm_err *err)
{
    bool has_linkedin = lead->linkedin_url && lead->linkedin_url[0];
    int64_t changed;

    if (lm_db_exec(ctx, &lead_save,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead->id), LM_INT(lead->version),
                           LM_ID(lead->company_id), LM_BOOL(has_linkedin),
                           INT_OR_NULL(lead, linkedin_posts_30d)),
                   &changed, err))
        return err->code;
    *is_new = changed > 0;
    return LM_OK;
}

/* The first column of all rows. */
static void ids_of(struct lm_ctx *ctx, struct lm_rows *rows, lm_str **ids, size_t *n)
{
    *ids = LM_NEW_ARRAY(ctx->arena, lm_str, lm_rows_count(rows));
    *n = 0;
    while (lm_rows_next(rows))
        (*ids)[(*n)++] = lm_rows_str(rows, 0);
}

static const struct lm_sql company_leads = {
    "company_leads",
    "SELECT lead_id FROM lead_fact WHERE tenant_id = $1 AND company_id = $2",
};

lm_code scorer_company_leads(struct lm_ctx *ctx, const char *company_id, lm_str **ids, size_t *n,
                             lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &company_leads, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(company_id)), &rows,
                    err))
        return err->code;
    ids_of(ctx, rows, ids, n);
    return LM_OK;
}

/* Ids are UUIDv7: descending is the newest first. */
static const struct lm_sql leads_page = {
    "leads_page",
    "SELECT lead_id FROM lead_fact"
    " WHERE tenant_id = $1 AND lead_id < coalesce($2, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)"
    " ORDER BY lead_id DESC"
    " LIMIT $3",
};

lm_code scorer_leads_page(struct lm_ctx *ctx, const char *before, int64_t limit, lm_str **ids,
                          size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &leads_page, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(before), LM_INT(limit)),
                    &rows, err))
        return err->code;
    ids_of(ctx, rows, ids, n);
    return LM_OK;
}

/* ---- scoring ---- */

static const struct lm_sql leads_lock = {
    "leads_lock",
    "SELECT lead_id FROM lead_fact"
    " WHERE tenant_id = $1 AND lead_id = ANY ($2::uuid[])"
    " ORDER BY lead_id"
    "   FOR NO KEY UPDATE",
};
/* A statement of its own, so that it sees what was committed while the locks were waited for. */
static const struct lm_sql leads_read = {
    "leads_read",
    "SELECT l.lead_id, l.company_id, l.has_linkedin, l.linkedin_posts_30d,"
    "       coalesce(c.industry, c.site_industry), coalesce(c.employee_count, c.site_employee_count),"
    "       c.open_vacancies, c.has_funding, coalesce(c.location, c.site_location), c.country,"
    "       c.is_discarded"
    "  FROM lead_fact l"
    "  LEFT JOIN company_fact c ON c.tenant_id = l.tenant_id AND c.company_id = l.company_id"
    " WHERE l.tenant_id = $1 AND l.lead_id = ANY ($2::uuid[])"
    " ORDER BY l.lead_id",
};

lm_code scorer_leads_take(struct lm_ctx *ctx, const lm_str *ids, size_t n,
                          struct scorer_lead **leads, size_t *n_leads, lm_err *err)
{
    struct lm_args args = LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(ids, n));
    struct lm_rows *r;

    if (lm_db_query(ctx, &leads_lock, args, &r, err) ||
        lm_db_query(ctx, &leads_read, args, &r, err))
        return err->code;
    *leads = LM_NEW_ARRAY(ctx->arena, struct scorer_lead, lm_rows_count(r));
    *n_leads = 0;
    while (lm_rows_next(r))
        (*leads)[(*n_leads)++] = (struct scorer_lead){
            .lead_id = lm_rows_str(r, 0),
            .company_id = lm_rows_str(r, 1),
            .facts = {.has_linkedin = lm_rows_bool(r, 2),
                      .linkedin_posts_30d = lm_rows_int(r, 3),
                      .industry = lm_rows_str(r, 4),
                      .employee_count = lm_rows_int(r, 5),
                      .open_vacancies = lm_rows_int(r, 6),
                      .has_funding = lm_rows_bool(r, 7),
                      .location = lm_rows_str(r, 8),
                      .country = lm_rows_str(r, 9),
                      .is_discarded = lm_rows_bool(r, 10)},
        };
    return LM_OK;
}

/* Rows that would stay as they are are not written: the same profile twice writes nothing. */
static const struct lm_sql scores_save = {
    "scores_save",
    "INSERT INTO score AS s (tenant_id, lead_id, company_id, points, classification, is_qualified,"
    "       breakdown, config_version, version, scored_at)"
    " SELECT $1, x.lead_id, x.company_id, x.points, x.classification, x.is_qualified = 1,"
    "        x.breakdown, $8, 1, lm_at($9)"
    "   FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[], $7::bytea[])"
    "        AS x (lead_id, company_id, points, classification, is_qualified, breakdown)"
    "  ORDER BY x.lead_id"
    " ON CONFLICT (tenant_id, lead_id) DO UPDATE SET company_id = excluded.company_id,"
    "       points = excluded.points, classification = excluded.classification,"
    "       is_qualified = excluded.is_qualified, breakdown = excluded.breakdown,"
    "       config_version = excluded.config_version, version = s.version + 1,"
    "       scored_at = excluded.scored_at"
    " WHERE (s.company_id, s.points, s.classification, s.is_qualified, s.breakdown)"
    "       IS DISTINCT FROM (excluded.company_id, excluded.points, excluded.classification,"
    "                         excluded.is_qualified, excluded.breakdown)"
    " RETURNING lead_id, version",
};

static lm_str packed_breakdown(struct lm_arena *a, const struct icp_score *score)
{
    Scorer__Breakdown breakdown;

    scorer_breakdown_of(a, score, &breakdown);
    return lm_pb_pack(a, &breakdown.base);
}

/* The rows come back in the order of the leads; those that did not change are not among them. */
static lm_code take_versions(struct lm_rows *r, struct scorer_result *results, size_t n,
                             lm_err *err)
{
    size_t i = 0;

    while (lm_rows_next(r)) {
        while (i < n && !lm_str_eq(results[i].lead->lead_id, lm_rows_str(r, 0)))
            i++;
        if (i == n)
            return lm_fail(err, LM_INTERNAL, "scores came back in another order");
        results[i].version = lm_rows_int(r, 1);
    }
    return LM_OK;
}

lm_code scorer_scores_save(struct lm_ctx *ctx, struct scorer_result *results, size_t n,
                           int config_version, int64_t at, lm_err *err)
{
    struct lm_arena *a = ctx->arena;
    lm_str *lead = LM_NEW_ARRAY(a, lm_str, n), *company = LM_NEW_ARRAY(a, lm_str, n);
    lm_str *class = LM_NEW_ARRAY(a, lm_str, n), *breakdown = LM_NEW_ARRAY(a, lm_str, n);
    int64_t *points = LM_NEW_ARRAY(a, int64_t, n), *is_qualified = LM_NEW_ARRAY(a, int64_t, n);
    struct lm_rows *r;

    for (size_t i = 0; i < n; i++) {
        lead[i] = results[i].lead->lead_id;
        company[i] = results[i].lead->company_id;
        points[i] = results[i].score->total;
        class[i] = lm_str_z(icp_class_name(results[i].score->class));
        is_qualified[i] = results[i].score->is_qualified;
        breakdown[i] = packed_breakdown(a, results[i].score);
        results[i].version = 0;
    }
    if (lm_db_query(ctx, &scores_save,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(lead, n), LM_TEXTS(company, n),
                            LM_INTS(points, n), LM_TEXTS(class, n), LM_INTS(is_qualified, n),
                            LM_BLOBS(breakdown, n), LM_INT(config_version), LM_MS(at)),
                    &r, err))
        return err->code;
    return take_versions(r, results, n, err);
}

static const struct lm_sql score_load = {
    "score_load",
    "SELECT lead_id, company_id, points, classification, is_qualified, breakdown, config_version,"
    "       version, lm_ms(scored_at)"
    "  FROM score WHERE tenant_id = $1 AND lead_id = $2",
};

lm_code scorer_score_load(struct lm_ctx *ctx, const char *lead_id, Scorer__Score *out, lm_err *err)
{
    struct lm_rows *r;
    ProtobufCMessage *unpacked;
    Scorer__Breakdown *breakdown;
    int class;

    if (lm_db_one(ctx, &score_load, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(lead_id)),
                  "the score of this lead", &r, err) ||
        lm_pb_unpack(ctx->arena, &scorer__breakdown__descriptor, lm_rows_bytes(r, 5), &unpacked,
                     err))
        return err->code;
    if (!lm_enum_value(&lm__classification__descriptor, lm_rows_str(r, 3), &class))
        return lm_fail(err, LM_INTERNAL, "the stored classification is none");
    breakdown = (Scorer__Breakdown *)unpacked;
    out->lead_id = lm_rows_strz(r, 0);
    out->company_id = lm_rows_strz(r, 1);
    out->score = (int32_t)lm_rows_int(r, 2);
    out->classification = (Lm__Classification) class;
    out->qualified = lm_rows_bool(r, 4);
    out->breakdown = breakdown->components;
    out->n_breakdown = breakdown->n_components;
    out->has_config_version = out->has_version = out->has_scored_at = true;
    out->config_version = (int32_t)lm_rows_int(r, 6);
    out->version = lm_rows_int(r, 7);
    out->scored_at = lm_rows_ms(r, 8);
    return LM_OK;
}

static const struct lm_sql stats_load = {
    "stats_load",
    "SELECT classification, count(*), count(*) FILTER (WHERE is_qualified), sum(points)"
    "  FROM score WHERE tenant_id = $1"
    " GROUP BY classification ORDER BY max(points) DESC",
};

lm_code scorer_stats_load(struct lm_ctx *ctx, Scorer__ScoreStats *out, lm_err *err)
{
    struct lm_rows *r;
    int64_t points = 0;

    if (lm_db_query(ctx, &stats_load, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    out->by_classification = LM_NEW_ARRAY(ctx->arena, Lm__Count *, lm_rows_count(r));
    while (lm_rows_next(r)) {
        Lm__Count *count = LM_NEW(ctx->arena, Lm__Count);

        lm__count__init(count);
        count->value = lm_rows_strz(r, 0);
        count->count = lm_rows_int(r, 1);
        out->by_classification[out->n_by_classification++] = count;
        out->scored += count->count;
        out->qualified += lm_rows_int(r, 2);
        points += lm_rows_int(r, 3);
    }
    out->average_score = out->scored > 0 ? (double)points / (double)out->scored : 0;
    return LM_OK;
}

/* ---- the profile ---- */

static const struct lm_sql config_load = {
    "config_load",
    "SELECT version, weight_company_size, weight_industry, weight_growth, weight_activity,"
    "       weight_location, hot, warm, cool, qualified, target_industries, related_industries,"
    "       lm_ms(updated_at)"
    "  FROM score_config WHERE tenant_id = $1",
};

static char **strings_of(struct lm_ctx *ctx, struct lm_rows *r, int col, size_t *n)
{
    lm_str *texts;
    char **out;

    lm_rows_texts(r, col, &texts, n);
    out = LM_NEW_ARRAY(ctx->arena, char *, *n);
    for (size_t i = 0; i < *n; i++)
        out[i] = lm_arena_strz(ctx->arena, texts[i]);
    return out;
}

/* The contract's defaults, said out loud: JSON shows them. */
static void config_init(struct lm_ctx *ctx, Scorer__ScoreConfig *c)
{
    Scorer__Weights *w = LM_NEW(ctx->arena, Scorer__Weights);
    Scorer__Thresholds *t = LM_NEW(ctx->arena, Scorer__Thresholds);

    scorer__weights__init(w);
    scorer__thresholds__init(t);
    w->has_company_size = w->has_industry = w->has_growth = true;
    w->has_activity = w->has_location = true;
    t->has_hot = t->has_warm = t->has_cool = t->has_qualified = true;
    c->weights = w;
    c->thresholds = t;
    c->has_version = true;
    c->version = 0;
}

lm_code scorer_config_load(struct lm_ctx *ctx, Scorer__ScoreConfig *out, lm_err *err)
{
    struct lm_rows *r;

    config_init(ctx, out);
    if (lm_db_query(ctx, &config_load, LM_ARGS(LM_ID(ctx->tenant_id)), &r, err))
        return err->code;
    if (!lm_rows_next(r))
        return LM_OK;
    out->version = (int32_t)lm_rows_int(r, 0);
    out->weights->company_size = (int32_t)lm_rows_int(r, 1);
    out->weights->industry = (int32_t)lm_rows_int(r, 2);
    out->weights->growth = (int32_t)lm_rows_int(r, 3);
    out->weights->activity = (int32_t)lm_rows_int(r, 4);
    out->weights->location = (int32_t)lm_rows_int(r, 5);
    out->thresholds->hot = (int32_t)lm_rows_int(r, 6);
    out->thresholds->warm = (int32_t)lm_rows_int(r, 7);
    out->thresholds->cool = (int32_t)lm_rows_int(r, 8);
    out->thresholds->qualified = (int32_t)lm_rows_int(r, 9);
    out->target_industries = strings_of(ctx, r, 10, &out->n_target_industries);
    out->related_industries = strings_of(ctx, r, 11, &out->n_related_industries);
    out->has_updated_at = true;
    out->updated_at = lm_rows_ms(r, 12);
    return LM_OK;
}

static const struct lm_sql config_save = {
    "config_save",
    "INSERT INTO score_config AS c (tenant_id, version, weight_company_size, weight_industry,"
    "       weight_growth, weight_activity, weight_location, hot, warm, cool, qualified,"
    "       target_industries, related_industries, updated_at)"
    " VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, lm_at($13))"
    " ON CONFLICT (tenant_id) DO UPDATE SET version = c.version + 1,"
    "       weight_company_size = excluded.weight_company_size,"
    "       weight_industry = excluded.weight_industry, weight_growth = excluded.weight_growth,"
    "       weight_activity = excluded.weight_activity, weight_location = excluded.weight_location,"
    "       hot = excluded.hot, warm = excluded.warm, cool = excluded.cool,"
    "       qualified = excluded.qualified, target_industries = excluded.target_industries,"
    "       related_industries = excluded.related_industries, updated_at = excluded.updated_at"
    " RETURNING version",
};

static lm_str *texts_of(struct lm_ctx *ctx, char **strings, size_t n)
{
    lm_str *out = LM_NEW_ARRAY(ctx->arena, lm_str, n);

    for (size_t i = 0; i < n; i++)
        out[i] = lm_str_z(strings[i]);
    return out;
}

lm_code scorer_config_save(struct lm_ctx *ctx, Scorer__ScoreConfig *c, lm_err *err)
{
    const Scorer__Weights *w = c->weights;
    const Scorer__Thresholds *t = c->thresholds;
    lm_str *target = texts_of(ctx, c->target_industries, c->n_target_industries);
    lm_str *related = texts_of(ctx, c->related_industries, c->n_related_industries);
    struct lm_rows *r;

    c->has_updated_at = c->has_version = true;
    c->updated_at = lm_clock_ms();
    if (lm_db_one(ctx, &config_save,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_INT(w->company_size), LM_INT(w->industry),
                          LM_INT(w->growth), LM_INT(w->activity), LM_INT(w->location),
                          LM_INT(t->hot), LM_INT(t->warm), LM_INT(t->cool), LM_INT(t->qualified),
                          LM_TEXTS(target, c->n_target_industries),
                          LM_TEXTS(related, c->n_related_industries), LM_MS(c->updated_at)),
                  "the configuration", &r, err))
        return err->code;
    c->version = (int32_t)lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql *const statements[] = {
    &company_save, &company_site_save, &lead_save,   &company_leads, &leads_page,
    &leads_lock,   &leads_read,        &scores_save, &score_load,    &stats_load,
    &config_load,  &config_save,       NULL,
};

const struct lm_sql *const *const scorer_sql[] = {statements, NULL};
