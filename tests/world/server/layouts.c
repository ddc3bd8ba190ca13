/* SPDX-License-Identifier: Apache-2.0 */
/* The ways to show a team, one function a layout; the table at the end picks. */
#include "tests/world/server/pages.h"

/* mailto:, or as text that a machine should not read, or nothing. */
static void mail_link(struct lm_buf *b, const struct team *t, const struct world_person *p)
{
    if (!p->shows_mail)
        return;
    if (t->company->oddity == WORLD_ODD_HIDDEN_MAIL)
        lm_buf_printf(b, "<span class=\"mail\">%.*s [at] %s</span>", (int)strcspn(p->email, "@"),
                      p->email, t->company->domain);
    else
        lm_buf_printf(b, "<a class=\"mail\" href=\"mailto:%s\">%s</a>", p->email, p->email);
}

static void linkedin_link(struct lm_buf *b, const struct world_person *p)
{
    if (*p->linkedin)
        lm_buf_printf(b, " <a href=\"%s\">LinkedIn</a>", p->linkedin);
}

static void biography(struct lm_buf *b, const struct team *t, const struct world_person *p)
{
    lm_buf_appendz(b, "<p>");
    put_text(b, p->first_name);
    if (t->company->is_english)
        lm_buf_printf(b, " joined in %u and likes to cycle to work.", 2026 - (p->index * 3 + 1));
    else
        lm_buf_printf(b, " werkt hier sinds %u en komt graag op de fiets.",
                      2026 - (p->index * 3 + 1));
    lm_buf_appendz(b, "</p>");
}

static void cards(struct lm_buf *b, const struct team *t)
{
    lm_buf_appendz(b, "<div class=\"team-grid\">\n");
    for (unsigned k = 0; k < t->company->n_people; k++) {
        const struct world_person *p = &t->people[k];

        lm_buf_appendz(b, "<div class=\"team-member\"><img src=\"/img/p.jpg\" alt=\"");
        put_text(b, p->name);
        lm_buf_appendz(b, "\"><h3 class=\"name\">");
        put_text(b, p->name);
        lm_buf_appendz(b, "</h3><p class=\"function\">");
        put_text(b, p->title);
        lm_buf_appendz(b, "</p>");
        mail_link(b, t, p);
        linkedin_link(b, p);
        lm_buf_appendz(b, "</div>\n");
    }
    lm_buf_appendz(b, "</div>\n");
}

static void table(struct lm_buf *b, const struct team *t)
{
    lm_buf_printf(
        b,
        "<table class=\"staff\"><thead><tr><th>%s</th><th>%s</th><th>E-mail</th></tr></thead><tbody>\n",
        in_language(t->company, "Naam", "Name"), in_language(t->company, "Functie", "Role"));
    for (unsigned k = 0; k < t->company->n_people; k++) {
        const struct world_person *p = &t->people[k];

        lm_buf_appendz(b, "<tr><td>");
        put_text(b, p->name);
        lm_buf_appendz(b, "</td><td>");
        put_text(b, p->title);
        lm_buf_appendz(b, "</td><td>");
        mail_link(b, t, p);
        linkedin_link(b, p);
        lm_buf_appendz(b, "</td></tr>\n");
    }
    lm_buf_appendz(b, "</tbody></table>\n");
}

static void paragraphs(struct lm_buf *b, const struct team *t)
{
    for (unsigned k = 0; k < t->company->n_people; k++) {
        const struct world_person *p = &t->people[k];

        lm_buf_appendz(b, "<p><strong>");
        put_text(b, p->name);
        lm_buf_appendz(b, "</strong>, ");
        put_text(b, p->title);
        lm_buf_appendz(b, p->shows_mail ? " (" : "");
        mail_link(b, t, p);
        lm_buf_appendz(b, p->shows_mail ? ")." : ".");
        linkedin_link(b, p);
        lm_buf_appendz(b, "</p>\n");
    }
}

