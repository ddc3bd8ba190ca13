/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_PATHS_H
#define SCRAPER_PATHS_H

#include "common/json.h"

/*
 * Values out of JSON by paths that stand in the configuration (LM_CFG_LIST), so that an operator mends a changed
 * answer without a build: "data.items,results", "." for the whole. The first path that has something wins.
 */

/* The first that is there and not null; never NULL: a null value when there is none. */
const struct lm_jval *scraper_path_value(const struct lm_jval *v, const char *const *paths);
/* The first that is text, not blank, or a number; squeezed. {NULL, 0}: none. */
lm_str scraper_path_text(struct lm_arena *a, const struct lm_jval *v, const char *const *paths);
/* The first array, even an empty one; NULL: none. */
const struct lm_jval *scraper_path_array(const struct lm_jval *v, const char *const *paths);

#endif
