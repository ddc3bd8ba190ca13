/* SPDX-License-Identifier: Apache-2.0 */
/* E-mail addresses as people have them: RFC 5321 atoms at a domain; no quoting, no comments. */
#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"

enum { LONGEST_ADDRESS = 254, LONGEST_LOCAL = 64, LONGEST_LABEL = 63 };

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_atom(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && (s.p[i] == '\0' || !strchr("!#$%&'*+-/=?^_`{|}~", s.p[i])))
            return false;
    return s.n > 0;
}

static bool is_label(lm_str s)
{
    if (s.n == 0 || s.n > LONGEST_LABEL || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && s.p[i] != '-')
            return false;
    return true;
}

/* How many parts `s` has between dots when all are good, else 0. *last is the last one. */
static size_t count_parts(lm_str s, bool (*is_good)(lm_str part), lm_str *last)
{
    size_t n = 0;

    while (lm_str_split(&s, '.', last)) {
        if (!is_good(*last))
            return 0;
        n++;
    }
    return n;
}

bool lm_email_valid(lm_str address)
{
    ptrdiff_t at = lm_str_chr(address, '@', 0);
    lm_str last;

    if (at <= 0 || at > LONGEST_LOCAL || address.n > LONGEST_ADDRESS)
        return false;
    if (count_parts(lm_str_sub(address, 0, (size_t)at), is_atom, &last) == 0)
        return false;
    if (count_parts(lm_str_sub(address, (size_t)at + 1, address.n), is_label, &last) < 2)
        return false;
    return !(last.p[0] >= '0' &&
             last.p[0] <= '9'); /* no top-level domain starts with a digit; 127.0.0.1 does */
}

lm_str lm_email_normalize(struct lm_arena *a, lm_str address)
{
    lm_str s = lm_str_trim(address);
    char *p;

    if (!lm_email_valid(s))
        return (lm_str){NULL, 0};
    p = lm_arena_strz(a, s);
    for (size_t i = 0; i < s.n; i++)
        p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
    return (lm_str){p, s.n};
}

lm_str lm_email_mask(struct lm_arena *a, lm_str address)
{
    ptrdiff_t at = lm_str_chr(address, '@', 0);
    char *masked;

    if (at <= 0 || !lm_utf8_valid(address))
        return LM_STR("***");
    masked = lm_arena_printf(a, "%.*s***%.*s", is_alnum(address.p[0]), address.p,
                             LM_FMT(lm_str_sub(address, (size_t)at, address.n)));
    return lm_str_z(masked);
}
