/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_ERASE_H
#define LM_ERASE_H

#include "common/ctx.h"

/*
 * Erasing a person from the plumbing: what their events, jobs, finished jobs and parked events carry
 * is blanked (the rows stay, so that the log has no gap), and a tombstone is left. The service's own
 * tables are the service's to clean, in the same transaction.
 */

/*
 * In the open transaction, for ctx's tenant. `keys` are what the person could come back by: the
 * normalised address, the id, name and domain together; only hashes of them are kept.
 */
LM_MUST_USE lm_code lm_erase_person(struct lm_ctx *ctx, const char *person_id, const lm_str *keys,
                                    size_t n, lm_err *err);
/* Whether any of the keys belongs to an erased person: asked before every insert of a person. */
LM_MUST_USE lm_code lm_erase_is_erased(struct lm_ctx *ctx, const lm_str *keys, size_t n,
                                       bool *is_erased, lm_err *err);

#endif
