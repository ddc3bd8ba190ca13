/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h" /* first: cmocka */

#include <stdio.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/text.h"
#include "gen/lm.pb-c.h"
#include "services/personalizer/write/write.h"

enum { LEADS = 200 };

static const struct write_sender sender = {
    .name = LM_STR("Sanne Bakker"),
    .company = LM_STR("Noordlicht"),
    .link_url = LM_STR("https://noordlicht.example/hoe"),
};

static lm_str numbered(struct lm_test *t, const char *format, int i)
{
    return lm_str_z(lm_arena_printf(t->arena, "%s %d", format, i));
}

/* Leads as they come: every third one lacks something. */
static struct write_lead lead_at(struct lm_test *t, int i, const char *language)
{
    static const char *const first[] = {"Anna", "Joris", "Fatima", "Pieter", "Noor", ""};
    static const char *const last[] = {"de Vries", "Jansen", "van der Berg", "El Amrani", "Smit"};
    static const char *const title[] = {"CEO", "Directeur", "Head of Sales", "", "HR-manager"};
    static const char *const industry[] = {"Software",   "Bouw", "Logistiek", "",
                                           "Advocatuur", "Zorg", "Retail"};
    static const char *const town[] = {"Rotterdam, Zuid-Holland", "", "3511 AB Utrecht", "Zwolle"};

    return (struct write_lead){
        .id = numbered(t, "0193-lead", i),
        .first_name = lm_str_z(first[i % 6]),
        .last_name = lm_str_z(last[i % 5]),
        .job_title = lm_str_z(title[i % 5]),
        .company = numbered(t, "Bedrijf", i),
        .industry = lm_str_z(industry[i % 7]),
        .location = lm_str_z(town[i % 4]),
        .language = lm_str_z(language),
        .page_url = i % 3 ? LM_STR("https://www.bedrijf.nl.example/team") : LM_STR(""),
        .company_source = i % 2 ? WRITE_FROM_INDEED : WRITE_FROM_UNKNOWN,
        .employee_count = i * 3 % 260,
        .open_vacancies = i % 9,
        .has_funding = i % 11 == 0,
    };
}

static struct write_message message(struct lm_test *t, const struct write_lead *lead,
                                    const struct write_sender *from, enum write_step step)
{
    struct write_message m;

    write_message(t->arena, lead, from, &(struct write_order){.step = step}, &m);
    return m;
}

static bool holds(lm_str s, const char *what)
{
    return lm_str_ifind(s, lm_str_z(what), 0) >= 0;
}

static void assert_within_limits(const struct write_message *m, enum write_step step)
{
    static const char *const banned[] = {"hope you are",      "hope this finds",
                                         "my name is",        "came across your profile",
                                         "just checking",     "mijn naam is",
                                         "hoop dat het goed", "even checken"};

    assert_true(m->word_count > 5);
    assert_int_equal(m->word_count, lm_text_words(m->body_text));
    if (m->word_count > write_step_rule(step)->max_words)
        fail_msg("%d words:\n%.*s", m->word_count, LM_FMT(m->body_text));
    assert_true(m->subject.n > 0 && lm_utf8_count(m->subject) <= WRITE_SUBJECT_MAX);
    assert_true(m->preview_text.n > 0 && lm_utf8_count(m->preview_text) <= WRITE_PREVIEW_MAX);
    assert_false(holds(m->subject, "!"));
    assert_false(holds(m->subject, "re:"));
    assert_true(lm_utf8_valid(m->body_text) && lm_utf8_valid(m->subject));
    assert_false(holds(m->body_text, "{") || holds(m->body_text, "}"));
    assert_false(holds(m->body_text, "  ") || holds(m->body_text, " ."));
    for (size_t i = 0; i < LM_COUNT(banned); i++)
        assert_false(holds(m->body_text, banned[i]));
}

static int compare_str(const void *a, const void *b)
{
    return lm_str_cmp(*(const lm_str *)a, *(const lm_str *)b);
}

