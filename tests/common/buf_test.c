/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/buf.h"

static void stays_as_it_was_when_something_does_not_fit(void **state)
{
    struct lm_buf b;

    (void)state;
    lm_buf_init(&b, 10);
    lm_buf_appendz(&b, "12345678");
    lm_buf_json(&b, LM_STR("x")); /* 3 bytes, 2 are left */
    assert_true(b.failed);
    assert_string_equal(lm_buf_z(&b), "12345678");
    lm_buf_char(&b, '9'); /* would fit, but the text has a hole by now */
    assert_string_equal(lm_buf_z(&b), "12345678");
    lm_buf_clear(&b);
    lm_buf_appendz(&b, "1234567890");
    assert_false(b.failed);
    assert_string_equal(lm_buf_z(&b), "1234567890");
    lm_buf_fini(&b);
}

static void builds_in_an_arena_as_well(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 1 << 20);

    for (int i = 0; i < 1000; i++)
        lm_buf_printf(&b, "%03d ", i);
    assert_false(b.failed);
    assert_int_equal(b.n, 4000);
    assert_str(lm_str_sub(lm_buf_str(&b), 3996, 4000), "999 ");
}

static const struct {
    const char *in, *json, *html, *percent;
} written[] = {
    {"", "\"\"", "", ""},
    {"Zoë & <b>", "\"Zoë & <b>\"", "Zoë &amp; &lt;b&gt;", "Zo%C3%AB%20%26%20%3Cb%3E"},
    {"\"a\\b'\n\x01", "\"\\\"a\\\\b'\\n\\u0001\"", "&quot;a\\b&#39;\n\x01", "%22a%5Cb%27%0A%01"},
    {"a-z_0.9~", "\"a-z_0.9~\"", "a-z_0.9~", "a-z_0.9~"},
};

static void writes_json_html_and_percent(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(written); i++) {
        struct lm_buf json = lm_buf_in(t->arena, 1000), html = json, percent = json;
        lm_str back;

        lm_buf_json(&json, lm_str_z(written[i].in));
        lm_buf_html(&html, lm_str_z(written[i].in));
        lm_buf_percent(&percent, lm_str_z(written[i].in));
        assert_string_equal(lm_buf_z(&json), written[i].json);
        assert_string_equal(lm_buf_z(&html), written[i].html);
        assert_string_equal(lm_buf_z(&percent), written[i].percent);
        assert_true(lm_percent_decode(t->arena, lm_buf_str(&percent), false, &back));
        assert_str(back, written[i].in);
    }
}

static void json_of_bytes_that_are_not_utf8_is_utf8(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 1000);

    lm_buf_json(&b, LM_STR("a\xff\xc3(\xed\xa0\x80z"));
    assert_string_equal(lm_buf_z(&b),
                        "\"a\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
}

/* RFC 4648 section 10 */
static const struct {
    const char *plain, *base64, *base64url;
} base64s[] = {
    {"", "", ""},
    {"f", "Zg==", "Zg"},
    {"fo", "Zm8=", "Zm8"},
    {"foo", "Zm9v", "Zm9v"},
    {"foob", "Zm9vYg==", "Zm9vYg"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
    {"\xfb\xff\xfe", "+//+", "-__-"},
};

static void base64_goes_both_ways(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(base64s); i++) {
        struct lm_buf plain = lm_buf_in(t->arena, 1000), url = plain;
        lm_str in = lm_str_z(base64s[i].plain), back;

        lm_buf_base64(&plain, in.p, in.n);
        lm_buf_base64url(&url, in.p, in.n);
        assert_string_equal(lm_buf_z(&plain), base64s[i].base64);
        assert_string_equal(lm_buf_z(&url), base64s[i].base64url);
        assert_true(lm_base64_decode(t->arena, lm_buf_str(&plain), &back));
        assert_true(lm_str_eq(back, in));
        assert_true(lm_base64_decode(t->arena, lm_buf_str(&url), &back));
        assert_true(lm_str_eq(back, in));
    }
}

static void decoders_refuse_what_is_not_of_the_form(void **state)
{
    static const char *const not_base64[] = {
        "Z", "Zg=", "Zh==", "Zm9=", "Z g=", "====", "Zg==Zg==", "Zg\n"};
    static const char *const not_hex[] = {"0", "0g", " 0", "0x"};
    static const char *const not_percent[] = {"%", "%1", "a%zz", "%1%2"};
    struct lm_test *t = *state;
    lm_str out;

    for (size_t i = 0; i < LM_COUNT(not_base64); i++)
        assert_false(lm_base64_decode(t->arena, lm_str_z(not_base64[i]), &out));
    for (size_t i = 0; i < LM_COUNT(not_hex); i++)
        assert_false(lm_hex_decode(t->arena, lm_str_z(not_hex[i]), &out));
    for (size_t i = 0; i < LM_COUNT(not_percent); i++)
        assert_false(lm_percent_decode(t->arena, lm_str_z(not_percent[i]), false, &out));
}

static void hex_goes_both_ways_and_plus_is_a_blank_in_forms(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 100);
    lm_str out;

    lm_buf_hex(&b, "\x00\x7f\xff", 3);
    assert_string_equal(lm_buf_z(&b), "007fff");
    assert_true(lm_hex_decode(t->arena, LM_STR("007FfF"), &out));
    assert_memory_equal(out.p, "\x00\x7f\xff", 3);
    assert_true(lm_percent_decode(t->arena, LM_STR("a+b%2B"), true, &out));
    assert_str(out, "a b+");
    assert_true(lm_percent_decode(t->arena, LM_STR("a+b"), false, &out));
    assert_str(out, "a+b");
}

LM_TEST_MAIN(LM_TEST(stays_as_it_was_when_something_does_not_fit),
             LM_TEST(builds_in_an_arena_as_well), LM_TEST(writes_json_html_and_percent),
             LM_TEST(json_of_bytes_that_are_not_utf8_is_utf8), LM_TEST(base64_goes_both_ways),
             LM_TEST(decoders_refuse_what_is_not_of_the_form),
             LM_TEST(hex_goes_both_ways_and_plus_is_a_blank_in_forms))
