/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Transactions and statements. A transaction is lazy: it borrows a connection and says BEGIN with its
 * first statement, in the same packet; so a handler that asks nothing costs nothing, and a single
 * statement goes out with BEGIN, settings and COMMIT in one round trip.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/db_rows.h"
#include "common/proc_internal.h"

enum { ANSWER_GRACE_MS = 5000, BORROW_MS = 5000, IDLE_IN_TX_MS = 10000, PIPE_ROOM = 8 };

static const struct lm_sql tx_begin = {"lm_begin", "BEGIN"};
static const struct lm_sql tx_commit = {"lm_commit", "COMMIT"};
static const struct lm_sql tx_rollback = {"lm_rollback", "ROLLBACK"};
static const struct lm_sql tx_savepoint = {"lm_savepoint", "SAVEPOINT one"};
static const struct lm_sql tx_rollback_to = {"lm_rollback_to", "ROLLBACK TO SAVEPOINT one"};
static const struct lm_sql tx_release = {"lm_release", "RELEASE SAVEPOINT one"};

/* All SET LOCAL in one statement, so that a pooler may stand in between. */
static const struct lm_sql tx_settings = {
    "lm_settings",
    "SELECT set_config('lm.tenant', $1, true),"
    "       set_config('statement_timeout', $2, true),"
    "       set_config('lock_timeout', $3, true),"
    "       set_config('idle_in_transaction_session_timeout', $4, true)",
};
static const struct lm_sql tx_tenant = {"lm_set_tenant",
                                        "SELECT set_config('lm.tenant', $1, true)"};

struct lm_tx {
    struct lm_db *db;
    struct lm_conn *conn; /* NULL until the first statement */
    bool is_deferring;
    bool has_savepoint;
    unsigned tell;
    char tenant_id[LM_ID_SIZE]; /* as the session has it */
    struct lm_db_failure failure;
};

static lm_code failed(const struct lm_tx *tx, lm_err *err)
{
    return lm_fail(err, tx->failure.code, "%s", tx->failure.message);
}

static int64_t answer_by(const struct lm_tx *tx)
{
    return lm_mono_ms() + lm_db_options_of(tx->db)->statement_timeout_ms + ANSWER_GRACE_MS;
}

static lm_code send_raw(struct lm_ctx *ctx, struct lm_tx *tx, const struct lm_sql *sql,
                        struct lm_args args, const struct lm_pending *how, lm_err *err)
{
    struct lm_wire w;

    if (lm_wire_encode(ctx->arena, args, &w, err))
        return lm_wrap(err, "statement %s", sql->name);
    if (tx->conn->n_pending + PIPE_ROOM > LM_PIPELINE_MAX)
        lm_conn_sync(tx->conn, answer_by(tx), &tx->failure);
    if (!tx->failure.code && !lm_conn_send(tx->conn, sql, &w, how))
        lm_conn_sync(tx->conn, answer_by(tx), &tx->failure);
    return tx->failure.code ? failed(tx, err) : LM_OK;
}

static lm_code begin(struct lm_ctx *ctx, struct lm_tx *tx, lm_err *err)
{
    const struct lm_db_options *o = lm_db_options_of(tx->db);
    int64_t left = lm_ctx_left_ms(ctx, o->statement_timeout_ms);
    struct lm_args args = LM_ARGS(LM_Z(ctx->tenant_id), LM_INT(left),
                                  LM_INT(LM_MIN(left, o->lock_timeout_ms)), LM_INT(IDLE_IN_TX_MS));

    if (left == 0)
        return lm_fail(err, LM_DEADLINE, "no time is left for the database");
    if (lm_db_borrow(tx->db, lm_mono_ms() + LM_MIN(left, BORROW_MS), &tx->conn, err)) {
        snprintf(tx->failure.sqlstate, LM_SQLSTATE_SIZE, "08001");
        return err->code;
    }
    memcpy(tx->tenant_id, ctx->tenant_id, LM_ID_SIZE);
    if (send_raw(ctx, tx, &tx_begin, LM_NO_ARGS, &(struct lm_pending){.arg = NULL}, err))
        return err->code;
    return send_raw(ctx, tx, &tx_settings, args, &(struct lm_pending){.arg = NULL}, err);
}

