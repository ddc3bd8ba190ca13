/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/enricher/enricher.h"
#include "services/enricher/page/facts.h"

static struct enricher_outline outline(struct lm_test *t, lm_str html)
{
    struct enricher_outline page;
    const lm_node *root;

    assert_ok(lm_html_parse(t->arena, html, (lm_str){NULL, 0}, &root, &t->err), &t->err);
    enricher_outline_make(t->arena, root, &page);
    return page;
}

static void reads_structured_data(void **state)
{
    struct lm_test *t = *state;
    struct enricher_outline page = outline(t, lm_test_fixture(t, "enricher/team_json_ld.html"));
    struct enricher_facts f = {.employees = 0};

    enricher_facts_add(t->arena, &page, LM_STR("voorbeeld.example"), &f);
    assert_int_equal(f.employees, 30);
    assert_str(f.industry_words, "Logistics");
    assert_str(f.location, "Utrecht");
    assert_str(f.phone, "+31301234567");
    assert_str(f.linkedin_url, "https://www.linkedin.com/company/voorbeeld");
}

static void reads_text(void **state)
{
    struct lm_test *t = *state;
    struct enricher_outline page = outline(
        t,
        LM_STR(
            "<html lang=en><head><meta name=description content='Brood uit Ede'></head><body><p>Onze 1.250 medewerkers werken voor "
            "het hele land. Branche: Voedingsmiddelen.</p><p>Tel: 0318-123456, e-mail ander@elders.example of info@x.example</p>"
            "<footer>Kerkstraat 1, 6711 AB Ede</footer>"));
    struct enricher_facts f = {.employees = 0};

    enricher_facts_add(t->arena, &page, LM_STR("x.example"), &f);
    assert_int_equal(f.employees, 1250);
    assert_str(f.industry_words, "Voedingsmiddelen");
    assert_str(f.location, "Ede");
    assert_str(f.phone, "+31318123456");
    assert_str(f.email, "info@x.example");
    assert_str(f.language, "nl"); /* whatever lang says */
    assert_str(f.description, "Brood uit Ede");
    /* A second page completes and does not replace. */
    page = outline(
        t,
        LM_STR(
            "<p>ons team van 3 medewerkers, <a href='https://www.linkedin.com/company/x'>in</a>"));
    enricher_facts_add(t->arena, &page, LM_STR("x.example"), &f);
    assert_int_equal(f.employees, 1250);
    assert_str(f.linkedin_url, "https://www.linkedin.com/company/x");
}

static void a_site_says_what_the_source_did_not(void **state)
{
    struct lm_test *t = *state;
    char words[] = "Fintech", listed[] = "financial_services";
    Lm__Company told = LM__COMPANY__INIT;
    struct enricher_company c = {.facts = &told, .industry_words = LM_STR("Koeriersdienst")};
    const Lm__Company *whole;

    told.id = told.name = words;
    whole = enricher_company_whole(t->arena, &c);
    assert_string_equal(whole->industry, "transport");
    assert_string_equal(whole->industry_words, "Koeriersdienst");
    told.industry = listed;
    told.industry_words = words;
    whole = enricher_company_whole(t->arena, &c);
    assert_string_equal(whole->industry, listed);
    assert_string_equal(whole->industry_words, words);
}

static void tells_languages_apart(void **state)
{
    static const char *const cases[][2] = {
        {"<p>Wij helpen de klanten van het hele land met onze diensten", "nl"},
        {"<p>We help the customers of this country with our services", "en"},
        {"<p>Wir helfen nicht nur der Industrie, sondern auch mit und f\xc3\xbcr die Kunden das Beste",
         "de"},
        {"<p>Nous aidons les clients dans le pays avec des services pour vous", "fr"},
        {"<html lang='nl-NL'><p>Brood", "nl"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct enricher_outline page = outline(t, lm_str_z(cases[i][0]));

        assert_str(enricher_language_of(t->arena, &page), cases[i][1]);
    }
}

static void knows_whose_page_it_is(void **state)
{
    struct lm_test *t = *state;
    struct enricher_outline page =
        outline(t, LM_STR("<title>Welkom</title><p>Duin-Kwint Software maakt software"));

    assert_true(enricher_page_names(t->arena, &page, LM_STR("Duinkwint Software B.V.")));
    assert_false(enricher_page_names(t->arena, &page, LM_STR("Bergzwaan Software B.V.")));
}

LM_TEST_MAIN(LM_TEST(reads_structured_data), LM_TEST(reads_text),
             LM_TEST(a_site_says_what_the_source_did_not), LM_TEST(tells_languages_apart),
             LM_TEST(knows_whose_page_it_is))
