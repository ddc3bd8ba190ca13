/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/import/styles.h"

#include <ctype.h>
#include <math.h>

#include "common/str.h"

enum { DAYS_TO_1970 = 25569, DAYS_TO_1904 = 1462, LAST_DAY = 2958465 /* 9999-12-31 */ };

enum scraper_shown scraper_format_of_number(int64_t id)
{
    if (id == 9 || id == 10)
        return SCRAPER_AS_PERCENT;
    if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
        return SCRAPER_AS_DATE;
    if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || (id >= 45 && id <= 47))
        return SCRAPER_AS_TIME;
    return id == 22 ? SCRAPER_AS_DATE_TIME : SCRAPER_AS_NUMBER;
}

/* Quoted text, [conditions and colours] and what stands behind a backslash are no part of the pattern. */
enum scraper_shown scraper_format_of_code(lm_str code)
{
    bool has_day = false, has_month = false, has_hour = false, has_percent = false;

    for (size_t i = 0; i < code.n && code.p[i] != ';'; i++) {
        char c = (char)tolower((unsigned char)code.p[i]);
        char until = c == '"' ? '"' : c == '[' ? ']' : '\0';
        ptrdiff_t end = until ? lm_str_chr(code, until, i + 1) : -1;

        if (end >= 0)
            i = (size_t)end;
        else if (c == '\\' || c == '_' || c == '*')
            i++;
        has_day |= c == 'd' || c == 'y';
        has_month |= c == 'm';
        has_hour |= c == 'h' || c == 's';
        has_percent |= c == '%';
    }
    if (has_hour)
        return has_day ? SCRAPER_AS_DATE_TIME : SCRAPER_AS_TIME;
    if (has_day || has_month)
        return SCRAPER_AS_DATE;
    return has_percent ? SCRAPER_AS_PERCENT : SCRAPER_AS_NUMBER;
}

/* The day of 1970 as a date. Source: H. Hinnant, "chrono-compatible low-level date algorithms". */
static void put_date(struct lm_buf *out, int64_t day)
{
    int64_t z = day + 719468, era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t month = mp < 10 ? mp + 3 : mp - 9;

    lm_buf_printf(out, "%04d-%02d-%02d", (int)(yoe + era * 400 + (month <= 2)), (int)month,
                  (int)(doy - (153 * mp + 2) / 5 + 1));
}

static void put_time(struct lm_buf *out, int seconds)
{
    lm_buf_printf(out, "%02d:%02d", seconds / 3600, seconds / 60 % 60);
    if (seconds % 60)
        lm_buf_printf(out, ":%02d", seconds % 60);
}

static void put_moment(struct lm_buf *out, double serial, enum scraper_shown as)
{
    double day = floor(serial);
    int seconds = (int)lround((serial - day) * 86400);

    if (seconds == 86400) {
        day++;
        seconds = 0;
    }
    if (as != SCRAPER_AS_TIME || day >= 1)
        put_date(out, (int64_t)day - DAYS_TO_1970);
    if (as == SCRAPER_AS_TIME || (as == SCRAPER_AS_DATE_TIME && seconds)) {
        if (as == SCRAPER_AS_DATE_TIME || day >= 1)
            lm_buf_char(out, ' ');
        put_time(out, seconds);
    }
}

void scraper_show(struct lm_buf *out, lm_str number, enum scraper_shown as, bool is_1904)
{
    double v;

    if (!lm_str_double(number, &v) || !isfinite(v)) {
        lm_buf_append(out, number);
    } else if (as == SCRAPER_AS_PERCENT) {
        lm_buf_printf(out, "%.12g%%", v * 100);
    } else if (as == SCRAPER_AS_NUMBER || v < 0 || v + DAYS_TO_1904 > LAST_DAY) {
        lm_buf_printf(out, "%.15g", v); /* as many digits as spreadsheets have */
    } else {
        put_moment(out, v + (is_1904 && as != SCRAPER_AS_TIME ? DAYS_TO_1904 : 0), as);
    }
}
