/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "services/scraper/sources/sources.h"

#define source scraper_source_apollo

static lm_code parse(struct lm_test *t, const char *fixture, int status, int at,
                     struct scraper_page *page)
{
    static const Scraper__Filters none = SCRAPER__FILTERS__INIT;
    const struct scraper_query q = {.filters = &none, .page = at};
    const struct scraper_answer answer = {.body = lm_test_fixture(t, fixture), .status = status};

    *page = (struct scraper_page){.n = 0};
    return source.parse(t->arena, &q, &answer, page, &t->err);
}

static void asks_with_filters_as_they_are_called_there(void **state)
{
    struct lm_test *t = *state;
    static const struct lm_config_key *const tables[] = {scraper_config_apollo, NULL};
    Scraper__Filters f = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.filters = &f, .page = 2};
    struct scraper_request r = {.body = {NULL, 0}};
    char *industries[] = {(char *)(uintptr_t) "software", (char *)(uintptr_t) "it \"x\""};
    char *sizes[] = {(char *)(uintptr_t) "11-50", (char *)(uintptr_t) "500+"};

    setenv("LM_SCRAPER_APOLLO_KEY", "secret", 1);
    assert_ok(lm_config_load(NULL, tables, &t->err), &t->err);
    assert_code(source.request(t->arena, &q, &r, &t->err), LM_INVALID, &t->err);
    lm_err_clear(&t->err);
    f.industries = industries;
    f.n_industries = 2;
    f.employee_ranges = sizes;
    f.n_employee_ranges = 2;
    f.location = lm_arena_strdup(t->arena, "Utrecht");
    f.country = lm_arena_strdup(t->arena, "NL");
    q.keyword = LM_STR("cloud");
    assert_ok(source.request(t->arena, &q, &r, &t->err), &t->err);
    assert_str(r.url, "https://api.apollo.io/api/v1/mixed_companies/search");
    assert_str(r.body, "{\"page\":3,\"per_page\":100,"
                       "\"q_organization_keyword_tags\":[\"software\",\"it \\\"x\\\"\",\"cloud\"],"
                       "\"organization_num_employees_ranges\":[\"11,50\",\"500,1000000\"],"
                       "\"organization_locations\":[\"Utrecht, Netherlands\"]}");
    assert_string_equal(r.headers[2], "x-api-key: secret");
    sizes[1] = (char *)(uintptr_t) "veel";
    assert_code(source.request(t->arena, &q, &r, &t->err), LM_INVALID, &t->err);
    assert_string_equal(t->err.fields[0].field, "filters.employee_ranges");
}

static void reads_organizations_and_accounts(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    const Lm__Company *c;

    assert_ok(parse(t, "scraper/apollo/search.json", 200, 0, &page), &t->err);
    assert_int_equal(page.n_cards, 6);
    assert_int_equal(page.n, 3);
    assert_str(page.next, "2");
    c = page.found[0].company;
    assert_str(page.found[0].key, "5e66b6381e05b4008c8331b8");
    assert_string_equal(c->name, "Acme Software B.V.");
    assert_string_equal(c->domain, "acme.example");
    assert_string_equal(c->linkedin_url, "http://www.linkedin.com/company/acme-software");
    assert_string_equal(c->phone, "+31301234567");
    assert_string_equal(c->industry_words, "information technology & services");
    assert_int_equal(c->employee_count, 42);
    assert_string_equal(c->postal_code, "3511 AP");
    assert_string_equal(c->country, "Netherlands");
    assert_true(c->has_funding);
    assert_string_equal(c->funding_amount, "4M");
    c = page.found[1].company;
    assert_string_equal(c->location, "Herengracht 1, 1012 AB Amsterdam, Netherlands");
    assert_null(c->website_url);
    assert_str(page.found[2].key,
               "5e55ba8e2d5b9e0001f0a003"); /* the organisation's, not the account's */
    assert_ok(parse(t, "scraper/apollo/search.json", 200, 1, &page), &t->err);
    assert_null(page.next.p); /* that was the last */
}

static const struct {
    const char *fixture;
    int status;
    lm_code code;
    const char *says;
} refusals[] = {
    {"scraper/apollo/401.txt", 401, LM_FORBIDDEN, "Invalid access credentials"},
    {"scraper/apollo/403.json", 403, LM_FORBIDDEN, "free plan"},
    {"scraper/apollo/422.json", 422, LM_UNPROCESSABLE, "Value too long"},
    {"scraper/apollo/422.json", 200, LM_UNAVAILABLE, "no search result"},
    {"scraper/indeed/block.html", 200, LM_UNAVAILABLE, "no search result"},
};

static void says_why_it_was_refused_in_its_own_words(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    for (size_t i = 0; i < LM_COUNT(refusals); i++) {
        lm_err_clear(&t->err);
        assert_code(parse(t, refusals[i].fixture, refusals[i].status, 0, &page), refusals[i].code,
                    &t->err);
        assert_non_null(strstr(t->err.message, refusals[i].says));
    }
}

LM_TEST_MAIN(LM_TEST(asks_with_filters_as_they_are_called_there),
             LM_TEST(reads_organizations_and_accounts),
             LM_TEST(says_why_it_was_refused_in_its_own_words))
