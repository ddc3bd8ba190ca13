/* SPDX-License-Identifier: Apache-2.0 */
/* POSIX TZ rules, as they stand in the footer of zone files: "CET-1CEST,M3.5.0,M10.5.0/3". */
#include "common/calendar_tzif.h"
#include "common/str.h"

static bool take_char(lm_str *s, char c)
{
    if (s->n == 0 || s->p[0] != c)
        return false;
    *s = lm_str_sub(*s, 1, s->n);
    return true;
}

static bool take_number(lm_str *s, int low, int high, int *out)
{
    size_t n = 0;
    int value = 0;

    while (n < s->n && n < 4 && s->p[n] >= '0' && s->p[n] <= '9')
        value = value * 10 + (s->p[n++] - '0');
    if (n == 0 || value < low || value > high)
        return false;
    *s = lm_str_sub(*s, n, s->n);
    *out = value;
    return true;
}

/* CEST or <+0530>; the name itself is of no use here. */
static bool take_name(lm_str *s)
{
    bool is_quoted = take_char(s, '<');
    size_t n = 0;

    while (n < s->n &&
           (is_quoted ? s->p[n] != '>'
                      : (s->p[n] >= 'A' && s->p[n] <= 'Z') || (s->p[n] >= 'a' && s->p[n] <= 'z')))
        n++;
    *s = lm_str_sub(*s, n, s->n);
    return n >= 3 && (!is_quoted || take_char(s, '>'));
}

/* [+-]hh[:mm[:ss]] in seconds. Hours go to 167, an extension of RFC 8536. */
static bool take_time(lm_str *s, int *out)
{
    bool is_negative = take_char(s, '-');
    int hours, minutes = 0, seconds = 0;

    if (!is_negative)
        (void)take_char(s, '+');
    if (!take_number(s, 0, 167, &hours))
        return false;
    if (take_char(s, ':') && !take_number(s, 0, 59, &minutes))
        return false;
    if (take_char(s, ':') && !take_number(s, 0, 59, &seconds))
        return false;
    *out = (is_negative ? -1 : 1) * (hours * 3600 + minutes * 60 + seconds);
    return true;
}

static bool take_day(lm_str *s, struct tz_change *out)
{
    if (take_char(s, 'M')) {
        out->form = TZ_MONTH_WEEK;
        return take_number(s, 1, 12, &out->month) && take_char(s, '.') &&
               take_number(s, 1, 5, &out->week) && take_char(s, '.') &&
               take_number(s, 0, 6, &out->weekday);
    }
    if (take_char(s, 'J')) {
        out->form = TZ_JULIAN;
        return take_number(s, 1, 365, &out->day);
    }
    out->form = TZ_DAY;
    return take_number(s, 0, 365, &out->day);
}

static bool take_change(lm_str *s, struct tz_change *out)
{
    out->at_s = 2 * 3600;
    return take_char(s, ',') && take_day(s, out) &&
           (!take_char(s, '/') || take_time(s, &out->at_s));
}

bool lm_tz_rule_parse(lm_str s, struct tz_rule *out)
{
    *out = (struct tz_rule){.is_set = true};
    if (!take_name(&s) || !take_time(&s, &out->winter_s))
        return false;
    out->winter_s = -out->winter_s; /* POSIX counts west of Greenwich */
    if (s.n == 0)
        return true;
    out->has_summer = true;
    out->summer_s = out->winter_s + 3600;
    if (!take_name(&s))
        return false;
    if (s.n > 0 && s.p[0] != ',') {
        if (!take_time(&s, &out->summer_s))
            return false;
        out->summer_s = -out->summer_s;
    }
    return take_change(&s, &out->to_summer) && take_change(&s, &out->to_winter) && s.n == 0;
}
