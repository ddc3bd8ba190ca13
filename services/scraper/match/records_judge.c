/* SPDX-License-Identifier: Apache-2.0 */
/* Two records of companies. */
#include <ctype.h>

#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/match/judge.h"
#include "services/scraper/match/name.h"
#include "services/scraper/match/names.h"

/* Numbers are written with blanks and dots. */
static lm_str without_marks(struct lm_arena *a, const char *text)
{
    size_t size = text ? strlen(text) : 0, n = 0;
    char *out = lm_arena_alloc(a, size + 1);

    for (size_t i = 0; i < size; i++) {
        if (isalnum((unsigned char)text[i]))
            out[n++] = (char)toupper((unsigned char)text[i]);
    }
    return n ? (lm_str){out, n} : (lm_str){NULL, 0};
}

static lm_str known(const char *text)
{
    return text && *text ? lm_str_z(text) : (lm_str){NULL, 0};
}

/* "Utrecht" of "Utrecht, NL"; a place with digits in it is an address. */
static lm_str town_of(const Lm__Company *c)
{
    lm_str location = known(c->location), town;

    if (c->city && *c->city)
        return lm_str_z(c->city);
    if (!location.n || !lm_str_split(&location, ',', &town))
        return (lm_str){NULL, 0};
    for (size_t i = 0; i < town.n; i++) {
        if (isdigit((unsigned char)town.p[i]))
            return (lm_str){NULL, 0};
    }
    return town;
}

void scraper_traits_of(struct lm_arena *a, const Lm__Company *c, struct scraper_traits *out)
{
    struct scraper_tokens town;

    scraper_tokens_of(a, town_of(c), &town);
    *out = (struct scraper_traits){
        .name = lm_str_z(c->name),
        .name_norm = scraper_name_normalize(a, lm_str_z(c->name)),
        .domain = known(c->domain),
        .registration_number = without_marks(a, c->registration_number),
        .country = known(c->country),
        .phone = known(c->phone),
        .city = scraper_tokens_key(&town),
        .is_synthetic = c->has_is_synthetic && c->is_synthetic,
    };
    scraper_tokens_of(a, out->name, &out->tokens);
}

static bool are_equal(lm_str a, lm_str b)
{
    return a.n && b.n && lm_str_eq(a, b);
}

static bool differ(lm_str a, lm_str b)
{
    return a.n && b.n && !lm_str_eq(a, b);
}

static struct scraper_judgement say(enum scraper_verdict verdict, enum scraper_ground ground,
                                    double score, const char *reason)
{
    return (struct scraper_judgement){verdict, ground, score, reason};
}

/* ---- names in their towns ---- */

/* A town in the name says no more than the address where it is the same. */
static struct scraper_tokens without_town(const struct scraper_tokens *t, uint64_t town)
{
    struct scraper_tokens out = {.n = 0};

    for (size_t i = 0; i < t->n; i++) {
        struct scraper_tokens one = {.v = {t->v[i]}, .n = 1};

        if (t->v[i].kind != SCRAPER_WORD_PLACE || scraper_tokens_key(&one) != town)
            out.v[out.n++] = t->v[i];
    }
    return out.n ? out : *t;
}

/* Jansen, and the bakery of one: there are several. */
static bool is_common(const struct scraper_tokens *t)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->v[i].kind == SCRAPER_WORD_OWN)
            return false;
    }
    return true;
}

static struct scraper_judgement judge_names(const struct scraper_traits *a,
                                            const struct scraper_traits *b)
{
    struct scraper_judgement j = scraper_names_judge(&a->tokens, &b->tokens);

    if (j.verdict != SCRAPER_SAME && (a->city || b->city)) {
        struct scraper_tokens x = without_town(&a->tokens, b->city),
                              y = without_town(&b->tokens, a->city);

        if (x.n != a->tokens.n || y.n != b->tokens.n)
            j = scraper_names_judge(&x, &y);
    }
    if (j.verdict != SCRAPER_SAME)
        return j;
    if (!scraper_names_meet(&(struct scraper_called){a->name_norm, &a->tokens, a->domain, a->city},
                            &(struct scraper_called){b->name_norm, &b->tokens, b->domain, b->city}))
        return say(SCRAPER_MAYBE, SCRAPER_BY_NAME, 0.84, j.reason);
    if (a->city && b->city && a->city != b->city && is_common(&a->tokens))
        return say(SCRAPER_MAYBE, SCRAPER_BY_NAME, 0.84, "a name that many have, in two towns");
    return j;
}

/* ---- what rules them out, what settles it ---- */

/* Something says they are two: a look is worth it where much else says they are one. */
static struct scraper_judgement two(const struct scraper_traits *a, const struct scraper_traits *b,
                                    bool is_much_alike, enum scraper_ground ground,
                                    const char *reason)
{
    bool is_named_alike = judge_names(a, b).verdict == SCRAPER_SAME;

    return is_much_alike && is_named_alike ? say(SCRAPER_MAYBE, ground, 0.8, reason)
                                           : say(SCRAPER_DIFFERENT, ground, 0, reason);
}

static struct scraper_judgement judge_phones(const struct scraper_traits *a,
                                             const struct scraper_traits *b)
{
    struct scraper_judgement j = judge_names(a, b);

    if (j.verdict == SCRAPER_DIFFERENT)
        return say(SCRAPER_MAYBE, SCRAPER_BY_PHONE, 0.5, "same phone, different names");
    return say(SCRAPER_SAME, SCRAPER_BY_PHONE, 0.95, "same phone and name");
}

struct scraper_judgement scraper_records_judge(const struct scraper_traits *a,
                                               const struct scraper_traits *b)
{
    const bool is_one_country = !differ(a->country, b->country),
               is_one_phone = are_equal(a->phone, b->phone),
               is_one_number =
                   is_one_country && are_equal(a->registration_number, b->registration_number);

    if (a->is_synthetic != b->is_synthetic)
        return say(SCRAPER_DIFFERENT, SCRAPER_BY_DOMAIN, 0, "one of them is invented");
    if (are_equal(a->domain, b->domain))
        return say(SCRAPER_SAME, SCRAPER_BY_DOMAIN, 1, "same domain");
    if (differ(a->domain, b->domain))
        return is_one_number ? say(SCRAPER_MAYBE, SCRAPER_BY_DOMAIN, 0.84,
                                   "same registration number, different domains")
                             : two(a, b, is_one_phone, SCRAPER_BY_DOMAIN, "different domains");
    if (is_one_number)
        return say(SCRAPER_SAME, SCRAPER_BY_NUMBER, 0.99, "same registration number");
    if (!is_one_country)
        return two(a, b, true, SCRAPER_BY_NUMBER, "different countries");
    if (differ(a->registration_number, b->registration_number))
        return two(a, b, true, SCRAPER_BY_NUMBER, "different registration numbers");
    return is_one_phone ? judge_phones(a, b) : judge_names(a, b);
}
