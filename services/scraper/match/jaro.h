/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_JARO_H
#define SCRAPER_JARO_H

#include "common/base.h"

/*
 * Jaro-Winkler of one text with many, over bytes: 0 to 1, prefixes of up to four letters count a tenth each.
 * Pure. Source: Winkler, 1990; letters are paired as in the usual implementations (the first free one in reach), a
 * bit a letter instead of a loop.
 */
enum { SCRAPER_JARO_MAX = 64 }; /* bytes of either text; longer ones are cut */

struct scraper_jaro {
    lm_str text;
    uint64_t places[256];
};
void scraper_jaro_init(struct scraper_jaro *j, lm_str text);
double scraper_jaro_winkler(const struct scraper_jaro *j, lm_str other);

#endif
