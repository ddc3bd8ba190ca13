/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The network: a search of companies and their public pages, whose facts stand in JSON-LD or, for every third company,
 * in the markup only. Whom it takes for a machine it sends to its login wall, as the real one does.
 */
#include "tests/world/server/sites.h"

#include "common/arena.h"
#include "common/str.h"
#include "tests/world/model/words.h"
#include "tests/world/server/pages.h"

#define HOST "www.linkedin.example"

enum { PAGE_CARDS = 10 };

static const char *range_of(unsigned employees)
{
    static const struct {
        unsigned most;
        const char *text;
    } ranges[] = {{10, "2-10"}, {50, "11-50"}, {200, "51-200"}, {500, "201-500"}};

    for (size_t i = 0; i < LM_COUNT(ranges); i++) {
        if (employees <= ranges[i].most)
            return ranges[i].text;
    }
    return "501-1,000";
}

/* One in four is not there. The others' slug is their name and number. */
static bool is_member(const struct world_company *c)
{
    return c->index % 4 != 1;
}

static const char *trade(const struct world_company *c)
{
    return in_language(c, c->sector->branche, c->sector->industry);
}

/* ---- search ---- */

static bool is_hit(const struct world_company *c, lm_str words)
{
    const char *const texts[] = {c->name, c->sector->industry, c->sector->branche};

    for (size_t i = 0; is_member(c) && i < LM_COUNT(texts); i++) {
        if (lm_str_ifind(lm_str_z(texts[i]), words, 0) >= 0)
            return true;
    }
    return false;
}

static void write_card(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_printf(
        b,
        "<li class=\"reusable-search__result-container\"><div class=\"entity-result\n   "
        "entity-result--divider\"><!----><a class=\"app-aware-link\" data-tracking-will-navigate "
        "href=\"/company/c%u/?trk=search\"><img alt=\"\"></a>"
        "<span class=\"entity-result__title-text\">\n  ",
        c->index);
    put_text(b, c->name); /* without its legal form, as people know it */
    lm_buf_appendz(b, "\n</span><p class=\"entity-result__primary-subtitle\">");
    put_text(b, trade(c));
    lm_buf_appendz(b, "</p><p class=\"entity-result__secondary-subtitle\">");
    put_text(b, c->town->name);
    lm_buf_printf(b, "</p><p class=\"entity-result__summary\">%s %s</p></div></li>\n",
                  range_of(c->employees), in_language(c, "werknemers", "employees"));
}

static void serve_search(const struct world *w, const struct world_request *req,
                         struct world_reply *reply)
{
    lm_str words = lm_str_trim(world_query(req, "keywords"));
    struct lm_buf *b = &reply->body;
    uint64_t page = 1;
    unsigned n = 0;
    struct world_company c;

    if (!lm_str_uint(world_query(req, "page"), &page) || page == 0)
        page = 1;
    lm_buf_appendz(b,
                   "<!DOCTYPE html><html><title>Search | Network</title><ul class=\"results\">\n");
    for (unsigned i = 0; i < w->n_companies; i++) {
        world_company(w, i, &c);
        if (is_hit(&c, words) && n++ / PAGE_CARDS + 1 == page)
            write_card(b, &c);
    }
    if (n <= (page - 1) * PAGE_CARDS)
        lm_buf_appendz(b, "<div class=\"search-no-results__container\">No results</div>");
    lm_buf_appendz(b, "</ul></html>\n");
}

/* ---- a company ---- */

static void write_json(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_appendz(
        b, "<script type=\"application/ld+json\">{\"@context\":\"http://schema.org\",\"@graph\":["
           "{\"@type\":\"WebPage\",\"name\":\"x\"},{\"@type\":\"Organization\",\"name\":");
    lm_buf_json(b, lm_str_z(c->name));
    lm_buf_printf(b, ",\"sameAs\":\"http://www.%s/\",\"slogan\":", c->domain);
    lm_buf_json(b, lm_str_z(trade(c)));
    lm_buf_appendz(b, ",\"address\":{\"@type\":\"PostalAddress\",\"streetAddress\":");
    lm_buf_json(b, lm_str_z(c->street));
    lm_buf_appendz(b, ",\"addressLocality\":");
    lm_buf_json(b, lm_str_z(c->town->name));
    lm_buf_printf(b, ",\"postalCode\":\"%s\",\"addressCountry\":\"NL\"}", c->postal_code);
    lm_buf_printf(
        b, ",\"numberOfEmployees\":{\"@type\":\"QuantitativeValue\",\"value\":%u}}]}</script>",
        c->employees);
}

