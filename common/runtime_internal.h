/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_RUNTIME_INTERNAL_H
#define LM_RUNTIME_INTERNAL_H

#include <pthread.h>

#include "common/job_internal.h"
#include "common/runtime.h"
#include "gen/envelope.pb-c.h"

/* The parts of the runtime and what they share. */

/* ------- locks.c: which replica does what all could do ------- */
/*
 * Advisory locks on a connection of their own, pinged every second, dropped by the server after 5 s of
 * silence. They only save work: what fences is the cursor, the head and the lease.
 */
struct lm_locks;
enum { LM_LOCKS_MAX = 32 };
LM_MUST_USE lm_code lm_locks_start(const char *url, const struct lm_proc *proc,
                                   struct lm_locks **out, lm_err *err);
/* Before or after the start: a name to hold; returns its number. `on_change` is told, on the locks' thread. */
int lm_locks_want(struct lm_locks *l, const char *name, void (*on_change)(void *arg, bool held),
                  void *arg);
bool lm_locks_holds(struct lm_locks *l, int lock);
void lm_locks_stop(struct lm_locks *l);

/* ------- feed.c: the log of one source, in order and without gaps, from the bus and from FetchEvents ------- */
struct lm_feed;
struct lm_feed *lm_feed_new(struct lm_proc *proc, const char *source);
void lm_feed_free(struct lm_feed *f);
const char *lm_feed_source(const struct lm_feed *f);
/* A packed EventFrame, or a head from a heartbeat; from any thread, copies, never waits. */
void lm_feed_push(struct lm_feed *f, lm_str frame);
void lm_feed_head(struct lm_feed *f, int64_t head);
/* Forgets what is queued and that the head is known: the reader begins anew. */
void lm_feed_reset(struct lm_feed *f);
/* Ends a wait now and, after `stop`, all to come. */
void lm_feed_wake(struct lm_feed *f);
void lm_feed_stop(struct lm_feed *f);
/*
 * The events after `after`, contiguous, in ctx->arena; waits for them at most `wait_ms`. Whatever is
 * missing is fetched from the source. n 0: nothing came in time. `consumer` (may be NULL) is told to
 * the source with each fetch. LM_GONE, LM_UNAVAILABLE, … are those of the fetch.
 */
LM_MUST_USE lm_code lm_feed_next(struct lm_feed *f, struct lm_ctx *ctx, int64_t after,
                                 const char *consumer, int64_t wait_ms, Lm__EventRow ***rows,
                                 size_t *n, lm_err *err);
/* One FetchEvents. */
LM_MUST_USE lm_code lm_feed_fetch(struct lm_ctx *ctx, const char *source, int64_t after,
                                  const char *consumer, Lm__EventFrame **out, lm_err *err);

/* ------- consume.c: effects, once per service ------- */
/* Where the service is in the log of `source`; 0 and a row when it never heard of it. */
LM_MUST_USE lm_code lm_cursor_read(struct lm_ctx *ctx, const char *source, int64_t *seq,
                                   lm_err *err);
/*
 * Applies contiguous events (rows[0]->seq == after + 1) and moves the cursor from `after` past them,
 * in one transaction. LM_FENCED: the cursor is elsewhere, nothing happened. LM_UNAVAILABLE,
 * LM_DEADLINE: try again. What cannot be applied is parked, with the later ones of its subject.
 */
LM_MUST_USE lm_code lm_consume(struct lm_proc *proc, const char *source, int64_t after,
                               Lm__EventRow *const *rows, size_t n, size_t memory_limit,
                               lm_err *err);
/* One event in the open transaction: unpacked, handed to its handler, in ctx->arena. */
LM_MUST_USE lm_code lm_event_apply(struct lm_ctx *ctx, const char *source, const Lm__EventRow *row,
                                   lm_err *err);
/*
 * Applies parked events again, oldest first, each in a transaction of its own; a subject whose event
 * fails again stays parked from there on. Counts what went and what stayed.
 */
struct lm_parked {
    const char *source; /* NULL: of all logs */
    const int64_t
        *seqs; /* of `source`: these, each with the earlier ones of its subject; n_seqs 0: all */
    size_t n_seqs;
    int64_t until_ms; /* lm_mono_ms(); begins none after it; 0: no end */
};
LM_MUST_USE lm_code lm_parked_replay(struct lm_proc *proc, const struct lm_parked *which,
                                     int64_t *applied, int64_t *left, lm_err *err);

struct lm_consumer;
LM_MUST_USE lm_code lm_consumer_start(struct lm_proc *proc, struct lm_locks *locks,
                                      const char *source, const struct lm_runtime_options *o,
                                      struct lm_consumer **out, lm_err *err);
const char *lm_consumer_source(const struct lm_consumer *c);
/* Frames and heads of the source; dropped while another replica consumes. */
void lm_consumer_push(struct lm_consumer *c, lm_str frame);
void lm_consumer_head(struct lm_consumer *c, int64_t head);
/* How long ago the first head above `cursor` was heard of; 0: none is. */
int64_t lm_consumer_waits_ms(struct lm_consumer *c, int64_t cursor);
void lm_consumer_stop(struct lm_consumer *c);

/* ------- relay_thread.c ------- */
struct lm_relay;
LM_MUST_USE lm_code lm_relay_start(struct lm_proc *proc, struct lm_locks *locks, int64_t poll_ms,
                                   struct lm_relay **out, lm_err *err);
void lm_relay_hint(struct lm_relay *r);
int64_t lm_relay_head(struct lm_relay *r);
bool lm_relay_is_holder(struct lm_relay *r);
void lm_relay_stop(struct lm_relay *r); /* after a last pass */

/* ------- ticks.c: real-time housekeeping, on one replica of all ------- */
struct lm_ticks;
LM_MUST_USE lm_code lm_ticks_start(struct lm_proc *proc, struct lm_ticks **out, lm_err *err);
void lm_ticks_stop(struct lm_ticks *t);
/* Runs `tick` when it is due and nobody else does; *ran says whether. */
LM_MUST_USE lm_code lm_tick_run(struct lm_proc *proc, const struct lm_periodic *tick, bool *ran,
                                lm_err *err);

/* ------- tail.c ------- */
/* To the tails that listen to `source`. */
void lm_tails_push(struct lm_runtime *rt, const char *source, lm_str frame);
void lm_tails_head(struct lm_runtime *rt, const char *source, int64_t head);

enum { LM_SOURCES_MAX = 16 };
struct lm_runtime {
    pthread_rwlock_t
        lock; /* written while parts come and go: frames and hints arrive all the time */
    bool is_stopped;
    bool has_stragglers; /* handlers that did not end in time still use it */
    struct lm_proc *proc;
    struct lm_runtime_options o;
    struct lm_locks *locks;
    struct lm_relay *relay;
    struct lm_consumer *consumers[LM_SOURCES_MAX];
    size_t n_consumers;
    struct lm_job_pool *jobs; /* NULL: none here */
    struct lm_ticks *ticks;
    pthread_rwlock_t tails_lock;
    struct lm_tail *tails;
};

#endif
