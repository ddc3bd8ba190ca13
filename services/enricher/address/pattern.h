/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_PATTERN_H
#define ENRICHER_PATTERN_H

#include "common/base.h"

/*
 * How companies make addresses out of names: first.last@, f.last@ and so on; which way this company
 * does it, learned from the addresses its pages show. Pure. Source: reference A3, which orders the
 * patterns by how usual they are.
 */

/* A pattern, and how a surname with particles is written in it ("van der Berg"). */
struct enricher_pattern {
    int form;  /* index into the table of forms; -1: not known */
    int style; /* 0 vanderberg, 1 berg, 2 vdberg, 3 van.der.berg */
};
enum { ENRICHER_FORMS = 12, ENRICHER_STYLES = 4, ENRICHER_GUESSES_MAX = 16 };

struct enricher_guess {
    lm_str local;
    int confidence; /* 0-100: never above 90, for nobody has seen it */
};

/* The local part; {NULL, 0} when the name lacks what the pattern needs. */
lm_str enricher_pattern_local(struct lm_arena *a, struct enricher_pattern pattern, lm_str first,
                              lm_str last);
/* The pattern that gives this local part for this name; form -1 when none does. */
struct enricher_pattern enricher_pattern_of(struct lm_arena *a, lm_str first, lm_str last,
                                            lm_str local);

/* Is it made of both names? first@ and last@ are not. */
bool enricher_pattern_is_whole(struct enricher_pattern pattern);

/* What has been seen of a company. */
struct enricher_habit {
    struct {
        struct enricher_pattern pattern;
        int count;
    } v[ENRICHER_FORMS];
    int n;
};
void enricher_habit_learn(struct lm_arena *a, struct enricher_habit *h, lm_str first, lm_str last,
                          lm_str local);
/* The pattern seen most, and how often; form -1 and 0 when nothing was. */
struct enricher_pattern enricher_habit_best(const struct enricher_habit *h, int *count);

/*
 * Addresses this person may have, best first, each local part once. The company's own pattern comes
 * first when it is known; else the usual ones, with a surname's particles in their several styles.
 */
size_t enricher_pattern_guesses(struct lm_arena *a, const struct enricher_habit *h, lm_str first,
                                lm_str last, struct enricher_guess out[ENRICHER_GUESSES_MAX]);

#endif
