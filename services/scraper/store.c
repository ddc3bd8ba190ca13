/* SPDX-License-Identifier: Apache-2.0 */
/* The scraper's SQL on companies, and the list of all its statements. */
#include "services/scraper/store_internal.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/match/name.h"

#define INT_OR_NULL(m, field)  ((m)->has_##field ? LM_INT((m)->field) : LM_NULL)
#define BOOL_OR_NULL(m, field) ((m)->has_##field ? LM_BOOL((m)->field) : LM_NULL)

static const struct lm_sql intake_lock = {
    "intake_lock",
    "INSERT INTO intake_gate AS g (tenant_id, passed) VALUES ($1, 1)"
    " ON CONFLICT (tenant_id) DO UPDATE SET passed = g.passed + 1",
};

lm_code scraper_intake_lock(struct lm_ctx *ctx, lm_err *err)
{
    return lm_db_exec(ctx, &intake_lock, LM_ARGS(LM_ID(ctx->tenant_id)), NULL, err);
}

/* ---- reading ---- */

static const struct lm_sql company_lock = {
    "company_lock",
    "SELECT " SCRAPER_COMPANY_COLUMNS " FROM company WHERE tenant_id = $1 AND id = $2 FOR UPDATE",
};
static const struct lm_sql company_by_domain = {
    "company_by_domain",
    "SELECT " SCRAPER_COMPANY_COLUMNS
    " FROM company WHERE tenant_id = $1 AND domain = $2 FOR UPDATE",
};

static lm_code read_custom(struct lm_ctx *ctx, lm_str bytes, Lm__Company *c, lm_err *err)
{
    ProtobufCMessage *m;
    const Lm__Company *holder;

    if (!bytes.n)
        return LM_OK;
    if (lm_pb_unpack(ctx->arena, &lm__company__descriptor, bytes, &m, err))
        return err->code;
    holder = (const Lm__Company *)m;
    c->custom = holder->custom;
    c->n_custom = holder->n_custom;
    return LM_OK;
}

lm_str scraper_custom_bytes(struct lm_ctx *ctx, const Lm__Company *c)
{
    Lm__Company holder = LM__COMPANY__INIT;

    if (!c->n_custom)
        return (lm_str){NULL, 0};
    holder.id = holder.name = c->id;
    holder.custom = c->custom;
    holder.n_custom = c->n_custom;
    return lm_pb_pack(ctx->arena, &holder.base);
}

static void read_lists(struct lm_ctx *ctx, struct lm_rows *r, Lm__Company *c)
{
    lm_str *sources, *merged, *codes;
    size_t n_sources, n_merged, n_codes;
    int value;

    lm_rows_texts(r, 14, &sources, &n_sources);
    lm_rows_texts(r, 18, &merged, &n_merged);
    lm_rows_texts(r, 30, &codes, &n_codes);
    c->sources = LM_NEW_ARRAY(ctx->arena, Lm__Source, n_sources);
    c->merged_ids = LM_NEW_ARRAY(ctx->arena, char *, n_merged);
    for (size_t i = 0; i < n_sources; i++) {
        if (lm_enum_value(&lm__source__descriptor, sources[i], &value))
            c->sources[c->n_sources++] = (Lm__Source)value;
    }
    for (size_t i = 0; i < n_merged; i++)
        c->merged_ids[c->n_merged_ids++] = lm_arena_strz(ctx->arena, merged[i]);
    c->sbi_codes = LM_NEW_ARRAY(ctx->arena, char *, n_codes);
    for (size_t i = 0; i < n_codes; i++)
        c->sbi_codes[c->n_sbi_codes++] = lm_arena_strz(ctx->arena, codes[i]);
}

