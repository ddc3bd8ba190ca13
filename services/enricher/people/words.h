/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_WORDS_H
#define ENRICHER_WORDS_H

#include "common/base.h"

/* Word lists, Dutch and English, folded to lower-case ASCII. Each is sorted by nothing and searched whole. */

enum enricher_words {
    ENRICHER_WORDS_FIRST_NAMES,
    ENRICHER_WORDS_PARTICLES,  /* of surnames: van, der, de la */
    ENRICHER_WORDS_HONORIFICS, /* before a name */
    ENRICHER_WORDS_DEGREES,    /* behind a name */
    ENRICHER_WORDS_NO_NAME,    /* of headings, places, companies: no part of a name */
    ENRICHER_WORDS_TITLES,     /* of functions */
    ENRICHER_WORDS_TITLE_ENDS, /* of Dutch compounds: salesmanager, hoofdredacteur */
    ENRICHER_WORDS_DECIDERS,   /* of functions that decide */
    ENRICHER_WORDS_SENTENCE,   /* that stand in sentences and not in functions */
    ENRICHER_WORDS_COUNT,
};

/* `word` is folded. */
bool enricher_word_is(enum enricher_words list, lm_str word);
/* `word` ends with one of the list's. */
bool enricher_word_ends(enum enricher_words list, lm_str word);

#endif
