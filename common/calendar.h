/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CALENDAR_H
#define LM_CALENDAR_H

#include "common/err.h"

/*
 * IANA time zones (read from the system's zoneinfo, TZif version 2, RFC 8536) and the business
 * calendar. Zones are loaded once and cached for ever; any thread.
 */
struct lm_zone;

/* LM_INVALID: no such zone ("Europe/Amsterdam" is one). Owned by the cache. */
LM_MUST_USE lm_code lm_zone_get(const char *name, const struct lm_zone **out, lm_err *err);

struct lm_civil {
    int year, month, day; /* month 1-12 */
    int hour, minute, second, ms;
    int weekday;  /* 1 Monday … 7 Sunday (ISO 8601) */
    int offset_s; /* east of UTC; ignored by lm_civil_to_ms */
};
struct lm_civil lm_civil_at(const struct lm_zone *zone, int64_t at_ms);
/* A time in a spring gap moves forward by the gap; of a doubled hour the first is taken. */
int64_t lm_civil_to_ms(const struct lm_zone *zone, const struct lm_civil *c);
/* First millisecond of the local day `at_ms` is in, and of the next one. */
int64_t lm_day_start(const struct lm_zone *zone, int64_t at_ms);
int64_t lm_day_next(const struct lm_zone *zone, int64_t at_ms);
/* Day number since 1970-01-01 of a civil date (proleptic Gregorian), and back. */
int64_t lm_days_from_civil(int year, int month, int day);
void lm_civil_from_days(int64_t days, int *year, int *month, int *day);

/* Public holidays of a country (ISO 3166 code; NL, BE, DE, GB, US known, others have none). */
bool lm_is_holiday(const char *country, int year, int month, int day);

struct lm_window {
    const struct lm_zone *zone;
    unsigned weekdays;   /* bit 0 Monday … bit 6 Sunday */
    int from_minute;     /* 540 = 09:00 */
    int to_minute;       /* 1020 = 17:00, itself outside */
    const char *country; /* holidays of; NULL: none */
};
bool lm_window_contains(const struct lm_window *w, int64_t at_ms);
/*
 * `at_ms` if inside, else the start of the next window; INT64_MAX when none opens within 400 days.
 */
int64_t lm_window_next(const struct lm_window *w, int64_t at_ms);

/*
 * Five-field cron in a zone: the first minute after `after_ms` that matches. LM_INVALID names the
 * field.
 */
LM_MUST_USE lm_code lm_cron_next(const char *expression, const struct lm_zone *zone,
                                 int64_t after_ms, int64_t *out_ms, lm_err *err);

#endif
