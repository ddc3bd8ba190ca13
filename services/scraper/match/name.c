/* SPDX-License-Identifier: Apache-2.0 */
/* Company names as they are compared. */
#include "services/scraper/match/name.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"

/* With the dots and blanks people put into them already out. */
static const char *const legal_forms[] = {"bv",          "nv",      "vof",     "gmbh",
                                          "ltd",         "limited", "inc",     "corp",
                                          "corporation", "llc",     "holding", "group"};

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (c & 0x80);
}

/*
 * Where `form` begins when it is the last word of `s`, dots between its letters passed over ("b.v.",
 * "b. v."); -1 when it is not, or when nothing would be left in front of it.
 */
static ptrdiff_t begins_form(lm_str s, const char *form)
{
    const size_t letters = strlen(form);
    size_t k = letters, i = s.n;

    while (k > 0 && i > 0) {
        char c = s.p[i - 1];

        if (c == form[k - 1])
            k--;
        else if (c != '.' && !(c == ' ' && letters <= 3))
            return -1;
        i--;
    }
    if (k > 0 || i == 0 || is_word(s.p[i - 1]))
        return -1;
    return (ptrdiff_t)i;
}

static lm_str without_edges(lm_str s)
{
    while (s.n && !is_word(s.p[s.n - 1]))
        s.n--;
    while (s.n && !is_word(s.p[0])) {
        s.p++;
        s.n--;
    }
    return s;
}

static lm_str without_forms(lm_str s)
{
    bool again;

    do {
        again = false;
        s = without_edges(s);
        for (size_t k = 0; k < LM_COUNT(legal_forms); k++) {
            ptrdiff_t at = begins_form(s, legal_forms[k]);
            lm_str rest = without_edges(lm_str_sub(s, 0, at > 0 ? (size_t)at : 0));

            if (at > 0 && rest.n) {
                s = rest;
                again = true;
            }
        }
    } while (again);
    return s;
}

lm_str scraper_name_normalize(struct lm_arena *a, lm_str name)
{
    lm_str s = without_forms(lm_text_fold(a, lm_text_squeeze(a, name)));
    char *out = lm_arena_alloc(a, s.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (is_word(c) || c == '-')
            out[n++] = c;
        else if (isspace((unsigned char)c) && n > 0 && out[n - 1] != ' ')
            out[n++] = ' ';
    }
    return lm_str_trim(lm_utf8_cut((lm_str){out, n}, SCRAPER_NAME_MAX));
}

/* Letters that both have, wherever they stand: no more can match. */
static size_t common_letters(lm_str a, lm_str b)
{
    uint8_t counts[256] = {0};
    size_t common = 0;

    for (size_t i = 0; i < a.n; i++)
        counts[(unsigned char)a.p[i]]++;
    for (size_t i = 0; i < b.n; i++) {
        uint8_t *left = &counts[(unsigned char)b.p[i]];

        common += *left > 0;
        *left = (uint8_t)(*left - (*left > 0));
    }
    return common;
}

double scraper_name_ratio(lm_str a, lm_str b)
{
    const double total = (double)(a.n + b.n);

    /* Two bounds that most pairs end at. */
    if (!a.n || !b.n || 2.0 * (double)LM_MIN(a.n, b.n) < SCRAPER_SAME_NAME * total ||
        2.0 * (double)common_letters(a, b) < SCRAPER_SAME_NAME * total)
        return 0;
    return lm_text_ratio(a, b);
}
