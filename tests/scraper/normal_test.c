/* SPDX-License-Identifier: Apache-2.0 */
/* What sources, spreadsheets and people write, and what becomes of it. */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "common/json.h"
#include "common/text.h"
#include "services/scraper/normal/normal.h"

/* NULL on the right: nothing. */
static void assert_text(lm_str got, const char *wanted, const char *typed)
{
    if ((wanted && !lm_str_eqz(got, wanted)) || (!wanted && got.n))
        fail_msg("\"%s\": got \"%.*s\", wanted \"%s\"", typed, LM_FMT(got), wanted ? wanted : "");
}

static const struct {
    const char *typed, *code;
} countries[] = {
    {"NL", "NL"},
    {"nl", "NL"},
    {"Nederland", "NL"},
    {"The Netherlands", "NL"},
    {"HOLLAND", "NL"},
    {"Niederlande", "NL"},
    {"Pays-Bas", "NL"},
    {"Belgi\xc3\xab", "BE"},
    {"Belgique", "BE"},
    {"Deutschland", "DE"},
    {"Duitsland", "DE"},
    {"Frankrijk", "FR"},
    {"UK", "GB"},
    {"U.K.", "GB"},
    {"England", "GB"},
    {"Verenigd Koninkrijk", "GB"},
    {"Royaume-Uni", "GB"},
    {"USA", "US"},
    {"U.S.A.", "US"},
    {"United States of America", "US"},
    {"\xc3\x89tats-Unis", "US"},
    {"\xc3\x96sterreich", "AT"},
    {"Zwitserland", "CH"},
    {"India", "IN"},
    {"Inde", "IN"},
    {"Tsjechi\xc3\xab", "CZ"},
    {"IRL", "IE"},
    {"CN", "CN"},
    {"XX", NULL},
    {"Utrecht", NULL},
    {"Europa", NULL},
    {"", NULL},
};

static void knows_countries_in_four_languages(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(countries); i++)
        assert_text(lm_str_z(scraper_country_of(t->arena, lm_str_z(countries[i].typed))),
                    countries[i].code, countries[i].typed);
}

static const struct {
    const char *typed;
    int64_t least, most; /* -2: no number */
} employees[] = {
    {"25", 25, 25},
    {"11-50", 11, 50},
    {"11 \xe2\x80\x93 50 medewerkers", 11, 50},
    {"51-200 employees", 51, 200},
    {"1.001-5.000", 1001, 5000},
    {"5,001-10,000 employees", 5001, 10000},
    {"10.001+ werknemers", 10001, -1},
    {"10,001+", 10001, -1},
    {"500+", 500, -1},
    {"5000 +", 5000, -1},
    {"10K+", 10000, -1},
    {"1K-5K", 1000, 5000},
    {"meer dan 500", 500, -1},
    {"500 or more", 500, -1},
    {"> 250", 250, -1},
    {"1 tot 10", 1, 10},
    {"11 to 50", 11, 50},
    {"2 t/m 9 werkzame personen", 2, 9},
    {"minder dan 10", 1, 9},
    {"< 10", 1, 9},
    {"ca. 40 FTE", 40, 40},
    {"1.200", 1200, 1200},
    {"1-10", 1, 10},
    {"50-11", 0, -2},
    {"onbekend", 0, -2},
    {"", 0, -2},
    {"-", 0, -2},
    {"99999999999999999999", 0, -2},
};

static void reads_how_many_people_work_there(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(employees); i++) {
        struct scraper_employees got = {0, -2};
        bool is_there = scraper_employees_parse(t->arena, lm_str_z(employees[i].typed), &got);

        if (is_there != (employees[i].most != -2) ||
            (is_there && (got.least != employees[i].least || got.most != employees[i].most)))
            fail_msg("\"%s\": got %lld to %lld", employees[i].typed, (long long)got.least,
                     (long long)got.most);
    }
}

