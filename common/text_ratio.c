/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ratcliff/Obershelp: the longest common block, then the same left and right of it. Exactly what
 * Python's difflib.SequenceMatcher(None, a, b, autojunk=False).ratio() finds, ties included.
 */
#include <stdlib.h>

#include "common/str.h"
#include "common/text.h"

enum { ON_STACK = 256 };

struct block {
    size_t a, b, n;
};

/*
 * The longest block common to both; of several, the one that starts first in `a`, then in `b`.
 * `runs[j]` is the length of the common run that ends at b[j - 1] and the current end in `a`.
 */
static struct block longest(lm_str a, lm_str b, unsigned *runs)
{
    struct block best = {.n = 0};

    memset(runs, 0, (b.n + 1) * sizeof(*runs));
    for (size_t i = 0; i < a.n; i++) {
        /* From the right, so that runs[j] is still that of the row before. */
        for (size_t j = b.n; j > 0; j--)
            runs[j] = a.p[i] == b.p[j - 1] ? runs[j - 1] + 1 : 0;
        for (size_t j = 1; j <= b.n; j++)
            if (runs[j] > best.n)
                best = (struct block){.a = i + 1 - runs[j], .b = j - runs[j], .n = runs[j]};
    }
    return best;
}

static size_t matched(lm_str a, lm_str b, unsigned *runs)
{
    size_t total = 0;

    /*
     * Recursion goes left only; its depth is bounded by the number of blocks, at most the length.
     */
    while (a.n > 0 && b.n > 0) {
        struct block found = longest(a, b, runs);

        if (found.n == 0)
            break;
        total += found.n + matched(lm_str_sub(a, 0, found.a), lm_str_sub(b, 0, found.b), runs);
        a = lm_str_sub(a, found.a + found.n, a.n);
        b = lm_str_sub(b, found.b + found.n, b.n);
    }
    return total;
}

double lm_text_ratio(lm_str a, lm_str b)
{
    unsigned on_stack[ON_STACK];
    unsigned *runs = on_stack;
    size_t total;

    if (a.n + b.n == 0)
        return 1;
    if (b.n + 1 > ON_STACK) {
        runs = calloc(b.n + 1, sizeof(*runs));
        LM_ASSERT(runs != NULL);
    }
    total = matched(a, b, runs);
    if (runs != on_stack)
        free(runs);
    return 2.0 * (double)total / (double)(a.n + b.n);
}
