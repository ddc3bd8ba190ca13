/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_COMPANY_H
#define GATEWAY_COMPANY_H

#include "services/gateway/store.h"

/*
 * What people will see of what the two sources said; nothing while the scraper has not spoken. `told`: what row->company
 * holds, or NULL. Fills status and facets.
 */
LM_MUST_USE lm_code gateway_company_derive(struct lm_arena *a,
                                           const struct gateway_company_row *row,
                                           const Lm__Company *told, struct gateway_company_facts *f,
                                           lm_err *err);
/* The scraper says `c`, in this version; `row` is open, or not there. */
LM_MUST_USE lm_code gateway_company_told(struct lm_ctx *ctx, const Lm__Company *c, int64_t version,
                                         struct gateway_company_row *row,
                                         struct gateway_company_facts *out, lm_err *err);

/* Housekeeping: makes anew what an older rule made (GATEWAY_SHAPE), some thousands of companies at a time. */
LM_MUST_USE lm_code gateway_shape_again(struct lm_ctx *ctx, lm_err *err);

#endif
