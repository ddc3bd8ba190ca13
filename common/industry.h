/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_INDUSTRY_H
#define LM_INDUSTRY_H

#include "common/base.h"
#include "gen/lm.pb-c.h"

/* What a company does: one of a list, for people to filter and count by, and the words it was made of. Pure. */

/* The 22 industries of reference B9, NULL-terminated: "software_saas" … "other". */
extern const char *const lm_industry_names[];
/* The one of the list that is called so; NULL when none is. */
const char *lm_industry_find(lm_str name);
/*
 * By words, Dutch or English, whole ones or the beginning of a compound; one that is called so is that one. NULL when
 * they say nothing.
 */
const char *lm_industry_of_words(struct lm_arena *a, lm_str words);

/*
 * What a company does, for those who judge by words: what its source said, and what our list makes of it, since
 * either may be what somebody looks for: "Fintech, financial services". NULL when nothing is known.
 */
const char *lm_industry_words(struct lm_arena *a, const Lm__Company *company);

#endif
