/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SCRAPER_SOURCES_H
#define TEST_SCRAPER_SOURCES_H

#include "tests/lm_test.h"

#include "services/scraper/sources/sources.h"

/* Settings and rules of all sources, as they are without a configuration. */
static inline void load_sources(struct lm_test *t)
{
    assert_ok(lm_config_load(NULL, scraper_sources_config, &t->err), &t->err);
    assert_ok(scraper_sources_check(&t->err), &t->err);
}

#endif
