/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_STYLES_H
#define SCRAPER_STYLES_H

#include "common/buf.h"

/* Numbers of a workbook as its reader sees them: dates, times and percentages are numbers with a format. Pure. */
enum scraper_shown {
    SCRAPER_AS_NUMBER,
    SCRAPER_AS_PERCENT,
    SCRAPER_AS_DATE,
    SCRAPER_AS_DATE_TIME,
    SCRAPER_AS_TIME,
};
/* Of a format by its number (18.8.30 of ECMA-376), or by its code where the workbook has its own: "dd-mm-yyyy". */
enum scraper_shown scraper_format_of_number(int64_t id);
enum scraper_shown scraper_format_of_code(lm_str code);
/* Appends 2024-03-01, 2024-03-01 09:30, 09:30, 12.5%, 1234.5; what is no number as it is. */
void scraper_show(struct lm_buf *out, lm_str number, enum scraper_shown as, bool is_1904);

#endif
