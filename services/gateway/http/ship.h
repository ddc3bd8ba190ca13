/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SHIP_H
#define GATEWAY_SHIP_H

#include "services/gateway/spool/spool.h"

/* What becomes of the records of the two spools: hits go to the tracker, opt-outs to the mailer. */
lm_code gateway_ship_hits(struct lm_ctx *ctx, const struct gateway_spool_batch *batch,
                          int64_t *taken, lm_err *err);
lm_code gateway_ship_optouts(struct lm_ctx *ctx, const struct gateway_spool_batch *batch,
                             int64_t *taken, lm_err *err);

#endif
