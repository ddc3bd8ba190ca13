/* SPDX-License-Identifier: Apache-2.0 */
/* Cells to fields: one reader a kind of field. */
#include "services/scraper/import/field.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/normal/normal.h"

#define READER(name) static const char *name(struct lm_arena *a, Lm__Company *c, lm_str value)

static const char *text(struct lm_arena *a, char **to, lm_str value, size_t max)
{
    if (lm_utf8_count(value) > max)
        return lm_arena_printf(a, "is longer than %zu characters: shorten it", max);
    *to = lm_arena_strz(a, lm_text_squeeze(a, value));
    return NULL;
}

#define TEXT_READER(name, field, max)          \
    READER(name)                               \
    {                                          \
        return text(a, &c->field, value, max); \
    }

TEXT_READER(read_name, name, 255)
TEXT_READER(read_industry, industry, 100)
TEXT_READER(read_location, location, 255)
TEXT_READER(read_description, description, 5000)
TEXT_READER(read_funding_amount, funding_amount, 100)
TEXT_READER(read_registration, registration_number, 50)
TEXT_READER(read_address, address, 255)
TEXT_READER(read_postal_code, postal_code, 20)
TEXT_READER(read_city, city, 100)

READER(read_domain)
{
    lm_str domain = lm_domain_normalize(a, value);

    if (!domain.n)
        return "is no domain: write it like example.nl";
    c->domain = lm_arena_strz(a, domain);
    return NULL;
}

/* What scraper_company_normalize reads stands as it came until then. */
#define RAW_READER(name, field)             \
    READER(name)                            \
    {                                       \
        c->field = lm_arena_strz(a, value); \
        return NULL;                        \
    }

RAW_READER(read_country, country)
RAW_READER(read_website, website_url)
RAW_READER(read_linkedin, linkedin_url)
RAW_READER(read_email, email)
RAW_READER(read_phone, phone)

/* "1.200" is one number, "11-50" a range; "500+" is open. */
READER(read_employees)
{
    struct scraper_employees n;

    if (value.n > 50 || !scraper_employees_parse(a, value, &n) || n.least > 10000000)
        return "is no number of employees: write it like 25 or 11-50";
    if (n.least != n.most) {
        c->employee_range = lm_arena_strz(a, value);
        return NULL;
    }
    c->has_employee_count = true;
    c->employee_count = (int32_t)n.least;
    return NULL;
}

READER(read_vacancies)
{
    struct scraper_employees n; /* numbers are written alike, whatever they count */

    if (value.n > 50 || !scraper_employees_parse(a, value, &n) || n.least > 1000000)
        return "is no number of vacancies: write it like 7";
    c->has_open_vacancies = true;
    c->open_vacancies = (int32_t)n.least;
    return NULL;
}

/* 1 and 0; -1: neither. */
static int yes_or_no(lm_str value)
{
    static const char *const words[] = {"false", "true", "no",   "yes", "nee",    "ja",
                                        "0",     "1",    "n",    "y",   "onwaar", "waar",
                                        "nein",  "j",    "none", "x",   "falsch", "wahr"};

    for (size_t i = 0; i < LM_COUNT(words); i++) {
        if (lm_str_ieqz(value, words[i]))
            return (int)(i % 2);
    }
    return -1;
}

READER(read_funding)
{
    int is_yes = yes_or_no(value);

    (void)a;
    if (is_yes < 0)
        return "is neither yes nor no";
    if (is_yes)
        c->has_has_funding = c->has_funding = true;
    return NULL;
}

READER(read_no_mailing)
{
    int is_yes = yes_or_no(value);

    (void)a;
    if (is_yes < 0)
        return "is neither yes nor no";
    if (is_yes)
        c->has_no_mailing = c->no_mailing = true;
    return NULL;
}

/* "62.01; 6202": digits only. */
READER(read_sbi)
{
    char **codes = LM_NEW_ARRAY(a, char *, value.n / 2 + 1);
    size_t n = 0;

    for (size_t i = 0; i < value.n;) {
        char code[7];
        size_t digits = 0;

        for (; i < value.n && (isdigit((unsigned char)value.p[i]) || value.p[i] == '.'); i++) {
            if (value.p[i] != '.' && digits < sizeof(code))
                code[digits++] = value.p[i];
        }
        if (digits == 1 || digits > 6 || n == 20)
            return "is no SBI code: write two to six digits, like 62.01";
        if (digits)
            codes[n++] = lm_arena_strz(a, (lm_str){code, digits});
        else
            i++;
    }
    if (n == 0)
        return "is no SBI code: write two to six digits, like 62.01";
    c->sbi_codes = codes;
    c->n_sbi_codes = n;
    return NULL;
}

