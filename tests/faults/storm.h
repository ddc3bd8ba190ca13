/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_FAULTS_STORM_H
#define LM_FAULTS_STORM_H

#include "tests/pg/lm_pgtest.h"

/*
 * What the drills `order` and `lossy` are made of: two replicas of the tests' service `probe` on a real bus, of which
 * each does all, or over a line the first numbers and the other consumes; eight writers over many subjects, with pauses
 * inside their transactions.
 * Each event leaves a deed (what: the subject, at: its version) and queues a job of its subject, which reads the
 * subject's version, naps, and leaves a deed too (what: "job " and the subject): if the last one is not of the last
 * version, a fact was swallowed.
 */
extern const struct lm_service storm_service;

enum {
    STORM_WRITERS = 8,
    STORM_SUBJECTS = 200,
    STORM_PAUSE_MS = 4,
    STORM_NAP_MS = 60,
    STORM_BAD = 2
};

/* From FAULTS_SEED and FAULTS_ROUNDS; 1 where they are not set. */
unsigned storm_seed(void);
int storm_rounds(void);
/* The next number below n of a sequence of one's own. */
unsigned storm_below(unsigned *state, unsigned n);

struct storm_line {
    const char *host;   /* tcp: of the one that numbers; NULL: ipc, and each does all */
    int port;           /* of its calls; events are one above */
    int port_to_others; /* where the other one calls it: a proxy's, or the same */
};
void storm_start(struct lm_pgtest *t, const struct storm_line *line);
void storm_stop(void);

/* `n` events by all writers together; returns when all are committed. */
void storm_write(int n, unsigned seed);
/* Event STORM_BAD (its version) of subjects whose number divides by this is refused by the handler; 0: none. */
void storm_refuse(int every);
/* Jobs stop between their reading and their writing, until they are let go. */
void storm_hold(bool holds);
/* How many stand there. */
int storm_held(void);
/* Waits until the consumer is at the head; at most `limit_ms`. */
void storm_heard(struct lm_pgtest *t, int64_t limit_ms);
/* Waits until the consumer is at the head and no job is left; at most `limit_ms`. Returns how long it took. */
int64_t storm_settle(struct lm_pgtest *t, int64_t limit_ms);

/* How long effects came after their facts, since the last look. */
struct storm_lag {
    int64_t mean_ms, most_ms;
};
struct storm_lag storm_lag(void);

/* What must hold of all subjects: no gap, no disorder, each event applied once, no stale deed, no swallowed fact. */
void storm_judge(struct lm_pgtest *t, int64_t events);

#endif
