/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json.h"
#include "gen/sample.pb-c.h"
#include "tests/lm_test.h"

static void a_new_message_has_its_defaults(void **state)
{
    struct lm_test *t = *state;
    Sample__Box *box = (void *)lm_pb_new(t->arena, &sample__box__descriptor);

    assert_int_equal(box->colour, SAMPLE__COLOUR__GREEN);
    assert_false(box->has_colour);
    assert_string_equal(box->note, "none");
    assert_int_equal(box->shape_case, SAMPLE__BOX__SHAPE__NOT_SET);
}

static void a_copy_shares_nothing(void **state)
{
    struct lm_test *t = *state;
    char text[] = "text", word[] = "word";
    char *words[] = {word};
    uint8_t bytes[] = {1, 2};
    Sample__Label label = SAMPLE__LABEL__INIT;
    Sample__Box box = SAMPLE__BOX__INIT, *copy;

    label.text = text;
    box.id = (char *)"id";
    box.label = &label;
    box.words = words;
    box.n_words = 1;
    box.has_data = true;
    box.data = (ProtobufCBinaryData){sizeof(bytes), bytes};
    copy = (void *)lm_pb_copy(t->arena, &box.base);
    text[0] = word[0] = 'X';
    bytes[0] = 9;
    words[0] = NULL;
    label.size = 5;
    assert_string_equal(copy->label->text, "text");
    assert_int_equal(copy->label->size, 0);
    assert_string_equal(copy->words[0], "word");
    assert_int_equal(copy->data.data[0], 1);
}

static void fields_of_a_newer_build_survive(void **state)
{
    struct lm_test *t = *state;
    lm_str bytes =
        LM_STR("\x0a\x01"
               "a\x9a\x06\x05later\x98\x06\x07"); /* 1: "a", 99: "later", 99: 7 (a varint) */
    ProtobufCMessage *m;

    assert_ok(lm_pb_unpack(t->arena, &sample__stow_box__descriptor, bytes, &m, &t->err), &t->err);
    assert_int_equal(m->n_unknown_fields, 2);
    assert_true(lm_str_eq(lm_pb_pack(t->arena, lm_pb_copy(t->arena, m)), bytes));
}

static void refuses_bytes_that_are_no_such_message(void **state)
{
    static const struct {
        lm_str bytes;
        const char *message;
    } cases[] = {
        {{"", 0}, "0 bytes are not a sample.StowBox"},           /* required, but absent */
        {{"\x0a\x05xy", 4}, "4 bytes are not a sample.StowBox"}, /* cut */
        {{"\x0a\x01\xff", 3}, "sample.StowBox: box_id is not UTF-8"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        ProtobufCMessage *m = NULL;

        assert_code(lm_pb_unpack(t->arena, &sample__stow_box__descriptor, cases[i].bytes, &m,
                                 &t->err),
                    LM_INVALID, &t->err);
        assert_null(m);
        if (!strstr(t->err.message, cases[i].message))
            fail_msg("wanted \"%s\", got \"%s\"", cases[i].message, t->err.message);
    }
}

static void text_deep_inside_is_looked_at(void **state)
{
    struct lm_test *t = *state;
    Sample__Corner corner = SAMPLE__CORNER__INIT;
    Sample__Label label = SAMPLE__LABEL__INIT, *labels[] = {&label};
    Sample__Box box = SAMPLE__BOX__INIT;
    char *tags[] = {(char *)"good", (char *)"\xc3("};
    ProtobufCMessage *m;

    corner.tags = tags;
    corner.n_tags = 2;
    label.corner = &corner;
    box.labels = labels;
    box.n_labels = 1;
    assert_code(lm_pb_unpack(t->arena, &sample__box__descriptor, lm_pb_pack(t->arena, &box.base),
                             &m, &t->err),
                LM_INVALID, &t->err);
    assert_string_equal(t->err.message, "sample.Box: tags is not UTF-8");
}

LM_TEST_MAIN(LM_TEST(a_new_message_has_its_defaults), LM_TEST(a_copy_shares_nothing),
             LM_TEST(fields_of_a_newer_build_survive),
             LM_TEST(refuses_bytes_that_are_no_such_message),
             LM_TEST(text_deep_inside_is_looked_at))
