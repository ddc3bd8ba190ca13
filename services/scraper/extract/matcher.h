/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_MATCHER_H
#define SCRAPER_MATCHER_H

#include "services/scraper/extract/rule.h"

/*
 * Inside the extractor: all selectors of all rules as one matcher. An element is looked up by its tag, its words of
 * class, its attributes and their values in one hash table, which gives the few steps of selectors that can be it.
 * Where a selector has several steps, all but the last are a bit each: set for an element, they hold for all that is
 * inside it.
 */
enum { MATCHER_BITS = 256, MATCHER_MOST_PATHS = 512 };

struct matcher_bits {
    uint64_t of[MATCHER_BITS / 64];
};

/* A step of a selector, as it is looked for. */
struct matcher_step {
    const struct rule_step *step;
    const struct matcher_entry *tag; /* NULL: any */
    const struct matcher_step *next; /* of the same entry */
    int after;                       /* the bit that must be set outside; -1: none */
    int sets;                        /* the bit that it sets; -1: it is the last one */
    unsigned path;                   /* which selector: matcher.paths */
    uint64_t pairs;                  /* of the part that is looked for; 0: none */
};

/* A name or value that some selector speaks of. */
struct matcher_entry {
    enum matcher_kind { MATCHER_TAG, MATCHER_WORD, MATCHER_ATTR, MATCHER_VALUE } kind;
    lm_str text;
    const struct matcher_entry *of;   /* of a value: its attribute */
    const struct matcher_step *steps; /* those that are found here */
    bool has_values, has_parts, has_words;
};

struct matcher_path {
    unsigned rule, rank;
    lm_str attr;
};

struct matcher {
    struct matcher_entry **table;
    size_t mask;
    const struct matcher_step *anything; /* steps that say neither tag nor attribute */
    struct matcher_path *paths;
    size_t n_paths;
    int n_bits;
};

/* `keys` name the rules in errors. LM_INVALID: more selectors than fit. */
LM_MUST_USE lm_code matcher_make(struct lm_arena *a, const struct rule *rules,
                                 const char *const *keys, size_t n, struct matcher *out,
                                 lm_err *err);

/* NULL: no selector speaks of it. */
const struct matcher_entry *matcher_find(const struct matcher *m, enum matcher_kind kind,
                                         const struct matcher_entry *of, lm_str text);

/* An element, as its parser has it; entries of names are looked up by the caller, who remembers them. */
struct matcher_element {
    const struct matcher_entry *tag;
    const char *const *attrs; /* name, value …, NULL; or NULL */
    /* Of the name; NULL: no selector speaks of it. */
    const struct matcher_entry *(*attr_entry)(void *arg, const char *name);
    void *arg;
};

/*
 * Which selectors end at this element: numbers of paths, at most `most`, in no order. `outer` is
 * what the element's parent left in its `inner`.
 */
size_t matcher_run(const struct matcher *m, const struct matcher_element *e,
                   const struct matcher_bits *outer, struct matcher_bits *inner, unsigned *paths,
                   size_t most);

/* Of `attrs`; {NULL, 0}: absent. Without value: "". */
lm_str matcher_attr(const char *const *attrs, lm_str name);

#endif
