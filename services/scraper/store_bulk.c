/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SQL on the companies of a whole batch: one statement however many there are, each column an array. A thousand rows
 * in one INSERT cost a tenth of a thousand statements.
 */
#include "services/scraper/store_import.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/id.h"
#include "common/json.h"
#include "common/str.h"
#include "services/scraper/match/name.h"
#include "services/scraper/store_internal.h"

static const struct lm_sql without_domain = {
    "companies_without_domain",
    "SELECT EXISTS (SELECT FROM company WHERE tenant_id = $1 AND domain IS NULL AND merged_into IS NULL"
    "                AND NOT is_undone)"
    "    OR EXISTS (SELECT FROM company_record WHERE tenant_id = $1 AND domain IS NULL)",
};

lm_code scraper_companies_without_domain(struct lm_ctx *ctx, bool *are_there, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_one(ctx, &without_domain, LM_ARGS(LM_ID(ctx->tenant_id)), "companies", &r, err))
        return err->code;
    *are_there = lm_rows_bool(r, 0);
    return LM_OK;
}

/* ---- columns as arrays ---- */

#define TEXT(field) offsetof(Lm__Company, field)
/* In the order of the statements' $6 to $23. */
static const size_t texts[] = {
    TEXT(name),
    TEXT(domain),
    TEXT(website_url),
    TEXT(linkedin_url),
    TEXT(industry),
    TEXT(funding_amount),
    TEXT(location),
    TEXT(country),
    TEXT(description),
    TEXT(source_url),
    TEXT(phone),
    TEXT(email),
    TEXT(registration_number),
    TEXT(address),
    TEXT(postal_code),
    TEXT(city),
    TEXT(industry_words),
    TEXT(employee_range),
};
enum { FIRST_TEXT = 5, TEXTS = LM_COUNT(texts), ARGS = FIRST_TEXT + TEXTS + 8 };

#define COLUMNS                                                                                          \
    "name, domain, website_url, linkedin_url, industry, funding_amount, location, country, description," \
    " source_url, phone, email, registration_number, address, postal_code, city, industry_words,"        \
    " employee_range, employee_count, open_vacancies, has_funding, no_mailing, is_synthetic, sbi_codes," \
    " sources, custom"
#define ARRAYS                                                                                           \
    "unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],"        \
    "       $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[],"  \
    "       $18::text[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::text[],"  \
    "       $25::text[], $26::text[], $27::text[], $28::text[], $29::text[], $30::text[], $31::bytea[])" \
    " AS u (id, name_norm, " COLUMNS ")"
#define CAST                                                                                                     \
    "u.name, u.domain, u.website_url, u.linkedin_url, u.industry, u.funding_amount, u.location, u.country,"      \
    " u.description, u.source_url, u.phone, u.email, u.registration_number, u.address, u.postal_code, u.city,"   \
    " u.industry_words, u.employee_range, u.employee_count::int, u.open_vacancies::int, u.has_funding::boolean," \
    " u.no_mailing::boolean, u.is_synthetic::boolean, u.sbi_codes::text[], u.sources::text[], u.custom"

static lm_str number(struct lm_arena *a, bool is_there, int32_t v)
{
    return is_there ? lm_str_z(lm_arena_printf(a, "%d", v)) : (lm_str){NULL, 0};
}

static lm_str yes(bool is_there, bool v)
{
    return !is_there ? (lm_str){NULL, 0} : v ? LM_STR("t") : LM_STR("f");
}

/* {6201,6202}: digits and names of enums need no quotes. */
static lm_str list(struct lm_arena *a, const Lm__Company *c, bool is_sources)
{
    struct lm_buf b = lm_buf_in(a, 4096);
    size_t n = is_sources ? c->n_sources : c->n_sbi_codes;

    lm_buf_char(&b, '{');
    for (size_t i = 0; i < n; i++) {
        if (i)
            lm_buf_char(&b, ',');
        lm_buf_appendz(&b, is_sources ? lm_enum_name(&lm__source__descriptor, (int)c->sources[i])
                                      : c->sbi_codes[i]);
    }
    lm_buf_char(&b, '}');
    return lm_buf_str(&b);
}

