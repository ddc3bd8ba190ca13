/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events taking effect: a batch, one transaction, the cursor's compare-and-set first. The first pass
 * is hopeful and does not wait for each statement; when it fails for a reason that trying again does
 * not mend, the second goes event by event under savepoints and parks what cannot be applied.
 */
#include "common/arena.h"
#include "common/db_internal.h"
#include "common/erase.h"
#include "common/event_log.h"
#include "common/json.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/runtime_internal.h"
#include "gen/contract.lm.h"

enum {
    BATCH_MS = 60000,
    RUN_EVENTS = 512,
    RUN_SLOTS = 1024,
    RUN_BYTES = 4 << 20, /* as they travel; unpacked they take some times that */
};

static const struct lm_sql cursor_make = {
    "lm_cursor_make",
    "INSERT INTO consumer_cursor (source, seq) VALUES ($1, 0) ON CONFLICT DO NOTHING",
};
static const struct lm_sql cursor_read = {"lm_cursor_read",
                                          "SELECT seq FROM consumer_cursor WHERE source = $1"};

/* Fails the transaction when the cursor is elsewhere; and holds its row, so that two take turns. */
static const struct lm_sql cursor_move = {
    "lm_cursor_move",
    "WITH moved AS ("
    "    UPDATE consumer_cursor SET seq = $3, moved_at = clock_timestamp() WHERE source = $1 AND seq = $2 RETURNING 1"
    ")"
    " SELECT lm_fence(EXISTS (SELECT FROM moved))",
};

static const struct lm_sql parked_subjects = {
    "lm_parked_subjects",
    "SELECT DISTINCT subject_id FROM event_parked WHERE source = $1 AND subject_id = ANY ($2::uuid[])",
};

static const struct lm_sql event_park = {
    "lm_event_park",
    "INSERT INTO event_parked (source, seq, id, tenant_id, type, subject_id, person_id, version, payload, request_id,"
    "                          occurred_at, code, error)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, lm_at($11), $12, $13)"
    " ON CONFLICT DO NOTHING",
};

lm_code lm_cursor_read(struct lm_ctx *ctx, const char *source, int64_t *seq, lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_query(ctx, &cursor_read, LM_ARGS(LM_Z(source)), &rows, err))
        return err->code;
    *seq = 0;
    if (lm_rows_next(rows)) {
        *seq = lm_rows_int(rows, 0);
        return LM_OK;
    }
    return lm_db_exec(ctx, &cursor_make, LM_ARGS(LM_Z(source)), NULL, err);
}

/* ------- one event ------- */

static const struct lm_event_kind *kind_of(const struct lm_ctx *ctx, const char *source,
                                           const char *type)
{
    const struct lm_event_kind *k = ctx->proc->service->events;

    for (; k && k->type; k++)
        if (strcmp(k->type, type) == 0 && strcmp(k->source, source) == 0)
            return k;
    return NULL;
}

/* In the contract but not for us; anything else is from a newer producer and has to wait. */
static bool is_known(const char *type)
{
    for (size_t i = 0; lm_contract_messages[i]; i++)
        if (strcmp(lm_contract_messages[i]->name, type) == 0)
            return true;
    return false;
}

static void put_id(char out[LM_ID_SIZE], const char *id)
{
    snprintf(out, LM_ID_SIZE, "%s", id ? id : "");
}

static lm_code unpack(struct lm_ctx *ctx, const struct lm_event_kind *kind, const Lm__EventRow *row,
                      ProtobufCMessage **out, lm_err *err)
{
    lm_str bytes = {(const char *)row->payload.data, row->payload.len};

    return lm_pb_unpack(ctx->arena, kind->descriptor, bytes, out, err);
}

static struct lm_event_ctx event_of(const char *source, const Lm__EventRow *row)
{
    return (struct lm_event_ctx){
        .source = source,
        .type = row->type,
        .subject_id = row->subject_id,
        .seq = row->seq,
        .version = row->version,
        .occurred_at = row->occurred_at,
    };
}

