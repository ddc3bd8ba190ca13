/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the scraper says of companies, one statement however many there are, each column an array: an import tells of a
 * million, and a row among hundreds costs a fifth of a row alone.
 */
#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "services/gateway/store_internal.h"

/* ---- opening ---- */

void gateway_company_row_read(const struct lm_rows *rows, struct gateway_company_row *out)
{
    *out = (struct gateway_company_row){
        .is_there = true,
        .scraper_version = lm_rows_int(rows, 0),
        .enricher_version = lm_rows_int(rows, 1),
        .judged = (int)lm_rows_int(rows, 2),
        .researched = (int)lm_rows_int(rows, 3),
        .name = lm_rows_str(rows, 4),
        .domain = lm_rows_str(rows, 5),
        .company = lm_rows_bytes(rows, 6),
        .research = lm_rows_bytes(rows, 7),
    };
}

/*
 * In the order of ids, as all that lock many; the last column says which of those that were asked for it is. One look
 * into the index a row, whatever the statistics say: a plan that was made while the table was small scans it for each
 * batch, when it may join.
 */
static const struct lm_sql lock_many = {
    "companies_lock",
    "SELECT v.*, u.n"
    "  FROM (SELECT * FROM unnest($2::uuid[]) WITH ORDINALITY AS w (company_id, n) ORDER BY 1) u,"
    "       LATERAL (SELECT " GATEWAY_COMPANY_ROW " FROM company_view"
    "                 WHERE tenant_id = $1 AND id = u.company_id FOR UPDATE) v",
};

lm_code gateway_companies_open(struct lm_ctx *ctx, const lm_str *ids, size_t n,
                               struct gateway_company_row *out, lm_err *err)
{
    struct lm_rows *rows;

    memset(out, 0, n * sizeof(*out));
    if (lm_db_query(ctx, &lock_many, LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(ids, n)), &rows, err))
        return err->code;
    while (lm_rows_next(rows))
        gateway_company_row_read(rows, &out[lm_rows_int(rows, 8) - 1]);
    return LM_OK;
}

/* ---- columns as arrays ---- */

#define COLUMNS                                                                                     \
    "scraper_version, status, created_at, sort_name, search_text, country, industry, city,"         \
    " has_domain, has_email, has_phone, has_linkedin, has_funding, employee_count, open_vacancies," \
    " name, domain, judged, source, sources, company, shape"
#define VALUES                                                                                            \
    "u.version, u.status::int, lm_at(u.created_at), u.sort_name, u.search_text,"                          \
    " u.country, u.industry, u.city, u.flags & 1 > 0, u.flags & 2 > 0, u.flags & 4 > 0, u.flags & 8 > 0," \
    " u.flags & 16 > 0, nullif(u.employee_count, -1)::int, nullif(u.open_vacancies, -1)::int, u.name,"    \
    " u.domain, nullif(u.judged, 0)::int, nullif(u.source, -1)::int, u.sources::int[], u.company, " GATEWAY_SHAPE
#define ARRAYS                                                                                           \
    "unnest($2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],"           \
    "       $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::text[],"         \
    "       $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::bytea[])" \
    " AS u (id, version, status, updated_at, created_at, flags, employee_count, open_vacancies,"         \
    "       judged, source, sort_name, search_text, country, industry, city, name, domain, sources,"     \
    "       company)"
enum { NUMBERS = 9, TEXTS = 8, ARGS = 2 + NUMBERS + TEXTS + 1 };

struct columns {
    lm_str *ids, *texts[TEXTS], *packed;
    int64_t *numbers[NUMBERS];
};

static lm_str sources_of(struct lm_arena *a, const Lm__Company *c)
{
    struct lm_buf b = lm_buf_in(a, 4096);

    lm_buf_char(&b, '{');
    for (size_t i = 0; i < c->n_sources; i++)
        lm_buf_printf(&b, i ? ",%d" : "%d", (int)c->sources[i]);
    lm_buf_char(&b, '}');
    return lm_buf_str(&b);
}

