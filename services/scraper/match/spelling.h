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

enum { SCRAPER_WORD_MAX = 60 }; /* bytes of a word of scraper_tokens_of */
/* The word with one way of writing what people write in two ("ij" and "y", "ue" and "u"); returns its length. */
size_t scraper_spelling_squash(lm_str word, char out[SCRAPER_WORD_MAX]);

#endif
