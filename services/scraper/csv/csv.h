/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_CSV_H
#define SCRAPER_CSV_H

#include "common/base.h"

/*
 * CSV as spreadsheets write it (RFC 4180 and what goes beyond it): UTF-8 or windows-1252, with or
 * without byte order mark; comma, semicolon, tab or bar, found out from the first line; quotes, doubled
 * quotes and line ends in quotes; CRLF, LF or CR; "sep=;" as Excel's first line. Pure.
 */
struct scraper_csv {
    struct lm_arena *arena;
    lm_str rest;
    char separator;
    int row;            /* of the record read last; the first one is 1 */
    bool is_open_quote; /* the record ended with the file inside a quote */
};

enum { SCRAPER_CSV_FIELDS = 200 };

void scraper_csv_open(struct scraper_csv *csv, struct lm_arena *a, lm_str bytes);
/*
 * The next record that is not blank; false at the end. Fields beyond the 200th are dropped. `fields`
 * holds SCRAPER_CSV_FIELDS; texts are borrowed from the input, or live in the arena.
 */
bool scraper_csv_next(struct scraper_csv *csv, lm_str *fields, size_t *n);

#endif
