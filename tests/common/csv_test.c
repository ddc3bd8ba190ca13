/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/csv.h"

static const char *written(struct lm_test *t, lm_str value)
{
    struct lm_buf b = lm_buf_in(t->arena, 4096);

    lm_csv_value(&b, value, true);
    return lm_arena_strz(t->arena, lm_buf_str(&b));
}

static void quotes_what_would_break_a_row(void **state)
{
    struct lm_test *t = *state;

    assert_string_equal(written(t, LM_STR("Bakkerij Oost")), "Bakkerij Oost");
    assert_string_equal(written(t, LM_STR("Jansen, Piet")), "\"Jansen, Piet\"");
    assert_string_equal(written(t, LM_STR("5\" schijf")), "\"5\"\" schijf\"");
    assert_string_equal(written(t, LM_STR("twee\nregels")), "\"twee\nregels\"");
    assert_string_equal(written(t, LM_STR(" blank")), "\" blank\"");
    assert_string_equal(written(t, LM_STR("")), "");
}

static void no_value_becomes_a_formula(void **state)
{
    struct lm_test *t = *state;

    assert_string_equal(written(t, LM_STR("=1+1")), "'=1+1");
    assert_string_equal(written(t, LM_STR("+31201234567")), "'+31201234567");
    assert_string_equal(written(t, LM_STR("-2")), "'-2");
    assert_string_equal(written(t, LM_STR("@SUM(A1)")), "'@SUM(A1)");
    assert_string_equal(written(t, LM_STR("\t=1")), "\"'\t=1\"");
    assert_string_equal(written(t, LM_STR("\r=1")), "\"'\r=1\"");
    assert_string_equal(written(t, LM_STR("  =1")), "\"'  =1\"");
    assert_string_equal(written(t, LM_STR("=\"x\",1")), "\"'=\"\"x\"\",1\"");
    assert_string_equal(written(t, LM_STR("a=b")), "a=b");
}

static void a_row_ends_as_the_rfc_says(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 4096);

    lm_csv_row(&b, (lm_str[]){LM_STR("a"), {NULL, 0}, LM_STR("c,d")}, 3);
    assert_str(lm_buf_str(&b), "a,,\"c,d\"\r\n");
}

LM_TEST_MAIN(LM_TEST(quotes_what_would_break_a_row), LM_TEST(no_value_becomes_a_formula),
             LM_TEST(a_row_ends_as_the_rfc_says))
