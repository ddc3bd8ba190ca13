/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/scraper/csv/csv.h"
#include "services/scraper/csv/import.h"

static lm_str cell(struct lm_test *t, const char *text, int row, size_t field)
{
    lm_str fields[SCRAPER_CSV_FIELDS];
    struct scraper_csv csv;
    size_t n = 0;

    scraper_csv_open(&csv, t->arena, lm_str_z(text));
    for (int i = 0; i < row; i++)
        assert_true(scraper_csv_next(&csv, fields, &n));
    return field < n ? fields[field] : (lm_str){NULL, 0};
}

static void reads_quotes_separators_and_line_ends(void **state)
{
    struct lm_test *t = *state;

    assert_str(cell(t, "a,b\n1,\"x \"\"y\"\", z\"\n", 2, 1), "x \"y\", z");
    assert_str(cell(t, "a;b,c;d\r\n1;2;3\r\n", 1, 1), "b,c");
    assert_str(cell(t, "a\tb\r1\t2", 2, 1), "2");
    assert_str(cell(t, "a|b\n\n\n3|4", 2, 0), "3");
    assert_str(cell(t, "a,b\n\"two\r\nlines\",2\n", 2, 0), "two\r\nlines");
    assert_str(cell(t, "sep=;\na;b,c,d\n", 1, 1), "b,c,d");
    assert_str(cell(t, "\"a;b;c\",d\n", 1, 1), "d");
    assert_str(cell(t, "a,b,", 1, 2), "");
    assert_str(cell(t, "x,  spaced  ,y", 1, 1), "spaced");
    assert_str(cell(t, "5\" disk,y", 1, 0), "5\" disk");
}

static void counts_rows_as_people_do(void **state)
{
    struct lm_test *t = *state;
    lm_str fields[SCRAPER_CSV_FIELDS];
    struct scraper_csv csv;
    size_t n;

    scraper_csv_open(&csv, t->arena, LM_STR("h\n\n\"a\nb\"\nc"));
    assert_true(scraper_csv_next(&csv, fields, &n));
    assert_int_equal(csv.row, 1);
    assert_true(scraper_csv_next(&csv, fields, &n));
    assert_int_equal(csv.row, 3);
    assert_true(scraper_csv_next(&csv, fields, &n));
    assert_int_equal(csv.row, 4);
    assert_false(scraper_csv_next(&csv, fields, &n));
}

static void imports_companies_by_dutch_headers(void **state)
{
    struct lm_test *t = *state;
    struct scraper_import in;

    assert_ok(scraper_import_read(t->arena, lm_test_fixture(t, "scraper/companies.csv"), &in,
                                  &t->err),
              &t->err);
    assert_int_equal(in.rows, 6);
    assert_int_equal(in.n, 3);
    assert_string_equal(in.companies[0]->name, "Bakkerij \"Oost\" B.V.");
    assert_string_equal(in.companies[0]->domain, "bakkerij-oost.example");
    assert_string_equal(in.companies[0]->website_url, "https://www.bakkerij-oost.example");
    assert_int_equal(in.companies[0]->employee_count, 30);
    assert_string_equal(in.companies[0]->country, "NL");
    assert_true(in.companies[0]->has_funding);
    assert_string_equal(in.companies[1]->name, "zonder-naam.example");
    assert_int_equal(in.companies[1]->employee_count, 1200);
    assert_string_equal(in.companies[2]->name, "Meer regels BV");
    assert_null(in.companies[2]->domain);
}

static void says_what_is_wrong_with_which_row(void **state)
{
    struct lm_test *t = *state;
    struct scraper_import in;

    assert_ok(scraper_import_read(t->arena, lm_test_fixture(t, "scraper/companies.csv"), &in,
                                  &t->err),
              &t->err);
    assert_int_equal(in.rejected, 3);
    assert_int_equal(in.errors[0]->row, 6);
    assert_string_equal(in.errors[0]->field, "employee_count");
    assert_string_equal(in.errors[0]->message,
                        "employee_count is no number of employees: write it like 25 or 11-50");
    assert_int_equal(in.errors[1]->row, 7);
    assert_string_equal(in.errors[1]->field, "name");
    assert_string_equal(in.errors[2]->field, "website_url");
}

static void reads_windows_1252(void **state)
{
    struct lm_test *t = *state;
    struct scraper_import in;

    assert_ok(scraper_import_read(t->arena, lm_test_fixture(t, "scraper/companies_1252.csv"), &in,
                                  &t->err),
              &t->err);
    assert_int_equal(in.n, 1);
    assert_string_equal(in.companies[0]->name, "Caf\xc3\xa9 De Smoor");
    assert_string_equal(in.companies[0]->description,
                        "\xe2\x82\xac 5 \xe2\x80\x93 \xe2\x80\x9cgoed\xe2\x80\x9d");
}

static void refuses_files_without_a_header_it_knows(void **state)
{
    struct lm_test *t = *state;
    struct scraper_import in;

    assert_code(scraper_import_read(t->arena, LM_STR(""), &in, &t->err), LM_INVALID, &t->err);
    assert_code(scraper_import_read(t->arena, LM_STR("Acme,acme.example\n"), &in, &t->err),
                LM_INVALID, &t->err);
    assert_ok(scraper_import_read(t->arena, LM_STR("Domain\n"), &in, &t->err), &t->err);
    assert_int_equal(in.n, 0);
}

static void refuses_a_quote_that_swallows_the_rest(void **state)
{
    struct lm_test *t = *state;
    struct scraper_import in;

    assert_ok(scraper_import_read(t->arena, LM_STR("name\nGoed\n\"Slecht\nRest\n"), &in, &t->err),
              &t->err);
    assert_int_equal(in.n, 1);
    assert_int_equal(in.rejected, 1);
    assert_int_equal(in.errors[0]->row, 3);
}

LM_TEST_MAIN(LM_TEST(reads_quotes_separators_and_line_ends), LM_TEST(counts_rows_as_people_do),
             LM_TEST(imports_companies_by_dutch_headers),
             LM_TEST(says_what_is_wrong_with_which_row), LM_TEST(reads_windows_1252),
             LM_TEST(refuses_files_without_a_header_it_knows),
             LM_TEST(refuses_a_quote_that_swallows_the_rest))
