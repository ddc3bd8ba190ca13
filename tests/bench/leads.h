/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BENCH_LEADS_H
#define LM_BENCH_LEADS_H

#include "tests/bench/load.h"

/*
 * Leads in the gateway's views, as events would have put them there: ten to a company, named by
 * bench_name, with every status and class; one comes each second, the last one is the newest. `from` is how
 * many there are already.
 */
void bench_leads_fill(PGconn *pg, const char *tenant, size_t from, size_t to);
/* A last name that about `share` of 10,000 leads have: 1, 10, 100. */
const char *bench_lead_surname(size_t i, char out[32]);

/* Companies of the same kind, without leads. */
void bench_companies_fill(PGconn *pg, const char *tenant, size_t from, size_t to);

#endif
