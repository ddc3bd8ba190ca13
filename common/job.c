/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs as services see them: queue, cancel, look; and what a handler says while it runs. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/job_internal.h"
#include "common/json.h"
#include "common/pb_field.h"

/*
 * One unfinished job a key. A waiting one moves forward and takes the newer payload; a running one is
 * marked, and its finish queues it again.
 */
static const struct lm_sql job_queue = {
    "lm_job_queue",
    "INSERT INTO job AS j (tenant_id, id, kind, dedupe_key, payload, person_id, priority, max_attempts, run_at,"
    "                      request_id, created_at)"
    " VALUES (coalesce($1, '" LM_NO_TENANT
    "'::uuid), $2, $3, $4, $5, $6, $7, $8, lm_at($9), $10, lm_at($11))"
    " ON CONFLICT (tenant_id, kind, dedupe_key) WHERE state <> 'dead' DO UPDATE"
    "   SET again = j.state = 'running',"
    "       again_at = CASE WHEN j.state = 'running' THEN least(j.again_at, EXCLUDED.run_at) END,"
    "       run_at = CASE WHEN j.state = 'running' THEN j.run_at ELSE least(j.run_at, EXCLUDED.run_at) END,"
    "       priority = greatest(j.priority, EXCLUDED.priority),"
    "       payload = EXCLUDED.payload"
    " RETURNING id",
};

/* The row is locked first, so that its state is the latest. */
static const struct lm_sql job_cancel = {
    "lm_job_cancel",
    "WITH held AS ("
    "    SELECT tenant_id, id, state FROM job"
    "     WHERE tenant_id = coalesce($1, '" LM_NO_TENANT "'::uuid) AND id = $2 FOR UPDATE"
    "), gone AS ("
    "    DELETE FROM job j USING held h"
    "     WHERE j.tenant_id = h.tenant_id AND j.id = h.id AND h.state <> 'running' RETURNING j.*"
    "), kept AS ("
    "    INSERT INTO job_done (tenant_id, id, kind, dedupe_key, payload, person_id, state, attempts, max_attempts, run_at,"
    "                          progress_done, progress_total, last_error, request_id, created_at, finished_at)"
    "    SELECT tenant_id, id, kind, dedupe_key, payload, person_id, 'cancelled', attempts, max_attempts, run_at,"
    "           progress_done, progress_total, last_error, request_id, created_at, lm_at($3) FROM gone"
    "), marked AS ("
    "    UPDATE job j SET cancel = true FROM held h"
    "     WHERE j.tenant_id = h.tenant_id AND j.id = h.id AND h.state = 'running'"
    ")"
    " SELECT count(*) FROM held",
};

/*
 * Dead work once more: of one tenant, or of all; these, or every one. Its key may be taken by a newer job, which then
 * does it; of two dead ones the younger does.
 */
static const struct lm_sql jobs_revive = {
    "lm_jobs_revive",
    "UPDATE job j SET state = 'ready', attempts = 0, run_at = lm_at($3), cancel = false"
    "  FROM (SELECT DISTINCT ON (tenant_id, kind, dedupe_key) tenant_id, id FROM job d"
    "         WHERE state = 'dead' AND ($1::uuid IS NULL OR tenant_id = $1)"
    "           AND ($2::uuid[] IS NULL OR id = ANY ($2))"
    "           AND NOT EXISTS (SELECT FROM job o WHERE o.tenant_id = d.tenant_id AND o.kind = d.kind"
    "                            AND o.dedupe_key = d.dedupe_key AND o.state <> 'dead')"
    "         ORDER BY tenant_id, kind, dedupe_key, id DESC) d"
    " WHERE j.tenant_id = d.tenant_id AND j.id = d.id AND j.state = 'dead'",
};

#define JOB_COLUMNS \
    "id, kind, dedupe_key, last_error, attempts, max_attempts, progress_done, progress_total,"
static const struct lm_sql job_get = {
    "lm_job_get",
    "SELECT " JOB_COLUMNS " lm_ms(run_at), lm_ms(created_at), NULL::bigint, payload, state FROM job"
    " WHERE tenant_id = coalesce($1, '" LM_NO_TENANT "'::uuid) AND id = $2"
    " UNION ALL "
    "SELECT " JOB_COLUMNS
    " lm_ms(run_at), lm_ms(created_at), lm_ms(finished_at), payload, state FROM job_done"
    " WHERE tenant_id = coalesce($1, '" LM_NO_TENANT "'::uuid) AND id = $2"
    " LIMIT 1",
};

/* By id: UUIDv7 of when it was queued. */
static const struct lm_sql job_list = {
    "lm_job_list",
    "SELECT " JOB_COLUMNS " lm_ms(run_at), lm_ms(created_at), NULL::bigint, payload, state FROM job"
    " WHERE tenant_id = coalesce($1, '" LM_NO_TENANT "'::uuid) AND ($2::text IS NULL OR kind = $2)"
    " ORDER BY id DESC LIMIT $3",
};