static void write_facts(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_printf(b,
                  "<a data-tracking-control-name=\"about_website\" "
                  "href=\"http://" HOST
                  "/redir/redirect?url=http%%3A%%2F%%2Fwww.%s%%2F&amp;trk=x\">",
                  c->domain);
    put_text(b, c->domain);
    lm_buf_printf(
        b, "</a><div data-test-id=\"about-us__size\"><dt>Size</dt><dd>%s employees</dd></div>",
        range_of(c->employees));
    lm_buf_appendz(b, "<div data-test-id=\"about-us__headquarters\"><dt>HQ</dt><dd>");
    put_text(b, c->town->name);
    lm_buf_appendz(b, "</dd></div>");
}

static void serve_company(const struct world *w, lm_str slug, struct world_reply *reply)
{
    struct lm_buf *b = &reply->body;
    struct world_company c;
    uint64_t i;

    if (slug.n && slug.p[slug.n - 1] == '/')
        slug.n--;
    if (!lm_str_starts(slug, LM_STR("c")) || !lm_str_uint(lm_str_sub(slug, 1, slug.n), &i) ||
        i >= w->n_companies) {
        reply->status = 404;
        return;
    }
    world_company(w, (unsigned)i, &c);
    lm_buf_appendz(b, "<!DOCTYPE html><html><head>");
    if (i % 3 != 2)
        write_json(b, &c);
    lm_buf_appendz(b, "</head><body><h1 class=\"top-card-layout__title\">");
    put_text(b, c.name);
    lm_buf_appendz(b, "</h1><div data-test-id=\"about-us__industry\"><dt>Industry</dt><dd>");
    put_text(b, trade(&c));
    lm_buf_appendz(b, "</dd></div>");
    if (i % 3 == 2)
        write_facts(b, &c);
    /* Everybody is asked to sign in, whatever they were shown. */
    lm_buf_appendz(b, "<form action=\"/uas/login-submit\"><input name=\"session_password\" "
                      "type=\"password\"></form></body></html>\n");
}

static void serve(void *state, const struct world_request *req, struct world_reply *reply)
{
    static const lm_str company = LM_STR("/company/");

    if (lm_str_eqz(req->path, "/robots.txt")) {
        reply->content_type = "text/plain; charset=utf-8";
        lm_buf_appendz(&reply->body, "User-agent: *\nDisallow: /in/\nDisallow: /authwall\n");
    } else if (lm_str_eqz(req->path, "/search/results/companies/")) {
        serve_search(state, req, reply);
    } else if (lm_str_starts(req->path, company)) {
        serve_company(state, lm_str_sub(req->path, company.n, req->path.n), reply);
    } else if (lm_str_eqz(req->path, "/authwall")) {
        lm_buf_appendz(&reply->body,
                       "<!DOCTYPE html><title>Sign up | Network</title><form>"
                       "<input name=\"session_password\" type=\"password\"></form>\n");
    } else {
        reply->status = 404;
    }
}

/* To the wall, as the real one does it: a page that is no error. */
static void refuse(struct world_reply *reply)
{
    reply->status = 200;
    lm_buf_appendz(&reply->body, "<!DOCTYPE html><html><head><script>window.location.href = "
                                 "\"http://" HOST "/authwall?trk=gf\";</script></head></html>\n");
}

const struct world_site world_site_linkedin = {
    .hosts = (const char *const[]){HOST, NULL},
    .settings = (const char *const[]){"LM_SCRAPER_LINKEDIN_URL=http://" HOST,
                                      "LM_SCRAPER_LINKEDIN_DELAY=0ms", NULL},
    .searches =
        (const char *const[]){
            "{\"source\":\"LINKEDIN\",\"keywords\":[\"Software\",\"Marketing\"],\"max_pages\":3}",
            NULL},
    .serve = serve,
    .refuse = refuse,
};
