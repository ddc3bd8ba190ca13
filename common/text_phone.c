/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telephone numbers as typed → E.164. National rules are those of the countries we sell to; of others
 * only the international form is understood (Debian has libphonenumber for C++ only).
 */
#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"

enum {
    FEWEST_DIGITS = 8, /* of a country without a plan here; what is shorter is a short code */
    MOST_DIGITS = 15,  /* of E.164, the country's code included */
    LONGEST_TYPED = 200,
    WHOLE_NUMBER = 6, /* digits after which another number or an extension may begin */
};

struct plan {
    const char *country;
    const char *code;          /* of the country */
    const char *trunk;         /* before a national number; "" where numbers are dialled whole */
    const char *international; /* what is dialled for +; 00 is understood everywhere */
    size_t fewest, most;       /* digits of a national number, without the trunk */
    enum {
        TRUNK_IS_OPTIONAL = 1, /* nobody dials a part of a number: without it, it is the same one */
        KEEPS_ZERO = 2,        /* a zero in front belongs to the number */
        NORTH_AMERICAN = 4,    /* area and exchange begin with 2-9 */
    } traits;
};

/*
 * Source: the national numbering plans deposited at ITU (E.164, Operational Bulletin annexes "List of
 * Recommendation ITU-T E.164 assigned country codes" and "Dialling procedures"); lengths leave out what cannot be
 * reached from abroad. The first plan of a code is the one it is checked by.
 */
static const struct plan plans[] = {
    {"AT", "43", "0", "00", 5, 13, 0},
    {"AU", "61", "0", "0011", 9, 9, 0},
    {"BE", "32", "0", "00", 8, 9, 0},
    {"BG", "359", "0", "00", 7, 9, 0},
    {"CA", "1", "1", "011", 10, 10, TRUNK_IS_OPTIONAL | NORTH_AMERICAN},
    {"CH", "41", "0", "00", 9, 9, 0},
    {"CY", "357", "", "00", 8, 8, 0},
    {"CZ", "420", "", "00", 9, 9, 0},
    {"DE", "49", "0", "00", 6, 12, 0},
    {"DK", "45", "", "00", 8, 8, 0},
    {"EE", "372", "", "00", 7, 8, 0},
    {"ES", "34", "", "00", 9, 9, 0},
    {"FI", "358", "0", "00", 5, 12, 0},
    {"FR", "33", "0", "00", 9, 9, 0},
    {"GB", "44", "0", "00", 9, 10, 0},
    {"GR", "30", "", "00", 10, 10, 0},
    {"HR", "385", "0", "00", 8, 9, 0},
    {"HU", "36", "06", "00", 8, 9, 0},
    {"IE", "353", "0", "00", 7, 9, 0},
    {"IN", "91", "0", "00", 10, 10, TRUNK_IS_OPTIONAL},
    {"IS", "354", "", "00", 7, 9, 0},
    {"IT", "39", "", "00", 6, 11, KEEPS_ZERO},
    {"LI", "423", "", "00", 7, 9, 0},
    {"LT", "370", "0", "00", 8, 8, 0},
    {"LU", "352", "", "00", 4, 11, 0},
    {"LV", "371", "", "00", 8, 8, 0},
    {"MT", "356", "", "00", 8, 8, 0},
    {"NL", "31", "0", "00", 9, 9, 0},
    {"NO", "47", "", "00", 8, 8, 0},
    {"PL", "48", "", "00", 9, 9, 0},
    {"PT", "351", "", "00", 9, 9, 0},
    {"RO", "40", "0", "00", 9, 9, 0},
    {"SE", "46", "0", "00", 7, 9, 0},
    {"SG", "65", "", "001", 8, 8, 0},
    {"SI", "386", "0", "00", 8, 8, 0},
    {"SK", "421", "0", "00", 9, 9, 0},
    {"US", "1", "1", "011", 10, 10, TRUNK_IS_OPTIONAL | NORTH_AMERICAN},
};

/* Service numbers that companies are reached at, of other lengths than their country's numbers; no trunk of theirs. */
static const struct {
    const char *code, *prefix;
    size_t lengths[2];
} services[] = {
    {"31", "800", {7, 10}},   {"31", "900", {7, 10}}, {"61", "13", {6, 10}},
    {"61", "1800", {10, 7}},  {"353", "1800", {10}},  {"353", "1890", {10}},
    {"91", "1800", {10, 11}},
};

static const struct plan *plan_of_country(lm_str country)
{
    for (size_t i = 0; i < LM_COUNT(plans); i++)
        if (lm_str_ieqz(country, plans[i].country))
            return &plans[i];
    return NULL;
}

