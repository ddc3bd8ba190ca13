/* SPDX-License-Identifier: Apache-2.0 */
/* Facts, as they are written: one row of event_new each, in the transaction of the state. */
#include "common/event.h"

#include "common/arena.h"
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/json.h"

enum { PAYLOAD_MAX = 256 << 10 }; /* a frame of the bus takes 1 MiB */

/* ORDER BY before the identity is drawn: the ids follow the order of the caller. */
static const struct lm_sql event_put = {
    "lm_event_put",
    "INSERT INTO event_new (tenant_id, type, subject_id, person_id, version, payload, request_id, occurred_at)"
    " SELECT $1, e.type, e.subject_id, e.person_id, e.version, e.payload, $7, lm_at($8)"
    "   FROM unnest($2::text[], $3::uuid[], $4::uuid[], $5::bigint[], $6::bytea[])"
    "        WITH ORDINALITY AS e (type, subject_id, person_id, version, payload, n)"
    "  ORDER BY e.n"
    " RETURNING id",
};

/* Places in ctx->caused are taken when the statement is sent; the ids come with its result. */
static void take_ids(void *arg, const PGresult *res)
{
    struct lm_ctx *ctx = arg;
    int row = 0;

    for (size_t i = 0; i < ctx->n_caused && row < PQntuples(res); i++)
        if (ctx->caused[i].id == 0)
            ctx->caused[i].id = strtoll(PQgetvalue(res, row++, 0), NULL, 10);
}

static void reserve(struct lm_ctx *ctx, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        ctx->caused = lm_arena_grow(ctx->arena, ctx->caused, ctx->n_caused, &ctx->cap_caused,
                                    sizeof(*ctx->caused));
        ctx->caused[ctx->n_caused++].id = 0;
    }
}

lm_code lm_events_put(struct lm_ctx *ctx, const struct lm_event *ev, size_t n, lm_err *err)
{
    lm_str *types = LM_NEW_ARRAY(ctx->arena, lm_str, n),
           *subjects = LM_NEW_ARRAY(ctx->arena, lm_str, n);
    lm_str *people = LM_NEW_ARRAY(ctx->arena, lm_str, n),
           *payloads = LM_NEW_ARRAY(ctx->arena, lm_str, n);
    int64_t *versions = LM_NEW_ARRAY(ctx->arena, int64_t, n);
    bool is_intake = ctx->event !=
                     NULL; /* nobody waits for the ids of an intake, and its arena is short-lived */

    LM_ASSERT(ctx->tx);
    if (n == 0)
        return LM_OK;
    for (size_t i = 0; i < n; i++) {
        LM_ASSERT(ev[i].subject_id && ev[i].version > 0);
        types[i] = lm_str_z(ev[i].message->descriptor->name);
        subjects[i] = lm_str_z(ev[i].subject_id);
        people[i] =
            ev[i].person_id && *ev[i].person_id ? lm_str_z(ev[i].person_id) : (lm_str){NULL, 0};
        versions[i] = ev[i].version;
        payloads[i] = lm_pb_pack(ctx->arena, ev[i].message);
        if (payloads[i].n > PAYLOAD_MAX)
            return lm_fail(err, LM_TOO_LARGE, "event %.*s: %zu bytes, at most %d", LM_FMT(types[i]),
                           payloads[i].n, PAYLOAD_MAX);
    }
    if (!is_intake)
        reserve(ctx, n);
    if (lm_db_send(ctx, &event_put,
                   LM_ARGS(LM_ID(ctx->tenant_id), LM_TEXTS(types, n), LM_TEXTS(subjects, n),
                           LM_TEXTS(people, n), LM_INTS(versions, n), LM_BLOBS(payloads, n),
                           LM_ID(ctx->request_id), LM_MS(lm_clock_ms())),
                   is_intake ? NULL : take_ids, ctx, err))
        return err->code;
    lm_tx_tell(ctx, LM_TELL_RELAY);
    return LM_OK;
}

lm_code lm_event_put(struct lm_ctx *ctx, const struct lm_event *ev, lm_err *err)
{
    return lm_events_put(ctx, ev, 1, err);
}
