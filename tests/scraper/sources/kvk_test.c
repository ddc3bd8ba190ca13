/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include <stdlib.h>

#include "services/scraper/sources/sources.h"
#include "tests/scraper/sources.h"

static const Scraper__Filters any = SCRAPER__FILTERS__INIT;

static lm_code parse(struct lm_test *t, const char *fixture, int status, struct scraper_page *page)
{
    const struct scraper_query q = {.keyword = LM_STR("oost"), .filters = &any};
    const struct scraper_answer answer = {.url = LM_STR("https://api.kvk.example/api/v2/zoeken"),
                                          .body = lm_test_fixture(t, fixture),
                                          .status = status};

    load_sources(t);
    *page = (struct scraper_page){.n = 0};
    return scraper_source_kvk.parse(t->arena, &q, &answer, page, &t->err);
}

static lm_code parse_profile(struct lm_test *t, const Scraper__Filters *filters, int status,
                             struct scraper_found *of)
{
    const struct scraper_answer answer = {.body = lm_test_fixture(t, "scraper/kvk/profile.json"),
                                          .status = status,
                                          .filters = filters};

    *of =
        (struct scraper_found){.key = LM_STR("01234567"), .company = LM_NEW(t->arena, Lm__Company)};
    lm__company__init(of->company);
    of->company->name = lm_arena_strdup(t->arena, "Bakkerij Oost");
    return scraper_source_kvk.detail_parse(t->arena, &answer, of, &t->err);
}

/* With or without a key; NULL: none. */
static void configure(struct lm_test *t, const char *key)
{
    if (key)
        setenv("LM_SCRAPER_KVK_KEY", key, 1);
    else
        unsetenv("LM_SCRAPER_KVK_KEY");
    load_sources(t);
}

static void takes_the_head_office_of_each_number(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/kvk/zoeken.json", 200, &page), &t->err);
    assert_int_equal(page.n_cards, 6);
    assert_int_equal(page.n, 2);
    assert_str(page.found[0].key, "01234567");
    assert_string_equal(page.found[0].company->name, "Bakkerij Oost");
    assert_string_equal(page.found[0].company->city, "Zeist");
    assert_string_equal(page.found[0].company->registration_number, "01234567");
    assert_string_equal(page.found[1].company->name, "Caf\xc3\xa9 't Hoekje B.V.");
    assert_false(page.next.n);
}

static void reads_the_older_shape(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/kvk/zoeken_v1.json", 200, &page), &t->err);
    assert_int_equal(page.n, 1);
    assert_string_equal(page.found[0].company->name, "Test EMZ Dagobert");
    assert_string_equal(page.found[0].company->city, "Amsterdam");
}

static void nothing_found_is_an_empty_answer_and_a_refused_key_is_not(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/kvk/none.json", 404, &page), &t->err);
    assert_int_equal(page.n, 0);
    assert_code(parse(t, "scraper/kvk/zoeken.json", 401, &page), LM_UNPROCESSABLE, &t->err);
    assert_non_null(strstr(t->err.message, "scraper.kvk_key"));
    assert_code(parse(t, "scraper/kvk/zoeken.json", 400, &page), LM_INVALID, &t->err);
    assert_code(parse(t, "scraper/kvk/profile.json", 200, &page), LM_UNAVAILABLE, &t->err);
}

static void a_profile_gives_trades_address_and_the_wish_for_no_mail(void **state)
{
    struct lm_test *t = *state;
    struct scraper_found of;
    const Lm__Company *c;

    assert_ok(parse_profile(t, &any, 200, &of), &t->err);
    c = of.company;
    assert_true(c->no_mailing);
    assert_int_equal(c->n_sbi_codes, 2);
    assert_string_equal(c->sbi_codes[0], "10711"); /* the main one first */
    assert_string_equal(c->industry_words, "Vervaardiging van brood");
    assert_string_equal(c->address, "Havenkade 12A");
    assert_string_equal(c->postal_code, "3511AB");
    assert_string_equal(c->city, "Utrecht");
    assert_string_equal(c->website_url, "https://www.bakkerijoost.example");
    assert_int_equal(c->employee_count, 17);
    assert_false(of.is_outside);
}

