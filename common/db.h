/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_DB_H
#define LM_DB_H

#include "common/ctx.h"
#include "common/str.h"

/*
 * PostgreSQL through libpq: a pool that grows from 1 to `db.pool_max` on demand and closes idle
 * connections; named statements prepared once a connection; the tenant set with SET LOCAL in every
 * transaction; statement and lock time-outs; reconnect with backoff. BEGIN, the settings, the
 * statement and COMMIT go down the wire together (pipeline mode).
 *
 * A call and an intake handler run inside a transaction that the skeleton began and will end. A job
 * begins its own (lm_tx_begin) for what it writes, after its waits for the network are over; the
 * runner finishes the job inside that transaction and commits it. A statement outside a transaction
 * is one of its own.
 */
struct lm_sql {
    const char *name; /* unique in the service */
    const char *text;
};

enum lm_arg_type {
    LM_ARG_NULL,
    LM_ARG_TEXT,
    LM_ARG_INT,
    LM_ARG_NUM,
    LM_ARG_BOOL,
    LM_ARG_BYTES,
    LM_ARG_TEXTS,
    LM_ARG_INTS,
    LM_ARG_BLOBS
};
struct lm_arg {
    enum lm_arg_type type;
    lm_str s;
    int64_t i;
    double d;
    const void *v; /* array */
    size_t n;
};
struct lm_args {
    const struct lm_arg *v;
    size_t n;
};
#define LM_ARGS(...)                                        \
    ((struct lm_args){(const struct lm_arg[]){__VA_ARGS__}, \
                      sizeof((const struct lm_arg[]){__VA_ARGS__}) / sizeof(struct lm_arg)})
#define LM_NO_ARGS       ((struct lm_args){NULL, 0})
#define LM_NULL          ((struct lm_arg){.type = LM_ARG_NULL})
#define LM_TEXT(v)       lm_arg_text(v)           /* lm_str; {NULL,0} is SQL NULL */
#define LM_Z(v)          lm_arg_text(lm_str_z(v)) /* const char *; NULL is SQL NULL */
#define LM_ID(v)         lm_arg_id(v)             /* const char *; NULL and "" are SQL NULL */
#define LM_INT(v)        ((struct lm_arg){.type = LM_ARG_INT, .i = (v)})
#define LM_NUM(v)        ((struct lm_arg){.type = LM_ARG_NUM, .d = (v)})
#define LM_BOOL(v)       ((struct lm_arg){.type = LM_ARG_BOOL, .i = (v)})
#define LM_MS(v)         LM_INT(v) /* bigint; SQL says lm_at($n) */
#define LM_MS_OR_NULL(v) ((v) ? LM_INT(v) : LM_NULL)
#define LM_BYTES(v)      ((struct lm_arg){.type = LM_ARG_BYTES, .s = (v)}) /* bytea */

/*
 * Arrays: LM_TEXTS of const lm_str[] as text[] ({NULL,0} is NULL; cast to uuid[] in SQL), LM_INTS of
 * const int64_t[] as bigint[], LM_BLOBS of const lm_str[] as bytea[] (an element {NULL,0} is NULL).
 */
#define LM_TEXTS(a, count) ((struct lm_arg){.type = LM_ARG_TEXTS, .v = (a), .n = (count)})
#define LM_INTS(a, count)  ((struct lm_arg){.type = LM_ARG_INTS, .v = (a), .n = (count)})
#define LM_BLOBS(a, count) ((struct lm_arg){.type = LM_ARG_BLOBS, .v = (a), .n = (count)})
struct lm_arg lm_arg_text(lm_str s);
struct lm_arg lm_arg_id(const char *id);

struct lm_rows; /* lives in ctx->arena */

/*
 * Errors: LM_CONFLICT (unique, exclusion), LM_UNPROCESSABLE (foreign key, check, not null),
 * LM_UNAVAILABLE (connection, serialization, deadlock, out of connections: try again),
 * LM_DEADLINE (statement time-out, lock time-out), LM_INTERNAL (anything else; a bug). The message
 * names the statement and the SQLSTATE, never values.
 */
LM_MUST_USE lm_code lm_db_query(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                                struct lm_rows **rows, lm_err *err);
/* `affected` may be NULL. */
LM_MUST_USE lm_code lm_db_exec(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                               int64_t *affected, lm_err *err);
/* Exactly one row, else LM_NOT_FOUND "<what> not found". The rows stand on that row. */
LM_MUST_USE lm_code lm_db_one(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                              const char *what, struct lm_rows **rows, lm_err *err);

bool lm_rows_next(struct lm_rows *r); /* first call stands on the first row */
size_t lm_rows_count(const struct lm_rows *r);
/* Columns count from 0. NULL reads as 0, 0.0, false, {NULL,0}, NULL. Text lives in the arena. */
bool lm_rows_is_null(const struct lm_rows *r, int col);
int64_t lm_rows_int(const struct lm_rows *r, int col);
int64_t lm_rows_ms(const struct lm_rows *r, int col); /* a bigint made by lm_ms(timestamptz) */
double lm_rows_num(const struct lm_rows *r, int col);
bool lm_rows_bool(const struct lm_rows *r, int col);
lm_str lm_rows_str(const struct lm_rows *r, int col);
char *lm_rows_strz(const struct lm_rows *r, int col);
lm_str lm_rows_bytes(const struct lm_rows *r, int col); /* bytea, decoded */
/* text[] / bigint[] */
void lm_rows_texts(const struct lm_rows *r, int col, lm_str **out, size_t *n);

/*
 * Explicit transactions, for jobs and for calls marked `outside`. LM_ASSERT: begun twice, or a
 * network wait (lm_http_send, lm_call, lm_dns_*) while one is open.
 */
LM_MUST_USE lm_code lm_tx_begin(struct lm_ctx *ctx, lm_err *err);
LM_MUST_USE lm_code lm_tx_commit(struct lm_ctx *ctx, lm_err *err);
void lm_tx_rollback(struct lm_ctx *ctx); /* no transaction: nothing */

/* ------- for the skeleton and for programs (tools, tests) ------- */

struct lm_db; /* the pool */
struct lm_db_options {
    const char *url;    /* libpq connection string */
    const char *schema; /* search_path */
    unsigned pool_max;  /* 4 */
    int64_t statement_timeout_ms, lock_timeout_ms, idle_close_ms;
    const struct lm_sql *const *const
        *sql; /* a service's statements: lists, NULL-terminated both; may be NULL */
};
LM_MUST_USE lm_code lm_db_open(const struct lm_db_options *o, struct lm_db **out, lm_err *err);
void lm_db_close(struct lm_db *db);
bool lm_db_is_up(struct lm_db *db); /* the last attempt to reach it worked; tries if unknown */
struct lm_db *lm_proc_db(struct lm_proc *proc);
/* Prepares every listed statement; LM_INTERNAL names the first that fails. For tests. */
LM_MUST_USE lm_code lm_db_prepare_all(struct lm_db *db, lm_err *err);

#endif
