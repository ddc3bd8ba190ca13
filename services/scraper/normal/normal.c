/* SPDX-License-Identifier: Apache-2.0 */
/* A company's fields, one after the other: texts first, so that all that follows reads clean ones. */
#include "services/scraper/normal/normal.h"

#include "common/arena.h"
#include "common/charset.h"
#include "common/industry.h"
#include "common/platforms.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/match/company.h"

enum { LONGEST_PHONE_TEXT = 200, MOST_CODES = 50 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* ---- texts ---- */

/* Nothing to do for it: ASCII, no controls, no blanks at its ends or side by side. */
static bool is_plain(const char *s)
{
    for (size_t i = 0; s[i]; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c < ' ' || c >= 0x7f || (c == ' ' && (i == 0 || s[i + 1] == ' ' || !s[i + 1])))
            return false;
    }
    return true;
}

static char *clean(struct lm_arena *a, char *text, size_t most, bool keeps_lines)
{
    lm_err err = LM_ERR_INIT;
    lm_str s = lm_str_z(text);

    if (!text || !*text)
        return NULL;
    if (!is_plain(text)) {
        if (!lm_utf8_valid(s))
            s = lm_charset_to_utf8(a, s, (lm_str){NULL, 0});
        if (lm_text_nfc(a, s, &s, &err))
            return NULL;
        s = keeps_lines ? lm_str_trim(s) : lm_text_squeeze(a, s);
    }
    if (s.n > most) /* bytes: at least as strict as the contract's characters */
        s = lm_str_trim(lm_utf8_cut(s, most));
    return s.n ? lm_arena_strz(a, s) : NULL;
}

static void clean_texts(struct lm_arena *a, Lm__Company *c)
{
    char *name = clean(a, c->name, 255, false);

    c->name = name ? name : c->name;
    c->domain = clean(a, c->domain, 500, false);
    c->website_url = clean(a, c->website_url, 500, false);
    c->linkedin_url = clean(a, c->linkedin_url, 500, false);
    c->industry = clean(a, c->industry, 100, false);
    c->industry_words = clean(a, c->industry_words, 255, false);
    c->funding_amount = clean(a, c->funding_amount, 100, false);
    c->location = clean(a, c->location, 255, false);
    c->country = clean(a, c->country, 100, false);
    c->description = clean(a, c->description, 5000, true);
    c->source_url = clean(a, c->source_url, 500, false);
    c->phone = clean(a, c->phone, LONGEST_PHONE_TEXT, false);
    c->email = clean(a, c->email, 254, false);
    c->registration_number = clean(a, c->registration_number, 50, false);
    c->address = clean(a, c->address, 255, false);
    c->postal_code = clean(a, c->postal_code, 20, false);
    c->city = clean(a, c->city, 100, false);
    c->employee_range = clean(a, c->employee_range, 50, false);
}

static char *text(struct lm_arena *a, lm_str s)
{
    return s.n ? lm_arena_strz(a, s) : NULL;
}

/* ---- where it is ---- */

static void take_place(struct lm_arena *a, Lm__Company *c, const struct scraper_place *p)
{
    if (!c->postal_code)
        c->postal_code = text(a, p->postal_code);
    if (!c->city)
        c->city = text(a, p->city);
}

/* Without a postal code the end of an address may be a district: it is the city if that, or a country, is said. */
static bool is_city_said(const Lm__Company *c, const struct scraper_place *p)
{
    return p->city.n && (c->city ? lm_str_ieqz(p->city, c->city) : p->country != NULL);
}

/*
 * A whole address in one field; one that is only street and number stays as it is, and so does one with another postal
 * code than the company has. False when there was nothing to take off.
 */
static bool split_address(struct lm_arena *a, Lm__Company *c, const char *country)
{
    struct scraper_place p;

    if (!c->address || !strchr(c->address, ','))
        return false;
    scraper_place_parse(a, lm_str_z(c->address), country, &p);
    if (!p.postal_code.n && !is_city_said(c, &p))
        return false;
    if (c->postal_code && p.postal_code.n && !lm_str_eqz(p.postal_code, c->postal_code))
        return false;
    take_place(a, c, &p);
    if (!p.address.n || lm_str_eqz(p.address, c->address))
        return false;
    c->address = text(a, p.address);
    return true;
}

