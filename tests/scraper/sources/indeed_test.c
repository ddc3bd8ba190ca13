/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/sources.h"

#include <stdlib.h>

static lm_code parse_body(struct lm_test *t, lm_str body, struct scraper_page *page)
{
    const struct scraper_answer answer = {
        .url = LM_STR("http://nl.indeed.example/jobs?q=x"), .body = body, .status = 200};

    *page = (struct scraper_page){.n = 0};
    load_sources(t);
    return scraper_source_indeed.parse(t->arena, NULL, &answer, page, &t->err);
}

static lm_code parse(struct lm_test *t, const char *fixture, struct scraper_page *page)
{
    return parse_body(t, lm_test_fixture(t, fixture), page);
}

static void reads_the_cards_of_the_embedded_json(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/indeed/search.html", &page), &t->err);
    /* Of eight entries one has expired and one has no jobkey. */
    assert_int_equal(page.n, 5);
    assert_string_equal(page.found[0].company->name, "Bakkerij Oost BV");
    assert_str(page.found[0].key, "abc0000000000001");
    assert_string_equal(page.found[0].company->location, "Utrecht, UT");
    assert_string_equal(page.found[0].company->source_url,
                        "http://nl.indeed.example/cmp/Bakkerij-Oost");
    assert_str(page.found[0].url, "http://nl.indeed.example/viewjob?jk=abc0000000000001");
    assert_string_equal(page.found[2].company->name, "M\xc3\xbcller & Zonen");
    assert_string_equal(page.found[4].company->name, "Kort Bedrijf");
    assert_int_equal(page.n_cards, 7);
    assert_true(page.next.n);
}

static void falls_back_to_the_markup_when_the_json_is_cut(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/indeed/markup.html", &page), &t->err);
    assert_int_equal(page.n, 2);
    assert_string_equal(page.found[1].company->name, "M\xc3\xbcller & Zonen");
    assert_str(page.found[1].key, "abc0000000000003");
    assert_string_equal(page.found[1].company->location, "Deventer");
    assert_int_equal(page.n_cards, 2);
}

/* An operator mends a changed page: the same cards under other words. */
static void reads_a_changed_page_by_changed_settings(void **state)
{
    static const char page_html[] =
        "<article data-vacature=1><h4>Bakkerij Oost BV</h4><a href='/viewjob?from=x&jk=abc1'>x</a>"
        "</article><p class=verder>";
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_code(parse_body(t, lm_str_z(page_html), &page), LM_UNAVAILABLE, &t->err);
    lm_err_clear(&t->err);
    setenv("LM_SCRAPER_INDEED_CARD", "[data-vacature]", 1);
    setenv("LM_SCRAPER_INDEED_COMPANY", "h3 | h4", 1);
    setenv("LM_SCRAPER_INDEED_NEXT", ".verder", 1);
    assert_ok(parse_body(t, lm_str_z(page_html), &page), &t->err);
    assert_int_equal(page.n, 1);
    assert_string_equal(page.found[0].company->name, "Bakkerij Oost BV");
    assert_str(page.found[0].key, "abc1");
    assert_true(page.next.n);
    setenv("LM_SCRAPER_INDEED_CARD", "div >", 1);
    assert_ok(lm_config_load(NULL, scraper_sources_config, &t->err), &t->err);
    assert_code(scraper_sources_check(&t->err), LM_INVALID, &t->err);
    assert_non_null(strstr(t->err.message, "source indeed: scraper.indeed_card, at character 5"));
    unsetenv("LM_SCRAPER_INDEED_CARD");
    unsetenv("LM_SCRAPER_INDEED_COMPANY");
    unsetenv("LM_SCRAPER_INDEED_NEXT");
}

static void knows_the_last_page(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/indeed/search_2.html", &page), &t->err);
    assert_int_equal(page.n, 3);
    assert_false(page.next.n);
}

static void takes_a_search_without_hits_for_what_it_is(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/indeed/empty.html", &page), &t->err);
    assert_int_equal(page.n, 0);
}

static void never_calls_a_block_an_empty_search(void **state)
{
    static const char *const pages[] = {"scraper/indeed/block.html",
                                        "scraper/indeed/login_wall.html",
                                        "scraper/indeed/unknown.html"};
    struct lm_test *t = *state;
    struct scraper_page page;

    for (size_t i = 0; i < LM_COUNT(pages); i++)
        assert_code(parse(t, pages[i], &page), LM_UNAVAILABLE, &t->err);
    assert_code(parse_body(t, LM_STR(""), &page), LM_UNAVAILABLE, &t->err);
}

static void asks_for_pages_by_offset(void **state)
{
    struct lm_test *t = *state;
    Scraper__Filters filters = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.keyword = LM_STR("c++ & more"), .filters = &filters, .page = 3};
    struct scraper_request request;

    load_sources(t);
    assert_ok(scraper_source_indeed.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url,
               "https://nl.indeed.com/jobs?q=c%2B%2B%20%26%20more&l=Nederland&start=30");
    filters.location = (char *)(uintptr_t) "Den Haag";
    q.page = 0;
    assert_ok(scraper_source_indeed.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url,
               "https://nl.indeed.com/jobs?q=c%2B%2B%20%26%20more&l=Den%20Haag&start=0");
}

static void finds_sources_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(scraper_source_find(LM_STR("Indeed")), &scraper_source_indeed);
    assert_ptr_equal(scraper_source_by_id(LM__SOURCE__INDEED), &scraper_source_indeed);
    assert_null(scraper_source_find(LM_STR("nosuch")));
}

LM_TEST_MAIN(LM_TEST(reads_the_cards_of_the_embedded_json),
             LM_TEST(falls_back_to_the_markup_when_the_json_is_cut),
             LM_TEST(reads_a_changed_page_by_changed_settings), LM_TEST(knows_the_last_page),
             LM_TEST(takes_a_search_without_hits_for_what_it_is),
             LM_TEST(never_calls_a_block_an_empty_search), LM_TEST(asks_for_pages_by_offset),
             LM_TEST(finds_sources_by_name))