#define LOST(field, remedy) .at = offsetof(Lm__Company, field), .lost = remedy

const struct scraper_field scraper_fields[] = {
    {"country", read_country, " country land countrycode landcode landencode staat isocountry ",
     LOST(country, "is no country: write two letters, like NL, or its name")},
    {"name", read_name,
     " name naam bedrijf bedrijfsnaam company companyname organisatie organisation organization handelsnaam firma "
     "firmenname firmaname unternehmen unternehmensname account accountname klant klantnaam kunde business "
     "businessname relatie relatienaam statutairenaam ",
     0, NULL},
    {"domain", read_domain,
     " domain domein domeinnaam companydomain domainname webdomain emaildomain ", 0, NULL},
    {"website_url", read_website,
     " website websiteurl url site web webadres homepage companywebsite webseite internetseite internet www webpage "
     "companyurl webaddress ",
     LOST(website_url, "is no web address: write it like https://www.example.nl")},
    {"linkedin_url", read_linkedin,
     " linkedin linkedinurl companylinkedin linkedinpage linkedinpagina companylinkedinurl linkedincompanyurl "
     "linkedinprofil linkedinprofile ",
     LOST(linkedin_url,
          "is no page of a company: write it like https://www.linkedin.com/company/example")},
    {"phone", read_phone,
     " phone telefoon telefoonnummer tel telnr phonenumber companyphone telefon telefonnummer rufnummer "
     "telephone telephonenumber mobiel mobile ",
     LOST(phone, "is no telephone number: write it with its country, like +31 20 123 4567")},
    {"email", read_email,
     " email emailadres emailaddress mail mailadres companyemail emailadresse infomail generalemail ",
     LOST(email, "is no e-mail address: write it like info@example.nl")},
    {"registration_number", read_registration,
     " kvk kvknummer kvknr kvknumber registrationnumber companynumber handelsregisternummer hrb handelsregister "
     "registernummer chamberofcommerce cocnumber siren siret ondernemingsnummer orgnr ",
     0, NULL},
    {"address", read_address,
     " address adres street straat straatnaam straatenhuisnummer streetaddress adresse strasse strassehausnummer "
     "bezoekadres anschrift vestigingsadres addressline1 ",
     0, NULL},
    {"postal_code", read_postal_code,
     " postcode postalcode zip zipcode plz postleitzahl postnummer ", 0, NULL},
    {"city", read_city,
     " city plaats stad vestigingsplaats woonplaats town ort stadt plaatsnaam gemeente ", 0, NULL},
    {"location", read_location,
     " location locatie standort regio region vestiging hq headquarters ", 0, NULL},
    {"industry", read_industry,
     " industry industrie branche sector bedrijfstak industrysector wirtschaftszweig categorie category ",
     0, NULL},
    {"sbi_codes", read_sbi, " sbi sbicode sbicodes nace nacecode wzcode wz2008 sic siccode ", 0,
     NULL},
    {"employee_count", read_employees,
     " employees employeecount numberofemployees medewerkers werknemers aantalmedewerkers aantalwerknemers size "
     "companysize omvang fte ftes headcount mitarbeiter mitarbeiterzahl anzahlmitarbeiter personeel "
     "grootteklasse aantalpersoneelsleden ",
     0, NULL},
    {"open_vacancies", read_vacancies,
     " vacancies openvacancies vacatures openvacatures jobs openjobs aantalvacatures offenestellen stellen ",
     0, NULL},
    {"has_funding", read_funding, " funding hasfunding financiering funded finanziert ", 0, NULL},
    {"funding_amount", read_funding_amount,
     " fundingamount totalfunding funding amountraised financieringsbedrag finanzierungssumme ", 0,
     NULL},
    {"no_mailing", read_no_mailing,
     " nomailing nonmailing nonmailingindicatie geenmailing donotmail donotcontact keinewerbung ",
     0, NULL},
    {"description", read_description,
     " description omschrijving beschrijving about over notes notities beschreibung bemerkung opmerking "
     "opmerkingen shortdescription ",
     0, NULL},
    {.name = NULL},
};

const struct scraper_field *scraper_field_find(const char *name)
{
    for (const struct scraper_field *f = scraper_fields; f->name; f++) {
        if (strcmp(f->name, name) == 0)
            return f;
    }
    return NULL;
}
