/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Public holidays as rules in a table. Only days off for the whole country (for GB: England); when
 * business rests, mail waits. Sources: rijksoverheid.nl, belgium.be, Feiertagsgesetze der Länder,
 * gov.uk/bank-holidays, 5 U.S.C. 6103.
 */
#include "common/calendar.h"
#include "common/str.h"

enum form {
    FIXED,  /* month, day */
    EASTER, /* day: days after Easter Sunday */
    NTH,    /* month, weekday (1 Monday), day: which one, -1 the last */
};

enum shift {
    STAYS,
    NEXT_MONDAY, /* from a weekend */
    TWO_DAYS,    /* from a weekend: Christmas and Boxing Day move as a pair */
    NEAREST,     /* Saturday to Friday, Sunday to Monday */
    DAY_BEFORE,  /* from a Sunday: the Dutch king's day */
};

struct rule {
    const char *country;
    enum form form;
    int month, day, weekday;
    enum shift shift;
    int from, to; /* years; 0: no bound */
    int every;    /* 5: lustra only */
};

static const struct rule rules[] = {
    {"NL", FIXED, .month = 1, .day = 1},
    {"NL", EASTER, .day = 0},
    {"NL", EASTER, .day = 1},
    {"NL", FIXED, .month = 4, .day = 30, .shift = DAY_BEFORE, .from = 1949, .to = 2013},
    {"NL", FIXED, .month = 4, .day = 27, .shift = DAY_BEFORE, .from = 2014},
    {"NL", FIXED, .month = 5, .day = 5, .every = 5},
    {"NL", EASTER, .day = 39},
    {"NL", EASTER, .day = 49},
    {"NL", EASTER, .day = 50},
    {"NL", FIXED, .month = 12, .day = 25},
    {"NL", FIXED, .month = 12, .day = 26},

    {"BE", FIXED, .month = 1, .day = 1},
    {"BE", EASTER, .day = 0},
    {"BE", EASTER, .day = 1},
    {"BE", FIXED, .month = 5, .day = 1},
    {"BE", EASTER, .day = 39},
    {"BE", EASTER, .day = 49},
    {"BE", EASTER, .day = 50},
    {"BE", FIXED, .month = 7, .day = 21},
    {"BE", FIXED, .month = 8, .day = 15},
    {"BE", FIXED, .month = 11, .day = 1},
    {"BE", FIXED, .month = 11, .day = 11},
    {"BE", FIXED, .month = 12, .day = 25},

    {"DE", FIXED, .month = 1, .day = 1},
    {"DE", EASTER, .day = -2},
    {"DE", EASTER, .day = 1},
    {"DE", FIXED, .month = 5, .day = 1},
    {"DE", EASTER, .day = 39},
    {"DE", EASTER, .day = 50},
    {"DE", FIXED, .month = 10, .day = 3, .from = 1990},
    {"DE", FIXED, .month = 12, .day = 25},
    {"DE", FIXED, .month = 12, .day = 26},

    {"GB", FIXED, .month = 1, .day = 1, .shift = NEXT_MONDAY},
    {"GB", EASTER, .day = -2},
    {"GB", EASTER, .day = 1},
    {"GB", NTH, .month = 5, .weekday = 1, .day = 1, .to = 2019},
    {"GB", FIXED, .month = 5, .day = 8, .from = 2020, .to = 2020}, /* 75 years of VE Day */
    {"GB", NTH, .month = 5, .weekday = 1, .day = 1, .from = 2021},
    {"GB", NTH, .month = 5, .weekday = 1, .day = -1, .to = 2021},
    {"GB", FIXED, .month = 6, .day = 2, .from = 2022, .to = 2022}, /* Platinum Jubilee */
    {"GB", FIXED, .month = 6, .day = 3, .from = 2022, .to = 2022},
    {"GB", FIXED, .month = 9, .day = 19, .from = 2022, .to = 2022}, /* state funeral */
    {"GB", FIXED, .month = 5, .day = 8, .from = 2023, .to = 2023},  /* coronation */
    {"GB", NTH, .month = 5, .weekday = 1, .day = -1, .from = 2023},
    {"GB", NTH, .month = 8, .weekday = 1, .day = -1},
    {"GB", FIXED, .month = 12, .day = 25, .shift = TWO_DAYS},
    {"GB", FIXED, .month = 12, .day = 26, .shift = TWO_DAYS},

    {"US", FIXED, .month = 1, .day = 1, .shift = NEAREST},
    {"US", NTH, .month = 1, .weekday = 1, .day = 3},
    {"US", NTH, .month = 2, .weekday = 1, .day = 3},
    {"US", NTH, .month = 5, .weekday = 1, .day = -1},
    {"US", FIXED, .month = 6, .day = 19, .shift = NEAREST, .from = 2021},
    {"US", FIXED, .month = 7, .day = 4, .shift = NEAREST},
    {"US", NTH, .month = 9, .weekday = 1, .day = 1},
    {"US", NTH, .month = 10, .weekday = 1, .day = 2},
    {"US", FIXED, .month = 11, .day = 11, .shift = NEAREST},
    {"US", NTH, .month = 11, .weekday = 4, .day = 4},
    {"US", FIXED, .month = 12, .day = 25, .shift = NEAREST},
};

