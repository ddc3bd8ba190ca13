/* SPDX-License-Identifier: Apache-2.0 */
/* Looks an element up, and checks what is left of the selectors that it may be. */
#include "services/scraper/extract/matcher.h"

#include "common/str.h"
#include "services/scraper/extract/pairs.h"

enum { MOST_WORDS = 32 };

const struct matcher_entry *matcher_find(const struct matcher *m, enum matcher_kind kind,
                                         const struct matcher_entry *of, lm_str text)
{
    const struct matcher_entry *e;

    for (size_t at = lm_str_hash(text) & m->mask; (e = m->table[at]); at = (at + 1) & m->mask) {
        if (e->kind == kind && e->of == of && lm_str_eq(e->text, text))
            return e;
    }
    return NULL;
}

lm_str matcher_attr(const char *const *attrs, lm_str name)
{
    for (; attrs && *attrs; attrs += 2) {
        if (strncmp(attrs[0], name.p, name.n) == 0 && attrs[0][name.n] == '\0')
            return attrs[1] ? lm_str_z(attrs[1]) : LM_STR("");
    }
    return (lm_str){NULL, 0};
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next word of a class at or after *at. */
static bool next_word(lm_str all, size_t *at, lm_str *word)
{
    size_t from = *at;

    while (from < all.n && is_blank(all.p[from]))
        from++;
    for (*at = from; *at < all.n && !is_blank(all.p[*at]);)
        ++*at;
    *word = lm_str_sub(all, from, *at);
    return word->n > 0;
}

static bool has_word(lm_str all, lm_str wanted)
{
    lm_str word;

    for (size_t at = 0; next_word(all, &at, &word);) {
        if (lm_str_eq(word, wanted))
            return true;
    }
    return false;
}

static bool is_true(const struct rule_want *want, const char *const *attrs)
{
    lm_str value = matcher_attr(attrs, want->name);

    if (!value.p)
        return false;
    switch (want->test) {
    case RULE_HAS:
        return true;
    case RULE_IS:
        return lm_str_eq(value, want->value);
    case RULE_PART:
        return lm_str_ifind(value, want->value, 0) >= 0;
    case RULE_BEGINS:
        return lm_str_istarts(value, want->value);
    case RULE_WORD:
        return has_word(value, want->value);
    }
    return false;
}

static bool has_bit(const struct matcher_bits *bits, int bit)
{
    return bits->of[bit / 64] >> (bit % 64) & 1;
}

struct matching {
    const struct matcher_element *e;
    const struct matcher_bits *outer;
    struct matcher_bits *inner;
    unsigned *paths;
    size_t n, most;
};

static void found(struct matching *on, const struct matcher_step *s)
{
    if (s->sets >= 0)
        on->inner->of[s->sets / 64] |= (uint64_t)1 << (s->sets % 64);
    else if (on->n < on->most)
        on->paths[on->n++] = s->path;
}

/* The cheap questions first. `pairs`: those of the value that the steps were found by. */
static void check(struct matching *on, const struct matcher_step *s, uint64_t pairs)
{
    for (; s; s = s->next) {
        bool holds = (s->pairs & ~pairs) == 0 && (!s->tag || s->tag == on->e->tag) &&
                     (s->after < 0 || has_bit(on->outer, s->after));

        for (size_t i = 0; holds && i < s->step->n_wants; i++)
            holds = is_true(&s->step->wants[i], on->e->attrs);
        if (holds)
            found(on, s);
    }
}

/* A word counts once, however often a class has it; of those that rules speak of an element has a few. */
static void check_words(struct matching *on, const struct matcher *m, lm_str value)
{
    const struct matcher_entry *seen[MOST_WORDS], *entry;
    size_t n_seen = 0, at = 0, i;
    lm_str word;

    while (n_seen < MOST_WORDS && next_word(value, &at, &word)) {
        entry = matcher_find(m, MATCHER_WORD, NULL, word);
        for (i = 0; entry && i < n_seen && seen[i] != entry;)
            i++;
        if (!entry || i < n_seen)
            continue;
        seen[n_seen++] = entry;
        check(on, entry->steps, 0);
    }
}

static void check_attribute(struct matching *on, const struct matcher *m,
                            const struct matcher_entry *attr, lm_str value)
{
    const struct matcher_entry *entry;

    if (attr->steps)
        check(on, attr->steps, attr->has_parts ? scraper_pairs(value) : 0);
    if (attr->has_values && (entry = matcher_find(m, MATCHER_VALUE, attr, value)))
        check(on, entry->steps, 0);
    if (attr->has_words)
        check_words(on, m, value);
}

size_t matcher_run(const struct matcher *m, const struct matcher_element *e,
                   const struct matcher_bits *outer, struct matcher_bits *inner, unsigned *paths,
                   size_t most)
{
    struct matching on = {e, outer, inner, paths, 0, most};

    check(&on, m->anything, 0);
    if (e->tag)
        check(&on, e->tag->steps, 0);
    for (const char *const *attr = e->attrs; attr && *attr; attr += 2) {
        const struct matcher_entry *entry = e->attr_entry(e->arg, attr[0]);

        if (entry)
            check_attribute(&on, m, entry, attr[1] ? lm_str_z(attr[1]) : LM_STR(""));
    }
    return on.n;
}
