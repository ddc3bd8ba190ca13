/* SPDX-License-Identifier: Apache-2.0 */
/* What columns are taken for, and what rows become. */
#include "tests/lm_test.h"

#include "services/scraper/import/field.h"
#include "services/scraper/import/suggest.h"

struct read {
    struct scraper_suggestion columns;
    Lm__Company *companies[20];
    struct scraper_row_problem problems[20];
    int64_t rows[20]; /* of the problems */
    size_t n, n_problems;
};

static struct scraper_table *table_of(struct lm_test *t, const lm_str *bytes)
{
    struct scraper_file *file = LM_NEW(t->arena, struct scraper_file);
    struct scraper_table *table;

    *file = scraper_file_of(bytes);
    assert_ok(scraper_table_open(t->arena, file, &(struct scraper_table_options){.dir = NULL},
                                 &table, &t->err),
              &t->err);
    return table;
}

static struct scraper_suggestion suggested(struct lm_test *t, const char *text)
{
    lm_str bytes = lm_str_z(text);
    struct scraper_suggestion s;

    assert_ok(scraper_suggest(t->arena, table_of(t, &bytes), NULL, &s, &t->err), &t->err);
    return s;
}

static const char *field(const struct scraper_suggestion *s, size_t i)
{
    return i < s->n && s->columns[i]->field ? s->columns[i]->field : "";
}

/* As an import does: what the columns are is suggested, then all rows are read by it. */
static struct read *read_all(struct lm_test *t, lm_str bytes)
{
    struct read *out = LM_NEW(t->arena, struct read);
    struct scraper_mapping mapping;
    struct scraper_table *table;
    struct scraper_record r;
    bool is_end = false;

    assert_ok(scraper_suggest(t->arena, table_of(t, &bytes), NULL, &out->columns, &t->err),
              &t->err);
    {
        Scraper__ImportColumn **used = LM_NEW_ARRAY(t->arena, Scraper__ImportColumn *, 100);
        size_t n = 0;

        for (size_t i = 0; i < out->columns.n; i++) {
            if (out->columns.columns[i]->field)
                used[n++] = out->columns.columns[i];
        }
        assert_ok(scraper_mapping_of(t->arena, used, n, "NL", &mapping, &t->err), &t->err);
    }
    table = table_of(t, &bytes);
    for (bool is_first = true; !is_end; is_first = false) {
        assert_ok(scraper_table_next(table, &r, &is_end, &t->err), &t->err);
        if (is_end || (is_first && out->columns.has_header))
            continue;
        if (scraper_row_read(t->arena, &mapping, &r, &out->companies[out->n],
                             &out->problems[out->n_problems]))
            out->n++;
        else
            out->rows[out->n_problems++] = r.row;
    }
    return out;
}

static void knows_headers_in_three_languages(void **state)
{
    static const struct {
        const char *header, *field;
    } cases[] = {
        {"Bedrijfsnaam", "name"},
        {"Company Name", "name"},
        {"Firmenname", "name"},
        {"E-mailadres", "email"},
        {"Telefoonnummer", "phone"},
        {"Rufnummer", "phone"},
        {"KvK-nummer", "registration_number"},
        {"PLZ", "postal_code"},
        {"Postcode", "postal_code"},
        {"Aantal medewerkers", "employee_count"},
        {"Mitarbeiterzahl", "employee_count"},
        {"Stra\xc3\x9f"
         "e",
         "address"},
        {"Land", "country"},
        {"Company LinkedIn URL", "linkedin_url"},
        {"Webseite", "website_url"},
        {"SBI-code", "sbi_codes"},
        {"Branche", "industry"},
        {"Vestigingsplaats", "city"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct scraper_suggestion s =
            suggested(t, lm_arena_printf(t->arena, "%s;Kolom X\n;\n", cases[i].header));

        assert_string_equal(field(&s, 0), cases[i].field);
        assert_string_equal(field(&s, 1), "");
        assert_true(s.has_header);
        assert_string_equal(s.columns[0]->by, "rules");
    }
}

static void values_say_what_a_header_does_not(void **state)
{
    struct lm_test *t = *state;
    struct scraper_suggestion s = suggested(
        t,
        "Naam;Kolom 2;Kolom 3;Kolom 4;Kolom 5\n"
        "Acme;acme.example;info@acme.example;020-1234567;https://www.linkedin.com/company/acme\n"
        "Bol;bol.example;info@bol.example;+31 10 7654321;https://www.linkedin.com/company/bol\n");

    assert_string_equal(field(&s, 0), "name");
    assert_string_equal(field(&s, 1), "domain");
    assert_string_equal(field(&s, 2), "email");
    assert_string_equal(field(&s, 3), "phone");
    assert_string_equal(field(&s, 4), "linkedin_url");
    assert_true(s.columns[0]->confidence > s.columns[1]->confidence);
    assert_int_equal(s.columns[1]->n_examples, 2);
    assert_string_equal(s.columns[1]->examples[1], "bol.example");
}

static void a_file_without_a_header_is_read_by_its_values(void **state)
{
    struct lm_test *t = *state;
    struct scraper_suggestion s = suggested(t, "Acme BV,acme.example,info@acme.example\n"
                                               "Bol BV,bol.example,info@bol.example\n");

    assert_false(s.has_header);
    assert_string_equal(field(&s, 1), "domain");
    assert_string_equal(field(&s, 2), "email");
}

/* Values that are no e-mail addresses make one doubt a header that says so; of two, the better column gets the field. */
static void values_speak_against_a_header(void **state)
{
    struct lm_test *t = *state;
    struct scraper_suggestion s =
        suggested(t, "naam,email,e-mail\nAcme,yes,info@acme.example\nBol,no,x@bol.example\n");

    assert_string_equal(field(&s, 1), "");
    assert_string_equal(field(&s, 2), "email");
}

static void domains_say_where_the_companies_are(void **state)
{
    struct lm_test *t = *state;

    assert_string_equal(suggested(t, "naam,site\nA,a.nl\nB,www.b.nl\nC,c.de\n").country, "NL");
    assert_string_equal(suggested(t, "name,mail\nA,a@b.co.uk\n").country, "GB");
    assert_null(suggested(t, "naam,site\nA,a.com\n").country);
}

static void refuses_more_than_a_hundred_columns(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 10000);
    struct scraper_suggestion s;
    lm_str bytes;

    for (int i = 0; i < 101; i++)
        lm_buf_printf(&b, "%sc%d", i ? "," : "", i);
    lm_buf_appendz(&b, "\n");
    bytes = lm_buf_str(&b);
    assert_code(scraper_suggest(t->arena, table_of(t, &bytes), NULL, &s, &t->err), LM_INVALID,
                &t->err);
    assert_string_equal(t->err.message, "row 1 has more than 100 columns: leave some out");
}

