/* SPDX-License-Identifier: Apache-2.0 */
/* Companies out of a CSV file: headers to columns, columns to fields, one reader a kind of field. */
#include "services/scraper/csv/import.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/csv/csv.h"
#include "services/scraper/match/merge.h"

struct row {
    struct lm_arena *arena;
    Lm__Company *company;
    const char *problem; /* what is wrong with the value and what it should be */
};

static void read_text(struct row *row, char **to, lm_str value, size_t max)
{
    if (lm_utf8_count(value) > max)
        row->problem =
            lm_arena_printf(row->arena, "is longer than %zu characters: shorten it", max);
    else
        *to = lm_arena_strz(row->arena, lm_text_squeeze(row->arena, value));
}

static void read_name(struct row *row, lm_str value)
{
    read_text(row, &row->company->name, value, 255);
}

static void read_domain(struct row *row, lm_str value)
{
    lm_str domain = lm_domain_normalize(row->arena, value);

    if (domain.n)
        row->company->domain = lm_arena_strz(row->arena, domain);
    else
        row->problem = "is no domain: write it like example.nl";
}

/* People leave the scheme out. */
static void read_url(struct row *row, char **to, lm_str value)
{
    char *url = lm_str_ifind(value, LM_STR("://"), 0) < 0
                    ? lm_arena_printf(row->arena, "https://%.*s", LM_FMT(value))
                    : lm_arena_strz(row->arena, value);

    if (lm_url_valid(lm_str_z(url)) && lm_domain_normalize(row->arena, lm_str_z(url)).n &&
        strlen(url) <= 500)
        *to = url;
    else
        row->problem = "is no web address: write it like https://www.example.nl";
}

static void read_website(struct row *row, lm_str value)
{
    read_url(row, &row->company->website_url, value);
}

static void read_linkedin(struct row *row, lm_str value)
{
    read_url(row, &row->company->linkedin_url, value);
}

static void read_industry(struct row *row, lm_str value)
{
    read_text(row, &row->company->industry, value, 100);
}

static void read_location(struct row *row, lm_str value)
{
    read_text(row, &row->company->location, value, 255);
}

static void read_description(struct row *row, lm_str value)
{
    read_text(row, &row->company->description, value, 5000);
}

static void read_country(struct row *row, lm_str value)
{
    char *code = lm_arena_strz(row->arena, value);

    if (value.n != 2 || !isalpha((unsigned char)code[0]) || !isalpha((unsigned char)code[1])) {
        row->problem = "is no country code: write two letters, like NL";
        return;
    }
    code[0] = (char)toupper((unsigned char)code[0]);
    code[1] = (char)toupper((unsigned char)code[1]);
    row->company->country = code;
}

/*
 * "1.200" and "1,200" are one thousand two hundred; "11-50" and "11 – 50" are their mean; "500+" is 500.
 * Returns -1 when there is no number. Source: reference A1, employee text.
 */
static int64_t read_count(lm_str value)
{
    int64_t numbers[2] = {0, 0};
    int n = 0;
    bool in_number = false;

    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];

        if (isdigit((unsigned char)c)) {
            if (!in_number && n == 2)
                return -1;
            n += !in_number;
            in_number = true;
            numbers[n - 1] = numbers[n - 1] * 10 + (c - '0');
            if (numbers[n - 1] > 100000000)
                return -1;
        } else if (!(in_number && (c == '.' || c == ',') && i + 3 < value.n &&
                     isdigit((unsigned char)value.p[i + 3]))) {
            in_number = false;
        }
    }
    return n == 0 ? -1 : n == 1 ? numbers[0] : (numbers[0] + numbers[1]) / 2;
}

static void read_employees(struct row *row, lm_str value)
{
    int64_t n = read_count(value);

    if (n < 0 || n > 10000000) {
        row->problem = "is no number of employees: write it like 25 or 11-50";
        return;
    }
    row->company->has_employee_count = true;
    row->company->employee_count = (int32_t)n;
}

static void read_vacancies(struct row *row, lm_str value)
{
    int64_t n = read_count(value);

    if (n < 0 || n > 1000000) {
        row->problem = "is no number of vacancies: write it like 7";
        return;
    }
    row->company->has_open_vacancies = true;
    row->company->open_vacancies = (int32_t)n;
}

static void read_funding(struct row *row, lm_str value)
{
    static const char *const yes[] = {"true", "yes", "ja", "1", "y", "j", "waar"};
    static const char *const no[] = {"false", "no", "nee", "0", "n", "onwaar"};

    for (size_t i = 0; i < LM_COUNT(yes); i++) {
        if (lm_str_ieqz(value, yes[i]))
            row->company->has_has_funding = row->company->has_funding = true;
    }
    for (size_t i = 0; i < LM_COUNT(no); i++) {
        if (lm_str_ieqz(value, no[i]))
            return;
    }
    if (!row->company->has_has_funding)
        row->problem = "is neither yes nor no";
}

struct column {
    const char *field; /* as the API calls it */
    void (*read)(struct row *row, lm_str value);
    const char *headers; /* folded, letters and digits only, between blanks */
};