/* A connection in a transaction, with the context's tenant set. */
static lm_code ready(struct lm_ctx *ctx, struct lm_tx *tx, lm_err *err)
{
    if (tx->failure.code)
        return failed(tx, err);
    if (!tx->conn)
        return begin(ctx, tx, err);
    if (strcmp(tx->tenant_id, ctx->tenant_id) == 0)
        return LM_OK;
    memcpy(tx->tenant_id, ctx->tenant_id, LM_ID_SIZE);
    return send_raw(ctx, tx, &tx_tenant, LM_ARGS(LM_Z(ctx->tenant_id)),
                    &(struct lm_pending){.arg = NULL}, err);
}

static lm_code sync_now(struct lm_tx *tx, lm_err *err)
{
    lm_conn_sync(tx->conn, answer_by(tx), &tx->failure);
    return tx->failure.code ? failed(tx, err) : LM_OK;
}

static void end(struct lm_ctx *ctx)
{
    struct lm_tx *tx = ctx->tx;

    ctx->tx = NULL;
    if (tx->conn)
        lm_db_give_back(tx->db, tx->conn);
    free(tx);
}

/* ------- transactions ------- */

lm_code lm_tx_begin(struct lm_ctx *ctx, lm_err *err)
{
    struct lm_db *db = lm_proc_db(ctx->proc);

    LM_ASSERT(!ctx->tx);
    if (!db)
        return lm_fail(err, LM_UNAVAILABLE, "this process has no database");
    ctx->tx = calloc(1, sizeof(*ctx->tx));
    LM_ASSERT(ctx->tx != NULL);
    ctx->tx->db = db;
    return LM_OK;
}

void lm_tx_rollback(struct lm_ctx *ctx)
{
    struct lm_tx *tx = ctx->tx;
    struct lm_db_failure ignored = {.code = LM_OK};

    if (!tx)
        return;
    if (tx->conn && !tx->conn->is_broken) {
        /* What was sent before and not waited for comes back first. */
        if (tx->conn->n_pending > 0)
            lm_conn_sync(tx->conn, answer_by(tx), &ignored);
        if (!tx->conn->is_broken && lm_conn_send(tx->conn, &tx_rollback, &(struct lm_wire){.n = 0},
                                                 &(struct lm_pending){.arg = NULL}))
            lm_conn_sync(tx->conn, answer_by(tx), &ignored);
        if (PQtransactionStatus(tx->conn->pg) != PQTRANS_IDLE)
            tx->conn->is_broken = true;
    }
    end(ctx);
}

static lm_code commit_sent(struct lm_ctx *ctx, struct lm_tx *tx, lm_err *err)
{
    if (tx->failure.code || !tx->conn) /* failed before, or nothing was asked */
        return tx->failure.code ? failed(tx, err) : LM_OK;
    if (send_raw(ctx, tx, &tx_commit, LM_NO_ARGS, &(struct lm_pending){.arg = NULL}, err))
        return err->code;
    return sync_now(tx, err);
}

lm_code lm_tx_commit_state(struct lm_ctx *ctx, char sqlstate[LM_SQLSTATE_SIZE], lm_err *err)
{
    struct lm_tx *tx = ctx->tx;
    lm_code rc = commit_sent(ctx, tx, err);
    unsigned tell = tx->tell; /* answers that came just now may add to it */

    memcpy(sqlstate, tx->failure.sqlstate, LM_SQLSTATE_SIZE);
    if (rc) {
        lm_tx_rollback(ctx);
        return rc;
    }
    end(ctx);
    if (tell & LM_TELL_RELAY)
        lm_proc_hint(ctx->proc, "relay");
    if (tell & LM_TELL_JOBS)
        lm_proc_hint(ctx->proc, "jobs");
    return LM_OK;
}

lm_code lm_tx_commit(struct lm_ctx *ctx, lm_err *err)
{
    char ignored[LM_SQLSTATE_SIZE];

    return lm_tx_commit_state(ctx, ignored, err);
}

void lm_tx_tell(struct lm_ctx *ctx, unsigned what)
{
    ctx->tx->tell |= what;
}

lm_code lm_tx_flush(struct lm_ctx *ctx, lm_err *err)
{
    struct lm_tx *tx = ctx->tx;

    if (tx->failure.code)
        return failed(tx, err);
    return tx->conn && tx->conn->n_pending > 0 ? sync_now(tx, err) : LM_OK;
}

