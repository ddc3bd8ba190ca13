/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_KNOWN_H
#define SCRAPER_KNOWN_H

#include "common/ctx.h"
#include "services/scraper/match/names.h"

/*
 * Which companies of the tenant bear a name like this: from the names that this process has in memory
 * (match/names.h), after reading from the tables what came since. A name gets its number (company.named,
 * company_record.named) behind the tenant's gate, so those that are committed come in the order of their numbers,
 * whichever replica wrote them; the transaction's own are read as well. What is in memory may be out of date: look the
 * company up.
 *
 * The first question for a tenant reads all its names, a million in a few seconds. Tenants that were not
 * asked for longest make room (scraper.names_memory). To be called inside scraper_intake_lock.
 * Errors: those of the database; LM_DEADLINE; LM_UNAVAILABLE: more tenants at once than there is room for.
 */
LM_MUST_USE lm_code scraper_known_like(struct lm_ctx *ctx, lm_str normalized,
                                       struct scraper_alike *out, size_t most, size_t *n,
                                       lm_err *err);

enum { SCRAPER_KNOWN_MOST = 32 }; /* that can be the same as one name */
struct scraper_ids {
    char (*v)[LM_ID_SIZE];
    size_t n;
};
/* For each of many names, the companies that can be the same; out[] is the caller's. */
LM_MUST_USE lm_code scraper_known_same(struct lm_ctx *ctx, const struct scraper_called *names,
                                       size_t n, struct scraper_ids *out, lm_err *err);

#endif
