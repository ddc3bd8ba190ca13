/* SPDX-License-Identifier: Apache-2.0 */
/* Two names, word by word. */
#include <ctype.h>

#include "common/str.h"
#include "common/text.h"
#include "services/scraper/match/judge.h"
#include "services/scraper/match/name.h"
#include "services/scraper/match/spelling.h"

enum { JOINED = 4, JOINED_BYTES = 128 };

/* A pair of names under way: which words of each have found their like. */
struct pairing {
    const struct scraper_tokens *names[2];
    bool used[2][SCRAPER_TOKENS_MAX];
    int same;  /* words of its own that are equal */
    int slips; /* words of its own that are spelt differently */
    int doubtful;
    double alike, all; /* weights */
};

static double weight_of(enum scraper_word kind)
{
    static const double weights[] = {
        [SCRAPER_WORD_OWN] = 3,
        [SCRAPER_WORD_SURNAME] = 2.5,
        [SCRAPER_WORD_TRADE] = 1,
        [SCRAPER_WORD_PLACE] = 1,
    };
    return kind < LM_COUNT(weights) ? weights[kind] : 0.3;
}

static bool is_own(const struct scraper_token *t)
{
    return t->kind == SCRAPER_WORD_OWN || t->kind == SCRAPER_WORD_SURNAME;
}

static bool has_digit(const struct scraper_token *t)
{
    for (size_t i = 0; i < t->text.n; i++) {
        if (isdigit((unsigned char)t->text.p[i]))
            return true;
    }
    return false;
}

static void pair(struct pairing *p, size_t i, size_t j, enum scraper_spelling spelling)
{
    const struct scraper_token *x = &p->names[0]->v[i], *y = &p->names[1]->v[j];
    double weight = weight_of(LM_MIN(x->kind, y->kind));

    p->used[0][i] = p->used[1][j] = true;
    p->alike += 2 * weight * (spelling == SCRAPER_SAME_WORD ? 1 : 0.9);
    p->doubtful += spelling == SCRAPER_DOUBTFUL;
    if (is_own(x) && is_own(y)) {
        p->same += spelling == SCRAPER_SAME_WORD;
        p->slips += spelling != SCRAPER_SAME_WORD;
    }
}

/* Words that are at least this alike. */
static void pair_spelt(struct pairing *p, enum scraper_spelling wanted)
{
    for (size_t i = 0; i < p->names[0]->n; i++) {
        for (size_t j = 0; j < p->names[1]->n && !p->used[0][i]; j++) {
            if (!p->used[1][j] &&
                scraper_spelling_of(&p->names[0]->v[i], &p->names[1]->v[j]) >= wanted)
                pair(p, i, j, scraper_spelling_of(&p->names[0]->v[i], &p->names[1]->v[j]));
        }
    }
}

static void pair_equal(struct pairing *p)
{
    for (size_t i = 0; i < p->names[0]->n; i++) {
        for (size_t j = 0; j < p->names[1]->n && !p->used[0][i]; j++) {
            if (!p->used[1][j] && lm_str_eq(p->names[0]->v[i].text, p->names[1]->v[j].text))
                pair(p, i, j, SCRAPER_SAME_WORD);
        }
    }
}

/* How many words from `j` on are `one` when they are put together; 0: none. */
static size_t joined(const struct pairing *p, int side, size_t j, lm_str one, bool by_meaning)
{
    const struct scraper_tokens *t = p->names[side];
    char text[JOINED_BYTES];
    size_t n = 0;

    for (size_t k = j; k < t->n && k < j + JOINED && !p->used[side][k]; k++) {
        lm_str part = by_meaning ? t->v[k].means : t->v[k].text;

        if (n + part.n > one.n || n + part.n > sizeof(text))
            return 0;
        memcpy(text + n, part.p, part.n);
        n += part.n;
        if (n == one.n && k > j && memcmp(text, one.p, n) == 0)
            return k - j + 1;
    }
    return 0;
}

/* One word of `side` is several of the other: "techflow", "tech flow". */
static void pair_joined(struct pairing *p, int side)
{
    const struct scraper_tokens *mine = p->names[side], *others = p->names[!side];

    for (size_t i = 0; i < mine->n; i++) {
        for (size_t j = 0; j < others->n && !p->used[side][i]; j++) {
            size_t n = joined(p, !side, j, mine->v[i].text, false);

            if (!n)
                n = joined(p, !side, j, mine->v[i].text, true);
            if (!n)
                continue;
            p->used[side][i] = true;
            p->alike += weight_of(mine->v[i].kind);
            p->same += is_own(&mine->v[i]);
            for (size_t k = j; k < j + n; k++) {
                p->used[!side][k] = true;
                p->alike += weight_of(others->v[k].kind);
            }
        }
    }
}

