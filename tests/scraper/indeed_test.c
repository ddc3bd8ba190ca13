/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/scraper/sources/sources.h"

static const lm_str base = {"http://nl.indeed.example", 24};

static lm_code parse(struct lm_test *t, const char *fixture, struct scraper_page *page)
{
    return scraper_source_indeed.parse(t->arena, lm_test_fixture(t, fixture), base, page, &t->err);
}

static void reads_the_cards_of_the_embedded_json(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/indeed_search.html", &page), &t->err);
    /* Of eight entries one has expired and one has no jobkey. */
    assert_int_equal(page.n, 5);
    assert_str(page.postings[0].company, "Bakkerij Oost BV");
    assert_str(page.postings[0].key, "abc0000000000001");
    assert_str(page.postings[0].location, "Utrecht, UT");
    assert_str(page.postings[0].company_url, "http://nl.indeed.example/cmp/Bakkerij-Oost");
    assert_str(page.postings[0].url, "http://nl.indeed.example/viewjob?jk=abc0000000000001");
    assert_str(page.postings[2].company, "M\xc3\xbcller & Zonen");
    assert_str(page.postings[4].company, "Kort Bedrijf");
    assert_true(page.has_next);
}

static void falls_back_to_the_markup_when_the_json_is_cut(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/indeed_markup.html", &page), &t->err);
    assert_int_equal(page.n, 2);
    assert_str(page.postings[1].company, "M\xc3\xbcller & Zonen");
    assert_str(page.postings[1].key, "abc0000000000003");
    assert_str(page.postings[1].location, "Deventer");
    assert_str(page.postings[1].title, "Medewerker 3");
}

static void knows_the_last_page(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/indeed_search_2.html", &page), &t->err);
    assert_int_equal(page.n, 3);
    assert_false(page.has_next);
}

static void takes_a_search_without_hits_for_what_it_is(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/indeed_empty.html", &page), &t->err);
    assert_int_equal(page.n, 0);
}

static void never_calls_a_block_an_empty_search(void **state)
{
    static const char *const pages[] = {"scraper/indeed_block.html",
                                        "scraper/indeed_login_wall.html",
                                        "scraper/indeed_unknown.html"};
    struct lm_test *t = *state;
    struct scraper_page page;

    for (size_t i = 0; i < LM_COUNT(pages); i++)
        assert_code(parse(t, pages[i], &page), LM_UNAVAILABLE, &t->err);
    assert_code(scraper_source_indeed.parse(t->arena, LM_STR(""), base, &page, &t->err), LM_INVALID,
                &t->err);
}

static void asks_for_pages_by_offset(void **state)
{
    struct lm_test *t = *state;
    struct scraper_query q = {.base_url = base, .keyword = LM_STR("c++ & more"), .page = 3};

    assert_str(scraper_source_indeed.search_url(t->arena, &q),
               "http://nl.indeed.example/jobs?q=c%2B%2B%20%26%20more&l=Nederland&start=30");
    q.location = LM_STR("Den Haag");
    q.page = 0;
    assert_str(scraper_source_indeed.search_url(t->arena, &q),
               "http://nl.indeed.example/jobs?q=c%2B%2B%20%26%20more&l=Den%20Haag&start=0");
}

static void finds_sources_by_name(void **state)
{
    (void)state;
    assert_ptr_equal(scraper_source_find(LM_STR("Indeed")), &scraper_source_indeed);
    assert_ptr_equal(scraper_source_by_id(LM__SOURCE__INDEED), &scraper_source_indeed);
    assert_null(scraper_source_find(LM_STR("nosuch")));
}

LM_TEST_MAIN(LM_TEST(reads_the_cards_of_the_embedded_json),
             LM_TEST(falls_back_to_the_markup_when_the_json_is_cut), LM_TEST(knows_the_last_page),
             LM_TEST(takes_a_search_without_hits_for_what_it_is),
             LM_TEST(never_calls_a_block_an_empty_search), LM_TEST(asks_for_pages_by_offset),
             LM_TEST(finds_sources_by_name))
