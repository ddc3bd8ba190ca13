/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_DB_INTERNAL_H
#define LM_DB_INTERNAL_H

#include <libpq-fe.h>
#include <pthread.h>

#include "common/db.h"

/*
 * What the files db*.c share, and what the runtime (relay, consumers, jobs, calls) needs beyond
 * db.h. Three layers: a connection in pipeline mode (db_conn.c), the pool of them (db.c), the
 * transaction that borrows one (db_tx.c).
 */

/* ------- a connection: db_conn.c ------- */

enum { LM_SQLSTATE_SIZE = 6, LM_PIPELINE_MAX = 256 };

/* Sees the result of a statement that was sent and not waited for. Must not allocate or send. */
typedef void lm_db_on_result(void *arg, const PGresult *res);

struct lm_pending {
    enum { LM_PENDING_STATEMENT, LM_PENDING_PREPARE, LM_PENDING_SYNC } kind;
    const struct lm_sql *sql;
    PGresult **keep; /* the caller takes the result */
    lm_db_on_result *on_result;
    void *arg;
};

struct lm_conn {
    struct lm_conn *next; /* among the idle */
    PGconn *pg;
    int64_t idle_since_ms;
    bool is_broken;                 /* is closed instead of going back to the pool */
    const struct lm_sql **prepared; /* open addressing by pointer */
    size_t n_prepared, cap_prepared;
    struct lm_pending pending[LM_PIPELINE_MAX]; /* ring of results to come */
    unsigned first, n_pending;
};

/* The failure of a statement: enough for an lm_err and for those who look at SQLSTATE. */
struct lm_db_failure {
    lm_code code; /* LM_OK: none */
    char sqlstate[LM_SQLSTATE_SIZE];
    char message[256];
};

LM_MUST_USE lm_code lm_conn_open(const struct lm_db_options *o, struct lm_conn **out, lm_err *err);
void lm_conn_close(struct lm_conn *c);
/* False when the server has closed it meanwhile. Does not wait. */
bool lm_conn_is_alive(struct lm_conn *c);
/* Values as the wire takes them; in the arena of whoever asked. */
struct lm_wire {
    int n;
    const char *const *values;
    const int *lengths;
    const int *formats;
};
LM_MUST_USE lm_code lm_wire_encode(struct lm_arena *a, struct lm_args args, struct lm_wire *out,
                                   lm_err *err);
/* Puts the statement (and, the first time, its PREPARE) into the pipeline; sends when it likes. */
bool lm_conn_send(struct lm_conn *c, const struct lm_sql *sql, const struct lm_wire *w,
                  const struct lm_pending *how);
bool lm_conn_send_prepare(struct lm_conn *c, const struct lm_sql *sql);
/* Ends the group and reads every result; `f` is the first failure, and is not cleared when there is none. */
void lm_conn_sync(struct lm_conn *c, int64_t until_ms, struct lm_db_failure *f);

/* ------- the pool: db.c ------- */

/* At most until `until_ms` (lm_mono_ms). LM_UNAVAILABLE: the server is away, or all are in use. */
LM_MUST_USE lm_code lm_db_borrow(struct lm_db *db, int64_t until_ms, struct lm_conn **out,
                                 lm_err *err);
void lm_db_give_back(struct lm_db *db, struct lm_conn *c);
const struct lm_db_options *lm_db_options_of(const struct lm_db *db);

/* ------- the transaction: db_tx.c ------- */

/*
 * Inside a transaction: sends without waiting. The failure, if any, comes out of the next statement
 * that waits, or of the commit. `on_result` may be NULL.
 */
LM_MUST_USE lm_code lm_db_send(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                               lm_db_on_result *on_result, void *arg, lm_err *err);
/* The same; the rows are there (and are the arena's) after the next statement that waits, or the commit. */
LM_MUST_USE lm_code lm_db_send_rows(struct lm_ctx *ctx, const struct lm_sql *sql,
                                    struct lm_args args, struct lm_rows **rows, lm_err *err);
/* Waits for all that was sent. */
LM_MUST_USE lm_code lm_tx_flush(struct lm_ctx *ctx, lm_err *err);
/*
 * From now on lm_db_exec without `affected` does not wait either. For intake: the first, hopeful
 * pass over a batch; what fails is found by the second, which waits for each.
 */
void lm_tx_defer(struct lm_ctx *ctx, bool on);
LM_MUST_USE lm_code lm_tx_savepoint(struct lm_ctx *ctx, lm_err *err);
LM_MUST_USE lm_code lm_tx_rollback_to(struct lm_ctx *ctx, lm_err *err);
/* SQLSTATE of the last failure in the open transaction; "" when the database has not complained. */
const char *lm_tx_sqlstate(const struct lm_ctx *ctx);
/* lm_tx_commit that also says which SQLSTATE made it fail ("" otherwise). */
LM_MUST_USE lm_code lm_tx_commit_state(struct lm_ctx *ctx, char sqlstate[LM_SQLSTATE_SIZE],
                                       lm_err *err);
/* Trying the same transaction again can help: classes 08, 40, 53, 55, 57. */
bool lm_sqlstate_is_transient(const char *sqlstate);
/* After the commit, tell: "relay", "jobs". Noted by lm_event_put and lm_job_queue. */
enum { LM_TELL_RELAY = 1, LM_TELL_JOBS = 2 };
void lm_tx_tell(struct lm_ctx *ctx, unsigned what);

#endif
