/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCORER_SCORER_H
#define SCORER_SCORER_H

#include "common/ctx.h"
#include "gen/scorer.pb-c.h"
#include "services/scorer/icp.h"

struct lm_buf;

/* What more than one of the scorer's files uses. */

struct scorer_settings {
    int64_t page_size; /* leads scored in one transaction when all are scored again */
};
extern struct scorer_settings scorer_settings;

/*
 * Scores these leads in the open transaction with the tenant's profile as it stands, writes the
 * scores that changed and an event for each of them. `n_known` (may be NULL): how many of the ids
 * are leads we know.
 */
LM_MUST_USE lm_code scorer_score_leads(struct lm_ctx *ctx, const lm_str *ids, size_t n,
                                       size_t *n_known, lm_err *err);
/* The contract's configuration as the domain reads it; its lists borrow from `c`. */
void scorer_profile_of(struct lm_arena *a, const Scorer__ScoreConfig *c, struct icp_profile *out);
/* The breakdown of a score as the contract has it, in `a`. */
void scorer_breakdown_of(struct lm_arena *a, const struct icp_score *score, Scorer__Breakdown *out);

/*
 * `leadmachine try score`: a lead as JSON, {"lead": {…}, "company": {…}} with the fields of
 * proto/lm.proto, or all of them in one object; appends {score, classification, qualified,
 * breakdown} to `out`. LM_INVALID: not JSON, or not an object.
 */
LM_MUST_USE lm_code scorer_try_score(struct lm_arena *a, lm_str json, struct lm_buf *out,
                                     lm_err *err);

#define SCORER_PROFILE "default" /* the id of the one profile that a tenant has */

#endif
