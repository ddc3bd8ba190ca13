/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list of scale-ups: one company in three. JSON to whoever shows its key, a page of cards to all others; a wrong key
 * is refused.
 */
#include "tests/world/server/sites.h"

#include "common/str.h"
#include "tests/world/model/words.h"
#include "tests/world/server/pages.h"

#define HOST "app.dealroom.example"

enum { PAGE_ITEMS = 10 };

static bool is_hit(const struct world_company *c, lm_str words)
{
    const char *const texts[] = {c->name, c->sector->industry, c->topics[0], c->topics[1]};

    for (size_t i = 0; c->index % 3 == 0 && i < LM_COUNT(texts); i++) {
        if (lm_str_ifind(lm_str_z(texts[i]), words, 0) >= 0)
            return true;
    }
    return false;
}

static unsigned funding_of(const struct world_company *c)
{
    return c->index % 4 ? 250000 * (1 + c->index % 40) : 0;
}

/* ---- how an entry is shown ---- */

static void put_item(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_printf(b, "{\"id\":%u,\"name\":", 70000 + c->index);
    lm_buf_json(b, lm_str_z(c->name));
    lm_buf_printf(b,
                  ",\"dealroom_url\":\"http://" HOST "/companies/c%u\",\"domain\":\"%s\","
                  "\"website\":\"http://%s\",\"linkedin_url\":null,\"industries\":[{\"name\":",
                  c->index, c->domain, c->domain);
    lm_buf_json(b, lm_str_z(c->sector->industry));
    lm_buf_printf(b,
                  "},\"%s\"],\"employees\":{\"value\":%u,\"min\":null},\"hq_city\":", c->topics[0],
                  c->employees);
    lm_buf_json(b, lm_str_z(c->town->name));
    lm_buf_printf(
        b,
        ",\"country\":\"Netherlands\",\"funding\":{\"total\":%u,\"rounds\":%u,\"currency\":"
        "\"EUR\"},\"tagline\":\"Est. %u\"}",
        funding_of(c), funding_of(c) ? 1 + c->index % 3 : 0, c->founded);
}

static void put_card(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_printf(b,
                  "<div class=\"table-row entity-card css-%x\" data-id=\"%u\"><style>.x{}</style>"
                  "<a class=\"entity-name\" href=\"/companies/c%u\">",
                  c->index, 70000 + c->index, c->index);
    put_text(b, c->name);
    lm_buf_printf(b,
                  "</a><a class=\"website-link\" rel=nofollow href=\"http://%s\">site</a>"
                  "<span class=\"industries\">",
                  c->domain);
    put_text(b, c->sector->industry);
    lm_buf_printf(b, "</span><span class=\"employees-count\">%u</span><span class=\"hq-location\">",
                  c->employees);
    put_text(b, c->town->name);
    lm_buf_appendz(b, "</span><span class=\"total-funding\">");
    if (funding_of(c))
        lm_buf_printf(b, "&euro;%u", funding_of(c));
    else
        lm_buf_appendz(b, "&ndash;");
    lm_buf_printf(b, "</span><p class=\"tagline\">Est. %u</p></div>\n", c->founded);
}

/* ---- the list ---- */

static void serve_search(const struct world *w, const struct world_request *req,
                         struct world_reply *reply, bool is_json)
{
    bool is_here = lm_str_ieqz(world_query(req, "country"), "Netherlands");
    lm_str words = lm_str_trim(world_query(req, "q"));
    struct lm_buf *b = &reply->body;
    struct world_company c;
    uint64_t page = 1;
    unsigned n = 0;

    if (!lm_str_uint(world_query(req, "page"), &page) || page == 0)
        page = 1;
    if (is_json)
        reply->content_type = "application/json";
    lm_buf_appendz(b, is_json ? "{\"items\":[" : "<!DOCTYPE html><title>Companies</title><main>\n");
    for (unsigned i = 0; is_here && i < w->n_companies; i++) {
        world_company(w, i, &c);
        if (!is_hit(&c, words) || n++ / PAGE_ITEMS + 1 != page)
            continue;
        lm_buf_appendz(b, is_json && (n - 1) % PAGE_ITEMS ? "," : "");
        (is_json ? put_item : put_card)(b, &c);
    }
    if (n <= (page - 1) * PAGE_ITEMS && !is_json)
        lm_buf_appendz(b, "<div class=\"empty-state\">No companies match</div>");
    lm_buf_appendz(b, is_json ? "]}\n" : "</main>\n");
}

static void serve(void *state, const struct world_request *req, struct world_reply *reply)
{
    lm_str key = world_header(req, "Authorization");

    if (lm_str_eqz(req->path, "/robots.txt")) {
        reply->content_type = "text/plain; charset=utf-8";
        lm_buf_appendz(&reply->body, "User-agent: *\nDisallow: /users/\nAllow: /companies\n");
    } else if (!lm_str_eqz(req->path, "/companies")) {
        reply->status = 404;
    } else if (key.n && !lm_str_eqz(key, "Bearer world-key")) {
        reply->status = 401;
        reply->content_type = "application/json";
        lm_buf_appendz(&reply->body, "{\"error\":\"invalid token\"}\n");
    } else {
        serve_search(state, req, reply, key.n > 0);
    }
}

static void refuse(struct world_reply *reply)
{
    reply->status = 200;
    lm_buf_appendz(&reply->body,
                   "<!DOCTYPE html><title>Dealroom</title><h1>Log in to Dealroom</h1><form>"
                   "<input name=user><input type=\"password\"></form>\n");
}

const struct world_site world_site_dealroom = {
    .hosts = (const char *const[]){HOST, NULL},
    .settings = (const char *const[]){"LM_SCRAPER_DEALROOM_URL=http://" HOST,
                                      "LM_SCRAPER_DEALROOM_DELAY=0ms", NULL},
    .searches =
        (const char *const[]){
            "{\"source\":\"DEALROOM\",\"filters\":{\"country\":\"NL\"},\"max_pages\":5}", NULL},
    .serve = serve,
    .refuse = refuse,
};
