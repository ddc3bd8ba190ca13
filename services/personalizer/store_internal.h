/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_STORE_INTERNAL_H
#define PERSONALIZER_STORE_INTERNAL_H

#include "services/personalizer/store.h"

/* Between store.c and store_sequence.c. */

/* The first column of all rows. */
void personalizer_rows_ids(struct lm_ctx *ctx, struct lm_rows *rows, lm_str **ids, size_t *n);

/* store_sequence.c's statements, for the list of lists in store.c. */
extern const struct lm_sql *const personalizer_sequence_sql[];

#endif
