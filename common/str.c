/* SPDX-License-Identifier: Apache-2.0 */
/* Borrowed text: comparing, cutting, and the one parser of each kind of number. */
#include "common/str.h"

#include <math.h>

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

lm_str lm_str_z(const char *z)
{
    return (lm_str){z, z ? strlen(z) : 0};
}

bool lm_str_eq(lm_str a, lm_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool lm_str_eqz(lm_str a, const char *b)
{
    return lm_str_eq(a, lm_str_z(b));
}

bool lm_str_ieq(lm_str a, lm_str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

bool lm_str_ieqz(lm_str a, const char *b)
{
    return lm_str_ieq(a, lm_str_z(b));
}

int lm_str_cmp(lm_str a, lm_str b)
{
    size_t n = LM_MIN(a.n, b.n);
    int order = n ? memcmp(a.p, b.p, n) : 0;

    return order ? order : (a.n > b.n) - (a.n < b.n);
}

bool lm_str_starts(lm_str s, lm_str prefix)
{
    return s.n >= prefix.n && lm_str_eq((lm_str){s.p, prefix.n}, prefix);
}

bool lm_str_ends(lm_str s, lm_str suffix)
{
    return s.n >= suffix.n && lm_str_eq(lm_str_sub(s, s.n - suffix.n, s.n), suffix);
}

bool lm_str_istarts(lm_str s, lm_str prefix)
{
    return s.n >= prefix.n && lm_str_ieq((lm_str){s.p, prefix.n}, prefix);
}

ptrdiff_t lm_str_find(lm_str s, lm_str needle, size_t from)
{
    const char *hit;

    if (from > s.n || needle.n > s.n - from)
        return -1;
    if (needle.n == 0)
        return (ptrdiff_t)from;
    hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
    return hit ? hit - s.p : -1;
}

ptrdiff_t lm_str_ifind(lm_str s, lm_str needle, size_t from)
{
    if (from > s.n || needle.n > s.n - from)
        return -1;
    for (size_t i = from; i <= s.n - needle.n; i++)
        if (lm_str_ieq((lm_str){s.p ? s.p + i : NULL, needle.n}, needle))
            return (ptrdiff_t)i;
    return -1;
}

ptrdiff_t lm_str_chr(lm_str s, char c, size_t from)
{
    const char *hit = from < s.n ? memchr(s.p + from, c, s.n - from) : NULL;

    return hit ? hit - s.p : -1;
}

lm_str lm_str_sub(lm_str s, size_t from, size_t to)
{
    to = LM_MIN(to, s.n);
    from = LM_MIN(from, to);
    return (lm_str){s.p ? s.p + from : NULL, to - from};
}

lm_str lm_str_trim(lm_str s)
{
    size_t from = 0, to = s.n;

    while (from < to && is_space(s.p[from]))
        from++;
    while (to > from && is_space(s.p[to - 1]))
        to--;
    return lm_str_sub(s, from, to);
}

bool lm_str_split(lm_str *rest, char sep, lm_str *part)
{
    ptrdiff_t at;

    if (!rest->p)
        return false;
    at = lm_str_chr(*rest, sep, 0);
    if (at < 0) {
        *part = *rest;
        *rest = (lm_str){NULL, 0};
        return true;
    }
    *part = lm_str_sub(*rest, 0, (size_t)at);
    *rest = lm_str_sub(*rest, (size_t)at + 1, rest->n);
    return true;
}

bool lm_str_line(lm_str *rest, lm_str *line)
{
    if (rest->n == 0 || !lm_str_split(rest, '\n', line))
        return false;
    if (lm_str_ends(*line, LM_STR("\r")))
        line->n--;
    return true;
}

bool lm_str_uint(lm_str s, uint64_t *out)
{
    uint64_t value = 0;

    if (s.n == 0)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_digit(s.p[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, (uint64_t)(s.p[i] - '0'), &value))
            return false;
    }
    *out = value;
    return true;
}

bool lm_str_int(lm_str s, int64_t *out)
{
    bool is_negative = lm_str_starts(s, LM_STR("-"));
    uint64_t most = is_negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    uint64_t value;

    if (!lm_str_uint(is_negative ? lm_str_sub(s, 1, s.n) : s, &value) || value > most)
        return false;
    *out = is_negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* Takes digits off the front of *s; how many there were. */
static size_t skip_digits(lm_str *s)
{
    size_t n = 0;

    while (n < s->n && is_digit(s->p[n]))
        n++;
    *s = lm_str_sub(*s, n, s->n);
    return n;
}

/* -1.5e+3: what strtod knows beyond that (hex, inf, nan, a leading blank) is no number here. */
static bool is_decimal(lm_str s)
{
    if (lm_str_starts(s, LM_STR("-")))
        s = lm_str_sub(s, 1, s.n);
    if (skip_digits(&s) == 0)
        return false;
    if (lm_str_starts(s, LM_STR("."))) {
        s = lm_str_sub(s, 1, s.n);
        if (skip_digits(&s) == 0)
            return false;
    }
    if (lm_str_istarts(s, LM_STR("e"))) {
        s = lm_str_sub(s, 1, s.n);
        if (s.n > 0 && (s.p[0] == '+' || s.p[0] == '-'))
            s = lm_str_sub(s, 1, s.n);
        if (skip_digits(&s) == 0)
            return false;
    }
    return s.n == 0;
}

bool lm_str_double(lm_str s, double *out)
{
    enum { LONGEST = 400 }; /* the longest exact double has 309 digits before the point */
    char z[LONGEST + 1];
    double value;

    if (s.n > LONGEST || !is_decimal(s))
        return false;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    value = strtod(z, NULL); /* LC_NUMERIC stays "C": nobody here calls setlocale */
    if (!isfinite(value))
        return false;
    *out = value;
    return true;
}

bool lm_str_bool(lm_str s, bool *out)
{
    bool is_true = lm_str_eqz(s, "true");

    if (!is_true && !lm_str_eqz(s, "false"))
        return false;
    *out = is_true;
    return true;
}

struct unit {
    const char *suffix;
    uint64_t factor;
};

/* "10s" with the suffixes of `units`: the number times the factor. Longer suffixes stand first. */
static bool with_unit(lm_str s, const struct unit *units, size_t n_units, uint64_t *out)
{
    for (size_t i = 0; i < n_units; i++) {
        lm_str suffix = lm_str_z(units[i].suffix);
        uint64_t value;

        if (!lm_str_ends(s, suffix))
            continue;
        if (!lm_str_uint(lm_str_sub(s, 0, s.n - suffix.n), &value))
            return false;
        return !__builtin_mul_overflow(value, units[i].factor, out);
    }
    return false;
}

bool lm_str_duration_ms(lm_str s, int64_t *out_ms)
{
    static const struct unit units[] = {
        {"ms", 1}, {"s", 1000}, {"m", 60 * 1000}, {"h", 3600 * 1000}, {"d", 24 * 3600 * 1000},
    };
    uint64_t value;

    if (!with_unit(s, units, LM_COUNT(units), &value) || value > INT64_MAX)
        return false;
    *out_ms = (int64_t)value;
    return true;
}

bool lm_str_size(lm_str s, uint64_t *out_bytes)
{
    static const struct unit units[] = {{"k", 1 << 10}, {"m", 1 << 20}, {"g", 1 << 30}, {"", 1}};

    return with_unit(s, units, LM_COUNT(units), out_bytes);
}

uint64_t lm_str_hash(lm_str s)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < s.n; i++)
        hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3u;
    return hash;
}
