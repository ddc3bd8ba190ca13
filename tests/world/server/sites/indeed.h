/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_SITES_INDEED_H
#define WORLD_SITES_INDEED_H

#include "tests/world/server/sites.h"

/* Inside the job board: which postings are on a page (indeed.c), and how it is written (indeed_page.c). */

enum { BOARD_CARDS = 15, BOARD_STEP = 10 };

struct board_card {
    struct world_company company;
    struct world_posting posting;
};

struct board_page {
    const struct world *world;
    lm_str what, where;
    unsigned start; /* offset of the first card */
    unsigned total; /* postings of the whole search */
    unsigned n_cards;
    const struct board_card *cards;
};

void board_write_page(struct lm_buf *b, const struct board_page *page);
void board_write_posting(struct lm_buf *b, const struct board_card *card);
/* What stands in place of a page when the board takes its visitor for a machine. */
void board_write_block(struct lm_buf *b);

#endif
