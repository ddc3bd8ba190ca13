/* SPDX-License-Identifier: Apache-2.0 */
/* FetchEvents: the log as others read it when the fast path lost something. Any replica answers. */
#include "common/arena.h"
#include "common/db_internal.h"
#include "common/event_log.h"

static const struct lm_sql events_after = {
    "lm_events_after",
    "SELECT " LM_EVENT_COLUMNS " FROM event WHERE seq > $1 ORDER BY seq LIMIT $2",
};

static const struct lm_sql event_ends = {"lm_event_ends", "SELECT head, gone FROM event_head"};

/* Never back: an old replica of the consumer may ask late. */
static const struct lm_sql consumer_note = {
    "lm_consumer_note",
    "INSERT INTO event_consumer AS c (consumer, seq) VALUES ($1, $2)"
    " ON CONFLICT (consumer) DO UPDATE SET seq = greatest(c.seq, EXCLUDED.seq), seen_at = clock_timestamp()",
};

static lm_code read_ends(struct lm_ctx *ctx, const Lm__FetchEventsRequest *in, Lm__EventFrame *out,
                         lm_err *err)
{
    struct lm_rows *rows;

    if (lm_db_one(ctx, &event_ends, LM_NO_ARGS, "head of the log", &rows, err))
        return err->code;
    out->has_head = out->has_gone = true;
    out->head = lm_rows_int(rows, 0);
    out->gone = lm_rows_int(rows, 1);
    if (in->after < out->gone)
        return lm_fail(err, LM_GONE, "events up to %lld are no longer kept", (long long)out->gone);
    return LM_OK;
}

lm_code lm_events_fetch(struct lm_ctx *ctx, const Lm__FetchEventsRequest *in, Lm__EventFrame *out,
                        lm_err *err)
{
    int64_t limit = LM_MIN(in->limit, LM_FETCH_MAX);
    struct lm_rows *rows;
    size_t bytes = 0;

    if (read_ends(ctx, in, out, err))
        return err->code;
    if (in->consumer && in->after <= out->head &&
        lm_db_send(ctx, &consumer_note, LM_ARGS(LM_Z(in->consumer), LM_INT(in->after)), NULL, NULL,
                   err))
        return err->code;
    if (in->after >= out->head)
        return LM_OK;
    if (lm_db_query(ctx, &events_after, LM_ARGS(LM_INT(in->after), LM_INT(limit)), &rows, err))
        return err->code;
    out->events = LM_NEW_ARRAY(ctx->arena, Lm__EventRow *, lm_rows_count(rows) + 1);
    while (lm_rows_next(rows)) {
        Lm__EventRow *row = lm_event_row(ctx->arena, rows);

        bytes += lm__event_row__get_packed_size(row);
        if (out->n_events > 0 && bytes > LM_FRAME_BYTES)
            break;
        out->events[out->n_events++] = row;
    }
    return LM_OK;
}
