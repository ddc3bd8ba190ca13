/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_WORDS_H
#define LM_WORDS_H

#include "common/base.h"

/* Text as a row of words, so that phrases are compared whole. */

/*
 * Folded, everything but letters and digits of any script a separator: " IT-diensten (B.V.) " gives
 * " it diensten b v ", with a blank before and behind each word. "" when no word is left.
 */
lm_str lm_words_of(struct lm_arena *a, lm_str text);
/* Does the row `words` hold the row `phrase` (both of lm_words_of) as consecutive whole words? */
bool lm_words_hold(lm_str words, lm_str phrase);

#endif
