/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_NAME_H
#define ENRICHER_NAME_H

#include "common/base.h"

/* Names of people and what they do, as pages write them. Pure. */

struct enricher_name {
    lm_str first, last; /* last with its particles: "van der Berg" */
    bool is_known;      /* the first name is one that many bear */
};

/*
 * Is `text` a person's name and nothing else? Two to five words, each with a capital, an initial or a
 * particle; honorifics before and degrees behind are left out; words of headings ("Ons", "Lees", "Meer"),
 * of functions and of companies are none. "Vries, Jan de" is read too. Capitals all through are set right.
 */
bool enricher_name_parse(struct lm_arena *a, lm_str text, struct enricher_name *out);
/* Given apart, or from JSON: nothing is judged but the particles. */
void enricher_name_split(struct lm_arena *a, lm_str text, struct enricher_name *out);

/*
 * What makes two finds one person in a company: folded letters of both names; initials stay as they are.
 */
lm_str enricher_name_key(struct lm_arena *a, lm_str first, lm_str last);

/* Is `text` what somebody does: a word of functions in it, no sentence, at most 80 characters? */
bool enricher_title_is(struct lm_arena *a, lm_str text);
/* Does a word of functions stand in it at all? */
bool enricher_title_has_word(struct lm_arena *a, lm_str text);
/* Somebody who decides: owner, founder, director, head, manager, C-level, partner. Reference A3. */
bool enricher_title_decides(struct lm_arena *a, lm_str title);

#endif
