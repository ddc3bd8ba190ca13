/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/clock.h"
#include "common/retry.h"

static void waits_5_15_and_45_seconds_and_up_to_a_fifth_more(void **state)
{
    static const int64_t wanted[] = {5000, 15000, 45000, 45000, 45000};

    (void)state;
    for (unsigned i = 0; i < LM_COUNT(wanted); i++) {
        assert_int_equal(lm_backoff_wait_ms(&lm_backoff_jobs, i + 1, 0), wanted[i]);
        assert_int_equal(lm_backoff_wait_ms(&lm_backoff_jobs, i + 1, 1), wanted[i] * 12 / 10);
    }
    assert_int_equal(lm_backoff_wait_ms(&lm_backoff_jobs, 0, 0), 5000);
}

static void opens_after_failures_in_a_row_only(void **state)
{
    struct lm_breaker *b = lm_breaker_new(3, 60000);

    (void)state;
    lm_breaker_done(b, false);
    lm_breaker_done(b, false);
    lm_breaker_done(b, true);
    lm_breaker_done(b, false);
    lm_breaker_done(b, false);
    assert_true(lm_breaker_allow(b));
    lm_breaker_done(b, false);
    assert_false(lm_breaker_allow(b));
    lm_breaker_free(b);
}

/* Until the breaker lets one through; at most two seconds. */
static bool allowed_in_time(struct lm_breaker *b)
{
    int64_t until = lm_mono_ms() + 2000;

    while (lm_mono_ms() < until) {
        if (lm_breaker_allow(b))
            return true;
        lm_sleep_ms(1);
    }
    return false;
}

static void lets_one_trial_through_and_closes_when_it_is_good(void **state)
{
    struct lm_breaker *b = lm_breaker_new(1, 100);
    int64_t opened = lm_mono_ms();

    (void)state;
    lm_breaker_done(b, false);
    assert_true(allowed_in_time(b));
    assert_true(lm_mono_ms() - opened >= 100);
    assert_false(lm_breaker_allow(b)); /* the others wait for the trial */
    lm_breaker_done(b, false);
    assert_false(lm_breaker_allow(b));
    assert_true(allowed_in_time(b));
    lm_breaker_done(b, true);
    assert_true(lm_breaker_allow(b));
    assert_true(lm_breaker_allow(b));
    lm_breaker_free(b);
}

LM_TEST_MAIN(LM_TEST(waits_5_15_and_45_seconds_and_up_to_a_fifth_more),
             LM_TEST(opens_after_failures_in_a_row_only),
             LM_TEST(lets_one_trial_through_and_closes_when_it_is_good))
