/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_SITES_H
#define WORLD_SITES_H

#include "tests/world/model/world.h"
#include "tests/world/server/http.h"

/*
 * The world's public sites: job boards, registries, APIs. Each is a file in sites/ with one `const struct world_site
 * world_site_<name>`. Their list is that of the sources companies are searched in (lm.Source in proto/lm.proto, marked
 * searched): a source that has no site here does not link.
 */
struct world_site {
    const char *const *hosts;    /* it answers on; NULL-terminated, as the others */
    const char *const *settings; /* "LM_SCRAPER_…=…": what points the product here */
    const char *const *searches; /* bodies of POST /scrape/start: what the sample run asks here */
    /* What `serve` is called with; both NULL: the world itself. */
    void *(*start)(const struct world *w);
    void (*stop)(void *state);
    void (*serve)(void *state, const struct world_request *req, struct world_reply *reply);
    /* What it shows to whom it takes for a machine, instead of a page. NULL: 403 and nothing else. */
    void (*refuse)(struct world_reply *reply);
};

struct world_sites;
struct world_sites *world_sites_new(const struct world *w);
void world_sites_free(struct world_sites *s);
/* False: no site has this host. */
bool world_sites_serve(struct world_sites *s, const struct world_request *req,
                       struct world_reply *reply);
/*
 * The next `n` requests to the site of this host are refused, all when -1, but for those of robots.txt; `after` others
 * pass first. A host of none of them: every site.
 */
void world_sites_block(struct world_sites *s, lm_str host, int after, int n);
/* "hosts" (for a hosts file), "settings" or "searches", to stdout; false when there is no such list. */
LM_MUST_USE bool world_sites_print(const char *what, const char *addr);

#define SOURCE(name) extern const struct world_site world_site_##name;
#include "gen/sources.lm.h"
#undef SOURCE

/* A company's own site. */
void world_company_serve(const struct world *w, const struct world_company *c,
                         const struct world_request *req, struct world_reply *reply);

#endif
