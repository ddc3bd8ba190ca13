/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_STORE_INTERNAL_H
#define MAILER_STORE_INTERNAL_H

#include "services/mailer/store.h"

/* The statements of the other store files, for the list of lists in store.c. */
extern const struct lm_sql *const mailer_delivery_sql[], *const mailer_stop_sql[];

/* What waits for the address, or is claimed, becomes SUPPRESSED. In the transaction of the suppression. */
LM_MUST_USE lm_code mailer_delivery_suppress(struct lm_ctx *ctx, const char *address_hash,
                                             const char *reason, lm_err *err);

#endif