static Scraper__ImportColumn *column(struct lm_test *t, int number, const char *field,
                                     const char *key)
{
    Scraper__ImportColumn *c = LM_NEW(t->arena, Scraper__ImportColumn);

    scraper__import_column__init(c);
    c->column = number;
    c->field = field ? lm_arena_strdup(t->arena, field) : NULL;
    c->custom_key = key ? lm_arena_strdup(t->arena, key) : NULL;
    return c;
}

static void a_mapping_that_contradicts_itself_is_refused_by_its_column(void **state)
{
    struct lm_test *t = *state;
    const struct {
        Scraper__ImportColumn *columns[2];
        const char *field;
    } cases[] = {
        {{column(t, 1, "name", NULL), column(t, 1, "city", NULL)}, "columns[1].column"},
        {{column(t, 1, "name", NULL), column(t, 2, "name", NULL)}, "columns[1].field"},
        {{column(t, 1, "name", NULL), column(t, 2, "turnover", NULL)}, "columns[1].field"},
        {{column(t, 1, "name", NULL), column(t, 101, "city", NULL)}, "columns[1].column"},
        {{column(t, 1, "name", NULL), column(t, 2, "city", "omzet")}, "columns[1].custom_key"},
        {{column(t, 1, "city", NULL), column(t, 2, NULL, "omzet")}, "columns"},
    };
    struct scraper_mapping m;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        lm_err_clear(&t->err);
        assert_code(scraper_mapping_of(t->arena, cases[i].columns, 2, NULL, &m, &t->err),
                    LM_INVALID, &t->err);
        assert_string_equal(t->err.fields[0].field, cases[i].field);
    }
}

static void imports_companies_by_dutch_headers(void **state)
{
    struct lm_test *t = *state;
    struct read *in = read_all(t, lm_test_fixture(t, "scraper/companies.csv"));

    assert_int_equal(in->n, 3);
    assert_string_equal(in->companies[0]->name, "Bakkerij \"Oost\" B.V.");
    assert_string_equal(in->companies[0]->domain, "bakkerij-oost.example");
    assert_string_equal(in->companies[0]->website_url, "https://www.bakkerij-oost.example");
    assert_int_equal(in->companies[0]->employee_count, 30);
    assert_string_equal(in->companies[0]->country, "NL");
    assert_true(in->companies[0]->has_funding);
    assert_string_equal(in->companies[1]->name, "zonder-naam.example");
    assert_int_equal(in->companies[1]->employee_count, 1200);
    assert_string_equal(in->companies[2]->name, "Meer regels BV");
    assert_null(in->companies[2]->domain);
}

