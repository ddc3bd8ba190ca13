/* SPDX-License-Identifier: Apache-2.0 */
/* Postal codes: their form in each country, and how it is written there. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/normal/normal.h"

/*
 * 9 a digit, A a letter, X either, a blank one that may be left out and is written, _ one that is not written, - a
 * hyphen. The longer form of a country first. Source: Universal Postal Union, POST*CODE.
 */
static const struct {
    char country[3];
    const char *form;
} forms[] = {
    {"NL", "9999 AA"},  {"BE", "9999"},     {"DE", "99999"},      {"FR", "99999"},
    {"GB", "AA9A 9AA"}, {"GB", "AA99 9AA"}, {"GB", "AA9 9AA"},    {"GB", "A9A 9AA"},
    {"GB", "A99 9AA"},  {"GB", "A9 9AA"},   {"US", "99999-9999"}, {"US", "99999"},
    {"IN", "999_999"},  {"AT", "9999"},     {"AU", "9999"},       {"BG", "9999"},
    {"CA", "A9A 9A9"},  {"CH", "9999"},     {"CY", "9999"},       {"CZ", "999 99"},
    {"DK", "9999"},     {"EE", "99999"},    {"ES", "99999"},      {"FI", "99999"},
    {"GR", "999 99"},   {"HR", "99999"},    {"HU", "9999"},       {"IE", "A9X XXXX"},
    {"IS", "999"},      {"IT", "99999"},    {"LI", "9999"},       {"LT", "99999"},
    {"LU", "9999"},     {"LV", "9999"},     {"MT", "AAA 9999"},   {"NO", "9999"},
    {"PL", "99-999"},   {"PT", "9999-999"}, {"RO", "999999"},     {"SE", "999 99"},
    {"SG", "999999"},   {"SI", "9999"},     {"SK", "999 99"},
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Does `c` stand where the form has `f`? */
static bool fits(char f, char c)
{
    return (f == '9' && is_digit(c)) || (f == 'A' && is_letter(c)) ||
           (f == 'X' && (is_digit(c) || is_letter(c)));
}

/* Writes the code at text[at] to `out`; returns how much of the text it was, 0 if it is not of this form. */
static size_t read_form(lm_str text, size_t at, const char *form, char *out)
{
    size_t from = at;

    for (; *form; form++) {
        if (*form == ' ' || *form == '_') {
            at += at < text.n && text.p[at] == ' ';
            if (*form == ' ')
                *out++ = ' ';
        } else if (*form == '-' && at < text.n && text.p[at] == '-') {
            *out++ = text.p[at++];
        } else if (at < text.n && fits(*form, text.p[at])) {
            char c = text.p[at++];

            *out++ = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        } else {
            return 0;
        }
    }
    *out = '\0';
    return at < text.n && (is_digit(text.p[at]) || is_letter(text.p[at])) ? 0 : at - from;
}

lm_str scraper_postal_at(struct lm_arena *a, lm_str text, size_t at, const char *country,
                         size_t *length)
{
    char code[16];

    *length = 0;
    if (at > 0 && (is_digit(text.p[at - 1]) || is_letter(text.p[at - 1])))
        return (lm_str){NULL, 0};
    for (size_t i = 0; country && i < LM_COUNT(forms); i++) {
        if (strcmp(forms[i].country, country) != 0)
            continue;
        *length = read_form(text, at, forms[i].form, code);
        if (*length > 0)
            return lm_str_z(lm_arena_strdup(a, code));
    }
    return (lm_str){NULL, 0};
}
