/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_STORE_INTERNAL_H
#define PERSONALIZER_STORE_INTERNAL_H

#include "services/personalizer/store.h"

/* Between store.c and store_sequence.c. */

/* The first column of all rows. */
void personalizer_rows_ids(struct lm_ctx *ctx, struct lm_rows *rows, lm_str **ids, size_t *n);

extern const struct lm_sql personalizer_sequence_lock, personalizer_sequence_read,
    personalizer_sequence_add, personalizer_sequence_update, personalizer_messages_read,
    personalizer_message_add, personalizer_message_update, personalizer_delivery_seen,
    personalizer_wording_add, personalizer_wordings, personalizer_lead_of_message,
    personalizer_drafts, personalizer_drafts_total, personalizer_stats;
#define PERSONALIZER_SEQUENCE_SQL                                                              \
    &personalizer_sequence_lock, &personalizer_sequence_read, &personalizer_sequence_add,      \
        &personalizer_sequence_update, &personalizer_messages_read, &personalizer_message_add, \
        &personalizer_message_update, &personalizer_delivery_seen, &personalizer_wording_add,  \
        &personalizer_wordings, &personalizer_lead_of_message, &personalizer_drafts,           \
        &personalizer_drafts_total, &personalizer_stats

#endif
