/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_KNOWN_H
#define SCRAPER_KNOWN_H

#include "common/ctx.h"
#include "services/scraper/match/names.h"

/*
 * Which companies of the tenant bear a name like this: from the names that this process has in memory
 * (match/names.h), after reading from the table what came since. A name gets its number (company.named) behind
 * the tenant's gate, so those that are committed come in the order of their numbers, whichever replica wrote
 * them; the transaction's own are read as well. What is in memory may be out of date: look the company up.
 *
 * The first question for a tenant reads all its names, a million in a few seconds. Tenants that were not
 * asked for longest make room (scraper.names_memory). To be called inside scraper_intake_lock.
 * Until the arena is rewound or freed, others who ask for this tenant wait.
 * Errors: those of the database; LM_DEADLINE; LM_UNAVAILABLE: more tenants at once than there is room for.
 */
LM_MUST_USE lm_code scraper_known_like(struct lm_ctx *ctx, lm_str normalized,
                                       struct scraper_alike *out, size_t most, size_t *n,
                                       lm_err *err);

#endif
