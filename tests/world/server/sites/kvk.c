/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The chamber of commerce: the public search page on one host, the API, which asks for a key, on another. Both search
 * the registered names of the world's companies. In the shapes of recorded answers of the real API's test environment.
 */
#include "tests/world/server/sites.h"

#include "common/arena.h"
#include "common/str.h"
#include "tests/world/model/registry.h"
#include "tests/world/model/words.h"

#define API_HOST "api.kvk.example"
#define API_KEY  "l7-pretend-key"

enum { PAGE_ROWS = 10, MOST_ROWS = 1000 };

/* ---- the search both offer ---- */

struct question {
    lm_str name, place, form; /* {NULL, 0}: any */
    unsigned from, most;      /* which hits are wanted */
};

struct hit {
    struct world_company company;
    struct world_registration registration;
};

struct hits {
    struct hit *v;
    unsigned n, total;
};

static bool is_hit(const struct question *q, const struct hit *h)
{
    bool is_bv = lm_str_eqz(lm_str_z(h->registration.form), "BeslotenVennootschap");

    return (lm_str_ifind(lm_str_z(h->registration.trade_name), q->name, 0) >= 0 ||
            lm_str_ifind(lm_str_z(h->registration.statutory_name), q->name, 0) >= 0) &&
           (!q->place.n || lm_str_ieqz(q->place, h->company.town->name)) &&
           (!lm_str_ieqz(q->form, "BV") || is_bv);
}

static void search(const struct world *w, struct lm_arena *a, const struct question *q,
                   struct hits *out)
{
    struct hit h;

    *out = (struct hits){.v = LM_NEW_ARRAY(a, struct hit, q->most)};
    for (unsigned i = 0; i < w->n_companies && out->total < MOST_ROWS; i++) {
        world_company(w, i, &h.company);
        world_registration(w, &h.company, &h.registration); /* its texts point into h.company */
        if (!is_hit(q, &h) || out->total++ < q->from || out->n == q->most)
            continue;
        world_company(w, i, &out->v[out->n].company);
        world_registration(w, &out->v[out->n].company, &out->v[out->n].registration);
        out->n++;
    }
}

static unsigned page_of(const struct world_request *req)
{
    uint64_t page;

    return lm_str_uint(world_query(req, "pagina"), &page) && page > 0 && page <= MOST_ROWS
               ? (unsigned)page
               : 1;
}

/* ---- the API ---- */

static void field(struct lm_buf *b, const char *key, const char *value)
{
    lm_buf_printf(b, "\"%s\":", key);
    lm_buf_json(b, lm_str_z(value));
}

static void fail(struct world_reply *reply, int status, const char *code, const char *words)
{
    reply->status = status;
    lm_buf_appendz(&reply->body, "{\"fout\":[{");
    field(&reply->body, "code", code);
    lm_buf_char(&reply->body, ',');
    field(&reply->body, "omschrijving", words);
    lm_buf_appendz(&reply->body, "}]}");
}

static void write_row(struct lm_buf *b, const struct hit *h)
{
    const struct world_registration *r = &h->registration;

    lm_buf_char(b, '{');
    field(b, "kvkNummer", r->number);
    lm_buf_char(b, ',');
    field(b, "vestigingsnummer", r->branch);
    lm_buf_char(b, ',');
    field(b, "naam", r->trade_name);
    lm_buf_appendz(b, ",\"adres\":{\"binnenlandsAdres\":{\"type\":\"bezoekadres\",");
    field(b, "plaats", h->company.town->name);
    lm_buf_appendz(b, "}},\"type\":\"hoofdvestiging\",\"_links\":{\"basisprofiel\":{");
    lm_buf_printf(b, "\"href\":\"http://" API_HOST "/api/v1/basisprofielen/%s\"}}}", r->number);
}

static void serve_search(const struct world *w, const struct world_request *req,
                         struct world_reply *reply)
{
    struct question q = {.name = lm_str_trim(world_query(req, "naam")),
                         .place = lm_str_trim(world_query(req, "plaats"))};
    struct lm_buf *b = &reply->body;
    uint64_t rows = PAGE_ROWS;
    struct hits hits;

