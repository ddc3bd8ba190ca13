/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_TOMBSTONE_H
#define LM_TOMBSTONE_H

#include "common/ctx.h"

/*
 * People who were erased, as hashes of what they can be known by again, so that a late event, an import
 * or a second look at a company's site does not bring them back. Every insert of a person asks first.
 *
 * A mark is text made by one of the functions below. In the open transaction, if there is one.
 */
lm_str lm_mark_lead(struct lm_arena *a, const char *lead_id);
lm_str lm_mark_address(struct lm_arena *a,
                       lm_str address); /* any writing of it; {NULL, 0} when it is none */
lm_str lm_mark_name(struct lm_arena *a, const char *company_id,
                    lm_str name_key); /* folded name at a company */

/* Is any of these marks erased? Marks {NULL, 0} are passed over. */
LM_MUST_USE lm_code lm_tombstone_has(struct lm_ctx *ctx, const lm_str *marks, size_t n, bool *out,
                                     lm_err *err);
LM_MUST_USE lm_code lm_tombstone_put(struct lm_ctx *ctx, const lm_str *marks, size_t n,
                                     lm_err *err);

#endif
