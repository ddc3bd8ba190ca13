/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json.h"
#include "gen/sample.pb-c.h"
#include "tests/lm_test.h"

/* The message, or a failed test. */
static void *read_as(struct lm_test *t, const ProtobufCMessageDescriptor *d, const char *json)
{
    ProtobufCMessage *m = NULL;

    assert_ok(lm_json_to_pb(t->arena, d, lm_str_z(json), &m, &t->err), &t->err);
    return m;
}

static Sample__Box *read_box(struct lm_test *t, const char *json)
{
    return read_as(t, &sample__box__descriptor, json);
}

static void reads_numbers_of_each_type(void **state)
{
    Sample__Box *box = read_box(*state, "{\"i32\":-2147483648,\"s32\":-7,\"sf32\":2147483647,"
                                        "\"u32\":4294967295,\"f32\":0,\"i64\":-9007199254740991,"
                                        "\"s64\":-1,\"sf64\":5,\"u64\":9007199254740991,\"f64\":1,"
                                        "\"ratio\":0.5,\"exact\":-1.25e-3}");

    assert_true(box->has_i32 && box->i32 == INT32_MIN);
    assert_true(box->has_s32 && box->s32 == -7);
    assert_true(box->has_sf32 && box->sf32 == INT32_MAX);
    assert_true(box->has_u32 && box->u32 == UINT32_MAX);
    assert_true(box->has_f32 && box->f32 == 0);
    assert_true(box->has_i64 && box->i64 == -9007199254740991);
    assert_true(box->has_s64 && box->s64 == -1);
    assert_true(box->has_sf64 && box->sf64 == 5);
    assert_true(box->has_u64 && box->u64 == 9007199254740991u);
    assert_true(box->has_f64 && box->f64 == 1);
    assert_true(box->has_ratio && box->ratio == 0.5f);
    assert_true(box->has_exact && box->exact == -0.00125);
    assert_false(box->has_is_open);
}

static void reads_text_bytes_enums_and_times(void **state)
{
    Sample__Box *box =
        read_box(*state, " { \"id\" : \"a\" , \"is_open\":true,\"colour\":\"BLUE\","
                         "\"data\":\"AAH/\",\"packed_at\":\"2026-03-02T09:15:00+01:00\","
                         "\"late\":\"19\"}\r\n");

    assert_string_equal(box->id, "a");
    assert_true(box->has_is_open && box->is_open);
    assert_true(box->has_colour && box->colour == SAMPLE__COLOUR__BLUE);
    assert_true(box->has_data);
    assert_int_equal(box->data.len, 3);
    assert_memory_equal(box->data.data, "\x00\x01\xff", 3);
    assert_true(box->has_packed_at && box->packed_at == 1772439300000);
    assert_string_equal(box->late, "19");
}

static void reads_arrays_and_inner_messages(void **state)
{
    Sample__Box *box =
        read_box(*state, "{\"label\":{\"text\":\"x\",\"size\":2,\"corner\":{\"tags\":[]}},"
                         "\"labels\":[{\"text\":\"a\",\"size\":1},{\"size\":3,\"text\":\"b\"}],"
                         "\"words\":[\"\",\"two\"],\"colours\":[\"RED\",\"RED\"],"
                         "\"counts\":[1,2,3,4,5,6,7,8,9,10],\"parts\":[\"\",\"QQ==\"],"
                         "\"seen_at\":[\"1970-01-01T00:00:00.001Z\"]}");

    assert_int_equal(box->label->size, 2);
    assert_int_equal(box->label->corner->n_tags, 0);
    assert_int_equal(box->n_labels, 2);
    assert_string_equal(box->labels[1]->text, "b");
    assert_int_equal(box->n_words, 2);
    assert_string_equal(box->words[1], "two");
    assert_int_equal(box->n_colours, 2);
    assert_int_equal(box->n_counts, 10);
    assert_int_equal(box->counts[9], 10);
    assert_int_equal(box->parts[0].len, 0);
    assert_memory_equal(box->parts[1].data, "A", 1);
    assert_int_equal(box->seen_at[0], 1);
}

static void absent_and_null_leave_the_default(void **state)
{
    Sample__Box *box =
        read_box(*state, "{\"colour\":null,\"note\":null,\"labels\":null,\"i32\":null}");

    assert_false(box->has_colour);
    assert_int_equal(box->colour, SAMPLE__COLOUR__GREEN);
    assert_string_equal(box->note, "none");
    assert_int_equal(box->n_labels, 0);
    assert_false(box->has_i32);
}

