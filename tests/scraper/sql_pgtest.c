/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pg/lm_pgtest.h"

#include "gen/scraper.lm.h"
#include "services/scraper/store.h"

static void prepares_every_statement(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static const struct lm_service scraper = {.name = "scraper", .sql = scraper_sql};
LM_PGTEST_MAIN(scraper, LM_PGTEST(prepares_every_statement))
