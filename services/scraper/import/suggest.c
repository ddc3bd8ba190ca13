/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/import/suggest.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/import/field.h"

enum { SAMPLE = 200, EXAMPLES = 3, EXAMPLE_BYTES = 80 };

/* ---- what the values of a column look like ---- */

enum kind {
    IS_EMAIL,
    IS_URL,
    IS_LINKEDIN,
    IS_DOMAIN,
    IS_PHONE,
    IS_COUNTRY,
    IS_NUMBER,
    IS_POSTCODE,
    KINDS
};
/* Whose top-level domain is that of one country, and is used so. */
static const char *const countries[] = {"NL", "BE", "DE", "FR", "AT", "CH", "GB", "SE", "DK",
                                        "NO", "FI", "PL", "ES", "IT", "PT", "IE", "CZ", "LU"};
struct column {
    int n, kinds[KINDS]; /* values, and how many of them are of each kind */
    int countries[LM_COUNT(countries)];
    lm_str header;
    char **examples;
    size_t n_examples;
};
/* Which field a kind speaks for, and how loudly when there is no header. */
static const struct {
    const char *field;
    double alone;
} kind_of[KINDS] = {
    [IS_EMAIL] = {"email", 0.7},           [IS_URL] = {"website_url", 0.7},
    [IS_LINKEDIN] = {"linkedin_url", 0.9}, [IS_DOMAIN] = {"domain", 0.75},
    [IS_PHONE] = {"phone", 0.6},           [IS_COUNTRY] = {"country", 0.5},
    [IS_NUMBER] = {"employee_count", 0.2}, [IS_POSTCODE] = {"postal_code", 0.6},
};

static bool is_phone(lm_str v)
{
    size_t digits = 0;

    for (size_t i = 0; i < v.n; i++) {
        if (isdigit((unsigned char)v.p[i]))
            digits++;
        else if (!memchr(" +-()./", v.p[i], 7))
            return false;
    }
    return digits >= 8 && digits <= 15 && (v.p[0] == '+' || v.p[0] == '0' || v.p[0] == '(');
}

/* NL and DE/BE: "1012 AB", "10115". */
static bool is_postcode(lm_str v)
{
    size_t digits = 0;

    while (digits < v.n && isdigit((unsigned char)v.p[digits]))
        digits++;
    v = lm_str_trim(lm_str_sub(v, digits, v.n));
    return digits == 4 && v.n == 2 && isupper((unsigned char)v.p[0]) &&
           isupper((unsigned char)v.p[1]);
}

static void look_at(struct lm_arena *a, lm_str v, int kinds[KINDS])
{
    bool has_at = lm_str_chr(v, '@', 0) >= 0, has_blank = lm_str_chr(v, ' ', 0) >= 0;
    bool is_url = lm_str_istarts(v, LM_STR("http")) || lm_str_istarts(v, LM_STR("www."));
    bool is_linkedin = lm_str_ifind(v, LM_STR("linkedin.com/"), 0) >= 0;
    int64_t number;

    kinds[IS_EMAIL] += has_at && lm_email_valid(v);
    kinds[IS_LINKEDIN] += is_linkedin;
    kinds[IS_URL] += is_url && !is_linkedin;
    kinds[IS_DOMAIN] += !has_at && !has_blank && !is_url && !is_linkedin &&
                        lm_str_chr(v, '/', 0) < 0 && lm_domain_normalize(a, v).n > 0;
    kinds[IS_PHONE] += is_phone(v);
    kinds[IS_COUNTRY] +=
        v.n == 2 && isupper((unsigned char)v.p[0]) && isupper((unsigned char)v.p[1]);
    kinds[IS_NUMBER] += lm_str_int(v, &number) && number < 1000000;
    kinds[IS_POSTCODE] += is_postcode(v);
}

static void look_at_country(struct lm_arena *a, lm_str v, int seen[LM_COUNT(countries)])
{
    lm_str domain = lm_domain_normalize(a, v), end;

    if (domain.n < 4 || domain.p[domain.n - 3] != '.')
        return;
    end = lm_str_eqz(lm_str_sub(domain, domain.n - 2, domain.n), "uk")
              ? LM_STR("gb")
              : lm_str_sub(domain, domain.n - 2, domain.n);
    for (size_t k = 0; k < LM_COUNT(countries); k++)
        seen[k] += lm_str_ieqz(end, countries[k]);
}

