/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_STORE_INTERNAL_H
#define SCRAPER_STORE_INTERNAL_H

#include "services/scraper/store.h"

/* store_search.c's statements, for the list of lists in store.c. */
extern const struct lm_sql *const scraper_search_sql[];

#endif
