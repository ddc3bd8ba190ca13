/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_FACTS_H
#define ENRICHER_FACTS_H

#include "services/enricher/page/outline.h"

/* What a company's pages say of the company itself. Pure. */
struct enricher_facts {
    lm_str phone, email; /* the general ones: +31…, info@… */
    lm_str linkedin_url;
    lm_str industry_words, location, description;
    int employees;   /* 0: not said */
    lm_str language; /* nl, en, de, fr: what most pages are written in */
};

/*
 * Adds what one page says; what an earlier page said stays. `domain` is the company's: an address
 * elsewhere is somebody else's. Emails of desks only; those of people belong to people.
 */
void enricher_facts_add(struct lm_arena *a, const struct enricher_outline *page, lm_str domain,
                        struct enricher_facts *facts);

/* nl, en, de or fr, from common words; else the page's lang; {NULL, 0} when neither tells. */
lm_str enricher_language_of(struct lm_arena *a, const struct enricher_outline *page);

/* Does the page speak of this company? A word of its name, legal forms left out, in title, text or footer. */
bool enricher_page_names(struct lm_arena *a, const struct enricher_outline *page, lm_str company);

#endif
