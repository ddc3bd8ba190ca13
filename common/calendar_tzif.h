/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CALENDAR_TZIF_H
#define LM_CALENDAR_TZIF_H

#include "common/calendar.h"

/* A compiled zone file, in memory. Pure; what it points to lives in the arena. */

/* When a POSIX TZ rule changes the offset, in a year. */
struct tz_change {
    enum { TZ_MONTH_WEEK, TZ_JULIAN, TZ_DAY } form; /* Mm.w.d, Jn (no 29 February), n */
    int month, week, weekday;                       /* week 5: the last; weekday 0: Sunday */
    int day;
    int at_s; /* local seconds after midnight; may be negative or beyond a day */
};

struct tz_rule {
    bool is_set, has_summer;
    int winter_s, summer_s; /* offsets east of UTC */
    struct tz_change to_summer, to_winter;
};

struct tz_data {
    size_t n;
    int64_t *at_s;       /* transitions, ascending, Unix seconds */
    int *offset_s;       /* from each on */
    int first_s;         /* before the first one */
    struct tz_rule rule; /* after the last one */
};

/* Version 2 and later of RFC 8536. LM_INVALID: what is wrong with the bytes. */
LM_MUST_USE lm_code lm_tzif_parse(struct lm_arena *a, lm_str file, struct tz_data *out,
                                  lm_err *err);
/* "CET-1CEST,M3.5.0,M10.5.0/3" */
LM_MUST_USE bool lm_tz_rule_parse(lm_str s, struct tz_rule *out);
/* Seconds east of UTC at a Unix time. */
int lm_tz_offset(const struct tz_data *tz, int64_t at_s);

#endif
