/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_LETTER_H
#define PEOPLE_LETTER_H

#include "common/err.h"

/* A mail as a person's mail program sees it. Pure; everything lives in the arena. */
struct letter {
    lm_str from_address, to_address; /* lower case */
    lm_str subject;                  /* as sent, encoded words and all */
    lm_str message_id;               /* with its angle brackets */
    lm_str references;               /* unfolded; {NULL, 0} */
    lm_str pixel_url;                /* of the image that nobody sees; {NULL, 0} */
    lm_str link_url;                 /* the first link that is not the opt-out; {NULL, 0} */
    lm_str text;                     /* of the plain part */
};

/* LM_INVALID: no From, no To or no Message-ID. */
LM_MUST_USE lm_code letter_read(struct lm_arena *a, lm_str raw, struct letter *out, lm_err *err);

#endif
