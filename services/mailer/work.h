/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MAILER_WORK_H
#define MAILER_WORK_H

#include "common/ctx.h"

/* Housekeeping: deliveries whose worker did not come back (jobs are in gen/mailer.lm.h). */
LM_MUST_USE lm_code mailer_sweep(struct lm_ctx *ctx, lm_err *err);

#endif
