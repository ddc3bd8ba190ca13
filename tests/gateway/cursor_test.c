/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "services/gateway/views/cursor.h"

#define SOME_ID "0190a0b0-c0d0-7e0f-8000-0123456789ab"

static void gives_a_cursor_back_as_it_was(void **state)
{
    static const struct gateway_cursor cases[] = {
        {.order = 'N', .key = "1772438400123", .id = SOME_ID},
        {.order = 'B', .key = "-1", .id = SOME_ID},
        {.order = 'A', .key = "de vries", .id = SOME_ID},
        {.order = 'A', .key = "", .id = SOME_ID},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        lm_str text = lm_str_z(gateway_cursor_text(t->arena, &cases[i]));
        struct gateway_cursor back;

        assert_ok(gateway_cursor_parse(t->arena, text, cases[i].order, &back, &t->err), &t->err);
        assert_string_equal(back.key, cases[i].key);
        assert_string_equal(back.id, cases[i].id);
        assert_code(gateway_cursor_parse(t->arena, text, cases[i].order == 'N' ? 'B' : 'N', &back,
                                         &t->err),
                    LM_INVALID, &t->err);
        lm_err_clear(&t->err);
    }
}

static void refuses_what_is_no_cursor(void **state)
{
    static const char *const plain[] = {
        "",
        "N",
        "N" SOME_ID,
        "N" SOME_ID "12x",
        "N" SOME_ID "99999999999999999",
        "Nnot-a-uuid-at-all-but-36-bytes-long!!1",
        "B" SOME_ID "4294967296",
    };
    struct lm_test *t = *state;
    struct gateway_cursor c;

    for (size_t i = 0; i < LM_COUNT(plain); i++) {
        struct lm_buf b = lm_buf_in(t->arena, 1000);

        lm_buf_base64url(&b, plain[i], strlen(plain[i]));
        assert_code(gateway_cursor_parse(t->arena, lm_buf_str(&b), plain[i][0] == 'B' ? 'B' : 'N',
                                         &c, &t->err),
                    LM_INVALID, &t->err);
        assert_string_equal(t->err.fields[0].field, "after");
        lm_err_clear(&t->err);
    }
    assert_code(gateway_cursor_parse(t->arena, LM_STR("%%%"), 'N', &c, &t->err), LM_INVALID,
                &t->err);
}

static void pages_down_to_row_ten_thousand(void **state)
{
    struct lm_test *t = *state;
    struct gateway_page_request req = {.order = 'N', .limit = 20, .page = 100, .page_size = 100};
    struct gateway_page page;

    assert_ok(gateway_page_read(t->arena, &req, &page, &t->err), &t->err);
    assert_int_equal(page.offset, 9900);
    assert_int_equal(page.limit, 100);
    req.page = 101;
    assert_code(gateway_page_read(t->arena, &req, &page, &t->err), LM_INVALID, &t->err);
    assert_string_equal(t->err.fields[0].field, "page");
}

static void does_not_mix_the_two_ways_of_paging(void **state)
{
    struct lm_test *t = *state;
    struct gateway_cursor c = {.order = 'N', .key = "1", .id = SOME_ID};
    struct gateway_page_request req = {.order = 'N', .limit = 20, .page = 2};
    struct gateway_page page;

    req.after = lm_str_z(gateway_cursor_text(t->arena, &c));
    assert_code(gateway_page_read(t->arena, &req, &page, &t->err), LM_INVALID, &t->err);
    lm_err_clear(&t->err);
    req.page = 0;
    assert_ok(gateway_page_read(t->arena, &req, &page, &t->err), &t->err);
    assert_string_equal(page.from.key, "1");
    assert_int_equal(page.offset, 0);
}

static void searches_the_longest_words_first_and_takes_signs_as_they_are(void **state)
{
    struct lm_test *t = *state;
    lm_str p[3];

    assert_int_equal(gateway_search_patterns(t->arena, LM_STR("  Bakkerij  BV Zuid-Oost o "), p),
                     3);
    assert_str(p[0], "%zuid-oost%");
    assert_str(p[1], "%bakkerij%");
    assert_str(p[2], "% bv%");
    assert_int_equal(gateway_search_patterns(t->arena, LM_STR("100%_\\"), p), 1);
    assert_str(p[0], "%100\\%\\_\\\\%");
    assert_int_equal(gateway_search_patterns(t->arena, LM_STR(" \t "), p), 0);
}

LM_TEST_MAIN(LM_TEST(gives_a_cursor_back_as_it_was), LM_TEST(refuses_what_is_no_cursor),
             LM_TEST(pages_down_to_row_ten_thousand), LM_TEST(does_not_mix_the_two_ways_of_paging),
             LM_TEST(searches_the_longest_words_first_and_takes_signs_as_they_are))
