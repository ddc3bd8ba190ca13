/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/calendar.h"
#include "common/clock.h"

static const struct lm_zone *zone(struct lm_test *t, const char *name)
{
    const struct lm_zone *z;

    assert_ok(lm_zone_get(name, &z, &t->err), &t->err);
    return z;
}

static int64_t utc(const char *rfc3339)
{
    int64_t at_ms;

    assert_true(lm_rfc3339_parse(lm_str_z(rfc3339), &at_ms));
    return at_ms;
}

static void counts_days_both_ways(void **state)
{
    (void)state;
    assert_int_equal(lm_days_from_civil(1970, 1, 1), 0);
    assert_int_equal(lm_days_from_civil(2000, 3, 1), 11017);
    assert_int_equal(lm_days_from_civil(1900, 3, 1) - lm_days_from_civil(1900, 2, 28), 1);
    assert_int_equal(lm_days_from_civil(2000, 3, 1) - lm_days_from_civil(2000, 2, 28), 2);
    for (int64_t days = -800000; days < 800000; days += 37) {
        int year, month, day;

        lm_civil_from_days(days, &year, &month, &day);
        assert_int_equal(lm_days_from_civil(year, month, day), days);
    }
}

static void knows_zones_by_name_and_nothing_else(void **state)
{
    static const char *const bad[] = {
        "",          "Europe/Atlantis",   "Europe", "../../etc/passwd", "/etc/localtime",
        "tzdata.zi", "Europe/Amsterdam\n"};
    struct lm_test *t = *state;
    const struct lm_zone *z;

    for (size_t i = 0; i < LM_COUNT(bad); i++)
        assert_code(lm_zone_get(bad[i], &z, &t->err), LM_INVALID, &t->err);
    assert_code(lm_zone_get(NULL, &z, &t->err), LM_INVALID, &t->err);
    assert_ptr_equal(zone(t, "Europe/Amsterdam"), zone(t, "Europe/Amsterdam"));
}

/* Made with Python's zoneinfo. */
static const struct {
    const char *zone;
    int64_t at_ms;
    int year, month, day, hour, minute, offset_s;
} instants[] = {
    {"Europe/Amsterdam", 1774745940000, 2026, 3, 29, 1, 59, 3600},
    {"Europe/Amsterdam", 1774747800000, 2026, 3, 29, 3, 30, 7200},
    {"Europe/Amsterdam", 1792888200000, 2026, 10, 25, 2, 30, 7200},
    {"Europe/Amsterdam", 1792891800000, 2026, 10, 25, 2, 30, 3600},
    {"Europe/Amsterdam", 2540282400000, 2050, 7, 1, 12, 0, 7200},
    {"Europe/Amsterdam", 2524647600000, 2050, 1, 1, 12, 0, 3600},
    {"Europe/Amsterdam", -1688433572000, 1916, 7, 1, 0, 0, 4772},
    {"America/New_York", 2846475000000, 2060, 3, 14, 3, 30, -14400},
    {"Australia/Sydney", 2682334800000, 2055, 1, 1, 0, 0, 39600},
    {"Australia/Sydney", 2697976800000, 2055, 7, 1, 0, 0, 36000},
    {"Asia/Kolkata", 1767205800000, 2026, 1, 1, 0, 0, 19800},
    {"Europe/Dublin", 2540242800000, 2050, 7, 1, 0, 0,
     3600}, /* its rule has summer as the standard */
    {"America/Nuuk", 2855869200000, 2060, 7, 1, 0, 0,
     -3600}, /* and this one changes at -1 o'clock */
    {"UTC", 0, 1970, 1, 1, 0, 0, 0},
};

static void agrees_with_zoneinfo(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(instants); i++) {
        struct lm_civil c = lm_civil_at(zone(t, instants[i].zone), instants[i].at_ms);

        assert_int_equal(c.year, instants[i].year);
        assert_int_equal(c.month, instants[i].month);
        assert_int_equal(c.day, instants[i].day);
        assert_int_equal(c.hour, instants[i].hour);
        assert_int_equal(c.minute, instants[i].minute);
        assert_int_equal(c.offset_s, instants[i].offset_s);
    }
    assert_int_equal(lm_civil_at(zone(t, "UTC"), 0).weekday, 4);
    assert_int_equal(lm_civil_at(zone(t, "UTC"), -1).weekday, 3);
    assert_int_equal(lm_civil_at(zone(t, "UTC"), -1).ms, 999);
}

static void every_hour_of_a_year_comes_back_from_its_local_time(void **state)
{
    static const char *const names[] = {"Europe/Amsterdam", "America/New_York",
                                        "Australia/Lord_Howe", "Africa/Casablanca",
                                        "Asia/Kathmandu"};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(names); i++) {
        const struct lm_zone *z = zone(t, names[i]);
        int64_t twice = 0;

        /* A year that is over: what a zone will do, the next tzdata may say otherwise. */
        for (int64_t at = utc("2024-01-01T00:00:00Z"); at < utc("2025-01-01T00:00:00Z");
             at += 3600000) {
            struct lm_civil c = lm_civil_at(z, at);
            int64_t back = lm_civil_to_ms(z, &c);

            assert_true(back <= at); /* of a doubled hour the first */
            twice += back != at;
        }
        assert_in_range(twice, 0, 1);
    }
}

