/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/clock.h"
#include "common/id.h"

static void new_ids_are_version_7_of_this_moment(void **state)
{
    char id[LM_ID_SIZE], other[LM_ID_SIZE];
    int64_t before = lm_real_ms();
    int64_t at;

    (void)state;
    lm_id_new(id);
    lm_id_new(other);
    assert_true(lm_id_valid(lm_str_z(id)));
    assert_int_equal(id[14], '7');
    assert_non_null(strchr("89ab", id[19]));
    assert_string_not_equal(id, other);
    memmove(id + 8, id + 9, 4); /* the first 48 bits, without the hyphen */
    id[12] = '\0';
    at = strtoll(id, NULL, 16);
    assert_in_range(at, before, lm_real_ms());
}

static void derived_ids_are_the_same_for_the_same_parts(void **state)
{
    char a[LM_ID_SIZE], b[LM_ID_SIZE], c[LM_ID_SIZE];

    (void)state;
    lm_id_derive(a, (lm_str[]){LM_STR("ab"), LM_STR("c")}, 2);
    lm_id_derive(b, (lm_str[]){LM_STR("ab"), LM_STR("c")}, 2);
    lm_id_derive(c, (lm_str[]){LM_STR("a"), LM_STR("bc")}, 2);
    assert_string_equal(a, b);
    assert_string_not_equal(a, c);
    assert_true(lm_id_valid(lm_str_z(a)));
    assert_int_equal(a[14], '8');
}

static void knows_what_an_id_looks_like(void **state)
{
    (void)state;
    assert_true(lm_id_valid(LM_STR("0190b6c0-0000-7000-8000-00000000000f")));
    assert_false(lm_id_valid(LM_STR("0190B6C0-0000-7000-8000-00000000000F")));
    assert_false(lm_id_valid(LM_STR("0190b6c0-0000-7000-8000-00000000000")));
    assert_false(lm_id_valid(LM_STR("0190b6c0-0000-7000-8000-00000000000g")));
    assert_false(lm_id_valid(LM_STR("0190b6c000000-7000-8000-00000000000f")));
    assert_false(lm_id_valid(LM_STR("")));
}

LM_TEST_MAIN(LM_TEST(new_ids_are_version_7_of_this_moment),
             LM_TEST(derived_ids_are_the_same_for_the_same_parts),
             LM_TEST(knows_what_an_id_looks_like))
