/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/sources.h"

#include <stdlib.h>

static lm_code read_page(struct lm_test *t, const char *fixture, struct scraper_page *page)
{
    return read_fixture(t, &scraper_source_dealroom, NULL, "https://app.dealroom.example/companies",
                        fixture, page);
}

static void reads_companies_with_their_funding(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    const Lm__Company *c;

    assert_ok(read_page(t, "scraper/dealroom/companies.json", &page), &t->err);
    assert_int_equal(page.n_cards, 3);
    assert_int_equal(page.n, 2);
    c = page.found[0].company;
    assert_str(page.found[0].key, "70001");
    assert_string_equal(c->domain, "kwantumoogst.example");
    assert_string_equal(c->industry_words, "food, robotics, data");
    assert_int_equal(c->employee_count, 42);
    assert_string_equal(c->location, "Wageningen");
    assert_string_equal(c->funding_amount, "EUR 2500000");
    assert_string_equal(c->description, "Harvest on time");
    c = page.found[1].company;
    assert_string_equal(c->location, "Netherlands");
    assert_null(c->industry_words);
    assert_true(c->has_has_funding);
    assert_false(c->has_funding);
}

static void reads_rows_where_there_is_no_json(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(read_page(t, "scraper/dealroom/rows.html", &page), &t->err);
    assert_int_equal(page.n_cards, 2);
    assert_int_equal(page.n, 2);
    assert_string_equal(page.found[0].company->name, "Kwantum Oogst");
    assert_string_equal(page.found[0].company->industry_words, "food robotics");
    assert_string_equal(page.found[0].company->employee_range, "11-50");
    assert_str(page.found[0].url, "https://app.dealroom.example/companies/kwantum_oogst");
    assert_true(page.found[0].company->has_funding);
    assert_false(page.found[1].company->has_funding);
}

static void a_wall_or_an_empty_shell_is_no_answer(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(read_page(t, "scraper/dealroom/empty.html", &page), &t->err);
    assert_int_equal(page.n, 0);
    assert_code(read_page(t, "scraper/dealroom/login.html", &page), LM_UNAVAILABLE, &t->err);
    assert_code(read_page(t, "scraper/dealroom/shell.html", &page), LM_UNAVAILABLE, &t->err);
}

static void asks_by_country_and_with_the_key_it_has(void **state)
{
    struct lm_test *t = *state;
    Scraper__Filters filters = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.keyword = LM_STR("fintech"), .filters = &filters};
    struct scraper_request request = {.body = {NULL, 0}};

    load_sources(t);
    assert_ok(scraper_source_dealroom.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url, "https://dealroom.co/companies?q=fintech&page=1&country=Netherlands");
    assert_null(request.headers);
    setenv("LM_SCRAPER_DEALROOM_KEY", "k1", 1);
    load_sources(t);
    unsetenv("LM_SCRAPER_DEALROOM_KEY");
    filters.country = lm_arena_strdup(t->arena, "GB");
    filters.funding_stage = lm_arena_strdup(t->arena, "seed");
    assert_ok(scraper_source_dealroom.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url,
               "https://dealroom.co/companies?q=fintech&page=1&country=United%20Kingdom"
               "&stage=seed");
    assert_string_equal(request.headers[0], "Authorization: Bearer k1");
    assert_null(request.headers[1]);
}

LM_TEST_MAIN(LM_TEST(reads_companies_with_their_funding),
             LM_TEST(reads_rows_where_there_is_no_json),
             LM_TEST(a_wall_or_an_empty_shell_is_no_answer),
             LM_TEST(asks_by_country_and_with_the_key_it_has))
