/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_MAILER_H
#define MAILER_MAILER_H

#include "services/mailer/pacing.h"
#include "services/mailer/store.h"

/* What the mailer's files share: its settings, and how a tenant's rows become a pace. */
struct mailer_settings {
    const char *public_url; /* of the gateway, in links */
    const char *tracking_key;
    const char *secret_key;  /* 64 hex digits: seals what is kept */
    const char *maildir;     /* dry-run mail */
    const char *hello;       /* our name in EHLO */
    const char *tls;         /* required, offered */
    const char *live_phrase; /* what SetSendConfig wants to hear before it goes live */
    const char *dkim_selector;
    int64_t smtp_timeout_ms, lease_ms, sweep_ms;
};
extern struct mailer_settings mailer_settings;

/* LM_INVALID: the tenant's time zone is none. */
LM_MUST_USE lm_code mailer_pace_of(const Mailer__SendConfig *config, struct mailer_pace *out,
                                   lm_err *err);

/* The mailbox today: its local day, what went, what may go. */
struct mailer_today {
    char day[24]; /* 2026-03-02 */
    int sent, cap, warmup_day;
};
void mailer_today_of(const struct mailer_mailbox *box, const struct mailer_pace *pace, int64_t now,
                     struct mailer_today *out);

/* Has each active mailbox of the tenant look for work at `at` (or at its own next moment). */
LM_MUST_USE lm_code mailer_wake_mailboxes(struct lm_ctx *ctx, int64_t at, lm_err *err);

#endif
