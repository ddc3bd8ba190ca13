/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json.h"
#include "common/rules.h"
#include "gen/sample.pb-c.h"
#include "tests/lm_test.h"

#define GOOD                                                                               \
    "\"box_id\":\"0192f0c4-0000-7000-8000-000000000001\",\"colour\":\"RED\",\"weight\":1," \
    "\"name\":\"n\",\"labels\":[{\"text\":\"a\",\"size\":1}]"

static lm_code check(struct lm_test *t, const char *json)
{
    ProtobufCMessage *m = NULL;

    t->err = (lm_err)LM_ERR_INIT;
    assert_ok(lm_json_to_pb(t->arena, &sample__fill_box_request__descriptor, lm_str_z(json), &m,
                            &t->err),
              &t->err);
    return lm_rules_check(m, &t->err);
}

/* This names the table, so that the linker takes the one of lm_sample and not that of the contract. */
static void the_rules_are_those_of_the_sample(void **state)
{
    (void)state;
    assert_ptr_equal(lm_contract_rules[0].descriptor, &sample__box__descriptor);
}

static void takes_what_keeps_all_rules(void **state)
{
    struct lm_test *t = *state;

    assert_ok(check(t, "{" GOOD "}"), &t->err);
    assert_ok(
        check(t,
              "{" GOOD
              ",\"code\":\"NL-12\",\"email\":\"a@example.com\",\"url\":\"https://example.com/x\","
              "\"domain\":\"b\xc3\xbc"
              "cher.example\",\"phone\":\"+31 (0)20-123.4567\",\"day\":\"2024-02-29\","
              "\"country\":\"NL\",\"language\":\"nl-BE\",\"timezone\":\"Europe/Amsterdam\","
              "\"seal\":\"AAEC\",\"low\":5}"),
        &t->err);
}

static void an_emptied_field_has_no_format_to_keep(void **state)
{
    struct lm_test *t = *state;

    assert_ok(check(t, "{" GOOD ",\"email\":\"\",\"code\":\"\",\"phone\":\"\"}"), &t->err);
}

static void names_the_field_and_the_remedy(void **state)
{
    static const struct {
        const char *json, *field, *message;
    } cases[] = {
        {"\"code\":\"nl-1\"", "code", "must match [A-Z]{2}-[0-9]+|none"},
        {"\"code\":\"xnonex\"", "code", "must match [A-Z]{2}-[0-9]+|none"},
        {"\"email\":\"a@b@c.example\"", "email", "must be an e-mail address: name@example.com"},
        {"\"url\":\"javascript:alert(1)\"", "url", "must be an http or https URL"},
        {"\"domain\":\"localhost\"", "domain", "must be a domain: example.com"},
        {"\"domain\":\"1.2.3.4\"", "domain", "must be a domain: example.com"},
        {"\"domain\":\"a..example\"", "domain", "must be a domain: example.com"},
        {"\"phone\":\"12345\"", "phone", "must be a phone number: +31 20 123 4567"},
        {"\"phone\":\"0201234567x\"", "phone", "must be a phone number: +31 20 123 4567"},
        {"\"day\":\"2026-02-29\"", "day", "must be a date: 2026-03-02"},
        {"\"day\":\"2026-2-29\"", "day", "must be a date: 2026-03-02"},
        {"\"country\":\"nl\"", "country", "must be a country of two letters: NL"},
        {"\"language\":\"dutch\"", "language", "must be a language: nl or nl-BE"},
        {"\"timezone\":\"Europe/Atlantis\"", "timezone", "must be a time zone: Europe/Amsterdam"},
        {"\"timezone\":\"../../etc/passwd\"", "timezone", "must be a time zone: Europe/Amsterdam"},
        {"\"timezone\":\"\"", "timezone", "must be a time zone: Europe/Amsterdam"},
        {"\"day\":\"\"", "day", "must be a date: 2026-03-02"},
        {"\"seal\":\"AA==\"", "seal", "must have at least 2 bytes"},
        {"\"seal\":\"AAECAwQ=\"", "seal", "must have at most 4 bytes"},
        {"\"low\":6", "low", "must be at most 5"},
        {"\"inner\":{\"id\":\"\",\"label\":{\"text\":\"abcdefghijk\",\"size\":1}}",
         "inner.label.text", "must have at most 10 characters"},
        {"\"inner\":{\"id\":\"\",\"labels\":[{\"text\":\"\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\",\"size\":4}]}",
         "inner.labels[0].size", "must be from 1 to 3"},
        {"\"inner\":{\"id\":\"\",\"other\":{\"text\":\"a\",\"size\":1,\"corner\":{\"tags\":[\"ok\",\"x\"]}}}",
         "inner.other.corner.tags[1]", "must have at least 2 characters"},
        {"\"inner\":{\"id\":\"\",\"label\":{\"text\":\"a\",\"size\":1,\"corner\":{\"tags\":[\"ok\",\"ok\",\"ok\"]}}}",
         "inner.label.corner.tags", "takes at most 2"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        const char *json = lm_arena_printf(t->arena, "{" GOOD ",%s}", cases[i].json);

        assert_code(check(t, json), LM_INVALID, &t->err);
        assert_int_equal(t->err.n_fields, 1);
        assert_string_equal(t->err.fields[0].field, cases[i].field);
        assert_string_equal(t->err.fields[0].message, cases[i].message);
    }
}

static void tells_all_that_is_missing(void **state)
{
    struct lm_test *t = *state;

    assert_code(check(t, "{\"colour\":\"RED\",\"weight\":0.25,\"labels\":[]}"), LM_INVALID,
                &t->err);
    assert_int_equal(t->err.n_fields, 4);
    assert_string_equal(t->err.fields[0].field, "box_id");
    assert_string_equal(t->err.fields[0].message, "is required");
    assert_string_equal(t->err.fields[1].field, "weight");
    assert_string_equal(t->err.fields[1].message, "must be at least 0.5");
    assert_string_equal(t->err.fields[2].field, "labels");
    assert_string_equal(t->err.fields[2].message, "needs at least 1");
    assert_string_equal(t->err.fields[3].field, "name");
}

static void a_required_text_is_not_empty(void **state)
{
    struct lm_test *t = *state;
    Sample__BoxRequest in = SAMPLE__BOX_REQUEST__INIT;

    assert_code(lm_rules_check(&in.base, &t->err), LM_INVALID, &t->err);
    assert_code(
        check(
            t,
            "{\"box_id\":\"0192f0c4-0000-7000-8000-000000000001\",\"colour\":\"RED\",\"weight\":1,"
            "\"name\":\"\",\"labels\":[{\"text\":\"\",\"size\":1}]}"),
        LM_INVALID, &t->err);
    assert_int_equal(t->err.n_fields, 2);
    assert_string_equal(t->err.fields[0].field, "name");
    assert_string_equal(t->err.fields[0].message, "must not be empty");
    assert_string_equal(t->err.fields[1].field, "labels[0].text");
}

LM_TEST_MAIN(LM_TEST(the_rules_are_those_of_the_sample), LM_TEST(takes_what_keeps_all_rules),
             LM_TEST(an_emptied_field_has_no_format_to_keep),
             LM_TEST(names_the_field_and_the_remedy), LM_TEST(tells_all_that_is_missing),
             LM_TEST(a_required_text_is_not_empty))
