/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A company from its number: first what it is called, since hosts, addresses and the job board all
 * follow from that, then what its site and its mail are like.
 */
#include "tests/world/model/world.h"

#include <ctype.h>

#include "tests/world/model/draw.h"
#include "tests/world/model/words.h"

/* Where in each group of 48 companies something is wrong; the rest has nothing wrong. */
enum { GROUP = 48 };
static const enum world_oddity oddities[GROUP] = {
    [5] = WORLD_ODD_BROKEN_HTML,  [8] = WORLD_ODD_TO_WWW,        [11] = WORLD_ODD_DOWN,
    [14] = WORLD_ODD_TO_DOMAIN,   [17] = WORLD_ODD_FALSE_PEOPLE, [20] = WORLD_ODD_LOOP,
    [23] = WORLD_ODD_HUGE,        [26] = WORLD_ODD_WINDOWS_1252, [29] = WORLD_ODD_SILENT,
    [32] = WORLD_ODD_HIDDEN_MAIL, [35] = WORLD_ODD_ONLY_HOME,    [38] = WORLD_ODD_ROBOTS,
    [41] = WORLD_ODD_NXDOMAIN,    [44] = WORLD_ODD_UNGUESSABLE,
};
static const enum world_mail odd_mail[GROUP] = {
    [3] = WORLD_MAIL_NO_MX,    [7] = WORLD_MAIL_CATCH_ALL,  [22] = WORLD_MAIL_NO_MX,
    [27] = WORLD_MAIL_NULL_MX, [41] = WORLD_MAIL_NO_DOMAIN,
};