static const struct lm_sql job_progress = {
    "lm_job_progress",
    "UPDATE job SET progress_done = $5, progress_total = $6,"
    "               lease_until = clock_timestamp() + $7 * interval '1 millisecond'"
    " WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3 AND lease_no = $4"
    " RETURNING cancel",
};

static const struct lm_sql job_fence = {
    "lm_job_fence",
    "SELECT lm_fence((SELECT true FROM job WHERE tenant_id = $1 AND id = $2 AND lease_owner = $3 AND lease_no = $4"
    "                    FOR UPDATE))",
};

/* ------- queue ------- */

static const struct lm_job_kind *kind_of(const struct lm_ctx *ctx, const ProtobufCMessage *payload)
{
    const struct lm_job_kind *k = ctx->proc->service->jobs;

    while (k && k->kind && k->payload != payload->descriptor)
        k++;
    return k && k->kind ? k : NULL;
}

/* Whose data a payload is, for erasure: by rule its field lead_id. */
static const char *person_of(const ProtobufCMessage *payload)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field_by_name(payload->descriptor, "lead_id");

    if (!f || f->type != PROTOBUF_C_TYPE_STRING || f->label == PROTOBUF_C_LABEL_REPEATED ||
        !lm_pb_has(payload, f))
        return NULL;
    return *(char **)lm_pb_value(payload, f, 0);
}

static lm_code queue_one(struct lm_ctx *ctx, const struct lm_job_spec *spec, struct lm_rows **rows,
                         lm_err *err)
{
    const struct lm_job_kind *kind = kind_of(ctx, spec->payload);
    int64_t now = lm_clock_ms();
    char id[LM_ID_SIZE];
    struct lm_args args;

    if (!kind)
        return lm_fail(err, LM_INTERNAL, "%s is no job of this service",
                       spec->payload->descriptor->name);
    LM_ASSERT(spec->key);
    lm_id_new(id);
    args = LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(id), LM_Z(kind->kind), LM_Z(spec->key),
                   LM_BYTES(lm_pb_pack(ctx->arena, spec->payload)), LM_ID(person_of(spec->payload)),
                   LM_INT(spec->priority), LM_INT(kind->max_attempts),
                   LM_MS(spec->run_at ? spec->run_at : now), LM_ID(ctx->request_id), LM_MS(now));
    if (rows ? lm_db_send_rows(ctx, &job_queue, args, rows, err)
             : lm_db_send(ctx, &job_queue, args, NULL, NULL, err))
        return lm_wrap(err, "job %s", kind->kind);
    lm_tx_tell(ctx, LM_TELL_JOBS);
    return LM_OK;
}

/* Rows are locked in the order of their keys, so that two who queue the same ones do not deadlock. */
static int by_key(const void *a, const void *b)
{
    const struct lm_job_spec *x = *(struct lm_job_spec *const *)a,
                             *y = *(struct lm_job_spec *const *)b;
    int c = strcmp(x->payload->descriptor->name, y->payload->descriptor->name);

    return c ? c : strcmp(x->key, y->key);
}

static lm_code queue_many(struct lm_ctx *ctx, struct lm_job_spec *specs, size_t n, lm_err *err)
{
    struct lm_job_spec **order = LM_NEW_ARRAY(ctx->arena, struct lm_job_spec *, n + 1);
    struct lm_rows **rows = LM_NEW_ARRAY(ctx->arena, struct lm_rows *, n + 1);

    for (size_t i = 0; i < n; i++)
        order[i] = &specs[i];
    qsort(order, n, sizeof(*order), by_key);
    for (size_t i = 0; i < n; i++)
        if (queue_one(ctx, order[i], &rows[i], err))
            return err->code;
    if (lm_tx_flush(ctx, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        (void)lm_rows_next(rows[i]);
        snprintf(order[i]->id, LM_ID_SIZE, "%s", lm_rows_strz(rows[i], 0));
    }
    return LM_OK;
}

lm_code lm_jobs_queue(struct lm_ctx *ctx, struct lm_job_spec *specs, size_t n, lm_err *err)
{
    if (ctx->tx)
        return queue_many(ctx, specs, n, err);
    if (lm_tx_begin(ctx, err))
        return err->code;
    if (queue_many(ctx, specs, n, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return lm_tx_commit(ctx, err);
}

lm_code lm_job_queue_at(struct lm_ctx *ctx, const ProtobufCMessage *payload, const char *key,
                        int64_t run_at, lm_err *err)
{
    struct lm_job_spec spec = {.payload = payload, .key = key, .run_at = run_at};

    return ctx->tx ? queue_one(ctx, &spec, NULL, err) : lm_jobs_queue(ctx, &spec, 1, err);
}

lm_code lm_job_queue(struct lm_ctx *ctx, const ProtobufCMessage *payload, const char *key,
                     lm_err *err)
{
    return lm_job_queue_at(ctx, payload, key, 0, err);
}

/* ------- cancel, revive, look ------- */

lm_code lm_job_cancel(struct lm_ctx *ctx, const char *job_id, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &job_cancel,
                  LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(job_id), LM_MS(lm_clock_ms())), "job", &rows,
                  err))
        return err->code;
    if (lm_rows_int(rows, 0) == 0)
        return lm_fail(err, LM_NOT_FOUND, "job %s is not there, or finished", job_id);
    return LM_OK;
}