static void a_profile_shows_whom_the_search_did_not_mean(void **state)
{
    static const struct {
        const char *form, *code, *after;
        bool is_outside;
    } cases[] = {
        {"BV", "107", "2024-06-11", false},
        {"b.v.", NULL, NULL, false},
        {"NV", NULL, NULL, true},
        {NULL, "62", NULL, true},
        {NULL, "4724", NULL, false},
        {NULL, NULL, "2024-06-12", true},
        {"Besloten Vennootschap", NULL, NULL, false},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        Scraper__Filters f = SCRAPER__FILTERS__INIT;
        char *code = (char *)(uintptr_t)cases[i].code;
        struct scraper_found of;

        f.legal_form = (char *)(uintptr_t)cases[i].form;
        f.registered_after = (char *)(uintptr_t)cases[i].after;
        f.sbi_codes = &code;
        f.n_sbi_codes = code != NULL;
        assert_ok(parse_profile(t, &f, 200, &of), &t->err);
        assert_int_equal(of.is_outside, cases[i].is_outside);
    }
}

static void a_profile_of_another_number_is_refused(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_answer answer = {
        .body = LM_STR("{\"kvkNummer\":\"99999999\",\"indNonMailing\":\"Nee\"}"), .status = 200};
    struct scraper_found of = {.key = LM_STR("01234567"), .company = LM_NEW(t->arena, Lm__Company)};

    lm__company__init(of.company);
    assert_code(scraper_source_kvk.detail_parse(t->arena, &answer, &of, &t->err), LM_INVALID,
                &t->err);
    assert_false(of.company->has_no_mailing);
}

static void reads_the_public_page_too(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;

    assert_ok(parse(t, "scraper/kvk/page.html", 200, &page), &t->err);
    assert_int_equal(page.n_cards, 3);
    assert_int_equal(page.n, 2);
    assert_string_equal(page.found[0].company->name, "Bakkerij Oost & Zn");
    assert_string_equal(page.found[0].company->industry_words, "Vervaardiging van brood");
    assert_string_equal(page.found[1].company->registration_number, "87654321");
    assert_true(page.next.n);
    assert_ok(parse(t, "scraper/kvk/page_none.html", 200, &page), &t->err);
    assert_int_equal(page.n, 0);
    assert_code(parse(t, "scraper/kvk/page_changed.html", 200, &page), LM_UNAVAILABLE, &t->err);
    assert_false(page.is_blocked);
    assert_code(parse(t, "scraper/indeed/block.html", 200, &page), LM_UNAVAILABLE, &t->err);
    assert_true(page.is_blocked);
    assert_code(parse(t, "scraper/kvk/page.html", 403, &page), LM_UNAVAILABLE, &t->err);
}

static void asks_the_api_with_its_key_and_the_page_without(void **state)
{
    struct lm_test *t = *state;
    Scraper__Filters filters = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.keyword = LM_STR("oost & zn"), .filters = &filters, .page = 1};
    struct scraper_request request = {.headers = NULL};
    char *code = lm_arena_strdup(t->arena, "62");

    configure(t, "secret");
    assert_ok(scraper_source_kvk.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url, "https://api.kvk.nl/api/v2/zoeken?type=hoofdvestiging"
                            "&naam=oost%20%26%20zn&pagina=2&resultatenPerPagina=100");
    assert_string_equal(request.headers[0], "apikey: secret");
    q.keyword = (lm_str){NULL, 0};
    assert_code(scraper_source_kvk.request(t->arena, &q, &request, &t->err), LM_INVALID, &t->err);
    configure(t, NULL);
    q.keyword = LM_STR("oost");
    assert_ok(scraper_source_kvk.request(t->arena, &q, &request, &t->err), &t->err);
    assert_str(request.url, "https://www.kvk.nl/zoeken/handelsregister/?handelsnaam=oost"
                            "&rechtsvorm=BV&hoofdvestiging=1&pagina=2");
    filters.sbi_codes = &code;
    filters.n_sbi_codes = 1;
    lm_err_clear(&t->err);
    assert_code(scraper_source_kvk.request(t->arena, &q, &request, &t->err), LM_INVALID, &t->err);
    assert_string_equal(t->err.fields[0].field, "filters.sbi_codes");
}

LM_TEST_MAIN(LM_TEST(takes_the_head_office_of_each_number), LM_TEST(reads_the_older_shape),
             LM_TEST(nothing_found_is_an_empty_answer_and_a_refused_key_is_not),
             LM_TEST(a_profile_gives_trades_address_and_the_wish_for_no_mail),
             LM_TEST(a_profile_shows_whom_the_search_did_not_mean),
             LM_TEST(a_profile_of_another_number_is_refused), LM_TEST(reads_the_public_page_too),
             LM_TEST(asks_the_api_with_its_key_and_the_page_without))