static void split_address_whole(struct lm_arena *a, Lm__Company *c, const char *country)
{
    while (split_address(a, c, country)) /* shorter each time */
        ;
}

/* "Dublin 2" is Dublin; "1012 AB Amsterdam" has more in it than its column says. */
static void normalize_city(struct lm_arena *a, Lm__Company *c, const char *country)
{
    struct scraper_place p;
    lm_str city = lm_str_z(c->city);

    while (city.n && (city.p[city.n - 1] == ' ' || is_digit(city.p[city.n - 1])))
        city.n--;
    c->city = NULL;
    scraper_place_parse(a, city, country, &p);
    take_place(a, c, &p);
}

static void normalize_postal_code(struct lm_arena *a, Lm__Company *c, const char *country)
{
    lm_str typed = lm_str_z(c->postal_code), code;
    size_t length;

    if (!typed.n)
        return;
    code = scraper_postal_at(a, typed, 0, country, &length);
    if (code.n && length == typed.n)
        c->postal_code = text(a, code);
}

/* Said anywhere: what is written elsewhere is read by it. */
static void find_country(struct lm_arena *a, Lm__Company *c, const char *default_country)
{
    const char *const said[] = {c->location, c->address, c->city};
    const char *code = c->country ? scraper_country_of(a, lm_str_z(c->country)) : NULL;
    struct scraper_place p;

    for (size_t i = 0; i < LM_COUNT(said) && !code; i++) {
        if (!said[i])
            continue;
        scraper_place_parse(a, lm_str_z(said[i]), default_country, &p);
        code = p.country;
    }
    c->country = code ? lm_arena_strdup(a, code) : NULL;
}

static void normalize_place(struct lm_arena *a, Lm__Company *c, const char *default_country)
{
    struct scraper_place p;
    const char *country;

    find_country(a, c, default_country);
    country = c->country ? c->country : default_country;
    if (c->city)
        normalize_city(a, c, country);
    normalize_postal_code(a, c, country);
    split_address_whole(a, c, country);
    if (c->location) {
        scraper_place_parse(a, lm_str_z(c->location), country, &p);
        take_place(a, c, &p);
        if (!c->address && p.postal_code.n)
            c->address = text(a, p.address);
        split_address_whole(a, c, country);
    }
    if (!c->location && c->city)
        c->location = c->city;
}

/* ---- on the net ---- */

/* People leave the scheme out; a mail address is no site, and a page at LinkedIn is none of one's own. */
static char *website(struct lm_arena *a, const char *typed)
{
    char *url =
        strstr(typed, "://") ? lm_arena_strdup(a, typed) : lm_arena_printf(a, "https://%s", typed);
    lm_str host = lm_domain_normalize(a, lm_str_z(url));
    bool is_good = !strchr(typed, '@') && strlen(url) <= 500 && lm_url_valid(lm_str_z(url)) &&
                   host.n && !lm_str_eqz(lm_domain_registrable(host), "linkedin.com");

    return is_good ? url : NULL;
}

static char *linkedin(struct lm_arena *a, const char *url)
{
    return url ? text(a, scraper_linkedin_company(a, lm_str_z(url))) : NULL;
}

static void normalize_web(struct lm_arena *a, Lm__Company *c)
{
    lm_str mail, domain;

    c->linkedin_url = linkedin(a, c->linkedin_url);
    if (!c->linkedin_url)
        c->linkedin_url = linkedin(a, c->website_url);
    if (c->email) {
        lm_str typed = lm_str_z(c->email);

        if (lm_str_istarts(typed, LM_STR("mailto:")))
            typed = lm_str_sub(typed, strlen("mailto:"), typed.n);
        c->email = text(a, lm_email_normalize(a, typed));
    }
    if (c->website_url)
        c->website_url = website(a, c->website_url);
    domain = scraper_company_domain(a, c->domain, c->website_url);
    mail = lm_domain_normalize(a, lm_str_z(c->email));
    if (!domain.n && lm_domain_is_own(mail))
        domain = lm_domain_registrable(mail);
    c->domain = text(a, domain);
}