uint64_t world_mix(uint64_t x)
{
    /* splitmix64 by Sebastiano Vigna: each input bit changes half of the output. */
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

unsigned world_draw(const struct world *w, unsigned topic, unsigned a, unsigned b, unsigned bound)
{
    uint64_t x = world_mix(world_mix(w->seed ^ (uint64_t)topic << 48) ^ ((uint64_t)a << 16 | b));

    return (unsigned)((x >> 32) * bound >> 32);
}

/*
 * No two companies share a stem, and no two in a sector share a half of one, so that names are far
 * apart (a fuzzy match of 0.85 keeps them so) whatever the seed. With j the how manieth of its
 * sector k: (j + 17k, 3j + 30k) mod 100 is a bijection, since its determinant, -21, is prime to 100.
 */
static void make_name(const struct world *w, struct world_company *c)
{
    unsigned k = c->index % WORLD_SECTORS, j = c->index / WORLD_SECTORS;
    unsigned head = (j + 17 * k + world_draw(w, DRAW_HEADS, 0, 0, WORLD_STEMS)) % WORLD_STEMS;
    unsigned tail = (3 * j + 30 * k + world_draw(w, DRAW_TAILS, 0, 0, WORLD_STEMS)) % WORLD_STEMS;
    const char *town = j < WORLD_STEMS ? "" : world_towns[j / WORLD_STEMS].name;
    const char *gap = *town ? " " : "";

    c->sector = &world_sectors[k];
    if (c->sector->is_first)
        snprintf(c->name, sizeof(c->name), "%s %s%s%s%s", c->sector->word, world_stem_heads[head],
                 world_stem_tails[tail], gap, town);
    else
        snprintf(c->name, sizeof(c->name), "%s%s %s%s%s", world_stem_heads[head],
                 world_stem_tails[tail], c->sector->word, gap, town);
}

static void make_legal_form(const struct world *w, struct world_company *c)
{
    static const char *const forms[] = {"B.V.", "B.V.",   "B.V.",    "B.V.",
                                        "N.V.", "V.O.F.", "Holding", ""};

    snprintf(c->legal, sizeof(c->legal), "%s",
             forms[world_draw(w, DRAW_LEGAL, c->index, 0, LM_COUNT(forms))]);
}

/* The legal form as people who are in a hurry write it: BV, NV, VOF. */
static void without_dots(const char *in, char *out, size_t size)
{
    size_t n = 0;

    for (; *in && n + 1 < size; in++)
        if (*in != '.')
            out[n++] = *in;
    out[n] = '\0';
}

static void upper(char *s)
{
    for (; *s; s++)
        *s = (char)toupper((unsigned char)*s);
}

static void add_spelling(struct world_company *c, const char *name, const char *legal)
{
    char *next = c->spellings[c->n_spellings];

    snprintf(next, sizeof(c->spellings[0]), "%s%s%s", name, *legal ? " " : "", legal);
    for (unsigned i = 0; i < c->n_spellings; i++)
        if (strcmp(c->spellings[i], next) == 0)
            return;
    c->n_spellings++;
}

static void make_spellings(const struct world *w, struct world_company *c)
{
    unsigned way = world_draw(w, DRAW_SPELLING, c->index, 0, 6);
    char bare[sizeof(c->legal)], loud[sizeof(c->name)];

    without_dots(c->legal, bare, sizeof(bare));
    snprintf(loud, sizeof(loud), "%s", c->name);
    upper(loud);
    add_spelling(c, c->name, c->legal);
    if (way < 4)
        add_spelling(c, c->name, bare);
    if (way == 0)
        add_spelling(c, loud, bare);
    else if (way == 1)
        add_spelling(c, c->name, "");
}

/* Lower case, the words joined by `glue`, "" or "-". */
static void slug(const char *name, const char *glue, char *out, size_t size)
{
    size_t n = 0;

    for (; *name && n + 2 < size; name++) {
        if (*name == ' ' && *glue)
            out[n++] = *glue;
        else if (isalnum((unsigned char)*name))
            out[n++] = (char)tolower((unsigned char)*name);
    }
    out[n] = '\0';
}

/* The first word where it is the company's own (no other company has that stem), else all joined. */
static void first_word(const struct world_company *c, char *out, size_t size)
{
    slug(c->name, "", out, size);
    if (!c->sector->is_first && strcspn(c->name, " ") < size)
        out[strcspn(c->name, " ")] = '\0';
}

static void make_domain(const struct world *w, struct world_company *c)
{
    unsigned way = world_draw(w, DRAW_SLUG, c->index, 0, 10);
    unsigned zone = world_draw(w, DRAW_SLUG, c->index, 1, 10);
    const char *top = zone < (c->is_english ? 4 : 8) ? "nl.example" : "com.example";
    char label[64];

    if (c->oddity == WORLD_ODD_UNGUESSABLE) {
        slug(c->name, "", label, sizeof(label) - 8);
        snprintf(c->domain, sizeof(c->domain), "hallo-%s.%s", label, top);
        snprintf(c->entry, sizeof(c->entry), "%s", c->domain);
        return;
    }
    if (way < 6)
        slug(c->name, "", label, sizeof(label));
    else if (way < 8)
        slug(c->name, "-", label, sizeof(label));
    else
        first_word(c, label, sizeof(label));
    snprintf(c->entry, sizeof(c->entry), "%s.%s", label, top);
    if (c->oddity == WORLD_ODD_TO_DOMAIN)
        snprintf(c->domain, sizeof(c->domain), "groep-%s.com.example", label);
    else
        snprintf(c->domain, sizeof(c->domain), "%s", c->entry);
}

static void make_place(const struct world *w, struct world_company *c)
{
    unsigned i = c->index;

    c->town = &world_towns[world_draw(w, DRAW_TOWN, i, 0, (unsigned)world_n_towns)];
    snprintf(c->street, sizeof(c->street), "%s %u",
             world_streets[world_draw(w, DRAW_STREET, i, 0, (unsigned)world_n_streets)],
             1 + world_draw(w, DRAW_STREET, i, 1, 240));
    snprintf(c->postal_code, sizeof(c->postal_code), "%u %c%c",
             1000 + world_draw(w, DRAW_STREET, i, 2, 8999),
             'A' + (int)world_draw(w, DRAW_STREET, i, 3, 26),
             'B' + (int)world_draw(w, DRAW_STREET, i, 4, 24));
    /* Ten digits with the leading zero, as a Dutch number has; no subscriber's begins with 0 or 1. */
    snprintf(c->phone, sizeof(c->phone), "%s %u%0*u", c->town->area_code,
             2 + world_draw(w, DRAW_PHONE, i, 1, 7), 9 - (int)strlen(c->town->area_code),
             world_draw(w, DRAW_PHONE, i, 0, 99999));
}

static void make_size(const struct world *w, struct world_company *c)
{
    static const unsigned from[] = {5, 10, 20, 50, 100, 250};
    unsigned band = world_draw(w, DRAW_EMPLOYEES, c->index, 0, LM_COUNT(from));
    unsigned open = world_draw(w, DRAW_VACANCIES, c->index, 0, 20);

    c->employees = from[band] + world_draw(w, DRAW_EMPLOYEES, c->index, 1, from[band]);
    c->founded = 1950 + world_draw(w, DRAW_FOUNDED, c->index, 0, 73);
    c->n_people = 2 + world_draw(w, DRAW_PEOPLE, c->index, 0, WORLD_MAX_PEOPLE - 1);
    /* A quarter advertises fewer than 5, most 5 to 8, a few up to 20. */
    if (open < 5)
        c->n_vacancies = 1 + world_draw(w, DRAW_VACANCIES, c->index, 1, 4);
    else if (open < 17)
        c->n_vacancies = 5 + world_draw(w, DRAW_VACANCIES, c->index, 1, 4);
    else
        c->n_vacancies = 9 + world_draw(w, DRAW_VACANCIES, c->index, 1, 12);
}

/* One or two words that stand in each of its vacancies, so that a search by one finds them all. */
static void make_topics(const struct world *w, struct world_company *c)
{
    static const char *const topics[] = {"software", "data", "sales", "marketing"};
    unsigned first = world_draw(w, DRAW_TOPIC, c->index, 0, LM_COUNT(topics));

    c->topics[0] = topics[first];
    c->topics[1] = topics[(first + world_draw(w, DRAW_TOPIC, c->index, 1, 2)) % LM_COUNT(topics)];
}

static void make_mail(const struct world *w, struct world_company *c)
{
    static const enum world_pattern often[] = {
        WORLD_PATTERN_FIRST_DOT_LAST, WORLD_PATTERN_FIRST_DOT_LAST, WORLD_PATTERN_FIRST_DOT_LAST,
        WORLD_PATTERN_FIRST_DOT_LAST, WORLD_PATTERN_FIRST_DOT_LAST, WORLD_PATTERN_FIRST_DOT_LAST,
        WORLD_PATTERN_F_DOT_LAST,     WORLD_PATTERN_F_DOT_LAST,     WORLD_PATTERN_FIRST,
        WORLD_PATTERN_FLAST,          WORLD_PATTERN_FIRSTLAST,      WORLD_PATTERN_LAST_DOT_FIRST,
    };
    unsigned i = c->index;

    c->mail = odd_mail[i % GROUP];
    if (c->mail == WORLD_MAIL_REFUSES && world_draw(w, DRAW_MAIL, i, 0, 2))
        c->mail = WORLD_MAIL_BOUNCES;
    c->pattern = often[world_draw(w, DRAW_PATTERN, i, 0, LM_COUNT(often))];
    c->has_short_particles = world_draw(w, DRAW_PARTICLES, i, 0, 8) == 0;
}

static void make_site(const struct world *w, struct world_company *c)
{
    unsigned i = c->index;

    c->layout = (enum world_layout)((i + world_draw(w, DRAW_LAYOUT, 0, 0, WORLD_LAYOUT_COUNT)) %
                                    WORLD_LAYOUT_COUNT);
    c->shows_mail = world_draw(w, DRAW_SHOWS, i, 0, 10) < 6 || c->oddity == WORLD_ODD_HIDDEN_MAIL;
    c->shows_linkedin = world_draw(w, DRAW_SHOWS, i, 1, 10) < 4;
    c->shows_phone = world_draw(w, DRAW_SHOWS, i, 2, 10) < 8;
    c->team_path = world_draw(w, DRAW_TEAM_PATH, i, 0, 5);
}

void world_company(const struct world *w, unsigned i, struct world_company *c)
{
    LM_ASSERT(i < w->n_companies && w->n_companies <= WORLD_MAX_COMPANIES);
    memset(c, 0, sizeof(*c));
    c->index = i;
    c->oddity = oddities[i % GROUP];
    c->is_english = world_draw(w, DRAW_ENGLISH, i, 0, 10) < 3;
    make_name(w, c);
    make_legal_form(w, c);
    make_spellings(w, c);
    make_domain(w, c);
    make_place(w, c);
    make_size(w, c);
    make_topics(w, c);
    make_mail(w, c);
    make_site(w, c);
}

bool world_team_is_readable(const struct world_company *c)
{
    switch (c->oddity) {
    case WORLD_ODD_DOWN:
    case WORLD_ODD_LOOP:
    case WORLD_ODD_SILENT:
    case WORLD_ODD_ONLY_HOME:
    case WORLD_ODD_FALSE_PEOPLE:
    case WORLD_ODD_ROBOTS:
    case WORLD_ODD_NXDOMAIN:
        return false;
    default:
        return true;
    }
}

const char *world_team_path(const struct world_company *c)
{
    static const char *const nl[] = {"/ons-team", "/over-ons", "/team", "/medewerkers", "/mensen"};
    static const char *const en[] = {"/team", "/about-us", "/our-team", "/people", "/leadership"};

    return (c->is_english ? en : nl)[c->team_path];
}

const char *world_contact_path(const struct world_company *c)
{
    return c->team_path % 2 && c->is_english ? "/contact-us" : "/contact";
}

#define X(constant, name) name,
const char *world_layout_name(enum world_layout v)
{
    static const char *const names[] = { WORLD_LAYOUTS(X) };
    return names[v];
}

const char *world_oddity_name(enum world_oddity v)
{
    static const char *const names[] = { WORLD_ODDITIES(X) };
    return names[v];
}

const char *world_mail_name(enum world_mail v)
{
    static const char *const names[] = { WORLD_MAIL(X) };
    return names[v];
}

const char *world_reaction_name(enum world_reaction v)
{
    static const char *const names[] = { WORLD_REACTIONS(X) };
    return names[v];
}

const char *world_pattern_name(enum world_pattern v)
{
    static const char *const names[] = { WORLD_PATTERNS(X) };
    return names[v];
}
#undef X
