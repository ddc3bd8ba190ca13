/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/place.h"

#define ID "66666666-6666-4666-8666-666666666666"

static void comes_back_as_it_went(void **state)
{
    struct lm_test *t = *state;
    struct lm_place p;

    assert_ok(lm_place_parse(t->arena, lm_place_text(t->arena, 1772438400123, ID), &p, &t->err),
              &t->err);
    assert_int_equal(p.at, 1772438400123);
    assert_string_equal(p.id, ID);
    assert_ok(lm_place_parse(t->arena, NULL, &p, &t->err), &t->err);
    assert_null(p.id);
}

static void refuses_what_no_list_answered(void **state)
{
    static const char *const cases[] = {
        "",
        "1772438400123",
        "_" ID,
        "x_" ID,
        "1772438400123_",
        "1772438400123_" ID "0",
        "1772438400123_66666666-6666-4666-8666-66666666666'",
        "-1_" ID,
        "253402300800000_" ID, /* a bigint, but the year 10000 */
        "9223372036854775808_" ID,
    };
    struct lm_test *t = *state;
    struct lm_place p;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        lm_err_clear(&t->err);
        if (lm_place_parse(t->arena, cases[i], &p, &t->err) != LM_INVALID)
            fail_msg("'%s' was taken", cases[i]);
    }
}

LM_TEST_MAIN(LM_TEST(comes_back_as_it_went), LM_TEST(refuses_what_no_list_answered))
