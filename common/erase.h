/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_ERASE_H
#define LM_ERASE_H

#include "common/ctx.h"
#include "gen/envelope.pb-c.h"

/*
 * Erasing a person from the plumbing: what their events, jobs, finished jobs and parked events carry
 * is blanked (the rows stay, so that the log has no gap), and a tombstone is left. The service's own
 * tables are the service's to clean, in the same transaction.
 */

/*
 * In the open transaction, for ctx's tenant. `keys` are what the person could come back by: the
 * normalised address, name and domain together; the id is one in any case. Only hashes are kept.
 */
LM_MUST_USE lm_code lm_erase_person(struct lm_ctx *ctx, const char *person_id, const lm_str *keys,
                                    size_t n, lm_err *err);
/* Whether any of the keys belongs to an erased person: asked before every insert of a person. */
LM_MUST_USE lm_code lm_erase_is_erased(struct lm_ctx *ctx, const lm_str *keys, size_t n,
                                       bool *is_erased, lm_err *err);
/*
 * Marks as erased the events whose person is: a consumer that met the erasure first gives a later
 * event of another log no effect. One statement for a batch, in the open transaction.
 */
LM_MUST_USE lm_code lm_erase_mark(struct lm_ctx *ctx, Lm__EventRow *const *rows, size_t n,
                                  lm_err *err);

#endif
