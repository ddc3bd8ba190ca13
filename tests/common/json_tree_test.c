/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json.h"
#include "tests/lm_test.h"

static const struct lm_jval *parse(struct lm_test *t, const char *json)
{
    struct lm_jval *v = NULL;

    assert_ok(lm_json_parse(t->arena, lm_str_z(json), &v, &t->err), &t->err);
    return v;
}

static void finds_values_by_path(void **state)
{
    const struct lm_jval *v =
        parse(*state, "{\"a\":{\"b\":[{\"c\":\"x\"},{\"c\":7,\"d\":true}]},\"n\":null,\"e\":\"\"}");

    assert_str(lm_jstr(v, "a.b.0.c"), "x");
    assert_int_equal(lm_jint(v, "a.b.1.c", -1), 7);
    assert_str(lm_jstr(v, "a.b.1.c"), "7");
    assert_true(lm_jbool(v, "a.b.1.d"));
    assert_int_equal(lm_jget(v, "a.b")->n, 2);
    assert_int_equal(lm_jget(v, "n")->type, LM_J_NULL);
    assert_non_null(lm_jstr(v, "e").p);
    assert_ptr_equal(lm_jget(v, ""), v);
}

static void what_is_not_there_is_null_and_chains(void **state)
{
    const struct lm_jval *v = parse(*state, "{\"a\":[1]}");

    assert_int_equal(lm_jget(v, "a.1")->type, LM_J_NULL);
    assert_int_equal(lm_jget(v, "a.x")->type, LM_J_NULL);
    assert_int_equal(lm_jget(lm_jget(v, "z.y"), "w")->type, LM_J_NULL);
    assert_int_equal(lm_jget(NULL, "w")->type, LM_J_NULL);
    assert_null(lm_jstr(v, "b").p);
    assert_int_equal(lm_jint(v, "b", -5), -5);
    assert_false(lm_jbool(v, "a"));
}

static void numbers_are_kept_as_written(void **state)
{
    const struct lm_jval *v =
        parse(*state, "[12345678901234567, 12.0, 1e3, 12.5, \"42\", 1e999, -0]");

    assert_true(lm_jint(v, "0", 0) == 12345678901234567);
    assert_str(lm_jstr(v, "0"), "12345678901234567");
    assert_int_equal(lm_jint(v, "1", -1), 12);
    assert_int_equal(lm_jint(v, "2", -1), 1000);
    assert_int_equal(lm_jint(v, "3", -1), -1);
    assert_int_equal(lm_jint(v, "4", -1), 42);
    assert_int_equal(lm_jint(v, "5", -1), -1);
    assert_true(lm_jget(v, "3")->num == 12.5);
}

static void of_doubled_keys_the_last_counts(void **state)
{
    assert_int_equal(lm_jint(parse(*state, "{\"a\":1,\"a\":2}"), "a", 0), 2);
}

static void half_a_surrogate_is_replaced(void **state)
{
    assert_str(lm_jstr(parse(*state, "\"a\\ud800b\""), ""), "a\xef\xbf\xbd"
                                                            "b");
}

static void reads_a_value_out_of_a_script(void **state)
{
    static const char script[] = " {\"jobs\": [\"}\", 1]} ; window.x = 1;";
    struct lm_test *t = *state;
    struct lm_jval *v;
    size_t used;

    assert_ok(lm_json_parse_prefix(t->arena, lm_str_z(script), &v, &used, &t->err), &t->err);
    assert_string_equal(script + used, " ; window.x = 1;");
    assert_str(lm_jstr(v, "jobs.0"), "}");
}

static void refuses_what_is_no_json(void **state)
{
    static const char *const cases[] = {"",           "{} {}", "[1,]",    "{\"a\"}",
                                        "nul",        "'a'",   "[1 2]",   "\"\xff\"",
                                        "{\"a\":1,}", "[",     "\"\\q\"", "tru e"};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct lm_jval *v = NULL;

        assert_code(lm_json_parse(t->arena, lm_str_z(cases[i]), &v, &t->err), LM_INVALID, &t->err);
        assert_null(v);
    }
}

static void nests_to_128_levels(void **state)
{
    struct lm_test *t = *state;

    for (size_t levels = 128; levels <= 129; levels++) {
        struct lm_buf b = lm_buf_in(t->arena, 1000);
        struct lm_jval *v = NULL;

        for (size_t i = 0; i < levels; i++)
            lm_buf_char(&b, '[');
        for (size_t i = 0; i < levels; i++)
            lm_buf_char(&b, ']');
        assert_code(lm_json_parse(t->arena, lm_buf_str(&b), &v, &t->err),
                    levels == 128 ? LM_OK : LM_INVALID, &t->err);
    }
}

LM_TEST_MAIN(LM_TEST(finds_values_by_path), LM_TEST(what_is_not_there_is_null_and_chains),
             LM_TEST(numbers_are_kept_as_written), LM_TEST(of_doubled_keys_the_last_counts),
             LM_TEST(half_a_surrogate_is_replaced), LM_TEST(reads_a_value_out_of_a_script),
             LM_TEST(refuses_what_is_no_json), LM_TEST(nests_to_128_levels))
