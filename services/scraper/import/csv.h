/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_CSV_H
#define SCRAPER_CSV_H

#include "services/scraper/import/record.h"
#include "services/scraper/import/utf8.h"

/*
 * CSV as spreadsheets write it (RFC 4180 and what goes beyond it), a record at a time out of a file of any size:
 * comma, semicolon, tab or bar, found out from the first lines or given; quotes, doubled quotes and line ends in
 * quotes; CRLF, LF or CR; "sep=;" as Excel's first line. A row of more than 1 MiB or with a zero in it is refused
 * alone, and the next one is read. Memory: up to 2 MiB, until the arena goes.
 */
struct scraper_csv;
struct scraper_csv_options {
    char separator; /* '\0': as it turns out */
    enum scraper_charset charset;
};
/* Errors: of the file. */
LM_MUST_USE lm_code scraper_csv_open(struct lm_arena *a, const struct scraper_file *file,
                                     const struct scraper_csv_options *o, struct scraper_csv **out,
                                     lm_err *err);
/* The next record that is not blank; *is_end when there is none. */
LM_MUST_USE lm_code scraper_csv_next(struct scraper_csv *csv, struct scraper_record *out,
                                     bool *is_end, lm_err *err);
uint64_t scraper_csv_at(const struct scraper_csv *csv); /* bytes of the file that were read */
char scraper_csv_separator(const struct scraper_csv *csv);
enum scraper_charset scraper_csv_charset(const struct scraper_csv *csv);

#endif