/* "j" for "jan": first names, so at the beginning only. */
static void pair_initial(struct pairing *p)
{
    const struct scraper_token *x = &p->names[0]->v[0], *y = &p->names[1]->v[0];

    if (!p->names[0]->n || !p->names[1]->n || p->used[0][0] || p->used[1][0])
        return;
    if (x->text.p[0] == y->text.p[0] && (x->text.n == 1) != (y->text.n == 1) &&
        LM_MAX(x->text.n, y->text.n) > 2 && !has_digit(x) && !has_digit(y) && is_own(x) &&
        is_own(y))
        pair(p, 0, 0, SCRAPER_SLIP);
}

/* ---- what is left over ---- */

struct rest {
    int own, number, place, trade; /* words of this side that found no like */
};

static struct rest rest_of(struct pairing *p, int side)
{
    struct rest r = {0};

    for (size_t i = 0; i < p->names[side]->n; i++) {
        const struct scraper_token *t = &p->names[side]->v[i];

        p->all += weight_of(t->kind);
        if (p->used[side][i])
            continue;
        r.number += has_digit(t);
        r.own += is_own(t) && !has_digit(t);
        r.place += t->kind == SCRAPER_WORD_PLACE;
        r.trade += t->kind == SCRAPER_WORD_TRADE;
    }
    return r;
}

#define SAYS(v, why) \
    ((struct scraper_judgement){.verdict = (v), .ground = SCRAPER_BY_NAME, .reason = (why)})

static struct scraper_judgement judge_rest(const struct pairing *p, struct rest a, struct rest b)
{
    bool is_whole = a.own + a.place + a.trade + b.own + b.place + b.trade == 0;

    if (a.number || b.number)
        return SAYS(SCRAPER_DIFFERENT,
                    a.number && b.number ? "different numbers" : "only one has a number");
    if (is_whole)
        return p->doubtful ? SAYS(SCRAPER_MAYBE, "a word is spelt differently")
               : p->slips  ? SAYS(SCRAPER_SAME, "a slip in a word")
                           : SAYS(SCRAPER_SAME, "same words");
    if (a.own && b.own)
        return SAYS(SCRAPER_DIFFERENT, "each has a word of its own");
    if (p->same + p->slips == 0)
        return SAYS(SCRAPER_DIFFERENT, "only general words are common");
    if (a.place && b.place)
        return SAYS(SCRAPER_DIFFERENT, "different towns");
    if (a.trade && b.trade)
        return SAYS(SCRAPER_DIFFERENT, "different trades");
    if (a.own || b.own)
        return SAYS(SCRAPER_MAYBE, "only one has another word of its own");
    return a.place || b.place ? SAYS(SCRAPER_MAYBE, "only one names a town")
                              : SAYS(SCRAPER_MAYBE, "only one names this trade");
}

/* All words in a row are the same letters: blanks and hyphens are set freely. */
static bool same_letters(const struct scraper_tokens *a, const struct scraper_tokens *b)
{
    size_t i = 0, j = 0, x = 0, y = 0, n = 0;

    while (i < a->n && j < b->n) {
        if (a->v[i].text.p[x] != b->v[j].text.p[y])
            return false;
        n++;
        if (++x == a->v[i].text.n) {
            x = 0;
            i++;
        }
        if (++y == b->v[j].text.n) {
            y = 0;
            j++;
        }
    }
    return n > 0 && i == a->n && j == b->n;
}

/* What is not the same stays under what is. */
static double bounded(enum scraper_verdict verdict, double score)
{
    return verdict == SCRAPER_SAME ? LM_MAX(score, SCRAPER_SAME_NAME)
                                   : LM_MIN(score, SCRAPER_SAME_NAME - 0.0001);
}

struct scraper_judgement scraper_names_judge(const struct scraper_tokens *a,
                                             const struct scraper_tokens *b)
{
    struct pairing p = {.names = {a, b}};
    struct scraper_judgement j;
    struct rest left, right;

    if (same_letters(a, b))
        return (struct scraper_judgement){SCRAPER_SAME, SCRAPER_BY_NAME, 1, "same name"};
    if (!a->n || !b->n)
        return SAYS(SCRAPER_DIFFERENT, "no name");
    pair_equal(&p);
    pair_joined(&p, 0);
    pair_joined(&p, 1);
    pair_spelt(&p, SCRAPER_SAME_WORD);
    pair_spelt(&p, SCRAPER_SLIP);
    pair_initial(&p);
    pair_spelt(&p, SCRAPER_DOUBTFUL);
    left = rest_of(&p, 0);
    right = rest_of(&p, 1);
    j = judge_rest(&p, left, right);
    j.score = bounded(j.verdict, p.all > 0 ? p.alike / p.all : 0);
    return j;
}

struct scraper_judgement scraper_names_compare(struct lm_arena *a, lm_str one, lm_str other)
{
    struct scraper_tokens x, y;
    struct scraper_judgement j;
    double ratio = lm_text_ratio(scraper_name_normalize(a, one), scraper_name_normalize(a, other));

    scraper_tokens_of(a, one, &x);
    scraper_tokens_of(a, other, &y);
    j = scraper_names_judge(&x, &y);
    if ((ratio >= SCRAPER_SAME_NAME) == (j.verdict == SCRAPER_SAME))
        j.score = ratio;
    return j;
}
