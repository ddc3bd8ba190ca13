/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/pairs.h"

#include <ctype.h>
#include <stdio.h>

#include "tests/bench/names.h"

#define ANY(d, list) ((list)[bench_pick((d), LM_COUNT(list))])

enum { PART = 48 };
struct parts {
    char who[PART], trade[PART], place[PART], form[PART]; /* "" where there is none */
    int shape;                                            /* which stands where */
};

static const char *const firsts[] = {"Groen",  "Hoog",   "Laag",    "Zand",   "Klei",  "Water",
                                     "Berk",   "Eik",    "Wilg",    "Heide",  "Veen",  "Duin",
                                     "Ring",   "Kerk",   "Molen",   "Brug",   "Linde", "Ooster",
                                     "Wester", "Noor",   "Sterren", "Zilver", "Koper", "Vogel",
                                     "Schaap", "Paarden"};
static const char *const lasts[] = {"berg", "dal",    "horst",  "kamp",  "laar",  "meer",  "oord",
                                    "rode", "stein",  "veld",   "wijk",  "zicht", "hoven", "burg",
                                    "donk", "drecht", "straat", "borgh", "loo",   "beek"};
static const char *const coined[] = {"Novatrix", "Quivela",  "Brandolo", "Fintura",   "Medisol",
                                     "Agrovita", "Luxterra", "Optiwise", "Tranzio",   "Veracode",
                                     "Synergon", "Aquadis",  "Cubicon",  "Pixelrijk", "Datanova",
                                     "Ecoflux",  "Helixon",  "Jobsonar", "Kinetiq",   "Zenvara"};
static const char *const trades[] = {"Bakkerij",     "Klompenmakerij", "Imkerij",
                                     "Zeilmakerij",  "Timmerfabriek",  "Machinehandel",
                                     "Kwekerij",     "Rijwielen",      "Software",
                                     "Advocaten",    "Accountants",    "Transport",
                                     "Installaties", "Kinderopvang",   "Dierenartsen",
                                     "Catering"};
static const char *const places[] = {"Zwolle", "Breda", "Gouda",    "Assen", "Hoorn",
                                     "Delft",  "Venlo", "Deventer", "Tiel",  "Goes"};
static const char *const forms[] = {"B.V.",         "BV",   "b.v.", "N.V.", "V.O.F.",
                                    "Holding B.V.", "GmbH", "Ltd",  "Groep"};

static void name_somebody(struct bench_dice *d, char out[PART])
{
    if (bench_pick(d, 3) == 0)
        snprintf(out, PART, "%s", ANY(d, coined));
    else
        snprintf(out, PART, "%s%s%s", bench_pick(d, 6) ? "" : "Van ", ANY(d, firsts),
                 ANY(d, lasts));
}

static void draw(struct bench_dice *d, struct parts *p)
{
    *p = (struct parts){.shape = (int)bench_pick(d, 3)};
    name_somebody(d, p->who);
    snprintf(p->trade, PART, "%s", ANY(d, trades));
    if (bench_pick(d, 4) == 0)
        snprintf(p->place, PART, "%s", ANY(d, places));
    if (bench_pick(d, 2))
        snprintf(p->form, PART, "%s", ANY(d, forms));
}

static void write(const struct parts *p, char out[PAIR_NAME_SIZE])
{
    const char *order[] = {p->shape ? p->trade : p->who, p->shape ? p->who : p->trade, p->place,
                           p->form};
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; i < LM_COUNT(order); i++) {
        if (order[i][0])
            n += (size_t)snprintf(out + n, PAIR_NAME_SIZE - n, "%s%s", n ? " " : "", order[i]);
    }
}

/* ---- the same company, written differently ---- */

