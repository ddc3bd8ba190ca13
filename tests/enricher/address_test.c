/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/enricher/address/contact.h"
#include "services/enricher/address/pattern.h"

static lm_str first_email(struct lm_test *t, const char *text)
{
    size_t at = 0;

    return enricher_email_next(t->arena, lm_str_z(text), &at);
}

static void reads_addresses_that_hide_from_machines(void **state)
{
    static const char *const cases[][2] = {
        {"Mail j.smit@x.example.", "j.smit@x.example"},
        {"J.Smit@X.Example", "j.smit@x.example"},
        {"info [at] voorbeeld.example", "info@voorbeeld.example"},
        {"info(at)voorbeeld(dot)example", "info@voorbeeld.example"},
        {"info [at] voorbeeld [dot] example", "info@voorbeeld.example"},
        {"info AT voorbeeld DOT example now", "info@voorbeeld.example"},
        {"<jan@x.example>", "jan@x.example"},
        {"look at example dot org", NULL},
        {"logo@2x.png", NULL},
        {"you@example.com", NULL},
        {"@home", NULL},
        {"a @ b", NULL},
        {"", NULL},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        lm_str got = first_email(t, cases[i][0]);

        if (cases[i][1])
            assert_str(got, cases[i][1]);
        else
            assert_int_equal(got.n, 0);
    }
}

static void reads_all_addresses_of_a_text(void **state)
{
    struct lm_test *t = *state;
    lm_str text = LM_STR("a@x.example, b@x.example;c@x.example");
    size_t at = 0;

    assert_str(enricher_email_next(t->arena, text, &at), "a@x.example");
    assert_str(enricher_email_next(t->arena, text, &at), "b@x.example");
    assert_str(enricher_email_next(t->arena, text, &at), "c@x.example");
    assert_int_equal(enricher_email_next(t->arena, text, &at).n, 0);
}

static void reads_links(void **state)
{
    struct lm_test *t = *state;

    assert_str(enricher_email_of_link(t->arena, LM_STR("MAILTO:Jan@x.example?subject=x")),
               "jan@x.example");
    assert_int_equal(enricher_email_of_link(t->arena, LM_STR("https://x.example")).n, 0);
    assert_str(enricher_phone_of_link(t->arena, LM_STR("tel:030-123 45 67")), "+31301234567");
    assert_str(enricher_linkedin_person(t->arena, LM_STR("//nl.linkedin.com/in/x/?y=1")),
               "https://nl.linkedin.com/in/x");
    assert_int_equal(enricher_linkedin_person(t->arena, LM_STR("https://notlinkedin.com/in/x")).n,
                     0);
    assert_int_equal(
        enricher_linkedin_person(t->arena, LM_STR("https://www.linkedin.com/company/x")).n, 0);
    assert_str(enricher_linkedin_company(t->arena,
                                         LM_STR("https://www.linkedin.example/company/x")),
               "https://www.linkedin.example/company/x");
    assert_str(enricher_phone_in(t->arena, LM_STR("Bel 030 - 123 45 67 (ma-vr)")), "+31301234567");
    assert_int_equal(enricher_phone_in(t->arena, LM_STR("KvK 12345678, 2019-2024")).n, 0);
}

static void knows_desks_from_people(void **state)
{
    (void)state;
    assert_true(enricher_email_is_generic(LM_STR("info@x.example")));
    assert_true(enricher_email_is_generic(LM_STR("no-reply@x.example")));
    assert_false(enricher_email_is_generic(LM_STR("inf@x.example")));
    assert_false(enricher_email_is_generic(LM_STR("anna.devries@x.example")));
}

static void makes_addresses_in_the_order_of_the_table(void **state)
{
    static const char *const wanted[] = {"anna.vanderberg",   "anna.berg",      "anna.vdberg",
                                         "anna.van.der.berg", "annavanderberg", "anna_vanderberg",
                                         "avanderberg",       "aberg",          "avdberg",
                                         "avan.der.berg",     "annav",          "anna"};
    struct lm_test *t = *state;
    struct enricher_habit none = {.n = 0};
    struct enricher_guess v[ENRICHER_GUESSES_MAX];
    size_t n = enricher_pattern_guesses(t->arena, &none, LM_STR("Anna"), LM_STR("van der Berg"), v);

    assert_int_equal(n, ENRICHER_GUESSES_MAX);
    for (size_t i = 0; i < LM_COUNT(wanted); i++)
        assert_str(v[i].local, wanted[i]);
    assert_int_equal(v[0].confidence, 57);
}

static void learns_how_a_company_writes_addresses(void **state)
{
    struct lm_test *t = *state;
    struct enricher_habit h = {.n = 0};
    struct enricher_guess v[ENRICHER_GUESSES_MAX];

    enricher_habit_learn(t->arena, &h, LM_STR("Jan"), LM_STR("van der Berg"), LM_STR("j.berg"));
    enricher_pattern_guesses(t->arena, &h, LM_STR("Ren\xc3\xa9"), LM_STR("de M\xc3\xbcller"), v);
    assert_str(v[0].local, "r.muller");
    assert_int_equal(v[0].confidence, 80);
    enricher_habit_learn(t->arena, &h, LM_STR("Eva"), LM_STR("Smit"), LM_STR("e.smit"));
    enricher_habit_learn(t->arena, &h, LM_STR("Bas"), LM_STR("Mol"), LM_STR("bas"));
    enricher_habit_learn(t->arena, &h, LM_STR("Bas"), LM_STR("Mol"), LM_STR("kantoor"));
    enricher_pattern_guesses(t->arena, &h, LM_STR("S\xc3\xb8ren"), LM_STR("IJsvogel"), v);
    assert_str(v[0].local, "s.ijsvogel");
    assert_int_equal(v[0].confidence, 90);
}

static void guesses_nothing_of_half_a_name(void **state)
{
    struct lm_test *t = *state;
    struct enricher_habit none = {.n = 0};
    struct enricher_guess v[ENRICHER_GUESSES_MAX];

    assert_int_equal(enricher_pattern_guesses(t->arena, &none, LM_STR(""), LM_STR("Berg"), v), 1);
    assert_str(v[0].local, "berg");
    assert_int_equal(enricher_pattern_guesses(t->arena, &none, LM_STR("!"), LM_STR("?"), v), 0);
}

LM_TEST_MAIN(LM_TEST(reads_addresses_that_hide_from_machines),
             LM_TEST(reads_all_addresses_of_a_text), LM_TEST(reads_links),
             LM_TEST(knows_desks_from_people), LM_TEST(makes_addresses_in_the_order_of_the_table),
             LM_TEST(learns_how_a_company_writes_addresses),
             LM_TEST(guesses_nothing_of_half_a_name))
