/* SPDX-License-Identifier: Apache-2.0 */
/* What robots.txt says: groups, rules, and which of them decides about a path. */
#include "common/robots.h"

#include "common/str.h"

enum { MOST_BYTES = 500 * 1024, WEEK_S = 7 * 86400 };

/*
 * Rules and URLs are compared octet by octet, once what may be written in two ways is one (RFC 9309, 2.2.2): %61 is a,
 * and a blank is %20. A reserved character that stands encoded is another octet than the plain one.
 */
enum {
    ENCODED = 0x100, /* a reserved character written as %XX */
    ANY = 0x200,     /* * in a rule: any run of octets */
    NOT_HEX = -1,
};

struct rule {
    lm_str line;
    const uint16_t *octets; /* without a $ at its end */
    const uint32_t
        *fallback; /* of each segment between *s (Knuth, Morris, Pratt); NULL: there is no * */
    size_t n;
    size_t weight; /* octets as they would be written */
    bool is_allow, is_anchored;
};

struct lm_robots {
    struct rule *rules;
    size_t n, cap;
    int64_t delay_ms;
};

/* ---- octets ---- */

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : NOT_HEX;
}

/* RFC 3986, 2.2; * and $ among them. */
static bool is_reserved(int c)
{
    return c > 0 && c < 0x80 && strchr(":/?#[]@!$&'()*+,;=", c) != NULL;
}

struct reader {
    lm_str rest;
    bool is_rule, is_query;
};

/* Behind the ? an encoded character that ends nothing there is the plain one: ?u=http%3A%2F%2Fx is ?u=http://x. */
static int read_encoded(const struct reader *r, int octet)
{
    if (!is_reserved(octet))
        return octet;
    return r->is_query && !strchr("&=+#*$", octet) ? octet : octet | ENCODED;
}

/* The next octet as it is compared. In a rule the ? may be hidden in a *: then a = tells. */
static int next_octet(struct reader *r)
{
    unsigned char c = (unsigned char)r->rest.p[0];
    int high, low;

    if (c == '%' && r->rest.n >= 3 && (high = hex(r->rest.p[1])) >= 0 &&
        (low = hex(r->rest.p[2])) >= 0) {
        r->rest = lm_str_sub(r->rest, 3, r->rest.n);
        return read_encoded(r, high << 4 | low);
    }
    r->rest = lm_str_sub(r->rest, 1, r->rest.n);
    r->is_query |= c == '?' || (r->is_rule && c == '=');
    if (c == '*')
        return r->is_rule ? ANY : c | ENCODED; /* a rule means the character only by %2A */
    return c == '$' ? c | ENCODED : c;
}

/* ---- does a rule match? ---- */

/* Takes the octets off the URL, if it begins with them. */
static bool eat_prefix(struct reader *url, const uint16_t *octets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!url->rest.n || next_octet(url) != octets[i])
            return false;
    }
    return true;
}

/* Takes the URL off up to behind the first place where the octets stand; no octet of it is looked at twice. */
static bool eat_up_to(struct reader *url, const uint16_t *octets, const uint32_t *fallback,
                      size_t n)
{
    size_t matched = 0;

    while (matched < n && url->rest.n) {
        int octet = next_octet(url);

        while (matched > 0 && octets[matched] != octet)
            matched = fallback[matched - 1];
        matched += octets[matched] == octet;
    }
    return matched == n;
}

/* The last segment of an anchored rule: do the octets stand at the end of what is left? */
static bool ends_with(struct reader *url, const uint16_t *octets, const uint32_t *fallback,
                      size_t n)
{
    size_t matched = 0;

    while (url->rest.n) {
        int octet = next_octet(url);

        while (matched > 0 && (matched == n || octets[matched] != octet))
            matched = fallback[matched - 1];
        matched += n > 0 && octets[matched] == octet;
    }
    return matched == n;
}