static size_t count_distinct(lm_str *s, size_t n)
{
    size_t distinct = n > 0;

    qsort(s, n, sizeof(*s), compare_str);
    for (size_t i = 1; i < n; i++)
        distinct += !lm_str_eq(s[i - 1], s[i]);
    return distinct;
}

static void no_two_of_200_leads_get_the_same_mail(void **state)
{
    static const char *const languages[] = {"nl", "en"};
    struct lm_test *t = *state;

    for (size_t l = 0; l < LM_COUNT(languages); l++) {
        for (int step = WRITE_INITIAL; step <= WRITE_BREAKUP; step++) {
            lm_str bodies[LEADS];

            for (int i = 0; i < LEADS; i++) {
                struct write_lead lead = lead_at(t, i, languages[l]);
                struct write_message m = message(t, &lead, &sender, (enum write_step)step);

                assert_within_limits(&m, (enum write_step)step);
                bodies[i] = m.body_text;
            }
            if (count_distinct(bodies, LEADS) != LEADS)
                fail_msg("step %d in %s: %zu of %d differ", step, languages[l],
                         count_distinct(bodies, LEADS), LEADS);
        }
    }
}

static void the_words_vary_even_when_the_names_do_not(void **state)
{
    struct lm_test *t = *state;

    for (int step = WRITE_INITIAL; step <= WRITE_BREAKUP; step++) {
        lm_str bodies[LEADS], previews[LEADS];

        for (int i = 0; i < LEADS; i++) {
            struct write_lead lead = lead_at(t, 1, "nl");
            struct write_message m;

            lead.id = numbered(t, "lead", i);
            m = message(t, &lead, &sender, (enum write_step)step);
            bodies[i] = m.body_text;
            previews[i] = m.preview_text;
        }
        assert_true(count_distinct(bodies, LEADS) > LEADS / 2);
        assert_true(count_distinct(previews, LEADS) >= 6);
    }
}

static void the_same_lead_always_gets_the_same_mail_and_a_variant_another(void **state)
{
    struct lm_test *t = *state;
    struct write_lead lead = lead_at(t, 7, "nl");
    struct write_message one = message(t, &lead, &sender, WRITE_INITIAL);
    struct write_message two = message(t, &lead, &sender, WRITE_INITIAL);
    struct write_message other;
    int different = 0;

    assert_true(lm_str_eq(one.body_html, two.body_html) && lm_str_eq(one.subject, two.subject));
    for (unsigned v = 1; v <= 10; v++) {
        write_message(t->arena, &lead, &sender,
                      &(struct write_order){.step = WRITE_INITIAL, .variant = v}, &other);
        different += !lm_str_eq(one.body_text, other.body_text);
    }
    assert_true(different >= 9);
}

static void odd_names_neither_break_a_limit_nor_reach_the_text(void **state)
{
    struct lm_test *t = *state;
    char *company = lm_arena_zalloc(t->arena, 201);
    const lm_str odd[] = {
        LM_STR(""),
        LM_STR("   "),
        LM_STR("<script>alert(1)</script>"),
        LM_STR("{company} {je|u}"),
        LM_STR("a@b.example"),
        LM_STR("\xff\xfe broken"),
        LM_STR("line\nbreak\r\nBcc: x@y.example"),
        LM_STR("één twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien"),
        LM_STR("https://evil.example/?a=1&b=2"),
        LM_STR("B.V."),
        LM_STR("&& & &&"),
        LM_STR("李小龙 株式会社"),
        {memset(company, 'X', 200), 200},
        {NULL, 0},
    };

    for (size_t i = 0; i < LM_COUNT(odd); i++) {
        for (int step = WRITE_INITIAL; step <= WRITE_BREAKUP; step++) {
            for (size_t j = 0; j < 40; j++) {
                lm_str id = numbered(t, "odd", (int)j);
                struct write_lead lead = {.id = id,
                                          .first_name = odd[i],
                                          .last_name = odd[(i + j) % LM_COUNT(odd)],
                                          .company = odd[(i + 2 * j) % LM_COUNT(odd)],
                                          .job_title = odd[i],
                                          .industry = odd[(i + j) % LM_COUNT(odd)],
                                          .location = odd[i],
                                          .page_url = odd[i],
                                          .language = j % 2 ? LM_STR("nl") : LM_STR("en")};
                struct write_sender from = {.name = odd[(i + j) % LM_COUNT(odd)],
                                            .company = odd[i],
                                            .offer = {odd[i], odd[j % LM_COUNT(odd)]},
                                            .link_url = odd[i]};
                struct write_message m;

                write_message(t->arena, &lead, &from,
                              &(struct write_order){.step = (enum write_step)step}, &m);
                assert_true(m.word_count <= write_step_rule((enum write_step)step)->max_words);
                assert_true(lm_utf8_count(m.subject) <= WRITE_SUBJECT_MAX);
                assert_true(lm_utf8_valid(m.body_html) && lm_utf8_valid(m.body_text));
                assert_true(lm_str_chr(m.subject, '\n', 0) < 0);
                assert_false(holds(m.body_html, "<script"));
                assert_false(holds(m.subject, "evil.example"));
            }
        }
    }
}

