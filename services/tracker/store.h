/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACKER_STORE_H
#define TRACKER_STORE_H

#include "common/db.h"
#include "common/place.h"
#include "gen/mailer.pb-c.h"
#include "gen/tracker.pb-c.h"

/* All of the tracker's SQL. Inside ctx->tenant_id but for what says otherwise; results live in ctx->arena. */
extern const struct lm_sql *const *const tracker_sql[];

/* -- what was sent -- */
LM_MUST_USE lm_code tracker_sent_save(struct lm_ctx *ctx, const Mailer__Delivery *d, lm_err *err);
struct tracker_match {
    const char *message_id, *lead_id;
};
/* By Message-ID, or by the address hash (the newest). LM_NOT_FOUND: none of ours. */
LM_MUST_USE lm_code tracker_sent_by_rfc_id(struct lm_ctx *ctx, lm_str rfc_id,
                                           struct tracker_match *out, lm_err *err);
LM_MUST_USE lm_code tracker_sent_by_address(struct lm_ctx *ctx, const char *hash,
                                            struct tracker_match *out, lm_err *err);

/* -- hits: of all tenants -- */
/* Moves the segment from in->position to in->next_position and keeps the hits; a batch that was taken before changes nothing. */
LM_MUST_USE lm_code tracker_hits_take(struct lm_ctx *ctx, const Tracker__TakeHitsRequest *in,
                                      int64_t *position, lm_err *err);
struct tracker_new_hit {
    int64_t id, at;
    const char *tracking_id, *tenant_id;
    lm_str kind, ip, user_agent, url;
};
/* Some thousand hits by id, from {0, 0} on; upto is 0 behind the last. */
struct tracker_window {
    int64_t after, upto;
};
LM_MUST_USE lm_code tracker_hits_window(struct lm_ctx *ctx, struct tracker_window *w, lm_err *err);
/* Those of the window whose message is known, at most `limit`, ordered by tenant. */
LM_MUST_USE lm_code tracker_hits_known(struct lm_ctx *ctx, const struct tracker_window *w,
                                       int limit, struct tracker_new_hit **out, size_t *n,
                                       lm_err *err);
/* In the transaction of their effects. LM_FENCED: some are gone, another worker has them. */
LM_MUST_USE lm_code tracker_hits_delete(struct lm_ctx *ctx, const int64_t *ids, size_t n,
                                        lm_err *err);
/*
 * The look at the waiting hits goes on behind *upto; `every_ms` after it last began at the first one it
 * does so again (is_all): a message may be known now that was not.
 */
LM_MUST_USE lm_code tracker_look_begin(struct lm_ctx *ctx, int64_t every_ms, int64_t *upto,
                                       bool *is_all, lm_err *err);
LM_MUST_USE lm_code tracker_look_end(struct lm_ctx *ctx, int64_t upto, lm_err *err);
/* Forgets those that nobody knew for ten minutes. */
LM_MUST_USE lm_code tracker_hits_forget(struct lm_ctx *ctx, int64_t *forgotten, lm_err *err);
LM_MUST_USE lm_code tracker_hits_wait(struct lm_ctx *ctx, bool *out, lm_err *err);

/* -- engagement of a tenant's messages -- */
struct tracker_engagement {
    const char *message_id, *lead_id, *tracking_id;
    int64_t sent_at, first_opened_at, last_opened_at, first_clicked_at, last_clicked_at;
    int opens, clicks, machines;
};
/* Makes missing rows and locks them, in the order of their ids. */
LM_MUST_USE lm_code tracker_engagement_lock(struct lm_ctx *ctx, const lm_str *tracking_ids,
                                            size_t n, struct tracker_engagement **out,
                                            size_t *n_out, lm_err *err);
/* Writes them back and puts their events. */
LM_MUST_USE lm_code tracker_engagement_save(struct lm_ctx *ctx, const struct tracker_engagement *e,
                                            size_t n, lm_err *err);

struct tracker_event {
    const char *kind; /* TRACK_OPEN … */
    int64_t at;
    const char *lead_id, *message_id;
    lm_str url, user_agent, ip, detail;
    bool is_machine;
};
LM_MUST_USE lm_code tracker_events_add(struct lm_ctx *ctx, const struct tracker_event *e, size_t n,
                                       lm_err *err);

/* -- inboxes and what they hold -- */
struct tracker_inbox {
    const char *mailbox_id, *imap_url, *imap_user, *email;
    lm_str sealed_password;
    int64_t uid_validity, last_uid;
};
LM_MUST_USE lm_code tracker_inbox_save(struct lm_ctx *ctx, const Mailer__Mailbox *box, lm_err *err);
LM_MUST_USE lm_code tracker_inbox_get(struct lm_ctx *ctx, const char *mailbox_id,
                                      struct tracker_inbox *out, lm_err *err);
/* How far it was read; `error` NULL when all is well. */
LM_MUST_USE lm_code tracker_inbox_mark(struct lm_ctx *ctx, const struct tracker_inbox *inbox,
                                       const char *error, lm_err *err);
struct tracker_inbox_ref {
    const char *tenant_id, *mailbox_id;
};
/* Of all tenants. */
LM_MUST_USE lm_code tracker_inbox_list(struct lm_ctx *ctx, struct tracker_inbox_ref **out,
                                       size_t *n, lm_err *err);
LM_MUST_USE lm_code tracker_inbox_of_tenant(struct lm_ctx *ctx, struct tracker_inbox_ref **out,
                                            size_t *n, lm_err *err);

struct tracker_inbox_mail {
    const char *mailbox_id, *lead_id, *message_id, *matched_by, *status_code;
    lm_str rfc_id, from_email, subject, body_text;
    Tracker__ReplyClass class_;
    int64_t received_at;
};
/* `id` and `version` for its event; `is_new` false: it was taken in before. */
struct tracker_saved_mail {
    const char *id;
    int64_t version;
    bool is_new;
};
LM_MUST_USE lm_code tracker_mail_save(struct lm_ctx *ctx, const struct tracker_inbox_mail *m,
                                      struct tracker_saved_mail *out, lm_err *err);

/* -- figures and lists -- */
LM_MUST_USE lm_code tracker_stats(struct lm_ctx *ctx, int64_t since, Tracker__TrackingStats *out,
                                  lm_err *err);
LM_MUST_USE lm_code tracker_daily(struct lm_ctx *ctx, const char *zone, int64_t since,
                                  Tracker__DailyStats *out, lm_err *err);
LM_MUST_USE lm_code tracker_lead_engagement(struct lm_ctx *ctx, const char *lead_id,
                                            Tracker__LeadEngagement *out, lm_err *err);
struct tracker_page {
    const char *kind, *lead_id; /* NULL: all */
    int limit;
    struct lm_place after;
};
LM_MUST_USE lm_code tracker_event_page(struct lm_ctx *ctx, const struct tracker_page *page,
                                       Tracker__ListTrackingEventsResponse *out, lm_err *err);
LM_MUST_USE lm_code tracker_reply_page(struct lm_ctx *ctx, const struct tracker_page *page,
                                       Tracker__ListRepliesResponse *out, lm_err *err);

#endif