/* Day number of Easter Sunday. Source: the anonymous Gregorian algorithm, Nature 13 (1876). */
static int64_t easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
    int h = (19 * a + b - d - g + 15) % 30;
    int i = c / 4, k = c % 4;
    int l = (32 + 2 * e + 2 * i - h - k) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;

    return lm_days_from_civil(year, n / 31, n % 31 + 1);
}

/* 1 Monday … 7 Sunday */
static int weekday_of(int64_t days)
{
    return (int)(((days + 3) % 7 + 7) % 7) + 1;
}

static int64_t nth_weekday(int year, int month, int weekday, int nth)
{
    int64_t first = lm_days_from_civil(year, month, 1), last;

    if (nth > 0)
        return first + (weekday - weekday_of(first) + 7) % 7 + 7 * (nth - 1);
    last = lm_days_from_civil(month == 12 ? year + 1 : year, month % 12 + 1, 1) - 1;
    return last - (weekday_of(last) - weekday + 7) % 7;
}

static int64_t shifted(int64_t day, enum shift shift)
{
    int weekday = weekday_of(day);

    switch (shift) {
    case NEXT_MONDAY:
        return weekday >= 6 ? day + 8 - weekday : day;
    case TWO_DAYS:
        return weekday >= 6 ? day + 2 : day;
    case NEAREST:
        return weekday == 6 ? day - 1 : weekday == 7 ? day + 1 : day;
    case DAY_BEFORE:
        return weekday == 7 ? day - 1 : day;
    case STAYS:
        break;
    }
    return day;
}

static bool is_in_force(const struct rule *r, int year)
{
    return (!r->from || year >= r->from) && (!r->to || year <= r->to) &&
           (!r->every || year % r->every == 0);
}

/* The day off that rule `r` gives in `year`. */
static int64_t day_of(const struct rule *r, int year)
{
    switch (r->form) {
    case EASTER:
        return easter(year) + r->day;
    case NTH:
        return nth_weekday(year, r->month, r->weekday, r->day);
    case FIXED:
        break;
    }
    return shifted(lm_days_from_civil(year, r->month, r->day), r->shift);
}

bool lm_is_holiday(const char *country, int year, int month, int day)
{
    int64_t wanted = lm_days_from_civil(year, month, day);
    lm_str name = lm_str_z(country);

    for (size_t i = 0; i < LM_COUNT(rules); i++) {
        const struct rule *r = &rules[i];

        if (!lm_str_ieqz(name, r->country))
            continue;
        /* The next year's too: a Saturday's New Year is kept on 31 December. */
        for (int y = year; y <= year + 1; y++)
            if (is_in_force(r, y) && day_of(r, y) == wanted)
                return true;
    }
    return false;
}
