/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of a company's site, in Dutch or English: home, services, team and contact. */
#include "tests/world/server/pages.h"

#include "tests/world/model/draw.h"

static void nav_item(struct lm_buf *b, const char *path, const char *label)
{
    lm_buf_printf(b, "<li><a href=\"%s\">%s</a></li>", path, label);
}

static void navigation(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_appendz(b, "<nav><ul class=\"menu\">");
    nav_item(b, "/", "Home");
    nav_item(b, in_language(c, "/diensten", "/services"),
             in_language(c, "Wat we doen", "What we do"));
    nav_item(b, world_team_path(c), in_language(c, "Over ons", "About us"));
    nav_item(b, world_contact_path(c), "Contact");
    lm_buf_appendz(b, "</ul></nav>\n");
}

static void description(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_appendz(b, "<meta name=\"description\" content=\"");
    put_text(b, c->name);
    if (c->is_english)
        lm_buf_printf(b, " in %s: %s with %u people since %u.", c->town->name, c->sector->industry,
                      c->employees, c->founded);
    else
        lm_buf_printf(b, " uit %s: %s met %u medewerkers, sinds %u.", c->town->name,
                      c->sector->branche, c->employees, c->founded);
    lm_buf_appendz(b, "\">\n");
}

void page_begin(struct lm_buf *b, const struct world_company *c, const char *title)
{
    lm_buf_printf(b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head><title>%s | ",
                  c->is_english ? "en" : "nl", title);
    put_text(b, c->name);
    lm_buf_appendz(b, "</title>\n");
    if (c->oddity != WORLD_ODD_WINDOWS_1252)
        lm_buf_appendz(b, "<meta charset=\"utf-8\">\n");
    description(b, c);
    lm_buf_appendz(
        b, "<style>.menu li{display:inline}</style></head>\n<body><header><div class=\"logo\">");
    put_text(b, c->name);
    lm_buf_appendz(b, "</div>");
    navigation(b, c);
    lm_buf_printf(b, "</header>\n<main><h1>%s</h1>\n", title);
}

void page_end(struct lm_buf *b, const struct world_company *c)
{
    lm_buf_appendz(b, "</main>\n<footer><p>");
    put_text(b, c->spellings[0]);
    lm_buf_printf(b, ", %s, %s %s</p><p>&copy; 2026</p></footer></body></html>\n", c->street,
                  c->postal_code, c->town->name);
}

/* What search engines are told of the company. Half of the sites say it. */
static void organization(struct lm_buf *b, const struct world_company *c)
{
    if (c->index % 2)
        return;
    lm_buf_appendz(b, "<script type=\"application/ld+json\">{\"@context\":\"https://schema.org\","
                      "\"@type\":\"Organization\",\"name\":");
    lm_buf_json(b, lm_str_z(c->spellings[0]));
    lm_buf_printf(b, ",\"url\":\"https://%s/\",\"telephone\":\"%s\",", c->domain, c->phone);
    lm_buf_printf(b,
                  "\"numberOfEmployees\":{\"@type\":\"QuantitativeValue\",\"value\":%u},"
                  "\"foundingDate\":\"%u\",\"industry\":",
                  c->employees, c->founded);
    lm_buf_json(b, lm_str_z(in_language(c, c->sector->branche, c->sector->industry)));
    lm_buf_printf(
        b,
        ",\"address\":{\"@type\":\"PostalAddress\",\"streetAddress\":\"%s\",\"postalCode\":\"%s\","
        "\"addressLocality\":\"%s\",\"addressCountry\":\"NL\"}}</script>\n",
        c->street, c->postal_code, c->town->name);
}

/* Something that happened, so that a letter has something to begin with. */
static void news(struct lm_buf *b, const struct world *w, const struct world_company *c)
{
    unsigned what = world_draw(w, DRAW_TEXT, c->index, 0, 4);
    const char *town = world_towns[(c->index + 3) % world_n_towns].name;

    lm_buf_printf(b, "<section class=\"news\"><h2>%s</h2><p>", in_language(c, "Nieuws", "News"));
    if (what == 0)
        lm_buf_printf(b, "%s %s.",
                      in_language(c, "We openen een tweede vestiging in",
                                  "We open a second office in"),
                      town);
    else if (what == 1)
        lm_buf_printf(b, "%s: %u.", in_language(c, "Aantal open vacatures", "Open positions"),
                      c->n_vacancies);
    else if (what == 2)
        lm_buf_printf(b, "%s %u.",
                      in_language(c, "We vieren ons jubileum: actief sinds",
                                  "Our jubilee: active since"),
                      c->founded);
    else
        lm_buf_appendz(b, in_language(c, "Sinds dit jaar werken we klimaatneutraal.",
                                      "As of this year we work carbon neutral."));
    lm_buf_appendz(b, "</p></section>\n");
}

