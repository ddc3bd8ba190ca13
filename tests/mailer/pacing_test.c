/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/clock.h"
#include "services/mailer/pacing.h"

static int64_t at(const char *rfc3339)
{
    int64_t ms;

    assert_true(lm_rfc3339_parse(lm_str_z(rfc3339), &ms));
    return ms;
}

static struct mailer_pace pace(struct lm_test *t)
{
    struct mailer_pace p = {
        .daily_limit = 50,
        .min_delay_s = 120,
        .max_delay_s = 300,
        .window = {.weekdays = 31, .from_minute = 540, .to_minute = 1020, .country = "NL"}};

    assert_ok(lm_zone_get("Europe/Amsterdam", &p.window.zone, &t->err), &t->err);
    return p;
}

static void a_new_mailbox_warms_up_by_the_table(void **state)
{
    static const struct {
        int day, cap;
    } cases[] = {{1, 5},  {2, 8},   {3, 10},  {4, 12},  {5, 15},  {6, 15},  {7, 20},
                 {9, 20}, {10, 30}, {13, 30}, {14, 40}, {20, 40}, {21, 50}, {22, 50}};

    (void)state;
    for (size_t i = 0; i < LM_COUNT(cases); i++)
        assert_int_equal(mailer_daily_cap(cases[i].day, 50), cases[i].cap);
    assert_int_equal(mailer_daily_cap(21, 30), 30);
    assert_int_equal(mailer_daily_cap(30, 80), 80);
    assert_int_equal(mailer_daily_cap(0, 50), 50);
}

static void days_of_a_warm_up_are_local_days(void **state)
{
    struct lm_test *t = *state;
    struct mailer_pace p = pace(t);

    /* 23:30 UTC is the next day in Amsterdam. */
    assert_int_equal(mailer_warmup_day(p.window.zone, at("2026-03-02T10:00:00Z"),
                                       at("2026-03-02T22:59:00Z")),
                     1);
    assert_int_equal(mailer_warmup_day(p.window.zone, at("2026-03-02T10:00:00Z"),
                                       at("2026-03-02T23:30:00Z")),
                     2);
}

static void gaps_lie_between_the_bounds(void **state)
{
    struct lm_test *t = *state;
    struct mailer_pace p = pace(t);

    assert_int_equal(mailer_gap_ms(&p, 0), 120000);
    assert_int_equal(mailer_gap_ms(&p, 1), 300000);
    assert_int_equal(mailer_gap_ms(&p, 0.5), 210000);
}

static void the_next_slot_obeys_gap_window_cap_and_holidays(void **state)
{
    static const struct {
        const char *now, *next_send_at;
        int sent, cap;
        const char *wanted;
    } cases[] = {
        {"2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z", 0, 5,
         "2026-03-02T09:00:00Z"}, /* Monday 10:00 */
        {"2026-03-02T09:00:00Z", "2026-03-02T09:04:00Z", 1, 5,
         "2026-03-02T09:04:00Z"}, /* the gap */
        {"2026-03-02T09:00:00Z", "2026-03-02T08:00:00Z", 5, 5,
         "2026-03-03T08:00:00Z"}, /* cap used up: Tuesday 9:00 */
        {"2026-03-06T16:00:00Z", "2026-03-06T15:00:00Z", 0, 5,
         "2026-03-09T08:00:00Z"}, /* Friday 17:00 is outside */
        {"2026-04-24T15:00:00Z", "2026-04-24T14:00:00Z", 0, 5,
         "2026-04-28T07:00:00Z"}, /* Monday is Koningsdag */
        {"2026-03-27T16:30:00Z", "2026-03-27T15:00:00Z", 0, 5,
         "2026-03-30T07:00:00Z"}, /* over the change to summer time */
    };
    struct lm_test *t = *state;
    struct mailer_pace p = pace(t);

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        int64_t slot = mailer_next_slot(&p, at(cases[i].now), at(cases[i].next_send_at),
                                        cases[i].sent, cases[i].cap);

        assert_int_equal(slot, at(cases[i].wanted));
    }
}

LM_TEST_MAIN(LM_TEST(a_new_mailbox_warms_up_by_the_table),
             LM_TEST(days_of_a_warm_up_are_local_days), LM_TEST(gaps_lie_between_the_bounds),
             LM_TEST(the_next_slot_obeys_gap_window_cap_and_holidays))
