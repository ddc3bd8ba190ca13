/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_FLOW_H
#define PERSONALIZER_FLOW_H

#include "common/err.h"
#include "gen/personalizer.pb-c.h"

/*
 * How a sequence goes: what is released when, what stops it, what a person may still do. Pure: it
 * changes the sequence in memory and remembers what it changed; the caller saves that.
 *
 * One message is with the mailer at a time. The first is released once it is approved; the next one
 * when the one before was delivered, for its day after the first (whole 24 hours), if it is
 * approved by then, else on its approval.
 */
enum { FLOW_STEPS = 4 };

/* Late deliveries push the next mail back only so far that two days lie between them. */
#define FLOW_LEAST_GAP_MS ((int64_t)2 * 24 * 3600 * 1000)

struct flow {
    Personalizer__Sequence *sequence;
    Personalizer__Message *step[FLOW_STEPS]; /* in order; all four are there */
    int64_t start_at;                        /* nothing leaves before; 0: at once */
    bool is_sequence_changed;
    bool is_changed[FLOW_STEPS];
};

/* `s` with its four messages in order. */
void flow_init(struct flow *f, Personalizer__Sequence *s, int64_t start_at);
bool flow_has_changed(const struct flow *f);
/* Index of the message, or -1. */
int flow_find(const struct flow *f, const char *message_id);

/* Releases what may go now, and finishes a sequence whose messages were all sent. */
void flow_advance(struct flow *f, int64_t now);

/* ---- what happened; each twice changes nothing the second time ---- */
void flow_delivered(struct flow *f, int i, int64_t sent_at, int64_t now);
void flow_failed(struct flow *f, int i, const char *because, int64_t now);
/* Nothing more is sent, for good. A finished sequence stays finished. */
void flow_stop(struct flow *f, const char *because, int64_t now);
/* A decision against the lead was taken back: what it stopped waits for a person to resume it. */
void flow_unstop(struct flow *f);

/* ---- what people do; LM_CONFLICT says why not, and the remedy ---- */
LM_MUST_USE lm_code flow_pause(struct flow *f, int64_t now, lm_err *err);
LM_MUST_USE lm_code flow_resume(struct flow *f, int64_t now, lm_err *err);
LM_MUST_USE lm_code flow_approve(struct flow *f, int i, const char *by, int64_t now, lm_err *err);
LM_MUST_USE lm_code flow_reject(struct flow *f, int i, const char *note, int64_t now, lm_err *err);
/* May its words be changed? Not once it is with the mailer. */
LM_MUST_USE lm_code flow_may_edit(const struct flow *f, int i, lm_err *err);
/* Its words were changed: it is reviewed again; `auto_by` ("auto" or NULL) approves it at once. */
void flow_edited(struct flow *f, int i, const char *auto_by, int64_t now);

#endif