static size_t segment_at(const struct rule *rule, size_t from)
{
    size_t to = from;

    while (to < rule->n && rule->octets[to] != ANY)
        to++;
    return to - from;
}

static bool matches(const struct rule *rule, lm_str path)
{
    struct reader url = {.rest = path};
    size_t at = segment_at(rule, 0);

    if (!eat_prefix(&url, rule->octets, at))
        return false;
    while (at < rule->n) { /* it stands on a * */
        size_t n = segment_at(rule, ++at);

        if (rule->is_anchored && at + n == rule->n)
            return n == 0 || ends_with(&url, rule->octets + at, rule->fallback + at, n);
        if (n > 0 && !eat_up_to(&url, rule->octets + at, rule->fallback + at, n))
            return false;
        at += n;
    }
    return !rule->is_anchored || !url.rest.n;
}

/* ---- the file ---- */

/* Takes a line off *rest; CR, LF and CRLF end one. False at end. */
static bool next_line(lm_str *rest, lm_str *line)
{
    size_t n = 0;

    if (!rest->n)
        return false;
    while (n < rest->n && rest->p[n] != '\n' && rest->p[n] != '\r')
        n++;
    *line = lm_str_sub(*rest, 0, n);
    *rest = lm_str_sub(*rest, n + 1, rest->n);
    return true;
}

/* "Key: value # comment" as key and value; *line without comment. */
static bool read_line(lm_str *line, lm_str *key, lm_str *value)
{
    ptrdiff_t comment = lm_str_chr(*line, '#', 0), colon;

    if (comment >= 0)
        *line = lm_str_sub(*line, 0, (size_t)comment);
    *line = lm_str_trim(*line);
    colon = lm_str_chr(*line, ':', 0);
    if (colon < 0)
        return false;
    *key = lm_str_trim(lm_str_sub(*line, 0, (size_t)colon));
    *value = lm_str_trim(lm_str_sub(*line, (size_t)colon + 1, line->n));
    return true;
}

