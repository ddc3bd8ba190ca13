/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_PERSONALIZER_H
#define PERSONALIZER_PERSONALIZER_H

#include "common/ctx.h"
#include "services/personalizer/flow.h"
#include "services/personalizer/store.h"

/* What more than one of the personalizer's files uses: sequences as one unit of work changes them. */

/* ---- writing one (compose.c) ---- */
struct personalizer_order {
    const char *lead_id;
    const char *context; /* a person's own sentence for the first mail, or NULL */
    int64_t start_at;    /* nothing leaves before; 0: at once */
    bool is_asked;       /* by a person, who need not wait for the score */
};
/*
 * Writes the four messages of a lead, with their events; the first is released when messages are
 * approved by themselves. Errors: LM_NOT_FOUND; LM_CONFLICT (a sequence is there, the lead was
 * stopped), LM_UNPROCESSABLE (no address, not qualified): trying again does not help.
 */
LM_MUST_USE lm_code personalizer_sequence_write(struct lm_ctx *ctx,
                                                const struct personalizer_order *order,
                                                Personalizer__Sequence *out, lm_err *err);
/* Other words for one message; `context` may be NULL. */
LM_MUST_USE lm_code personalizer_message_rewrite(struct lm_ctx *ctx, Personalizer__Message *m,
                                                 const char *context, lm_err *err);
/* Preview, HTML, word count and hash of a message whose subject or text was set. */
void personalizer_message_finish(struct lm_ctx *ctx, Personalizer__Message *m);
/* "auto" when the tenant's messages are approved by themselves, else NULL. */
LM_MUST_USE lm_code personalizer_auto_approval(struct lm_ctx *ctx, const char **by, lm_err *err);

/* ---- changing one (sequence.c) ---- */
/* Loads and locks. LM_NOT_FOUND. */
LM_MUST_USE lm_code personalizer_flow_open(struct lm_ctx *ctx, const char *lead_id, struct flow *f,
                                           lm_err *err);
/* Saves what changed and tells it: the sequence first, so that a stop comes before its parts. */
LM_MUST_USE lm_code personalizer_flow_save(struct lm_ctx *ctx, struct flow *f, lm_err *err);
/* The events of a sequence that was just inserted. */
LM_MUST_USE lm_code personalizer_flow_tell_all(struct lm_ctx *ctx, const struct flow *f,
                                               lm_err *err);
/* Stops the sequence of a lead, if there is one. */
LM_MUST_USE lm_code personalizer_flow_stop(struct lm_ctx *ctx, const char *lead_id,
                                           const char *because, lm_err *err);

#endif
