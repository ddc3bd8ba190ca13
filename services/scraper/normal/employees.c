/* SPDX-License-Identifier: Apache-2.0 */
/* How many people work there, out of what sources write: a number, a range, an open end. */
#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"
#include "services/scraper/normal/normal.h"

enum { MOST_EMPLOYEES = 10000000, LONGEST_TEXT = 100 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* One dot or comma and three digits: thousands. */
static bool is_grouped(lm_str s, size_t at)
{
    return at + 3 < s.n && (s.p[at] == '.' || s.p[at] == ',' || s.p[at] == ' ') &&
           is_digit(s.p[at + 1]) && is_digit(s.p[at + 2]) && is_digit(s.p[at + 3]) &&
           (at + 4 == s.n || !is_digit(s.p[at + 4]));
}

/* Takes a number off *rest: "1.001", "10k". False when none begins here. */
static bool take_number(lm_str *rest, int64_t *out)
{
    size_t at = 0;

    *out = 0;
    if (!rest->n || !is_digit(rest->p[0]))
        return false;
    while (at < rest->n && *out <= MOST_EMPLOYEES) {
        if (is_digit(rest->p[at]))
            *out = *out * 10 + (rest->p[at] - '0');
        else if (!is_grouped(*rest, at))
            break;
        at++;
    }
    if (at < rest->n && rest->p[at] == 'k') {
        *out *= 1000;
        at++;
    }
    *rest = lm_str_sub(*rest, at, rest->n);
    return true;
}

/* What stands between the ends of a range; the hyphens of typography were folded or are here. */
static bool skip_dash(lm_str *rest)
{
    static const char *const dashes[] = {"-",
                                         "\xe2\x80\x90",
                                         "\xe2\x80\x91",
                                         "\xe2\x80\x92",
                                         "\xe2\x80\x93",
                                         "\xe2\x80\x94",
                                         "tot en met ",
                                         "t/m ",
                                         "tot ",
                                         "to ",
                                         "bis ",
                                         "a "};
    lm_str s = lm_str_trim(*rest);

    for (size_t i = 0; i < LM_COUNT(dashes); i++) {
        if (!lm_str_starts(s, lm_str_z(dashes[i])))
            continue;
        *rest = lm_str_trim(lm_str_sub(s, strlen(dashes[i]), s.n));
        return true;
    }
    return false;
}

static bool holds_one(lm_str s, const char *const *words, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (lm_str_find(s, lm_str_z(words[i]), 0) >= 0)
            return true;
    return false;
}

/* "500+", "meer dan 500", "500 or more", "> 500". */
static bool is_open(lm_str before, lm_str behind)
{
    static const char *const more[] = {"meer dan", "more than", "over ", "vanaf", "from ", ">"};
    static const char *const and_more[] = {"of meer", "or more", "en meer", "and more"};

    behind = lm_str_trim(behind);
    return lm_str_starts(behind, LM_STR("+")) || holds_one(before, more, LM_COUNT(more)) ||
           holds_one(behind, and_more, LM_COUNT(and_more));
}

static bool is_below(lm_str before)
{
    static const char *const less[] = {"minder dan", "less than", "fewer than", "under ", "<"};

    return holds_one(before, less, LM_COUNT(less));
}

bool scraper_employees_parse(struct lm_arena *a, lm_str text, struct scraper_employees *out)
{
    lm_str s = lm_text_fold(a, lm_str_sub(text, 0, lm_utf8_cut(text, LONGEST_TEXT).n)), before;
    size_t at = 0;
    int64_t most;

    while (at < s.n && !is_digit(s.p[at]))
        at++;
    before = lm_str_sub(s, 0, at);
    s = lm_str_sub(s, at, s.n);
    if (!take_number(&s, &out->least) || out->least > MOST_EMPLOYEES)
        return false;
    out->most = out->least;
    if (skip_dash(&s) && take_number(&s, &most)) {
        if (most < out->least || most > MOST_EMPLOYEES)
            return false;
        out->most = most;
    } else if (is_open(before, s)) {
        out->most = -1;
    } else if (is_below(before)) {
        if (out->least < 2)
            return false;
        out->most = out->least - 1;
        out->least = 1;
    }
    return true;
}
