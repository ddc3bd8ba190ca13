/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telephone numbers as typed → E.164. National rules are those of the countries we sell to; of others
 * only the international form is understood (Debian has libphonenumber for C++ only).
 */
#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"

enum { FEWEST_DIGITS = 8, MOST_DIGITS = 15 }; /* E.164 allows 15; below 8 it is a short code */

struct plan {
    const char *country;
    const char *code;          /* of the country */
    const char *trunk;         /* before a national number */
    const char *international; /* what is dialled for + */
    size_t fewest, most;       /* digits of a national number, without the trunk */
};

/* Source: ITU-T E.164 national numbering plans. */
static const struct plan plans[] = {
    {"NL", "31", "0", "00", 9, 9}, {"BE", "32", "0", "00", 8, 9},  {"DE", "49", "0", "00", 6, 12},
    {"FR", "33", "0", "00", 9, 9}, {"GB", "44", "0", "00", 9, 10}, {"US", "1", "1", "011", 10, 10},
};

static const struct plan *plan_of_country(lm_str country)
{
    for (size_t i = 0; i < LM_COUNT(plans); i++)
        if (lm_str_ieqz(country, plans[i].country))
            return &plans[i];
    return NULL;
}

static const struct plan *plan_of_code(lm_str digits)
{
    for (size_t i = 0; i < LM_COUNT(plans); i++)
        if (lm_str_starts(digits, lm_str_z(plans[i].code)))
            return &plans[i];
    return NULL;
}

/*
 * The digits of `typed`, with a leading + if there is one. {NULL, 0} when something else is in it.
 */
static lm_str dialled(struct lm_arena *a, lm_str typed)
{
    char *p = lm_arena_alloc(a, typed.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < typed.n; i++) {
        lm_str rest = lm_str_sub(typed, i, typed.n);
        char c = typed.p[i];

        if (c >= '0' && c <= '9') {
            p[n++] = c;
        } else if (c == '+' && n == 0) {
            p[n++] = c;
        } else if (lm_str_starts(rest, LM_STR("(0)")) && n > 1) {
            i += 2; /* +31 (0)20: the trunk for those at home */
        } else if (lm_str_starts(rest, LM_STR("\xc2\xa0"))) {
            i++; /* NBSP */
        } else if (c == '\0' || !strchr(" -./()", c)) {
            return (lm_str){NULL, 0};
        }
    }
    p[n] = '\0';
    return (lm_str){p, n};
}

static bool drop_prefix(lm_str *s, const char *prefix)
{
    if (!lm_str_starts(*s, lm_str_z(prefix)))
        return false;
    *s = lm_str_sub(*s, strlen(prefix), s->n);
    return true;
}

/* Country code and national number, checked by the country's plan where we know it. */
static lm_str international(struct lm_arena *a, lm_str digits)
{
    const struct plan *plan = plan_of_code(digits);
    lm_str national = digits;

    if (plan) {
        drop_prefix(&national, plan->code);
        if (lm_str_eqz(lm_str_z(plan->trunk), "0"))
            drop_prefix(&national, "0");
        if (national.n < plan->fewest || national.n > plan->most || national.p[0] == '0')
            return (lm_str){NULL, 0}; /* the trunk is dialled once */
        return lm_str_z(lm_arena_printf(a, "+%s%.*s", plan->code, LM_FMT(national)));
    }
    if (digits.n < FEWEST_DIGITS || digits.n > MOST_DIGITS || digits.p[0] == '0')
        return (lm_str){NULL, 0};
    return lm_str_z(lm_arena_printf(a, "+%.*s", LM_FMT(digits)));
}

lm_str lm_phone_e164(struct lm_arena *a, lm_str typed, const char *country)
{
    const struct plan *plan = plan_of_country(lm_str_z(country));
    lm_str digits, none = {NULL, 0};

    typed = lm_str_trim(typed);
    if (lm_str_istarts(typed, LM_STR("tel:")))
        typed = lm_str_sub(typed, 4, typed.n);
    digits = dialled(a, typed);
    if (drop_prefix(&digits, "+"))
        return international(a, digits);
    if (drop_prefix(&digits, plan ? plan->international : "00"))
        return international(a, digits);
    if (!plan)
        return none;
    /* Without its trunk a number may be local to a town; in the US there is hardly one any more. */
    if (!drop_prefix(&digits, plan->trunk) && !lm_str_eqz(lm_str_z(plan->country), "US"))
        return none;
    if (digits.n < plan->fewest || digits.n > plan->most || digits.p[0] == '0')
        return none;
    return lm_str_z(lm_arena_printf(a, "+%s%.*s", plan->code, LM_FMT(digits)));
}
