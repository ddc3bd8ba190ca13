/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/sources.h"

#include <stdlib.h>

static lm_code read_page(struct lm_test *t, const char *fixture, struct scraper_page *page)
{
    Scraper__Filters filters = SCRAPER__FILTERS__INIT;
    const struct scraper_query q = {.keyword = LM_STR("Bakeries"), .filters = &filters};

    filters.location = lm_arena_strdup(t->arena, "Pune");
    return read_fixture(t, &scraper_source_justdial, &q,
                        "https://www.justdial.example/Pune/Bakeries", fixture, page);
}

static void reads_businesses_with_their_phone_numbers(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    const Lm__Company *c;

    assert_ok(read_page(t, "scraper/justdial/listing.html", &page), &t->err);
    /* Three cards, one of them without a name; a form to sign in makes no wall of it. */
    assert_int_equal(page.n_cards, 3);
    assert_int_equal(page.n, 2);
    assert_true(page.next.n);
    c = page.found[0].company;
    assert_str(page.found[0].key, "bcard0");
    assert_string_equal(c->name, "Asha Bakery & Sons");
    assert_string_equal(c->source_url,
                        "https://www.justdial.example/Pune/Asha-Bakery/020PXX20_BZDET");
    assert_string_equal(c->phone, "+919876543210");
    assert_string_equal(c->email, "hello@ashabakery.example");
    assert_string_equal(c->website_url, "http://www.ashabakery.example/");
    assert_string_equal(c->address, "12 MG Road, Camp, Pune - 411001");
    c = page.found[1].company;
    assert_string_equal(c->phone, "+912026134567");
    assert_string_equal(c->country, "IN");
    assert_string_equal(c->location, "Pune");
    assert_null(c->website_url);
}

static void reads_the_newer_markup(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(read_page(t, "scraper/justdial/listing_new.html", &page), &t->err);
    assert_int_equal(page.n, 1);
    assert_false(page.next.n);
    assert_str(page.found[0].key, "020PXX20.XX20");
    assert_string_equal(page.found[0].company->name, "Asha Bakery");
    assert_string_equal(page.found[0].company->phone, "+919876543210");
    assert_string_equal(page.found[0].company->location, "Camp, Pune");
}

static void no_business_is_an_answer_and_a_refusal_is_none(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(read_page(t, "scraper/justdial/empty.html", &page), &t->err);
    assert_int_equal(page.n, 0);
    assert_code(read_page(t, "scraper/justdial/denied.html", &page), LM_UNAVAILABLE, &t->err);
}

static void asks_by_town_and_trade(void **state)
{
    struct lm_test *t = *state;
    Scraper__Filters filters = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.keyword = LM_STR("Sweet Shops"), .filters = &filters};
    struct scraper_request request = {.body = {NULL, 0}};

    load_sources(t);
    assert_code(scraper_source_justdial.request(t->arena, &q, &request, &t->err), LM_INVALID,
                &t->err);
    assert_string_equal(t->err.fields[0].field, "filters.location");
    lm_err_clear(&t->err);
    filters.location = lm_arena_strdup(t->arena, " New  Delhi");
    assert_ok(scraper_source_justdial.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url, "https://www.justdial.com/New-Delhi/Sweet-Shops");
    filters.category = lm_arena_strdup(t->arena, "../Bakeries");
    q.page = 2;
    assert_ok(scraper_source_justdial.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url, "https://www.justdial.com/New-Delhi/..%2FBakeries/page-3");
    filters.category = NULL;
    q.keyword = LM_STR(" ");
    assert_code(scraper_source_justdial.request(t->arena, &q, &request, &t->err), LM_INVALID,
                &t->err);
}

LM_TEST_MAIN(LM_TEST(reads_businesses_with_their_phone_numbers), LM_TEST(reads_the_newer_markup),
             LM_TEST(no_business_is_an_answer_and_a_refusal_is_none),
             LM_TEST(asks_by_town_and_trade))