static lm_code run_handler(struct lm_ctx *ctx, const struct lm_event_kind *kind,
                           const Lm__EventRow *row, lm_err *err)
{
    ProtobufCMessage *message;
    lm_code rc;

    if (lm_arena_guard(ctx->arena)) {
        lm_arena_unguard(ctx->arena);
        return lm_fail(err, LM_TOO_LARGE, "the event needs more memory than one event may have");
    }
    rc = unpack(ctx, kind, row, &message, err);
    if (rc == LM_OK)
        rc = kind->apply(ctx, message, err);
    lm_arena_unguard(ctx->arena);
    if (rc == LM_OK)
        lm_err_clear(err);
    return rc;
}

lm_code lm_event_apply(struct lm_ctx *ctx, const char *source, const Lm__EventRow *row, lm_err *err)
{
    const struct lm_event_kind *kind = kind_of(ctx, source, row->type);
    struct lm_event_ctx event = event_of(source, row);
    lm_code rc;

    if (!kind)
        return is_known(row->type)
                   ? LM_OK
                   : lm_fail(err, LM_INVALID, "no event '%s' in this build", row->type);
    if (row->erased)
        return LM_OK;
    put_id(ctx->tenant_id, row->tenant_id);
    put_id(ctx->request_id, row->request_id);
    ctx->event = &event;
    rc = run_handler(ctx, kind, row, err);
    ctx->event = NULL;
    return rc;
}

/* ------- a batch ------- */

struct pass {
    struct lm_ctx *ctx;
    const char *source;
    bool is_hopeful;
    struct lm_arena *batch, *event; /* memory of the whole, and of the event at hand */
    const char **parked;            /* subjects */
    size_t n_parked, cap_parked;
    size_t n_new; /* parked now */
    char sqlstate[LM_SQLSTATE_SIZE];
};

static bool is_parked(const struct pass *p, const char *subject_id)
{
    for (size_t i = 0; i < p->n_parked; i++)
        if (strcmp(p->parked[i], subject_id) == 0)
            return true;
    return false;
}

static void note_parked(struct pass *p, const char *subject_id)
{
    p->parked = lm_arena_grow(p->batch, p->parked, p->n_parked, &p->cap_parked, sizeof(*p->parked));
    p->parked[p->n_parked++] = subject_id;
}

static lm_code begin(struct pass *p, int64_t after, Lm__EventRow *const *rows, size_t n,
                     lm_err *err)
{
    lm_str *subjects = LM_NEW_ARRAY(p->batch, lm_str, n);
    struct lm_rows *parked;

    for (size_t i = 0; i < n; i++)
        subjects[i] = lm_str_z(rows[i]->subject_id);
    if (lm_tx_begin(p->ctx, err) ||
        lm_db_send(p->ctx, &cursor_move,
                   LM_ARGS(LM_Z(p->source), LM_INT(after), LM_INT(rows[n - 1]->seq)), NULL, NULL,
                   err) ||
        lm_db_query(p->ctx, &parked_subjects, LM_ARGS(LM_Z(p->source), LM_TEXTS(subjects, n)),
                    &parked, err))
        return err->code;
    while (lm_rows_next(parked))
        note_parked(p, lm_rows_strz(parked, 0));
    if (lm_erase_mark(p->ctx, rows, n, err))
        return err->code;
    lm_tx_defer(p->ctx, p->is_hopeful);
    return LM_OK;
}

