/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_LOG_MASK_H
#define LM_LOG_MASK_H

#include "common/buf.h"

/*
 * What must not reach a log, taken out of text on its way there: e-mail addresses (all but the first
 * letter of the local part), passwords in URLs, and the word behind password=, "token":, and their
 * like. A net under those who log, not a reason to log such things. Pure.
 */
void lm_log_mask(struct lm_buf *out, lm_str text);
/* Whether a field of this name is masked as a whole. */
bool lm_log_is_secret_name(lm_str name);

#endif
