/* SPDX-License-Identifier: Apache-2.0 */
/* What every service answers beside its own operations: its log, and the replay of what failed in it. */
#include "common/arena.h"
#include "common/clock.h"
#include "common/event_log.h"
#include "common/runtime_internal.h"

enum { REPLAY_SPARE_MS = 2000 }; /* so that the answer still finds who waits for it */

static lm_code fetch(struct lm_ctx *ctx, const ProtobufCMessage *in, ProtobufCMessage *out,
                     lm_err *err)
{
    return lm_events_fetch(ctx, (const Lm__FetchEventsRequest *)in, (Lm__EventFrame *)out, err);
}

/* Work of all tenants, in transactions of its own: none is open here. */
static lm_code replay(struct lm_ctx *ctx, const ProtobufCMessage *message, ProtobufCMessage *answer,
                      lm_err *err)
{
    const Lm__ReplayRequest *in = (const Lm__ReplayRequest *)message;
    Lm__ReplayResponse *out = (Lm__ReplayResponse *)answer;
    lm_str *ids = LM_NEW_ARRAY(ctx->arena, lm_str, in->n_job_ids + 1);
    const struct lm_parked which = {.source = in->source,
                                    .seqs = in->seqs,
                                    .n_seqs = in->n_seqs,
                                    .until_ms = ctx->deadline_ms - REPLAY_SPARE_MS};

    if (in->n_seqs > 0 && !in->source)
        return lm_fail(err, LM_INVALID, "which log the numbers are of is not said");
    for (size_t i = 0; i < in->n_job_ids; i++)
        ids[i] = lm_str_z(in->job_ids[i]);
    ctx->tenant_id[0] = '\0';
    if (in->parked && lm_parked_replay(ctx->proc, &which, &out->applied, &out->left, err))
        return lm_wrap(err, "parked events");
    if (in->dead && lm_jobs_revive(ctx, ids, in->n_job_ids, &out->revived, err))
        return lm_wrap(err, "dead jobs");
    return LM_OK;
}

const struct lm_rpc lm_runtime_calls[] = {
    {
        .service = "lm",
        .method = "FetchEvents",
        .in = &lm__fetch_events_request__descriptor,
        .out = &lm__event_frame__descriptor,
        .handle = fetch,
        .role = LM_ROLE_SYSTEM,
    },
    {
        .service = "lm",
        .method = "Replay",
        .in = &lm__replay_request__descriptor,
        .out = &lm__replay_response__descriptor,
        .handle = replay,
        .role = LM_ROLE_SYSTEM,
        .outside = true,
        .slow = true,
    },
    {.method = NULL},
};