static void read_place(struct lm_rows *r, Lm__Company *c)
{
    c->location = lm_rows_strz(r, 10);
    c->country = lm_rows_strz(r, 11);
    c->phone = lm_rows_strz(r, 22);
    c->email = lm_rows_strz(r, 23);
    c->registration_number = lm_rows_strz(r, 24);
    c->address = lm_rows_strz(r, 25);
    c->postal_code = lm_rows_strz(r, 26);
    c->city = lm_rows_strz(r, 27);
    c->industry_words = lm_rows_strz(r, 28);
    c->employee_range = lm_rows_strz(r, 29);
    c->has_no_mailing = !lm_rows_is_null(r, 31);
    c->no_mailing = lm_rows_bool(r, 31);
    c->has_is_synthetic = !lm_rows_is_null(r, 32);
    c->is_synthetic = lm_rows_bool(r, 32);
}

lm_code scraper_company_read(struct lm_ctx *ctx, struct lm_rows *r, Lm__Company **out, lm_err *err)
{
    Lm__Company *c = LM_NEW(ctx->arena, Lm__Company);
    int value;

    lm__company__init(c);
    c->id = lm_rows_strz(r, 0);
    c->name = lm_rows_strz(r, 1);
    c->domain = lm_rows_strz(r, 2);
    c->website_url = lm_rows_strz(r, 3);
    c->linkedin_url = lm_rows_strz(r, 4);
    c->industry = lm_rows_strz(r, 5);
    c->has_employee_count = !lm_rows_is_null(r, 6);
    c->employee_count = (int32_t)lm_rows_int(r, 6);
    c->has_open_vacancies = !lm_rows_is_null(r, 7);
    c->open_vacancies = (int32_t)lm_rows_int(r, 7);
    c->has_has_funding = !lm_rows_is_null(r, 8);
    c->has_funding = lm_rows_bool(r, 8);
    c->funding_amount = lm_rows_strz(r, 9);
    c->description = lm_rows_strz(r, 12);
    c->has_source = lm_enum_value(&lm__source__descriptor, lm_rows_str(r, 13), &value);
    c->source = c->has_source ? (Lm__Source)value : c->source;
    c->source_url = lm_rows_strz(r, 15);
    c->has_status = lm_enum_value(&lm__company_status__descriptor, lm_rows_str(r, 16), &value);
    c->status = c->has_status ? (Lm__CompanyStatus)value : c->status;
    c->scrape_job_id = lm_rows_strz(r, 17);
    c->has_created_at = c->has_updated_at = c->has_version = true;
    c->created_at = lm_rows_ms(r, 19);
    c->updated_at = lm_rows_ms(r, 20);
    c->version = lm_rows_int(r, 21);
    read_place(r, c);
    read_lists(ctx, r, c);
    *out = c;
    return read_custom(ctx, lm_rows_bytes(r, 33), c, err);
}

lm_code scraper_company_lock(struct lm_ctx *ctx, const char *id, Lm__Company **out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &company_lock, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id)), "the company", &r,
                  err))
        return err->code;
    return scraper_company_read(ctx, r, out, err);
}

lm_code scraper_company_by_domain(struct lm_ctx *ctx, lm_str domain, Lm__Company **out, lm_err *err)
{
    struct lm_rows *r;

    *out = NULL;
    if (lm_db_query(ctx, &company_by_domain, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXT(domain)), &r,
                    err))
        return err->code;
    return lm_rows_next(r) ? scraper_company_read(ctx, r, out, err) : LM_OK;
}

/*
 * Numbers of another database, which a test or a restore may have put in its place, begin at 0 again.
 * Where to begin is a value of its own, not a join: only then does the index give the next ones in
 * order, and a page costs what is in it.
 */
#define DATABASE "(SELECT oid::bigint FROM pg_database WHERE datname = current_database())"

#define FROM_NUMBER                                                      \
    " WHERE tenant_id = $1 AND named > (SELECT CASE WHEN $2 = " DATABASE \
    " THEN $3::bigint ELSE 0 END) ORDER BY named LIMIT $4"

/* Companies, and what their records call them. */
static const struct lm_sql names_since = {
    "names_since",
    "SELECT id, name, name_norm, domain, named, " DATABASE " FROM ("
    "(SELECT id, name, name_norm, domain, named FROM company" FROM_NUMBER ")"
    " UNION ALL "
    "(SELECT company_id, name, name_norm, domain, named FROM company_record" FROM_NUMBER ")) n"
    " ORDER BY named LIMIT $4",
};

