/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCORER_PLACES_H
#define SCORER_PLACES_H

#include "common/base.h"

/* Where a company is, as far as the profile asks. */
enum place {
    PLACE_UNKNOWN,
    PLACE_ELSEWHERE,
    PLACE_EEA,
    PLACE_NETHERLANDS, /* outside the Randstad, or nobody knows where */
    PLACE_RANDSTAD,
};

/*
 * A known country decides before a name does ("Amsterdam, New York" in US is elsewhere); a name of
 * a place decides when there is no country. Whole words: "Finland" does not hold "nl".
 */
enum place place_of(struct lm_arena *a, lm_str location, lm_str country);

/* The names one kind knows, sorted, folded; for the test that says so. */
const char *const *place_names(enum place kind, size_t *n);

#endif
