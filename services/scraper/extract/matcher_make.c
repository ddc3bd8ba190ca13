/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the matcher: each step of each selector goes to the entry that fewest elements have. */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/extract/matcher.h"
#include "services/scraper/extract/pairs.h"

struct making {
    struct lm_arena *a;
    struct matcher *m;
    const char *key; /* of the rule that is put in */
    lm_err *err;
};

/* Four places for each entry that there can be, so that what is not there is mostly seen at once. */
static size_t table_size(const struct rule *rules, size_t n)
{
    size_t entries = 16, size = 64;

    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < rules[i].n_paths; k++) {
            for (size_t s = 0; s < rules[i].paths[k].n_steps; s++)
                entries += 3 + rules[i].paths[k].steps[s].n_wants;
        }
    }
    while (size < 4 * entries)
        size *= 2;
    return size;
}

static struct matcher_entry *entry_of(struct making *on, enum matcher_kind kind,
                                      const struct matcher_entry *of, lm_str text)
{
    struct matcher *m = on->m;
    size_t at = lm_str_hash(text) & m->mask;
    struct matcher_entry *e;

    for (; (e = m->table[at]); at = (at + 1) & m->mask) {
        if (e->kind == kind && e->of == of && lm_str_eq(e->text, text))
            return e;
    }
    e = m->table[at] = LM_NEW(on->a, struct matcher_entry);
    *e = (struct matcher_entry){.kind = kind, .of = of, .text = text};
    return e;
}

/* What of a step is rarest: a value that is whole, a word, an attribute. */
static const struct rule_want *rarest(const struct rule_step *step)
{
    const struct rule_want *best = NULL;

    for (size_t i = 0; i < step->n_wants; i++) {
        const struct rule_want *want = &step->wants[i];

        if (want->test == RULE_IS)
            return want;
        if (!best || (want->test == RULE_WORD && best->test != RULE_WORD))
            best = want;
    }
    return best;
}

static struct matcher_entry *entry_of_want(struct making *on, const struct rule_want *want)
{
    struct matcher_entry *attr = entry_of(on, MATCHER_ATTR, NULL, want->name);

    attr->has_values |= want->test == RULE_IS;
    attr->has_words |= want->test == RULE_WORD;
    attr->has_parts |= want->test == RULE_PART || want->test == RULE_BEGINS;
    if (want->test == RULE_IS)
        return entry_of(on, MATCHER_VALUE, attr, want->value);
    if (want->test == RULE_WORD)
        return entry_of(on, MATCHER_WORD, NULL, want->value);
    return attr;
}

static void add_step(struct making *on, struct matcher_step *s)
{
    const struct rule_want *want = rarest(s->step);
    struct matcher_entry *entry;

    if (s->step->tag.p)
        s->tag = entry_of(on, MATCHER_TAG, NULL, s->step->tag);
    if (want && (want->test == RULE_PART || want->test == RULE_BEGINS))
        s->pairs = scraper_pairs(want->value);
    if (want) {
        entry = entry_of_want(on, want);
    } else if (s->tag) {
        entry = entry_of(on, MATCHER_TAG, NULL, s->step->tag);
    } else {
        s->next = on->m->anything;
        on->m->anything = s;
        return;
    }
    s->next = entry->steps;
    entry->steps = s;
}

static lm_code add_path(struct making *on, unsigned rule, const struct rule_path *path)
{
    struct matcher *m = on->m;
    int before = -1;

    if (m->n_paths == MATCHER_MOST_PATHS || m->n_bits + (int)path->n_steps - 1 > MATCHER_BITS)
        return lm_fail(on->err, LM_INVALID, "%s: one selector more than can be looked for at once",
                       on->key);
    for (size_t i = 0; i < path->n_steps; i++) {
        struct matcher_step *s = LM_NEW(on->a, struct matcher_step);

        *s = (struct matcher_step){.step = &path->steps[i],
                                   .after = before,
                                   .sets = i + 1 < path->n_steps ? m->n_bits++ : -1,
                                   .path = (unsigned)m->n_paths};
        before = s->sets;
        add_step(on, s);
    }
    m->paths[m->n_paths++] = (struct matcher_path){rule, path->rank, path->attr};
    return LM_OK;
}

lm_code matcher_make(struct lm_arena *a, const struct rule *rules, const char *const *keys,
                     size_t n, struct matcher *out, lm_err *err)
{
    struct making on = {.a = a, .m = out, .err = err};
    size_t size = table_size(rules, n);

    *out = (struct matcher){
        .table = LM_NEW_ARRAY(a, struct matcher_entry *, size),
        .mask = size - 1,
        .paths = LM_NEW_ARRAY(a, struct matcher_path, MATCHER_MOST_PATHS),
    };
    for (size_t i = 0; i < n; i++) {
        on.key = keys[i];
        for (size_t k = 0; k < rules[i].n_paths; k++) {
            if (add_path(&on, (unsigned)i, &rules[i].paths[k]))
                return err->code;
        }
    }
    return LM_OK;
}