static void decodes_escapes_and_surrogate_pairs(void **state)
{
    Sample__Box *box =
        read_box(*state, "{\"id\":\"\\\"\\\\\\/\\n\\t\\u0041\\u00e9\\ud83d\\ude00z\"}");

    assert_string_equal(box->id, "\"\\/\n\tA\xc3\xa9\xf0\x9f\x98\x80z");
}

static void text_comes_out_composed_and_without_controls(void **state)
{
    Sample__Box *box =
        read_box(*state, "{\"id\":\"e\\u0301\",\"note\":\"a\\r\\nb\\u0007\\u001b[0m\"}");

    assert_string_equal(box->id, "\xc3\xa9");
    assert_string_equal(box->note, "a\nb[0m");
}

struct refusal {
    const char *json, *field, *message;
};

static void refuses_by_field(void **state)
{
    static const struct refusal cases[] = {
        {"{\"nope\":1}", "nope", "no such field"},
        {"{\"i32\":1,\"i32\":1}", "i32", "stands twice"},
        {"{\"i32\":\"1\"}", "i32", "must be a number"},
        {"{\"i32\":1.5}", "i32", "must be a whole number of 32 bits"},
        {"{\"i32\":1e2}", "i32", "must be a whole number of 32 bits"},
        {"{\"i32\":2147483648}", "i32", "must be a whole number of 32 bits"},
        {"{\"u32\":-1}", "u32", "must be a whole number from 0 to 4294967295"},
        {"{\"u64\":-1}", "u64", "must not be negative"},
        {"{\"i64\":9007199254740992}", "i64", "must be a whole number below 2^53"},
        {"{\"i64\":99999999999999999999}", "i64", "must be a whole number below 2^53"},
        {"{\"ratio\":1e39}", "ratio", "must be a number"},
        {"{\"exact\":1e400}", "exact", "must be a number"},
        {"{\"is_open\":1}", "is_open", "must be true or false"},
        {"{\"colour\":2}", "colour", "must be a string"},
        {"{\"colour\":\"red\"}", "colour", "must be one of RED, GREEN, BLUE"},
        {"{\"data\":\"a\"}", "data", "must be base64"},
        {"{\"packed_at\":5}", "packed_at", "must be a string"},
        {"{\"packed_at\":\"2026-02-30T00:00:00Z\"}", "packed_at",
         "must be a time: 2026-03-02T08:15:00Z"},
        {"{\"id\":\"a\\u0000b\"}", "id", "must not hold a NUL"},
        {"{\"label\":[]}", "label", "must be an object"},
        {"{\"labels\":{\"a\":[{},1]}}", "labels", "must be an array"},
        {"{\"words\":[\"a\",null]}", "words[1]", "must be a string"},
        {"{\"counts\":[1,\"2\"]}", "counts[1]", "must be a number"},
        {"{\"label\":{\"size\":1}}", "label.text", "is required"},
        {"{\"labels\":[{\"text\":\"a\",\"size\":1},{\"text\":\"b\"}]}", "labels[1].size",
         "is required"},
        {"{\"label\":{\"text\":\"a\",\"size\":1,\"corner\":{\"at\":\"x\"}}}", "label.corner.at",
         "must be a time: 2026-03-02T08:15:00Z"},
        {"{\"round\":\"a\",\"corners\":3}", "corners",
         "stands beside another field of which only one may be given"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        ProtobufCMessage *m = NULL;

        t->err = (lm_err)LM_ERR_INIT;
        assert_code(lm_json_to_pb(t->arena, &sample__box__descriptor, lm_str_z(cases[i].json), &m,
                                  &t->err),
                    LM_INVALID, &t->err);
        assert_null(m);
        assert_int_equal(t->err.n_fields, 1);
        assert_string_equal(t->err.fields[0].field, cases[i].field);
        assert_string_equal(t->err.fields[0].message, cases[i].message);
    }
}

static void refuses_what_is_no_json(void **state)
{
    static const char *const cases[] = {
        "",
        " ",
        "[]",
        "1",
        "null",
        "\"a\"",
        "{",
        "{}x",
        "{} {}",
        "{,}",
        "{\"i32\":1,}",
        "{\"i32\" 1}",
        "{\"i32\":}",
        "{\"i32\":01}",
        "{\"i32\":-}",
        "{\"i32\":+1}",
        "{\"i32\":.5}",
        "{\"i32\":1.}",
        "{\"i32\":1e}",
        "{\"i32\":0x1}",
        "{\"exact\":NaN}",
        "{\"is_open\":tru}",
        "{\"is_open\":True}",
        "{'id':1}",
        "{id:1}",
        "{\"id\":\"a}",
        "{\"id\":\"\\x\"}",
        "{\"id\":\"\\u12g4\"}",
        "{\"id\":\"\\u12\"}",
        "{\"id\":\"\\ud800\"}",
        "{\"id\":\"\\udc00\\ud800\"}",
        "{\"id\":\"\\ud800\\u0041\"}",
        "{\"id\":\"a\nb\"}",
        "{\"id\":\"\xff\"}",
        "{\"id\":\"\xc0\xaf\"}",
        "{\"id\":\"\xed\xa0\x80\"}",
        "{\"id\":\"a\\n\xff\"}",
        "{\"words\":[1 2]}",
        "{\"words\":[\"a\",]}",
        "{\"words\":[",
        "{\"id\":\"a\"\\",
        "\xef\xbb\xbf{}",
        "{\"nope\":[1,{\"a\":}]}",
        "/**/{}",
        "{\"id\":\"a\\",
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        ProtobufCMessage *m = NULL;
        lm_code code;

        t->err = (lm_err)LM_ERR_INIT;
        code = lm_json_to_pb(t->arena, &sample__box__descriptor, lm_str_z(cases[i]), &m, &t->err);
        if (code != LM_INVALID || !strstr(t->err.message, "this is no JSON: at byte"))
            fail_msg("%s: %s", cases[i], t->err.message);
    }
}

static void a_nul_in_the_text_is_no_end(void **state)
{
    struct lm_test *t = *state;
    ProtobufCMessage *m = NULL;

    assert_code(lm_json_to_pb(t->arena, &sample__box__descriptor, LM_STR("{}\0{}"), &m, &t->err),
                LM_INVALID, &t->err);
}

static void refuses_nesting_without_end(void **state)
{
    enum { LEVELS = 100000 };
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 1 << 20);
    ProtobufCMessage *m = NULL;

    lm_buf_appendz(&b, "{\"nope\":");
    for (int i = 0; i < LEVELS; i++)
        lm_buf_char(&b, '[');
    assert_code(lm_json_to_pb(t->arena, &sample__box__descriptor, lm_buf_str(&b), &m, &t->err),
                LM_INVALID, &t->err);
    assert_non_null(strstr(t->err.message, "nested too deep"));
}

