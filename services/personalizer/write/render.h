/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_RENDER_H
#define PERSONALIZER_RENDER_H

#include "services/personalizer/write/facts.h"

/* How much of the facts a phrase uses: 0 when one that it needs is not known; else 1 and more. */
int render_worth(const char *phrase, const struct facts *facts);

/* The phrase with its facts, in the form (je, u) that they ask for. Its facts must be known. */
lm_str render(struct lm_arena *a, const char *phrase, const struct facts *facts);

/*
 * One of the usable phrases of a list that ends with NULL, as `dice` falls; those that say more
 * about the company come up more often. NULL: none is usable.
 */
const char *render_pick(const char *const *phrases, const struct facts *facts, uint64_t dice);

#endif
