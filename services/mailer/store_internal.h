/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_STORE_INTERNAL_H
#define MAILER_STORE_INTERNAL_H

#include "services/mailer/store.h"

/* The statements of the other store files, for the list of lists in store.c. */
extern const struct lm_sql *const mailer_delivery_sql[], *const mailer_queue_sql[],
                                                             *const mailer_stop_sql[];

/* A row of a delivery; text is the rows'. */
#define MAILER_DELIVERY_COLUMNS                                                                         \
    "id, message_id, lead_id, mailbox_id, status, lm_ms(due_at), lm_ms(sent_at), dry_run, tracking_id," \
    " rfc_message_id, from_email, to_email, smtp_code, error, attempts, step, subject, version,"        \
    " company_id, is_hard_bounce, lm_ms(updated_at), to_name, to_domain, address_hash, body_text,"      \
    " body_html, content_hash, language, timezone, country, lease_no, is_synthetic"
void mailer_delivery_read_pb(const struct lm_rows *r, Mailer__Delivery *pb);

/* What waits for the address, or is claimed, becomes SUPPRESSED. In the transaction of the suppression. */
LM_MUST_USE lm_code mailer_delivery_suppress(struct lm_ctx *ctx, const char *address_hash,
                                             const char *reason, lm_err *err);

#endif
