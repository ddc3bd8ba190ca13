/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_PGTEST_FILL_H
#define LM_PGTEST_FILL_H

#include "tests/pg/lm_pgtest.h"

/*
 * `rows` rows in each table of the service's tenants, half of them LM_PGTEST_TENANT's and half the other's,
 * analysed. Columns of an index get a value a row, others one of four, so that only what an index is
 * for looks selective. The checks of the tables are dropped first: values are made from the types
 * alone. Tables of which a tenant has a handful stay empty: whatever is done to them is cheap.
 */
void lm_pgtest_fill(struct lm_pgtest *t, int rows);
/* Those too of which a tenant has a handful. */
void lm_pgtest_fill_all(struct lm_pgtest *t, int rows);

#endif
