/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_XLSX_H
#define SCRAPER_XLSX_H

#include "services/scraper/import/file.h"
#include "services/scraper/import/record.h"

/*
 * The first visible sheet of a workbook (ECMA-376), a row at a time: shared and inline strings, numbers and dates as
 * they are shown, empty cells where they are left out. Memory: about 10 MiB whatever the workbook holds, until the
 * arena goes; its shared strings are in a temporary file in `dir`.
 */
struct scraper_xlsx;
/* LM_INVALID: no workbook, or a damaged, encrypted one; LM_TOO_LARGE: it unpacks to far more than a list. */
LM_MUST_USE lm_code scraper_xlsx_open(struct lm_arena *a, const struct scraper_file *file,
                                      const char *dir, struct scraper_xlsx **out, lm_err *err);
/* The next row that is not blank. */
LM_MUST_USE lm_code scraper_xlsx_next(struct scraper_xlsx *x, struct scraper_record *out,
                                      bool *is_end, lm_err *err);
uint64_t scraper_xlsx_at(
    const struct scraper_xlsx *x); /* as far as its sheet was read in the file */

#endif
