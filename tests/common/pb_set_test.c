/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json.h"
#include "gen/sample.pb-c.h"
#include "tests/lm_test.h"

static void set(struct lm_test *t, void *m, const char *name, const char *text)
{
    assert_ok(lm_pb_set(t->arena, m, lm_str_z(name), lm_str_z(text), &t->err), &t->err);
}

static void sets_values_and_appends_to_arrays(void **state)
{
    struct lm_test *t = *state;
    Sample__ListBoxesRequest *in =
        (void *)lm_pb_new(t->arena, &sample__list_boxes_request__descriptor);

    assert_int_equal(in->limit, 20);
    set(t, in, "limit", "7");
    set(t, in, "is_open", "true");
    set(t, in, "colours", "RED");
    set(t, in, "colours", "BLUE");
    assert_true(in->has_limit && in->limit == 7);
    assert_true(in->has_is_open && in->is_open);
    assert_int_equal(in->n_colours, 2);
    assert_int_equal(in->colours[1], SAMPLE__COLOUR__BLUE);
}

static void reaches_inner_messages_by_dots(void **state)
{
    struct lm_test *t = *state;
    Sample__ListBoxesRequest *in =
        (void *)lm_pb_new(t->arena, &sample__list_boxes_request__descriptor);

    set(t, in, "corner.at", "2026-03-02T08:15:00Z");
    set(t, in, "corner.tags", "a b");
    assert_true(in->corner->at == 1772439300000);
    assert_string_equal(in->corner->tags[0], "a b");
}

static void the_body_cannot_contradict_the_path(void **state)
{
    struct lm_test *t = *state;
    ProtobufCMessage *m;

    assert_ok(lm_json_to_pb(t->arena, &sample__fill_box_request__descriptor,
                            LM_STR("{\"box_id\":\"a\",\"colour\":\"RED\",\"weight\":1}"), &m,
                            &t->err),
              &t->err);
    assert_code(lm_pb_set(t->arena, m, LM_STR("box_id"), LM_STR("b"), &t->err), LM_INVALID,
                &t->err);
    assert_string_equal(t->err.fields[0].field, "box_id");
    assert_string_equal(t->err.fields[0].message, "is given twice");
}

static void refuses_what_does_not_fit(void **state)
{
    static const struct {
        const char *name, *text, *message;
    } cases[] = {
        {"nope", "1", "no such parameter"},
        {"corner", "1", "no such parameter"},
        {"corner.nope", "1", "no such parameter"},
        {"limit.x", "1", "no such parameter"},
        {"", "1", "no such parameter"},
        {"limit", "", "must be a whole number of 32 bits"},
        {"limit", " 1", "must be a whole number of 32 bits"},
        {"is_open", "yes", "must be true or false"},
        {"colours", "red", "must be one of RED, GREEN, BLUE"},
        {"corner.tags", "\xff", "must be UTF-8"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        ProtobufCMessage *m = lm_pb_new(t->arena, &sample__list_boxes_request__descriptor);

        t->err = (lm_err)LM_ERR_INIT;
        assert_code(lm_pb_set(t->arena, m, lm_str_z(cases[i].name), lm_str_z(cases[i].text),
                              &t->err),
                    LM_INVALID, &t->err);
        assert_string_equal(t->err.fields[0].field, cases[i].name);
        assert_string_equal(t->err.fields[0].message, cases[i].message);
    }
}

static void a_parameter_cannot_be_repeated_without_end(void **state)
{
    struct lm_test *t = *state;
    ProtobufCMessage *m = lm_pb_new(t->arena, &sample__list_boxes_request__descriptor);
    lm_code code = LM_OK;
    int n = 0;

    while (n < 1000 && !code) {
        code = lm_pb_set(t->arena, m, LM_STR("colours"), LM_STR("RED"), &t->err);
        n++;
    }
    assert_int_equal(code, LM_INVALID);
    assert_int_equal(n, 257);
}

LM_TEST_MAIN(LM_TEST(sets_values_and_appends_to_arrays), LM_TEST(reaches_inner_messages_by_dots),
             LM_TEST(the_body_cannot_contradict_the_path), LM_TEST(refuses_what_does_not_fit),
             LM_TEST(a_parameter_cannot_be_repeated_without_end))
