/* SPDX-License-Identifier: Apache-2.0 */
/* Windows of business: weekdays, hours and holidays in a zone. */
#include "common/calendar.h"

enum { LOOK_AHEAD_DAYS = 400 };

static bool is_open_day(const struct lm_window *w, const struct lm_civil *c)
{
    return (w->weekdays >> (c->weekday - 1) & 1) &&
           !(w->country && lm_is_holiday(w->country, c->year, c->month, c->day));
}

bool lm_window_contains(const struct lm_window *w, int64_t at_ms)
{
    struct lm_civil c = lm_civil_at(w->zone, at_ms);
    int minute = c.hour * 60 + c.minute;

    return minute >= w->from_minute && minute < w->to_minute && is_open_day(w, &c);
}

int64_t lm_window_next(const struct lm_window *w, int64_t at_ms)
{
    struct lm_civil c = lm_civil_at(w->zone, at_ms);

    if (lm_window_contains(w, at_ms))
        return at_ms;
    for (int ahead = 0; ahead <= LOOK_AHEAD_DAYS; ahead++) {
        struct lm_civil opening = {
            .year = c.year, .month = c.month, .day = c.day + ahead, .minute = w->from_minute};
        int64_t opens = lm_civil_to_ms(w->zone, &opening);

        /* contains again: an opening in a spring gap may have moved behind the closing. */
        if (opens > at_ms && lm_window_contains(w, opens))
            return opens;
    }
    return INT64_MAX;
}
