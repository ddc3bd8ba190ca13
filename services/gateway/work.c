/* SPDX-License-Identifier: Apache-2.0 */
/* Housekeeping. The gateway has no jobs: what it does for people, it does at once. */
#include "common/log.h"
#include "services/gateway/gateway.h"
#include "services/gateway/store.h"

enum { SWEEP_STEP = 1000, SWEEP_STEPS = 100, CHANGES_STEP = 20000 };

/* Each step is a transaction of its own; the last one finds less than it may drop. */
static lm_code sweep_changes(struct lm_ctx *ctx, lm_err *err)
{
    int64_t n = CHANGES_STEP;

    for (int i = 0; i < SWEEP_STEPS && n == CHANGES_STEP; i++) {
        if (gateway_sweep_company_changes(ctx, CHANGES_STEP, &n, err))
            return err->code;
    }
    return LM_OK;
}

lm_code gateway_sweep(struct lm_ctx *ctx, lm_err *err)
{
    int64_t all = 0;
    int64_t n = SWEEP_STEP;

    for (int i = 0; i < SWEEP_STEPS && n == SWEEP_STEP; i++) {
        if (gateway_sweep_sessions(ctx, SWEEP_STEP, &n, err))
            return err->code;
        all += n;
    }
    if (all)
        lm_log(ctx, LM_LOG_INFO, "old sessions dropped", LM_KV_INT("sessions", all));
    return sweep_changes(ctx, err);
}
