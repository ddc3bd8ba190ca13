/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The relay: takes waiting events by id, gives them numbers without a gap, publishes them. The whole
 * transaction goes down the wire at once, COMMIT included, so a relay that is stopped in the middle
 * does not hold the head. A subject's ids follow its commits; the second statement sees, with the
 * head locked, everything that was committed before, so its numbers do too.
 */
#include "common/arena.h"
#include "common/db_internal.h"
#include "common/event_log.h"
#include "common/json.h"
#include "common/proc_internal.h"
#include "common/runtime.h"

/*
 * The others are planned behind this one (begin). event_new is empty to the statistics, and so to be read from its
 * beginning; but until it is vacuumed that is full of rows that have gone: in the middle of an import a look took 50 ms.
 */
static const struct lm_sql relay_by_index = {"lm_relay_by_index",
                                             "SELECT set_config('enable_seqscan', 'off', true)"};

static const struct lm_sql relay_lock = {"lm_relay_lock", "SELECT head FROM event_head FOR UPDATE"};

static const struct lm_sql relay_take = {
    "lm_relay_take",
    "WITH taken AS ("
    "    DELETE FROM event_new WHERE id = ANY (ARRAY(SELECT id FROM event_new ORDER BY id LIMIT 1000)) RETURNING *"
    "), numbered AS ("
    "    INSERT INTO event (seq, id, tenant_id, type, subject_id, person_id, version, payload, request_id, occurred_at)"
    "    SELECT h.head + row_number() OVER (ORDER BY t.id), t.id, t.tenant_id, t.type, t.subject_id, t.person_id,"
    "           t.version, t.payload, t.request_id, t.occurred_at"
    "      FROM taken t, event_head h"
    "    RETURNING *"
    "), moved AS ("
    "    UPDATE event_head SET head = head + (SELECT count(*) FROM taken) WHERE EXISTS (SELECT FROM taken)"
    ")"
    " SELECT " LM_EVENT_COLUMNS " FROM numbered ORDER BY seq",
};

static const struct lm_sql relay_look = {
    "lm_relay_look",
    "SELECT EXISTS (SELECT FROM event_new), head FROM event_head",
};

/* The partition that will hold the next two batches; a look into the catalog when it is there. */
static const struct lm_sql relay_partition = {
    "lm_relay_partition",
    "SELECT lm_event_partition(head + 1), lm_event_partition(head + 2000) FROM event_head",
};

static lm_code begin(struct lm_ctx *ctx, lm_err *err)
{
    if (lm_tx_begin(ctx, err))
        return err->code;
    return lm_db_send(ctx, &relay_by_index, LM_NO_ARGS, NULL, NULL, err);
}

lm_code lm_relay_look(struct lm_ctx *ctx, bool *waits, int64_t *head, lm_err *err)
{
    struct lm_rows *rows;

    if (begin(ctx, err) || lm_db_send_rows(ctx, &relay_look, LM_NO_ARGS, &rows, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    if (lm_tx_commit(ctx, err))
        return err->code;
    if (!lm_rows_next(rows))
        return lm_fail(err, LM_NOT_FOUND, "head of the log not found");
    *waits = lm_rows_bool(rows, 0);
    *head = lm_rows_int(rows, 1);
    return LM_OK;
}

Lm__EventRow *lm_event_row(struct lm_arena *a, const struct lm_rows *rows)
{
    Lm__EventRow *row = LM_NEW(a, Lm__EventRow);
    lm_str payload = lm_rows_bytes(rows, 7);

    lm__event_row__init(row);
    row->seq = lm_rows_int(rows, 0);
    row->id = lm_rows_int(rows, 1);
    row->tenant_id = lm_rows_strz(rows, 2);
    row->type = lm_rows_strz(rows, 3);
    row->subject_id = lm_rows_strz(rows, 4);
    row->person_id = lm_rows_strz(rows, 5);
    row->version = lm_rows_int(rows, 6);
    row->payload = (ProtobufCBinaryData){payload.n, (uint8_t *)(uintptr_t)payload.p};
    row->has_erased = row->erased = payload.p == NULL;
    row->request_id = lm_rows_strz(rows, 8);
    row->occurred_at = lm_rows_int(rows, 9);
    return row;
}

/* To this process's own tails as well, which the bus does not reach. */
static void publish_frame(struct lm_ctx *ctx, Lm__EventRow **rows, size_t n)
{
    Lm__EventFrame frame = LM__EVENT_FRAME__INIT;
    lm_str body;

    frame.events = rows;
    frame.n_events = n;
    frame.has_head = true;
    frame.head = rows[n - 1]->seq;
    body = lm_pb_pack(ctx->arena, &frame.base);
    if (ctx->proc->bus)
        lm_bus_publish(ctx->proc->bus, "events", body);
    lm_runtime_on_frame(ctx->proc, ctx->proc->service->name, "events", body);
}

/* In frames of at most LM_FRAME_EVENTS and LM_FRAME_BYTES. */
int64_t lm_relay_publish(struct lm_ctx *ctx, struct lm_rows *rows)
{
    Lm__EventRow *batch[LM_FRAME_EVENTS];
    size_t n = 0, bytes = 0;
    int64_t last = 0;

    while (lm_rows_next(rows)) {
        Lm__EventRow *row = lm_event_row(ctx->arena, rows);
        size_t size = lm__event_row__get_packed_size(row);

        if (n == LM_FRAME_EVENTS || (n > 0 && bytes + size > LM_FRAME_BYTES)) {
            publish_frame(ctx, batch, n);
            n = bytes = 0;
        }
        batch[n++] = row;
        bytes += size;
        last = row->seq;
    }
    if (n > 0)
        publish_frame(ctx, batch, n);
    return last;
}

static lm_code number(struct lm_ctx *ctx, struct lm_rows **rows, char sqlstate[LM_SQLSTATE_SIZE],
                      lm_err *err)
{
    sqlstate[0] = '\0';
    if (begin(ctx, err) || lm_db_send(ctx, &relay_lock, LM_NO_ARGS, NULL, NULL, err) ||
        lm_db_send_rows(ctx, &relay_take, LM_NO_ARGS, rows, err)) {
        lm_tx_rollback(ctx);
        return err->code;
    }
    return lm_tx_commit_state(ctx, sqlstate, err);
}

lm_code lm_relay_number(struct lm_ctx *ctx, struct lm_rows **rows, size_t *n, lm_err *err)
{
    char sqlstate[LM_SQLSTATE_SIZE];

    *n = 0;
    if (number(ctx, rows, sqlstate, err)) {
        if (strcmp(sqlstate, "23514") != 0) /* no partition of "event" for the row */
            return lm_wrap(err, "relay");
        lm_err_clear(err);
        if (lm_db_query(ctx, &relay_partition, LM_NO_ARGS, rows, err) ||
            number(ctx, rows, sqlstate, err))
            return lm_wrap(err, "relay");
    }
    *n = lm_rows_count(*rows);
    return LM_OK;
}