static const struct column columns[] = {
    {"name", read_name,
     " name naam bedrijf bedrijfsnaam company companyname organisatie organisation organization handelsnaam firma account accountname "},
    {"domain", read_domain, " domain domein domeinnaam companydomain domainname "},
    {"website_url", read_website,
     " website websiteurl url site web webadres homepage companywebsite "},
    {"linkedin_url", read_linkedin,
     " linkedin linkedinurl companylinkedin linkedinpage linkedinpagina "},
    {"industry", read_industry, " industry industrie branche sector bedrijfstak "},
    {"employee_count", read_employees,
     " employees employeecount numberofemployees medewerkers werknemers aantalmedewerkers aantalwerknemers size companysize omvang fte "},
    {"open_vacancies", read_vacancies,
     " vacancies openvacancies vacatures openvacatures jobs openjobs "},
    {"location", read_location,
     " location locatie city plaats stad vestigingsplaats woonplaats town "},
    {"country", read_country, " country land countrycode landcode "},
    {"description", read_description, " description omschrijving beschrijving about over notes "},
    {"has_funding", read_funding, " funding hasfunding financiering funded "},
};

static const struct column *column_of(struct lm_arena *a, lm_str header)
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
    for (size_t i = 0; n > 1 && i < LM_COUNT(columns); i++) {
        if (strstr(columns[i].headers, word))
            return &columns[i];
    }
    return NULL;
}

static void reject(struct lm_arena *a, struct scraper_import *out, int row, const char *field,
                   const char *message)
{
    Scraper__RowError *e;

    out->rejected++;
    if (out->n_errors == SCRAPER_IMPORT_ERRORS)
        return;
    e = LM_NEW(a, Scraper__RowError);
    scraper__row_error__init(e);
    e->row = row;
    e->field = (char *)(uintptr_t)field;
    e->message = lm_arena_printf(a, "%s%s%s", field ? field : "", field ? " " : "", message);
    out->errors[out->n_errors++] = e;
}

/* A row with a domain and no name is called by its domain; a website gives the domain. */
static const char *complete(struct row *row)
{
    Lm__Company *c = row->company;
    lm_str domain = scraper_company_domain(row->arena, c->domain, c->website_url);

    c->domain = domain.n ? lm_arena_strz(row->arena, domain) : NULL;
    if (!c->name || !*c->name)
        c->name = c->domain;
    return c->name ? NULL : "the row has neither a name nor a domain: fill one of them in";
}

static void read_row(struct lm_arena *a, const struct column *const *map, const lm_str *fields,
                     size_t n, int number, struct scraper_import *out)
{
    struct row row = {a, LM_NEW(a, Lm__Company), NULL};

    lm__company__init(row.company);
    row.company->has_source = true;
    row.company->source = LM__SOURCE__IMPORT;
    for (size_t i = 0; i < n; i++) {
        lm_str value = lm_str_trim(fields[i]);

        if (!map[i] || !value.n)
            continue;
        map[i]->read(&row, value);
        if (row.problem) {
            reject(a, out, number, map[i]->field, row.problem);
            return;
        }
    }
    row.problem = complete(&row);
    if (row.problem)
        reject(a, out, number, "name", row.problem);
    else
        out->companies[out->n++] = row.company;
}

static lm_code read_header(struct scraper_csv *csv, const struct column **map, lm_err *err)
{
    lm_str fields[SCRAPER_CSV_FIELDS];
    bool has_key = false;
    size_t n;

    if (!scraper_csv_next(csv, fields, &n))
        return lm_fail(err, LM_INVALID, "the file is empty");
    for (size_t i = 0; i < n; i++) {
        map[i] = column_of(csv->arena, fields[i]);
        has_key |= map[i] && (map[i]->read == read_name || map[i]->read == read_domain ||
                              map[i]->read == read_website);
    }
    if (!has_key)
        return lm_fail(
            err, LM_INVALID,
            "the first row must name the columns; there is none for name, domain or website");
    return LM_OK;
}

lm_code scraper_import_read(struct lm_arena *a, lm_str bytes, struct scraper_import *out,
                            lm_err *err)
{
    const struct column *map[SCRAPER_CSV_FIELDS] = {NULL};
    lm_str fields[SCRAPER_CSV_FIELDS];
    struct scraper_csv csv;
    size_t n, cap = 0;

    *out = (struct scraper_import){.errors =
                                       LM_NEW_ARRAY(a, Scraper__RowError *, SCRAPER_IMPORT_ERRORS)};
    scraper_csv_open(&csv, a, bytes);
    if (read_header(&csv, map, err))
        return lm_wrap(err, "CSV");
    while (scraper_csv_next(&csv, fields, &n)) {
        if (++out->rows > SCRAPER_IMPORT_ROWS)
            return lm_fail(err, LM_TOO_LARGE, "CSV: more than %d rows: split the file",
                           SCRAPER_IMPORT_ROWS);
        out->companies = lm_arena_grow(a, out->companies, out->n, &cap, sizeof(*out->companies));
        if (csv.is_open_quote)
            reject(a, out, csv.row, NULL,
                   "a quote is opened and never closed: the file ends inside it");
        else
            read_row(a, map, fields, n, csv.row, out);
    }
    return LM_OK;
}
