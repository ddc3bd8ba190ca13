/* SPDX-License-Identifier: Apache-2.0 */
/* People's profiles are no companies. */
#include "tests/lm_test.h"

#include "services/scraper/approved.h"

static void profiles_of_people_are_told_from_those_of_companies(void **state LM_UNUSED)
{
    static const struct {
        const char *url;
        bool is_personal;
    } cases[] = {
        {"https://www.linkedin.com/in/jan-jansen", true},
        {"https://nl.linkedin.com/IN/jan", true},
        {"http://linkedin.com/pub/jan/1/2/3", true},
        {"https://nl.linkedin.example/in/jan", true},
        {"https://www.linkedin.com/company/bakkerij-oost", false},
        {"https://www.linkedin.com/company/in/", false},
        {"https://www.linkedin.com/inspiration", false},
        {"https://www.xing.com/profile/Jan_Jansen", true},
        {"https://www.xing.com/pages/bakkerij", false},
        {"https://www.facebook.com/people/Jan/100", true},
        {"https://m.facebook.com/profile.php?id=100", true},
        {"https://facebook.com/bakkerijoost", false},
        {"https://www.bakkerij-oost.nl/in/utrecht", false},
        {"https://linkedin/in/x", false},
        {"linkedin.com/in/jan", false}, /* no URL; nothing stores such a thing */
        {"", false},
    };

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        if (scraper_url_is_personal(lm_str_z(cases[i].url)) != cases[i].is_personal)
            fail_msg("%s is %s", cases[i].url, cases[i].is_personal ? "missed" : "taken");
    }
}

static void a_company_is_personal_by_its_page_site_or_profile(void **state LM_UNUSED)
{
    static char person[] = "https://www.linkedin.com/in/jan", site[] = "https://oost.example";
    Lm__Company c = LM__COMPANY__INIT;

    c.website_url = site;
    assert_false(scraper_company_is_personal(&c));
    c.linkedin_url = person;
    assert_true(scraper_company_is_personal(&c));
    c.linkedin_url = NULL;
    c.source_url = person;
    assert_true(scraper_company_is_personal(&c));
    c.source_url = site;
    c.website_url = person;
    assert_true(scraper_company_is_personal(&c));
}

LM_TEST_MAIN(LM_TEST(profiles_of_people_are_told_from_those_of_companies),
             LM_TEST(a_company_is_personal_by_its_page_site_or_profile))
