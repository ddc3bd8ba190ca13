/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The listings: businesses of a trade in a town, one company in three, most with a phone number, some with site and
 * mail. The first page is in the older markup, later ones in the newer, as the real one had both. A second host has the
 * same listings as an application: pages that are empty until a script has fetched what they show.
 */
#include "tests/world/server/sites.h"

#include "common/arena.h"
#include "common/str.h"
#include "tests/world/model/words.h"
#include "tests/world/server/pages.h"

#define HOST "www.justdial.example"
#define APP  "app.justdial.example"

enum { PAGE_ITEMS = 10 };

struct asked {
    lm_str town, trade;
    uint64_t page;
};

/* "/Den-Haag/software/page-2" */
static bool read_path(const struct world_request *req, struct asked *out)
{
    lm_str rest = lm_str_sub(req->path, 1, req->path.n), page;

    *out = (struct asked){.page = 1};
    if (!lm_str_split(&rest, '/', &out->town) || !lm_str_split(&rest, '/', &out->trade) ||
        !out->town.n || !out->trade.n)
        return false;
    if (!lm_str_split(&rest, '/', &page))
        return true;
    return lm_str_starts(page, LM_STR("page-")) &&
           lm_str_uint(lm_str_sub(page, 5, page.n), &out->page) && out->page > 0;
}

/* As a part of a path: blanks are hyphens there. */
static bool is_town(struct lm_arena *a, const struct world_company *c, lm_str town)
{
    char *name = lm_arena_strdup(a, c->town->name);

    for (char *p = name; *p; p++)
        *p = *p == ' ' ? '-' : *p;
    return lm_str_ieqz(town, "Nederland") || lm_str_ieqz(town, name);
}

static bool is_hit(struct lm_arena *a, const struct world_company *c, const struct asked *asked)
{
    const char *const texts[] = {c->sector->industry, c->sector->branche, c->sector->word,
                                 c->topics[0], c->topics[1]};

    for (size_t i = 0; c->index % 3 == 1 && i < LM_COUNT(texts); i++) {
        if (lm_str_ifind(lm_str_z(texts[i]), asked->trade, 0) >= 0)
            return is_town(a, c, asked->town);
    }
    return false;
}

static void put_contact(struct lm_buf *b, const struct world_company *c)
{
    if (c->index % 2)
        lm_buf_printf(b, "<a class=\"website\" href=\"http://www.%s/\">Website</a>", c->domain);
    if (c->index % 4 == 0)
        lm_buf_printf(b, "<a href=\"mailto:info@%s?subject=Hello\">Mail</a>", c->domain);
}

static void put_older(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_printf(
        b,
        "<li class=\"cntanr\" id=\"bcard%u\"><h2 class=\"store-name\"><span class=\"jcn\">"
        "<a href=\"/%u-listing\">",
        c->index, c->index);
    put_text(b, c->spellings[0]);
    lm_buf_appendz(b, "</a></span></h2>");
    if (c->shows_phone)
        lm_buf_printf(b, "<p class=\"contact-info \"><span><b>%s</b></span></p>", c->phone);
    lm_buf_appendz(b, "<span class=\"mrehover dn\">");
    put_text(b, c->street);
    lm_buf_appendz(b, ", ");
    put_text(b, c->town->name);
    lm_buf_appendz(b, "</span>");
    put_contact(b, c);
    lm_buf_appendz(b, "</li>\n");
}

static void put_newer(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_printf(b,
                  "<div class=\"resultbox_info css-%x\" data-docid=\"bcard%u\"><h3>"
                  "<a class=\"resultbox_title_anchor line_clamp_1\" href=\"/%u-listing\">",
                  c->index, c->index, c->index);
    put_text(b, c->spellings[0]);
    lm_buf_appendz(b, "</a></h3><ul><li class=\"resultbox_totalrate\">4.1</li></ul>"
                      "<div class=\"locatcity\">");
    put_text(b, c->town->name);
    lm_buf_appendz(b, "</div>");
    if (c->shows_phone)
        lm_buf_printf(b, "<span class=\"callcontent\">%s</span>", c->phone);
    put_contact(b, c);
    lm_buf_appendz(b, "</div>\n");
}

static void serve_list(const struct world *w, const struct world_request *req,
                       const struct asked *asked, struct world_reply *reply)
{
    struct lm_buf *b = &reply->body;
    struct world_company c;
    unsigned n = 0;

    lm_buf_appendz(b, "<!DOCTYPE html><html><head><title>Listings</title></head><body><ul>\n");
    for (unsigned i = 0; i < w->n_companies; i++) {
        world_company(w, i, &c);
        if (is_hit(req->arena, &c, asked) && n++ / PAGE_ITEMS + 1 == asked->page)
            (asked->page == 1 ? put_older : put_newer)(b, &c);
    }
    lm_buf_appendz(b, "</ul>");
    if (n <= (asked->page - 1) * PAGE_ITEMS)
        lm_buf_appendz(b, "<div class=\"noresult\">Nothing here</div>");
    else if (n > asked->page * PAGE_ITEMS)
        lm_buf_printf(b, "<a rel=next href=\"page-%u\">Next</a>", (unsigned)asked->page + 1);
    /* Everybody is asked to sign in. */
    lm_buf_appendz(b, "<form id=login><input type=\"password\"></form></body></html>\n");
}

/* ---- the application ---- */

