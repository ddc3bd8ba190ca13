/* SPDX-License-Identifier: Apache-2.0 */
/* What people may decide about a company, and which domain it has. */
#include "services/scraper/match/company.h"

#include "common/arena.h"
#include "common/json.h"
#include "common/platforms.h"
#include "common/str.h"
#include "common/text.h"

static const struct {
    Lm__CompanyStatus from, to[2];
    const char *remedy;
} transitions[] = {
    {LM__COMPANY_STATUS__COMPANY_NEW,
     {LM__COMPANY_STATUS__COMPANY_DISQUALIFIED, LM__COMPANY_STATUS__COMPANY_ARCHIVED},
     "it can be disqualified or archived"},
    {LM__COMPANY_STATUS__COMPANY_DISQUALIFIED,
     {LM__COMPANY_STATUS__COMPANY_NEW, LM__COMPANY_STATUS__COMPANY_ARCHIVED},
     "it can go back to COMPANY_NEW or be archived"},
};

lm_code scraper_company_transition(Lm__CompanyStatus from, Lm__CompanyStatus to, lm_err *err)
{
    const char *remedy = "that is the end";

    for (size_t i = 0; i < LM_COUNT(transitions); i++) {
        if (transitions[i].from != from)
            continue;
        if (transitions[i].to[0] == to || transitions[i].to[1] == to)
            return LM_OK;
        remedy = transitions[i].remedy;
    }
    return lm_fail(err, LM_CONFLICT, "a company in %s cannot become %s: %s",
                   lm_enum_name(&lm__company_status__descriptor, (int)from),
                   lm_enum_name(&lm__company_status__descriptor, (int)to), remedy);
}

lm_str scraper_company_domain(struct lm_arena *a, const char *domain, const char *website_url)
{
    const char *given[] = {domain, website_url};

    for (size_t i = 0; i < LM_COUNT(given); i++) {
        lm_str d = lm_domain_normalize(a, lm_str_z(given[i]));

        if (lm_domain_is_own(d))
            return lm_domain_registrable(d);
    }
    return (lm_str){NULL, 0};
}