static void the_first_mail_says_who_writes_and_how_the_reader_was_found(void **state)
{
    struct lm_test *t = *state;

    for (int i = 0; i < LEADS; i++) {
        struct write_lead lead = lead_at(t, i, i % 2 ? "nl" : "en");
        struct write_message m = message(t, &lead, &sender, WRITE_INITIAL);

        assert_true(holds(m.body_text, "Sanne Bakker\nNoordlicht"));
        assert_true(holds(m.body_text, lead.page_url.n > 0               ? "bedrijf.nl.example"
                                       : lead.company_source             ? "Indeed"
                                       : lm_str_eqz(lead.language, "nl") ? "openbare bronnen"
                                                                         : "public sources"));
    }
}

static void a_mail_never_names_a_source_that_the_company_is_not_from(void **state)
{
    static const struct {
        int source; /* numbers of lm.Source */
        const char *named;
    } cases[] = {{LM__SOURCE__INDEED, "Indeed"},
                 {LM__SOURCE__OTHER, "public sources"},
                 {LM__SOURCE__JUSTDIAL, "Justdial"},
                 {LM__SOURCE__APOLLO, "Apollo"},
                 {WRITE_SOURCES, "public sources"},
                 {WRITE_SOURCES + WRITE_FROM_INDEED, "public sources"},
                 {-1, "public sources"}};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct write_lead lead = lead_at(t, 0, "en");
        lm_str body;

        lead.company_source = (enum write_source)cases[i].source;
        body = message(t, &lead, &sender, WRITE_INITIAL).body_text;
        assert_true(holds(body, cases[i].named));
        assert_int_equal(holds(body, "Indeed"), i == 0);
    }
}

static void a_long_offer_is_used_a_sentence_a_mail(void **state)
{
    struct lm_test *t = *state;
    struct write_sender from = sender;
    struct write_lead lead = lead_at(t, 8, "nl");

    from.offer[WRITE_NL] = LM_STR("Wij bakken brood. Elke ochtend vers! Ook op zondag?");
    assert_true(holds(message(t, &lead, &from, WRITE_INITIAL).body_text, "Wij bakken brood."));
    assert_true(holds(message(t, &lead, &from, WRITE_FOLLOWUP1).body_text, "Elke ochtend vers!"));
    assert_true(holds(message(t, &lead, &from, WRITE_FOLLOWUP2).body_text, "Ook op zondag?"));
}

