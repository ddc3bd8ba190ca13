/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_TALLY_H
#define SCRAPER_TALLY_H

#include "services/scraper/sources/sources.h"

/*
 * Vacancies become companies: each posting counts once, however many pages and keywords showed it,
 * for the company that its name normalises to. Pure.
 */
struct scraper_tallied {
    lm_str name; /* the spelling seen most */
    lm_str normalized;
    lm_str location;   /* of the first posting that had one */
    lm_str source_url; /* the company's page at the source, else its first vacancy */
    int open_vacancies;
    int spellings; /* how many names were taken together, 1 or more */
};

/* Sorted by vacancies (most first), then name. */
size_t scraper_tally(struct lm_arena *a, const struct scraper_posting *postings, size_t n,
                     struct scraper_tallied **out);
/* Takes companies together whose names are the same by SCRAPER_SAME_NAME; returns how many remain. */
size_t scraper_tally_similar(struct scraper_tallied *v, size_t n);

#endif
