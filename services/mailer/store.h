/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_STORE_H
#define MAILER_STORE_H

#include "common/db.h"
#include "common/links.h"
#include "common/place.h"
#include "gen/mailer.pb-c.h"
#include "gen/personalizer.pb-c.h"

/*
 * All of the mailer's SQL. Every function works inside ctx->tenant_id; what it returns lives in
 * ctx->arena. Functions that change a delivery, mailbox or suppression put its event in the same
 * transaction.
 */
extern const struct lm_sql *const *const mailer_sql[];

/* -- settings: the tenant's row, or the defaults of the contract -- */
LM_MUST_USE lm_code mailer_config_get(struct lm_ctx *ctx, Mailer__SendConfig **out, lm_err *err);
LM_MUST_USE lm_code mailer_config_save(struct lm_ctx *ctx, const Mailer__SendConfig *config,
                                       lm_err *err);

/* -- mailboxes -- */
struct mailer_mailbox {
    Mailer__Mailbox pb;     /* warmup_day and daily_cap are not filled */
    lm_str sealed_password; /* {NULL,0}: none */
    bool skip_warmup;
    int64_t warmup_from; /* 0: has not sent yet */
    lm_str sent_on;      /* 2026-03-02; the local day sent_today counts */
};
LM_MUST_USE lm_code mailer_mailbox_list(struct lm_ctx *ctx, struct mailer_mailbox **out, size_t *n,
                                        lm_err *err);
LM_MUST_USE lm_code mailer_mailbox_get(struct lm_ctx *ctx, const char *id,
                                       struct mailer_mailbox *out, lm_err *err);
/* Locks the row to the end of the transaction. */
LM_MUST_USE lm_code mailer_mailbox_lock(struct lm_ctx *ctx, const char *id,
                                        struct mailer_mailbox *out, lm_err *err);
/* LM_CONFLICT: the tenant has this address already. Fills id, version and times. */
LM_MUST_USE lm_code mailer_mailbox_create(struct lm_ctx *ctx, struct mailer_mailbox *box,
                                          lm_err *err);
LM_MUST_USE lm_code mailer_mailbox_save(struct lm_ctx *ctx, struct mailer_mailbox *box,
                                        lm_err *err);
LM_MUST_USE lm_code mailer_mailbox_pause(struct lm_ctx *ctx, const char *id, const char *because,
                                         lm_err *err);
/* What a claim takes from the mailbox: the next moment and one of the day's mails. */
struct mailer_spent {
    int64_t next_send_at;
    lm_str sent_on;
    int sent_today;
};
LM_MUST_USE lm_code mailer_mailbox_spend(struct lm_ctx *ctx, const char *id,
                                         const struct mailer_spent *spent, lm_err *err);

/* -- deliveries -- */
struct mailer_delivery {
    Mailer__Delivery pb;
    lm_str to_name, to_domain, address_hash;
    lm_str body_text, body_html, content_hash;
    lm_str language, timezone, country;
    int64_t lease_no;
};
/* A released message becomes a delivery, or replaces what waits under its message id; sent ones stay. */
LM_MUST_USE lm_code mailer_delivery_put(struct lm_ctx *ctx, const Personalizer__Message *m,
                                        lm_err *err);
LM_MUST_USE lm_code mailer_delivery_get(struct lm_ctx *ctx, const char *id,
                                        struct mailer_delivery *out, lm_err *err);
/* What has not been handed over of this message, or of this lead, is cancelled. */
LM_MUST_USE lm_code mailer_delivery_cancel_message(struct lm_ctx *ctx, const char *message_id,
                                                   const char *why, lm_err *err);
LM_MUST_USE lm_code mailer_delivery_cancel_lead(struct lm_ctx *ctx, const char *lead_id,
                                                const char *why, lm_err *err);
/* A waiting one that may not leave: it failed before it was tried. */
LM_MUST_USE lm_code mailer_delivery_refuse(struct lm_ctx *ctx, const char *id, const char *why,
                                           lm_err *err);
/*
 * The delivery that this mailbox should send next: due, of nobody else's mailbox, its person neither
 * suppressed nor stopped; locked, rows that others hold are passed over. LM_NOT_FOUND: none.
 */
LM_MUST_USE lm_code mailer_delivery_next(struct lm_ctx *ctx, const char *mailbox_id, int64_t now,
                                         struct mailer_delivery *out, lm_err *err);
/* Earliest due_at of what this mailbox may send; 0: nothing waits. */
LM_MUST_USE lm_code mailer_delivery_next_due(struct lm_ctx *ctx, const char *mailbox_id,
                                             int64_t *out, lm_err *err);
LM_MUST_USE lm_code mailer_delivery_postpone(struct lm_ctx *ctx, const char *id, int64_t due_at,
                                             lm_err *err);

