/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCORER_INDUSTRY_H
#define SCORER_INDUSTRY_H

#include "common/base.h"

/*
 * Is this industry one of those? Whole words of folded text, never parts of words: "Hospitality"
 * does not hold "it", "Retail" not "ai". Each entry of a list also stands for its synonyms in Dutch
 * and English: "software" finds "Softwareontwikkeling", "it" finds "ICT-dienstverlening".
 */
struct industry_list;

/* The entries with their synonyms, folded, in `a`. */
const struct industry_list *industry_list_new(struct lm_arena *a, const lm_str *entries, size_t n);
/* The entry (as the list was given) that `words` (of lm_words_of) matches, or {NULL, 0}. */
lm_str industry_list_find(const struct industry_list *list, lm_str words);

/* What a tenant that says nothing looks for, and what is near it. Source: seed 000; reference A4. */
const lm_str *industry_default_target(size_t *n);
const lm_str *industry_default_related(size_t *n);

#endif
