/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "services/enricher/people/people.h"

static struct enricher_people *people_of(struct lm_test *t, lm_str html)
{
    struct enricher_people *people = LM_NEW(t->arena, struct enricher_people);
    struct enricher_outline page;
    const lm_node *root;

    assert_ok(lm_html_parse(t->arena, html, (lm_str){NULL, 0}, &root, &t->err), &t->err);
    enricher_outline_make(t->arena, root, &page);
    enricher_people_find(t->arena, &page, LM_STR("https://voorbeeld.example/team"), people);
    return people;
}

static struct enricher_people *people_in(struct lm_test *t, const char *fixture)
{
    return people_of(t, lm_test_fixture(t, fixture));
}

static void is_person(const struct enricher_people *people, size_t i, const char *first,
                      const char *last, const char *title)
{
    if (i >= people->n)
        fail_msg("only %zu people, wanted %s %s", people->n, first, last);
    assert_str(people->v[i].first_name, first);
    assert_str(people->v[i].last_name, last);
    if (title)
        assert_str(people->v[i].job_title, title);
    else
        assert_int_equal(people->v[i].job_title.n, 0);
}

static void reads_cards(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_in(t, "enricher/team_cards.html");

    assert_int_equal(p->n, 3);
    is_person(p, 0, "Anna", "de Vries", "Algemeen directeur");
    assert_str(p->v[0].email, "anna@voorbeeld.example");
    assert_str(p->v[0].linkedin_url, "https://www.linkedin.com/in/anna-de-vries");
    assert_int_equal(p->v[0].confidence, 100);
    assert_true(p->v[0].is_decision_maker);
    is_person(p, 1, "Jan", "van der Berg", "Hoofd Verkoop");
    assert_str(p->v[1].phone, "+31612345678");
    assert_int_equal(p->v[1].email.n, 0);
    assert_int_equal(p->v[1].linkedin_url.n, 0);
    /* Nobody knows this function, but its place says what it is. */
    is_person(p, 2, "P\xc3\xa9lagie",
              "\xc5\x9e"
              "ahin-Vos",
              "Kraanbaas");
    assert_str(p->v[2].source_url, "https://voorbeeld.example/team");
}

static void reads_tables(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_in(t, "enricher/team_table.html");

    assert_int_equal(p->n, 2);
    is_person(p, 0, "Anna", "de Vries", "Financieel directeur");
    assert_str(p->v[0].email, "a.devries@voorbeeld.example");
    is_person(p, 1, "J.P.", "Bakker", "Adviseur");
    assert_int_equal(p->v[1].email.n, 0); /* info@ is nobody's */
}

static void reads_headings_with_biographies(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_in(t, "enricher/team_headings.html");

    assert_int_equal(p->n, 2);
    is_person(p, 0, "Emma", "Larkfield", "Chief Executive Officer");
    is_person(p, 1, "Noah", "Greenhalt", "Head of Research");
}

static void reads_paragraphs(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_in(t, "enricher/team_text.html");

    assert_int_equal(p->n, 3);
    is_person(p, 0, "Anna", "de Vries", "directeur");
    assert_str(p->v[0].email, "anna@voorbeeld.example");
    is_person(p, 1, "Bram", "Bakker", "oprichter");
    assert_str(p->v[1].phone, "+31301234567");
    is_person(p, 2, "Carla", "Timmerman", "Contactpersoon");
}

static void reads_definition_and_other_lists(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_in(t, "enricher/team_dl.html");

    assert_int_equal(p->n, 4);
    is_person(p, 0, "Anna", "de Vries", "Directeur");
    assert_str(p->v[0].email, "anna@voorbeeld.example");
    is_person(p, 1, "Bram", "Vos", "Planner");
    assert_int_equal(p->v[1].email.n, 0);
    is_person(p, 2, "Carla", "Smit", "Recruiter");
    assert_str(p->v[2].email, "c.smit@voorbeeld.example");
    assert_int_equal(p->v[2].linkedin_url.n, 0);
    is_person(p, 3, "Dirk", "Mol", "HR-manager");
    assert_str(p->v[3].linkedin_url, "https://nl.linkedin.com/in/dirkmol");
}

static void reads_spans_that_a_style_sheet_sets_apart(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_in(t, "enricher/team_spans.html");

    assert_int_equal(p->n, 2);
    is_person(p, 0, "Anna", "de Vries", "CEO & Founder");
    is_person(p, 1, "Bram", "O\xe2\x80\x99Neill", "CTO");
}

static void reads_json_ld_and_leaves_reviewers_out(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_in(t, "enricher/team_json_ld.html");

    assert_int_equal(p->n, 2);
    is_person(p, 0, "Anna", "de Vries", "Managing Director");
    assert_str(p->v[0].email, "anna@voorbeeld.example");
    assert_str(p->v[0].linkedin_url, "https://www.linkedin.com/in/anna");
    assert_int_equal(p->v[0].confidence, 100);
    is_person(p, 1, "Bram", "van Dam", NULL);
}

static void finds_nobody_in_headings_and_quotes(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_in(t, "enricher/not_people.html");

    for (size_t i = 0; i < p->n; i++)
        print_message("%.*s %.*s\n", LM_FMT(p->v[i].first_name), LM_FMT(p->v[i].last_name));
    assert_int_equal(p->n, 0);
}

static void makes_one_of_two_finds_and_sorts_who_decides_first(void **state)
{
    struct lm_test *t = *state;
    struct enricher_people *p = people_of(
        t,
        LM_STR(
            "<ul><li>Bram Vos, planner</li><li>Ren\xc3\xa9 Smit, recruiter</li><li>Rene Smit, "
            "directeur <a href='mailto:r@x.example'>r@x.example</a></li><li>Eva Mol, CEO</li></ul>"));

    assert_int_equal(p->n, 3);
    enricher_people_sort(p);
    is_person(p, 0, "Eva", "Mol", "CEO");
    is_person(p, 1, "Ren\xc3\xa9", "Smit", "recruiter");
    assert_str(p->v[1].email, "r@x.example");
    is_person(p, 2, "Bram", "Vos", "planner");
}

LM_TEST_MAIN(LM_TEST(reads_cards), LM_TEST(reads_tables), LM_TEST(reads_headings_with_biographies),
             LM_TEST(reads_paragraphs), LM_TEST(reads_definition_and_other_lists),
             LM_TEST(reads_spans_that_a_style_sheet_sets_apart),
             LM_TEST(reads_json_ld_and_leaves_reviewers_out),
             LM_TEST(finds_nobody_in_headings_and_quotes),
             LM_TEST(makes_one_of_two_finds_and_sorts_who_decides_first))
