/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The execution of one call: role, rules, transaction, handler, answer. A call that writes is done
 * once a (tenant, call id, method): its first statement inserts that row, so a second one waits for
 * the first's commit and gets the stored answer. A call that waits for the network cannot hold a
 * transaction open; it holds the row by a lease instead.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/db_internal.h"
#include "common/job_internal.h"
#include "common/json.h"
#include "common/rules.h"
#include "common/runtime.h"

enum { LEASE_GRACE_MS = 5000, LOOK_MS = 20 };

/* Waits, by the index, for the transaction that has inserted the same row. */
static const struct lm_sql call_take = {
    "lm_call_take",
    "INSERT INTO call_done (tenant_id, request_id, method, request)"
    " VALUES (coalesce($1, '" LM_NO_TENANT "'::uuid), $2, $3, $4)"
    " ON CONFLICT DO NOTHING RETURNING true",
};

/* Takes a row that nobody holds: new, or left by a holder whose lease ran out without an answer. */
static const struct lm_sql call_lease = {
    "lm_call_lease",
    "INSERT INTO call_done AS c (tenant_id, request_id, method, request, lease_until)"
    " VALUES (coalesce($1, '" LM_NO_TENANT "'::uuid), $2, $3, $4,"
    "         clock_timestamp() + $5 * interval '1 millisecond')"
    " ON CONFLICT (tenant_id, request_id, method) DO UPDATE SET lease_until = EXCLUDED.lease_until"
    "   WHERE c.answer IS NULL AND c.lease_until < clock_timestamp() AND c.request = EXCLUDED.request"
    " RETURNING true",
};

static const struct lm_sql call_stored = {
    "lm_call_stored",
    "SELECT request, answer, caused::text[] FROM call_done"
    " WHERE tenant_id = coalesce($1, '" LM_NO_TENANT "'::uuid) AND request_id = $2 AND method = $3",
};

static const struct lm_sql call_store = {
    "lm_call_store",
    "UPDATE call_done SET answer = $4, caused = $5, lease_until = NULL, done_at = clock_timestamp()"
    " WHERE tenant_id = coalesce($1, '" LM_NO_TENANT "'::uuid) AND request_id = $2 AND method = $3",
};

static const struct lm_sql call_drop = {
    "lm_call_drop",
    "DELETE FROM call_done"
    " WHERE tenant_id = coalesce($1, '" LM_NO_TENANT
    "'::uuid) AND request_id = $2 AND method = $3 AND answer IS NULL",
};

struct run {
    struct lm_ctx *ctx;
    const struct lm_rpc *rpc;
    const ProtobufCMessage *in;
    uint8_t request[LM_SHA256_SIZE];
    lm_str out;
};

#define KEY_ARGS(r) LM_ID((r)->ctx->tenant_id), LM_ID((r)->ctx->call_id), LM_Z((r)->rpc->method)

static lm_code handle(struct run *r, lm_err *err)
{
    ProtobufCMessage *out = lm_pb_new(r->ctx->arena, r->rpc->out);
    lm_code rc = r->rpc->handle(r->ctx, r->in, out, err);

    if (rc != LM_OK)
        return rc;
    lm_err_clear(err); /* of a failure that the handler lived with */
    r->out = lm_pb_pack(r->ctx->arena, out);
    return LM_OK;
}

/* ------- the stored answer ------- */

static lm_code take_stored(struct run *r, struct lm_rows *rows, lm_err *err)
{
    lm_str request = lm_rows_bytes(rows, 0);
    lm_str *caused;
    size_t n;

    if (request.n != LM_SHA256_SIZE || memcmp(request.p, r->request, LM_SHA256_SIZE) != 0)
        return lm_fail(err, LM_UNPROCESSABLE, "this request id was used for another request");
    r->out = lm_rows_bytes(rows, 1);
    lm_rows_texts(rows, 2, &caused, &n);
    r->ctx->caused = LM_NEW_ARRAY(r->ctx->arena, struct lm_caused, n + 1);
    r->ctx->n_caused = 0;
    r->ctx->cap_caused = n + 1;
    for (size_t i = 0; i < n; i++)
        if (lm_str_int(caused[i], &r->ctx->caused[r->ctx->n_caused].id))
            r->ctx->n_caused++;
    return LM_OK;
}

/* *is_there: the answer is in r->out. Otherwise the row is held by someone, or gone. */
static lm_code look(struct run *r, bool *is_there, lm_err *err)
{
    struct lm_rows *rows;

    *is_there = false;
    if (lm_db_query(r->ctx, &call_stored, LM_ARGS(KEY_ARGS(r)), &rows, err))
        return err->code;
    if (!lm_rows_next(rows))
        return LM_OK;
    *is_there = !lm_rows_is_null(rows, 1);
    return take_stored(r, rows, err);
}

static lm_code store(struct run *r, lm_err *err)
{
    int64_t *ids = LM_NEW_ARRAY(r->ctx->arena, int64_t, r->ctx->n_caused + 1);

    for (size_t i = 0; i < r->ctx->n_caused; i++)
        ids[i] = r->ctx->caused[i].id;
    return lm_db_send(r->ctx, &call_store,
                      LM_ARGS(KEY_ARGS(r), LM_BYTES(r->out), LM_INTS(ids, r->ctx->n_caused)), NULL,
                      NULL, err);
}

