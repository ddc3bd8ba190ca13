/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_TALLY_H
#define SCRAPER_TALLY_H

#include "services/scraper/sources/sources.h"

/*
 * What a search found becomes companies: each finding counts once by its key, however many pages and keywords showed
 * it. Pure.
 */
struct scraper_tallied {
    const struct scraper_found
        *first;  /* of those that are this company; what else is known of it stands there */
    lm_str name; /* the spelling seen most */
    lm_str normalized;
    char *location;    /* of the first that had one */
    lm_str source_url; /* the company's page at the source, else the first entry's */
    int count;         /* of vacancies, at a source that counts them */
    int spellings;     /* how many names were taken together, 1 or more */
};

/* By name: vacancies of one company are together. Sorted by count (most first), then name. */
size_t scraper_tally(struct lm_arena *a, const struct scraper_found *found, size_t n,
                     struct scraper_tallied **out);
/* Takes companies together whose names are the same by SCRAPER_SAME_NAME; returns how many remain. */
size_t scraper_tally_similar(struct scraper_tallied *v, size_t n);
/* The company, out of its vacancies; texts are borrowed from what was tallied. */
struct scraper_found scraper_tallied_company(struct lm_arena *a, const struct scraper_tallied *t);
/* Each key once, in order of arrival; returns how many remain. `found` is put in order. */
size_t scraper_tally_keys(struct lm_arena *a, struct scraper_found *found, size_t n);

#endif
