/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TEST_COMPANIES_H
#define GATEWAY_TEST_COMPANIES_H

#include "gen/gateway.lm.h"
#include "tests/pg/drive.h"

/* Companies of the gateway's views as events make them, and filters over them in both languages. */
enum { COMPANIES = 60, LEADS = 90, FILTERS = 7 };

void companies_seed(uint64_t from);
unsigned companies_pick(unsigned n); /* below n */
char *companies_id(struct lm_pgtest *t, unsigned i);
void companies_fill(struct lm_pgtest *t, unsigned i, int64_t version, Lm__Company *c);

/* Each delivers the event; what it says is random. */
void companies_change(struct lm_pgtest *t, unsigned i, int64_t version);
void companies_go_up(struct lm_pgtest *t, unsigned i, int64_t version);
void companies_research(struct lm_pgtest *t, unsigned i, int64_t version);
void companies_lead(struct lm_pgtest *t, unsigned i, int64_t version);
void companies_live(struct lm_pgtest *t, int64_t version); /* any of these */

#define LISTED "is_listed AND tenant_id = '" LM_PGTEST_TENANT "'"
extern const char *const companies_as_sql[FILTERS];
void companies_filter(struct lm_pgtest *t, int i, Gateway__CompanyFilters *f);
Gateway__ValueFilter *companies_values(struct lm_pgtest *t, const char *first, const char *second,
                                       bool exclude);
Gateway__CountCompaniesResponse *companies_count(struct lm_pgtest *t, struct lm_proc *proc,
                                                 int filter, const char *search);

/* Before the tests of a file: the service, its settings, the time. */
void companies_begin(void);

#endif