/* Arguments $4 to $31 of the companies; $1 to $3 are there. */
static void put_arrays(struct lm_ctx *ctx, Lm__Company *const *v, size_t n, struct lm_arg *args)
{
    struct lm_arena *a = ctx->arena;
    lm_str *columns[ARGS];

    for (size_t k = 3; k < ARGS; k++)
        columns[k] = LM_NEW_ARRAY(a, lm_str, n);
    for (size_t i = 0; i < n; i++) {
        const Lm__Company *c = v[i];
        size_t k = FIRST_TEXT + TEXTS;

        columns[3][i] = lm_str_z(c->id);
        columns[4][i] = scraper_name_normalize(a, lm_str_z(c->name));
        for (size_t t = 0; t < TEXTS; t++)
            columns[FIRST_TEXT + t][i] =
                lm_str_z(*(char *const *)(const void *)((const char *)c + texts[t]));
        columns[k++][i] = number(a, c->has_employee_count, c->employee_count);
        columns[k++][i] = number(a, c->has_open_vacancies, c->open_vacancies);
        columns[k++][i] = yes(c->has_has_funding, c->has_funding);
        columns[k++][i] = yes(c->has_no_mailing, c->no_mailing);
        columns[k++][i] = yes(c->has_is_synthetic, c->is_synthetic);
        columns[k++][i] = list(a, c, false);
        columns[k++][i] = list(a, c, true);
        columns[k++][i] = scraper_custom_bytes(ctx, c);
        LM_ASSERT(k == ARGS);
    }
    for (size_t k = 3; k < ARGS - 1; k++)
        args[k] = LM_TEXTS(columns[k], n);
    args[ARGS - 1] = LM_BLOBS(columns[ARGS - 1], n);
}

static struct lm_args args_of(struct lm_ctx *ctx, const char *import_id, Lm__Company *const *v,
                              size_t n)
{
    struct lm_arg *args = LM_NEW_ARRAY(ctx->arena, struct lm_arg, ARGS);

    args[0] = LM_ID(ctx->tenant_id);
    args[1] = LM_ID(import_id);
    args[2] = LM_MS(lm_clock_ms());
    put_arrays(ctx, v, n, args);
    return (struct lm_args){args, ARGS};
}

/* ---- writing ---- */

static const struct lm_sql bulk_insert = {
    "companies_insert",
    "INSERT INTO company (tenant_id, id, version, name_norm, source, status, import_id, import_version,"
    "       created_at, updated_at, " COLUMNS ")"
    " SELECT $1, u.id, 1, u.name_norm, 'IMPORT', 'COMPANY_NEW', $2, 1, lm_at($3), lm_at($3), " CAST
    "  FROM " ARRAYS,
};

lm_code scraper_companies_insert(struct lm_ctx *ctx, const char *import_id, Lm__Company *const *v,
                                 size_t n, lm_err *err)
{
    struct lm_args args;

    if (n == 0)
        return LM_OK;
    args = args_of(ctx, import_id, v, n);
    for (size_t i = 0; i < n; i++) {
        v[i]->has_created_at = v[i]->has_updated_at = v[i]->has_version = v[i]->has_status = true;
        v[i]->created_at = v[i]->updated_at = args.v[2].i;
        v[i]->version = 1;
        v[i]->status = LM__COMPANY_STATUS__COMPANY_NEW;
    }
    return lm_db_exec(ctx, &bulk_insert, args, NULL, err) ? lm_wrap(err, "new companies") : LM_OK;
}

static const struct lm_sql bulk_own = {
    "companies_own",
    "UPDATE company SET import_version = version"
    " WHERE tenant_id = $1 AND id = ANY ($3::uuid[]) AND import_id = $2 AND import_version = version - 1",
};

lm_code scraper_companies_own(struct lm_ctx *ctx, const char *import_id, const lm_str *ids,
                              size_t n, lm_err *err)
{
    return n ? lm_db_exec(ctx, &bulk_own,
                          LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id), LM_TEXTS(ids, n)), NULL,
                          err)
             : LM_OK;
}

static lm_code read_all(struct lm_ctx *ctx, struct lm_rows *r, Lm__Company ***out, size_t *n,
                        lm_err *err)
{
    *n = 0;
    *out = LM_NEW_ARRAY(ctx->arena, Lm__Company *, lm_rows_count(r));
    while (lm_rows_next(r)) {
        if (scraper_company_read(ctx, r, &(*out)[(*n)++], err))
            return err->code;
    }
    return LM_OK;
}

static const struct lm_sql bulk_undo = {
    "companies_undo",
    "UPDATE company SET version = version + 1, import_version = version + 1, is_undone = true, domain = NULL,"
    "       status = 'COMPANY_ARCHIVED', updated_at = lm_at($4)"
    " WHERE tenant_id = $1 AND id = ANY ($3::uuid[]) AND import_id = $2 AND version = import_version"
    " RETURNING " SCRAPER_COMPANY_COLUMNS,
};

lm_code scraper_companies_undo(struct lm_ctx *ctx, const char *import_id, const lm_str *ids,
                               size_t n, Lm__Company ***out, size_t *n_out, lm_err *err)
{
    struct lm_rows *r;

    if (lm_db_query(ctx, &bulk_undo,
                    LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(import_id), LM_TEXTS(ids, n),
                            LM_MS(lm_clock_ms())),
                    &r, err))
        return err->code;
    return read_all(ctx, r, out, n_out, err);
}

const struct lm_sql *const scraper_bulk_sql[] = {&without_domain, &bulk_insert, &bulk_own,
                                                 &bulk_undo, NULL};