/* As fingers slip: not on the first letter of a word. */
static void slip(struct bench_dice *d, char *s)
{
    static const char keys[] = "qwertyuiop.asdfghjkl.zxcvbnm";
    size_t n = strlen(s), at;
    const char *key;

    do {
        at = 1 + bench_pick(d, n - 2);
    } while (!isalpha((unsigned char)s[at]) || !isalpha((unsigned char)s[at - 1]));
    switch (bench_pick(d, 4)) {
    case 0:
        memmove(s + at, s + at + 1, n - at);
        break;
    case 1:
        memmove(s + at + 1, s + at, n - at + 1);
        break;
    case 2:
        if (isalpha((unsigned char)s[at + 1])) {
            char c = s[at];

            s[at] = s[at + 1];
            s[at + 1] = c;
        }
        break;
    default:
        key = strchr(keys, tolower((unsigned char)s[at]));
        if (key && key > keys && key[-1] != '.')
            s[at] = key[-1];
    }
}

static void set_case(struct bench_dice *d, char *s)
{
    bool is_upper = bench_pick(d, 2);

    for (; *s; s++)
        *s = (char)(is_upper ? toupper((unsigned char)*s) : tolower((unsigned char)*s));
}

static void write_differently(struct bench_dice *d, struct parts p, char out[PAIR_NAME_SIZE])
{
    size_t way = bench_pick(d, 8);

    if (way == 0)
        p.shape = !p.shape;
    if (way == 1 || way == 2)
        snprintf(p.form, PART, "%s", bench_pick(d, 2) ? ANY(d, forms) : "");
    if (way == 3)
        slip(d, p.trade);
    if (way == 4 || way == 5)
        slip(d, p.who);
    write(&p, out);
    if (way == 6)
        set_case(d, out);
    if (way == 7) {
        char *blank = strchr(out, ' ');

        *(blank ? blank : out + strlen(out)) = blank ? '-' : '\0';
    }
}

/* ---- another company ---- */

static bool change_place(struct bench_dice *d, struct parts *p)
{
    const char *other = ANY(d, places);

    if (!p->place[0] || strcmp(other, p->place) == 0)
        return false;
    snprintf(p->place, PART, "%s", other);
    return true;
}

static bool change_trade(struct bench_dice *d, struct parts *p)
{
    const char *other = ANY(d, trades);

    if (strcmp(other, p->trade) == 0)
        return false;
    snprintf(p->trade, PART, "%s", other);
    return true;
}

/* Half of it stays where it can: Groenveld, Groenhorst. */
static bool change_who(struct bench_dice *d, struct parts *p)
{
    struct parts other;

    draw(d, &other);
    if (bench_pick(d, 2)) {
        for (size_t i = 0; i < LM_COUNT(firsts); i++) {
            const char *at = strstr(p->who, firsts[i]);

            if (at)
                snprintf(other.who, PART, "%.*s%s%s", (int)(at - p->who), p->who, firsts[i],
                         ANY(d, lasts));
        }
    }
    if (strcmp(other.who, p->who) == 0)
        return false;
    memcpy(p->who, other.who, PART);
    return true;
}

static bool add_word(struct bench_dice *d, struct parts *p)
{
    char more[PART];

    snprintf(more, sizeof(more), "%s", bench_pick(d, 2) ? ANY(d, coined) : ANY(d, firsts));
    if (strstr(p->who, more))
        return false;
    snprintf(p->who + strlen(p->who), PART - strlen(p->who), " %s", more);
    return true;
}

static bool add_number(struct bench_dice *d, struct parts *p)
{
    snprintf(p->who + strlen(p->who), PART - strlen(p->who), " %zu", 2 + bench_pick(d, 97));
    return true;
}

static void write_another(struct bench_dice *d, struct parts p, char out[PAIR_NAME_SIZE])
{
    static bool (*const ways[])(struct bench_dice * d, struct parts * p) = {
        change_place, change_trade, change_who, change_who, add_word, add_number};

    while (!ANY(d, ways)(d, &p)) {
    }
    if (bench_pick(d, 3) == 0)
        snprintf(p.form, PART, "%s", ANY(d, forms));
    write(&p, out);
}

void test_pair_make(uint64_t number, struct test_pair *out)
{
    struct bench_dice d = {number * 0x2545f4914f6cdd1du + 7};
    struct parts p;

    draw(&d, &p);
    write(&p, out->a);
    out->is_same = bench_pick(&d, 2);
    if (out->is_same)
        write_differently(&d, p, out->b);
    else
        write_another(&d, p, out->b);
}