lm_code scraper_names_since(struct lm_ctx *ctx, int64_t database, int64_t after, size_t most,
                            struct scraper_named **out, size_t *n, lm_err *err)
{
    struct lm_rows *r;

    *n = 0;
    if (lm_db_query(ctx, &names_since,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_INT(database), LM_INT(after),
                            LM_INT((int64_t)most)),
                    &r, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct scraper_named, lm_rows_count(r));
    while (lm_rows_next(r))
        (*out)[(*n)++] = (struct scraper_named){.id = lm_rows_strz(r, 0),
                                                .name = lm_rows_str(r, 1),
                                                .name_norm = lm_rows_str(r, 2),
                                                .domain = lm_rows_str(r, 3),
                                                .named = lm_rows_int(r, 4),
                                                .database = lm_rows_int(r, 5)};
    return LM_OK;
}

/* ---- writing ---- */

static const struct lm_sql company_insert = {
    "company_insert",
    "INSERT INTO company (tenant_id, id, version, name, name_norm, domain, website_url, linkedin_url, industry,"
    "       employee_count, open_vacancies, has_funding, funding_amount, location, country, description, source,"
    "       sources, source_url, status, scrape_job_id, created_at, updated_at, phone, email, registration_number,"
    "       address, postal_code, city, industry_words, employee_range, sbi_codes, no_mailing, is_synthetic, custom)"
    " VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,"
    "         lm_at($21), lm_at($21), $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33)",
};
static const struct lm_sql company_update = {
    "company_update",
    "UPDATE company SET version = version + 1, name = $3, name_norm = $4, domain = $5, website_url = $6,"
    "       linkedin_url = $7, industry = $8, employee_count = $9, open_vacancies = $10, has_funding = $11,"
    "       funding_amount = $12, location = $13, country = $14, description = $15, sources = $16,"
    "       source_url = $17, status = $18, merged_ids = $19::uuid[], updated_at = lm_at($20), phone = $21,"
    "       email = $22, registration_number = $23, address = $24, postal_code = $25, city = $26,"
    "       industry_words = $27, employee_range = $28, sbi_codes = $29, no_mailing = $30, is_synthetic = $31,"
    "       custom = $32, source = $33,"
    "       named = CASE WHEN name_norm = $4 THEN named ELSE nextval('company_named') END"
    " WHERE tenant_id = $1 AND id = $2"
    " RETURNING version",
};
/* The last dozen of both, in the order of the columns. */
#define PLACE_ARGS(ctx, c)                                                                   \
    LM_Z((c)->phone), LM_Z((c)->email), LM_Z((c)->registration_number), LM_Z((c)->address),  \
        LM_Z((c)->postal_code), LM_Z((c)->city), LM_Z((c)->industry_words),                  \
        LM_Z((c)->employee_range),                                                           \
        LM_TEXTS(scraper_texts_of(ctx, (c)->sbi_codes, (c)->n_sbi_codes), (c)->n_sbi_codes), \
        BOOL_OR_NULL(c, no_mailing), BOOL_OR_NULL(c, is_synthetic),                          \
        (c)->n_custom ? LM_BYTES(scraper_custom_bytes(ctx, c)) : LM_NULL

static lm_str *source_names(struct lm_ctx *ctx, const Lm__Company *c)
{
    lm_str *names = LM_NEW_ARRAY(ctx->arena, lm_str, c->n_sources);

    for (size_t i = 0; i < c->n_sources; i++)
        names[i] = lm_str_z(lm_enum_name(&lm__source__descriptor, (int)c->sources[i]));
    return names;
}