static void tells_all_mistakes_at_once(void **state)
{
    struct lm_test *t = *state;
    ProtobufCMessage *m = NULL;

    assert_code(lm_json_to_pb(t->arena, &sample__fill_box_request__descriptor,
                              LM_STR("{\"nope\":{\"a\":[1,2]},\"code\":7,\"labels\":[{}]}"), &m,
                              &t->err),
                LM_INVALID, &t->err);
    assert_int_equal(t->err.n_fields, 6);
    assert_string_equal(t->err.fields[2].field, "labels[0].text");
    assert_string_equal(t->err.fields[4].field, "colour");
    assert_string_equal(t->err.fields[5].field, "weight");
}

static void required_text_on_top_may_come_from_the_path(void **state)
{
    Sample__FillBoxRequest *in =
        read_as(*state, &sample__fill_box_request__descriptor, "{\"colour\":\"RED\",\"weight\":1}");

    assert_null(in->box_id);
}

LM_TEST_MAIN(LM_TEST(reads_numbers_of_each_type), LM_TEST(reads_text_bytes_enums_and_times),
             LM_TEST(reads_arrays_and_inner_messages), LM_TEST(absent_and_null_leave_the_default),
             LM_TEST(decodes_escapes_and_surrogate_pairs),
             LM_TEST(text_comes_out_composed_and_without_controls), LM_TEST(refuses_by_field),
             LM_TEST(refuses_what_is_no_json), LM_TEST(a_nul_in_the_text_is_no_end),
             LM_TEST(refuses_nesting_without_end), LM_TEST(tells_all_mistakes_at_once),
             LM_TEST(required_text_on_top_may_come_from_the_path))
