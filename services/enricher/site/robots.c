/* SPDX-License-Identifier: Apache-2.0 */
/* robots.txt. */
#include "services/enricher/site/robots.h"

#include "common/arena.h"
#include "common/str.h"

enum { MOST_BYTES = 500 * 1024, MOST_RULES = 2000 };

struct rule {
    lm_str pattern;
    bool allow;
};

struct enricher_robots {
    struct rule *rules;
    size_t n, cap;
};

/* "Key: value # comment" as key and value. */
static bool read_line(lm_str line, lm_str *key, lm_str *value)
{
    ptrdiff_t comment = lm_str_chr(line, '#', 0), colon;

    if (comment >= 0)
        line = lm_str_sub(line, 0, (size_t)comment);
    colon = lm_str_chr(line, ':', 0);
    if (colon < 0)
        return false;
    *key = lm_str_trim(lm_str_sub(line, 0, (size_t)colon));
    *value = lm_str_trim(lm_str_sub(line, (size_t)colon + 1, line.n));
    return true;
}

/* Does a User-agent line mean us? The product token only, without version. */
static bool names(lm_str value, lm_str agent)
{
    size_t n = 0;

    while (n < value.n && value.p[n] != '/' && value.p[n] != ' ')
        n++;
    return lm_str_ieq(lm_str_sub(value, 0, n), agent);
}

/* Adds the rules of the groups that name `agent`; returns whether there was one. */
static bool read_groups(struct lm_arena *a, lm_str text, lm_str agent, struct enricher_robots *r)
{
    bool is_ours = false, in_agents = false, found = false;
    lm_str line, key, value;

    while (lm_str_line(&text, &line)) {
        if (!read_line(line, &key, &value))
            continue;
        if (lm_str_ieqz(key, "user-agent")) {
            is_ours = (in_agents && is_ours) || names(value, agent);
            found |= is_ours;
            in_agents = true;
            continue;
        }
        if (lm_str_ieqz(key, "allow") || lm_str_ieqz(key, "disallow")) {
            in_agents = false;
            if (!is_ours || !value.n || r->n == MOST_RULES)
                continue;
            r->rules = lm_arena_grow(a, r->rules, r->n, &r->cap, sizeof(*r->rules));
            r->rules[r->n++] = (struct rule){value, lm_str_ieqz(key, "allow")};
        }
    }
    return found;
}

struct enricher_robots *enricher_robots_parse(struct lm_arena *a, lm_str text, lm_str agent)
{
    struct enricher_robots *r = LM_NEW(a, struct enricher_robots);

    text = lm_arena_dup(a, lm_str_sub(text, 0, MOST_BYTES));
    if (lm_str_starts(text, LM_STR("\xef\xbb\xbf")))
        text = lm_str_sub(text, 3, text.n);
    if (!read_groups(a, text, agent, r))
        read_groups(a, text, LM_STR("*"), r);
    return r;
}

/* Prefix match with * for any run and $ for the end; greedy with one step back, so linear in practice. */
static bool matches(lm_str pattern, lm_str path)
{
    bool anchored = pattern.n && pattern.p[pattern.n - 1] == '$';
    size_t p = 0, s = 0, star = SIZE_MAX, mark = 0;

    if (anchored)
        pattern.n--;
    for (;;) {
        if (p == pattern.n && (!anchored || s == path.n))
            return true;
        if (p < pattern.n && pattern.p[p] == '*') {
            star = p++;
            mark = s;
        } else if (p < pattern.n && s < path.n && pattern.p[p] == path.p[s]) {
            p++;
            s++;
        } else if (star != SIZE_MAX && mark < path.n) {
            p = star + 1;
            s = ++mark;
        } else {
            return false;
        }
    }
}

bool enricher_robots_allow(const struct enricher_robots *r, lm_str path)
{
    size_t longest = 0;
    bool allow = true;

    if (!r || lm_str_eqz(path, "/robots.txt"))
        return true;
    for (size_t i = 0; i < r->n; i++) {
        const struct rule *rule = &r->rules[i];

        if (!matches(rule->pattern, path) || rule->pattern.n < longest)
            continue;
        allow = rule->pattern.n > longest ? rule->allow : allow || rule->allow;
        longest = rule->pattern.n;
    }
    return allow;
}
