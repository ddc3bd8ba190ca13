/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pg/lm_pgtest.h"

#include "services/enricher/store.h"

static void prepares_every_statement(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static const struct lm_service enricher = {.name = "enricher", .sql = enricher_sql};
LM_PGTEST_MAIN(enricher, LM_PGTEST(prepares_every_statement))
