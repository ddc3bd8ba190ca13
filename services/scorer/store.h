/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCORER_STORE_H
#define SCORER_STORE_H

#include "common/db.h"
#include "gen/enricher.pb-c.h"
#include "gen/scorer.pb-c.h"
#include "services/scorer/icp.h"

/* All of the scorer's SQL. Every function runs in the tenant of `ctx`. */

extern const struct lm_sql *const *const scorer_sql[];

/* ---- facts; `is_new` says whether this version was above the stored one ---- */
LM_MUST_USE lm_code scorer_company_save(struct lm_ctx *ctx, const Lm__Company *company,
                                        bool *is_new, lm_err *err);
LM_MUST_USE lm_code scorer_company_site_save(struct lm_ctx *ctx,
                                             const Enricher__CompanyEnriched *site, bool *is_new,
                                             lm_err *err);
LM_MUST_USE lm_code scorer_lead_save(struct lm_ctx *ctx, const Lm__Lead *lead, bool *is_new,
                                     lm_err *err);
LM_MUST_USE lm_code scorer_company_leads(struct lm_ctx *ctx, const char *company_id, lm_str **ids,
                                         size_t *n, lm_err *err);
/* The newest first, at most `limit`, from the one before `before` ("": from the newest). */
LM_MUST_USE lm_code scorer_leads_page(struct lm_ctx *ctx, const char *before, int64_t limit,
                                      lm_str **ids, size_t *n, lm_err *err);

/* ---- scoring ---- */
struct scorer_lead {
    lm_str lead_id, company_id;
    struct icp_facts facts;
};
/*
 * Locks the leads, then reads what is known of them, so that of two who score the same lead the one
 * that read last writes last. Unknown ids are left out; in order of id.
 */
LM_MUST_USE lm_code scorer_leads_take(struct lm_ctx *ctx, const lm_str *ids, size_t n,
                                      struct scorer_lead **leads, size_t *n_leads, lm_err *err);
/* One that changed comes back with its version raised; the others are left as they were. */
struct scorer_result {
    const struct scorer_lead *lead;
    const struct icp_score *score;
    int64_t version; /* out: 0 when nothing changed */
};
LM_MUST_USE lm_code scorer_scores_save(struct lm_ctx *ctx, struct scorer_result *results, size_t n,
                                       int config_version, int64_t at, lm_err *err);
/* LM_NOT_FOUND: the lead has no score. */
LM_MUST_USE lm_code scorer_score_load(struct lm_ctx *ctx, const char *lead_id, Scorer__Score *out,
                                      lm_err *err);
LM_MUST_USE lm_code scorer_stats_load(struct lm_ctx *ctx, Scorer__ScoreStats *out, lm_err *err);

/* ---- the profile ---- */
/* The tenant's, or the defaults as version 0. */
LM_MUST_USE lm_code scorer_config_load(struct lm_ctx *ctx, Scorer__ScoreConfig *out, lm_err *err);
/* Raises the version and writes it and updated_at into `c`. */
LM_MUST_USE lm_code scorer_config_save(struct lm_ctx *ctx, Scorer__ScoreConfig *c, lm_err *err);

#endif
