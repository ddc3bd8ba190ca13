/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "services/scraper/normal/normal.h"
#include "services/scraper/sources/sources.h"

#define source scraper_source_google_places

static void use_api(const char *api)
{
    static const struct lm_config_key *const tables[] = {scraper_config_google_places, NULL};
    lm_err err = LM_ERR_INIT;

    setenv("LM_SCRAPER_GOOGLE_PLACES_API", api, 1);
    setenv("LM_SCRAPER_GOOGLE_PLACES_KEY", "a key&", 1);
    assert_ok(lm_config_load(NULL, tables, &err), &err);
}

static lm_code parse(struct lm_test *t, const char *fixture, int status, lm_str after,
                     struct scraper_page *page)
{
    static const Scraper__Filters none = SCRAPER__FILTERS__INIT;
    const struct scraper_query q = {.filters = &none, .after = after};
    const struct scraper_answer answer = {.body = lm_test_fixture(t, fixture), .status = status};

    *page = (struct scraper_page){.n = 0};
    return source.parse(t->arena, &q, &answer, page, &t->err);
}

#define FIRST ((lm_str){NULL, 0})

static void asks_for_a_trade_in_a_town(void **state)
{
    struct lm_test *t = *state;
    Scraper__Filters f = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.filters = &f};
    struct scraper_request r = {.body = {NULL, 0}};

    use_api("new");
    assert_code(source.request(t->arena, &q, &r, &t->err), LM_INVALID, &t->err);
    assert_string_equal(t->err.fields[0].field, "filters.category");
    lm_err_clear(&t->err);
    f.category = lm_arena_strdup(t->arena, "bakkerij");
    f.location = lm_arena_strdup(t->arena, "Den \"Haag\"");
    f.country = lm_arena_strdup(t->arena, "NL");
    q.after = LM_STR("t20");
    assert_ok(source.request(t->arena, &q, &r, &t->err), &t->err);
    assert_str(r.url, "https://places.googleapis.com/v1/places:searchText");
    assert_str(r.body, "{\"textQuery\":\"bakkerij in Den \\\"Haag\\\"\",\"pageSize\":20,"
                       "\"regionCode\":\"NL\",\"pageToken\":\"t20\"}");
    assert_string_equal(r.headers[2], "X-Goog-Api-Key: a key&");
    assert_non_null(strstr(r.headers[1], "nextPageToken"));
    assert_null(r.headers[3]);
}

static void asks_the_legacy_api_by_address(void **state)
{
    struct lm_test *t = *state;
    Scraper__Filters f = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.filters = &f, .keyword = LM_STR("bakker")};
    struct scraper_found found = {.key = LM_STR("ChIJ/1")};
    struct scraper_request r = {.body = {NULL, 0}};

    use_api("legacy");
    f.location = lm_arena_strdup(t->arena, "Ede");
    assert_ok(source.request(t->arena, &q, &r, &t->err), &t->err);
    assert_str(r.url, "https://maps.googleapis.com/maps/api/place/textsearch/json"
                      "?query=bakker%20in%20Ede&key=a%20key%26");
    assert_null(r.body.p);
    assert_ok(source.detail_request(t->arena, &found, &r, &t->err), &t->err);
    assert_true(lm_str_find(r.url, LM_STR("place_id=ChIJ%2F1&fields="), 0) > 0);
    use_api("new");
    r.url = (lm_str){NULL, 0};
    assert_ok(source.detail_request(t->arena, &found, &r, &t->err), &t->err);
    assert_null(r.url.p); /* its list says it all */
}

static void reads_places_of_the_new_api(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    Lm__Company *c;

    use_api("new");
    assert_ok(parse(t, "scraper/google_places/new.json", 200, FIRST, &page), &t->err);
    assert_int_equal(page.n_cards, 5);
    assert_int_equal(page.n, 2); /* one has closed for good, one has no name, one is nonsense */
    assert_true(lm_str_starts(page.next, LM_STR("AeCrKX")));
    assert_str(page.found[0].key, "ChIJj61dQgK6j4AR4GeTYWZsKWw");
    assert_str(page.found[0].url, "https://maps.google.com/?cid=7793879817120868320");
    c = page.found[0].company;
    scraper_company_normalize(t->arena, c, NULL);
    assert_string_equal(c->name, "Bakkerij Oost");
    assert_string_equal(c->phone, "+31302312345");
    assert_string_equal(c->domain, "bakkerij-oost.example");
    assert_string_equal(c->address, "Oudegracht 12");
    assert_string_equal(c->postal_code, "3511 AP");
    assert_string_equal(c->city, "Utrecht");
    assert_string_equal(c->country, "NL");
    assert_string_equal(c->industry_words, "Bakkerij");
    c = page.found[1].company;
    scraper_company_normalize(t->arena, c, NULL);
    assert_string_equal(c->industry_words, "food store");
    assert_string_equal(c->postal_code, "3513 AB"); /* of the whole address */
    assert_string_equal(c->city, "Utrecht");
}

