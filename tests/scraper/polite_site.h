/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SCRAPER_POLITE_SITE_H
#define TEST_SCRAPER_POLITE_SITE_H

#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include <pthread.h>
#include <stdatomic.h>

#include "services/scraper/fetch/fetch.h"
#include "tests/scraper/web.h"

/* A source and its site, which keeps a record of what it was asked; LM_PGTEST_MAIN takes SITE_TEST(fn). */

enum { REPLICAS = 2, THREADS = 4, MOST_HITS = 256 };

extern struct scraper_site where;
extern struct scraper_source probe;
/* What it answers. */
extern struct polite_site {
    const char *robots;
    int robots_status;
    int64_t robots_ms, page_ms; /* they take that long */
    const char *robots_headers;
    atomic_int failures; /* of /page, still to come */
    int fail_status;
    const char *fail_headers, *page_headers;
    lm_str page;
} site;
/* What was asked, in order. */
extern struct polite_hits {
    pthread_mutex_t mutex;
    struct hit {
        char path[128], condition[64], agent[128];
        int64_t at_ms;
    } v[MOST_HITS];
    int n;
} hits;

int count_hits(const char *path);
int open_site(void **state);
int close_site(void **state);
lm_code go_on(struct lm_ctx *ctx LM_UNUSED, void *arg LM_UNUSED, lm_err *err LM_UNUSED);
lm_code stop_waiting(struct lm_ctx *ctx LM_UNUSED, void *arg LM_UNUSED, lm_err *err);
lm_code ask_as(struct lm_ctx *ctx, const char *path, bool is_api, struct scraper_fetched *out,
               lm_err *err);
lm_code ask_for(struct lm_ctx *ctx, const char *path, struct scraper_fetched *out, lm_err *err);
lm_code ask(struct lm_pgtest *t, const char *path, struct scraper_fetched *out);
/* Asks, and says that it was a good page with cards on it. */
void read_page(struct lm_pgtest *t, const char *path);
/* All at once: threads of two replicas, and of two tenants. How many of them got what they asked for. */
int try_together(struct lm_pgtest *t, const char *path, int times);
void ask_together(struct lm_pgtest *t, const char *path, int times);
/* The shortest time between two requests for pages. */
int64_t shortest_gap_ms(void);

#define SITE_TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, close_site)

#endif
