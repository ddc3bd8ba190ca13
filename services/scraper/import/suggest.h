/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_SUGGEST_H
#define SCRAPER_SUGGEST_H

#include "gen/scraper.pb-c.h"
#include "services/scraper/import/table.h"

/*
 * What the columns of a file may be: by their headers (Dutch, English, German, with synonyms), and by the values below
 * them, which also speak against a header. Each field goes to one column, the likeliest. Pure.
 */
struct scraper_suggestion {
    Scraper__ImportColumn *
        *columns; /* of all columns, with header and examples; without field where nothing fits */
    size_t n;
    bool has_header;     /* the first row is one */
    const char *country; /* where most of the companies seem to be; NULL: it does not show */
};
/*
 * Of the first rows of a file (`is_header`: NULL when it shall be found out). A model that knows better, once there is
 * one, takes these columns, changes them, and says so in `by`.
 * LM_INVALID: more than 100 columns.
 */
LM_MUST_USE lm_code scraper_suggest(struct lm_arena *a, struct scraper_table *table,
                                    const bool *has_header, struct scraper_suggestion *out,
                                    lm_err *err);

#endif
