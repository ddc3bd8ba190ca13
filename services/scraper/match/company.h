/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_COMPANY_H
#define SCRAPER_COMPANY_H

#include "common/err.h"
#include "gen/lm.pb-c.h"

/* What people may decide about a company, and which domain it has. Pure. */

/* LM_CONFLICT: a company in `from` cannot become `to`; the message says what it can. Reference A2. */
LM_MUST_USE lm_code scraper_company_transition(Lm__CompanyStatus from, Lm__CompanyStatus to,
                                               lm_err *err);

/*
 * Domain of a company as it is compared: what was registered of `domain`, else of its website's host (a shop below
 * a company's domain is that company, one below github.io is not); {NULL, 0} when there is none or when it belongs to
 * a platform or a mail provider and names nobody.
 */
lm_str scraper_company_domain(struct lm_arena *a, const char *domain, const char *website_url);

#endif