/* ------- in one transaction ------- */

static lm_code write_once(struct run *r, lm_err *err)
{
    lm_str request = {(const char *)r->request, LM_SHA256_SIZE};
    struct lm_rows *taken;
    bool is_there;

    if (lm_db_query(r->ctx, &call_take, LM_ARGS(KEY_ARGS(r), LM_BYTES(request)), &taken, err))
        return err->code;
    if (lm_rows_count(taken) == 0) {
        if (look(r, &is_there, err) || is_there)
            return err->code;
        return lm_fail(err, LM_UNAVAILABLE, "the same request is being answered");
    }
    if (handle(r, err))
        return err->code;
    /* The ids of events come with the results of what was sent; they are stored with the answer. */
    return lm_tx_flush(r->ctx, err) || store(r, err) ? err->code : LM_OK;
}

static lm_code in_transaction(struct run *r, lm_err *err)
{
    if (lm_tx_begin(r->ctx, err))
        return err->code;
    if (r->rpc->writes ? write_once(r, err) : handle(r, err)) {
        lm_tx_rollback(r->ctx);
        return err->code;
    }
    return lm_tx_commit(r->ctx, err);
}

/* ------- waiting for the network ------- */

/* *is_ours: run it; otherwise the answer of another is in r->out. Waits while someone else is at it. */
static lm_code lease(struct run *r, bool *is_ours, lm_err *err)
{
    lm_str request = {(const char *)r->request, LM_SHA256_SIZE};
    int64_t left;

    while ((left = lm_ctx_left_ms(r->ctx, INT64_MAX)) > 0) {
        struct lm_rows *taken;
        bool is_there;

        if (lm_db_query(r->ctx, &call_lease,
                        LM_ARGS(KEY_ARGS(r), LM_BYTES(request), LM_INT(left + LEASE_GRACE_MS)),
                        &taken, err))
            return err->code;
        *is_ours = lm_rows_count(taken) == 1;
        if (*is_ours || look(r, &is_there, err) || is_there)
            return err->code;
        lm_sleep_ms(LM_MIN(LOOK_MS, left));
    }
    return lm_fail(err, LM_DEADLINE, "the same request is still being answered");
}

/* Its own deadline: what happened outside is done, and shall not be done again. */
static lm_code settle_outside(struct run *r, lm_code rc, lm_err *err)
{
    lm_err ignored = LM_ERR_INIT;

    lm_tx_rollback(r->ctx);
    r->ctx->deadline_ms = LM_MAX(r->ctx->deadline_ms, lm_mono_ms() + LEASE_GRACE_MS);
    if (rc != LM_OK) {
        (void)!lm_db_exec(r->ctx, &call_drop, LM_ARGS(KEY_ARGS(r)), NULL, &ignored);
        return rc;
    }
    if (lm_tx_begin(r->ctx, err) || store(r, err)) {
        lm_tx_rollback(r->ctx);
        return err->code;
    }
    return lm_tx_commit(r->ctx, err);
}

static lm_code outside(struct run *r, lm_err *err)
{
    bool is_ours = true;
    lm_code rc;

    if (!r->rpc->writes) {
        rc = handle(r, err);
        lm_tx_rollback(r->ctx); /* a handler that forgot to commit has not written */
        return rc;
    }
    if (lease(r, &is_ours, err) || !is_ours)
        return err->code;
    rc = handle(r, err);
    return settle_outside(r, rc, err);
}

/* ------- all of it ------- */

static lm_code run_guarded(struct run *r, lm_str body, lm_err *err)
{
    ProtobufCMessage *in;

    if ((int)r->ctx->role < r->rpc->role)
        return lm_fail(err, LM_FORBIDDEN, "%s needs a higher role", r->rpc->method);
    if (lm_pb_unpack(r->ctx->arena, r->rpc->in, body, &in, err) || lm_rules_check(in, err))
        return err->code;
    r->in = in;
    if (!*r->ctx->call_id)
        memcpy(r->ctx->call_id, r->ctx->request_id, LM_ID_SIZE);
    lm_sha256(body.p, body.n, r->request);
    return r->rpc->outside ? outside(r, err) : in_transaction(r, err);
}

lm_code lm_call_run(struct lm_ctx *ctx, const struct lm_rpc *rpc, lm_str body, lm_str *out,
                    lm_err *err)
{
    struct run r = {.ctx = ctx, .rpc = rpc};
    lm_code rc;

    if (lm_arena_guard(ctx->arena)) {
        lm_arena_unguard(ctx->arena);
        lm_tx_rollback(ctx);
        return lm_fail(err, LM_TOO_LARGE, "%s needs more memory than one call may have",
                       rpc->method);
    }
    rc = run_guarded(&r, body, err);
    lm_arena_unguard(ctx->arena);
    if (rc != LM_OK)
        ctx->n_caused = 0;
    else
        *out = r.out;
    return rc;
}
