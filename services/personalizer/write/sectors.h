/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_SECTORS_H
#define PERSONALIZER_SECTORS_H

#include "services/personalizer/write/write.h"

/* What an industry, as a source calls it, is in a sentence. */
struct sector {
    const char *keywords
        [12]; /* searched in a row of words: " bouw" any word that begins so, " it " the word itself */
    const char *plural[WRITE_LANGUAGES];    /* softwarebedrijven */
    const char *challenge[WRITE_LANGUAGES]; /* one sentence */
    bool is_formal;                         /* u rather than je */
};

/* NULL when no sector is known for it. */
const struct sector *sector_of(struct lm_arena *a, lm_str industry);

#endif
