/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_STORE_H
#define ENRICHER_STORE_H

#include "common/db.h"
#include "services/enricher/enricher.h"

/* The enricher's tables. Everything here runs in the open transaction, if there is one. */

extern const struct lm_sql *const *const enricher_sql[];

/* ---- companies ---- */

/* *out is NULL when it is not known (yet). Locked. */
LM_MUST_USE lm_code enricher_company_lock(struct lm_ctx *ctx, const char *id,
                                          struct enricher_company **out, lm_err *err);
/* The same, not locked; LM_NOT_FOUND. */
LM_MUST_USE lm_code enricher_company_load(struct lm_ctx *ctx, const char *id,
                                          struct enricher_company **out, lm_err *err);
/* The scraper's record; an older one than is stored changes nothing. */
LM_MUST_USE lm_code enricher_company_save(struct lm_ctx *ctx, const Lm__Company *facts,
                                          lm_err *err);
/* Research of it: what `found` says, NULLs too. Raises its version, which comes back in `found`. */
LM_MUST_USE lm_code enricher_research_save(struct lm_ctx *ctx, Enricher__CompanyEnriched *found,
                                           lm_err *err);
/* Ids of companies in a status that nobody put away, oldest first. */
LM_MUST_USE lm_code enricher_companies_in(struct lm_ctx *ctx, Lm__CompanyStatus status,
                                          int64_t limit, lm_str **ids, size_t *n, lm_err *err);
LM_MUST_USE lm_code enricher_stats_load(struct lm_ctx *ctx, Enricher__EnrichStats *out,
                                        lm_err *err);

/* ---- leads ---- */

/* *out is NULL when there is nobody of this name. Locked. */
LM_MUST_USE lm_code enricher_lead_by_name(struct lm_ctx *ctx, const char *company_id,
                                          lm_str name_key, Lm__Lead **out, lm_err *err);
/* LM_NOT_FOUND. Locked. */
LM_MUST_USE lm_code enricher_lead_lock(struct lm_ctx *ctx, const char *id, Lm__Lead **out,
                                       lm_err *err);
/* Those of a company who came over from that one. */
LM_MUST_USE lm_code enricher_leads_moved(struct lm_ctx *ctx, const char *company_id,
                                         const char *moved_from, Lm__Lead ***out, size_t *n,
                                         lm_err *err);
/* Notes for which company somebody was found. */
LM_MUST_USE lm_code enricher_lead_moved(struct lm_ctx *ctx, const char *id, const char *from,
                                        lm_err *err);
LM_MUST_USE lm_code enricher_leads_of(struct lm_ctx *ctx, const char *company_id, Lm__Lead ***out,
                                      size_t *n, lm_err *err);
/* Gives version and times, and an id when there is none. */
LM_MUST_USE lm_code enricher_lead_insert(struct lm_ctx *ctx, Lm__Lead *lead, lm_err *err);
/* Raises the version. LM_CONFLICT: the company has somebody else of this name. */
LM_MUST_USE lm_code enricher_lead_update(struct lm_ctx *ctx, Lm__Lead *lead, lm_err *err);

#endif
