/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_SOURCES_H
#define SCRAPER_SOURCES_H

#include "common/err.h"
#include "gen/lm.pb-c.h"

/*
 * Where companies are searched. A source is a table of pure functions: it says which page to fetch
 * and reads what came back. Fetching, pacing and keeping are the job's (work.c). A new source is
 * one file with one `const struct scraper_source` and its line in list.h.
 */

struct scraper_query {
    lm_str base_url; /* of the site, without slash at its end */
    lm_str keyword;
    lm_str location; /* {NULL, 0}: the source's own default */
    int page;        /* counts from 0 */
};

/* One advertised vacancy. All but key and company may be {NULL, 0}. */
struct scraper_posting {
    lm_str key; /* the source's own identity of it */
    lm_str company;
    lm_str title;
    lm_str location;
    lm_str company_url; /* the company's page at the source, absolute */
    lm_str url;         /* the vacancy's public page, absolute */
};

struct scraper_page {
    struct scraper_posting *postings;
    size_t n;
    bool has_next;
};

struct scraper_source {
    const char *name; /* "indeed" */
    Lm__Source id;
    const char *description;
    const char *const *filters; /* names of Filters' fields, NULL-terminated */
    const char *default_base_url;
    /* Absolute, escaped. */
    lm_str (*search_url)(struct lm_arena *a, const struct scraper_query *q);
    /*
     * One bad entry never fails a page. Errors: LM_UNAVAILABLE: the page is a block, a challenge or a
     * login wall, or nothing this source knows; never reported as "no vacancies".
     */
    lm_code (*parse)(struct lm_arena *a, lm_str body, lm_str base_url, struct scraper_page *out,
                     lm_err *err);
};

/* NULL: no source of this name (any case) or id. */
const struct scraper_source *scraper_source_find(lm_str name);
const struct scraper_source *scraper_source_by_id(Lm__Source id);
/* All of them, NULL-terminated. */
extern const struct scraper_source *const scraper_sources[];

#define SOURCE(name) extern const struct scraper_source scraper_source_##name;
#include "services/scraper/sources/list.h"
#undef SOURCE

#endif