static lm_code park(struct pass *p, const Lm__EventRow *row, const lm_err *why, lm_err *err)
{
    lm_str payload = {(const char *)row->payload.data, row->payload.len};

    if (row->erased)
        payload = (lm_str){NULL, 0};
    else if (!payload.p)
        payload = LM_STR("");
    if (!is_parked(p, row->subject_id)) {
        note_parked(p, row->subject_id);
        lm_log(p->ctx, LM_LOG_ERROR, "event parked", LM_KV_STR("source", p->source),
               LM_KV_STR("type", row->type), LM_KV_INT("seq", row->seq), LM_KV_ERR(why));
    }
    p->n_new++;
    return lm_db_exec(p->ctx, &event_park,
                      LM_ARGS(LM_Z(p->source), LM_INT(row->seq), LM_INT(row->id),
                              LM_ID(row->tenant_id), LM_Z(row->type), LM_ID(row->subject_id),
                              LM_ID(row->person_id), LM_INT(row->version), LM_BYTES(payload),
                              LM_ID(row->request_id), LM_MS(row->occurred_at),
                              LM_Z(lm_code_name(why->code)), LM_Z(why->message)),
                      NULL, err);
}

static lm_code apply_carefully(struct pass *p, const Lm__EventRow *row, lm_err *err)
{
    lm_err why = LM_ERR_INIT;
    lm_code rc;

    if (lm_tx_savepoint(p->ctx, err) || lm_tx_flush(p->ctx, err))
        return err->code;
    rc = lm_event_apply(p->ctx, p->source, row, &why);
    if (rc == LM_OK)
        rc = lm_tx_flush(p->ctx, &why);
    if (rc == LM_OK)
        return LM_OK;
    if (lm_sqlstate_is_transient(lm_tx_sqlstate(p->ctx))) {
        *err = why;
        return rc;
    }
    return lm_tx_rollback_to(p->ctx, err) ? err->code : park(p, row, &why, err);
}

static lm_code apply_one(struct pass *p, const Lm__EventRow *row, lm_err *err)
{
    static const lm_err waits = {.code = LM_CONFLICT,
                                 .message = "waits for an earlier event of the same subject"};
    lm_code rc;

    lm_arena_reset(p->event);
    p->ctx->arena = p->event;
    if (is_parked(p, row->subject_id))
        rc = park(p, row, &waits, err);
    else
        rc = p->is_hopeful ? lm_event_apply(p->ctx, p->source, row, err)
                           : apply_carefully(p, row, err);
    p->ctx->arena = p->batch;
    return rc;
}

/* ------- many at once ------- */

static const struct lm_event_many *many_of(const struct pass *p, const char *type)
{
    const struct lm_event_many *m = p->ctx->proc->service->events_many;

    for (; m && m->type; m++)
        if (strcmp(m->type, type) == 0)
            return kind_of(p->ctx, p->source, type) ? m : NULL;
    return NULL;
}

/* False: it is there. The table is never full. */
static bool add_subject(const char *slots[RUN_SLOTS], const char *id)
{
    size_t at = lm_str_hash(lm_str_z(id)) % RUN_SLOTS;

    for (; slots[at]; at = (at + 1) % RUN_SLOTS)
        if (strcmp(slots[at], id) == 0)
            return false;
    slots[at] = id;
    return true;
}

