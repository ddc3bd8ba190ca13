/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_SPELLING_H
#define SCRAPER_SPELLING_H

#include "services/scraper/match/tokens.h"

enum scraper_spelling {
    SCRAPER_OTHER_WORD,
    SCRAPER_DOUBTFUL, /* a slip, or another name: smit, smits */
    SCRAPER_SLIP,     /* janssen, kuypers, techiek */
    SCRAPER_SAME_WORD,
};
/* Whether two words that are not the same are spellings of one. Pure. */
enum scraper_spelling scraper_spelling_of(const struct scraper_token *a,
                                          const struct scraper_token *b);

#endif