/* What it shows on any page: fetched as JSON, drawn in the newer markup. */
static const char app_page[] =
    "<!DOCTYPE html><html><head><title>Listings</title></head><body>"
    "<noscript>You need to enable JavaScript to run this app.</noscript><div id=\"root\"></div>\n"
    "<script>\n"
    "const node = (parent, tag, set) => parent.appendChild(Object.assign("
    "document.createElement(tag), set));\n"
    "const draw = (root, c) => {\n"
    "  const box = node(root, 'div', {className: 'resultbox_info'});\n"
    "  box.dataset.docid = 'bcard' + c.id;\n"
    "  node(node(box, 'h3', {}), 'a', {className: 'resultbox_title_anchor', textContent: c.name})"
    ".setAttribute('href', '/' + c.id + '-listing');\n"
    "  node(box, 'div', {className: 'locatcity', textContent: c.town});\n"
    "  if (c.phone) node(box, 'span', {className: 'callcontent', textContent: c.phone});\n"
    "  if (c.site) node(box, 'a', {className: 'website', href: c.site, textContent: 'Website'});\n"
    "  if (c.mail) node(box, 'a', {href: 'mailto:' + c.mail, textContent: 'Mail'});\n"
    "};\n"
    "fetch('/api' + location.pathname).then(r => r.json()).then(list => {\n"
    "  const root = document.getElementById('root');\n"
    "  list.items.forEach(c => draw(root, c));\n"
    "  if (!list.items.length) node(root, 'div', {className: 'noresult', textContent: 'Nothing'});\n"
    "  if (list.next) node(root, 'a', {rel: 'next', href: list.next, textContent: 'Next'});\n"
    "});\n"
    "</script></body></html>\n";

static void put_pair(struct lm_buf *b, const char *name, const char *value)
{
    lm_buf_printf(b, ",\"%s\":", name);
    lm_buf_json(b, lm_str_z(value));
}

static void put_item(struct lm_arena *a, struct lm_buf *b, const struct world_company *c)
{
    lm_buf_printf(b, "{\"id\":%u", c->index);
    put_pair(b, "name", c->spellings[0]);
    put_pair(b, "town", c->town->name);
    if (c->shows_phone)
        put_pair(b, "phone", c->phone);
    if (c->index % 2)
        put_pair(b, "site", lm_arena_printf(a, "http://www.%s/", c->domain));
    if (c->index % 4 == 0)
        put_pair(b, "mail", lm_arena_printf(a, "info@%s", c->domain));
    lm_buf_char(b, '}');
}

static void serve_data(const struct world *w, const struct world_request *req,
                       const struct asked *asked, struct world_reply *reply)
{
    struct lm_buf *b = &reply->body;
    struct world_company c;
    unsigned n = 0, shown = 0;

    reply->content_type = "application/json";
    lm_buf_appendz(b, "{\"items\":[");
    for (unsigned i = 0; i < w->n_companies; i++) {
        world_company(w, i, &c);
        if (!is_hit(req->arena, &c, asked) || n++ / PAGE_ITEMS + 1 != asked->page)
            continue;
        if (shown++)
            lm_buf_char(b, ',');
        put_item(req->arena, b, &c);
    }
    lm_buf_char(b, ']');
    if (n > asked->page * PAGE_ITEMS)
        lm_buf_printf(b, ",\"next\":\"page-%u\"", (unsigned)asked->page + 1);
    lm_buf_char(b, '}');
}

static void serve_app(const struct world *w, struct world_request req, struct world_reply *reply)
{
    const lm_str api = LM_STR("/api");
    bool is_data = lm_str_starts(req.path, api);
    struct asked asked;

    if (is_data)
        req.path = lm_str_sub(req.path, api.n, req.path.n);
    if (!read_path(&req, &asked))
        reply->status = 404;
    else if (is_data)
        serve_data(w, &req, &asked, reply);
    else
        lm_buf_appendz(&reply->body, app_page);
}

static void serve(void *state, const struct world_request *req, struct world_reply *reply)
{
    struct asked asked;

    if (lm_str_eqz(req->path, "/robots.txt")) {
        reply->content_type = "text/plain; charset=utf-8";
        lm_buf_appendz(
            &reply->body,
            "User-agent: *\nDisallow: /functions/\nDisallow: /*?*login\nAllow: /search\n");
    } else if (lm_str_eqz(req->host, APP)) {
        serve_app(state, *req, reply);
    } else if (read_path(req, &asked)) {
        serve_list(state, req, &asked, reply);
    } else {
        reply->status = 404;
    }
}

static void refuse(struct world_reply *reply)
{
    lm_buf_appendz(&reply->body,
                   "<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>"
                   "You don't have permission to access this on this server.</BODY></HTML>\n");
}

const struct world_site world_site_justdial = {
    .hosts = (const char *const[]){HOST, APP, NULL},
    .settings = (const char *const[]){"LM_SCRAPER_JUSTDIAL_URL=http://" HOST,
                                      "LM_SCRAPER_JUSTDIAL_DELAY=0ms",
                                      "LM_SCRAPER_JUSTDIAL_COUNTRY=NL", NULL},
    .searches =
        (const char *const[]){"{\"source\":\"JUSTDIAL\",\"keywords\":[\"software\",\"marketing\"],"
                              "\"filters\":{\"location\":\"Nederland\"},\"max_pages\":3}",
                              NULL},
    .serve = serve,
    .refuse = refuse,
};