static bool is_same(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* How many of these can be applied together, with the first. */
static size_t run_of(const struct pass *p, Lm__EventRow *const *rows, size_t n)
{
    const char *slots[RUN_SLOTS] = {NULL};
    size_t bytes = 0, i = 0;

    for (; i < LM_MIN(n, (size_t)RUN_EVENTS); i++) {
        bytes += rows[i]->payload.len;
        if (bytes > RUN_BYTES || rows[i]->erased || !is_same(rows[i]->type, rows[0]->type) ||
            !is_same(rows[i]->tenant_id, rows[0]->tenant_id) || is_parked(p, rows[i]->subject_id) ||
            !add_subject(slots, rows[i]->subject_id))
            break;
    }
    return i;
}

static lm_code unpack_run(struct pass *p, Lm__EventRow *const *rows, size_t n,
                          struct lm_event_run *run, lm_err *err)
{
    const struct lm_event_kind *kind = kind_of(p->ctx, p->source, rows[0]->type);
    struct lm_event_ctx *events = LM_NEW_ARRAY(p->event, struct lm_event_ctx, n);
    ProtobufCMessage **messages = LM_NEW_ARRAY(p->event, ProtobufCMessage *, n);

    *run = (struct lm_event_run){events, (const ProtobufCMessage *const *)messages, n};
    for (size_t i = 0; i < n; i++) {
        events[i] = event_of(p->source, rows[i]);
        if (unpack(p->ctx, kind, rows[i], &messages[i], err))
            return err->code;
    }
    return LM_OK;
}

static lm_code apply_run(struct pass *p, const struct lm_event_many *many,
                         Lm__EventRow *const *rows, size_t n, lm_err *err)
{
    struct lm_ctx *ctx = p->ctx;
    struct lm_event_run run;

    lm_arena_reset(p->event);
    ctx->arena = p->event;
    put_id(ctx->tenant_id, rows[0]->tenant_id);
    put_id(ctx->request_id, rows[0]->request_id);
    if (lm_arena_guard(ctx->arena)) {
        lm_fail(err, LM_TOO_LARGE, "the events need more memory than one event may have");
    } else if (unpack_run(p, rows, n, &run, err) == LM_OK) {
        ctx->event = run.events;
        (void)!many->apply(ctx, &run, err);
    }
    lm_arena_unguard(ctx->arena);
    ctx->event = NULL;
    ctx->arena = p->batch;
    return err->code;
}

static lm_code run_pass(struct pass *p, int64_t after, Lm__EventRow *const *rows, size_t n,
                        lm_err *err)
{
    size_t count;

    if (begin(p, after, rows, n, err))
        return err->code;
    for (size_t i = 0; i < n; i += count) {
        const struct lm_event_many *many = many_of(p, rows[i]->type);

        count = p->is_hopeful && many ? run_of(p, rows + i, n - i) : 1;
        if (count > 1 ? apply_run(p, many, rows + i, count, err) : apply_one(p, rows[i], err))
            return err->code;
        count = LM_MAX(count, (size_t)1); /* one that is parked or erased is alone */
    }
    return lm_tx_commit_state(p->ctx, p->sqlstate, err);
}

static lm_code pass(struct lm_proc *proc, const char *source, bool is_hopeful, int64_t after,
                    Lm__EventRow *const *rows, size_t n, size_t memory_limit,
                    char sqlstate[LM_SQLSTATE_SIZE], lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, NULL, BATCH_MS, memory_limit);
    struct pass p = {.ctx = ctx, .source = source, .is_hopeful = is_hopeful, .batch = ctx->arena};

    p.event = lm_arena_new(memory_limit);
    if (run_pass(&p, after, rows, n, err) && ctx->tx)
        memcpy(p.sqlstate, lm_tx_sqlstate(ctx), LM_SQLSTATE_SIZE);
    memcpy(sqlstate, p.sqlstate, LM_SQLSTATE_SIZE);
    if (err->code == LM_OK && p.n_new > 0)
        lm_metric_add(lm_counter("lm_events_parked_total", "Events that could not be applied",
                                 "source", source),
                      (int64_t)p.n_new);
    lm_arena_free(p.event);
    lm_ctx_free(ctx); /* rolls back what is open */
    return err->code;
}

lm_code lm_consume(struct lm_proc *proc, const char *source, int64_t after,
                   Lm__EventRow *const *rows, size_t n, size_t memory_limit, lm_err *err)
{
    char sqlstate[LM_SQLSTATE_SIZE];

    LM_ASSERT(n > 0 && rows[0]->seq == after + 1 && rows[n - 1]->seq == after + (int64_t)n);
    if (pass(proc, source, true, after, rows, n, memory_limit, sqlstate, err) == LM_OK)
        return LM_OK;
    if (strcmp(sqlstate, "LM001") == 0)
        return lm_fail(err, LM_FENCED, "cursor of %s is not at %lld", source, (long long)after);
    if (lm_sqlstate_is_transient(sqlstate))
        return lm_wrap(err, "events of %s", source);
    lm_err_clear(err);
    if (pass(proc, source, false, after, rows, n, memory_limit, sqlstate, err) == LM_OK)
        return LM_OK;
    return lm_wrap(err, "events of %s, one by one", source);
}
