/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_KEYS_H
#define SCRAPER_KEYS_H

#include "common/base.h"

/*
 * The index of names: which stored names can have a ratio of 0.85 with this one, without looking at
 * the others. A name is stored under a few 64-bit keys (table company_name_key, a plain index), a
 * search asks for all the keys under which a similar name would stand; what comes back is compared
 * exactly. Keys hold most of a name, so their lists stay short however many names there are.
 *
 * From 0.85 follows that two names of m and n letters differ in at most 0.15 * (m + n) insertions
 * and deletions (M of the ratio is a common subsequence). Blanks and hyphens are left out first,
 * which only brings names closer.
 *   Up to 10 letters that is two: each name stands under itself and itself less any one letter.
 *   Longer ones are cut into k segments; a handful of edits leaves two of them whole, so a name
 *   stands under each pair of its segments (Li, Deng, Wang, Feng: PASS-JOIN, 2011, with pairs
 *   because single segments such as "bakkerij" stand under too many names).
 * Not found are names whose edits are spread over all segments; tests/scraper/keys_test.c measures
 * the recall against brute force.
 */

enum { SCRAPER_KEYS_MAX = 16, SCRAPER_PROBES_MAX = 8192 };

/* Keys under which a normalised name is stored; returns how many. */
size_t scraper_name_keys(lm_str normalized, int64_t out[SCRAPER_KEYS_MAX]);
/* Keys to ask for, sorted and each once, in `a`. */
size_t scraper_name_probes(struct lm_arena *a, lm_str normalized, int64_t **out);

#endif
