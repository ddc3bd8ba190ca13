/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/ship.h"

#include "common/json.h"
#include "common/log.h"
#include "common/str.h"
#include "gen/mailer.lm.h"
#include "gen/tracker.lm.h"

lm_code gateway_ship_hits(struct lm_ctx *ctx, const struct gateway_spool_batch *batch,
                          int64_t *taken, lm_err *err)
{
    Tracker__TakeHitsRequest in = TRACKER__TAKE_HITS_REQUEST__INIT;
    Tracker__TakeHitsResponse *out;

    in.segment_id = lm_arena_strdup(ctx->arena, batch->segment_id);
    in.position = batch->position;
    in.next_position = batch->next_position;
    in.hits = LM_NEW_ARRAY(ctx->arena, Tracker__Hit *, batch->n);
    for (size_t i = 0; i < batch->n; i++) {
        /* Written by a build of ours, sound by its check sum; another build's odd one is passed over. */
        if (lm_pb_unpack(ctx->arena, &tracker__hit__descriptor, batch->records[i],
                         (ProtobufCMessage **)&in.hits[in.n_hits], err) == LM_OK)
            in.n_hits++;
        else
            lm_err_clear(err);
    }
    if (tracker_call_take_hits(ctx, &in, &out, err))
        return err->code;
    *taken = out->position;
    return LM_OK;
}

/* An opt-out may be told twice; the mailer knows its own. */
lm_code gateway_ship_optouts(struct lm_ctx *ctx, const struct gateway_spool_batch *batch,
                             int64_t *taken, lm_err *err)
{
    for (size_t i = 0; i < batch->n; i++) {
        Mailer__OptOutRequest in = MAILER__OPT_OUT_REQUEST__INIT;
        Mailer__OptOutResponse *out;

        in.token = lm_arena_strz(ctx->arena, batch->records[i]);
        in.confirmed = true;
        if (mailer_call_opt_out(ctx, &in, &out, err) == LM_OK)
            continue;
        if (lm_code_is_later(err->code))
            return err->code;
        /* The token was good when it came; what the mailer refuses for good, trying again cannot mend. */
        lm_log(ctx, LM_LOG_ERROR, "opt-out refused", LM_KV_ERR(err));
        lm_err_clear(err);
    }
    *taken = batch->next_position;
    return LM_OK;
}
