/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_RULES_FORMAT_H
#define LM_RULES_FORMAT_H

#include "common/rules.h"

/* NULL when `text` is of the format, else what was expected. Any thread. */
const char *lm_format_check(enum lm_format format, lm_str text);

#endif