static const struct {
    const char *typed, *url;
} pages[] = {
    {"https://www.linkedin.com/company/acme", "https://www.linkedin.com/company/acme"},
    {"http://nl.linkedin.com/company/Acme-BV/", "https://www.linkedin.com/company/acme-bv"},
    {"linkedin.com/company/acme?trk=public_jobs", "https://www.linkedin.com/company/acme"},
    {"https://www.linkedin.com/company/12345/about/", "https://www.linkedin.com/company/12345"},
    {"https://www.linkedin.com/school/tu-delft/", "https://www.linkedin.com/school/tu-delft"},
    {"https://linkedin.com/showcase/acme-cloud", "https://www.linkedin.com/showcase/acme-cloud"},
    {"https://www.linkedin.com/company/caf%C3%A9-oost",
     "https://www.linkedin.com/company/caf%c3%a9-oost"},
    {"https://www.linkedin.com/in/jan-jansen", NULL},
    {"https://www.linkedin.com/pub/jan/1/2/3", NULL},
    {"https://www.linkedin.com/company/", NULL},
    {"https://www.linkedin.com/jobs/view/1", NULL},
    {"https://www.linkedin.com.example.nl/company/acme", NULL},
    {"https://example.nl/linkedin.com/company/acme", NULL},
    {"https://www.linkedin.com/company/a\"><b", NULL},
    {"acme", NULL},
};

static void writes_a_company_page_of_linkedin_in_one_way(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(pages); i++)
        assert_text(scraper_linkedin_company(t->arena, lm_str_z(pages[i].typed)), pages[i].url,
                    pages[i].typed);
}

