/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/names.h"

#include <ctype.h>

#include "common/str.h"

uint64_t bench_roll(struct bench_dice *d)
{
    uint64_t z = (d->state += 0x9e3779b97f4a7c15u);

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

size_t bench_pick(struct bench_dice *d, size_t n)
{
    return (size_t)(((unsigned __int128)bench_roll(d) * n) >> 64);
}

static const char *const trades[] = {
    "Bakkerij",         "Slagerij",           "Garage",           "Kapsalon",
    "Bouwbedrijf",      "Loonbedrijf",        "Schildersbedrijf", "Administratiekantoor",
    "Autobedrijf",      "Installatiebedrijf", "Drukkerij",        "Fysiotherapie",
    "Hoveniersbedrijf", "Timmerbedrijf",      "Transportbedrijf", "Makelaardij",
    "Notariskantoor",   "Tandartspraktijk",   "Rijschool",        "Restaurant",
    "Studio",           "Architectenbureau",  "Adviesbureau",     "Uitgeverij",
};
static const char *const fields[] = {
    "Logistics",   "Software",  "Consulting", "Engineering", "Media",     "Design",
    "Techniek",    "Advies",    "Beheer",     "Bouw",        "Transport", "Catering",
    "Energy",      "Systems",   "Solutions",  "Ventures",    "Capital",   "Groep",
    "Partners",    "Onderwijs", "Zorg",       "Interieur",   "Marketing", "Analytics",
    "Recruitment", "Security",  "Foods",      "Trading",     "Works",     "Labs",
};
static const char *const places[] = {
    "Amsterdam", "Rotterdam", "Utrecht", "Eindhoven",     "Groningen", "Tilburg",
    "Breda",     "Zwolle",    "Arnhem",  "Leiden",        "Alkmaar",   "Deventer",
    "Nederland", "Benelux",   "Europe",  "International",
};
static const char *const forms[] = {"B.V.", "BV",      "B.V.",         "N.V.", "V.O.F.",
                                    "Ltd",  "Limited", "Holding B.V.", "GmbH", "Inc."};
static const char *const prefixes[] = {"",    "",     "",         "",         "",
                                       "de ", "van ", "van der ", "van den ", "ter "};
static const char *const onsets[] = {"b", "br",  "d",  "dr", "f", "g",  "gr", "h",  "j",
                                     "k", "kl",  "kr", "l",  "m", "n",  "p",  "pr", "r",
                                     "s", "sch", "sl", "st", "t", "tr", "v",  "w",  "z"};
static const char *const vowels[] = {"a",  "e",  "i",  "o",  "u",  "aa",
                                     "ee", "oo", "ie", "oe", "ui", "ij"};
static const char *const codas[] = {"",  "",   "",   "l",  "m",  "n",  "r",  "s",   "t",
                                    "k", "rt", "nd", "ns", "rs", "ls", "mp", "cht", "ld"};
static const char *const surname_ends[] = {"",     "",     "sma",  "stra", "sen",  "man",
                                           "veld", "huis", "kamp", "dijk", "berg", "ink"};

#define ANY(d, list) ((list)[bench_pick((d), LM_COUNT(list))])

/* A word that few share: two syllables and more, of nine thousand each. */
static size_t own_word(struct bench_dice *d, char *out, size_t size)
{
    size_t n = 0;

    for (size_t k = 0, syllables = 2 + bench_pick(d, 2); k < syllables; k++)
        n += (size_t)snprintf(out + n, size - n, "%s%s%s", ANY(d, onsets), ANY(d, vowels),
                              k + 1 < syllables ? "" : ANY(d, codas));
    out[0] = (char)toupper((unsigned char)out[0]);
    return n;
}

static void surname(struct bench_dice *d, char *out, size_t size)
{
    char word[40];

    own_word(d, word, sizeof(word));
    snprintf(out, size, "%s%s%s", ANY(d, prefixes), word, ANY(d, surname_ends));
}

size_t bench_name(uint64_t i, char out[BENCH_NAME_SIZE])
{
    struct bench_dice d = {i * 0x2545f4914f6cdd1du + 1};
    char who[64], other[64], end[40] = "";

    surname(&d, who, sizeof(who));
    if (bench_pick(&d, 10) < 7)
        snprintf(end, sizeof(end), " %s", ANY(&d, forms));
    switch (bench_pick(&d, 6)) {
    case 0:
        return (size_t)snprintf(out, BENCH_NAME_SIZE, "%s %s%s", ANY(&d, trades), who, end);
    case 1:
        surname(&d, other, sizeof(other));
        return (size_t)snprintf(out, BENCH_NAME_SIZE, "%s & %s %s%s", who, other, ANY(&d, fields),
                                end);
    case 2:
        return (size_t)snprintf(out, BENCH_NAME_SIZE, "%s %s %s%s", ANY(&d, trades), who,
                                ANY(&d, places), end);
    case 3:
        own_word(&d, who, sizeof(who));
        return (size_t)snprintf(out, BENCH_NAME_SIZE, "%s %s%s", who, ANY(&d, fields), end);
    case 4:
        own_word(&d, who, sizeof(who));
        return (size_t)snprintf(out, BENCH_NAME_SIZE, "%s %s %s%s", who, ANY(&d, fields),
                                ANY(&d, places), end);
    default:
        return (size_t)snprintf(out, BENCH_NAME_SIZE, "%s%s%s", who,
                                bench_pick(&d, 3) ? "" : " en Zonen", end);
    }
}

/* The name without its last word when that is a legal form. */
static size_t without_form(lm_str name)
{
    for (size_t k = 0; k < LM_COUNT(forms); k++) {
        lm_str form = lm_str_z(forms[k]);

        if (name.n > form.n + 1 && memcmp(name.p + name.n - form.n, form.p, form.n) == 0)
            return name.n - form.n - 1;
    }
    return name.n;
}

static size_t edit(struct bench_dice *d, char *s, size_t n)
{
    size_t at = bench_pick(d, n - 1);
    char letter = (char)('a' + bench_pick(d, 26)), c = s[at];

    switch (bench_pick(d, 5)) {
    case 0:
        memmove(s + at, s + at + 1, n - at - 1);
        return n - 1;
    case 1:
        memmove(s + at + 1, s + at, n - at);
        s[at] = letter;
        return n + 1;
    case 2:
        s[at] = letter;
        return n;
    case 3:
        s[at] = s[at + 1];
        s[at + 1] = c;
        return n;
    default:
        memmove(s + at + 1, s + at, n - at);
        s[at] = ' ';
        return n + 1;
    }
}

size_t bench_name_misspell(struct bench_dice *d, lm_str name, char out[BENCH_NAME_SIZE])
{
    char s[BENCH_NAME_SIZE + 4];
    size_t n = without_form(name);

    memcpy(s, name.p, n);
    for (size_t k = 0, edits = 1 + bench_pick(d, 2); k < edits && n > 2; k++)
        n = edit(d, s, n);
    return (size_t)snprintf(out, BENCH_NAME_SIZE, "%.*s%s%s", (int)n, s,
                            bench_pick(d, 2) ? " " : "", bench_pick(d, 2) ? ANY(d, forms) : "");
}
