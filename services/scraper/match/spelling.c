/* SPDX-License-Identifier: Apache-2.0 */
/* Slips of the pen, and names that only look like each other. */
#include "services/scraper/match/spelling.h"

#include <ctype.h>

#include "common/str.h"

enum {
    LONGEST = SCRAPER_WORD_MAX,
    SHORT_WORD = 4,   /* under it every letter counts */
    INNER_LETTER = 6, /* from here on one more letter inside is a slip */
    OTHER_LETTER = 7, /* and another letter inside */
    LAST_LETTER = 10, /* and at the end, where names are inflected */
    TWO_LETTERS = 10,
    TWO_DOUBTFUL = 7,
};

/* "ue" for ü and "ij" for y: people write both. */
size_t scraper_spelling_squash(lm_str s, char out[SCRAPER_WORD_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < s.n && i < LONGEST; i++) {
        char c = s.p[i], next = i + 1 < s.n ? s.p[i + 1] : '\0';

        if (c == 'i' && next == 'j') {
            out[n++] = 'y';
            i++;
        } else {
            out[n++] = c;
            i += (c == 'a' || c == 'o' || c == 'u') && next == 'e' && i + 2 < s.n;
        }
    }
    return n;
}

static bool sound_alike(char a, char b)
{
    static const char *const sounds[] = {"ckq", "fv", "sz", "iy"};

    for (size_t i = 0; i < LM_COUNT(sounds); i++) {
        if (strchr(sounds[i], a) && strchr(sounds[i], b))
            return true;
    }
    return a == b;
}

static bool has_digit(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (isdigit((unsigned char)s.p[i]))
            return true;
    }
    return false;
}

static unsigned least(unsigned a, unsigned b, unsigned c)
{
    return LM_MIN(LM_MIN(a, b), c);
}

/* Letters to add, drop, replace or swap with their neighbour (optimal string alignment). */
static unsigned slips(lm_str a, lm_str b)
{
    unsigned before[LONGEST + 1], last[LONGEST + 1], row[LONGEST + 1];

    for (unsigned j = 0; j <= b.n; j++)
        last[j] = j;
    for (unsigned i = 1; i <= a.n; i++) {
        row[0] = i;
        for (unsigned j = 1; j <= b.n; j++) {
            row[j] = least(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a.p[i - 1] != b.p[j - 1]));
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
                row[j] = LM_MIN(row[j], before[j - 2] + 1);
        }
        memcpy(before, last, sizeof(before));
        memcpy(last, row, sizeof(last));
    }
    return last[b.n];
}

static bool is_vowel(char c)
{
    return strchr("aeiou", c) != NULL;
}

static bool is_doubled(lm_str longer, size_t at)
{
    char c = longer.p[at];

    return (at > 0 && longer.p[at - 1] == c) || (at + 1 < longer.n && longer.p[at + 1] == c);
}

/* One has a letter more than the other. A doubled vowel is heard, a consonant is not. */
static enum scraper_spelling judge_added(lm_str longer, size_t at)
{
    if (at + 1 == longer.n)
        return longer.n >= LAST_LETTER ? SCRAPER_SLIP : SCRAPER_DOUBTFUL;
    if (is_doubled(longer, at) && !is_vowel(longer.p[at]))
        return longer.n > SHORT_WORD ? SCRAPER_SLIP : SCRAPER_DOUBTFUL;
    return longer.n > INNER_LETTER ? SCRAPER_SLIP : SCRAPER_DOUBTFUL;
}

static enum scraper_spelling judge_replaced(lm_str a, lm_str b, size_t at)
{
    if (sound_alike(a.p[at], b.p[at]))
        return SCRAPER_SLIP;
    if (at + 1 == a.n)
        return a.n >= LAST_LETTER ? SCRAPER_SLIP : SCRAPER_DOUBTFUL;
    return a.n >= OTHER_LETTER ? SCRAPER_SLIP : SCRAPER_DOUBTFUL;
}

static enum scraper_spelling judge_one(lm_str a, lm_str b)
{
    size_t at = 0;

    while (at < a.n && at < b.n && a.p[at] == b.p[at])
        at++;
    if (a.n > b.n)
        return judge_added(a, at);
    if (a.n < b.n)
        return judge_added(b, at);
    if (at + 1 < a.n && a.p[at] == b.p[at + 1] && a.p[at + 1] == b.p[at])
        return SCRAPER_SLIP; /* swapped */
    return judge_replaced(a, b, at);
}

/* Two words that exist are two words; but "jansen" and "janssen" are not held apart. */
static bool are_both_known(const struct scraper_token *a, const struct scraper_token *b)
{
    return a->kind != SCRAPER_WORD_OWN && b->kind != SCRAPER_WORD_OWN;
}

static bool differ_by_double(lm_str a, lm_str b)
{
    lm_str longer = a.n > b.n ? a : b, shorter = a.n > b.n ? b : a;
    size_t at = 0;

    while (at < shorter.n && a.p[at] == b.p[at])
        at++;
    return longer.n == shorter.n + 1 && at + 1 < longer.n && is_doubled(longer, at) &&
           !is_vowel(longer.p[at]);
}

enum scraper_spelling scraper_spelling_of(const struct scraper_token *a,
                                          const struct scraper_token *b)
{
    char x[LONGEST], y[LONGEST];
    lm_str s = a->text, t = b->text;
    size_t longest = LM_MAX(s.n, t.n), shortest = LM_MIN(s.n, t.n);
    unsigned n;

    if (lm_str_eq(a->means, b->means))
        return SCRAPER_SAME_WORD;
    if (shortest < SHORT_WORD || longest - shortest > 2 || has_digit(s) || has_digit(t) ||
        !sound_alike(s.p[0], t.p[0]))
        return SCRAPER_OTHER_WORD;
    if (lm_str_eq((lm_str){x, scraper_spelling_squash(s, x)},
                  (lm_str){y, scraper_spelling_squash(t, y)}))
        return SCRAPER_SLIP;
    n = slips(s, t);
    if (n > 2 || (are_both_known(a, b) && !(n == 1 && differ_by_double(s, t))))
        return SCRAPER_OTHER_WORD;
    if (n == 1)
        return judge_one(s, t);
    return longest >= TWO_LETTERS    ? SCRAPER_SLIP
           : longest >= TWO_DOUBTFUL ? SCRAPER_DOUBTFUL
                                     : SCRAPER_OTHER_WORD;
}
