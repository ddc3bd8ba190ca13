/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "services/scraper/match/company.h"

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

LM_TEST_MAIN(LM_TEST(lets_people_decide_along_the_table_only),
             LM_TEST(takes_a_platform_for_nobodys_domain))
