/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/match/name_keys.h"

#include <ctype.h>

#include "common/str.h"
#include "services/scraper/match/spelling.h"

enum { OWN_BYTES = 256, SHORT_OWN = 5, LONG_OWN = 8 };

/* A name, as its keys are made of it. */
struct outline {
    char own[OWN_BYTES]; /* its own words in order, as they sound */
    size_t n;
    uint64_t general; /* of all other words but particles */
    uint64_t letters; /* of all words in a row */
};

static uint64_t mix(uint64_t x, uint64_t y)
{
    return (x ^ y) * UINT64_C(0x9e3779b97f4a7c15) + (y >> 29);
}

static int by_text(const struct scraper_token *a, const struct scraper_token *b)
{
    return lm_str_cmp(a->text, b->text);
}

/* FNV-1a, as lm_str_hash, over pieces. */
static uint64_t go_on(uint64_t h, lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        h = (h ^ (unsigned char)s.p[i]) * UINT64_C(0x100000001b3);
    return h;
}

/* Of a number no digit is a slip. */
static bool has_digit(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (isdigit((unsigned char)s.p[i]))
            return true;
    }
    return false;
}

static void outline_of(const struct scraper_tokens *t, struct outline *o)
{
    const struct scraper_token *own[SCRAPER_TOKENS_MAX];
    size_t n = 0;

    *o = (struct outline){.letters = UINT64_C(0xcbf29ce484222325)};
    for (size_t i = 0; i < t->n; i++) {
        const struct scraper_token *w = &t->v[i];
        size_t at = n;

        o->letters = go_on(o->letters, w->text);
        if (w->kind > SCRAPER_WORD_SURNAME || has_digit(w->text)) {
            if (w->kind != SCRAPER_WORD_PARTICLE)
                o->general += scraper_token_key(w);
            continue;
        }
        for (; at > 0 && by_text(own[at - 1], w) > 0; at--)
            own[at] = own[at - 1];
        own[at] = w;
        n++;
    }
    for (size_t i = 0; i < n && o->n + SCRAPER_WORD_MAX <= OWN_BYTES; i++)
        o->n += scraper_spelling_squash(own[i]->text, o->own + o->n);
}

/*
 * The letter in the middle of a long name is in neither, so that two that changed places there spoil only one. In a
 * short one no letter is a slip: it is whole.
 */
static uint32_t half_key(const struct outline *o, size_t length, bool is_second)
{
    size_t n = is_second ? length - length / 2 - (length >= LONG_OWN) : length / 2;
    lm_str half = {is_second ? o->own + o->n - LM_MIN(n, o->n) : o->own, LM_MIN(n, o->n)};
    uint64_t key;

    if (LM_MAX(length, o->n) < SHORT_OWN)
        half = (lm_str){o->own, o->n};
    key = mix(mix(lm_str_hash(half), o->general), 2 * length + is_second);
    return (uint32_t)(key >> 32);
}

static uint32_t letters_key(const struct outline *o)
{
    return (uint32_t)(mix(o->letters, 1) >> 32);
}

void scraper_name_keys(const struct scraper_tokens *t, uint32_t out[SCRAPER_NAME_KEYS])
{
    struct outline o;

    outline_of(t, &o);
    out[0] = half_key(&o, o.n, false);
    out[1] = half_key(&o, o.n, true);
    out[2] = letters_key(&o);
}

/* Of all lengths that a slip leaves, with these general words. */
static size_t ask_halves(const struct outline *o, uint64_t general, struct scraper_name_key *out,
                         size_t n)
{
    struct outline with = *o;

    with.general = general;
    for (size_t length = LM_MAX(o->n, 1) - 1; length <= LM_MAX(o->n, 1) + 1; length++) {
        for (int k = 0; k < 2; k++)
            out[n++] = (struct scraper_name_key){half_key(&with, length, k), k};
    }
    return n;
}

size_t scraper_name_asked(const struct scraper_tokens *t, uint64_t town,
                          struct scraper_name_key out[SCRAPER_NAME_ASKED])
{
    struct outline o;
    size_t n = 1, left = 2; /* towns in names that are looked at */

    outline_of(t, &o);
    out[0] = (struct scraper_name_key){letters_key(&o), 2};
    n = ask_halves(&o, o.general, out, n);
    if (town)
        n = ask_halves(&o, o.general + town, out, n);
    for (size_t i = 0; i < t->n && left; i++) {
        if (t->v[i].kind != SCRAPER_WORD_PLACE)
            continue;
        n = ask_halves(&o, o.general - scraper_token_key(&t->v[i]), out, n);
        left--;
    }
    return n;
}
