/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_EVENT_H
#define LM_EVENT_H

#include <protobuf-c/protobuf-c.h>

#include "common/ctx.h"

/*
 * Facts. Written in the transaction of the state they tell of; numbered by the relay; delivered to
 * every consumer in order of their subject, at least once, taking effect once (see DESIGN 3).
 */
struct lm_event {
    const ProtobufCMessage *message; /* its type is the descriptor's name: "scorer.LeadScored" */
    const char *subject_id; /* uuid: company, lead, message, … whose row was updated before */
    const char *person_id;  /* the lead this is about (for erasure), or NULL */
    int64_t version;        /* the subject row's version, raised by that update */
};
/* Inside a transaction. Adds to ctx->caused; after the commit the skeleton hints the relay. */
LM_MUST_USE lm_code lm_event_put(struct lm_ctx *ctx, const struct lm_event *ev, lm_err *err);
/* Many in one statement. */
LM_MUST_USE lm_code lm_events_put(struct lm_ctx *ctx, const struct lm_event *ev, size_t n,
                                  lm_err *err);

/* A line of the generated table of what a service consumes. */
struct lm_event_kind {
    const char *source; /* "enricher" */
    const char *type;   /* "enricher.LeadEnriched" */
    const ProtobufCMessageDescriptor *descriptor;
    lm_code (*apply)(struct lm_ctx *ctx, const ProtobufCMessage *ev, lm_err *err);
};

/*
 * Some kinds many at a time: where one unit of work tells of thousands (an import), one statement for all of them costs a
 * tenth of one for each. A run is of one kind and one tenant, each event of another subject, in the order of the log;
 * ctx->event is the first of them. Whatever goes wrong, they are applied again one by one, by the kind's own `apply`.
 */
struct lm_event_run {
    const struct lm_event_ctx *events;
    const ProtobufCMessage *const *messages;
    size_t n;
};
struct lm_event_many {
    const char *type;
    lm_code (*apply)(struct lm_ctx *ctx, const struct lm_event_run *run, lm_err *err);
};

/*
 * For how long (real milliseconds) the oldest event of `source` that this process has heard of has
 * waited to be applied by the service, whichever replica applies it; 0 when none waits. Reads the
 * service's cursor (in the open transaction, if there is one).
 */
LM_MUST_USE lm_code lm_consumer_owed(struct lm_ctx *ctx, const char *source, int64_t *owed_ms,
                                     lm_err *err);

/*
 * The live end of other services' logs, in every replica: a cursor in memory, for caches and
 * streams. `on_event` runs on the tail's thread and must be quick; events of one source come in
 * order of seq, without gaps from where it started (the head at the start).
 */
struct lm_tail_event {
    const char *source, *type, *tenant_id, *subject_id;
    int64_t id, seq, version, occurred_at;
    lm_str payload; /* packed protobuf; borrowed for the call */
};
struct lm_tail;
LM_MUST_USE lm_code lm_tail_start(struct lm_proc *proc, const char *const *sources,
                                  void (*on_event)(void *arg, const struct lm_tail_event *ev),
                                  void *arg, struct lm_tail **out, lm_err *err);
void lm_tail_stop(struct lm_tail *t);
/*
 * Read your own write: waits until the events `ids` of `source` have passed both this replica's
 * tail and the service's own consumer_cursor, at most `timeout_ms`. False: not within the time.
 * `token_seq` (may be NULL) is the highest seq among them.
 */
bool lm_tail_wait(struct lm_tail *t, const char *source, const int64_t *ids, size_t n,
                  int64_t timeout_ms, int64_t *token_seq);
/* Same for a token from an earlier answer. */
bool lm_tail_wait_seq(struct lm_tail *t, const char *source, int64_t seq, int64_t timeout_ms);

#endif