/* No calling code is the beginning of another. */
static const struct plan *plan_of_code(lm_str digits)
{
    for (size_t i = 0; i < LM_COUNT(plans); i++)
        if (lm_str_starts(digits, lm_str_z(plans[i].code)))
            return &plans[i];
    return NULL;
}

/* ---- what was typed ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return c >= 'a' && c <= 'z';
}

/* Length of one of `words` at the start of s, as a whole word; 0 if none. */
static size_t word_at(lm_str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(words[i]);

        if (lm_str_starts(s, lm_str_z(words[i])) && (s.n == length || !is_letter(s.p[length])))
            return length;
    }
    return 0;
}

/* "Tel.: ", "T ", "phone:" in front go. */
static lm_str without_label(lm_str s)
{
    static const char *const labels[] = {"tel",   "telefoon", "telephone", "telefon",
                                         "phone", "fon",      "mobiel",    "mobile",
                                         "mob",   "gsm",      "t",         "m"};
    size_t n = word_at(s, labels, LM_COUNT(labels));

    if (n == 0)
        return s;
    while (n < s.n && strchr(".: ", s.p[n]))
        n++;
    return lm_str_sub(s, n, s.n);
}

static bool is_extension(lm_str s)
{
    static const char *const words[] = {"ext",       "extension", "toestel",  "tst", "doorkies",
                                        "durchwahl", "poste",     "apparaat", "app", "dw"};

    return s.p[0] == '#' || word_at(s, words, LM_COUNT(words)) ||
           (s.n > 1 && s.p[0] == 'x' && (is_digit(s.p[1]) || strchr(" .:", s.p[1])));
}

/* Where the next of several numbers begins. A slash may also stand within one: 030 / 901820. */
static size_t separator_at(lm_str s, bool at_slash)
{
    static const char *const words[] = {"of", "or", "en", "and", "oder", "und", "ou", "et", "&"};

    if (strchr(";,|\n", s.p[0]) || (at_slash && s.p[0] == '/'))
        return 1;
    return word_at(s, words, LM_COUNT(words));
}

/* Length of what is no digit and says nothing: blanks, dots, brackets, the dashes of typography; 0 if none. */
static size_t filler_at(lm_str s)
{
    if (s.p[0] != '\0' && strchr(" -./()[]\t", s.p[0]))
        return 1;
    /* U+2010 to U+2015, and the minus U+2212. */
    if (s.n >= 3 && memcmp(s.p, "\xe2\x80", 2) == 0 && (unsigned char)s.p[2] >= 0x90 &&
        (unsigned char)s.p[2] <= 0x95)
        return 3;
    return lm_str_starts(s, LM_STR("\xe2\x88\x92")) ? 3 : 0;
}

/* The trunk for those at home in "+31 (0)20". */
#define TRUNK_IN_BRACKETS 't'

/*
 * Takes the next number off *rest: its digits, with a leading + if there is one, up to an extension or another
 * number. {NULL, 0} when something else is in it: letters are dialled as one likes.
 */
static lm_str next_dialled(struct lm_arena *a, lm_str *rest, bool at_slash)
{
    lm_str s = without_label(lm_str_trim(*rest));
    char *p = lm_arena_alloc(a, s.n + 1);
    size_t n = 0, i = 0, length;
    bool is_number = true, is_over = false;

    for (; i < s.n; i += length) {
        lm_str at = lm_str_sub(s, i, s.n);

        if ((length = separator_at(at, at_slash)) > 0) {
            i += length;
            break;
        }
        if (is_over)
            length = 1;
        else if (is_digit(at.p[0]) || (at.p[0] == '+' && n == 0)) {
            p[n++] = at.p[0];
            length = 1;
        } else if (at.p[0] == '+' && n >= WHOLE_NUMBER) {
            break; /* the next one */
        } else if (n > 1 && lm_str_starts(at, LM_STR("(0)"))) {
            p[n++] = TRUNK_IN_BRACKETS;
            length = 3;
        } else if (n >= WHOLE_NUMBER && is_extension(at)) {
            is_over = true;
            length = 1;
        } else if ((length = filler_at(at)) == 0) {
            is_number = false;
            length = 1;
        }
    }
    *rest = lm_str_sub(s, i, s.n);
    return is_number && n > 0 ? (lm_str){p, n} : (lm_str){NULL, 0};
}

/* ---- what it means ---- */

static bool drop_prefix(lm_str *s, const char *prefix)
{
    if (!lm_str_starts(*s, lm_str_z(prefix)))
        return false;
    *s = lm_str_sub(*s, strlen(prefix), s->n);
    return true;
}

