/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/ship.h"

#include "common/json.h"
#include "common/links.h"
#include "common/str.h"
#include "gen/mailer.lm.h"
#include "gen/tracker.lm.h"
#include "services/gateway/gateway.h"

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

/* Inside the tenant that the token names; it was good when it came. */
static lm_code tell_mailer(struct lm_ctx *ctx, lm_str token, lm_err *err)
{
    Mailer__OptOutRequest in = MAILER__OPT_OUT_REQUEST__INIT;
    Mailer__OptOutResponse *out;
    struct lm_optout who;

    if (!lm_optout_parse(ctx->arena, lm_str_z(gateway_settings.tracking_key), token, &who))
        return lm_fail(err, LM_INTERNAL, "an opt-out of another tracking.key");
    memcpy(ctx->tenant_id, who.tenant_id, sizeof(ctx->tenant_id));
    in.token = lm_arena_strz(ctx->arena, token);
    in.confirmed = true;
    if (mailer_call_opt_out(ctx, &in, &out, err))
        return err->code;
    return out->known && out->opted_out
               ? LM_OK
               : lm_fail(err, LM_INTERNAL,
                         "the mailer does not know the token; is tracking.key the same in both?");
}

/* An opt-out may be told twice; the mailer knows its own. One that is not taken stays, and is said. */
lm_code gateway_ship_optouts(struct lm_ctx *ctx, const struct gateway_spool_batch *batch,
                             int64_t *taken, lm_err *err)
{
    for (size_t i = 0; i < batch->n; i++)
        if (tell_mailer(ctx, batch->records[i], err))
            return err->code;
    *taken = batch->next_position;
    return LM_OK;
}
