/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_VISIT_H
#define ENRICHER_VISIT_H

#include "common/ctx.h"
#include "common/robots.h"
#include "services/enricher/page/outline.h"

/* A visit to a company's site. The one place of the domain folders with I/O: HTTP, never in a transaction. */

enum { ENRICHER_SITE_PAGES = 32 };

struct enricher_page {
    lm_str url; /* after redirects */
    struct enricher_outline outline;
};
struct enricher_site {
    lm_str domain; /* of the host that answered: redirects may lead elsewhere */
    struct enricher_page pages[ENRICHER_SITE_PAGES]; /* the home page first */
    int n;
    size_t bytes;
    const struct lm_robots *robots; /* NULL: no rules */
};

/*
 * The home page of `domain`, by the schemes of the settings in turn. Errors that trying again can mend are
 * those of the network (LM_UNAVAILABLE, LM_DEADLINE, LM_LIMITED); what the site itself decides is not:
 * LM_NOT_FOUND (no such page), LM_FORBIDDEN (robots.txt, a private address), LM_INVALID (redirects without
 * end, no page), LM_TOO_LARGE.
 */
LM_MUST_USE lm_code enricher_site_open(struct lm_ctx *ctx, lm_str domain, struct enricher_site *out,
                                       lm_err *err);
/*
 * Pages of people, company and contact, as far as the settings and robots.txt allow. A page that cannot
 * be had is passed over, but one of people that the network keeps from us fails the visit.
 */
LM_MUST_USE lm_code enricher_site_read(struct lm_ctx *ctx, struct enricher_site *site, lm_err *err);

#endif
