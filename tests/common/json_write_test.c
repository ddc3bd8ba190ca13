/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "common/json.h"
#include "gen/sample.pb-c.h"
#include "tests/lm_test.h"

static lm_str written(struct lm_test *t, const void *m)
{
    struct lm_buf b = lm_buf_in(t->arena, 1 << 20);

    lm_pb_to_json(m, &b);
    assert_false(b.failed);
    return lm_buf_str(&b);
}

static void absent_fields_are_absent_and_arrays_always_there(void **state)
{
    Sample__Box box = SAMPLE__BOX__INIT;

    box.id = (char *)"x";
    assert_str(written(*state, &box), "{\"id\":\"x\",\"labels\":[],\"words\":[],\"colours\":[],"
                                      "\"counts\":[],\"parts\":[],\"seen_at\":[]}");
}

static void writes_fields_in_the_order_of_their_numbers(void **state)
{
    char *tags[] = {(char *)"a\"b", (char *)"\xe2\x82\xac"};
    Sample__Corner corner = SAMPLE__CORNER__INIT;

    corner.has_at = true;
    corner.at = -1;
    corner.n_tags = 2;
    corner.tags = tags;
    assert_str(written(*state, &corner), "{\"at\":\"1969-12-31T23:59:59.999Z\","
                                         "\"tags\":[\"a\\\"b\",\"\xe2\x82\xac\"]}");
}

static void writes_numbers_so_that_they_read_back(void **state)
{
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0.1, "0.1"},
        {1.0 / 3, "0.3333333333333333"},
        {100, "100"},
        {-0.5, "-0.5"},
        {1e300, "1e+300"},
        {5e-324, "4.94065645841247e-324"},
        {9007199254740993.0, "9007199254740992"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        Sample__FillBoxRequest in = SAMPLE__FILL_BOX_REQUEST__INIT;
        char wanted[128];

        in.weight = cases[i].value;
        snprintf(wanted, sizeof(wanted), "\"weight\":%s,", cases[i].text);
        if (!strstr(lm_arena_strz(t->arena, written(t, &in)), wanted))
            fail_msg("%s in %.*s", wanted, LM_FMT(written(t, &in)));
    }
}

static void what_is_not_finite_is_null(void **state)
{
    struct lm_test *t = *state;
    Sample__FillBoxRequest in = SAMPLE__FILL_BOX_REQUEST__INIT;

    in.weight = NAN;
    assert_true(lm_str_find(written(t, &in), LM_STR("\"weight\":null"), 0) > 0);
    in.weight = INFINITY;
    assert_true(lm_str_find(written(t, &in), LM_STR("\"weight\":null"), 0) > 0);
}

static void writes_each_kind_of_value(void **state)
{
    uint8_t bytes[] = {0, 1, 255};
    Sample__Colour colours[] = {SAMPLE__COLOUR__BLUE, 99};
    Sample__Box box = SAMPLE__BOX__INIT;

    box.has_i64 = box.has_u64 = box.has_ratio = box.has_is_open = box.has_data = true;
    box.i64 = -9007199254740991;
    box.u64 = 42;
    box.ratio = 0.1f;
    box.data = (ProtobufCBinaryData){3, bytes};
    box.n_colours = 2;
    box.colours = colours;
    box.shape_case = SAMPLE__BOX__SHAPE_CORNERS;
    box.corners = 4;
    assert_str(
        written(*state, &box),
        "{\"id\":\"\",\"i64\":-9007199254740991,\"u64\":42,\"ratio\":0.1,\"is_open\":false,"
        "\"data\":\"AAH/\",\"labels\":[],\"words\":[],\"colours\":[\"BLUE\",99],\"counts\":[],"
        "\"parts\":[],\"seen_at\":[],\"corners\":4}");
}

static void a_full_buffer_says_so(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 16);
    Sample__Box box = SAMPLE__BOX__INIT;

    lm_pb_to_json(&box.base, &b);
    assert_true(b.failed);
}

LM_TEST_MAIN(LM_TEST(absent_fields_are_absent_and_arrays_always_there),
             LM_TEST(writes_fields_in_the_order_of_their_numbers),
             LM_TEST(writes_numbers_so_that_they_read_back), LM_TEST(what_is_not_finite_is_null),
             LM_TEST(writes_each_kind_of_value), LM_TEST(a_full_buffer_says_so))
