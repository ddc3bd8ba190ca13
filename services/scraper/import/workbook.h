/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_WORKBOOK_H
#define SCRAPER_WORKBOOK_H

#include "services/scraper/import/strings.h"
#include "services/scraper/import/styles.h"
#include "services/scraper/import/zip.h"

/* What of a workbook stands around its sheet: which sheet it is, the formats of its numbers, its strings. */
struct scraper_workbook {
    lm_str sheet; /* its entry in the archive */
    bool is_1904; /* days are counted from 1904 */
    enum scraper_shown *formats;
    size_t n_formats;
    struct scraper_strings *strings;
};
LM_MUST_USE lm_code scraper_workbook_read(struct lm_arena *a, const struct scraper_zip *zip,
                                          const char *dir, struct scraper_workbook *out,
                                          lm_err *err);

#endif
