/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_RULE_H
#define SCRAPER_RULE_H

#include "common/err.h"

/* Inside the extractor: what a rule's text says (extract.h has the language). Pure. */

enum rule_test { RULE_HAS, RULE_IS, RULE_PART, RULE_BEGINS, RULE_WORD };

/* One thing that an element must have. */
struct rule_want {
    enum rule_test test;
    lm_str name;  /* of the attribute, in lower case */
    lm_str value; /* of parts and beginnings: in lower case */
};

/* What stands between two blanks: all of it must be true of one element. */
struct rule_step {
    lm_str tag; /* in lower case; {NULL, 0}: any */
    struct rule_want *wants;
    size_t n_wants;
};

struct rule_path {
    struct rule_step *steps; /* the outermost first, at least one */
    size_t n_steps;
    lm_str attr;   /* what it yields; {NULL, 0}: the text */
    unsigned rank; /* 0 for those before the first `|`, 1 behind it … */
};

struct rule {
    struct rule_path *paths;
    size_t n_paths;
};

enum { RULE_MOST_TEXT = 4096, RULE_MOST_PATHS = 32, RULE_MOST_STEPS = 8, RULE_MOST_WANTS = 8 };

/* LM_INVALID names `key` and the place. Borrows from `text`. */
LM_MUST_USE lm_code rule_parse(struct lm_arena *a, const char *key, lm_str text, struct rule *out,
                               lm_err *err);

#endif
