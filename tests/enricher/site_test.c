/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/enricher/site/links.h"

static size_t plan(struct lm_test *t, const char *html, struct enricher_visit *v)
{
    struct enricher_outline page;
    const lm_node *root;

    assert_ok(lm_html_parse(t->arena, lm_str_z(html), (lm_str){NULL, 0}, &root, &t->err), &t->err);
    enricher_outline_make(t->arena, root, &page);
    return enricher_visits_plan(t->arena, &page, LM_STR("https://www.x.example/"), v,
                                ENRICHER_VISITS_MAX);
}

static void follows_links_to_people_first(void **state)
{
    struct lm_test *t = *state;
    struct enricher_visit v[ENRICHER_VISITS_MAX];
    size_t n = plan(
        t,
        "<a href=/contact>Contact</a><a href='http://x.example/wie'>Ons team</a><a href=/over-ons#x>Over ons</a>"
        "<a href=https://elders.example/team>team</a><a href=mailto:team@x.example>team</a><a href=/team.pdf>Team</a><a href=/>Team</a>",
        v);

    assert_int_equal(n, 3);
    assert_str(v[0].url, "http://x.example/wie");
    assert_int_equal(v[0].kind, ENRICHER_PAGE_TEAM);
    assert_str(v[1].url, "https://www.x.example/over-ons");
    assert_str(v[2].url, "https://www.x.example/contact");
    assert_true(v[2].is_linked);
}

static void tries_usual_paths_when_nothing_is_linked(void **state)
{
    struct lm_test *t = *state;
    struct enricher_visit v[ENRICHER_VISITS_MAX];
    size_t n = plan(t, "<p>Welkom</p>", v);

    assert_true(n > 5);
    assert_str(v[0].url, "https://www.x.example/team");
    assert_false(v[0].is_linked);
}

static void guesses_domains_of_a_name(void **state)
{
    static const char *const tlds[] = {"nl", "com", NULL};
    static const char *const wanted[] = {"duinkwintsoftware.nl",  "duinkwintsoftware.com",
                                         "duinkwint-software.nl", "duinkwint-software.com",
                                         "duinkwint.nl",          "duinkwint.com"};
    struct lm_test *t = *state;
    lm_str out[16];

    assert_int_equal(enricher_domain_guesses(t->arena, LM_STR("Duinkwint Software B.V."), tlds, out,
                                             16),
                     LM_COUNT(wanted));
    for (size_t i = 0; i < LM_COUNT(wanted); i++)
        assert_str(out[i], wanted[i]);
    assert_int_equal(enricher_domain_guesses(t->arena, LM_STR("K\xc3\xb6ln & Zn."), tlds, out, 1),
                     1);
    assert_str(out[0], "kolnzn.nl");
    assert_int_equal(enricher_domain_guesses(t->arena, LM_STR("..."), tlds, out, 16), 0);
}

static void stays_on_the_site_and_what_stands_below_it(void **state)
{
    struct lm_test *t = *state;
    lm_str domain = LM_STR("example.nl");

    assert_true(enricher_url_is_of(t->arena, LM_STR("https://www.example.nl/team"), domain));
    assert_true(enricher_url_is_of(t->arena, LM_STR("http://careers.example.nl:8080/"), domain));
    assert_false(enricher_url_is_of(t->arena, LM_STR("https://fake-example.nl/team"), domain));
    assert_false(enricher_url_is_of(t->arena, LM_STR("https://example.nl.example/"), domain));
    assert_false(enricher_url_is_of(t->arena, LM_STR("https://127.0.0.1/"), (lm_str){NULL, 0}));
}

LM_TEST_MAIN(LM_TEST(stays_on_the_site_and_what_stands_below_it),
             LM_TEST(follows_links_to_people_first),
             LM_TEST(tries_usual_paths_when_nothing_is_linked), LM_TEST(guesses_domains_of_a_name))
