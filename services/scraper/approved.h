/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_APPROVED_H
#define SCRAPER_APPROVED_H

#include "common/ctx.h"
#include "services/scraper/sources/sources.h"

/* What may be taken in at all: public business sources that the tenant approves, and of them companies only. */

/* LM_UNPROCESSABLE: the tenant has not approved this source. */
LM_MUST_USE lm_code scraper_source_is_approved(struct lm_ctx *ctx,
                                               const struct scraper_source *source, lm_err *err);

/* Pure. A person's profile on a social network, and not a company's: linkedin.com/in/…, xing.com/profile/… . */
bool scraper_url_is_personal(lm_str url);
/* The page it comes from, its site, or its profile is a person's. */
bool scraper_company_is_personal(const Lm__Company *company);

#endif