/* ---- what it does, how large it is, its numbers ---- */

/* "J62.01" and "6201Z" are "6201"; "" when no division begins so. */
static lm_str sbi_code(struct lm_arena *a, const char *typed)
{
    char *p = lm_arena_alloc(a, 8);
    size_t n = 0;

    for (; *typed && n < 6; typed++)
        if (is_digit(*typed))
            p[n++] = *typed;
    return n >= 2 && scraper_industry_of_sbi((lm_str){p, n}) ? (lm_str){p, n} : (lm_str){NULL, 0};
}

static void normalize_sbi(struct lm_arena *a, Lm__Company *c)
{
    char **codes;
    size_t n = 0;

    if (!c->n_sbi_codes)
        return;
    codes = LM_NEW_ARRAY(a, char *, c->n_sbi_codes);
    for (size_t i = 0; i < c->n_sbi_codes && n < MOST_CODES; i++) {
        lm_str code = sbi_code(a, c->sbi_codes[i]);
        bool is_there = !code.n;

        for (size_t k = 0; k < n && !is_there; k++)
            is_there = lm_str_eqz(code, codes[k]);
        if (!is_there)
            codes[n++] = lm_arena_strz(a, code);
    }
    c->sbi_codes = codes;
    c->n_sbi_codes = n;
}

/* What the source said decides; where that says nothing to us, the first code of the register does. */
static void normalize_industry(struct lm_arena *a, Lm__Company *c)
{
    const char *found = lm_industry_find(lm_str_z(c->industry));

    if (!found && c->industry) {
        c->industry_words = c->industry_words ? c->industry_words : c->industry;
        found = lm_industry_of_words(a, lm_str_z(c->industry));
    }
    if (!found && c->industry_words)
        found = lm_industry_of_words(a, lm_str_z(c->industry_words));
    for (size_t i = 0; i < c->n_sbi_codes && !found; i++)
        found = scraper_industry_of_sbi(lm_str_z(c->sbi_codes[i]));
    c->industry = found ? lm_arena_strdup(a, found) : NULL;
}

static void normalize_employees(struct lm_arena *a, Lm__Company *c)
{
    struct scraper_employees e;

    if (c->has_employee_count && c->employee_count <= 0)
        c->has_employee_count = false;
    if (!c->employee_range)
        return;
    if (!scraper_employees_parse(a, lm_str_z(c->employee_range), &e)) {
        c->employee_range = NULL;
        return;
    }
    if (!c->has_employee_count && e.least > 0) {
        c->has_employee_count = true;
        c->employee_count = (int32_t)(e.most < 0 ? e.least : (e.least + e.most) / 2);
    }
    if (e.most < 0)
        c->employee_range = lm_arena_printf(a, "%lld+", (long long)e.least);
    else if (e.most > e.least)
        c->employee_range = lm_arena_printf(a, "%lld-%lld", (long long)e.least, (long long)e.most);
    else
        c->employee_range = NULL; /* a number: the count says it */
}

/* "12 34 56 78" and "12.345.678" are 12345678; letters and hyphens belong to the number of some registers. */
static void normalize_registration(struct lm_arena *a, Lm__Company *c)
{
    char *p;
    size_t n = 0;

    if (!c->registration_number)
        return;
    p = lm_arena_strdup(a, c->registration_number);
    for (size_t i = 0; p[i]; i++)
        if (p[i] != ' ' && p[i] != '.')
            p[n++] = p[i];
    p[n] = '\0';
    c->registration_number = n ? p : NULL;
}

void scraper_company_normalize(struct lm_arena *a, Lm__Company *c, const char *default_country)
{
    if (default_country && !*default_country)
        default_country = NULL;
    clean_texts(a, c);
    normalize_place(a, c, default_country);
    normalize_web(a, c);
    if (c->phone)
        c->phone = text(a, lm_phone_e164(a, lm_str_z(c->phone),
                                         c->country ? c->country : default_country));
    normalize_sbi(a, c);
    normalize_industry(a, c);
    normalize_employees(a, c);
    normalize_registration(a, c);
}