lm_code scraper_company_insert(struct lm_ctx *ctx, Lm__Company *c, lm_err *err)
{
    lm_str normalized = scraper_name_normalize(ctx->arena, lm_str_z(c->name));

    c->id = c->id && *c->id ? c->id : lm_id_make(ctx->arena);
    c->created_at = c->has_created_at ? c->created_at : lm_clock_ms();
    c->updated_at = lm_clock_ms();
    c->has_created_at = c->has_updated_at = c->has_version = c->has_status = true;
    c->version = 1;
    c->status = LM__COMPANY_STATUS__COMPANY_NEW;
    if (lm_db_exec(ctx, &company_insert,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(c->id), LM_Z(c->name), LM_TEXT(normalized),
                           LM_Z(c->domain), LM_Z(c->website_url), LM_Z(c->linkedin_url),
                           LM_Z(c->industry), INT_OR_NULL(c, employee_count),
                           INT_OR_NULL(c, open_vacancies), BOOL_OR_NULL(c, has_funding),
                           LM_Z(c->funding_amount), LM_Z(c->location), LM_Z(c->country),
                           LM_Z(c->description),
                           LM_Z(lm_enum_name(&lm__source__descriptor, (int)c->source)),
                           LM_TEXTS(source_names(ctx, c), c->n_sources), LM_Z(c->source_url),
                           LM_Z(lm_enum_name(&lm__company_status__descriptor, (int)c->status)),
                           LM_ID(c->scrape_job_id), LM_MS(c->created_at), PLACE_ARGS(ctx, c)),
                   NULL, err))
        return lm_wrap(err, "new company");
    return LM_OK;
}

lm_code scraper_company_update(struct lm_ctx *ctx, Lm__Company *c, lm_err *err)
{
    lm_str normalized = scraper_name_normalize(ctx->arena, lm_str_z(c->name));
    lm_str *merged = LM_NEW_ARRAY(ctx->arena, lm_str, c->n_merged_ids);
    struct lm_rows *r;

    for (size_t i = 0; i < c->n_merged_ids; i++)
        merged[i] = lm_str_z(c->merged_ids[i]);
    c->updated_at = lm_clock_ms();
    if (lm_db_one(
            ctx, &company_update,
            LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(c->id), LM_Z(c->name), LM_TEXT(normalized),
                    LM_Z(c->domain), LM_Z(c->website_url), LM_Z(c->linkedin_url), LM_Z(c->industry),
                    INT_OR_NULL(c, employee_count), INT_OR_NULL(c, open_vacancies),
                    BOOL_OR_NULL(c, has_funding), LM_Z(c->funding_amount), LM_Z(c->location),
                    LM_Z(c->country), LM_Z(c->description),
                    LM_TEXTS(source_names(ctx, c), c->n_sources), LM_Z(c->source_url),
                    LM_Z(lm_enum_name(&lm__company_status__descriptor, (int)c->status)),
                    LM_TEXTS(merged, c->n_merged_ids), LM_MS(c->updated_at), PLACE_ARGS(ctx, c),
                    LM_Z(lm_enum_name(&lm__source__descriptor, (int)c->source))),
            "the company", &r, err))
        return err->code;
    c->version = lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql company_absorb = {
    "company_absorb",
    "UPDATE company SET version = version + 1, domain = NULL, status = 'COMPANY_ARCHIVED', merged_into = $3,"
    "        updated_at = lm_at($4), status_before = CASE WHEN merged_into IS NULL THEN status ELSE status_before END"
    "  WHERE tenant_id = $1 AND id = $2"
    " RETURNING version",
};

lm_code scraper_company_absorb(struct lm_ctx *ctx, const char *id, const char *into,
                               int64_t *version, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &company_absorb,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_ID(into), LM_MS(lm_clock_ms())),
                  "the company", &r, err))
        return err->code;
    *version = lm_rows_int(r, 0);
    return LM_OK;
}

static const struct lm_sql *const statements[] = {
    &intake_lock,    &company_lock,   &company_by_domain, &names_since,
    &company_insert, &company_update, &company_absorb,    NULL,
};

const struct lm_sql *const *const scraper_sql[] = {
    statements,         scraper_records_sql, scraper_search_sql, scraper_schedule_sql,
    scraper_judge_sql,  scraper_import_sql,  scraper_bulk_sql,   scraper_icp_sql,
    scraper_polite_sql, scraper_source_sql,  scraper_proxy_sql,  NULL,
};
