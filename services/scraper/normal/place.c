/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Places as people and sources write them, taken apart from behind: the country, then the part with the postal code,
 * which has the city beside or before it; what is in front is street and number.
 */
#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "common/words.h"
#include "services/scraper/normal/normal.h"

enum { MOST_PARTS = 12, LONGEST_TEXT = 300, LONGEST_CITY = 100 };

struct parts {
    lm_str v[MOST_PARTS];
    size_t n;
};

/* ---- what is no city ---- */

/* "Randstad", "Greater London", "San Francisco Bay Area", "Remote": where, but no place. */
static bool is_vague(lm_str words)
{
    static const char *const marks[] = {
        " randstad ", " area ",     " regio ",    " region ",   " omgeving ",  " omstreken ",
        " greater ",  " remote ",   " hybrid ",   " hybride ",  " thuiswerk",  " landelijk ",
        " benelux ",  " europe ",   " europa ",   " emea ",     " worldwide ", " wereldwijd ",
        " heel ",     " meerdere ", " anywhere ", " diverse ",  " provincie ", " multiple ",
        " global ",   " home ",     " locaties ", " locations "};

    for (size_t i = 0; i < LM_COUNT(marks); i++)
        if (lm_str_find(words, lm_str_z(marks[i]), 0) >= 0)
            return true;
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool has_digit(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_digit(s.p[i]))
            return true;
    return false;
}

static bool is_city(struct lm_arena *a, lm_str s)
{
    lm_str words;

    if (s.n < 2 || s.n > LONGEST_CITY || has_digit(s))
        return false;
    words = lm_words_of(a, s);
    return words.n > 2 && !is_vague(words) && !scraper_region_is_no_city(words) &&
           !scraper_country_of(a, s);
}

/* ---- into parts ---- */

/* "Hybride werken in Utrecht, UT" */
static lm_str without_way_of_work(lm_str s)
{
    static const char *const ways[] = {"hybrid", "thuiswerken", "remote", "op locatie",
                                       "gedeeltelijk"};
    ptrdiff_t at = lm_str_ifind(s, LM_STR(" in "), 0);

    for (size_t i = 0; at > 0 && i < LM_COUNT(ways); i++)
        if (lm_str_istarts(s, lm_str_z(ways[i])))
            return lm_str_sub(s, (size_t)at + 4, s.n);
    return s;
}

/* Without what stands in brackets, and "+3 locaties" behind. */
static lm_str without_notes(struct lm_arena *a, lm_str s)
{
    char *p = lm_arena_alloc(a, s.n + 1);
    size_t n = 0;
    int depth = 0;

    for (size_t i = 0; i < s.n; i++) {
        depth += s.p[i] == '(';
        if (depth == 0 && s.p[i] == '+' && i + 1 < s.n && is_digit(s.p[i + 1]))
            break;
        if (depth == 0)
            p[n++] = s.p[i];
        depth -= s.p[i] == ')' && depth > 0;
    }
    return (lm_str){p, n};
}

static void split(struct lm_arena *a, lm_str text, struct parts *out)
{
    char *p = lm_arena_strz(a, text);
    lm_str rest = {p, text.n}, part;

    for (size_t i = 0; i < text.n; i++)
        p[i] = strchr(";|\n", p[i]) && p[i] ? ',' : p[i];
    out->n = 0;
    while (lm_str_split(&rest, ',', &part)) {
        part = lm_text_squeeze(a, part);
        if (part.n && out->n < MOST_PARTS)
            out->v[out->n++] = part;
    }
}

static lm_str joined(struct lm_arena *a, const struct parts *p, size_t n, lm_str behind)
{
    lm_str all = {NULL, 0};

    for (size_t i = 0; i < n; i++)
        all = all.n ? lm_str_z(lm_arena_printf(a, "%.*s, %.*s", LM_FMT(all), LM_FMT(p->v[i])))
                    : p->v[i];
    if (behind.n)
        all = all.n ? lm_str_z(lm_arena_printf(a, "%.*s, %.*s", LM_FMT(all), LM_FMT(behind)))
                    : behind;
    return all;
}