static const struct {
    const char *typed, *said; /* where it is if it does not say */
    const char *address, *postal_code, *city, *country;
} places[] = {
    {"Herengracht 1, 1012 AB Amsterdam, Nederland", NULL, "Herengracht 1", "1012 AB", "Amsterdam",
     "NL"},
    {"Damrak 1, 1012 LG Amsterdam, Netherlands", NULL, "Damrak 1", "1012 LG", "Amsterdam", "NL"},
    {"1012ab amsterdam", NULL, NULL, "1012 AB", "amsterdam", "NL"},
    {"1012 AB Amsterdam", "NL", NULL, "1012 AB", "Amsterdam", "NL"},
    {"Amsterdam, 1012 AB", NULL, NULL, "1012 AB", "Amsterdam", "NL"},
    {"1012 AB, Amsterdam", NULL, NULL, "1012 AB", "Amsterdam", "NL"},
    {"NL-1012 AB Amsterdam", NULL, NULL, "1012 AB", "Amsterdam", "NL"},
    {"Plein 1944 12, 6511 JC Nijmegen", NULL, "Plein 1944 12", "6511 JC", "Nijmegen", "NL"},
    {"Korte Vijverberg 2\n2513 AB 's-Gravenhage", NULL, "Korte Vijverberg 2", "2513 AB",
     "'s-Gravenhage", "NL"},
    {"Utrecht, UT", "NL", NULL, NULL, "Utrecht", "NL"},
    {"Utrecht", "NL", NULL, NULL, "Utrecht", NULL},
    {"Leeuwarden, FR", "NL", NULL, NULL, "Leeuwarden", NULL}, /* Friesland or France */
    {"Amsterdam, Noord-Holland", "NL", NULL, NULL, "Amsterdam", "NL"},
    {"Amsterdam, Noord-Holland, Nederland", NULL, NULL, NULL, "Amsterdam", "NL"},
    {"Groningen, Groningen", "NL", NULL, NULL, "Groningen", "NL"},
    {"Hybride werken in Utrecht, UT", "NL", NULL, NULL, "Utrecht", "NL"},
    {"Thuiswerken in Den Haag", "NL", NULL, NULL, "Den Haag", NULL},
    {"Rotterdam (en nog 2 locaties)", "NL", NULL, NULL, "Rotterdam", NULL},
    {"Eindhoven+3 locaties", "NL", NULL, NULL, "Eindhoven", NULL},
    {"Randstad", "NL", NULL, NULL, NULL, NULL},
    {"Regio Utrecht", "NL", NULL, NULL, NULL, NULL},
    {"Nederland", NULL, NULL, NULL, NULL, "NL"},
    {"Heel Nederland", "NL", NULL, NULL, NULL, NULL},
    {"Noord-Holland", "NL", NULL, NULL, NULL, NULL},
    {"Remote", "NL", NULL, NULL, NULL, NULL},
    {"Greater Amsterdam Area", "NL", NULL, NULL, NULL, NULL},
    {"Rue de la Loi 16, 1000 Bruxelles, Belgium", NULL, "Rue de la Loi 16", "1000", "Bruxelles",
     "BE"},
    {"Kerkstraat 12, B-9000 Gent, Belgi\xc3\xab", NULL, "Kerkstraat 12", "9000", "Gent", "BE"},
    {"2000 Antwerpen", "BE", NULL, "2000", "Antwerpen", NULL},
    {"Antwerpen, Vlaanderen, Belgi\xc3\xab", NULL, NULL, NULL, "Antwerpen", "BE"},
    {"Hauptstr. 5, 10115 Berlin, Deutschland", NULL, "Hauptstr. 5", "10115", "Berlin", "DE"},
    {"Marienplatz 8, D-80331 M\xc3\xbcnchen, Germany", NULL, "Marienplatz 8", "80331",
     "M\xc3\xbcnchen", "DE"},
    {"Berlin, DE", "NL", NULL, NULL, "Berlin", "DE"},
    {"M\xc3\xbcnchen, Bayern, Deutschland", NULL, NULL, NULL, "M\xc3\xbcnchen", "DE"},
    {"10 rue de Rivoli, 75001 Paris, France", NULL, "10 rue de Rivoli", "75001", "Paris", "FR"},
    {"1 place de la Bourse, 33000 Bordeaux Cedex 08, France", NULL, "1 place de la Bourse", "33000",
     "Bordeaux", "FR"},
    {"Paris, \xc3\x8ele-de-France, France", NULL, NULL, NULL, "Paris", "FR"},
    {"10 Downing Street, London SW1A 2AA, UK", NULL, "10 Downing Street", "SW1A 2AA", "London",
     "GB"},
    {"10 Downing Street, London, SW1A 2AA", NULL, "10 Downing Street", "SW1A 2AA", "London", "GB"},
    {"1 Deansgate, Manchester m3 1az, United Kingdom", NULL, "1 Deansgate", "M3 1AZ", "Manchester",
     "GB"},
    {"London, England", NULL, NULL, NULL, "London", "GB"},
    {"1600 Amphitheatre Pkwy, Mountain View, CA 94043, USA", NULL, "1600 Amphitheatre Pkwy",
     "94043", "Mountain View", "US"},
    {"350 5th Ave, New York, NY 10118-0110, United States", NULL, "350 5th Ave", "10118-0110",
     "New York", "US"},
    {"San Jose, CA", "NL", NULL, NULL, "San Jose", "US"},
    {"Austin, Texas", NULL, NULL, NULL, "Austin", "US"},
    {"San Francisco Bay Area", NULL, NULL, NULL, NULL, NULL},
    {"New York, New York, United States", NULL, NULL, NULL, "New York", "US"},
    {"Toronto, ON M5H 2N2, Canada", NULL, NULL, "M5H 2N2", "Toronto", "CA"},
    {"12, MG Road, Bengaluru, Karnataka 560001, India", NULL, "12, MG Road", "560001", "Bengaluru",
     "IN"},
    {"Mumbai, Maharashtra 400001, India", NULL, NULL, "400001", "Mumbai", "IN"},
    {"Shop 4, Linking Road, Bandra West, Mumbai - 400050", "IN",
     "Shop 4, Linking Road, Bandra West", "400050", "Mumbai", NULL},
    {"Connaught Place, New Delhi, Delhi 110 001, India", NULL, "Connaught Place", "110001",
     "New Delhi", "IN"},
    {"Pune, Maharashtra, India", NULL, NULL, NULL, "Pune", "IN"},
    {"Stephansplatz 1, 1010 Wien, \xc3\x96sterreich", NULL, "Stephansplatz 1", "1010", "Wien",
     "AT"},
    {"Bahnhofstrasse 1, 8001 Z\xc3\xbcrich, Switzerland", NULL, "Bahnhofstrasse 1", "8001",
     "Z\xc3\xbcrich", "CH"},
    {"ul. Marsza\xc5\x82kowska 1, 00-624 Warszawa", NULL, "ul. Marsza\xc5\x82kowska 1", "00-624",
     "Warszawa", "PL"},
    {"Rua Augusta 1, 1100-048 Lisboa, Portugal", NULL, "Rua Augusta 1", "1100-048", "Lisboa", "PT"},
    {"Drottninggatan 1, 111 51 Stockholm, Sweden", NULL, "Drottninggatan 1", "111 51", "Stockholm",
     "SE"},
    {"1 George St, Sydney NSW 2000, Australia", NULL, "1 George St", "2000", "Sydney", "AU"},
    {"Dubai, AE", NULL, NULL, NULL, "Dubai", "AE"},
    {"Keizersgracht 12", "NL", "Keizersgracht 12", NULL, NULL, NULL},
    {"Postbus 12, Zeist", "NL", "Postbus 12", NULL, "Zeist", NULL},
    {"", "NL", NULL, NULL, NULL, NULL},
    {",,,", "NL", NULL, NULL, NULL, NULL},
    {"12345", "NL", "12345", NULL, NULL, NULL},
};