    if (!q.name.n && !q.place.n) {
        fail(reply, 400, "IPD1002", "Geef minimaal een zoekparameter op.");
        return;
    }
    if (lm_str_uint(world_query(req, "resultatenPerPagina"), &rows))
        rows = LM_MIN(LM_MAX(rows, (uint64_t)1), (uint64_t)100);
    q.most = (unsigned)rows;
    q.from = (page_of(req) - 1) * q.most;
    search(w, req->arena, &q, &hits);
    if (hits.n == 0) {
        fail(reply, 404, "IPD5200", "Er zijn geen gegevens gevonden op basis van de zoekvraag.");
        return;
    }
    lm_buf_printf(b, "{\"pagina\":%u,\"resultatenPerPagina\":%u,\"totaal\":%u,\"resultaten\":[",
                  page_of(req), q.most, hits.total);
    for (unsigned i = 0; i < hits.n; i++) {
        lm_buf_appendz(b, i ? "," : "");
        write_row(b, &hits.v[i]);
    }
    lm_buf_appendz(b, "]}");
}

static void write_trades(struct lm_buf *b, const struct world_registration *r)
{
    lm_buf_appendz(b, ",\"sbiActiviteiten\":[");
    for (unsigned i = 0; i < r->n_sbi; i++) {
        lm_buf_appendz(b, i ? ",{" : "{");
        field(b, "sbiCode", r->sbi[i].code);
        lm_buf_char(b, ',');
        field(b, "sbiOmschrijving", r->sbi[i].text);
        lm_buf_printf(b, ",\"indHoofdactiviteit\":\"%s\"}", i == 0 ? "Ja" : "Nee");
    }
    lm_buf_char(b, ']');
}

/* "Kade 12" is a street and a number. Most companies told the register no web site. */
static void write_office(struct lm_buf *b, const struct hit *h)
{
    const struct world_company *c = &h->company;
    const char *number = strrchr(c->street, ' ');
    lm_str street = lm_str_z(c->street);

    lm_buf_printf(b, ",\"_embedded\":{\"eigenaar\":{\"rechtsvorm\":\"%s\"},\"hoofdvestiging\":{",
                  h->registration.form);
    field(b, "vestigingsnummer", h->registration.branch);
    lm_buf_appendz(b, ",\"adressen\":[{\"type\":\"bezoekadres\",\"indAfgeschermd\":\"Nee\",");
    lm_buf_appendz(b, "\"straatnaam\":");
    lm_buf_json(b, number ? lm_str_sub(street, 0, (size_t)(number - c->street)) : street);
    if (number)
        lm_buf_printf(b, ",\"huisnummer\":%s", number + 1);
    lm_buf_char(b, ',');
    field(b, "postcode", c->postal_code);
    lm_buf_char(b, ',');
    field(b, "plaats", c->town->name);
    lm_buf_appendz(b, ",\"land\":\"Nederland\"}]");
    if (c->index % 4 == 0)
        lm_buf_printf(b, ",\"websites\":[\"www.%s\"]", c->domain);
    lm_buf_appendz(b, "}}");
}

static void serve_profile(const struct world *w, lm_str number, struct world_reply *reply)
{
    struct lm_buf *b = &reply->body;
    struct hit h;
    unsigned i;

    if (!world_find_registration(w, number, &i)) {
        fail(reply, 404, "IPD0005", "De gevraagde gegevens zijn niet gevonden.");
        return;
    }
    world_company(w, i, &h.company);
    world_registration(w, &h.company, &h.registration);
    lm_buf_char(b, '{');
    field(b, "kvkNummer", h.registration.number);
    lm_buf_printf(b, ",\"indNonMailing\":\"%s\",", h.registration.no_mailing ? "Ja" : "Nee");
    field(b, "naam", h.registration.trade_name);
    lm_buf_char(b, ',');
    field(b, "statutaireNaam", h.registration.statutory_name);
    lm_buf_printf(b, ",\"formeleRegistratiedatum\":\"%s\",\"materieleRegistratie\":{",
                  h.registration.registered_on);
    lm_buf_printf(b, "\"datumAanvang\":\"%s\"},\"totaalWerkzamePersonen\":%u",
                  h.registration.registered_on, h.company.employees);
    write_trades(b, &h.registration);
    write_office(b, &h);
    lm_buf_char(b, '}');
}

static void serve_api(const struct world *w, const struct world_request *req,
                      struct world_reply *reply)
{
    static const lm_str profiles = LM_STR("/api/v1/basisprofielen/");

