/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_PHRASES_H
#define PERSONALIZER_PHRASES_H

#include "services/personalizer/write/write.h"

/*
 * The words of the built-in writer, a file a language. A phrase may hold
 *     {company}   a fact (facts.h); the phrase is usable when all its facts are known
 *     {?funding}  a fact that must be known and is not printed
 *     {je|u}      the informal and the formal form
 * Every list ends with NULL and has a phrase that needs nothing, so that one is always usable.
 */
enum phrase_part {
    PHRASE_OPENING,  /* what is known of the company, or how this follows the last mail */
    PHRASE_OFFER,    /* around {offer} */
    PHRASE_QUESTION, /* one, simple; in the last mail: the door that stays open */
    PHRASE_CLOSING,  /* the last mail's good wish */
    PHRASE_LINK,
    PHRASE_SOURCE, /* how we found you: first mail only */
    PHRASE_PARTS,
};

struct phrase_step {
    const char *const *part[PHRASE_PARTS]; /* NULL: this step has no such part */
    const char *const *subjects;
    const char *const *own_offer; /* {offer} when the tenant has written none */
};

struct phrase_book {
    struct phrase_step step[WRITE_STEPS]; /* by step - 1 */
    /* The first list that has a usable phrase counts. */
    const char *const *greetings[3], *const *greetings_formal[3];
    const char *const *sign_offs;
    const char *source_name[WRITE_SOURCES]; /* "Google Maps"; NULL: nothing to say */
    const char *and_word;                   /* " en " */
};

extern const struct phrase_book phrases_nl, phrases_en;

#endif