static void put_row(struct lm_arena *a, const struct columns *to, size_t i,
                    const struct gateway_company_facts *f)
{
    const struct gateway_company_facets *s = &f->facets;
    const Lm__Company *c = f->company;
    const int64_t numbers[NUMBERS] = {
        f->version,
        f->status,
        c->has_updated_at ? c->updated_at : f->at,
        c->has_created_at ? c->created_at : f->at,
        s->has_domain | s->has_email << 1 | s->has_phone << 2 | s->has_linkedin << 3 |
            s->has_funding << 4,
        s->employee_count,
        s->open_vacancies,
        c->has_status ? (int)c->status : 0,
        c->has_source ? (int)c->source : -1,
    };
    const lm_str texts[TEXTS] = {s->sort_name,          s->search_text,    lm_str_z(s->country),
                                 lm_str_z(s->industry), lm_str_z(s->city), lm_str_z(c->name),
                                 lm_str_z(c->domain),   sources_of(a, c)};

    to->ids[i] = lm_str_z(c->id);
    to->packed[i] = f->packed;
    for (size_t k = 0; k < NUMBERS; k++)
        to->numbers[k][i] = numbers[k];
    for (size_t k = 0; k < TEXTS; k++)
        to->texts[k][i] = texts[k];
}

static struct lm_args args_of(struct lm_ctx *ctx, const struct gateway_company_facts *v, size_t n)
{
    struct lm_arena *a = ctx->arena;
    struct lm_arg *args = LM_NEW_ARRAY(a, struct lm_arg, ARGS), *next = args;
    struct columns to = {.ids = LM_NEW_ARRAY(a, lm_str, n), .packed = LM_NEW_ARRAY(a, lm_str, n)};

    for (size_t k = 0; k < NUMBERS; k++)
        to.numbers[k] = LM_NEW_ARRAY(a, int64_t, n);
    for (size_t k = 0; k < TEXTS; k++)
        to.texts[k] = LM_NEW_ARRAY(a, lm_str, n);
    for (size_t i = 0; i < n; i++)
        put_row(a, &to, i, &v[i]);
    *next++ = LM_ID(ctx->tenant_id);
    *next++ = LM_TEXTS(to.ids, n);
    for (size_t k = 0; k < NUMBERS; k++)
        *next++ = LM_INTS(to.numbers[k], n);
    for (size_t k = 0; k < TEXTS; k++)
        *next++ = LM_TEXTS(to.texts[k], n);
    *next++ = LM_BLOBS(to.packed, n);
    LM_ASSERT(next == args + ARGS);
    return (struct lm_args){args, ARGS};
}

/* ---- writing ---- */

static const struct lm_sql companies_make = {
    "companies_make",
    "INSERT INTO company_view (tenant_id, id, is_listed, updated_at, " COLUMNS ")"
    " SELECT $1, u.id, true, lm_at(u.updated_at), " VALUES " FROM " ARRAYS
    " ON CONFLICT DO NOTHING",
};

lm_code gateway_companies_make(struct lm_ctx *ctx, const struct gateway_company_facts *v, size_t n,
                               size_t *n_made, lm_err *err)
{
    int64_t made = 0;

    *n_made = n;
    if (n == 0)
        return LM_OK;
    if (lm_db_exec(ctx, &companies_make, args_of(ctx, v, n), &made, err))
        return err->code;
    *n_made = (size_t)made;
    return LM_OK;
}

static const struct lm_sql companies_save = {
    "companies_save",
    "UPDATE company_view v SET is_listed = v.merged_into IS NULL,"
    "       updated_at = greatest(v.updated_at, lm_at(u.updated_at)), (" COLUMNS ") = ROW (" VALUES
    ")"
    "  FROM " ARRAYS " WHERE v.tenant_id = $1 AND v.id = u.id",
};

lm_code gateway_companies_save(struct lm_ctx *ctx, const struct gateway_company_facts *v, size_t n,
                               lm_err *err)
{
    return n ? lm_db_exec(ctx, &companies_save, args_of(ctx, v, n), NULL, err) : LM_OK;
}

const struct lm_sql *const gateway_many_sql[] = {&lock_many, &companies_make, &companies_save,
                                                 NULL};
