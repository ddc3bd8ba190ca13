/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the text of a rule, by advancing. */
#include "services/scraper/extract/rule.h"

#include "common/arena.h"
#include "common/str.h"

struct reader {
    struct lm_arena *a;
    const char *key;
    lm_str text;
    size_t at;
    lm_err *err;
};

static lm_code fail(const struct reader *r, const char *what)
{
    return lm_fail(r->err, LM_INVALID, "%s, at character %zu ('%.*s'): %s", r->key, r->at + 1,
                   LM_FMT(lm_str_sub(r->text, r->at, r->at + 20)), what);
}

static char here(const struct reader *r)
{
    return r->at < r->text.n ? r->text.p[r->at] : '\0';
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static void skip_blanks(struct reader *r)
{
    while (is_blank(here(r)))
        r->at++;
}

static bool take(struct reader *r, char c)
{
    if (here(r) != c || r->at == r->text.n)
        return false;
    r->at++;
    return true;
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || (unsigned char)c >= 0x80;
}

static bool take_name(struct reader *r, lm_str *out)
{
    size_t from = r->at;

    while (is_name(here(r)))
        r->at++;
    *out = lm_str_sub(r->text, from, r->at);
    return out->n > 0;
}

static lm_str lower(struct lm_arena *a, lm_str s)
{
    char *p = lm_arena_strz(a, s);

    for (size_t i = 0; i < s.n; i++)
        p[i] = (char)(p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 0x20 : p[i]);
    return (lm_str){p, s.n};
}

/* ---- one element ---- */

static lm_code add_want(struct reader *r, struct rule_step *step, struct rule_want want)
{
    if (!step->wants)
        step->wants = LM_NEW_ARRAY(r->a, struct rule_want, RULE_MOST_WANTS);
    if (step->n_wants == RULE_MOST_WANTS)
        return fail(r, "more is asked of one element than eight things");
    step->wants[step->n_wants++] = want;
    return LM_OK;
}

/* .word and #id */
static lm_code read_named(struct reader *r, struct rule_step *step, enum rule_test test,
                          const char *attr)
{
    struct rule_want want = {.test = test, .name = lm_str_z(attr)};

    if (!take_name(r, &want.value))
        return fail(r, "a name is expected here");
    return add_want(r, step, want);
}

static lm_code read_value(struct reader *r, struct rule_want *want)
{
    char quote = here(r);
    size_t from;

    if (quote == '"' || quote == '\'')
        r->at++;
    else
        quote = ']';
    for (from = r->at; r->at < r->text.n && here(r) != quote;)
        r->at++;
    want->value = lm_str_sub(r->text, from, r->at);
    if (r->at == r->text.n)
        return fail(r, "the value has no end");
    if (quote == ']')
        want->value = lm_str_trim(want->value);
    else
        r->at++;
    if (!want->value.n && want->test != RULE_IS)
        return fail(r, "every value has an empty part: name one, or ask for [attribute] alone");
    if (want->test != RULE_IS)
        want->value = lower(r->a, want->value);
    return LM_OK;
}

static lm_code read_test(struct reader *r, struct rule_want *want)
{
    if (take(r, '*'))
        want->test = RULE_PART;
    else if (take(r, '^'))
        want->test = RULE_BEGINS;
    else
        want->test = RULE_IS;
    if (!take(r, '='))
        return fail(r, "understood are [attribute], = *= and ^=");
    skip_blanks(r);
    return read_value(r, want);
}

static lm_code read_attribute(struct reader *r, struct rule_step *step)
{
    struct rule_want want = {.test = RULE_HAS};

    skip_blanks(r);
    if (!take_name(r, &want.name))
        return fail(r, "the name of an attribute is expected");
    want.name = lower(r->a, want.name);
    skip_blanks(r);
    if (here(r) != ']' && read_test(r, &want))
        return r->err->code;
    skip_blanks(r);
    if (!take(r, ']'))
        return fail(r, "] is expected");
    return add_want(r, step, want);
}

static lm_code read_step(struct reader *r, struct rule_step *step)
{
    bool has_tag = take(r, '*');

    if (!has_tag && take_name(r, &step->tag)) {
        step->tag = lower(r->a, step->tag);
        has_tag = true;
    }
    for (;;) {
        if (take(r, '.')) {
            if (read_named(r, step, RULE_WORD, "class"))
                return r->err->code;
        } else if (take(r, '#')) {
            if (read_named(r, step, RULE_IS, "id"))
                return r->err->code;
        } else if (take(r, '[')) {
            if (read_attribute(r, step))
                return r->err->code;
        } else {
            break;
        }
    }
    if (!step->tag.n)
        step->tag = (lm_str){NULL, 0};
    return has_tag || step->n_wants ? LM_OK
                                    : fail(r, "a tag, .class, #id or [attribute] is expected");
}

/* ---- selectors ---- */

static lm_code read_path(struct reader *r, struct rule_path *path)
{
    path->steps = LM_NEW_ARRAY(r->a, struct rule_step, RULE_MOST_STEPS);
    for (;;) {
        if (path->n_steps == RULE_MOST_STEPS)
            return fail(r, "more than eight elements within each other");
        if (read_step(r, &path->steps[path->n_steps++]))
            return r->err->code;
        skip_blanks(r);
        if (r->at == r->text.n || here(r) == ',' || here(r) == '|')
            return LM_OK;
        if (!take(r, '@'))
            continue;
        if (!take_name(r, &path->attr))
            return fail(r, "the name of the attribute to take is expected");
        path->attr = lower(r->a, path->attr);
        skip_blanks(r);
        return LM_OK;
    }
}

lm_code rule_parse(struct lm_arena *a, const char *key, lm_str text, struct rule *out, lm_err *err)
{
    struct reader r = {a, key, text, 0, err};
    unsigned rank = 0;

    *out = (struct rule){.paths = NULL};
    if (text.n > RULE_MOST_TEXT)
        return lm_fail(err, LM_INVALID, "%s: longer than %d characters", key, RULE_MOST_TEXT);
    skip_blanks(&r);
    if (r.at == text.n)
        return LM_OK;
    out->paths = LM_NEW_ARRAY(a, struct rule_path, RULE_MOST_PATHS);
    for (;;) {
        if (out->n_paths == RULE_MOST_PATHS)
            return fail(&r, "more than 32 selectors");
        skip_blanks(&r);
        out->paths[out->n_paths].rank = rank;
        if (read_path(&r, &out->paths[out->n_paths++]))
            return err->code;
        if (r.at == text.n)
            return LM_OK;
        if (take(&r, '|'))
            rank++;
        else if (!take(&r, ','))
            return fail(&r, "a comma or | is expected between selectors");
    }
}
