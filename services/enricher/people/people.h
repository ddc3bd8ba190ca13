/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_PEOPLE_H
#define ENRICHER_PEOPLE_H

#include "services/enricher/page/outline.h"

/*
 * Who works at a company, from its pages. Structured data (JSON-LD) first, then the text: a line that is
 * a name, and near it, in the same card, row or paragraph, what the person does and how to reach them.
 * A name alone is no person: without a function, an address or a profile it is a heading. Quotes,
 * navigation and footers are passed over. Pure.
 */
struct enricher_person {
    lm_str first_name, last_name;
    lm_str job_title, email, phone, linkedin_url, source_url; /* {NULL, 0}: not found */
    int confidence; /* 60 for a name; +20 function, +10 address, +10 profile; JSON-LD from 80 */
    bool is_decision_maker;
};

enum { ENRICHER_PEOPLE_MAX = 200, ENRICHER_PEOPLE_KEPT = 10 };

struct enricher_people {
    struct enricher_person v[ENRICHER_PEOPLE_MAX];
    size_t n;
};

/* Adds the people of one page; somebody who is there already gets what was missing. `url` is the page's. */
void enricher_people_find(struct lm_arena *a, const struct enricher_outline *page, lm_str url,
                          struct enricher_people *people);
/* Those of JSON-LD alone; enricher_people_find calls it. */
void enricher_people_from_json_ld(struct lm_arena *a, const struct enricher_outline *page,
                                  lm_str url, struct enricher_people *people);
/* Adds one, or completes who is there by that name. */
void enricher_people_add(struct lm_arena *a, struct enricher_people *people,
                         const struct enricher_person *p);
/* Decision makers first, then confidence, then as found. */
void enricher_people_sort(struct enricher_people *people);

#endif
