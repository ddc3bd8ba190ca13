/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_PAGES_H
#define WORLD_PAGES_H

#include "common/buf.h"
#include "common/str.h"
#include "tests/world/model/words.h"
#include "tests/world/model/world.h"

/* Inside company sites: the pages (pages.c), the ways to show a team (layouts.c), damage (mangle.c). */

/* One of two texts by the company's language; NL and EN side by side where they are used. */
static inline const char *in_language(const struct world_company *c, const char *nl, const char *en)
{
    return c->is_english ? en : nl;
}

static inline void put_text(struct lm_buf *b, const char *z)
{
    lm_buf_html(b, lm_str_z(z));
}

void page_begin(struct lm_buf *b, const struct world_company *c, const char *title);
void page_end(struct lm_buf *b, const struct world_company *c);
void page_home(struct lm_buf *b, const struct world *w, const struct world_company *c);
void page_contact(struct lm_buf *b, const struct world_company *c);
void page_services(struct lm_buf *b, const struct world_company *c);
void page_team(struct lm_buf *b, const struct world *w, const struct world_company *c);
/* A team page without a team: what it praises in headings is not people. */
void page_virtues(struct lm_buf *b, const struct world_company *c);

struct team {
    const struct world *world;
    const struct world_company *company;
    struct world_person people[WORLD_MAX_PEOPLE];
};
void layout_write(struct lm_buf *b, const struct team *t);

/* UTF-8 to windows-1252; what it does not have becomes a character reference. */
void mangle_to_1252(struct lm_buf *out, lm_str utf8);
/* Drops end tags, crosses others and leaves an attribute without quotes, as hand-made pages do. */
void mangle_break(struct lm_buf *out, lm_str html);

#endif
