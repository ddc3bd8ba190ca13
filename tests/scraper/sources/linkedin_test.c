/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/scraper/sources/sources.h"
#include "tests/scraper/sources.h"

static const Scraper__Filters any = SCRAPER__FILTERS__INIT;

static lm_code parse_from(struct lm_test *t, const char *fixture, const char *url,
                          struct scraper_page *page)
{
    const struct scraper_query q = {.keyword = LM_STR("oost"), .filters = &any};
    const struct scraper_answer answer = {
        .url = lm_str_z(url), .body = lm_test_fixture(t, fixture), .status = 200};

    load_sources(t);
    *page = (struct scraper_page){.n = 0};
    return scraper_source_linkedin.parse(t->arena, &q, &answer, page, &t->err);
}

static lm_code parse(struct lm_test *t, const char *fixture, struct scraper_page *page)
{
    return parse_from(t, fixture, "https://www.linkedin.com/search/results/companies/", page);
}

static lm_code parse_company(struct lm_test *t, const char *fixture, const char *url,
                             struct scraper_found *of)
{
    const struct scraper_answer answer = {
        .url = lm_str_z(url), .body = lm_test_fixture(t, fixture), .status = 200};

    load_sources(t);
    *of = (struct scraper_found){.key = LM_STR("x"), .company = LM_NEW(t->arena, Lm__Company)};
    lm__company__init(of->company);
    of->company->name = lm_arena_strdup(t->arena, "As the list had it");
    return scraper_source_linkedin.detail_parse(t->arena, &answer, of, &t->err);
}

static void reads_cards_of_companies_and_none_of_people(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    const Lm__Company *c;

    assert_ok(parse(t, "scraper/linkedin/search.html", &page), &t->err);
    assert_int_equal(page.n_cards, 5);
    assert_int_equal(page.n, 3);
    c = page.found[0].company;
    assert_str(page.found[0].key, "bakkerij-oost");
    assert_str(page.found[0].url, "https://nl.linkedin.com/company/Bakkerij-Oost");
    assert_string_equal(c->name, "Bakkerij Oost & Zn");
    assert_string_equal(c->linkedin_url, "https://nl.linkedin.com/company/Bakkerij-Oost");
    assert_string_equal(c->industry_words, "Food Production");
    assert_string_equal(c->location, "Utrecht, Netherlands");
    assert_string_equal(c->employee_range, "11-50");
    assert_int_equal(c->employee_count, 30);
    assert_int_equal(page.found[1].company->employee_count, 1024);
    assert_true(page.next.n); /* five cards: there may be more */
}

static void a_login_wall_is_unavailable_wherever_it_stands(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    struct scraper_found of;

    assert_code(parse(t, "scraper/linkedin/authwall.html", &page), LM_UNAVAILABLE, &t->err);
    assert_non_null(strstr(t->err.message, "blocked"));
    /* A page with cards behind a redirect to the wall is none of ours either. */
    assert_code(parse_from(t, "scraper/linkedin/search.html",
                           "https://www.linkedin.com/authwall?trk=x", &page),
                LM_UNAVAILABLE, &t->err);
    assert_code(parse_company(t, "scraper/linkedin/authwall.html",
                              "https://www.linkedin.com/company/x", &of),
                LM_UNAVAILABLE, &t->err);
    assert_code(parse_company(t, "scraper/linkedin/company.html",
                              "https://www.linkedin.com/uas/login?x", &of),
                LM_UNAVAILABLE, &t->err);
    assert_code(parse(t, "scraper/linkedin/unknown.html", &page), LM_UNAVAILABLE, &t->err);
}

static void takes_a_search_without_hits_for_what_it_is(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/linkedin/search_none.html", &page), &t->err);
    assert_int_equal(page.n, 0);
    assert_false(page.next.n);
}

static void a_page_with_a_login_form_is_read_by_its_json(void **state)
{
    struct lm_test *t = *state;
    struct scraper_found of;
    const Lm__Company *c;

    assert_ok(parse_company(t, "scraper/linkedin/company.html",
                            "https://www.linkedin.com/company/bakkerij-oost", &of),
              &t->err);
    c = of.company;
    assert_string_equal(c->name, "Bakkerij Oost");
    assert_string_equal(c->website_url, "https://www.bakkerijoost.example/");
    assert_string_equal(c->address, "Havenkade 12");
    assert_string_equal(c->postal_code, "3511 AB");
    assert_string_equal(c->city, "Utrecht");
    assert_string_equal(c->country, "NL");
    assert_string_equal(c->description, "Brood met een verhaal");
    assert_string_equal(c->industry_words, "Food Production");
    assert_int_equal(c->employee_count, 42);
}

static void the_markup_is_read_when_the_json_is_cut(void **state)
{
    struct lm_test *t = *state;
    struct scraper_found of;
    const Lm__Company *c;

    assert_ok(parse_company(t, "scraper/linkedin/company_markup.html",
                            "https://www.linkedin.com/company/smederij-west", &of),
              &t->err);
    c = of.company;
    assert_string_equal(c->name, "Smederij West");
    assert_string_equal(c->website_url, "https://www.smederijwest.example/");
    assert_string_equal(c->industry_words, "Metal");
    assert_string_equal(c->location, "Assen");
    assert_string_equal(c->description, "Wij smeden.");
    assert_string_equal(c->employee_range, "201-500");
    assert_int_equal(c->employee_count, 350);
}

static void asks_by_words_size_and_place(void **state)
{
    struct lm_test *t = *state;
    Scraper__Filters filters = SCRAPER__FILTERS__INIT;
    const struct scraper_query q = {.keyword = LM_STR("c++"), .filters = &filters, .page = 1};
    struct scraper_request request;

    load_sources(t);
    filters.company_size = lm_arena_strdup(t->arena, "B");
    filters.location = lm_arena_strdup(t->arena, "102890719");
    assert_ok(scraper_source_linkedin.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url, "https://www.linkedin.com/search/results/companies/?keywords=c%2B%2B"
                            "&page=2&companySize=B&geoUrn=102890719");
}

LM_TEST_MAIN(LM_TEST(reads_cards_of_companies_and_none_of_people),
             LM_TEST(a_login_wall_is_unavailable_wherever_it_stands),
             LM_TEST(takes_a_search_without_hits_for_what_it_is),
             LM_TEST(a_page_with_a_login_form_is_read_by_its_json),
             LM_TEST(the_markup_is_read_when_the_json_is_cut),
             LM_TEST(asks_by_words_size_and_place))
