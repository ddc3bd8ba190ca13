/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/text.h"

static void every_code_comes_back_from_its_name(void **state)
{
    (void)state;
    for (int code = 0; code < LM_CODE_COUNT; code++)
        assert_int_equal(lm_code_from_name(lm_str_z(lm_code_name((lm_code)code))), code);
    assert_int_equal(lm_code_from_name(LM_STR("of a newer build")), LM_INTERNAL);
    assert_string_equal(lm_code_name((lm_code)1000), "internal");
    assert_int_equal(lm_code_http(LM_LIMITED), 429);
    assert_true(lm_code_is_later(LM_UNAVAILABLE));
    assert_false(lm_code_is_later(LM_INVALID));
}

static lm_code fetch(lm_err *err)
{
    return lm_fail(err, LM_UNAVAILABLE, "GET %s: no answer within %d ms", "nl.indeed.example",
                   10000);
}

static void wrapping_puts_the_purpose_in_front(void **state)
{
    struct lm_test *t = *state;

    assert_code(fetch(&t->err), LM_UNAVAILABLE, &t->err);
    assert_code(lm_wrap(&t->err, "indeed page %d", 3), LM_UNAVAILABLE, &t->err);
    assert_string_equal(t->err.message,
                        "indeed page 3: GET nl.indeed.example: no answer within 10000 ms");
    (void)lm_fail(&t->err, LM_INTERNAL, "again: %s", t->err.message);
    assert_string_equal(t->err.message,
                        "again: indeed page 3: GET nl.indeed.example: no answer within 10000 ms");
}

static void a_cut_message_stays_utf8(void **state)
{
    struct lm_test *t = *state;
    char text[1200];

    for (size_t shift = 0; shift < 4; shift++) {
        memset(text, 'x', shift);
        for (size_t i = shift; i + 3 < sizeof(text); i += 3)
            memcpy(text + i, "€", 4);
        (void)lm_fail(&t->err, LM_INVALID, "%s", text);
        assert_true(lm_utf8_valid(lm_str_z(t->err.message)));
        assert_in_range(strlen(t->err.message), sizeof(t->err.message) - 4,
                        sizeof(t->err.message) - 1);
        (void)lm_wrap(&t->err, "while");
        assert_true(lm_utf8_valid(lm_str_z(t->err.message)));
    }
}

static void keeps_sixteen_fields_and_stays_invalid(void **state)
{
    struct lm_test *t = *state;
    char name[16];

    lm_err_clear(&t->err);
    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof(name), "items[%d]", i);
        assert_code(lm_fail_field(&t->err, name, "is required"), LM_INVALID, &t->err);
    }
    assert_int_equal(t->err.n_fields, LM_ERR_FIELDS);
    assert_string_equal(t->err.fields[15].field, "items[15]");
    assert_string_equal(t->err.message, "items[0]: is required");
}

LM_TEST_MAIN(LM_TEST(every_code_comes_back_from_its_name),
             LM_TEST(wrapping_puts_the_purpose_in_front), LM_TEST(a_cut_message_stays_utf8),
             LM_TEST(keeps_sixteen_fields_and_stays_invalid))