static bool is_of_token(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

/* Does a User-agent line mean us? By the product token, without a version behind it. */
static bool names(lm_str value, lm_str agent)
{
    size_t n = 0;

    while (n < value.n && is_of_token(value.p[n]))
        n++;
    return lm_str_eqz(agent, "*") ? lm_str_starts(value, agent)
                                  : lm_str_ieq(lm_str_sub(value, 0, n), agent);
}

static uint32_t *make_fallback(struct lm_arena *a, const uint16_t *octets, size_t n)
{
    uint32_t *fallback = LM_NEW_ARRAY(a, uint32_t, n);
    size_t start = 0; /* of the segment */

    for (size_t i = 0; i < n; i++) {
        uint32_t k = i > start ? fallback[i - 1] : 0;

        if (octets[i] == ANY) {
            start = i + 1;
            continue;
        }
        while (i > start && k > 0 && octets[start + k] != octets[i])
            k = fallback[start + k - 1];
        fallback[i] = i > start && octets[start + k] == octets[i] ? k + 1 : 0;
    }
    return fallback;
}

static void add_rule(struct lm_arena *a, struct lm_robots *r, lm_str line, lm_str value,
                     bool is_allow)
{
    struct reader pattern = {.rest = value, .is_rule = true};
    struct rule rule = {.line = line, .is_allow = is_allow};
    uint16_t *octets = LM_NEW_ARRAY(a, uint16_t, value.n);
    bool has_any = false;

    rule.is_anchored = lm_str_ends(value, LM_STR("$"));
    pattern.rest.n -= rule.is_anchored;
    while (pattern.rest.n) {
        int octet = next_octet(&pattern);

        octets[rule.n++] = (uint16_t)octet;
        has_any |= octet == ANY;
        rule.weight += (octet & ENCODED) || (octet >= 0x80 && octet != ANY) ? 3 : 1;
    }
    rule.weight += rule.is_anchored;
    rule.octets = octets;
    if (has_any)
        rule.fallback = make_fallback(a, octets, rule.n);
    r->rules = lm_arena_grow(a, r->rules, r->n, &r->cap, sizeof(*r->rules));
    r->rules[r->n++] = rule;
}

static void read_delay(lm_str value, struct lm_robots *r)
{
    double seconds;

    if (lm_str_double(value, &seconds) && seconds > 0)
        r->delay_ms = LM_MAX(r->delay_ms, (int64_t)(LM_MIN(seconds, (double)WEEK_S) * 1000));
}

/* Adds what the groups that name `agent` say; returns whether there was one. Other records end no group. */
static bool read_groups(struct lm_arena *a, lm_str text, lm_str agent, struct lm_robots *r)
{
    bool is_ours = false, in_agents = false, found = false;
    lm_str line, key, value;

    while (next_line(&text, &line)) {
        if (!read_line(&line, &key, &value))
            continue;
        if (lm_str_ieqz(key, "user-agent")) {
            is_ours = (in_agents && is_ours) || names(value, agent);
            found |= is_ours;
            in_agents = true;
        } else if (lm_str_ieqz(key, "allow") || lm_str_ieqz(key, "disallow")) {
            in_agents = false;
            if (is_ours && value.n)
                add_rule(a, r, line, value, lm_str_ieqz(key, "allow"));
        } else if (is_ours && lm_str_ieqz(key, "crawl-delay")) {
            read_delay(value, r);
        }
    }
    return found;
}

/* A line that the limit cuts would be another rule. */
static lm_str cut(lm_str text)
{
    size_t n = MOST_BYTES;

    if (text.n <= MOST_BYTES)
        return text;
    while (n > 0 && text.p[n] != '\n' && text.p[n] != '\r')
        n--;
    return lm_str_sub(text, 0, n);
}

struct lm_robots *lm_robots_parse(struct lm_arena *a, lm_str text, lm_str agent)
{
    struct lm_robots *r = LM_NEW(a, struct lm_robots);

    text = cut(text);
    if (lm_str_starts(text, LM_STR("\xef\xbb\xbf")))
        text = lm_str_sub(text, 3, text.n);
    if (!read_groups(a, text, agent, r))
        read_groups(a, text, LM_STR("*"), r);
    return r;
}

int64_t lm_robots_delay_ms(const struct lm_robots *r)
{
    return r ? r->delay_ms : 0;
}

/* ---- the verdict ---- */

/* Path and query of an absolute URL; of one that has a query and no path, the path it means. */
static lm_str path_of(lm_str url)
{
    ptrdiff_t scheme = lm_str_find(url, LM_STR("://"), 0), fragment = lm_str_chr(url, '#', 0);
    size_t from;

    if (fragment >= 0)
        url = lm_str_sub(url, 0, (size_t)fragment);
    if (lm_str_starts(url, LM_STR("/")) || scheme < 0)
        return url.n ? url : LM_STR("/");
    from = (size_t)scheme + 3;
    while (from < url.n && !strchr("/?", url.p[from]))
        from++;
    return from < url.n && url.p[from] == '/' ? lm_str_sub(url, from, url.n) : LM_STR("/");
}

struct lm_robots_verdict lm_robots_check(const struct lm_robots *r, lm_str url)
{
    struct lm_robots_verdict v = {.is_allowed = true};
    lm_str path = path_of(url);
    size_t heaviest = 0;

    if (!r || lm_str_eqz(path, "/robots.txt"))
        return v;
    for (size_t i = 0; i < r->n; i++) {
        const struct rule *rule = &r->rules[i];

        if (rule->weight < heaviest || (rule->weight == heaviest && !rule->is_allow) ||
            !matches(rule, path))
            continue;
        heaviest = rule->weight;
        v = (struct lm_robots_verdict){.is_allowed = rule->is_allow, .rule = rule->line};
    }
    return v;
}
