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

/* What a source makes of a fixture that came from `url`; `q` NULL: no filters were asked for. */
static inline lm_code read_fixture(struct lm_test *t, const struct scraper_source *source,
                                   const struct scraper_query *q, const char *url,
                                   const char *fixture, struct scraper_page *page)
{
    static const Scraper__Filters none = SCRAPER__FILTERS__INIT;
    static const struct scraper_query plain = {.filters = &none};
    const struct scraper_answer answer = {
        .url = lm_str_z(url), .body = lm_test_fixture(t, fixture), .status = 200};

    load_sources(t);
    lm_err_clear(&t->err);
    *page = (struct scraper_page){.n = 0};
    return source->parse(t->arena, q ? q : &plain, &answer, page, &t->err);
}

#endif
