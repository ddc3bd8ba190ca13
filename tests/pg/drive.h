/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_PGTEST_DRIVE_H
#define LM_PGTEST_DRIVE_H

#include <protobuf-c/protobuf-c.h>

#include "tests/pg/lm_pgtest.h"

/* A service driven as others drive it: events through its cursor, calls by name, jobs by its workers. */

/* An event as its source's log gives it, of LM_PGTEST_TENANT. */
struct lm_pgtest_event {
    const ProtobufCMessage *message;
    const char *subject_id;
    int64_t version;
};
/*
 * The next event of its source: applied in one transaction with the cursor's move. Fails the test
 * when it parks.
 */
void lm_pgtest_deliver(struct lm_pgtest *t, const struct lm_pgtest_event *ev);
/* The next ones of one source, in one transaction: those that a service takes many at a time come so. */
void lm_pgtest_deliver_all(struct lm_pgtest *t, const struct lm_pgtest_event *v, size_t n);
/* Twice: as two events of the log with the same content, which is how a repeated one must look. */
void lm_pgtest_deliver_twice(struct lm_pgtest *t, const struct lm_pgtest_event *ev);

/* A call by LM_PGTEST_TENANT's owner LM_PGTEST_USER; the answer lives in the test's arena. */
#define LM_PGTEST_USER "99999999-9999-4999-8999-999999999999"
lm_code lm_pgtest_call(struct lm_pgtest *t, const char *method, const ProtobufCMessage *in,
                       ProtobufCMessage **out);

/* Starts the job workers and the relay, once. */
void lm_pgtest_run(struct lm_pgtest *t);
/* The same, and waits until no job is running or due; fails on a dead one. */
void lm_pgtest_work(struct lm_pgtest *t);

#endif