/* ---- the country ---- */

/*
 * "Berlin, DE" and "Leeuwarden, FR": two letters behind a city are a region of where we are, else a country of those
 * whose sources write so, else a state of the USA ("San Jose, CA").
 */
static const char *country_of_two(struct lm_arena *a, lm_str part, const char *hint,
                                  bool *is_region)
{
    static const char europe[] = " NL BE DE FR GB UK LU IE ES IT PT PL AT CH DK SE NO FI ";
    const char *code = scraper_country_of(a, part);
    lm_str words = lm_words_of(a, part);
    const char *region = scraper_region_of(words, hint);

    *is_region = hint && region;
    if (*is_region)
        return code ? NULL : region; /* Friesland or France: nothing is said for sure */
    if (code && lm_str_find(lm_str_z(europe), lm_str_z(code), 0) > 0)
        return code;
    region = scraper_region_of(words, NULL);
    *is_region = region != NULL;
    return region ? region : code;
}

/* Takes country and region off the end; *country stays as it was when neither says it. */
static void take_country(struct lm_arena *a, struct parts *p, const char *hint,
                         const char **country)
{
    bool is_region = false;
    const char *found;

    if (p->n == 0)
        return;
    found = p->v[p->n - 1].n == 2 ? country_of_two(a, p->v[p->n - 1], hint, &is_region)
                                  : scraper_country_of(a, p->v[p->n - 1]);
    if (found || is_region)
        p->n--;
    if (found)
        *country = found;
    if (p->n < 2)
        return;
    found = scraper_region_of(lm_words_of(a, p->v[p->n - 1]), *country);
    if (found) {
        p->n--;
        *country = found;
    }
}

/* ---- the part with the postal code ---- */

struct coded {
    lm_str code, before, behind;
    size_t part;
};

static bool find_code(struct lm_arena *a, const struct parts *p, const char *country,
                      bool is_last_in_part, struct coded *out)
{
    for (size_t i = p->n; country && i-- > 0;) {
        for (size_t at = 0, length; at < p->v[i].n; at++) {
            lm_str part = p->v[i];
            lm_str code = scraper_postal_at(a, part, at, country, &length);

            if (!code.n)
                continue;
            *out = (struct coded){code, lm_str_trim(lm_str_sub(part, 0, at)),
                                  lm_str_trim(lm_str_sub(part, at + length, part.n)), i};
            if (is_last_in_part ? out->behind.n == 0 : out->behind.n > 0 || out->before.n == 0)
                return true;
        }
    }
    return false;
}

/* Where the code stands behind the city. */
static bool is_code_last(const char *country)
{
    return strstr(" GB US CA AU IN SG IE ", country) != NULL;
}

/* Codes of these forms are of no other country. */
static const char *const distinct[] = {"NL", "GB", "CA", "PL", "PT"};

/* In the country that is known; else in `hint`, or of a form that says which country it is. */
static bool find_any_code(struct lm_arena *a, const struct parts *p, const char *hint,
                          const char **country, bool *is_last, struct coded *out)
{
    const char *where = *country ? *country : hint;

    for (size_t i = 0; i <= LM_COUNT(distinct); i++) {
        *is_last = where && is_code_last(where);
        if (where && find_code(a, p, where, *is_last, out)) {
            for (size_t k = 0; !*country && k < LM_COUNT(distinct); k++)
                *country = strcmp(where, distinct[k]) == 0 ? distinct[k] : *country;
            return true;
        }
        if (*country || i == LM_COUNT(distinct))
            return false;
        where = distinct[i];
    }
    return false;
}

/* "D-", "NL-", "B-" in front of a code, left over. */
static lm_str without_prefix(lm_str s)
{
    size_t n = s.n;

    if (n == 0 || s.p[n - 1] != '-')
        return s;
    n--;
    while (n > 0 && s.n - n <= 3 && ((s.p[n - 1] >= 'A' && s.p[n - 1] <= 'Z')))
        n--;
    return lm_str_trim(lm_str_sub(s, 0, n));
}