/* WAITING → CLAIMED: who sends it, from where, as what. Writes the attempt row. Raises d->lease_no. */
struct mailer_claim {
    const char *mailbox_id, *from_email, *rfc_message_id, *lease_owner;
    int64_t lease_ms;
    bool dry_run;
};
LM_MUST_USE lm_code mailer_delivery_claim(struct lm_ctx *ctx, struct mailer_delivery *d,
                                          const struct mailer_claim *claim, lm_err *err);
/*
 * CLAIMED → HANDING_OVER: only while the lease is held and its time is not over, and the person is
 * still neither suppressed nor stopped. LM_FENCED otherwise: nothing may be sent.
 */
LM_MUST_USE lm_code mailer_delivery_hand_over(struct lm_ctx *ctx, const struct mailer_delivery *d,
                                              const char *lease_owner, lm_str bytes, lm_err *err);
/* How an attempt ended. `status`: DELIVERED, DELIVERY_FAILED, WAITING (again at due_at), UNCERTAIN. */
struct mailer_outcome {
    Mailer__DeliveryStatus status;
    const char *word;  /* of the attempt row: delivered, refused, failed, aborted, uncertain */
    const char *error; /* NULL when delivered; no address in it */
    int smtp_code;     /* 0: none */
    bool is_hard_bounce;
    int64_t due_at; /* for WAITING */
};
/* LM_FENCED: the lease is another's by now. */
LM_MUST_USE lm_code mailer_delivery_finish(struct lm_ctx *ctx, struct mailer_delivery *d,
                                           const char *lease_owner, const struct mailer_outcome *o,
                                           lm_err *err);
/* A lease that ran out: CLAIMED goes back to WAITING, HANDING_OVER becomes UNCERTAIN. */
LM_MUST_USE lm_code mailer_delivery_expire(struct lm_ctx *ctx, const char *id, lm_err *err);
/* What came back for a message shows that it arrived: UNCERTAIN becomes DELIVERED; another status stays. */
LM_MUST_USE lm_code mailer_delivery_prove(struct lm_ctx *ctx, const char *message_id, lm_err *err);
/* A person's word on an UNCERTAIN one. LM_CONFLICT: it is not, or younger than 15 minutes. */
LM_MUST_USE lm_code mailer_delivery_resolve(struct lm_ctx *ctx, const char *id, bool was_delivered,
                                            struct mailer_delivery *out, lm_err *err);
struct mailer_expired {
    const char *tenant_id, *delivery_id;
};
/* Over all tenants, for the sweep. */
LM_MUST_USE lm_code mailer_expired_list(struct lm_ctx *ctx, struct mailer_expired **out, size_t *n,
                                        lm_err *err);
/* Message-IDs of the lead's earlier mails, oldest first, for References; and the mailbox that wrote them. */
struct mailer_thread {
    lm_str references, last_id;
};
LM_MUST_USE lm_code mailer_delivery_thread(struct lm_ctx *ctx, const char *lead_id, int step,
                                           struct mailer_thread *out, lm_err *err);
/* Keyset page by (due_at, id); `status` 0: all. */
struct mailer_page {
    int status, limit;
    struct lm_place after;
};
LM_MUST_USE lm_code mailer_delivery_page(struct lm_ctx *ctx, const struct mailer_page *page,
                                         Mailer__ListQueueResponse *out, lm_err *err);
struct mailer_counts {
    int64_t pending, due, next_due_at;
};
LM_MUST_USE lm_code mailer_delivery_counts(struct lm_ctx *ctx, int64_t now,
                                           struct mailer_counts *out, lm_err *err);

/* -- limits and stops -- */
/* One mail of the domain's hour, if there is one left. */
LM_MUST_USE lm_code mailer_throttle_take(struct lm_ctx *ctx, lm_str domain, int64_t hour_at,
                                         int limit, bool *taken, lm_err *err);
LM_MUST_USE lm_code mailer_lead_stop(struct lm_ctx *ctx, const char *lead_id, const char *reason,
                                     lm_err *err);
LM_MUST_USE lm_code mailer_lead_unstop(struct lm_ctx *ctx, const char *lead_id, lm_err *err);

struct mailer_suppress {
    const char *address_hash, *reason, *lead_id;
};
/* Idempotent. What waits for the address becomes SUPPRESSED in the same transaction. */
LM_MUST_USE lm_code mailer_suppress(struct lm_ctx *ctx, const struct mailer_suppress *s,
                                    Mailer__Suppression **out, lm_err *err);
LM_MUST_USE lm_code mailer_is_suppressed(struct lm_ctx *ctx, const char *address_hash, bool *out,
                                         lm_err *err);
/* The addresses a lead was written at, as hashes. */
LM_MUST_USE lm_code mailer_lead_hashes(struct lm_ctx *ctx, const char *lead_id, lm_str **out,
                                       size_t *n, lm_err *err);
LM_MUST_USE lm_code mailer_suppression_page(struct lm_ctx *ctx,
                                            const Mailer__ListSuppressionsRequest *in,
                                            Mailer__ListSuppressionsResponse *out, lm_err *err);

#endif