static void headings(struct lm_buf *b, const struct team *t)
{
    for (unsigned k = 0; k < t->company->n_people; k++) {
        const struct world_person *p = &t->people[k];

        lm_buf_appendz(b, "<h3>");
        put_text(b, p->name);
        lm_buf_appendz(b, ", ");
        put_text(b, p->title);
        lm_buf_appendz(b, "</h3>\n");
        biography(b, t, p);
        if (p->shows_mail || *p->linkedin) {
            lm_buf_appendz(b, "<p>");
            mail_link(b, t, p);
            linkedin_link(b, p);
            lm_buf_appendz(b, "</p>");
        }
        lm_buf_char(b, '\n');
    }
}

static void json_person(struct lm_buf *b, const struct world_person *p)
{
    lm_buf_appendz(b, "{\"@type\":\"Person\",\"name\":");
    lm_buf_json(b, lm_str_z(p->name));
    lm_buf_appendz(b, ",\"jobTitle\":");
    lm_buf_json(b, lm_str_z(p->title));
    if (p->shows_mail)
        lm_buf_printf(b, ",\"email\":\"mailto:%s\"", p->email);
    if (*p->linkedin)
        lm_buf_printf(b, ",\"sameAs\":[\"%s\"]", p->linkedin);
    lm_buf_char(b, '}');
}

static void json_ld(struct lm_buf *b, const struct team *t)
{
    lm_buf_appendz(
        b,
        "<script type=\"application/ld+json\">\n{\"@context\":\"https://schema.org\",\"@graph\":[{"
        "\"@type\":\"Organization\",\"name\":");
    lm_buf_json(b, lm_str_z(t->company->spellings[0]));
    lm_buf_appendz(b, ",\"employee\":[");
    for (unsigned k = 0; k < t->company->n_people; k++) {
        lm_buf_appendz(b, k ? "," : "");
        json_person(b, &t->people[k]);
    }
    lm_buf_appendz(b, "]}]}\n</script>\n<div id=\"team-app\"></div>\n");
}

static void definitions(struct lm_buf *b, const struct team *t)
{
    lm_buf_appendz(b, "<dl>\n");
    for (unsigned k = 0; k < t->company->n_people; k++) {
        const struct world_person *p = &t->people[k];

        lm_buf_appendz(b, "<dt>");
        put_text(b, p->name);
        lm_buf_appendz(b, "</dt><dd>");
        put_text(b, p->title);
        lm_buf_appendz(b, "</dd>");
        if (p->shows_mail || *p->linkedin) {
            lm_buf_appendz(b, "<dd>");
            mail_link(b, t, p);
            linkedin_link(b, p);
            lm_buf_appendz(b, "</dd>");
        }
        lm_buf_char(b, '\n');
    }
    lm_buf_appendz(b, "</dl>\n");
}

static void list(struct lm_buf *b, const struct team *t)
{
    lm_buf_appendz(b, "<ul class=\"people\">\n");
    for (unsigned k = 0; k < t->company->n_people; k++) {
        const struct world_person *p = &t->people[k];

        lm_buf_appendz(b, "<li>");
        put_text(b, p->name);
        lm_buf_appendz(b, " \xe2\x80\x93 ");
        put_text(b, p->title);
        lm_buf_char(b, ' ');
        mail_link(b, t, p);
        linkedin_link(b, p);
        lm_buf_appendz(b, "</li>\n");
    }
    lm_buf_appendz(b, "</ul>\n");
}

void layout_write(struct lm_buf *b, const struct team *t)
{
    static void (*const layouts[WORLD_LAYOUT_COUNT])(struct lm_buf * b, const struct team *t) = {
        [WORLD_LAYOUT_CARDS] = cards,
        [WORLD_LAYOUT_TABLE] = table,
        [WORLD_LAYOUT_PARAGRAPHS] = paragraphs,
        [WORLD_LAYOUT_HEADINGS] = headings,
        [WORLD_LAYOUT_JSON_LD] = json_ld,
        [WORLD_LAYOUT_DEFINITIONS] = definitions,
        [WORLD_LAYOUT_LIST] = list,
    };

    layouts[t->company->layout](b, t);
}
