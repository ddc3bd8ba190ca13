/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The domains in what people type: hosts as they are compared (IDNA: libidn2), and which part of one somebody has
 * registered (the public suffix list: libpsl).
 */
#include <idn2.h>
#include <libpsl.h>
#include <pthread.h>

#include "common/arena.h"
#include "common/str.h"
#include "common/text.h"

enum { LONGEST_HOST = 253, LONGEST_LABEL = 63, LONGEST_TYPED = 1024 };

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool all_digits(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

static bool is_ascii(lm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] >= 0x80)
            return false;
    return true;
}

/* Where the first of `stops` is in s, else its end. */
static size_t until(lm_str s, const char *stops)
{
    size_t at = 0;

    while (at < s.n && (s.p[at] == '\0' || !strchr(stops, s.p[at])))
        at++;
    return at;
}

/* ---- the public suffix list ---- */

static const psl_ctx_t *suffixes;

/* The system's list where it is newer than the one in the library. Lives as long as the process. */
static void load_suffixes(void)
{
    suffixes = psl_latest(NULL);
    if (!suffixes)
        suffixes = psl_builtin();
    LM_ASSERT(suffixes);
}

static const psl_ctx_t *suffix_list(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load_suffixes);
    return suffixes;
}

/* Below an end that is not in the list (.example, .local, one younger than the list) nobody knows who registered what. */
static bool is_listed(const char *host)
{
    const char *end = strrchr(host, '.');

    return end &&
           psl_is_public_suffix2(suffix_list(), end + 1, PSL_TYPE_ANY | PSL_TYPE_NO_STAR_RULE);
}

lm_str lm_domain_registrable(lm_str domain)
{
    char host[LONGEST_HOST + 1];
    const char *own;

    if (domain.n == 0 || domain.n > LONGEST_HOST || lm_str_chr(domain, '.', 0) < 0)
        return (lm_str){NULL, 0};
    memcpy(host, domain.p, domain.n);
    host[domain.n] = '\0';
    if (!is_listed(host))
        return domain;
    own = psl_registrable_domain(suffix_list(), host);
    return own ? lm_str_sub(domain, (size_t)(own - host), domain.n) : (lm_str){NULL, 0};
}

/* ---- the host in what was typed ---- */

/* Labels of letters, digits and inner hyphens, at least two, the last one no number (an address is). */
static bool is_domain(lm_str s)
{
    size_t labels = 0;
    lm_str label;

    if (s.n > LONGEST_HOST)
        return false;
    for (lm_str rest = s; lm_str_split(&rest, '.', &label); labels++) {
        if (label.n == 0 || label.n > LONGEST_LABEL || label.p[0] == '-' ||
            label.p[label.n - 1] == '-')
            return false;
        for (size_t i = 0; i < label.n; i++)
            if (!is_alnum(label.p[i]) && label.p[i] != '-')
                return false;
    }
    return labels >= 2 && !all_digits(label);
}

/* Length of "https:" and of "mailto:" in front; 0 when there is no scheme. "example.com:443" has none. */
static size_t scheme_length(lm_str s)
{
    size_t n = until(s, ":/?#@.");

    if (n == 0 || n == s.n || s.p[n] != ':')
        return 0;
    for (size_t i = 0; i < n; i++)
        if (!is_alnum(s.p[i]) && s.p[i] != '+' && s.p[i] != '-')
            return 0;
    return n + 1;
}

/* Between scheme, user info and port, path, query; {NULL, 0} when the port is none. */
static lm_str host_of(lm_str s)
{
    size_t end;

    s = lm_str_trim(s);
    s = lm_str_sub(s, scheme_length(s), s.n);
    if (lm_str_starts(s, LM_STR("//")))
        s = lm_str_sub(s, 2, s.n);
    s = lm_str_sub(s, 0, until(s, "/?#\\"));
    for (ptrdiff_t at; (at = lm_str_chr(s, '@', 0)) >= 0;)
        s = lm_str_sub(s, (size_t)at + 1, s.n);
    end = until(s, ":");
    if (end < s.n && !all_digits(lm_str_sub(s, end + 1, s.n)))
        return (lm_str){NULL, 0};
    return lm_str_sub(s, 0, end);
}

/*
 * In lower case, Unicode as it is looked up (UTS #46, nontransitional: "straße" stays itself): xn--. {NULL, 0}: no host has these
 * characters.
 */
static lm_str to_ascii(struct lm_arena *a, lm_str host)
{
    const char *z = lm_arena_strz(a, host);
    char *mapped = NULL, *p;
    size_t n;

    if (is_ascii(host)) {
        p = lm_arena_strz(a, host);
        for (size_t i = 0; i < host.n; i++)
            p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] - 'A' + 'a') : p[i];
        return (lm_str){p, host.n};
    }
    if (!lm_utf8_valid(host) || idn2_to_ascii_8z(z, &mapped, IDN2_NONTRANSITIONAL) != IDN2_OK)
        return (lm_str){NULL, 0};
    n = strlen(mapped);
    /* Not lm_arena_alloc: its longjmp would leak `mapped`. */
    p = lm_arena_try_alloc(a, n + 1);
    if (p)
        memcpy(p, mapped, n + 1);
    idn2_free(mapped);
    return (lm_str){p ? p : lm_arena_alloc(a, n + 1), n};
}

lm_str lm_domain_normalize(struct lm_arena *a, lm_str input)
{
    lm_str s = input.n <= LONGEST_TYPED ? host_of(input) : (lm_str){NULL, 0};

    if (!s.n || s.n > LONGEST_HOST || lm_str_chr(s, '\0', 0) >= 0)
        return (lm_str){NULL, 0};
    s = to_ascii(a, s);
    while (lm_str_ends(s, LM_STR(".")))
        s.n--;
    if (!is_domain(s) || !lm_domain_registrable(s).n)
        return (lm_str){NULL, 0};
    /* www.co.uk is a name under co.uk; www.example.co.uk is example.co.uk. */
    while (lm_str_starts(s, LM_STR("www.")) && lm_domain_registrable(lm_str_sub(s, 4, s.n)).n)
        s = lm_str_sub(s, 4, s.n);
    return s;
}
