/* SPDX-License-Identifier: Apache-2.0 */
/* A company's industry as words. */
#include "common/industry.h"

#include "common/arena.h"

const char *lm_industry_words(struct lm_arena *a, const Lm__Company *company)
{
    char *listed = company->industry ? lm_arena_strdup(a, company->industry) : NULL;

    for (char *p = listed; p && *p; p++)
        *p = *p == '_' ? ' ' : *p;
    if (!company->industry_words)
        return listed;
    return listed ? lm_arena_printf(a, "%s, %s", company->industry_words, listed)
                  : company->industry_words;
}
