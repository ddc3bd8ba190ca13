/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_RECORD_H
#define SCRAPER_RECORD_H

#include "common/base.h"

/* A row of a table, whatever the file is. */
enum {
    SCRAPER_COLUMNS = 100,       /* most columns of a file */
    SCRAPER_ROW_BYTES = 1 << 20, /* most text of a row */
    SCRAPER_ROWS = 1000000,      /* most rows of a file, without the header */
};

struct scraper_record {
    int64_t row;                   /* as people count them: the first is 1 */
    lm_str cells[SCRAPER_COLUMNS]; /* UTF-8; borrowed until the next one */
    size_t n;                      /* cells; those behind the last with text may be left out */
    bool has_more;                 /* cells with text beyond the last column */
    const char *problem; /* why the row cannot be taken, and what to do; n may be 0 then */
};

#endif