static void says_what_is_wrong_with_which_row_and_column(void **state)
{
    struct lm_test *t = *state;
    struct read *in = read_all(t, lm_test_fixture(t, "scraper/companies.csv"));

    assert_int_equal(in->n_problems, 3);
    assert_int_equal(in->rows[0], 6);
    assert_string_equal(in->problems[0].field, "employee_count");
    assert_string_equal(in->problems[0].message,
                        "employee_count is no number of employees: write it like 25 or 11-50");
    assert_true(in->problems[0].column > 0);
    assert_int_equal(in->rows[1], 7);
    assert_string_equal(in->problems[1].field, "name");
    assert_int_equal(in->problems[1].column, 0);
    assert_string_equal(in->problems[2].field, "website_url");
}

static void reads_windows_1252(void **state)
{
    struct lm_test *t = *state;
    struct read *in = read_all(t, lm_test_fixture(t, "scraper/companies_1252.csv"));

    assert_int_equal(in->n, 1);
    assert_string_equal(in->companies[0]->name, "Caf\xc3\xa9 De Smoor");
    assert_string_equal(in->companies[0]->description,
                        "\xe2\x82\xac 5 \xe2\x80\x93 \xe2\x80\x9cgoed\xe2\x80\x9d");
}

static void reads_every_kind_of_field(void **state)
{
    struct lm_test *t = *state;
    struct read *in =
        read_all(t, LM_STR("Naam;Telefoon;Land;E-mail;KvK;SBI;Non-mailing\n"
                           "Acme;020 123 4567;NL;Info@Acme.example;12345678;62.01, 6202;ja\n"
                           "Weit GmbH;030 123456;DE;x@weit.example;HRB 12;6201;nee\n"));

    assert_int_equal(in->n_problems, 0);
    assert_string_equal(in->companies[0]->phone, "+31201234567");
    assert_string_equal(in->companies[0]->email, "info@acme.example");
    assert_string_equal(in->companies[0]->registration_number, "12345678");
    assert_int_equal(in->companies[0]->n_sbi_codes, 2);
    assert_string_equal(in->companies[0]->sbi_codes[0], "6201");
    assert_true(in->companies[0]->no_mailing);
    assert_string_equal(in->companies[1]->phone, "+4930123456");
    assert_false(in->companies[1]->has_no_mailing);
}

static void words_for_nothing_are_nothing_but_in_a_name(void **state)
{
    struct lm_test *t = *state;
    struct read *in =
        read_all(t, LM_STR("Naam;Website;Telefoon;E-mail;Medewerkers;Plaats\n"
                           "Acme;Geen;n.v.t.;-;onbekend;#N/B\n"
                           "None;www.none.example;\xe2\x80\x93;info@none.example;7;Geenhoven\n"));

    assert_int_equal(in->n_problems, 0);
    assert_int_equal(in->n, 2);
    assert_null(in->companies[0]->website_url);
    assert_null(in->companies[0]->domain);
    assert_null(in->companies[0]->phone);
    assert_null(in->companies[0]->email);
    assert_null(in->companies[0]->city);
    assert_false(in->companies[0]->has_employee_count);
    assert_string_equal(in->companies[1]->name, "None");
    assert_string_equal(in->companies[1]->domain, "none.example");
    assert_string_equal(in->companies[1]->city, "Geenhoven");
}

static void what_is_not_ours_goes_into_custom_fields_when_asked(void **state)
{
    struct lm_test *t = *state;
    Scraper__ImportColumn *columns[] = {column(t, 1, "name", NULL),
                                        column(t, 3, NULL, "Omzet 2025")};
    struct scraper_record r = {
        .row = 2, .n = 3, .cells = {LM_STR("Acme"), LM_STR("x"), LM_STR("12")}};
    struct scraper_row_problem problem;
    struct scraper_mapping m;
    Lm__Company *c;

    assert_ok(scraper_mapping_of(t->arena, columns, 2, NULL, &m, &t->err), &t->err);
    assert_true(scraper_row_read(t->arena, &m, &r, &c, &problem));
    assert_int_equal(c->n_custom, 1);
    assert_string_equal(c->custom[0]->key, "Omzet 2025");
    assert_string_equal(c->custom[0]->value, "12");
}

LM_TEST_MAIN(LM_TEST(knows_headers_in_three_languages), LM_TEST(values_say_what_a_header_does_not),
             LM_TEST(a_file_without_a_header_is_read_by_its_values),
             LM_TEST(values_speak_against_a_header), LM_TEST(refuses_more_than_a_hundred_columns),
             LM_TEST(domains_say_where_the_companies_are),
             LM_TEST(a_mapping_that_contradicts_itself_is_refused_by_its_column),
             LM_TEST(imports_companies_by_dutch_headers),
             LM_TEST(says_what_is_wrong_with_which_row_and_column), LM_TEST(reads_windows_1252),
             LM_TEST(reads_every_kind_of_field),
             LM_TEST(words_for_nothing_are_nothing_but_in_a_name),
             LM_TEST(what_is_not_ours_goes_into_custom_fields_when_asked))
