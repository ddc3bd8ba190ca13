/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_STORE_INTERNAL_H
#define SCRAPER_STORE_INTERNAL_H

#include "services/scraper/store.h"

/* store_search.c's statements, for the list of lists in store.c. */
extern const struct lm_sql *const scraper_search_sql[];

/* Texts of a message as an argument of SQL, in the arena. */
lm_str *scraper_texts_of(struct lm_ctx *ctx, char *const *v, size_t n);

#endif
