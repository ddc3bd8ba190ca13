/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_IMPORT_H
#define SCRAPER_IMPORT_H

#include "common/err.h"
#include "gen/scraper.pb-c.h"

/*
 * Companies out of a CSV file. Columns are found by their header, in Dutch or English, in any order;
 * unknown ones are passed over. A row without a name and without a domain is refused, so is a value
 * that is not what its column holds; the others go in. Pure.
 */
enum { SCRAPER_IMPORT_ERRORS = 100, SCRAPER_IMPORT_ROWS = 100000 };

struct scraper_import {
    Lm__Company **companies; /* source IMPORT, without id */
    size_t n;
    int rows; /* records read, without the header */
    int rejected;
    Scraper__RowError **errors; /* the first 100 */
    size_t n_errors;
};

/* LM_INVALID: no header row with a name or domain column, or nothing below it; LM_TOO_LARGE. */
LM_MUST_USE lm_code scraper_import_read(struct lm_arena *a, lm_str bytes,
                                        struct scraper_import *out, lm_err *err);

#endif