static bool is_service(const struct plan *plan, lm_str national)
{
    for (size_t i = 0; i < LM_COUNT(services); i++) {
        if (strcmp(services[i].code, plan->code) == 0 &&
            lm_str_starts(national, lm_str_z(services[i].prefix)) &&
            (national.n == services[i].lengths[0] || national.n == services[i].lengths[1]))
            return true;
    }
    return false;
}

static bool is_national(const struct plan *plan, lm_str national)
{
    for (size_t i = 0; i < national.n; i++)
        if (!is_digit(national.p[i]))
            return false;
    if (is_service(plan, national))
        return true;
    if (national.n < plan->fewest || national.n > plan->most)
        return false;
    if (plan->traits & NORTH_AMERICAN)
        return national.p[0] >= '2' && national.p[3] >= '2';
    return national.p[0] != '0' || (plan->traits & KEEPS_ZERO);
}

static lm_str e164(struct lm_arena *a, const struct plan *plan, lm_str national)
{
    if (!is_national(plan, national))
        return (lm_str){NULL, 0};
    return lm_str_z(lm_arena_printf(a, "+%s%.*s", plan->code, LM_FMT(national)));
}

static lm_str without_brackets(struct lm_arena *a, lm_str digits)
{
    char *p = lm_arena_alloc(a, digits.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < digits.n; i++)
        if (is_digit(digits.p[i]))
            p[n++] = digits.p[i];
    return (lm_str){p, n};
}

/* Country code and national number, checked by the country's plan where we know it. */
static lm_str international(struct lm_arena *a, lm_str digits)
{
    const struct plan *plan = plan_of_code(digits);
    lm_str national = digits;

    if (plan) {
        drop_prefix(&national, plan->code);
        if (national.n && national.p[0] == TRUNK_IN_BRACKETS) {
            national = lm_str_sub(national, 1, national.n);
            if (plan->traits & KEEPS_ZERO)
                national = lm_str_z(lm_arena_printf(a, "0%.*s", LM_FMT(national)));
        } else if (*plan->trunk && !is_national(plan, national)) {
            drop_prefix(&national, plan->trunk); /* dialled all the same, once */
        }
        return e164(a, plan, national);
    }
    digits = without_brackets(a, digits);
    if (digits.n < FEWEST_DIGITS || digits.n > MOST_DIGITS || digits.p[0] == '0')
        return (lm_str){NULL, 0};
    return lm_str_z(lm_arena_printf(a, "+%.*s", LM_FMT(digits)));
}

/*
 * As dialled at home. Without its trunk a number may be local to a town, so it is none. What can only be a number
 * with its country's code is one: spreadsheets eat the plus.
 */
static lm_str at_home(struct lm_arena *a, const struct plan *plan, lm_str digits)
{
    lm_str national = digits, found = {NULL, 0};

    if (is_service(plan, digits))
        return e164(a, plan, digits);
    if (!*plan->trunk || drop_prefix(&national, plan->trunk))
        found = e164(a, plan, national);
    if (!found.n && (plan->traits & TRUNK_IS_OPTIONAL))
        found = e164(a, plan, digits);
    if (!found.n && lm_str_starts(digits, lm_str_z(plan->code)))
        found = international(a, digits);
    return found;
}

static lm_str meant(struct lm_arena *a, const struct plan *plan, lm_str digits)
{
    lm_str rest = digits;

    if (drop_prefix(&rest, "+") || (plan && drop_prefix(&rest, plan->international)) ||
        drop_prefix(&rest, "00"))
        return international(a, rest);
    return plan ? at_home(a, plan, digits) : (lm_str){NULL, 0};
}

static bool is_ascii(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* In lower case, with the digits, blanks and signs of ASCII: full-width ones are common in Asia, NBSP everywhere. */
static lm_str plain(struct lm_arena *a, lm_str typed)
{
    char *p;

    if (!is_ascii(typed))
        return lm_text_fold(a, typed);
    p = lm_arena_strz(a, typed);
    for (size_t i = 0; i < typed.n; i++)
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
    return (lm_str){p, typed.n};
}

lm_str lm_phone_e164(struct lm_arena *a, lm_str typed, const char *country)
{
    const struct plan *plan = plan_of_country(lm_str_z(country));
    lm_str found = {NULL, 0};

    if (typed.n > LONGEST_TYPED || lm_str_chr(typed, '\0', 0) >= 0)
        return found;
    typed = lm_str_trim(plain(a, typed));
    if (lm_str_starts(typed, LM_STR("tel:")))
        typed = lm_str_sub(typed, 4, typed.n);
    for (int at_slash = 0; at_slash < 2 && !found.n; at_slash++) {
        for (lm_str rest = typed; rest.n && !found.n;) {
            lm_str digits = next_dialled(a, &rest, at_slash);

            found = digits.n ? meant(a, plan, digits) : found;
        }
    }
    return found;
}