    reply->content_type = "application/hal+json";
    if (!lm_str_eqz(world_header(req, "apikey"), API_KEY))
        fail(reply, 401, "IPD1001", "De API-key is onbekend.");
    else if (lm_str_eqz(req->path, "/api/v2/zoeken"))
        serve_search(w, req, reply);
    else if (lm_str_starts(req->path, profiles))
        serve_profile(w, lm_str_sub(req->path, profiles.n, req->path.n), reply);
    else
        fail(reply, 404, "IPD9999", "Onbekende bron.");
}

/* ---- the public page ---- */

static void write_item(struct lm_buf *b, const struct hit *h)
{
    const struct world_registration *r = &h->registration;

    lm_buf_appendz(b, "<li class=\"search-result-item\"><h3 class=\"result-title\"><a href=\"#\">");
    lm_buf_html(b, lm_str_z(r->trade_name));
    lm_buf_printf(b, "</a></h3><ul class=\"meta\"><li>KVK-nummer: %s</li><li>Vestigingsnr. %s</li>",
                  r->number, r->branch);
    lm_buf_appendz(b, "</ul><span class=\"result-address\">");
    lm_buf_html(b, lm_str_z(h->company.town->name));
    lm_buf_appendz(b, "</span><p class=\"activiteit\">");
    lm_buf_html(b, lm_str_z(r->sbi[0].text));
    lm_buf_appendz(b, "</p></li>\n");
}

static void serve_page(const struct world *w, const struct world_request *req,
                       struct world_reply *reply)
{
    struct question q = {.name = lm_str_trim(world_query(req, "handelsnaam")),
                         .place = lm_str_trim(world_query(req, "plaats")),
                         .form = world_query(req, "rechtsvorm"),
                         .from = (page_of(req) - 1) * PAGE_ROWS,
                         .most = PAGE_ROWS};
    struct lm_buf *b = &reply->body;
    struct hits hits;

    search(w, req->arena, &q, &hits);
    lm_buf_printf(b,
                  "<!DOCTYPE html><html lang=\"nl\"><title>Zoeken - KVK</title><main><p>%u "
                  "resultaten</p><ul class=\"results\">\n",
                  hits.total);
    for (unsigned i = 0; i < hits.n; i++)
        write_item(b, &hits.v[i]);
    lm_buf_appendz(b, "</ul>");
    if (q.from + hits.n < hits.total)
        lm_buf_printf(b,
                      "<a class=\"pagination-next\" rel=\"next\" href=\"?pagina=%u\">Volgende</a>",
                      page_of(req) + 1);
    lm_buf_appendz(b, "</main></html>\n");
}

static void serve(void *state, const struct world_request *req, struct world_reply *reply)
{
    if (lm_str_eqz(req->host, API_HOST) && !lm_str_eqz(req->path, "/robots.txt")) {
        serve_api(state, req, reply);
    } else if (lm_str_eqz(req->path, "/robots.txt") && !lm_str_eqz(req->host, API_HOST)) {
        reply->content_type = "text/plain; charset=utf-8";
        lm_buf_appendz(&reply->body, "User-agent: *\nDisallow: /mijn-kvk/\n");
    } else if (lm_str_eqz(req->path, "/zoeken/handelsregister/")) {
        serve_page(state, req, reply);
    } else {
        reply->status = 404;
    }
}

const struct world_site world_site_kvk = {
    .hosts = (const char *const[]){"www.kvk.example", API_HOST, NULL},
    .settings = (const char *const[]){"LM_SCRAPER_KVK_URL=http://www.kvk.example",
                                      "LM_SCRAPER_KVK_API_URL=http://" API_HOST,
                                      "LM_SCRAPER_KVK_KEY=" API_KEY, "LM_SCRAPER_KVK_DELAY=0ms",
                                      "LM_SCRAPER_KVK_API_DELAY=0ms", NULL},
    /* Some of whom the register knows want no mail; some of the names are of other trades. */
    .searches =
        (const char *const[]){
            "{\"source\":\"KVK\",\"keywords\":[\"Software\",\"Digital\",\"Systems\",\"Cloud\",\"Data\",\"Studio\",\"Media\","
            "\"Reclame\",\"Transport\",\"Cargo\",\"Installatie\"],\"filters\":{\"legal_form\":\"BV\",\"sbi_codes\":"
            "[\"62\",\"73\",\"4941\"]},\"max_pages\":2}",
            NULL},
    .serve = serve,
};
