/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/calendar.h"
#include "common/clock.h"

static const struct {
    const char *expression, *after, *next;
} cases[] = {
    {"* * * * *", "2026-03-02T08:15:00Z", "2026-03-02T08:16:00Z"},
    {"* * * * *", "2026-03-02T08:15:59.999Z", "2026-03-02T08:16:00Z"},
    {"0 6 * * *", "2026-03-02T06:00:00+01:00", "2026-03-03T06:00:00+01:00"},
    {"0 6 * * *", "2026-03-02T05:59:59+01:00", "2026-03-02T06:00:00+01:00"},
    {"*/20 9-17 * * mon-fri", "2026-03-06T17:41:00+01:00", "2026-03-09T09:00:00+01:00"},
    {"5/15 * * * *", "2026-03-02T08:21:00Z", "2026-03-02T08:35:00Z"},
    {"0 0 1 JAN,jul *", "2026-03-02T00:00:00Z", "2026-07-01T00:00:00+02:00"},
    {"0 0 29 2 *", "2026-03-02T00:00:00Z", "2028-02-29T00:00:00+01:00"},
    {"0 0 31 * *", "2026-04-01T00:00:00Z", "2026-05-31T00:00:00+02:00"},
    {"0 12 * * 7", "2026-03-02T00:00:00Z", "2026-03-08T12:00:00+01:00"},
    {"0 12 * * 0", "2026-03-02T00:00:00Z", "2026-03-08T12:00:00+01:00"},
    {"0 12 13 * 5", "2026-03-02T00:00:00Z", "2026-03-06T12:00:00+01:00"},    /* either day */
    {"0 12 */2 * fri", "2026-03-02T00:00:00Z", "2026-03-13T12:00:00+01:00"}, /* a star: both */
    {"30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T03:30:00+02:00"},     /* the gap */
    {"30 2 * * *", "2026-03-29T03:30:00+02:00", "2026-03-30T02:30:00+02:00"},
    {"30 2 * * *", "2026-10-25T02:30:00+02:00",
     "2026-10-26T02:30:00+01:00"}, /* the first pass only */
    {"*/30 * * * *", "2026-10-25T02:30:00+02:00", "2026-10-25T02:00:00+01:00"}, /* both passes */
    {"  0   6 * *  * ", "2026-03-02T05:00:00+01:00", "2026-03-02T06:00:00+01:00"},
};

static void finds_the_next_minute(void **state)
{
    struct lm_test *t = *state;
    const struct lm_zone *amsterdam;

    assert_ok(lm_zone_get("Europe/Amsterdam", &amsterdam, &t->err), &t->err);
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        int64_t after, wanted, got;

        assert_true(lm_rfc3339_parse(lm_str_z(cases[i].after), &after));
        assert_true(lm_rfc3339_parse(lm_str_z(cases[i].next), &wanted));
        assert_ok(lm_cron_next(cases[i].expression, amsterdam, after, &got, &t->err), &t->err);
        if (got != wanted) {
            char text[LM_RFC3339_SIZE];

            fail_msg("%s after %s: %s", cases[i].expression, cases[i].after, lm_rfc3339(got, text));
        }
    }
}

static const struct {
    const char *expression, *word; /* of the message */
} bad[] = {
    {"", "minute"},
    {"* * * *", "day of week"},
    {"* * * * * *", "more than five"},
    {"60 * * * *", "minute"},
    {"* 24 * * *", "hour"},
    {"* * 0 * *", "day of month"},
    {"* * * 13 *", "month"},
    {"* * * * 8", "day of week"},
    {"* * * foo *", "month"},
    {"*/0 * * * *", "minute"},
    {"5-1 * * * *", "minute"},
    {"1,,2 * * * *", "minute"},
    {"-1 * * * *", "minute"},
    {"1- * * * *", "minute"},
    {"@daily", "minute"},
    {"0 0 30 2 *", "day of month"},
};

static void names_the_field_that_is_wrong(void **state)
{
    struct lm_test *t = *state;
    const struct lm_zone *utc;
    int64_t got;

    assert_ok(lm_zone_get("UTC", &utc, &t->err), &t->err);
    for (size_t i = 0; i < LM_COUNT(bad); i++) {
        assert_code(lm_cron_next(bad[i].expression, utc, 0, &got, &t->err), LM_INVALID, &t->err);
        if (!strstr(t->err.message, bad[i].word))
            fail_msg("%s: %s", bad[i].expression, t->err.message);
    }
}

LM_TEST_MAIN(LM_TEST(finds_the_next_minute), LM_TEST(names_the_field_that_is_wrong))