/* "Paris Cedex 08", "Bruxelles 1" */
static lm_str without_office(lm_str s)
{
    ptrdiff_t at = lm_str_ifind(s, LM_STR(" cedex"), 0);

    s = at > 0 ? lm_str_sub(s, 0, (size_t)at) : s;
    while (s.n && (is_digit(s.p[s.n - 1]) || s.p[s.n - 1] == ' '))
        s.n--;
    return s;
}

/* "1012 AB Amsterdam" */
static void read_code_first(struct lm_arena *a, const struct parts *p, const struct coded *c,
                            struct scraper_place *out)
{
    lm_str city = without_office(c->behind), before = without_prefix(c->before);
    size_t n = c->part;

    if (!city.n && c->part + 1 < p->n)
        city = p->v[c->part + 1]; /* "1012 AB, Amsterdam" */
    else if (!city.n && n > 0 && !before.n)
        city = p->v[--n]; /* "Amsterdam, 1012 AB" */
    out->city = is_city(a, city) ? city : (lm_str){NULL, 0};
    out->address = joined(a, p, n, before);
}

/* "London SW1A 2AA", "Mountain View, CA 94043", "Mountain View CA 94043", "Bengaluru, Karnataka 560001" */
static void read_code_last(struct lm_arena *a, const struct parts *p, const struct coded *c,
                           const char *country, struct scraper_place *out)
{
    lm_str city = c->before, state = c->before;
    size_t n = c->part, blank = city.n;

    while (blank > 0 && city.p[blank - 1] != ' ')
        blank--;
    while (state.n && strchr("- ", state.p[state.n - 1])) /* "Bengaluru - 560001" */
        state.n--;
    city = state;
    if (!state.n || scraper_region_of(lm_words_of(a, state), country)) {
        city = n > 0 ? p->v[--n] : city;
        if (n > 0 && scraper_region_is_no_city(lm_words_of(a, city)))
            city = p->v[--n];
    } else if (blank > 0 &&
               scraper_region_of(lm_words_of(a, lm_str_sub(state, blank, state.n)), country)) {
        city = lm_str_trim(lm_str_sub(state, 0, blank));
    }
    out->city = is_city(a, city) ? city : (lm_str){NULL, 0};
    out->address = joined(a, p, n,
                          out->city.n       ? (lm_str){NULL, 0}
                          : has_digit(city) ? city
                                            : (lm_str){NULL, 0});
}

/* ---- without one ---- */

static void read_uncoded(struct lm_arena *a, const struct parts *p, struct scraper_place *out)
{
    size_t i = 0;

    while (i < p->n && has_digit(p->v[i])) /* "Herengracht 1", "12" */
        i++;
    if (i > 0)
        out->address = joined(a, p, i, (lm_str){NULL, 0});
    for (; i < p->n; i++) {
        if (!is_city(a, p->v[i]))
            continue;
        out->city = p->v[i];
        return;
    }
}

void scraper_place_parse(struct lm_arena *a, lm_str text, const char *country,
                         struct scraper_place *out)
{
    struct parts p;
    struct coded c;
    bool is_last;

    *out = (struct scraper_place){.country = NULL};
    if (!lm_utf8_valid(text))
        return;
    text = without_notes(a, without_way_of_work(lm_str_trim(lm_utf8_cut(text, LONGEST_TEXT))));
    split(a, text, &p);
    take_country(a, &p, country, &out->country);
    if (!find_any_code(a, &p, country, &out->country, &is_last, &c)) {
        read_uncoded(a, &p, out);
        return;
    }
    out->postal_code = c.code;
    if (is_last)
        read_code_last(a, &p, &c, out->country ? out->country : country, out);
    else
        read_code_first(a, &p, &c, out);
}
