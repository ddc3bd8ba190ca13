/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiled zone files (TZif, RFC 8536): the table of transitions and the POSIX rule that goes on
 * where it ends. Version 1 (32 bit) data is skipped; every file since 2006 has version 2.
 */
#include "common/calendar_tzif.h"

#include "common/arena.h"
#include "common/str.h"

enum { HEADER_SIZE = 44, TYPE_SIZE = 6, MOST_TRANSITIONS = 10000, MOST_TYPES = 256 };

/* Takes `n` bytes off *s. */
static bool take(lm_str *s, size_t n, lm_str *out)
{
    if (s->n < n)
        return false;
    *out = lm_str_sub(*s, 0, n);
    *s = lm_str_sub(*s, n, s->n);
    return true;
}

static uint64_t big_endian(const char *p, size_t n)
{
    uint64_t value = 0;

    for (size_t i = 0; i < n; i++)
        value = value << 8 | (unsigned char)p[i];
    return value;
}

struct header {
    size_t utc_flags, wall_flags, leaps, transitions, types, name_bytes;
};

static bool take_header(lm_str *s, struct header *h)
{
    lm_str raw;

    if (!take(s, HEADER_SIZE, &raw) || !lm_str_starts(raw, LM_STR("TZif")) || raw.p[4] < '2')
        return false;
    h->utc_flags = big_endian(raw.p + 20, 4);
    h->wall_flags = big_endian(raw.p + 24, 4);
    h->leaps = big_endian(raw.p + 28, 4);
    h->transitions = big_endian(raw.p + 32, 4);
    h->types = big_endian(raw.p + 36, 4);
    h->name_bytes = big_endian(raw.p + 40, 4);
    return h->types > 0 && h->types <= MOST_TYPES && h->transitions <= MOST_TRANSITIONS;
}

/* Bytes of the data block behind a header whose times have `time_size` bytes. */
static size_t tail_size(const struct header *h, size_t time_size)
{
    return h->name_bytes + h->leaps * (time_size + 4) + h->wall_flags + h->utc_flags;
}

static int type_offset(lm_str types, size_t i)
{
    return (int)(int32_t)big_endian(types.p + i * TYPE_SIZE, 4);
}

static bool read_transitions(struct lm_arena *a, const struct header *h, lm_str times,
                             lm_str indexes, lm_str types, struct tz_data *out)
{
    out->n = h->transitions;
    out->at_s = LM_NEW_ARRAY(a, int64_t, h->transitions);
    out->offset_s = LM_NEW_ARRAY(a, int, h->transitions);
    out->first_s = type_offset(types, 0);
    for (size_t i = 0; i < h->transitions; i++) {
        size_t type = (unsigned char)indexes.p[i];

        if (type >= h->types)
            return false;
        out->at_s[i] = (int64_t)big_endian(times.p + 8 * i, 8);
        out->offset_s[i] = type_offset(types, type);
        if (i > 0 && out->at_s[i] <= out->at_s[i - 1])
            return false;
    }
    return true;
}

lm_code lm_tzif_parse(struct lm_arena *a, lm_str file, struct tz_data *out, lm_err *err)
{
    lm_str skipped, times, indexes, types, footer;
    struct header h;

    *out = (struct tz_data){.n = 0};
    if (!take_header(&file, &h))
        return lm_fail(err, LM_INVALID, "not a TZif file of version 2 or later");
    if (!take(&file, h.transitions * 5 + h.types * TYPE_SIZE + tail_size(&h, 4), &skipped) ||
        !take_header(&file, &h) || !take(&file, h.transitions * 8, &times) ||
        !take(&file, h.transitions, &indexes) || !take(&file, h.types * TYPE_SIZE, &types) ||
        !take(&file, tail_size(&h, 8), &skipped))
        return lm_fail(err, LM_INVALID, "the TZif file is cut short");
    if (!read_transitions(a, &h, times, indexes, types, out))
        return lm_fail(err, LM_INVALID,
                       "the TZif file's transitions are out of order or of no type");
    if (!lm_str_starts(file, LM_STR("\n")) || !lm_str_ends(file, LM_STR("\n")) || file.n < 2)
        return lm_fail(err, LM_INVALID, "the TZif file has no footer");
    footer = lm_str_sub(file, 1, file.n - 1);
    if (footer.n > 0 && !lm_tz_rule_parse(footer, &out->rule))
        return lm_fail(err, LM_INVALID, "the TZif file's rule is not understood");
    return LM_OK;
}

/* The day number on which `c` falls in `year`. */
static int64_t change_day(const struct tz_change *c, int year)
{
    int64_t first = lm_days_from_civil(year, 1, 1);
    bool is_leap = lm_days_from_civil(year + 1, 1, 1) - first == 366;
    int64_t day, next_month;

    if (c->form == TZ_DAY)
        return first + c->day;
    if (c->form == TZ_JULIAN) /* J60 is 1 March in every year */
        return first + c->day - 1 + (is_leap && c->day >= 60);
    first = lm_days_from_civil(year, c->month, 1);
    next_month = c->month == 12 ? lm_days_from_civil(year + 1, 1, 1)
                                : lm_days_from_civil(year, c->month + 1, 1);
    day = first + ((c->weekday - (first + 4)) % 7 + 7) % 7 +
          7 * (c->week - 1); /* 1970-01-01: Thursday */
    return day < next_month ? day : day - 7;
}

static int rule_offset(const struct tz_rule *r, int64_t at_s)
{
    int64_t to_summer, to_winter, local_days = (at_s + r->winter_s) / 86400;
    int year, month, day;

    if (!r->has_summer)
        return r->winter_s;
    if ((at_s + r->winter_s) % 86400 < 0)
        local_days--;
    lm_civil_from_days(local_days, &year, &month, &day);
    to_summer = change_day(&r->to_summer, year) * 86400 + r->to_summer.at_s - r->winter_s;
    to_winter = change_day(&r->to_winter, year) * 86400 + r->to_winter.at_s - r->summer_s;
    if (to_summer < to_winter)
        return at_s >= to_summer && at_s < to_winter ? r->summer_s : r->winter_s;
    return at_s >= to_winter && at_s < to_summer ? r->winter_s
                                                 : r->summer_s; /* south of the equator */
}

int lm_tz_offset(const struct tz_data *tz, int64_t at_s)
{
    size_t low = 0, high = tz->n; /* the number of transitions at or before at_s */

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (tz->at_s[middle] <= at_s)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == tz->n && tz->rule.is_set)
        return rule_offset(&tz->rule, at_s);
    return low == 0 ? tz->first_s : tz->offset_s[low - 1];
}
