/* SPDX-License-Identifier: Apache-2.0 */
/* What sources and sites call an industry, and which of our list it is. */
#include "tests/lm_test.h"

#include "common/industry.h"

static const struct {
    const char *words, *industry;
} industries[] = {
    {"Software Development", "software_saas"},
    {"Softwareontwikkeling", "software_saas"},
    {"SaaS", "software_saas"},
    {"Ontwikkelen, produceren en uitgeven van software", "software_saas"},
    {"Computer Games", "software_saas"},
    {"IT Services and IT Consulting", "it"},
    {"ICT-dienstverlening", "it"},
    {"Information Technology & Services", "it"},
    {"Internet", "it"},
    {"Computer & Network Security", "it"},
    {"Management Consulting", "professional_services"},
    {"Advocatenkantoor", "professional_services"},
    {"Law Practice", "professional_services"},
    {"Accountancy", "professional_services"},
    {"Staffing and Recruiting", "professional_services"},
    {"Uitzendbureau", "professional_services"},
    {"Zakelijke dienstverlening", "professional_services"},
    {"Schoonmaakbedrijf", "professional_services"},
    {"Financial Services", "financial_services"},
    {"Fintech", "financial_services"},
    {"Banking", "financial_services"},
    {"Verzekeringen", "financial_services"},
    {"Insurance", "financial_services"},
    {"Financi\xc3\xable dienstverlening", "financial_services"},
    {"Hospital & Health Care", "healthcare"},
    {"Gezondheidszorg", "healthcare"},
    {"Tandartspraktijk", "healthcare"},
    {"Medical Devices", "healthcare"},
    {"Kinderopvang", "healthcare"},
    {"Pharmaceuticals", "pharma_biotech"},
    {"Biotechnology", "pharma_biotech"},
    {"Farmaceutische industrie", "pharma_biotech"},
    {"Machinebouw", "manufacturing"},
    {"Metaalbewerking", "manufacturing"},
    {"Food & Beverages", "manufacturing"},
    {"Bakkerij", "manufacturing"},
    {"Automotive", "automotive"},
    {"Autobedrijf", "automotive"},
    {"Aviation & Aerospace", "aerospace_defense"},
    {"Defense and Space Manufacturing", "manufacturing"},
    {"Retail", "retail"},
    {"Detailhandel in kleding", "retail"},
    {"E-commerce", "retail"},
    {"Groothandel", "retail"},
    {"Bouwmarkt", "retail"},
    {"Hospitality", "hospitality"},
    {"Horeca", "hospitality"},
    {"Hotels and Motels", "hospitality"},
    {"Restaurants", "hospitality"},
    {"Media", "media"},
    {"Uitgeverij", "media"},
    {"Broadcast Media", "media"},
    {"Renewables & Environment", "energy"},
    {"Energie", "energy"},
    {"Telecommunications", "telecom"},
    {"Transport en logistiek", "transport"},
    {"Logistics and Supply Chain", "transport"},
    {"Koeriersdienst", "transport"},
    {"Construction", "construction"},
    {"Bouwbedrijf", "construction"},
    {"Aannemersbedrijf", "construction"},
    {"Installatietechniek", "construction"},
    {"Real Estate", "real_estate"},
    {"Makelaardij", "real_estate"},
    {"Farming", "agriculture"},
    {"Glastuinbouw", "agriculture"},
    {"Education Management", "education"},
    {"Basisonderwijs en onderwijs", "education"},
    {"Government Administration", "public_sector"},
    {"Gemeente", "public_sector"},
    {"Marketing & Advertising", "creative_services"},
    {"Reclamebureau", "creative_services"},
    {"Graphic Design", "creative_services"},
    {"Overig", "other"},
    /* Whole words: these hold "it", "ai", "bar" and "bank" only as letters. */
    {"Charity", NULL},
    {"Security", NULL},
    {"Barbier", NULL},
    {"Bankstellen", NULL},
    {"", NULL},
};

static void finds_the_industry_in_words(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(industries); i++) {
        const char *got = lm_industry_of_words(t->arena, lm_str_z(industries[i].words));
        const char *wanted = industries[i].industry;

        if (wanted ? !got || strcmp(got, wanted) != 0 : got != NULL)
            fail_msg("\"%s\": got \"%s\", wanted \"%s\"", industries[i].words, got ? got : "",
                     wanted ? wanted : "");
    }
}

/* So that a value can be made again of what it was made to. */
static void an_industry_of_the_list_is_itself(void **state)
{
    struct lm_test *t = *state;
    size_t n = 0;

    for (; lm_industry_names[n]; n++)
        assert_string_equal(lm_industry_of_words(t->arena, lm_str_z(lm_industry_names[n])),
                            lm_industry_names[n]);
    assert_int_equal(n, 22);
}

static void words_and_list_are_said_together(void **state)
{
    struct lm_test *t = *state;
    char listed[] = "financial_services", words[] = "Fintech";
    Lm__Company c = LM__COMPANY__INIT;

    assert_null(lm_industry_words(t->arena, &c));
    c.industry = listed;
    assert_string_equal(lm_industry_words(t->arena, &c), "financial services");
    c.industry_words = words;
    assert_string_equal(lm_industry_words(t->arena, &c), "Fintech, financial services");
}

LM_TEST_MAIN(LM_TEST(finds_the_industry_in_words), LM_TEST(an_industry_of_the_list_is_itself),
             LM_TEST(words_and_list_are_said_together))
