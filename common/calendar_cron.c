/* SPDX-License-Identifier: Apache-2.0 */
/* Five-field cron: minute, hour, day of month, month, day of week. */
#include "common/calendar.h"
#include "common/str.h"

enum { FIELDS = 5, LOOK_AHEAD_DAYS = 9 * 366 }; /* 29 February may be eight years away */

static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                     "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

static const struct field {
    const char *name;
    int low, high;
    const char *const *words; /* for low, low + 1, … */
    size_t n_words;
} fields[FIELDS] = {
    {"minute", 0, 59, NULL, 0},
    {"hour", 0, 23, NULL, 0},
    {"day of month", 1, 31, NULL, 0},
    {"month", 1, 12, months, LM_COUNT(months)},
    {"day of week", 0, 7, weekdays, LM_COUNT(weekdays)},
};

struct cron {
    uint64_t minutes, hours, days, months, weekdays; /* bit per value; Sunday is 0 */
    bool any_day, any_weekday;
};

static bool parse_value(const struct field *f, lm_str s, int *out)
{
    uint64_t value;

    for (size_t i = 0; i < f->n_words; i++) {
        if (lm_str_ieqz(s, f->words[i])) {
            *out = f->low + (int)i;
            return true;
        }
    }
    if (!lm_str_uint(s, &value) || value < (uint64_t)f->low || value > (uint64_t)f->high)
        return false;
    *out = (int)value;
    return true;
}

/*
 * "*", "5", "1-5", each with "/2" behind it if wanted. "5/15" goes on to the end, as in Vixie's
 * cron.
 */
static bool parse_range(const struct field *f, lm_str s, uint64_t *bits)
{
    int from = f->low, to = f->high;
    bool has_step;
    lm_str range, first;
    uint64_t step = 1;

    (void)lm_str_split(&s, '/', &range);
    has_step = s.p != NULL;
    if (has_step && (!lm_str_uint(s, &step) || step == 0 || step > (uint64_t)f->high))
        return false;
    if (!lm_str_eqz(range, "*")) {
        if (!lm_str_split(&range, '-', &first) || !parse_value(f, first, &from))
            return false;
        if (range.p && !parse_value(f, range, &to))
            return false;
        if (!range.p && !has_step)
            to = from;
    }
    if (from > to)
        return false;
    for (int i = from; i <= to; i += (int)step)
        *bits |= (uint64_t)1 << i;
    return true;
}

static bool parse_field(const struct field *f, lm_str s, uint64_t *bits)
{
    lm_str part;

    while (lm_str_split(&s, ',', &part))
        if (!parse_range(f, part, bits))
            return false;
    return *bits != 0;
}

static lm_code parse(const char *expression, struct cron *out, lm_err *err)
{
    uint64_t *bits[FIELDS] = {&out->minutes, &out->hours, &out->days, &out->months, &out->weekdays};
    lm_str rest = lm_str_trim(lm_str_z(expression)), part;

    *out = (struct cron){.minutes = 0};
    for (size_t i = 0; i < FIELDS; i++) {
        do {
            if (!lm_str_split(&rest, ' ', &part))
                return lm_fail(err, LM_INVALID,
                               "cron: %zu fields where five are wanted (the %s is missing)", i,
                               fields[i].name);
        } while (part.n == 0);
        if (!parse_field(&fields[i], part, bits[i]))
            return lm_fail(err, LM_INVALID, "cron: %s: '%.*s' is not of %d-%d", fields[i].name,
                           (int)LM_MIN(part.n, 40), part.p, fields[i].low, fields[i].high);
        if (i == 2)
            out->any_day = lm_str_starts(part, LM_STR("*"));
        if (i == 4)
            out->any_weekday = lm_str_starts(part, LM_STR("*"));
    }
    if (rest.p)
        return lm_fail(err, LM_INVALID, "cron: more than five fields");
    out->weekdays |= out->weekdays >> 7 & 1; /* 7 is Sunday too */
    return LM_OK;
}

static bool has(uint64_t bits, int i)
{
    return bits >> i & 1;
}

/* Day of month and day of week: either will do when both are given, as in crontab(5). */
static bool is_day(const struct cron *c, const struct lm_civil *t)
{
    bool by_date = has(c->days, t->day), by_weekday = has(c->weekdays, t->weekday % 7);

    if (!has(c->months, t->month))
        return false;
    return c->any_day || c->any_weekday ? by_date && by_weekday : by_date || by_weekday;
}

/* The first matching minute behind `after_ms` on the day of `t`, or 0. */
static int64_t next_on_day(const struct cron *c, const struct lm_zone *zone, struct lm_civil t,
                           int64_t after_ms)
{
    t.second = t.ms = 0;
    for (t.hour = 0; t.hour < 24; t.hour++) {
        for (t.minute = 0; has(c->hours, t.hour) && t.minute < 60; t.minute++) {
            int64_t at_ms = has(c->minutes, t.minute) ? lm_civil_to_ms(zone, &t) : 0;

            if (at_ms > after_ms)
                return at_ms;
        }
    }
    return 0;
}

/*
 * A schedule of every hour runs in both passes of a doubled hour, one of fixed hours only in the
 * first. So for the former the next two hours are walked by the clock on the wall.
 */
static int64_t next_by_the_minute(const struct cron *c, const struct lm_zone *zone,
                                  int64_t after_ms)
{
    const uint64_t every_hour = ((uint64_t)1 << 24) - 1;
    int64_t at_ms = after_ms - after_ms % 60000;

    for (int i = 0; c->hours == every_hour && i < 120; i++) {
        struct lm_civil t;

        at_ms += 60000;
        t = lm_civil_at(zone, at_ms);
        if (is_day(c, &t) && has(c->minutes, t.minute))
            return at_ms;
    }
    return 0;
}

lm_code lm_cron_next(const char *expression, const struct lm_zone *zone, int64_t after_ms,
                     int64_t *out_ms, lm_err *err)
{
    int64_t noon = lm_day_start(zone, after_ms) + 12 * 3600 * (int64_t)1000;
    struct cron c;

    if (parse(expression, &c, err))
        return err->code;
    *out_ms = next_by_the_minute(&c, zone, after_ms);
    for (int i = 0; *out_ms == 0 && i < LOOK_AHEAD_DAYS; i++) {
        struct lm_civil day = lm_civil_at(zone, noon + i * (int64_t)86400000);

        if (is_day(&c, &day))
            *out_ms = next_on_day(&c, zone, day, after_ms);
    }
    return *out_ms ? LM_OK
                   : lm_fail(err, LM_INVALID, "cron: day of month: not a day of such a month");
}
