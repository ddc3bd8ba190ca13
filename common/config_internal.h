/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CONFIG_INTERNAL_H
#define LM_CONFIG_INTERNAL_H

#include "common/config.h"

/* Between config.c (where a value comes from, what it means) and config_yaml.c (the file). */

/* A value as it was written, and where: for the error of the one who reads it. */
struct config_text {
    bool is_set;
    lm_str text;         /* a scalar */
    const lm_str *items; /* a list; NULL when it was written as a scalar */
    size_t n_items;
    const char *where; /* "leadmachine.yaml:12:3" or "LM_SCRAPER_MAX_PAGES" */
};

struct config_entry {
    const struct lm_config_key *key;
    struct config_text from_file;
};

struct config_set {
    struct config_entry *entries;
    size_t n;
    struct lm_arena *arena; /* of one load; what is kept is copied */
};

/*
 * Fills `from_file` of the entries. `path` is for the errors only. Pure, so that it can be fuzzed.
 */
LM_MUST_USE lm_code lm_config_read_yaml(struct config_set *set, const char *path, lm_str text,
                                        lm_err *err);

#endif
