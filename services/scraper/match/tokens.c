/* SPDX-License-Identifier: Apache-2.0 */
/* Names cut into words. */
#include "services/scraper/match/tokens.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"

enum { LONGEST_WORD = 60, DOTTED = '.' };

/* Words as they are written, with room for the forms that are dropped later. */
struct words {
    lm_str v[2 * SCRAPER_TOKENS_MAX];
    bool is_dotted
        [2 * SCRAPER_TOKENS_MAX]; /* letters with dots or blanks between them: initials or a form */
    size_t n;
};

static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || (c & 0x80);
}

/* The dot at `i` ends one letter and another follows: "B.V." */
static bool is_between_letters(lm_str s, size_t i)
{
    return i > 0 && i + 1 < s.n && s.p[i] == '.' && isalpha((unsigned char)s.p[i - 1]) &&
           (i < 2 || !is_of_word(s.p[i - 2])) && isalpha((unsigned char)s.p[i + 1]) &&
           (i + 2 == s.n || !is_of_word(s.p[i + 2]));
}

/*
 * Apostrophes are nothing ("O'Neill", "int'l"), what adds words is one of them, all else is a blank; a word of
 * letters with dots between them keeps the sign of it at its end.
 */
static lm_str spaced(struct lm_arena *a, lm_str folded)
{
    char *out = lm_arena_alloc(a, 3 * folded.n + 4);
    size_t n = 0;
    bool is_dotted = false;

    for (size_t i = 0; i < folded.n; i++) {
        char c = folded.p[i];

        if (is_between_letters(folded, i)) {
            is_dotted = true;
            continue;
        }
        if (is_dotted && !is_of_word(c))
            out[n++] = DOTTED;
        is_dotted &= is_of_word(c);
        if (is_of_word(c))
            out[n++] = c;
        else if (c == '&' || c == '+')
            n += (size_t)snprintf(out + n, 4, " & ");
        else if (c != '\'' && c != '`')
            out[n++] = ' ';
    }
    if (is_dotted)
        out[n++] = DOTTED;
    return (lm_str){out, n};
}

/* Ends the run of single letters that stands in v[from, to): one word, if there are two and more. */
static void join_letters(struct lm_arena *a, struct words *w, size_t from)
{
    char *out;
    size_t n = 0;

    if (w->n - from < 2)
        return;
    out = lm_arena_alloc(a, w->n - from);
    for (size_t i = from; i < w->n; i++)
        out[n++] = w->v[i].p[0];
    w->v[from] = (lm_str){out, n};
    w->is_dotted[from] = true;
    w->n = from + 1;
}

static void split(struct lm_arena *a, lm_str text, struct words *w)
{
    size_t letters = 0; /* where the run of single letters begins */
    lm_str word;

    while (w->n < LM_COUNT(w->v) && lm_str_split(&text, ' ', &word)) {
        if (!word.n || (word.n == 1 && word.p[0] == '&' && w->n > letters))
            continue; /* "H & M" are letters in a row */
        if (word.n != 1) {
            join_letters(a, w, letters);
            letters = w->n + 1;
        }
        if (word.p[0] == '&')
            continue;
        w->is_dotted[w->n] = word.p[word.n - 1] == DOTTED;
        word.n -= w->is_dotted[w->n];
        w->v[w->n++] = lm_utf8_cut(word, LONGEST_WORD);
    }
    join_letters(a, w, LM_MIN(letters, w->n));
}

/* The part of it that is the name: forms that are words elsewhere go at both ends. */
static void cut_ends(const struct words *w, size_t *from, size_t *to)
{
    lm_str means;

    *from = 0;
    *to = w->n;
    while (*to > 1 && scraper_word_of(w->v[*to - 1], &means) >= SCRAPER_WORD_WEAK)
        --*to;
    if (*to > 1 && !w->is_dotted[0] && w->v[0].n == 2 &&
        scraper_word_of(w->v[0], &means) == SCRAPER_WORD_END_FORM)
        ++*from;
}

void scraper_tokens_of(struct lm_arena *a, lm_str name, struct scraper_tokens *out)
{
    struct words w = {.n = 0};
    size_t from, to;

    split(a, spaced(a, lm_text_fold(a, lm_text_squeeze(a, name))), &w);
    cut_ends(&w, &from, &to);
    out->n = 0;
    for (size_t i = from; i < to && out->n < SCRAPER_TOKENS_MAX; i++) {
        struct scraper_token *t = &out->v[out->n];

        t->text = w.v[i];
        t->kind = scraper_word_of(t->text, &t->means);
        if (t->kind == SCRAPER_WORD_END_FORM)
            t->kind = SCRAPER_WORD_OWN;
        if (t->kind == SCRAPER_WORD_OWN && scraper_word_near(t->text, &t->means))
            t->kind = SCRAPER_WORD_TRADE;
        if (t->kind < SCRAPER_WORD_CONN || (i + 1 == to && out->n == 0))
            out->n++;
    }
}

uint64_t scraper_token_key(const struct scraper_token *t)
{
    return lm_str_hash(t->means) * UINT64_C(0x9e3779b97f4a7c15);
}

uint64_t scraper_tokens_key(const struct scraper_tokens *t)
{
    uint64_t key = 0;

    for (size_t i = 0; i < t->n; i++) {
        if (t->v[i].kind != SCRAPER_WORD_PARTICLE)
            key += scraper_token_key(&t->v[i]);
    }
    return key;
}
