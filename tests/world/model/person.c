/* SPDX-License-Identifier: Apache-2.0 */
/* The people of a company: what they are called and do, where their mail goes, how they react. */
#include "tests/world/model/world.h"

#include "tests/world/model/draw.h"
#include "tests/world/model/words.h"

/* Neighbours in a company get first names and surnames a step apart, so that no two are the same. */
static const struct world_word *first_name(const struct world *w, unsigned company, unsigned k)
{
    unsigned start = world_draw(w, DRAW_FIRST_NAME, company, 0, (unsigned)world_n_first_names);

    return &world_first_names[(start + 7 * k) % world_n_first_names];
}

static const struct world_surname *surname(const struct world *w, unsigned company, unsigned k)
{
    unsigned start = world_draw(w, DRAW_SURNAME, company, 0, (unsigned)world_n_surnames);

    return &world_surnames[(start + 5 * k) % world_n_surnames];
}

static const char *title(const struct world *w, const struct world_company *c, unsigned k)
{
    const struct world_title *list = k == 0 ? world_bosses : k < 3 ? world_heads : world_staff;
    size_t n = k == 0 ? world_n_bosses : k < 3 ? world_n_heads : world_n_staff;
    /* Two heads of one company lead different things. */
    unsigned start = world_draw(w, DRAW_TITLE, c->index, k == 0 ? 0 : k < 3 ? 1 : 2, (unsigned)n);
    const struct world_title *t = &list[(start + k) % n];

    return c->is_english ? t->en : t->nl;
}

static void local_part(const struct world_company *c, const char *first, const char *last,
                       char *out, size_t size)
{
    switch (c->pattern) {
    case WORLD_PATTERN_F_DOT_LAST:
        snprintf(out, size, "%c.%s", *first, last);
        break;
    case WORLD_PATTERN_FIRST:
        snprintf(out, size, "%s", first);
        break;
    case WORLD_PATTERN_FLAST:
        snprintf(out, size, "%c%s", *first, last);
        break;
    case WORLD_PATTERN_FIRSTLAST:
        snprintf(out, size, "%s%s", first, last);
        break;
    case WORLD_PATTERN_LAST_DOT_FIRST:
        snprintf(out, size, "%s.%s", last, first);
        break;
    default:
        snprintf(out, size, "%s.%s", first, last);
        break;
    }
}

static bool has_mailbox(const struct world *w, const struct world_company *c, unsigned k)
{
    if (c->mail == WORLD_MAIL_NULL_MX || c->mail == WORLD_MAIL_NO_DOMAIN)
        return false;
    return c->mail == WORLD_MAIL_CATCH_ALL || world_draw(w, DRAW_LEFT, c->index, k, 25) != 0;
}

/* In a hundred: what people who are written to by strangers do, rounded up so that all of it occurs. */
static enum world_reaction reaction(const struct world *w, unsigned company, unsigned k)
{
    unsigned x = world_draw(w, DRAW_REACTION, company, k, 100);

    if (x < 40)
        return WORLD_IGNORES;
    if (x < 70)
        return WORLD_OPENS;
    if (x < 83)
        return WORLD_CLICKS;
    if (x < 89)
        return WORLD_REPLIES_POSITIVE;
    return x < 95 ? WORLD_REPLIES_NEGATIVE : WORLD_OUT_OF_OFFICE;
}

void world_person(const struct world *w, const struct world_company *c, unsigned k,
                  struct world_person *p)
{
    const struct world_word *first = first_name(w, c->index, k);
    const struct world_surname *last = surname(w, c->index, k);
    char local[64];

    LM_ASSERT(k < c->n_people);
    memset(p, 0, sizeof(*p));
    p->company = c->index;
    p->index = k;
    p->first_name = first->text;
    p->last_name = last->text;
    p->title = title(w, c, k);
    snprintf(p->name, sizeof(p->name), "%s %s", first->text, last->text);
    local_part(c, first->plain, c->has_short_particles ? last->core : last->joined, local,
               sizeof(local));
    snprintf(p->email, sizeof(p->email), "%s@%s", local, c->domain);
    /* The first of those shown is enough to know the pattern; not everybody is. */
    p->shows_mail = c->shows_mail && (k == 0 || world_draw(w, DRAW_SHOWS, c->index, 16 + k, 2));
    if (c->shows_linkedin && world_draw(w, DRAW_SHOWS, c->index, 32 + k, 3))
        snprintf(p->linkedin, sizeof(p->linkedin), "https://www.linkedin.example/in/%s-%s-%u%u",
                 first->plain, last->core, c->index, k);
    p->has_mailbox = has_mailbox(w, c, k);
    p->reaction = p->has_mailbox ? reaction(w, c->index, k) : WORLD_BOUNCES_NOW;
    p->reacts_to = p->reaction == WORLD_OUT_OF_OFFICE
                       ? 1
                       : 1 + world_draw(w, DRAW_REACTION, c->index, 32 + k, 3);
}
