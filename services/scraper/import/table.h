/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_TABLE_H
#define SCRAPER_TABLE_H

#include "services/scraper/import/csv.h"
#include "services/scraper/import/file.h"
#include "services/scraper/import/record.h"

/* A file of rows, whatever it is: CSV, or the first sheet of an XLSX workbook. Told apart by its bytes, not its name. */
struct scraper_table;
struct scraper_table_options {
    struct scraper_csv_options csv;
    const char *dir; /* for what does not fit the memory; NULL: /tmp */
};
struct scraper_table_info {
    const char *format;  /* "CSV" or "XLSX" */
    const char *charset; /* NULL of a workbook, as is `separator` '\0' */
    char separator;
};
/* LM_INVALID: neither CSV nor XLSX (an old .xls, a PDF, a picture …), or empty; the message says what to do. */
LM_MUST_USE lm_code scraper_table_open(struct lm_arena *a, const struct scraper_file *file,
                                       const struct scraper_table_options *o,
                                       struct scraper_table **out, lm_err *err);
/* The next record that is not blank; *is_end when there is none. LM_TOO_LARGE: more rows than a file may have. */
LM_MUST_USE lm_code scraper_table_next(struct scraper_table *t, struct scraper_record *out,
                                       bool *is_end, lm_err *err);
/* Bytes of the file behind which the reader is. */
uint64_t scraper_table_at(const struct scraper_table *t);
/* As far as it is known: a charset may show late. */
struct scraper_table_info scraper_table_info(const struct scraper_table *t);

#endif
