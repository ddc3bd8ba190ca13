/* SPDX-License-Identifier: Apache-2.0 */
/* The moving clock: one process moves it, others see it and are woken. */
#include "tests/lm_test.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/world/people/timeline.h"

static const int64_t day_ms = 24 * 3600 * 1000;

static void make_clock(char *path, int64_t offset)
{
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, &offset, sizeof(offset)), sizeof(offset));
    close(fd);
}

static void business_time_moves_forward_to_now_and_no_further(void **state)
{
    struct lm_test *t = *state;
    char path[] = "/tmp/clock.XXXXXX";
    int64_t from_at, to_at;

    make_clock(path, -21 * day_ms);
    assert_ok(timeline_open(path, &t->err), &t->err);
    from_at = lm_clock_ms();
    assert_in_range(lm_real_ms() - from_at, 21 * day_ms - 1000, 21 * day_ms + 1000);
    to_at = from_at + 3 * day_ms;
    timeline_move_to(to_at);
    assert_in_range(lm_clock_ms(), to_at, to_at + 1000);
    timeline_move_to(from_at); /* never back */
    assert_in_range(lm_clock_ms(), to_at, to_at + 1000);
    assert_false(timeline_is_now());
    timeline_move_to(INT64_MAX);
    assert_true(timeline_is_now());
    assert_in_range(lm_clock_ms(), lm_real_ms() - 1000, lm_real_ms());
    unlink(path);
}

static void *wait_for_move(void *arg)
{
    int64_t seen = *(int64_t *)arg, before = lm_mono_ms();
    bool moved = lm_clock_wait_moved(&seen, 5000);

    *(int64_t *)arg = moved ? lm_mono_ms() - before : -1;
    return NULL;
}

static void a_move_wakes_those_who_wait(void **state)
{
    struct lm_test *t = *state;
    char path[] = "/tmp/clock.XXXXXX";
    int64_t took = -2 * day_ms, seen = 0;
    pthread_t waiter;

    make_clock(path, -2 * day_ms);
    assert_ok(timeline_open(path, &t->err), &t->err);
    assert_true(lm_clock_wait_moved(&seen, 1000)); /* what was there at the start is news once */
    assert_false(lm_clock_wait_moved(&seen, 1));
    assert_int_equal(pthread_create(&waiter, NULL, wait_for_move, &took), 0);
    lm_sleep_ms(20);
    timeline_move_to(lm_clock_ms() + day_ms);
    pthread_join(waiter, NULL);
    assert_in_range(took, 0, 2000);
    unlink(path);
}

LM_TEST_MAIN(LM_TEST(business_time_moves_forward_to_now_and_no_further),
             LM_TEST(a_move_wakes_those_who_wait))