static void takes_places_apart(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(places); i++) {
        struct scraper_place p;

        scraper_place_parse(t->arena, lm_str_z(places[i].typed), places[i].said, &p);
        assert_text(p.address, places[i].address, places[i].typed);
        assert_text(p.postal_code, places[i].postal_code, places[i].typed);
        assert_text(p.city, places[i].city, places[i].typed);
        assert_text(lm_str_z(p.country), places[i].country, places[i].typed);
    }
}

static void finds_the_industry_of_a_code(void **state)
{
    static const char *const cases[][2] = {
        {"62", "it"},
        {"6201", "software_saas"},
        {"62010", "software_saas"},
        {"6202", "it"},
        {"5829", "software_saas"},
        {"5811", "media"},
        {"4120", "construction"},
        {"2120", "pharma_biotech"},
        {"72112", "pharma_biotech"},
        {"86101", "healthcare"},
        {"56101", "hospitality"},
        {"01131", "agriculture"},
        {"6820", "real_estate"},
        {"7810", "professional_services"},
        {"8411", "public_sector"},
        {"3030", "aerospace_defense"},
        {"4511", "automotive"},
        {"04", NULL},
        {"34", NULL},
        {"6", NULL},
    };

    (void)state;
    for (size_t i = 0; i < LM_COUNT(cases); i++)
        assert_text(lm_str_z(scraper_industry_of_sbi(lm_str_z(cases[i][0]))), cases[i][1],
                    cases[i][0]);
}

/* ---- whole companies, as JSON ---- */

static const struct {
    const char *in, *out; /* the fields that are there afterwards, name first */
} companies[] = {
    {"{'name':'  Bakkerij \\u00a0 Oost\\tB.V. ','domain':'HTTPS://winkel.Bakkerij-Oost.nl/','phone':'020 123 45 67',"
     "'employee_range':'11 \\u2013 50 medewerkers','industry':'Bakkerij','location':'Utrecht, UT'}",
     "{'name':'Bakkerij Oost B.V.','domain':'bakkerij-oost.nl','industry':'manufacturing','employee_count':30,"
     "'location':'Utrecht, UT','country':'NL','phone':'+31201234567','city':'Utrecht','industry_words':'Bakkerij',"
     "'employee_range':'11-50'}"},
    {"{'name':'M\\u00fcller GmbH','email':'MAILTO:Info@Mueller.de','country':'Duitsland','phone':'030 / 901820',"
     "'address':'Hauptstr. 5, 10115 Berlin'}",
     "{'name':'M\\u00fcller GmbH','domain':'mueller.de','location':'Berlin','country':'DE','phone':'+4930901820',"
     "'email':'info@mueller.de','address':'Hauptstr. 5','postal_code':'10115','city':'Berlin'}"},
    {"{'name':'Jansen','email':'jansen@gmail.com','website_url':'facebook.com/jansen','domain':'linkedin.com'}",
     "{'name':'Jansen','website_url':'https://facebook.com/jansen','email':'jansen@gmail.com'}"},
    {"{'name':'X','website_url':'https://www.linkedin.com/company/X-BV/about'}",
     "{'name':'X','linkedin_url':'https://www.linkedin.com/company/x-bv'}"},
    {"{'name':'X','linkedin_url':'https://www.linkedin.com/in/jan','website_url':'info@x.nl'}",
     "{'name':'X'}"},
    {"{'name':'X','location':'10 Downing Street, London SW1A 2AA, UK','phone':'020 7946 0958'}",
     "{'name':'X','location':'10 Downing Street, London SW1A 2AA, UK','country':'GB','phone':'+442079460958',"
     "'address':'10 Downing Street','postal_code':'SW1A 2AA','city':'London'}"},
    {"{'name':'X','sbi_codes':['62.01','J62.02','6201Z','00','6201'],'registration_number':'12.34 56.78',"
     "'postal_code':'1012ab'}",
     "{'name':'X','industry':'software_saas','registration_number':'12345678','postal_code':'1012 AB',"
     "'sbi_codes':['6201','6202']}"},
    {"{'name':'X','industry':'Iets heel anders','employee_range':'veel','country':'Atlantis','phone':'n.v.t.'}",
     "{'name':'X','industry_words':'Iets heel anders'}"},
    {"{'name':'X','industry':'telecom','industry_words':'Kabels','employee_count':7,'employee_range':'500+'}",
     "{'name':'X','industry':'telecom','employee_count':7,'industry_words':'Kabels','employee_range':'500+'}"},
    {"{'name':'X','employee_range':'10K+','location':'San Jose, CA','phone':'(408) 555-0123'}",
     "{'name':'X','employee_count':10000,'location':'San Jose, CA','country':'US','phone':'+14085550123',"
     "'city':'San Jose','employee_range':'10000+'}"},
    {"{'name':'X','city':'1012ab Amsterdam'}",
     "{'name':'X','location':'Amsterdam','country':'NL','postal_code':'1012 AB','city':'Amsterdam'}"},
    {"{'name':'X','address':'Herengracht 1, 1012 AB Amsterdam, Nederland','postal_code':'1012 AB','city':'Amsterdam'}",
     "{'name':'X','location':'Amsterdam','country':'NL','address':'Herengracht 1','postal_code':'1012 AB',"
     "'city':'Amsterdam'}"},
    {"{'name':'X','address':'Verzonnenstraat 100, haarlem','city':'Haarlem'}",
     "{'name':'X','location':'Haarlem','address':'Verzonnenstraat 100','city':'Haarlem'}"},
    {"{'name':'X','address':'12, MG Road','city':'Bengaluru'}",
     "{'name':'X','location':'Bengaluru','address':'12, MG Road','city':'Bengaluru'}"},
    {"{'name':'X','city':'Dublin 2','country':'Ireland'}",
     "{'name':'X','location':'Dublin','country':'IE','city':'Dublin'}"},
    {"{'name':'X','description':' a\\nb ','location':'Randstad','email':'geen','website_url':'x','employee_count':0}",
     "{'name':'X','location':'Randstad','description':'a\\nb'}"},
};

