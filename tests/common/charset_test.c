/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/charset.h"

#define TO(bytes, charset) lm_charset_to_utf8(t->arena, LM_STR(bytes), LM_STR(charset))

static void reads_windows_1252_where_nothing_is_declared(void **state)
{
    struct lm_test *t = *state;

    assert_str(TO("caf\xe9 \x80 5 \x96 \x93goed\x94", ""),
               "caf\xc3\xa9 \xe2\x82\xac 5 \xe2\x80\x93 \xe2\x80\x9cgoed\xe2\x80\x9d");
    assert_str(TO("caf\xc3\xa9", ""), "caf\xc3\xa9");
}

static void takes_latin_1_for_windows_1252_as_browsers_do(void **state)
{
    struct lm_test *t = *state;

    assert_str(TO("\x80 \xe9", "ISO-8859-1"), "\xe2\x82\xac \xc3\xa9");
    assert_str(TO("\x80 \xe9", "us-ascii"), "\xe2\x82\xac \xc3\xa9");
}

static void does_not_believe_utf_8_that_is_none(void **state)
{
    struct lm_test *t = *state;

    assert_str(TO("K\xf6ln caf\xe9", "utf-8"), "K\xc3\xb6ln caf\xc3\xa9");
}

static void mends_single_bad_bytes_in_good_utf_8(void **state)
{
    struct lm_test *t = *state;

    assert_str(TO("\xc3\xa9\xc3\xa9\xff.", "utf-8"), "\xc3\xa9\xc3\xa9\xef\xbf\xbd.");
    assert_str(TO("\xc3\xa9\xc3\xa9\xe2\x82", "utf-8"), "\xc3\xa9\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd");
    assert_str(TO("\xc3\xa9\xc3\xa9\xc0\x80", ""), "\xc3\xa9\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd");
}

static void goes_by_the_byte_order_mark_first(void **state)
{
    struct lm_test *t = *state;

    assert_str(TO("\xef\xbb\xbfnaam", "windows-1252"), "naam");
    assert_str(TO("\xff\xfeh\0i\0", ""), "hi");
    assert_str(TO("\xfe\xff\0h\0i", ""), "hi");
}

static void reads_other_charsets_and_survives_unknown_ones(void **state)
{
    struct lm_test *t = *state;

    assert_str(TO("\xa4", "iso-8859-15"), "\xe2\x82\xac");
    assert_str(TO("caf\xe9", "no-such-charset"), "caf\xc3\xa9");
    assert_str(TO("", "utf-16"), "");
}

static void finds_the_charset_of_a_content_type(void **state)
{
    (void)state;
    assert_str(lm_charset_of_type(LM_STR("text/html; charset=\"Windows-1252\"; x=y")),
               "Windows-1252");
    assert_str(lm_charset_of_type(LM_STR("text/html;CHARSET=utf-8")), "utf-8");
    assert_null(lm_charset_of_type(LM_STR("text/html")).p);
}

LM_TEST_MAIN(LM_TEST(reads_windows_1252_where_nothing_is_declared),
             LM_TEST(takes_latin_1_for_windows_1252_as_browsers_do),
             LM_TEST(does_not_believe_utf_8_that_is_none),
             LM_TEST(mends_single_bad_bytes_in_good_utf_8),
             LM_TEST(goes_by_the_byte_order_mark_first),
             LM_TEST(reads_other_charsets_and_survives_unknown_ones),
             LM_TEST(finds_the_charset_of_a_content_type))
