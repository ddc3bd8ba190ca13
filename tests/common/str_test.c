/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

static const lm_str none = {NULL, 0};

static void compares_bytes_and_letters(void **state)
{
    (void)state;
    assert_true(lm_str_eq(none, LM_STR("")));
    assert_true(lm_str_eqz(none, NULL));
    assert_false(lm_str_eqz(LM_STR("a"), "A"));
    assert_true(lm_str_ieqz(LM_STR("aZ9"), "Az9"));
    assert_false(lm_str_ieqz(LM_STR("@"), "`")); /* 32 apart, no letters */
    assert_true(lm_str_cmp(LM_STR("a"), LM_STR("ab")) < 0);
    assert_true(lm_str_cmp(LM_STR("b"), LM_STR("ab")) > 0);
    assert_true(lm_str_cmp(LM_STR("\x80"), LM_STR("a")) > 0);
    assert_int_equal(lm_str_cmp(none, none), 0);
    assert_true(lm_str_starts(LM_STR("abc"), LM_STR("ab")));
    assert_true(lm_str_starts(none, none));
    assert_false(lm_str_starts(LM_STR("a"), LM_STR("ab")));
    assert_true(lm_str_ends(LM_STR("abc"), LM_STR("bc")));
    assert_true(lm_str_istarts(LM_STR("HTTPS:"), LM_STR("https")));
}

static void finds_from_a_place_on(void **state)
{
    lm_str s = LM_STR("abcabC");

    (void)state;
    assert_int_equal(lm_str_find(s, LM_STR("abc"), 0), 0);
    assert_int_equal(lm_str_find(s, LM_STR("abc"), 1), -1);
    assert_int_equal(lm_str_ifind(s, LM_STR("ABC"), 1), 3);
    assert_int_equal(lm_str_find(s, LM_STR(""), 6), 6);
    assert_int_equal(lm_str_find(s, LM_STR("a"), 7), -1);
    assert_int_equal(lm_str_find(none, LM_STR("a"), 0), -1);
    assert_int_equal(lm_str_chr(s, 'C', 0), 5);
    assert_int_equal(lm_str_chr(s, 'a', 4), -1);
}

static void cuts_and_never_reads_beyond(void **state)
{
    (void)state;
    assert_str(lm_str_sub(LM_STR("abc"), 1, 99), "bc");
    assert_str(lm_str_sub(LM_STR("abc"), 5, 2), "");
    assert_str(lm_str_trim(LM_STR(" \t\r\n a b \v\f")), "a b");
    assert_str(lm_str_trim(LM_STR("   ")), "");
}

static void splits_also_empty_parts(void **state)
{
    lm_str rest = LM_STR("a,,b,"), part;

    (void)state;
    assert_true(lm_str_split(&rest, ',', &part));
    assert_str(part, "a");
    assert_true(lm_str_split(&rest, ',', &part));
    assert_str(part, "");
    assert_true(lm_str_split(&rest, ',', &part));
    assert_str(part, "b");
    assert_true(lm_str_split(&rest, ',', &part));
    assert_str(part, "");
    assert_false(lm_str_split(&rest, ',', &part));
}

static void reads_lines_of_both_kinds(void **state)
{
    lm_str rest = LM_STR("one\r\n\ntwo\rthree"), line;

    (void)state;
    assert_true(lm_str_line(&rest, &line));
    assert_str(line, "one");
    assert_true(lm_str_line(&rest, &line));
    assert_str(line, "");
    assert_true(lm_str_line(&rest, &line));
    assert_str(line, "two\rthree");
    assert_false(lm_str_line(&rest, &line));
}

static void reads_whole_numbers_only(void **state)
{
    static const char *const bad[] = {"",
                                      "-",
                                      "+1",
                                      " 1",
                                      "1 ",
                                      "0x1",
                                      "1.0",
                                      "1e3",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999999"};
    int64_t i;
    uint64_t u;

    (void)state;
    for (size_t k = 0; k < LM_COUNT(bad); k++)
        assert_false(lm_str_int(lm_str_z(bad[k]), &i));
    assert_true(lm_str_int(LM_STR("-9223372036854775808"), &i));
    assert_true(i == INT64_MIN);
    assert_true(lm_str_int(LM_STR("9223372036854775807"), &i));
    assert_true(i == INT64_MAX);
    assert_true(lm_str_uint(LM_STR("18446744073709551615"), &u));
    assert_true(u == UINT64_MAX);
    assert_false(lm_str_uint(LM_STR("18446744073709551616"), &u));
    assert_false(lm_str_uint(LM_STR("-1"), &u));
}

static void reads_decimal_fractions_only(void **state)
{
    static const char *const bad[] = {"",      ".",  "1.", ".5",    "nan", "inf",
                                      "0x1p3", " 1", "1e", "1e400", "+1",  "1,5"};
    double d;

    (void)state;
    for (size_t k = 0; k < LM_COUNT(bad); k++)
        assert_false(lm_str_double(lm_str_z(bad[k]), &d));
    assert_true(lm_str_double(LM_STR("-1.5e+2"), &d));
    assert_true(d == -150);
    assert_true(lm_str_double(LM_STR("0.1"), &d));
    assert_true(d == 0.1);
}

static void reads_truth_durations_and_sizes(void **state)
{
    static const char *const bad_ms[] = {"10",  "",   "s",    "1.5s",
                                         "-1s", "1w", "10 s", "9223372036854775807s"};
    static const struct {
        const char *in;
        int64_t ms;
    } good_ms[] = {{"250ms", 250},  {"10s", 10000},    {"5m", 300000},
                   {"2h", 7200000}, {"7d", 604800000}, {"0s", 0}};
    int64_t ms;
    uint64_t size;
    bool b;

    (void)state;
    for (size_t k = 0; k < LM_COUNT(bad_ms); k++)
        assert_false(lm_str_duration_ms(lm_str_z(bad_ms[k]), &ms));
    for (size_t k = 0; k < LM_COUNT(good_ms); k++) {
        assert_true(lm_str_duration_ms(lm_str_z(good_ms[k].in), &ms));
        assert_int_equal(ms, good_ms[k].ms);
    }
    assert_true(lm_str_size(LM_STR("512"), &size) && size == 512);
    assert_true(lm_str_size(LM_STR("16m"), &size) && size == 16 << 20);
    assert_false(lm_str_size(LM_STR("17179869184g"), &size));
    assert_false(lm_str_size(LM_STR("k"), &size));
    assert_true(lm_str_bool(LM_STR("true"), &b) && b);
    assert_true(lm_str_bool(LM_STR("false"), &b) && !b);
    assert_false(lm_str_bool(LM_STR("yes"), &b));
}

static void hashes_as_fnv_1a(void **state)
{
    (void)state;
    assert_true(lm_str_hash(LM_STR("")) == 0xcbf29ce484222325u);
    assert_true(lm_str_hash(LM_STR("foobar")) == 0x85944171f73967e8u);
}

LM_TEST_MAIN(LM_TEST(compares_bytes_and_letters), LM_TEST(finds_from_a_place_on),
             LM_TEST(cuts_and_never_reads_beyond), LM_TEST(splits_also_empty_parts),
             LM_TEST(reads_lines_of_both_kinds), LM_TEST(reads_whole_numbers_only),
             LM_TEST(reads_decimal_fractions_only), LM_TEST(reads_truth_durations_and_sizes),
             LM_TEST(hashes_as_fnv_1a))