void page_home(struct lm_buf *b, const struct world *w, const struct world_company *c)
{
    page_begin(b, c, in_language(c, "Welkom", "Welcome"));
    organization(b, c);
    lm_buf_appendz(b, "<p>");
    put_text(b, c->name);
    if (c->is_english)
        lm_buf_printf(b, " helps customers throughout the country. Our %u employees work from %s.",
                      c->employees, c->town->name);
    else
        lm_buf_printf(b, " helpt klanten in het hele land. Onze %u medewerkers werken vanuit %s.",
                      c->employees, c->town->name);
    lm_buf_printf(b, " %s: %s.</p>\n", in_language(c, "Branche", "Industry"),
                  in_language(c, c->sector->branche, c->sector->industry));
    news(b, w, c);
    /* A customer is quoted; he does not work here. */
    if (c->index % 6 == 0)
        lm_buf_printf(
            b, "<blockquote>&ldquo;%s&rdquo; <cite>Klaas Buitenstaander</cite></blockquote>\n",
            in_language(c, "Een fijne partij.", "A pleasure to work with."));
    page_end(b, c);
}

void page_contact(struct lm_buf *b, const struct world_company *c)
{
    page_begin(b, c, "Contact");
    lm_buf_printf(b, "<address>%s<br>%s %s</address>\n", c->street, c->postal_code, c->town->name);
    if (c->oddity == WORLD_ODD_HIDDEN_MAIL)
        lm_buf_printf(b, "<p>E-mail: info [at] %s</p>\n", c->domain);
    else
        lm_buf_printf(b, "<p>E-mail: <a href=\"mailto:info@%s\">info@%s</a></p>\n", c->domain,
                      c->domain);
    if (c->shows_phone) {
        size_t area = strcspn(c->phone, " ");

        lm_buf_printf(b, "<p>%s: <a href=\"tel:+31%.*s%s\">%s</a></p>\n",
                      in_language(c, "Telefoon", "Phone"), (int)area - 1, c->phone + 1,
                      c->phone + area + 1, c->phone);
    }
    if (c->shows_linkedin)
        lm_buf_printf(b,
                      "<p><a href=\"https://www.linkedin.example/company/%.*s\">LinkedIn</a></p>\n",
                      (int)strcspn(c->domain, "."), c->domain);
    page_end(b, c);
}

void page_services(struct lm_buf *b, const struct world_company *c)
{
    page_begin(b, c, in_language(c, "Wat we doen", "What we do"));
    lm_buf_printf(b, "<p>%s.</p>\n",
                  in_language(c, "Advies, uitvoering en onderhoud, van begin tot eind",
                              "Advice, delivery and maintenance, from start to finish"));
    page_end(b, c);
}

void page_virtues(struct lm_buf *b, const struct world_company *c)
{
    static const char *const nl[] = {"Persoonlijke Aandacht", "Duurzame Groei", "Korte Lijnen",
                                     "Eerlijk Advies"};
    static const char *const en[] = {"Personal Attention", "Sustainable Growth", "Short Lines",
                                     "Honest Advice"};

    page_begin(b, c, in_language(c, "Waar we voor staan", "What we stand for"));
    for (size_t i = 0; i < LM_COUNT(nl); i++)
        lm_buf_printf(b, "<div class=\"card team-value\"><h3>%s</h3><p>%s</p></div>\n",
                      in_language(c, nl[i], en[i]),
                      in_language(c, "Daar kunt u op rekenen.", "You can count on it."));
    lm_buf_printf(b, "<h3>%s</h3><p><a href=\"%s\">%s</a></p>\n",
                  in_language(c, "Meer Weten", "Read More"), world_contact_path(c), "Contact");
    page_end(b, c);
}

void page_team(struct lm_buf *b, const struct world *w, const struct world_company *c)
{
    struct team t = {.world = w, .company = c};

    for (unsigned k = 0; k < c->n_people; k++)
        world_person(w, c, k, &t.people[k]);
    page_begin(b, c, in_language(c, "Ons team", "Our team"));
    layout_write(b, &t);
    page_end(b, c);
}
