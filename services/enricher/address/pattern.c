/* SPDX-License-Identifier: Apache-2.0 */
/* How companies make addresses out of names. */
#include "services/enricher/address/pattern.h"

#include <ctype.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"
#include "common/text.h"
#include "services/enricher/people/words.h"

/* f, l: first letter; F, L: all of it; others stand for themselves. */
static const struct {
    const char *shape;
    int confidence; /* among guesses; the order is what counts */
} forms[ENRICHER_FORMS] = {
    {"F.L", 95}, {"FL", 85}, {"F_L", 75}, {"fL", 70},  {"Fl", 65},  {"F", 60},
    {"L.F", 55}, {"LF", 50}, {"L_F", 45}, {"f.L", 40}, {"F.l", 35}, {"L", 30},
};

/* Only letters and digits, folded. */
static lm_str plain(struct lm_arena *a, lm_str s)
{
    lm_str folded = lm_text_fold(a, s);
    char *out = lm_arena_alloc(a, folded.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < folded.n; i++) {
        if (isalnum((unsigned char)folded.p[i]))
            out[n++] = folded.p[i];
    }
    return (lm_str){out, n};
}

/* First names as addresses have them: "Jan-Willem" janwillem, "J.P." jp, "Anne Marie" annemarie. */
static lm_str plain_first(struct lm_arena *a, lm_str first)
{
    return plain(a, first);
}

/* "van der Berg" in one of its four styles. A surname without particles is the same in all of them. */
static lm_str plain_last(struct lm_arena *a, lm_str last, int style)
{
    struct lm_buf out = lm_buf_in(a, 512);
    lm_str rest = last, word;
    bool in_front = true;

    while (lm_str_split(&rest, ' ', &word)) {
        lm_str p = plain(a, word);

        in_front &= rest.n > 0 && enricher_word_is(ENRICHER_WORDS_PARTICLES, p);
        if (!p.n || (in_front && style == 1))
            continue;
        lm_buf_append(&out, in_front && style == 2 ? lm_str_sub(p, 0, 1) : p);
        if (in_front && style == 3)
            lm_buf_char(&out, '.');
    }
    return lm_buf_str(&out);
}

lm_str enricher_pattern_local(struct lm_arena *a, struct enricher_pattern pattern, lm_str first,
                              lm_str last)
{
    lm_str f = plain_first(a, first), l = plain_last(a, last, pattern.style);
    struct lm_buf out = lm_buf_in(a, 512);

    if (pattern.form < 0 || pattern.form >= ENRICHER_FORMS)
        return (lm_str){NULL, 0};
    for (const char *p = forms[pattern.form].shape; *p; p++) {
        lm_str part = *p == 'F' || *p == 'f' ? f : *p == 'L' || *p == 'l' ? l : (lm_str){p, 1};

        if (!part.n)
            return (lm_str){NULL, 0};
        lm_buf_append(&out, islower((unsigned char)*p) ? lm_str_sub(part, 0, 1) : part);
    }
    return lm_buf_str(&out);
}

struct enricher_pattern enricher_pattern_of(struct lm_arena *a, lm_str first, lm_str last,
                                            lm_str local)
{
    for (int form = 0; form < ENRICHER_FORMS; form++) {
        for (int style = 0; style < ENRICHER_STYLES; style++) {
            struct enricher_pattern p = {form, style};

            if (lm_str_eq(enricher_pattern_local(a, p, first, last), local))
                return p;
        }
    }
    return (struct enricher_pattern){-1, 0};
}

bool enricher_pattern_is_whole(struct enricher_pattern pattern)
{
    return strlen(forms[pattern.form].shape) > 1;
}

static bool has_particles(struct lm_arena *a, lm_str last)
{
    return !lm_str_eq(plain_last(a, last, 0), plain_last(a, last, 1));
}

/* A surname without particles says nothing of the style: it joins what is known of the form. */
void enricher_habit_learn(struct lm_arena *a, struct enricher_habit *h, lm_str first, lm_str last,
                          lm_str local)
{
    struct enricher_pattern p = enricher_pattern_of(a, first, last, local);

    if (p.form < 0)
        return;
    for (int i = 0; i < h->n; i++) {
        if (h->v[i].pattern.form != p.form)
            continue;
        h->v[i].count++;
        if (has_particles(a, last))
            h->v[i].pattern.style = p.style;
        return;
    }
    h->v[h->n].pattern = p;
    h->v[h->n++].count = 1;
}

struct enricher_pattern enricher_habit_best(const struct enricher_habit *h, int *count)
{
    struct enricher_pattern best = {-1, 0};

    *count = 0;
    for (int i = 0; i < h->n; i++) {
        if (h->v[i].count > *count) {
            *count = h->v[i].count;
            best = h->v[i].pattern;
        }
    }
    return best;
}

static size_t add(struct lm_arena *a, struct enricher_guess *out, size_t n,
                  struct enricher_pattern p, lm_str first, lm_str last, int confidence)
{
    lm_str local = enricher_pattern_local(a, p, first, last);

    if (!local.n || n == ENRICHER_GUESSES_MAX)
        return n;
    for (size_t i = 0; i < n; i++) {
        if (lm_str_eq(out[i].local, local))
            return n;
    }
    out[n] = (struct enricher_guess){local, confidence};
    return n + 1;
}

/*
 * A guess nobody has seen an example for is worth six tenths of how usual its pattern is: 57 for
 * first.last. One example makes it 80, several 90.
 */
size_t enricher_pattern_guesses(struct lm_arena *a, const struct enricher_habit *h, lm_str first,
                                lm_str last, struct enricher_guess out[ENRICHER_GUESSES_MAX])
{
    int seen;
    struct enricher_pattern best = enricher_habit_best(h, &seen);
    size_t n = 0;

    if (seen > 0)
        n = add(a, out, n, best, first, last, seen > 1 ? 90 : 80);
    for (int form = 0; form < ENRICHER_FORMS; form++) {
        int confidence = forms[form].confidence * 6 / 10;

        n = add(a, out, n, (struct enricher_pattern){form, 0}, first, last, confidence);
        /* Other styles of a surname for the two most usual forms with one. */
        for (int style = 1; style < ENRICHER_STYLES && (form == 0 || form == 3); style++)
            n = add(a, out, n, (struct enricher_pattern){form, style}, first, last,
                    confidence - 10 * style);
    }
    return n;
}
