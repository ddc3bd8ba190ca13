/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRACKER_MAIL_H
#define TRACKER_MAIL_H

#include "common/err.h"
#include "gen/tracker.pb-c.h"

/*
 * A mail that came back: parsed (GMime), classified, its own words cut from what it quotes. Pure;
 * any thread after tracker_mail_init. Everything in it is hostile.
 */

/* Once, before the first parse. */
void tracker_mail_init(void);

struct tracker_mail {
    lm_str message_id, in_reply_to; /* with angle brackets; {NULL,0}: none */
    lm_str *references;             /* oldest first, at most 50 */
    size_t n_references;
    lm_str from_email, subject;
    lm_str body_text; /* the plain part, or the HTML part as text; UTF-8, at most 64 KiB */
    int64_t date_at;  /* 0: none or nonsense */
    /* what tells people from programs */
    lm_str auto_submitted, precedence, content_type, report_type;
    bool has_auto_header; /* X-Autoreply, X-Autorespond, X-Auto-Response-Suppress, List-Id … */
    bool has_null_sender; /* Return-Path: <> */
    /* of a delivery report: its first recipient */
    lm_str report_action, report_status, report_recipient;
    lm_str report_message_id; /* of the mail it is about, when that is enclosed */
    bool is_feedback_report;  /* message/feedback-report (RFC 5965): a complaint */
};

/*
 * Memory:  everything lives in `a`.
 * Errors:  LM_INVALID: no mail (no header at all). LM_TOO_LARGE: over 1 MiB of raw bytes.
 * Source:  RFC 5322, 2045-2047, 3464, 5965.
 */
LM_MUST_USE lm_code tracker_mail_parse(struct lm_arena *a, lm_str raw, struct tracker_mail *out,
                                       lm_err *err);

/*
 * Reports first (a bounce carries Auto-Submitted too), then feedback, then automatic answers, then
 * wishes to be left alone, then replies; OTHER_MAIL when it answers nothing.
 *
 * Source:  RFC 3834, 3464, 5965; reference deliverability T1-T6.
 */
Tracker__ReplyClass tracker_mail_classify(struct lm_arena *a, const struct tracker_mail *m);
/* Of a report: the address is dead (RFC 3463 class 5, but not full mailboxes nor policy). */
bool tracker_mail_is_hard_bounce(const struct tracker_mail *m);

/* What the sender wrote: without quotes, the line that introduces them, and the signature. */
lm_str tracker_mail_own_words(struct lm_arena *a, lm_str body);

#endif
