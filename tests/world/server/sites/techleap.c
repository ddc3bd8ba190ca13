/* SPDX-License-Identifier: Apache-2.0 */
/* The finder of start-ups: two of five companies, as JSON with domain, staff and, for half of them, funding. */
#include "tests/world/server/sites.h"

#include "common/str.h"
#include "tests/world/model/words.h"

#define HOST "finder.techleap.example"

enum { PAGE_ITEMS = 10 };

static bool is_listed(const struct world_company *c)
{
    return c->index % 5 == 0 || c->index % 5 == 2;
}

static bool is_hit(const struct world_company *c, lm_str words, lm_str city)
{
    const char *const texts[] = {c->name, c->sector->industry, c->sector->branche, c->topics[0],
                                 c->topics[1]};

    if (!is_listed(c) || (city.n && !lm_str_ieqz(city, c->town->name)))
        return false;
    for (size_t i = 0; i < LM_COUNT(texts); i++) {
        if (lm_str_ifind(lm_str_z(texts[i]), words, 0) >= 0)
            return true;
    }
    return false;
}

static void put(struct lm_buf *b, const char *key, const char *value)
{
    lm_buf_printf(b, ",\"%s\":", key);
    lm_buf_json(b, lm_str_z(value));
}

/* The last spelling, which is seldom that of the register. */
static void put_item(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_printf(b, "{\"id\":\"tl-%u\"", c->index);
    put(b, "company_name", c->spellings[c->n_spellings - 1]);
    lm_buf_printf(b, ",\"techleap_url\":\"/companies/tl-%u\",\"website\":\"https://www.%s/\"",
                  c->index, c->domain);
    put(b, "sector", c->sector->industry);
    put(b, "city", c->town->name);
    lm_buf_printf(b, ",\"employee_count\":%u,\"linkedin\":null", c->employees);
    if (c->index % 2 == 0)
        lm_buf_printf(b, ",\"raised\":true,\"total_raised\":%u,\"currency\":\"EUR\"",
                      100000 * (1 + c->index % 30));
    lm_buf_char(b, '}');
}

static void serve_search(const struct world *w, const struct world_request *req,
                         struct world_reply *reply)
{
    lm_str words = lm_str_trim(world_query(req, "q")), city = lm_str_trim(world_query(req, "city"));
    struct world_company c;
    uint64_t page = 1;
    unsigned n = 0;

    if (!lm_str_uint(world_query(req, "page"), &page) || page == 0)
        page = 1;
    reply->content_type = "application/json";
    lm_buf_appendz(&reply->body, "{\"results\":[");
    for (unsigned i = 0; i < w->n_companies; i++) {
        world_company(w, i, &c);
        if (!is_hit(&c, words, city) || n++ / PAGE_ITEMS + 1 != page)
            continue;
        lm_buf_appendz(&reply->body, (n - 1) % PAGE_ITEMS ? "," : "");
        put_item(&reply->body, &c);
    }
    lm_buf_printf(&reply->body, "],\"total\":%u}\n", n);
}

static void serve(void *state, const struct world_request *req, struct world_reply *reply)
{
    if (lm_str_eqz(req->path, "/robots.txt")) {
        reply->content_type = "text/plain; charset=utf-8";
        lm_buf_appendz(&reply->body, "User-agent: *\nDisallow: /account/\n");
    } else if (lm_str_eqz(req->path, "/companies")) {
        serve_search(state, req, reply);
    } else {
        reply->status = 404;
    }
}

static void refuse(struct world_reply *reply)
{
    reply->status = 200;
    lm_buf_appendz(&reply->body,
                   "<!DOCTYPE html><title>Finder</title><h1>Log in to continue</h1><form>"
                   "<input name=email><input name=password type=\"password\"></form>\n");
}

const struct world_site world_site_techleap = {
    .hosts = (const char *const[]){HOST, NULL},
    .settings = (const char *const[]){"LM_SCRAPER_TECHLEAP_URL=http://" HOST,
                                      "LM_SCRAPER_TECHLEAP_DELAY=0ms", NULL},
    .searches = (const char *const[]){"{\"source\":\"TECHLEAP\",\"max_pages\":5}", NULL},
    .serve = serve,
    .refuse = refuse,
};
