/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_WORDS_H
#define SCRAPER_WORDS_H

#include "common/base.h"

/*
 * What words in company names are worth: "software" is in thousands of them, "zilverpad" in one. Dutch, English,
 * German, French and some of the Nordic languages. Pure.
 */
enum scraper_word {
    SCRAPER_WORD_OWN,      /* in no list: what tells a company from others */
    SCRAPER_WORD_SURNAME,  /* that many have; alone it names nobody */
    SCRAPER_WORD_TRADE,    /* what many do */
    SCRAPER_WORD_PLACE,    /* towns, regions, countries */
    SCRAPER_WORD_PARTICLE, /* van, the, 't */
    SCRAPER_WORD_CONN,     /* and */
    SCRAPER_WORD_WEAK,     /* how it is organised: holding, group */
    SCRAPER_WORD_END_FORM, /* a legal form at the end or the beginning of a name, elsewhere a word */
    SCRAPER_WORD_FORM,     /* a legal form, wherever it stands */
};

/* Of a folded word; *means is the word it stands for (grp: group), else the word itself. */
enum scraper_word scraper_word_of(lm_str word, lm_str *means);
/* A general word of seven letters and more that this one is a slip of ("bakerij"): *means is set to what it means. */
bool scraper_word_near(lm_str word, lm_str *means);

#endif
