/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_STORE_INTERNAL_H
#define SCRAPER_STORE_INTERNAL_H

#include "services/scraper/store.h"

/* Between store.c and store_search.c: statements of the latter for the one list. */
extern const struct lm_sql scraper_search_add, scraper_search_read, scraper_search_write,
    scraper_page_read, scraper_page_add, scraper_postings_add, scraper_postings_read,
    scraper_search_clear, scraper_schedule_add, scraper_schedules_read, scraper_schedule_read,
    scraper_schedule_move, scraper_schedule_remove, scraper_turn_take;
#define SCRAPER_SEARCH_SQL                                                                       \
    &scraper_search_add, &scraper_search_read, &scraper_search_write, &scraper_page_read,        \
        &scraper_page_add, &scraper_postings_add, &scraper_postings_read, &scraper_search_clear, \
        &scraper_schedule_add, &scraper_schedules_read, &scraper_schedule_read,                  \
        &scraper_schedule_move, &scraper_schedule_remove, &scraper_turn_take

#endif
