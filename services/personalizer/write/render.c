/* SPDX-License-Identifier: Apache-2.0 */
/* Phrases with braces: facts, conditions, informal and formal forms. The phrases are our own. */
#include "services/personalizer/write/render.h"

#include "common/arena.h"
#include "common/buf.h"
#include "common/str.h"

enum { PHRASE_LIMIT = 8 * 1024 };

/* A phrase is taken apart into plain text and what stands in braces. */
struct piece {
    lm_str text;
    bool is_braced;
};

static bool next_piece(lm_str *rest, struct piece *out)
{
    ptrdiff_t open, close;

    if (rest->n == 0)
        return false;
    open = lm_str_chr(*rest, '{', 0);
    if (open != 0) {
        size_t end = open < 0 ? rest->n : (size_t)open;

        *out = (struct piece){lm_str_sub(*rest, 0, end), false};
        *rest = lm_str_sub(*rest, end, rest->n);
        return true;
    }
    close = lm_str_chr(*rest, '}', 0);
    LM_ASSERT(close > 0);
    *out = (struct piece){lm_str_sub(*rest, 1, (size_t)close), true};
    *rest = lm_str_sub(*rest, (size_t)close + 1, rest->n);
    return true;
}

/* The fact a braced piece names, or -1 for a choice of forms. */
static int fact_of(lm_str braced)
{
    int fact;

    if (lm_str_chr(braced, '|', 0) >= 0)
        return -1;
    if (braced.n > 0 && braced.p[0] == '?')
        braced = lm_str_sub(braced, 1, braced.n);
    fact = fact_by_name(braced);
    LM_ASSERT(fact >= 0);
    return fact;
}

/* Names of the reader and the writer say nothing about the company. */
static bool is_telling(int fact)
{
    return fact == FACT_TITLE || fact == FACT_CITY || fact == FACT_SECTOR ||
           fact == FACT_CHALLENGE || fact == FACT_VACANCIES || fact == FACT_SIZE ||
           fact == FACT_FUNDING;
}

int render_worth(const char *phrase, const struct facts *facts)
{
    lm_str rest = lm_str_z(phrase);
    struct piece piece;
    int worth = 1;

    while (next_piece(&rest, &piece)) {
        int fact = piece.is_braced ? fact_of(piece.text) : -1;

        if (fact >= 0 && facts->value[fact].n == 0)
            return 0;
        if (fact >= 0 && is_telling(fact))
            worth += 2;
    }
    return worth;
}

lm_str render(struct lm_arena *a, const char *phrase, const struct facts *facts)
{
    struct lm_buf b = lm_buf_in(a, PHRASE_LIMIT);
    lm_str rest = lm_str_z(phrase);
    struct piece piece;

    while (next_piece(&rest, &piece)) {
        int fact = piece.is_braced ? fact_of(piece.text) : -1;

        if (!piece.is_braced) {
            lm_buf_append(&b, piece.text);
        } else if (fact < 0) {
            size_t bar = (size_t)lm_str_chr(piece.text, '|', 0);

            lm_buf_append(&b, facts->is_formal ? lm_str_sub(piece.text, bar + 1, piece.text.n)
                                               : lm_str_sub(piece.text, 0, bar));
        } else if (piece.text.p[0] != '?') {
            lm_buf_append(&b, facts->value[fact]);
        }
    }
    return lm_buf_str(&b);
}

const char *render_pick(const char *const *phrases, const struct facts *facts, uint64_t dice)
{
    uint64_t total = 0;

    for (size_t i = 0; phrases[i]; i++)
        total += (uint64_t)render_worth(phrases[i], facts);
    if (total == 0)
        return NULL;
    dice %= total;
    for (size_t i = 0; phrases[i]; i++) {
        uint64_t worth = (uint64_t)render_worth(phrases[i], facts);

        if (dice < worth)
            return phrases[i];
        dice -= worth;
    }
    return NULL;
}
