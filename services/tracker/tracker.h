/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACKER_TRACKER_H
#define TRACKER_TRACKER_H

#include "common/ctx.h"

/* What the tracker's files share. */
struct tracker_settings {
    const char *secret_key; /* 64 hex digits: the mailer sealed the passwords with it */
    const char *tls;        /* required, offered */
    int64_t imap_poll_ms, imap_timeout_ms;
};
extern struct tracker_settings tracker_settings;

/* Housekeeping: queues a look into every inbox. */
LM_MUST_USE lm_code tracker_poll_inboxes(struct lm_ctx *ctx, lm_err *err);
/* Has one inbox looked into now. */
LM_MUST_USE lm_code tracker_queue_check(struct lm_ctx *ctx, const char *mailbox_id, lm_err *err);

#endif
