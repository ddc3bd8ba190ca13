/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_COMPANIES_H
#define GATEWAY_COMPANIES_H

#include "common/ctx.h"
#include "services/gateway/columns/table.h"

/*
 * The listed companies of the tenant as columns, as the views have them now: what changed since the
 * last time is read first (migrations/gateway/0002), so that every replica says the same, and who
 * has just written something sees it. Tenants that nobody asked about for longest make room
 * (gateway.columns_memory).
 */
enum gateway_company_word {
    GATEWAY_COMPANY_STATUS, /* names of lm.CompanyStatus and lm.Source */
    GATEWAY_COMPANY_SOURCE,
    GATEWAY_COMPANY_COUNTRY,
    GATEWAY_COMPANY_INDUSTRY,
    GATEWAY_COMPANY_CITY,
    GATEWAY_COMPANY_WORDS
};
enum gateway_company_number {
    GATEWAY_COMPANY_EMPLOYEES,
    GATEWAY_COMPANY_VACANCIES,
    GATEWAY_COMPANY_BEST_SCORE,
    GATEWAY_COMPANY_NUMBERS
};
enum gateway_company_flag {
    GATEWAY_COMPANY_HAS_DOMAIN,
    GATEWAY_COMPANY_HAS_EMAIL,
    GATEWAY_COMPANY_HAS_PHONE,
    GATEWAY_COMPANY_HAS_LINKEDIN,
    GATEWAY_COMPANY_HAS_FUNDING,
    GATEWAY_COMPANY_HAS_LEADS,
    GATEWAY_COMPANY_FLAGS
};

struct gateway_held;
/*
 * Nobody else has the tenant's table until gateway_companies_give, or until the work of ctx is over;
 * it does not wait for the network in between.
 *
 * Errors: LM_UNAVAILABLE with retry_after_ms: it is being read for the first time, which takes a
 * second or two for a million; or it does not fit into gateway.columns_memory.
 */
LM_MUST_USE lm_code gateway_companies_take(struct lm_ctx *ctx, struct gateway_held **out,
                                           const struct gateway_table **table, lm_err *err);
void gateway_companies_give(struct gateway_held *held);
/* False: it is not here, or not whole, and reading it costs more than asking the database. */
bool gateway_companies_are_here(const struct lm_ctx *ctx);

#endif