static char *json_of(struct lm_test *t, const char *text)
{
    char *json = lm_arena_strdup(t->arena, text);

    for (char *p = json; *p; p++)
        *p = *p == '\'' ? '"' : *p;
    return json;
}

static Lm__Company *company_of(struct lm_test *t, const char *text)
{
    char *json = lm_arena_printf(t->arena, "{\"id\":\"\",%s", json_of(t, text) + 1);
    ProtobufCMessage *m;

    assert_ok(lm_json_to_pb(t->arena, &lm__company__descriptor, lm_str_z(json), &m, &t->err),
              &t->err);
    return (Lm__Company *)m;
}

static void makes_whole_companies_normal(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(companies); i++) {
        Lm__Company *c = company_of(t, companies[i].in), *wanted = company_of(t, companies[i].out);
        struct lm_buf got = lm_buf_in(t->arena, 1 << 16), right = got;
        lm_str once;

        scraper_company_normalize(t->arena, c, "NL");
        lm_pb_to_json(&c->base, &got);
        lm_pb_to_json(&wanted->base, &right);
        assert_string_equal(lm_buf_z(&got), lm_buf_z(&right));
        /* Again changes nothing. */
        once = lm_pb_pack(t->arena, &c->base);
        scraper_company_normalize(t->arena, c, "NL");
        assert_true(lm_str_eq(lm_pb_pack(t->arena, &c->base), once));
    }
}

/* Every line of the tables as every text of a company. */
static void doing_it_again_changes_nothing(void **state)
{
    static const char *const industries[] = {"Software Development", "Bouwmarkt", "retail",
                                             "Charity", ""};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(places); i++) {
        Lm__Company c = LM__COMPANY__INIT;
        char *typed = lm_arena_strdup(t->arena, places[i].typed);
        lm_str once;

        c.id = (char *)(uintptr_t) "";
        c.name = (char *)(uintptr_t) "X";
        c.location = c.address = typed;
        c.country = lm_arena_strdup(t->arena, countries[i % LM_COUNT(countries)].typed);
        c.industry = lm_arena_strdup(t->arena, industries[i % LM_COUNT(industries)]);
        c.employee_range = lm_arena_strdup(t->arena, employees[i % LM_COUNT(employees)].typed);
        c.linkedin_url = c.website_url =
            lm_arena_strdup(t->arena, pages[i % LM_COUNT(pages)].typed);
        scraper_company_normalize(t->arena, &c, places[i].said);
        once = lm_pb_pack(t->arena, &c.base);
        scraper_company_normalize(t->arena, &c, places[i].said);
        assert_true(lm_str_eq(lm_pb_pack(t->arena, &c.base), once));
    }
}

LM_TEST_MAIN(LM_TEST(knows_countries_in_four_languages), LM_TEST(reads_how_many_people_work_there),
             LM_TEST(writes_a_company_page_of_linkedin_in_one_way), LM_TEST(takes_places_apart),
             LM_TEST(finds_the_industry_of_a_code), LM_TEST(makes_whole_companies_normal),
             LM_TEST(doing_it_again_changes_nothing))