static double share(const struct column *c, enum kind kind)
{
    return c->n ? (double)c->kinds[kind] / c->n : 0;
}

/* ---- what the headers say ---- */

static char *word_of(struct lm_arena *a, lm_str header)
{
    lm_str folded = lm_text_fold(a, header);
    char *word = lm_arena_alloc(a, folded.n + 3);
    size_t n = 1;

    word[0] = ' ';
    for (size_t i = 0; i < folded.n; i++) {
        if (isalnum((unsigned char)folded.p[i]))
            word[n++] = folded.p[i];
    }
    word[n] = ' ';
    word[n + 1] = '\0';
    return word;
}

/* 0.95: it is called so; 0.6: one of its words is. */
static double by_header(struct lm_arena *a, lm_str header, const struct scraper_field *f)
{
    char *whole = word_of(a, header);
    lm_str word;

    if (strlen(whole) == 2)
        return 0;
    if (strstr(f->headers, whole))
        return 0.95;
    while (lm_str_split(&header, ' ', &word)) {
        char *part = word_of(a, word);

        if (strlen(part) > 4 && strstr(f->headers, part))
            return 0.6;
    }
    return 0;
}

/* Values confirm a header or speak against it, and where there is none they have to do alone. */
static double likelihood(struct lm_arena *a, const struct column *c, const struct scraper_field *f)
{
    double said = c->header.p ? by_header(a, c->header, f) : 0;

    for (enum kind k = 0; k < KINDS; k++) {
        if (strcmp(kind_of[k].field, f->name) != 0)
            continue;
        if (said > 0 && c->n > 0 && k != IS_NUMBER && k != IS_COUNTRY)
            return share(c, k) > 0.5 ? LM_MIN(said + 0.04, 0.99)
                                     : said * (k == IS_POSTCODE || k == IS_URL || k == IS_DOMAIN
                                                   ? 0.9
                                                   : 0.5 + share(c, k) / 2);
        if (said > 0)
            return said;
        /* Two capitals, or a number, may be anything once the header says what we do not know. */
        if ((k == IS_COUNTRY || k == IS_NUMBER) && c->header.n)
            return 0;
        return share(c, k) >= 0.8 ? kind_of[k].alone * share(c, k) : 0;
    }
    return said;
}

/* ---- which country ---- */

/* Of most domains, websites and addresses below a country's own domain. */
static const char *country_of(const struct column *columns, size_t n)
{
    const char *best = NULL;
    int most = 0;

    for (size_t k = 0; k < LM_COUNT(countries); k++) {
        int seen = 0;

        for (size_t i = 0; i < n; i++)
            seen += columns[i].countries[k];
        if (seen > most) {
            most = seen;
            best = countries[k];
        }
    }
    return best;
}

/* ---- one field a column, one column a field ---- */

static void give(Scraper__ImportColumn **columns, size_t n, double (*p)[SCRAPER_COLUMNS],
                 size_t n_fields)
{
    for (;;) {
        size_t field = 0, column = 0;

        for (size_t f = 0; f < n_fields; f++) {
            for (size_t c = 0; c < n; c++) {
                if (p[f][c] > p[field][column]) {
                    field = f;
                    column = c;
                }
            }
        }
        if (n == 0 || p[field][column] <= 0)
            return;
        columns[column]->field = (char *)(uintptr_t)scraper_fields[field].name;
        columns[column]->has_confidence = true;
        columns[column]->confidence = p[field][column];
        columns[column]->by = (char *)(uintptr_t) "rules";
        for (size_t c = 0; c < n; c++)
            p[field][c] = 0;
        for (size_t f = 0; f < n_fields; f++)
            p[f][column] = 0;
    }
}

static void suggest_fields(struct lm_arena *a, const struct column *columns,
                           struct scraper_suggestion *out)
{
    size_t n_fields = 0;
    double(*p)[SCRAPER_COLUMNS];

