/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include <fcntl.h>
#include <unistd.h>

#include "common/clock.h"

static void a_test_fixes_and_moves_business_time_only(void **state)
{
    int64_t real = lm_real_ms();

    (void)state;
    lm_clock_test_set(1772439300000);
    assert_int_equal(lm_clock_ms(), 1772439300000);
    lm_clock_test_advance(500);
    assert_int_equal(lm_clock_ms(), 1772439300500);
    assert_in_range(lm_real_ms(), real, real + 10000);
    lm_clock_test_set(0);
    assert_in_range(lm_clock_ms(), real, real + 10000);
}

static void real_time_goes_on(void **state)
{
    int64_t before_us = lm_mono_us(), before_ms = lm_mono_ms();

    (void)state;
    lm_sleep_ms(5);
    assert_true(lm_mono_us() - before_us >= 5000);
    assert_true(lm_mono_ms() - before_ms >= 4);
    lm_sleep_ms(-1);
}

static void a_shared_file_moves_every_process(void **state)
{
    struct lm_test *t = *state;
    char path[] = "/tmp/lm_clock_XXXXXX";
    int64_t offset = 0;
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_code(lm_clock_open(path, &t->err), LM_INVALID, &t->err); /* still empty */
    assert_int_equal(pwrite(fd, &offset, sizeof(offset), 0), sizeof(offset));
    assert_ok(lm_clock_open(path, &t->err), &t->err);
    assert_in_range(lm_clock_ms(), lm_real_ms() - 10000, lm_real_ms());
    offset = -21 * (int64_t)86400000;
    assert_int_equal(pwrite(fd, &offset, sizeof(offset), 0), sizeof(offset));
    assert_in_range(lm_clock_ms(), lm_real_ms() + offset - 10000, lm_real_ms() + offset);
    offset = 0;
    assert_int_equal(pwrite(fd, &offset, sizeof(offset), 0), sizeof(offset));
    close(fd);
    unlink(path);
    assert_code(lm_clock_open(path, &t->err), LM_INVALID, &t->err);
    assert_non_null(strstr(t->err.message, path));
}

static const struct {
    int64_t at_ms;
    const char *rfc3339, *rfc5322;
} times[] = {
    {0, "1970-01-01T00:00:00.000Z", "Thu, 01 Jan 1970 00:00:00 +0000"},
    {-1, "1969-12-31T23:59:59.999Z", "Wed, 31 Dec 1969 23:59:59 +0000"},
    {1772439300007, "2026-03-02T08:15:00.007Z", "Mon, 02 Mar 2026 08:15:00 +0000"},
    {951827696789, "2000-02-29T12:34:56.789Z", "Tue, 29 Feb 2000 12:34:56 +0000"},
    {253402300799999, "9999-12-31T23:59:59.999Z", "Fri, 31 Dec 9999 23:59:59 +0000"},
};

static void writes_times_and_reads_them_back(void **state)
{
    char out[LM_RFC3339_SIZE], date[LM_RFC3339_SIZE + 8];

    (void)state;
    for (size_t i = 0; i < LM_COUNT(times); i++) {
        int64_t back;

        assert_string_equal(lm_rfc3339(times[i].at_ms, out), times[i].rfc3339);
        assert_string_equal(lm_rfc5322_date(times[i].at_ms, date), times[i].rfc5322);
        assert_true(lm_rfc3339_parse(lm_str_z(out), &back));
        assert_true(back == times[i].at_ms);
    }
    assert_non_null(lm_rfc3339(INT64_MAX, out)); /* far, but no overrun */
    assert_non_null(lm_rfc3339(INT64_MIN, out));
    assert_non_null(lm_rfc5322_date(INT64_MAX, date));
}

static void reads_offsets_and_fractions(void **state)
{
    static const struct {
        const char *text;
        int64_t at_ms;
    } cases[] = {
        {"2026-03-02T09:15:00+01:00", 1772439300000},
        {"2026-03-02T03:45:00-04:30", 1772439300000},
        {"2026-03-02t08:15:00z", 1772439300000},
        {"2026-03-02 08:15:00.0079Z", 1772439300007},
        {"2026-03-02T08:15:00.1Z", 1772439300100},
        {"2016-12-31T23:59:60Z", 1483228800000}, /* a leap second is the next second */
    };
    int64_t at_ms;

    (void)state;
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        assert_true(lm_rfc3339_parse(lm_str_z(cases[i].text), &at_ms));
        assert_true(at_ms == cases[i].at_ms);
    }
}

static void refuses_times_that_are_none(void **state)
{
    static const char *const bad[] = {
        "",
        "2026-03-02",
        "2026-03-02T08:15:00",
        "2026-02-29T00:00:00Z",
        "2026-04-31T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00+1:00",
        "2026-01-01T00:00:00Z ",
        " 2026-01-01T00:00:00Z",
        "+026-01-01T00:00:00Z",
    };
    int64_t at_ms;

    (void)state;
    for (size_t i = 0; i < LM_COUNT(bad); i++)
        assert_false(lm_rfc3339_parse(lm_str_z(bad[i]), &at_ms));
    assert_false(lm_rfc3339_parse(LM_STR("2026-01-01T00:00:00\0"), &at_ms));
}

LM_TEST_MAIN(LM_TEST(a_test_fixes_and_moves_business_time_only), LM_TEST(real_time_goes_on),
             LM_TEST(a_shared_file_moves_every_process), LM_TEST(writes_times_and_reads_them_back),
             LM_TEST(reads_offsets_and_fractions), LM_TEST(refuses_times_that_are_none))
