/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_H
#define ENRICHER_H

#include "common/ctx.h"
#include "gen/enricher.pb-c.h"

/* What the files of the enricher share: its settings, its companies, and how people are kept. */

struct enricher_settings {
    const char *const *guess_tlds; /* NULL-terminated */
    const char *const *schemes;    /* https, http: in the order they are tried */
    int64_t guesses;               /* domains tried for a company without one */
    int64_t max_pages;             /* of one site, the home page included */
    uint64_t max_page_bytes, max_site_bytes;
    int64_t fetch_timeout_ms;
};
extern struct enricher_settings enricher_settings;

/* A company: the scraper's record, and what research has found. */
struct enricher_company {
    Lm__Company *facts;
    lm_str found_domain, industry_words, location, description;
    bool has_employee_count;
    int32_t employee_count;
    Lm__CompanyStatus status; /* NEW, ENRICHED, NO_CONTACT */
    int64_t version;
};

/*
 * Keeps a person, inside the open transaction: somebody of that name at that company gets what was
 * missing, else a new lead is made; an address that was seen replaces a guess. Tells LeadEnriched when
 * anything changed. *kept is false when the person was erased. `lead` is afterwards the lead as it stands.
 */
LM_MUST_USE lm_code enricher_lead_keep(struct lm_ctx *ctx, Lm__Lead *lead, Lm__Company *company,
                                       bool *kept, lm_err *err);
/* The event of a row that was just written. */
LM_MUST_USE lm_code enricher_tell_lead(struct lm_ctx *ctx, Lm__Lead *lead, Lm__Company *company,
                                       lm_err *err);

/* Queues research of a company; `id` (may be NULL) gets the job's. */
LM_MUST_USE lm_code enricher_research_queue(struct lm_ctx *ctx, const char *company_id,
                                            char id[LM_ID_SIZE], lm_err *err);

/* What is to be known of the company when a lead is told: the scraper's facts, completed by research. */
Lm__Company *enricher_company_whole(struct lm_arena *a, const struct enricher_company *c);

#endif