static void reads_the_legacy_list_and_its_details(void **state)
{
    struct lm_test *t = *state;
    struct scraper_answer answer = {.status = 200};
    struct scraper_page page;
    Lm__Company *c;

    use_api("legacy");
    assert_ok(parse(t, "scraper/google_places/legacy.json", 200, FIRST, &page), &t->err);
    assert_int_equal(page.n, 1);
    assert_true(lm_str_starts(page.next, LM_STR("CpQCAgEAAF")));
    c = page.found[0].company;
    assert_string_equal(c->name, "Bakkerij Oost");
    assert_string_equal(c->industry_words, "bakery");
    answer.body = lm_test_fixture(t, "scraper/google_places/legacy_details.json");
    assert_ok(source.detail_parse(t->arena, &answer, &page.found[0], &t->err), &t->err);
    assert_string_equal(c->phone, "+44 20 7946 0958");
    assert_string_equal(c->website_url, "http://www.bakkerij-oost.example/");
    assert_string_equal(c->address, "10 Downing Street");
    assert_string_equal(c->city, "London");
    assert_string_equal(c->country, "GB");
}

static void nothing_found_is_an_empty_page(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    use_api("new");
    assert_ok(parse(t, "scraper/google_places/new_empty.json", 200, FIRST, &page), &t->err);
    assert_int_equal(page.n, 0);
    assert_false(page.next.n);
}

static const struct {
    const char *api, *fixture;
    int status;
    lm_code code;
    const char *says;
} refusals[] = {
    {"new", "scraper/google_places/new_key.json", 400, LM_FORBIDDEN, "scraper.google_places_key"},
    {"new", "scraper/google_places/new_denied.json", 403, LM_FORBIDDEN, "disabled"},
    {"legacy", "scraper/google_places/legacy_denied.json", 200, LM_FORBIDDEN, "key is invalid"},
    {"legacy", "scraper/google_places/legacy_limit.json", 200, LM_LIMITED, "OVER_QUERY_LIMIT"},
    {"legacy", "scraper/google_places/new_empty.json", 200, LM_UNAVAILABLE, "says ''"},
    {"new", "scraper/indeed/block.html", 200, LM_UNAVAILABLE, "no JSON"},
};

static void says_why_it_was_refused(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    for (size_t i = 0; i < LM_COUNT(refusals); i++) {
        lm_err_clear(&t->err);
        use_api(refusals[i].api);
        assert_code(parse(t, refusals[i].fixture, refusals[i].status, FIRST, &page),
                    refusals[i].code, &t->err);
        assert_non_null(strstr(t->err.message, refusals[i].says));
    }
}

static void a_page_token_that_is_too_young_is_asked_again(void **state)
{
    struct lm_test *t = *state;
    static const Scraper__Filters none = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.filters = &none, .after = LM_STR("token")};
    const struct scraper_answer answer = {.body = LM_STR("{\"status\":\"INVALID_REQUEST\"}"),
                                          .status = 200};
    struct scraper_page page = {.n = 0};

    use_api("legacy");
    assert_code(source.parse(t->arena, &q, &answer, &page, &t->err), LM_UNAVAILABLE, &t->err);
    q.after = (lm_str){NULL, 0};
    lm_err_clear(&t->err);
    assert_code(source.parse(t->arena, &q, &answer, &page, &t->err), LM_UNPROCESSABLE, &t->err);
}

static void knows_two_apis(void **state)
{
    struct lm_test *t = *state;

    use_api("legacy");
    assert_ok(source.check(&t->err), &t->err);
    use_api("old");
    assert_code(source.check(&t->err), LM_INVALID, &t->err);
}

LM_TEST_MAIN(LM_TEST(asks_for_a_trade_in_a_town), LM_TEST(asks_the_legacy_api_by_address),
             LM_TEST(reads_places_of_the_new_api), LM_TEST(reads_the_legacy_list_and_its_details),
             LM_TEST(nothing_found_is_an_empty_page), LM_TEST(says_why_it_was_refused),
             LM_TEST(a_page_token_that_is_too_young_is_asked_again), LM_TEST(knows_two_apis))