static void a_time_in_the_spring_gap_moves_forward(void **state)
{
    struct lm_test *t = *state;
    const struct lm_zone *amsterdam = zone(t, "Europe/Amsterdam");
    struct lm_civil gap = {.year = 2026, .month = 3, .day = 29, .hour = 2, .minute = 30};
    struct lm_civil twice = {.year = 2026, .month = 10, .day = 25, .hour = 2, .minute = 30};

    assert_int_equal(lm_civil_to_ms(amsterdam, &gap), utc("2026-03-29T03:30:00+02:00"));
    assert_int_equal(lm_civil_to_ms(amsterdam, &twice), utc("2026-10-25T02:30:00+02:00"));
}

static void days_have_23_24_or_25_hours(void **state)
{
    struct lm_test *t = *state;
    const struct lm_zone *amsterdam = zone(t, "Europe/Amsterdam");
    const struct lm_zone *sao_paulo = zone(t, "America/Sao_Paulo");
    int64_t spring = utc("2026-03-29T12:00:00Z"), autumn = utc("2026-10-25T12:00:00Z");
    int64_t no_midnight = utc("2018-11-04T12:00:00Z");

    assert_int_equal(lm_day_start(amsterdam, spring), utc("2026-03-29T00:00:00+01:00"));
    assert_int_equal(lm_day_next(amsterdam, spring) - lm_day_start(amsterdam, spring),
                     23 * 3600000);
    assert_int_equal(lm_day_next(amsterdam, autumn) - lm_day_start(amsterdam, autumn),
                     25 * 3600000);
    assert_int_equal(lm_day_start(sao_paulo, no_midnight), utc("2018-11-04T01:00:00-02:00"));
    assert_int_equal(lm_day_next(amsterdam, utc("2026-12-31T12:00:00Z")),
                     utc("2027-01-01T00:00:00+01:00"));
}

static void windows_wait_for_hours_weekends_and_holidays(void **state)
{
    static const struct {
        const char *at, *next;
    } cases[] = {
        {"2026-03-02T08:59:59.999+01:00", "2026-03-02T09:00:00+01:00"},
        {"2026-03-02T09:00:00+01:00", "2026-03-02T09:00:00+01:00"},
        {"2026-03-02T16:59:59.999+01:00", "2026-03-02T16:59:59.999+01:00"},
        {"2026-03-02T17:00:00+01:00", "2026-03-03T09:00:00+01:00"},
        {"2026-03-27T17:00:00+01:00",
         "2026-03-30T09:00:00+02:00"}, /* a weekend with the change of clocks */
        {"2026-04-03T17:00:00+02:00", "2026-04-07T09:00:00+02:00"}, /* Easter */
        {"2026-04-24T18:00:00+02:00", "2026-04-28T09:00:00+02:00"}, /* the king's Monday */
        {"2026-12-24T17:30:00+01:00", "2026-12-28T09:00:00+01:00"},
    };
    struct lm_test *t = *state;
    struct lm_window w = {.zone = zone(t, "Europe/Amsterdam"),
                          .weekdays = 0x1f,
                          .from_minute = 540,
                          .to_minute = 1020,
                          .country = "NL"};

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        int64_t at = utc(cases[i].at), next = utc(cases[i].next);

        assert_int_equal(lm_window_next(&w, at), next);
        assert_int_equal(lm_window_contains(&w, at), at == next);
    }
    w.weekdays = 0;
    assert_true(lm_window_next(&w, 0) == INT64_MAX);
}

static void a_window_inside_the_gap_stays_shut_that_day(void **state)
{
    struct lm_test *t = *state;
    struct lm_window w = {.zone = zone(t, "Europe/Amsterdam"),
                          .weekdays = 0x7f,
                          .from_minute = 120,
                          .to_minute = 180};

    assert_int_equal(lm_window_next(&w, utc("2026-03-28T12:00:00Z")),
                     utc("2026-03-30T02:00:00+02:00"));
}

LM_TEST_MAIN(LM_TEST(counts_days_both_ways), LM_TEST(knows_zones_by_name_and_nothing_else),
             LM_TEST(agrees_with_zoneinfo),
             LM_TEST(every_hour_of_a_year_comes_back_from_its_local_time),
             LM_TEST(a_time_in_the_spring_gap_moves_forward), LM_TEST(days_have_23_24_or_25_hours),
             LM_TEST(windows_wait_for_hours_weekends_and_holidays),
             LM_TEST(a_window_inside_the_gap_stays_shut_that_day))