static void an_offer_in_one_language_decides_the_language(void **state)
{
    struct lm_test *t = *state;
    struct write_lead lead = {.id = LM_STR("x"), .language = LM_STR("en")};
    struct write_sender none = {0}, dutch = {.offer = {[WRITE_NL] = LM_STR("Wij helpen.")}};

    (void)t;
    assert_int_equal(write_language_of(&lead, &none), WRITE_EN);
    assert_int_equal(write_language_of(&lead, &dutch), WRITE_NL);
    lead.language = LM_STR("nl-BE");
    assert_int_equal(write_language_of(&lead, &none), WRITE_NL);
    lead.language = LM_STR("de");
    assert_int_equal(write_language_of(&lead, &none), WRITE_EN);
    lead.language = LM_STR("");
    lead.domain = LM_STR("acme.nl.example");
    assert_int_equal(write_language_of(&lead, &none), WRITE_NL);
    lead.domain = LM_STR("acme.nl");
    assert_int_equal(write_language_of(&lead, &none), WRITE_EN);
    lead.country = LM_STR("NL");
    assert_int_equal(write_language_of(&lead, &none), WRITE_NL);
    none.language = LM_STR("en");
    assert_int_equal(write_language_of(&lead, &none), WRITE_EN);
}

static void a_formal_sector_is_addressed_formally(void **state)
{
    struct lm_test *t = *state;
    struct write_lead lead = lead_at(t, 1, "nl");

    lead.industry = LM_STR("Advocatuur");
    for (int i = 0; i < 50; i++) {
        struct write_message m;

        lead.id = numbered(t, "formal", i);
        m = message(t, &lead, &sender, (enum write_step)(1 + i % 4));
        assert_true(holds(m.body_text, "Geachte Joris Jansen,"));
        assert_false(holds(m.body_text, " je ") || holds(m.body_text, " jij "));
        assert_false(holds(m.body_text, "jullie"));
    }
    lead.first_name = LM_STR("");
    lead.last_name = LM_STR("de Vries");
    assert_true(holds(message(t, &lead, &sender, WRITE_INITIAL).body_text,
                      "Geachte heer of mevrouw De Vries,"));
}

static void html_is_escaped_in_paragraphs_with_links_that_show_where_they_lead(void **state)
{
    struct lm_test *t = *state;
    lm_str html = write_html(
        t->arena, LM_STR("A & B <x>\nline 2\n\n\nSee https://a.example/p?q=1&r='2'. Bye\n"));

    assert_true(holds(html, "max-width:600px"));
    assert_true(holds(html, "<p style=\"margin:0 0 16px 0\">A &amp; B &lt;x&gt;<br>\nline 2</p>"));
    assert_true(holds(html, "<a href=\"https://a.example/p?q=1&amp;r=&#39;2\">"));
    assert_true(holds(html, "Bye</p>\n</div>"));
    assert_false(holds(html, "<p></p>"));
}

static void a_persons_sentence_goes_into_the_mail(void **state)
{
    struct lm_test *t = *state;
    struct write_lead lead = lead_at(t, 4, "nl");
    struct write_message m;

    write_message(t->arena, &lead, &sender,
                  &(struct write_order){.step = WRITE_INITIAL,
                                        .extra = LM_STR("We spraken elkaar\nop de beurs")},
                  &m);
    assert_true(holds(m.body_text, "We spraken elkaar op de beurs."));
}

LM_TEST_MAIN(LM_TEST(no_two_of_200_leads_get_the_same_mail),
             LM_TEST(the_words_vary_even_when_the_names_do_not),
             LM_TEST(the_same_lead_always_gets_the_same_mail_and_a_variant_another),
             LM_TEST(odd_names_neither_break_a_limit_nor_reach_the_text),
             LM_TEST(the_first_mail_says_who_writes_and_how_the_reader_was_found),
             LM_TEST(a_mail_never_names_a_source_that_the_company_is_not_from),
             LM_TEST(a_long_offer_is_used_a_sentence_a_mail),
             LM_TEST(an_offer_in_one_language_decides_the_language),
             LM_TEST(a_formal_sector_is_addressed_formally),
             LM_TEST(html_is_escaped_in_paragraphs_with_links_that_show_where_they_lead),
             LM_TEST(a_persons_sentence_goes_into_the_mail))
