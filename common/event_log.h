/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_EVENT_LOG_H
#define LM_EVENT_LOG_H

#include "common/event.h"
#include "gen/envelope.pb-c.h"

/* The numbered log of this service: the relay that writes it, the call that reads it. Internal to common/. */

enum {
    LM_RELAY_BATCH = 1000,
    LM_FRAME_EVENTS = 100,
    LM_FRAME_BYTES = 512 << 10,
    LM_FETCH_MAX = 500
};

struct lm_rows;
/*
 * One transaction: numbers up to LM_RELAY_BATCH of the waiting events; *n is how many: fewer than the
 * batch means that nothing waits. Runs on any replica at any time; the row of event_head makes them
 * take turns. ctx: outside a tenant, no transaction open; the rows are its arena's.
 */
LM_MUST_USE lm_code lm_relay_number(struct lm_ctx *ctx, struct lm_rows **rows, size_t *n,
                                    lm_err *err);
/* To all who listen, in order; at least one row. Returns the last number. */
int64_t lm_relay_publish(struct lm_ctx *ctx, struct lm_rows *rows);
/* Whether anything waits; writes nothing. */
LM_MUST_USE lm_code lm_relay_look(struct lm_ctx *ctx, bool *waits, int64_t *head, lm_err *err);

/*
 * The handler of FetchEvents: the events after `after`, at most `limit` and 512 KiB of them, the
 * head, and what is gone. LM_GONE when the log begins later. Notes how far `consumer` is.
 */
LM_MUST_USE lm_code lm_events_fetch(struct lm_ctx *ctx, const Lm__FetchEventsRequest *in,
                                    Lm__EventFrame *out, lm_err *err);

/* A row of the columns LM_EVENT_COLUMNS as a message; text is the rows'. */
#define LM_EVENT_COLUMNS \
    "seq, id, tenant_id, type, subject_id, person_id, version, payload, request_id, lm_ms(occurred_at)"
Lm__EventRow *lm_event_row(struct lm_arena *a, const struct lm_rows *rows);

#endif
