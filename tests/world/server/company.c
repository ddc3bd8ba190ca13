/* SPDX-License-Identifier: Apache-2.0 */
/* A company's site: which page a path is, and what is wrong with the site as a whole. */
#include "common/arena.h"
#include "common/str.h"
#include "tests/world/server/pages.h"
#include "tests/world/server/sites.h"

enum { HUGE_BYTES = 5 * 1024 * 1024 };

static void redirect(const struct world_request *req, struct world_reply *reply, const char *host)
{
    ptrdiff_t colon = lm_str_chr(req->authority, ':', 0);
    lm_str port =
        colon < 0 ? (lm_str){0} : lm_str_sub(req->authority, (size_t)colon, req->authority.n);

    reply->status = 301;
    reply->location =
        lm_arena_printf(req->arena, "http://%s%.*s%.*s", host, LM_FMT(port), LM_FMT(req->path));
}

/* Sites that answer no page at all, or send one elsewhere. False: it may be served. */
static bool misbehaves(const struct world_company *c, const struct world_request *req,
                       struct world_reply *reply)
{
    bool is_www = lm_str_starts(req->host, LM_STR("www."));

    switch (c->oddity) {
    case WORLD_ODD_DOWN:
    case WORLD_ODD_NXDOMAIN:
        reply->conduct = WORLD_HANG_UP;
        return true;
    case WORLD_ODD_SILENT:
        reply->conduct = WORLD_HOLD;
        return true;
    case WORLD_ODD_LOOP:
        redirect(req, reply, is_www ? c->domain : lm_arena_printf(req->arena, "www.%s", c->domain));
        return true;
    case WORLD_ODD_TO_WWW:
        if (!is_www)
            redirect(req, reply, lm_arena_printf(req->arena, "www.%s", c->domain));
        return !is_www;
    case WORLD_ODD_TO_DOMAIN:
        if (lm_str_ends(req->host, lm_str_z(c->domain)))
            return false;
        redirect(req, reply, c->domain);
        return true;
    default:
        return false;
    }
}

static void write_robots(const struct world_company *c, struct world_reply *reply)
{
    reply->content_type = "text/plain; charset=utf-8";
    lm_buf_appendz(&reply->body, c->oddity == WORLD_ODD_ROBOTS
                                     ? "User-agent: *\nDisallow: /\n"
                                     : "User-agent: *\nDisallow: /admin/\n");
}

/* The catalogue somebody pasted into the home page. */
static void write_ballast(struct lm_buf *b)
{
    while (b->n < HUGE_BYTES)
        lm_buf_appendz(
            b,
            "<div class=\"product\"><p>Artikel 000000, op voorraad, prijs op aanvraag.</p></div>\n");
}

static bool write_page(const struct world *w, const struct world_company *c, lm_str path,
                       struct lm_buf *b)
{
    if (lm_str_eqz(path, "/")) {
        page_home(b, w, c);
        if (c->oddity == WORLD_ODD_HUGE)
            write_ballast(b);
        return true;
    }
    if (c->oddity == WORLD_ODD_ONLY_HOME)
        return false;
    if (lm_str_eqz(path, world_team_path(c))) {
        if (c->oddity == WORLD_ODD_FALSE_PEOPLE)
            page_virtues(b, c);
        else
            page_team(b, w, c);
    } else if (lm_str_eqz(path, world_contact_path(c))) {
        page_contact(b, c);
    } else if (lm_str_eqz(path, in_language(c, "/diensten", "/services"))) {
        page_services(b, c);
    } else {
        return false;
    }
    return true;
}

static void damage(const struct world_company *c, struct world_reply *reply)
{
    struct lm_buf out;

    if (c->oddity != WORLD_ODD_BROKEN_HTML && c->oddity != WORLD_ODD_WINDOWS_1252)
        return;
    lm_buf_init(&out, WORLD_BODY_LIMIT);
    if (c->oddity == WORLD_ODD_BROKEN_HTML) {
        mangle_break(&out, lm_buf_str(&reply->body));
    } else {
        mangle_to_1252(&out, lm_buf_str(&reply->body));
        reply->content_type = "text/html; charset=windows-1252";
    }
    lm_buf_fini(&reply->body);
    reply->body = out;
}

void world_company_serve(const struct world *w, const struct world_company *c,
                         const struct world_request *req, struct world_reply *reply)
{
    if (misbehaves(c, req, reply))
        return;
    if (lm_str_eqz(req->path, "/robots.txt")) {
        write_robots(c, reply);
        return;
    }
    if (!write_page(w, c, req->path, &reply->body)) {
        reply->status = 404;
        page_begin(&reply->body, c, in_language(c, "Niet gevonden", "Not found"));
        page_end(&reply->body, c);
    }
    damage(c, reply);
}
