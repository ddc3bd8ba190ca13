/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_LINKS_H
#define ENRICHER_LINKS_H

#include "services/enricher/page/outline.h"

/* Which pages of a site are worth a visit, and where a company's site may be. Pure. */

enum enricher_page_kind {
    ENRICHER_PAGE_TEAM,
    ENRICHER_PAGE_ABOUT,
    ENRICHER_PAGE_CONTACT,
    ENRICHER_PAGE_KINDS
};

struct enricher_visit {
    lm_str url; /* absolute */
    enum enricher_page_kind kind;
    bool is_linked; /* the site links to it; else one of the paths sites usually have */
};
enum { ENRICHER_VISITS_MAX = 32 };

/*
 * Pages of people, of the company and of contact that `home` links to, on the same host (with or without
 * www), people first; then the usual paths of each kind nothing was found for. At most `most`, each once.
 */
size_t enricher_visits_plan(struct lm_arena *a, const struct enricher_outline *home,
                            lm_str home_url, struct enricher_visit *out, size_t most);

/* A redirect may lead away. `domain` as it was registered; fake-example.nl is not below example.nl. */
bool enricher_url_is_of(struct lm_arena *a, lm_str url, lm_str domain);

/*
 * Domains a company of this name may have: legal forms off; joined, hyphenated, first two words, first
 * word; with each top-level domain in turn. At most `most`; reference A3.
 */
size_t enricher_domain_guesses(struct lm_arena *a, lm_str company, const char *const *tlds,
                               lm_str *out, size_t most);

#endif