void lm_tx_defer(struct lm_ctx *ctx, bool on)
{
    ctx->tx->is_deferring = on;
}

const char *lm_tx_sqlstate(const struct lm_ctx *ctx)
{
    return ctx->tx ? ctx->tx->failure.sqlstate : "";
}

lm_code lm_tx_savepoint(struct lm_ctx *ctx, lm_err *err)
{
    if (ctx->tx->has_savepoint && lm_db_send(ctx, &tx_release, LM_NO_ARGS, NULL, NULL, err))
        return err->code;
    ctx->tx->has_savepoint = true;
    return lm_db_send(ctx, &tx_savepoint, LM_NO_ARGS, NULL, NULL, err);
}

lm_code lm_tx_rollback_to(struct lm_ctx *ctx, lm_err *err)
{
    struct lm_tx *tx = ctx->tx;

    if (tx->conn->n_pending > 0)
        lm_conn_sync(tx->conn, answer_by(tx), &tx->failure);
    tx->failure = (struct lm_db_failure){.code = LM_OK};
    /* The setting may have gone back with the savepoint: said again, and only after it. */
    memcpy(tx->tenant_id, ctx->tenant_id, LM_ID_SIZE);
    if (send_raw(ctx, tx, &tx_rollback_to, LM_NO_ARGS, &(struct lm_pending){.arg = NULL}, err) ||
        send_raw(ctx, tx, &tx_tenant, LM_ARGS(LM_Z(ctx->tenant_id)),
                 &(struct lm_pending){.arg = NULL}, err))
        return err->code;
    return sync_now(tx, err);
}

/* ------- statements ------- */

lm_code lm_db_send(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                   lm_db_on_result *on_result, void *arg, lm_err *err)
{
    LM_ASSERT(ctx->tx);
    if (ready(ctx, ctx->tx, err))
        return err->code;
    return send_raw(ctx, ctx->tx, sql, args,
                    &(struct lm_pending){.on_result = on_result, .arg = arg}, err);
}

lm_code lm_db_send_rows(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                        struct lm_rows **out, lm_err *err)
{
    struct lm_rows *rows = lm_rows_new(ctx->arena);

    LM_ASSERT(ctx->tx);
    *out = rows;
    if (ready(ctx, ctx->tx, err))
        return err->code;
    return send_raw(ctx, ctx->tx, sql, args, &(struct lm_pending){.keep = &rows->res}, err);
}

static lm_code run_in_tx(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                         struct lm_rows *rows, lm_err *err)
{
    struct lm_tx *tx = ctx->tx;

    if (ready(ctx, tx, err))
        return err->code;
    if (send_raw(ctx, tx, sql, args, &(struct lm_pending){.keep = &rows->res}, err))
        return err->code;
    return sync_now(tx, err);
}

/* A transaction of its own: everything goes down the wire together. */
static lm_code run_alone(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                         struct lm_rows *rows, lm_err *err)
{
    if (lm_tx_begin(ctx, err))
        return err->code;
    if (ready(ctx, ctx->tx, err) ||
        send_raw(ctx, ctx->tx, sql, args, &(struct lm_pending){.keep = &rows->res}, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return lm_tx_commit(ctx, err);
}

lm_code lm_db_query(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                    struct lm_rows **out, lm_err *err)
{
    struct lm_rows *rows = lm_rows_new(ctx->arena);

    *out = rows;
    return ctx->tx ? run_in_tx(ctx, sql, args, rows, err) : run_alone(ctx, sql, args, rows, err);
}

lm_code lm_db_exec(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                   int64_t *affected, lm_err *err)
{
    struct lm_rows *rows;

    if (!affected && ctx->tx && ctx->tx->is_deferring)
        return lm_db_send(ctx, sql, args, NULL, NULL, err);
    if (lm_db_query(ctx, sql, args, &rows, err))
        return err->code;
    if (affected)
        *affected = strtoll(PQcmdTuples(rows->res), NULL, 10);
    return LM_OK;
}

lm_code lm_db_one(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                  const char *what, struct lm_rows **out, lm_err *err)
{
    if (lm_db_query(ctx, sql, args, out, err))
        return err->code;
    if (lm_rows_count(*out) != 1)
        return lm_fail(err, LM_NOT_FOUND, "%s not found", what);
    (void)lm_rows_next(*out);
    return LM_OK;
}
