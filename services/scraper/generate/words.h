/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_GENERATE_WORDS_H
#define SCRAPER_GENERATE_WORDS_H

#include "common/base.h"

/* What synthetic companies and people are called. Changing a list changes what each seed gives. */

struct scraper_industry {
    const char *name;
    const char *roles[5];
    const char *tails[5]; /* ends of company names */
};
struct scraper_land {
    const char *name, *code, *city;
};

extern const struct scraper_industry scraper_industries[];
extern const size_t scraper_n_industries;
extern const struct scraper_land scraper_lands[];
extern const size_t scraper_n_lands;
extern const char *const scraper_company_heads[], *const scraper_first_names[],
                                                      *const scraper_last_names[];
extern const size_t scraper_n_company_heads, scraper_n_first_names, scraper_n_last_names;

#endif
