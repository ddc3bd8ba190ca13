/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_INDUSTRY_H
#define LM_INDUSTRY_H

#include "common/base.h"
#include "gen/lm.pb-c.h"

/*
 * What a company does, for those who judge by words: what its source said, and what our list makes of it, since
 * either may be what somebody looks for: "Fintech, financial services". NULL when nothing is known. Pure.
 */
const char *lm_industry_words(struct lm_arena *a, const Lm__Company *company);

#endif
