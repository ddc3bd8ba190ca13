/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/enricher/people/name.h"

static void reads_names_apart(void **state)
{
    static const char *const cases[][3] = {
        {"Anna de Vries", "Anna", "de Vries"},
        {"Jan van der Berg", "Jan", "van der Berg"},
        {"Drs. J.P. Bakker MBA", "J.P.", "Bakker"},
        {"Dokter Noah Greenhalt", "Noah", "Greenhalt"},
        {"Vries, Anna de", "Anna", "de Vries"},
        {"Anna de Vries, MSc", "Anna", "de Vries"},
        {"JAN DE VRIES-BOS", "Jan", "de Vries-Bos"},
        {"Pierre-Yves d'Aubigny", "Pierre-Yves", "d'Aubigny"},
        {"Bram O\xe2\x80\x99Neill", "Bram", "O\xe2\x80\x99Neill"},
        {"Wim van 't Hart", "Wim", "van 't Hart"},
        {"\xc3\x89lise \xc5\x9e"
         "ahin",
         "\xc3\x89lise",
         "\xc5\x9e"
         "ahin"},
        {"George W. Larkfield", "George W.", "Larkfield"},
        {"Jan Bakker", "Jan", "Bakker"},
        {"Kees IJsvogel", "Kees", "IJsvogel"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct enricher_name name;

        if (!enricher_name_parse(t->arena, lm_str_z(cases[i][0]), &name))
            fail_msg("no name: %s", cases[i][0]);
        assert_str(name.first, cases[i][1]);
        assert_str(name.last, cases[i][2]);
    }
}

static void takes_headings_for_no_names(void **state)
{
    static const char *const cases[] = {
        "Ons Team",
        "Persoonlijke Aandacht",
        "Lees Meer",
        "Den Haag",
        "Senior Developer",
        "Onze Diensten",
        "Contact",
        "Anna",
        "anna de vries",
        "Hoofd Verkoop",
        "Algemeen Directeur",
        "Bakkerij 2000",
        "Jan & Piet",
        "De Vries",
        "Privacy Policy",
        "a@b.nl",
        "",
        "Wij bellen graag met Dirk Jansen over brood",
        "Quality First",
        "Korte Lijnen",
    };
    struct lm_test *t = *state;
    struct enricher_name name;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        if (enricher_name_parse(t->arena, lm_str_z(cases[i]), &name))
            fail_msg("a name: %s", cases[i]);
    }
}

static void knows_functions(void **state)
{
    static const char *const yes[] = {
        "Algemeen directeur",        "CEO & Founder",     "Hoofd Verkoop",     "HR-manager",
        "Financieel adviseur",       "Co-owner",          "Onderhoudsmonteur", "VP of Engineering",
        "Medewerker klantenservice", "Directeur-eigenaar"};
    static const char *const no[] = {"Onze directeur vertelt",
                                     "Wij zoeken een manager",
                                     "Brood en gebak",
                                     "Solliciteer bij onze manager.",
                                     "Emma joined in 2011 as a manager",
                                     "",
                                     "Utrecht"};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(yes); i++) {
        if (!enricher_title_is(t->arena, lm_str_z(yes[i])))
            fail_msg("no function: %s", yes[i]);
    }
    for (size_t i = 0; i < LM_COUNT(no); i++) {
        if (enricher_title_is(t->arena, lm_str_z(no[i])))
            fail_msg("a function: %s", no[i]);
    }
}

static void knows_who_decides(void **state)
{
    struct lm_test *t = *state;

    assert_true(enricher_title_decides(t->arena, LM_STR("Mede-oprichter")));
    assert_true(enricher_title_decides(t->arena, LM_STR("HR-manager")));
    assert_true(enricher_title_decides(t->arena, LM_STR("Head of People")));
    assert_true(enricher_title_decides(t->arena, LM_STR("Directeur-eigenaar")));
    assert_true(enricher_title_decides(t->arena, LM_STR("Salesmanager")));
    assert_false(enricher_title_decides(t->arena, LM_STR("Planner")));
    assert_false(enricher_title_decides(t->arena, LM_STR("Recruiter")));
}

static void makes_one_key_of_one_person(void **state)
{
    struct lm_test *t = *state;

    assert_str(enricher_name_key(t->arena, LM_STR("Ren\xc3\xa9"), LM_STR("M\xc3\xbcller-Bos")),
               "rene muller bos");
    assert_str(enricher_name_key(t->arena, LM_STR("Rene"), LM_STR("Muller Bos")),
               "rene muller bos");
}

LM_TEST_MAIN(LM_TEST(reads_names_apart), LM_TEST(takes_headings_for_no_names),
             LM_TEST(knows_functions), LM_TEST(knows_who_decides),
             LM_TEST(makes_one_key_of_one_person))
