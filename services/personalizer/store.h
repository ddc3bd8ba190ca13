/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PERSONALIZER_STORE_H
#define PERSONALIZER_STORE_H

#include "common/db.h"
#include "common/place.h"
#include "gen/enricher.pb-c.h"
#include "gen/personalizer.pb-c.h"
#include "services/personalizer/write/write.h"

/* All of the personalizer's SQL. Every function runs in the tenant of `ctx`. */

extern const struct lm_sql *const *const personalizer_sql[];

/* ---- how a tenant writes ---- */
LM_MUST_USE lm_code personalizer_config_load(struct lm_ctx *ctx, Personalizer__WritingConfig *out,
                                             lm_err *err);
LM_MUST_USE lm_code personalizer_config_save(struct lm_ctx *ctx, Personalizer__WritingConfig *c,
                                             lm_err *err);

/* ---- what is known of the reader; an older version changes nothing ---- */
LM_MUST_USE lm_code personalizer_company_save(struct lm_ctx *ctx, const Lm__Company *company,
                                              lm_err *err);
LM_MUST_USE lm_code personalizer_company_site_save(struct lm_ctx *ctx,
                                                   const Enricher__CompanyEnriched *site,
                                                   lm_err *err);
/* `is_ready`: qualified, with an address, not stopped; a sequence may be there already. */
LM_MUST_USE lm_code personalizer_lead_save(struct lm_ctx *ctx, const Lm__Lead *lead, bool *is_ready,
                                           lm_err *err);
LM_MUST_USE lm_code personalizer_lead_score_save(struct lm_ctx *ctx, const Scorer__Score *score,
                                                 bool *is_ready, lm_err *err);
/* `is_new`: this decision is above the stored one. */
LM_MUST_USE lm_code personalizer_lead_judge(struct lm_ctx *ctx, const char *lead_id,
                                            bool is_disqualified, int64_t version, bool *is_new,
                                            lm_err *err);
/* Nobody writes to this person again; the first reason stays. The lead need not be known. */
LM_MUST_USE lm_code personalizer_lead_stop(struct lm_ctx *ctx, const char *lead_id,
                                           const char *because, lm_err *err);
LM_MUST_USE lm_code personalizer_suppress(struct lm_ctx *ctx, const char *address_hash,
                                          const char *reason, lm_err *err);
LM_MUST_USE lm_code personalizer_leads_of_address(struct lm_ctx *ctx, const char *address_hash,
                                                  lm_str **ids, size_t *n, lm_err *err);
/* Those with a sequence that still runs or waits. */
LM_MUST_USE lm_code personalizer_leads_of_company(struct lm_ctx *ctx, const char *company_id,
                                                  lm_str **ids, size_t *n, lm_err *err);

struct personalizer_reader {
    struct write_lead lead;
    char *email, *company_id, *country;
    bool is_email_dead, is_qualified, is_disqualified, is_discarded, is_suppressed, has_sequence;
    bool no_mailing;   /* of the company: it asks for none */
    bool is_synthetic; /* the person or the company was made up */
    char *stopped_because;
};
/* Locks the lead, so that writing to it and stopping it come one after the other. LM_NOT_FOUND. */
LM_MUST_USE lm_code personalizer_reader_take(struct lm_ctx *ctx, const char *lead_id,
                                             struct personalizer_reader *out, lm_err *err);
/* Without the lock, to see under which name and address a message leaves. LM_NOT_FOUND. */
LM_MUST_USE lm_code personalizer_reader_load(struct lm_ctx *ctx, const char *lead_id,
                                             struct personalizer_reader *out, lm_err *err);
/* The best that nobody wrote to yet, with a score of at least `min_score`. */
LM_MUST_USE lm_code personalizer_leads_unwritten(struct lm_ctx *ctx, int min_score, int limit,
                                                 lm_str **ids, size_t *n, lm_err *err);

/* ---- sequences ---- */
/* With its messages in order. `lock`: until the transaction ends. LM_NOT_FOUND. */
LM_MUST_USE lm_code personalizer_sequence_load(struct lm_ctx *ctx, const char *lead_id, bool lock,
                                               Personalizer__Sequence *out, int64_t *start_at,
                                               lm_err *err);
/* The sequence and its messages, version 1 each. LM_CONFLICT: the lead has one. */
LM_MUST_USE lm_code personalizer_sequence_insert(struct lm_ctx *ctx,
                                                 const Personalizer__Sequence *s, int64_t start_at,
                                                 lm_err *err);
/* Write what may change and raise the version, in the row and in the message. */
LM_MUST_USE lm_code personalizer_sequence_save(struct lm_ctx *ctx, Personalizer__Sequence *s,
                                               lm_err *err);
LM_MUST_USE lm_code personalizer_message_save(struct lm_ctx *ctx, Personalizer__Message *m,
                                              lm_err *err);
/* Remembers a delivery's version; `is_new`: it is above the stored one. */
LM_MUST_USE lm_code personalizer_delivery_see(struct lm_ctx *ctx, const char *message_id,
                                              int64_t version, bool *is_new, lm_err *err);
/* Keeps this wording of the message; `made_by` is a user's id, or "writer". */
LM_MUST_USE lm_code personalizer_wording_keep(struct lm_ctx *ctx, const Personalizer__Message *m,
                                              const char *made_by, lm_err *err);
LM_MUST_USE lm_code personalizer_wordings_count(struct lm_ctx *ctx, const char *message_id,
                                                int64_t *n, lm_err *err);
/* LM_NOT_FOUND. */
LM_MUST_USE lm_code personalizer_message_lead(struct lm_ctx *ctx, const char *message_id,
                                              char **lead_id, lm_err *err);
/* Messages in DRAFT, the next planned first, from behind `after`; `last` is the last of them. */
LM_MUST_USE lm_code personalizer_drafts_list(struct lm_ctx *ctx, const struct lm_place *after,
                                             int limit, Personalizer__ListReviewQueueResponse *out,
                                             struct lm_place *last, lm_err *err);
LM_MUST_USE lm_code personalizer_stats_load(struct lm_ctx *ctx, Personalizer__MessageStats *out,
                                            lm_err *err);

#endif
