/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the sequence of one lead. */
#include "common/arena.h"
#include "common/log.h"
#include "gen/personalizer.lm.h"
#include "services/personalizer/personalizer.h"

lm_code personalizer_do_write_sequence(struct lm_ctx *ctx, const Personalizer__WriteSequence *job,
                                       lm_err *err)
{
    Personalizer__Sequence sequence = PERSONALIZER__SEQUENCE__INIT;
    const struct personalizer_order order = {
        .lead_id = job->lead_id, .context = job->additional_context, .is_asked = job->is_asked};
    lm_code code;

    if (lm_tx_begin(ctx, err))
        return err->code;
    code = personalizer_sequence_write(ctx, &order, &sequence, err);
    if (code != LM_CONFLICT && code != LM_UNPROCESSABLE)
        return code;
    /* Facts have changed since it was queued; when they change back it is queued again. */
    lm_log(ctx, LM_LOG_DEBUG, "no sequence for this lead", LM_KV_ERR(err));
    lm_err_clear(err);
    return LM_OK;
}
