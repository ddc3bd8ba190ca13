/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "services/scraper/match/merge.h"

static void fills_what_is_missing_and_keeps_what_is_there(void **state)
{
    struct lm_test *t = *state;
    Lm__Company a = LM__COMPANY__INIT, b = LM__COMPANY__INIT;

    a.domain = lm_arena_strdup(t->arena, "a.example");
    a.has_employee_count = true;
    a.employee_count = 10;
    a.description = lm_arena_strdup(t->arena, "kort");
    b.domain = lm_arena_strdup(t->arena, "b.example");
    b.industry = lm_arena_strdup(t->arena, "Bakkerij");
    b.description = lm_arena_strdup(t->arena, "een langere tekst");
    b.has_employee_count = b.has_open_vacancies = b.has_has_funding = true;
    b.employee_count = 25;
    b.open_vacancies = 7;
    b.has_funding = true;
    b.has_source = true;
    b.source = LM__SOURCE__IMPORT;
    assert_true(scraper_company_merge(t->arena, &a, &b));
    assert_string_equal(a.domain, "a.example");
    assert_string_equal(a.industry, "Bakkerij");
    assert_string_equal(a.description, "een langere tekst");
    assert_int_equal(a.employee_count, 25);
    assert_int_equal(a.open_vacancies, 7);
    assert_true(a.has_funding);
    assert_int_equal(a.n_sources, 1);
    /* A second time changes nothing. */
    assert_false(scraper_company_merge(t->arena, &a, &b));
}

static void takes_nothing_back(void **state)
{
    struct lm_test *t = *state;
    Lm__Company a = LM__COMPANY__INIT, b = LM__COMPANY__INIT;

    a.has_has_funding = a.has_funding = a.has_open_vacancies = true;
    a.open_vacancies = 9;
    b.has_has_funding = b.has_open_vacancies = true;
    b.open_vacancies = 3;
    b.industry = lm_arena_strdup(t->arena, "");
    assert_false(scraper_company_merge(t->arena, &a, &b));
    assert_true(a.has_funding);
    assert_int_equal(a.open_vacancies, 9);
}

static void lets_people_decide_along_the_table_only(void **state)
{
    enum {
        NEW = LM__COMPANY_STATUS__COMPANY_NEW,
        OUT = LM__COMPANY_STATUS__COMPANY_DISQUALIFIED,
        GONE = LM__COMPANY_STATUS__COMPANY_ARCHIVED
    };
    static const struct {
        int from, to;
        lm_code code;
    } cases[] = {
        {NEW, OUT, LM_OK},        {NEW, GONE, LM_OK},
        {OUT, NEW, LM_OK},        {OUT, GONE, LM_OK},
        {NEW, NEW, LM_CONFLICT},  {GONE, NEW, LM_CONFLICT},
        {GONE, OUT, LM_CONFLICT}, {NEW, LM__COMPANY_STATUS__COMPANY_ENRICHED, LM_CONFLICT}};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++)
        assert_code(scraper_company_transition((Lm__CompanyStatus)cases[i].from,
                                               (Lm__CompanyStatus)cases[i].to, &t->err),
                    cases[i].code, &t->err);
}

static void takes_a_platform_for_nobodys_domain(void **state)
{
    struct lm_test *t = *state;

    assert_str(scraper_company_domain(t->arena, "WWW.Voorbeeld.example", NULL),
               "voorbeeld.example");
    assert_str(scraper_company_domain(t->arena, NULL, "https://www.voorbeeld.example/over"),
               "voorbeeld.example");
    assert_str(scraper_company_domain(t->arena, "gmail.com", "https://voorbeeld.example"),
               "voorbeeld.example");
    assert_null(
        scraper_company_domain(t->arena, "nl.linkedin.com", "https://www.facebook.com/x").p);
    assert_str(scraper_company_domain(t->arena, "notlinkedin.com", NULL), "notlinkedin.com");
    assert_null(scraper_company_domain(t->arena, NULL, NULL).p);
    /* A shop below a domain is its company's; below a suffix everybody is somebody else. */
    assert_str(scraper_company_domain(t->arena, "winkel.voorbeeld.co.uk", NULL), "voorbeeld.co.uk");
    assert_str(scraper_company_domain(t->arena, NULL, "https://bakker.github.io/"),
               "bakker.github.io");
    assert_null(scraper_company_domain(t->arena, "github.io", "https://sites.google.com/x").p);
}

LM_TEST_MAIN(LM_TEST(fills_what_is_missing_and_keeps_what_is_there), LM_TEST(takes_nothing_back),
             LM_TEST(lets_people_decide_along_the_table_only),
             LM_TEST(takes_a_platform_for_nobodys_domain))