lm_code lm_jobs_revive(struct lm_ctx *ctx, const lm_str *job_ids, size_t n, int64_t *revived,
                       lm_err *err)
{
    struct lm_arg ids = n ? LM_TEXTS(job_ids, n) : LM_NULL;

    if (lm_db_exec(ctx, &jobs_revive, LM_ARGS(LM_ID(ctx->tenant_id), ids, LM_MS(lm_clock_ms())),
                   revived, err))
        return err->code;
    if (*revived == 0)
        return LM_OK;
    if (ctx->tx)
        lm_tx_tell(ctx, LM_TELL_JOBS);
    else
        lm_proc_hint(ctx->proc, "jobs");
    return LM_OK;
}

static void read_info(struct lm_rows *rows, struct lm_job_info *out)
{
    snprintf(out->id, LM_ID_SIZE, "%s", lm_rows_strz(rows, 0));
    out->kind = lm_rows_strz(rows, 1);
    out->key = lm_rows_strz(rows, 2);
    out->last_error = lm_rows_strz(rows, 3);
    out->attempts = (int)lm_rows_int(rows, 4);
    out->max_attempts = (int)lm_rows_int(rows, 5);
    out->progress_done = lm_rows_int(rows, 6);
    out->progress_total = lm_rows_int(rows, 7);
    out->run_at = lm_rows_ms(rows, 8);
    out->created_at = lm_rows_ms(rows, 9);
    out->finished_at = lm_rows_ms(rows, 10);
    out->payload = lm_rows_bytes(rows, 11);
    out->state = lm_rows_strz(rows, 12);
}

lm_code lm_job_get(struct lm_ctx *ctx, const char *job_id, struct lm_job_info *out, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &job_get, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(job_id)), "job", &rows, err))
        return err->code;
    read_info(rows, out);
    return LM_OK;
}

lm_code lm_job_list(struct lm_ctx *ctx, const char *kind, int limit, struct lm_job_info **out,
                    size_t *n, lm_err *err)
{
    struct lm_rows *rows;

    *n = 0;
    if (lm_db_query(ctx, &job_list, LM_ARGS(LM_ID(ctx->tenant_id), LM_Z(kind), LM_INT(limit)),
                    &rows, err))
        return err->code;
    *out = LM_NEW_ARRAY(ctx->arena, struct lm_job_info, lm_rows_count(rows) + 1);
    while (lm_rows_next(rows))
        read_info(rows, &(*out)[(*n)++]);
    return LM_OK;
}

/* ------- inside a handler ------- */

lm_code lm_job_progress(struct lm_ctx *ctx, int64_t done, int64_t total, lm_err *err)
{
    const struct lm_job_run *run = ctx->job->impl;
    const struct lm_job *job = run->job;
    struct lm_rows *rows;

    if (lm_db_query(ctx, &job_progress,
                    LM_ARGS(LM_ID(job->tenant_id), LM_ID(job->id), LM_Z(run->owner),
                            LM_INT(job->lease_no), LM_INT(done), LM_INT(total),
                            LM_INT(job->lease_ms)),
                    &rows, err))
        return err->code;
    if (!lm_rows_next(rows))
        return lm_fail(err, LM_FENCED, "another worker has this job now");
    if (lm_rows_bool(rows, 0))
        return lm_fail(err, LM_CANCELLED, "cancelled");
    return LM_OK;
}

lm_code lm_job_fence(struct lm_ctx *ctx, lm_err *err)
{
    const struct lm_job_run *run = ctx->job->impl;
    const struct lm_job *job = run->job;

    LM_ASSERT(ctx->tx);
    return lm_db_exec(ctx, &job_fence,
                      LM_ARGS(LM_ID(job->tenant_id), LM_ID(job->id), LM_Z(run->owner),
                              LM_INT(job->lease_no)),
                      NULL, err);
}

void lm_job_again_at(struct lm_ctx *ctx, int64_t run_at)
{
    ctx->job->again_at = run_at;
}
