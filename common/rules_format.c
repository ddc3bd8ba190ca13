/* SPDX-License-Identifier: Apache-2.0 */
/* What a field may look like: one function a format. They judge syntax, not whether it exists. */
#include "common/rules_format.h"

#include "common/calendar.h"
#include "common/id.h"
#include "common/str.h"
#include "common/text.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Letters, digits and hyphens inside; IDNA labels may come as UTF-8 (RFC 5890). */
static bool is_label(lm_str s)
{
    if (s.n == 0 || s.n > 63 || s.p[0] == '-' || s.p[s.n - 1] == '-')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && s.p[i] != '-' && !(s.p[i] & 0x80))
            return false;
    }
    return true;
}

static bool is_domain(lm_str s)
{
    size_t n = 0;
    lm_str label = {NULL, 0};

    if (s.n > 253)
        return false;
    while (lm_str_split(&s, '.', &label)) {
        if (!is_label(label))
            return false;
        n++;
    }
    return n >= 2 && !is_digit(label.p[0]); /* no address of four numbers */
}

/* As people type them: E.164 comes later, with the country. 7 to 15 digits (ITU-T E.164). */
static bool is_phone(lm_str s)
{
    size_t digits = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (is_digit(s.p[i]))
            digits++;
        else if (!strchr(" -./()+", s.p[i]) || s.p[i] == '\0' || (s.p[i] == '+' && digits > 0))
            return false;
    }
    return digits >= 7 && digits <= 15;
}

static bool is_date(lm_str s)
{
    int64_t year, month, day;
    int back_year, back_month, back_day;

    if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-' || !lm_str_int(lm_str_sub(s, 0, 4), &year) ||
        !lm_str_int(lm_str_sub(s, 5, 7), &month) || !lm_str_int(lm_str_sub(s, 8, 10), &day) ||
        year < 0 || month < 1 || month > 12 || day < 1)
        return false;
    lm_civil_from_days(lm_days_from_civil((int)year, (int)month, (int)day), &back_year, &back_month,
                       &back_day);
    return back_day == day; /* the 30th of February comes back as March */
}

static bool is_upper_pair(lm_str s)
{
    return s.n == 2 && s.p[0] >= 'A' && s.p[0] <= 'Z' && s.p[1] >= 'A' && s.p[1] <= 'Z';
}

/* nl, or nl-BE */
static bool is_language(lm_str s)
{
    if (s.n != 2 && !(s.n == 5 && s.p[2] == '-' && is_upper_pair(lm_str_sub(s, 3, 5))))
        return false;
    return s.p[0] >= 'a' && s.p[0] <= 'z' && s.p[1] >= 'a' && s.p[1] <= 'z';
}

static bool is_timezone(lm_str s)
{
    char name[64];
    const struct lm_zone *zone;
    lm_err err = LM_ERR_INIT;

    if (s.n >= sizeof(name))
        return false;
    memcpy(name, s.p, s.n);
    name[s.n] = '\0';
    return lm_zone_get(name, &zone, &err) == LM_OK;
}

const char *lm_format_check(enum lm_format format, lm_str text)
{
    switch (format) {
    case LM_FORMAT_NONE:
        break;
    case LM_FORMAT_EMAIL:
        return lm_email_valid(text) ? NULL : "must be an e-mail address: name@example.com";
    case LM_FORMAT_URL:
        return lm_url_valid(text) ? NULL : "must be an http or https URL";
    case LM_FORMAT_DOMAIN:
        return is_domain(text) ? NULL : "must be a domain: example.com";
    case LM_FORMAT_PHONE:
        return is_phone(text) ? NULL : "must be a phone number: +31 20 123 4567";
    case LM_FORMAT_UUID:
        return lm_id_valid(text) ? NULL : "must be a UUID";
    case LM_FORMAT_DATE:
        return is_date(text) ? NULL : "must be a date: 2026-03-02";
    case LM_FORMAT_COUNTRY:
        return is_upper_pair(text) ? NULL : "must be a country of two letters: NL";
    case LM_FORMAT_LANGUAGE:
        return is_language(text) ? NULL : "must be a language: nl or nl-BE";
    case LM_FORMAT_TIMEZONE:
        return is_timezone(text) ? NULL : "must be a time zone: Europe/Amsterdam";
    }
    return NULL;
}
