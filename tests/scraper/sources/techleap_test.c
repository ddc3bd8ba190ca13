/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/sources.h"

static const char at[] = "https://finder.techleap.example/companies?q=x&page=1";

static lm_code read_page(struct lm_test *t, const char *fixture, struct scraper_page *page)
{
    return read_fixture(t, &scraper_source_techleap, NULL, at, fixture, page);
}

static void reads_companies_of_json_under_either_name(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    const Lm__Company *c;

    assert_ok(read_page(t, "scraper/techleap/companies.json", &page), &t->err);
    /* Of seven entries three have no name. */
    assert_int_equal(page.n_cards, 7);
    assert_int_equal(page.n, 4);
    assert_false(page.next.n);
    c = page.found[0].company;
    assert_string_equal(c->name, "Kwantum Oogst B.V.");
    assert_str(page.found[0].key, "a1");
    assert_str(page.found[0].url, "https://finder.techleap.example/companies/kwantum-oogst");
    assert_string_equal(c->domain, "kwantumoogst.example");
    assert_string_equal(c->website_url, "https://www.kwantumoogst.example/?utm=x");
    assert_string_equal(c->linkedin_url, "https://www.linkedin.com/company/kwantum-oogst");
    assert_string_equal(c->industry_words, "Agritech");
    assert_int_equal(c->employee_count, 42);
    assert_string_equal(c->location, "Wageningen");
    assert_true(c->has_funding);
    assert_string_equal(c->funding_amount, "EUR 2500000");
    c = page.found[1].company;
    assert_string_equal(c->name, "Zonnepont");
    assert_string_equal(c->website_url, "http://zonnepont.example");
    assert_string_equal(c->industry_words, "Energy, Maritime, Hardware");
    assert_false(c->has_employee_count);
    assert_string_equal(c->employee_range, "11-50");
    assert_true(c->has_has_funding);
    assert_false(c->has_funding);
    assert_null(c->funding_amount);
}

static void what_an_entry_does_not_say_stays_open(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(read_page(t, "scraper/techleap/companies.json", &page), &t->err);
    assert_string_equal(page.found[2].company->name, "Alleen Naam");
    assert_str(page.found[2].key, "Alleen Naam");
    assert_null(page.found[2].company->domain);
    assert_false(page.found[2].company->has_has_funding);
    assert_null(page.found[3].company->website_url);
    assert_false(page.found[3].company->has_employee_count);
    assert_false(page.found[3].company->has_funding);
}

static void reads_cards_where_there_is_no_json(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    const Lm__Company *c;

    assert_ok(read_page(t, "scraper/techleap/companies.html", &page), &t->err);
    assert_int_equal(page.n_cards, 3);
    assert_int_equal(page.n, 2);
    assert_true(page.next.n);
    c = page.found[0].company;
    assert_string_equal(c->name, "Kwantum Oogst B.V.");
    assert_str(page.found[0].key, "a1");
    assert_string_equal(c->source_url, "https://finder.techleap.example/companies/kwantum-oogst");
    assert_string_equal(c->website_url, "https://kwantumoogst.example");
    assert_string_equal(c->description, "Oogsten op tijd");
    assert_int_equal(c->employee_count, 42);
    assert_string_equal(c->funding_amount, "\xe2\x82\xac 2,5M");
    c = page.found[1].company;
    assert_string_equal(c->linkedin_url, "https://www.linkedin.com/company/zonnepont/");
    assert_false(c->has_funding);
}

static void reads_json_inside_a_page(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(read_page(t, "scraper/techleap/next_data.html", &page), &t->err);
    assert_int_equal(page.n, 1);
    assert_string_equal(page.found[0].company->location, "Wageningen");
    assert_str(page.found[0].key, "7");
}

static void an_empty_list_is_an_answer_and_a_wall_is_none(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(read_page(t, "scraper/techleap/empty.json", &page), &t->err);
    assert_int_equal(page.n, 0);
    assert_false(page.next.n);
    assert_code(read_page(t, "scraper/techleap/login.html", &page), LM_UNAVAILABLE, &t->err);
    assert_non_null(strstr(t->err.message, "blocked"));
    assert_code(read_page(t, "scraper/techleap/refused.json", &page), LM_UNAVAILABLE, &t->err);
    assert_code(read_page(t, "scraper/techleap/cut.json", &page), LM_INVALID, &t->err);
}

static void asks_by_words_stage_and_town(void **state)
{
    struct lm_test *t = *state;
    Scraper__Filters filters = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.keyword = LM_STR("data & ai"), .filters = &filters, .page = 1};
    struct scraper_request request = {.body = {NULL, 0}};

    load_sources(t);
    filters.location = lm_arena_strdup(t->arena, "Den Haag");
    filters.funding_stage = lm_arena_strdup(t->arena, "series-a");
    assert_ok(scraper_source_techleap.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(
        request.url,
        "https://finder.techleap.nl/companies?q=data%20%26%20ai&page=2&stage=series-a&city=Den%20Haag");
}

LM_TEST_MAIN(LM_TEST(reads_companies_of_json_under_either_name),
             LM_TEST(what_an_entry_does_not_say_stays_open),
             LM_TEST(reads_cards_where_there_is_no_json), LM_TEST(reads_json_inside_a_page),
             LM_TEST(an_empty_list_is_an_answer_and_a_wall_is_none),
             LM_TEST(asks_by_words_stage_and_town))
