/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SCRAPER_PGTEST_H
#define TEST_SCRAPER_PGTEST_H

#include "tests/pg/drive.h" /* first: cmocka */

#include "gen/scraper.lm.h"
#include "services/scraper/store.h"

/* The scraper, as LM_PGTEST_MAIN takes it: all of it but its settings. */
static const struct lm_service scraper = {
    .name = "scraper",
    .sql = scraper_sql,
    .calls = scraper_calls,
    .events = scraper_events,
    .jobs = scraper_jobs,
};

#endif