    while (scraper_fields[n_fields].name)
        n_fields++;
    p = lm_arena_array(a, n_fields, sizeof(*p));
    for (size_t f = 0; f < n_fields; f++) {
        for (size_t c = 0; c < out->n; c++)
            p[f][c] = likelihood(a, &columns[c], &scraper_fields[f]);
    }
    give(out->columns, out->n, p, n_fields);
}

/* ---- the first rows ---- */

/* A header names at least one field; else what looks like data is data. */
static bool looks_like_header(struct lm_arena *a, const struct scraper_record *r)
{
    int kinds[KINDS] = {0}, data = 0;

    for (size_t i = 0; i < r->n; i++) {
        for (const struct scraper_field *f = scraper_fields; f->name; f++) {
            if (by_header(a, r->cells[i], f) > 0.9)
                return true;
        }
        if (r->cells[i].n)
            look_at(a, r->cells[i], kinds);
    }
    for (size_t k = 0; k < KINDS; k++)
        data += k != IS_COUNTRY ? kinds[k] : 0;
    return data == 0 && r->n > 1;
}

static void take_header(struct lm_arena *a, const struct scraper_record *r, struct column *columns)
{
    for (size_t i = 0; i < r->n; i++)
        columns[i].header = lm_arena_dup(a, lm_utf8_cut(lm_str_trim(r->cells[i]), 200));
}

static void take_row(struct lm_arena *a, const struct scraper_record *r, struct column *columns)
{
    for (size_t i = 0; i < r->n; i++) {
        lm_str v = lm_str_trim(r->cells[i]);

        if (!v.n)
            continue;
        columns[i].n++;
        look_at(a, v, columns[i].kinds);
        look_at_country(a, v, columns[i].countries);
        if (columns[i].n_examples < EXAMPLES)
            columns[i].examples[columns[i].n_examples++] =
                lm_arena_strz(a, lm_utf8_cut(v, EXAMPLE_BYTES));
    }
}

static lm_code read_sample(struct lm_arena *a, struct scraper_table *table, const bool *has_header,
                           struct column *columns, struct scraper_suggestion *out, lm_err *err)
{
    struct scraper_record *r = LM_NEW(a, struct scraper_record);
    bool is_end = false;

    for (int i = 0; i <= SAMPLE && !is_end; i++) {
        if (scraper_table_next(table, r, &is_end, err))
            return err->code;
        if (is_end || r->problem)
            continue;
        if (r->has_more)
            return lm_fail(err, LM_INVALID, "row %lld has more than %d columns: leave some out",
                           (long long)r->row, SCRAPER_COLUMNS);
        out->n = LM_MAX(out->n, r->n);
        if (i == 0)
            out->has_header = has_header ? *has_header : looks_like_header(a, r);
        if (i == 0 && out->has_header)
            take_header(a, r, columns);
        else
            take_row(a, r, columns);
    }
    return out->n ? LM_OK : lm_fail(err, LM_INVALID, "the file is empty");
}

lm_code scraper_suggest(struct lm_arena *a, struct scraper_table *table, const bool *has_header,
                        struct scraper_suggestion *out, lm_err *err)
{
    struct column *columns = LM_NEW_ARRAY(a, struct column, SCRAPER_COLUMNS);

    *out = (struct scraper_suggestion){.n = 0};
    for (size_t i = 0; i < SCRAPER_COLUMNS; i++)
        columns[i].examples = LM_NEW_ARRAY(a, char *, EXAMPLES);
    if (read_sample(a, table, has_header, columns, out, err))
        return err->code;
    out->columns = LM_NEW_ARRAY(a, Scraper__ImportColumn *, out->n);
    for (size_t i = 0; i < out->n; i++) {
        out->columns[i] = LM_NEW(a, Scraper__ImportColumn);
        scraper__import_column__init(out->columns[i]);
        out->columns[i]->column = (int32_t)i + 1;
        out->columns[i]->header = columns[i].header.p ? lm_arena_strz(a, columns[i].header) : NULL;
        out->columns[i]->examples = columns[i].examples;
        out->columns[i]->n_examples = columns[i].n_examples;
    }
    suggest_fields(a, columns, out);
    out->country = country_of(columns, out->n);
    return LM_OK;
}
