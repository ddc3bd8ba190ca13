/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_NORMAL_H
#define SCRAPER_NORMAL_H

#include "common/base.h"
#include "gen/lm.pb-c.h"

/*
 * What a company's data look like, whichever way it came: searches, imports, the API. Pure; bytes of others come
 * in. What cannot be read goes, so that what is there can be relied on.
 */

/*
 * Every text NFC, without control characters and doubled blanks, and no longer than its column; "" becomes absent.
 *   domain              what was registered, of `domain`, else of the website, else of the e-mail address; no platform's
 *   website_url         with a scheme and a host of the public internet
 *   linkedin_url        https://www.linkedin.com/company/slug; a person's profile goes
 *   phone, email        E.164 by the company's country, else by `default_country`; in lower case
 *   country             ISO 3166, of names in Dutch, English, German and French
 *   address, postal_code, city, country     filled out of `location` or of a whole address in `address`
 *   location            the city where nothing else was said
 *   industry            of common/industry.h; what the source said stays in industry_words
 *   employee_range      "11-50", "5000+"; employee_count where only a range is known: its mean, or its lower end
 *   sbi_codes           digits of a division that exists, each once
 * Doing it again changes nothing. `default_country` is NULL or ISO 3166; it is taken for no fact about the company.
 */
void scraper_company_normalize(struct lm_arena *a, Lm__Company *company,
                               const char *default_country);

/* ---- the pieces ---- */

/*
 * The industry (common/industry.h) by a code of SBI 2008 or NACE rev. 2, digits only; NULL for a division that does not
 * exist.
 */
const char *scraper_industry_of_sbi(lm_str code);

/* "NL" of "nl", "Nederland", "The Netherlands", "Niederlande", "Pays-Bas", "NLD"; NULL when it is no country. */
const char *scraper_country_of(struct lm_arena *a, lm_str text);

/* "Netherlands" of "NL", as people write it in English; NULL of those whose names we do not know. */
const char *scraper_country_name(const char *code);

/* Names as lm_words_of makes them, without the blanks at their ends, sorted bytewise, and whose they are. */
struct scraper_name {
    const char *name, *country;
};
/* The first row of this name, n when there is none. */
size_t scraper_name_find(const struct scraper_name *v, size_t n, lm_str words);

/* The country of the region called so, of lm_words_of; `country` NULL: any. NULL: no region we know. */
const char *scraper_region_of(lm_str words, const char *country);
/* A region, and no city has its name. */
bool scraper_region_is_no_city(lm_str words);

struct scraper_employees {
    int64_t least, most; /* most: -1 when it is open, as in "500+" */
};
/* "11-50 employees", "1.001–5.000", "10K+", "meer dan 500", "25". False when there is no number. Reference A1. */
bool scraper_employees_parse(struct lm_arena *a, lm_str text, struct scraper_employees *out);

/* https://www.linkedin.com/company/slug (or /school/, /showcase/); {NULL, 0} for anything else. */
lm_str scraper_linkedin_company(struct lm_arena *a, lm_str url);

/* A place as people write it, in parts; what is not there is {NULL, 0}, a country NULL. */
struct scraper_place {
    lm_str address, postal_code, city;
    const char *country;
};
/*
 * "Herengracht 1, 1012 AB Amsterdam, Nederland", "Utrecht, UT", "10 Downing Street, London SW1A 2AA",
 * "Mountain View, CA 94043, USA", "Randstad" (no city). `country`: NULL, or where it is if it does not say.
 */
void scraper_place_parse(struct lm_arena *a, lm_str text, const char *country,
                         struct scraper_place *out);

/*
 * The postal code of `country` that begins at text[at], as it is written there: "1012AB" gives "1012 AB", *length 6.
 * {NULL, 0}: none begins there, or we do not know that country's.
 */
lm_str scraper_postal_at(struct lm_arena *a, lm_str text, size_t at, const char *country,
                         size_t *length);

#endif
