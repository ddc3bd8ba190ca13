/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "services/mailer/mime/mime.h"

static struct lm_buf out_of(struct lm_test *t)
{
    return lm_buf_in(t->arena, 64 << 10);
}

static void plain_subjects_stay_as_they_are(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = out_of(t);

    assert_ok(mailer_mime_header(&b, "Subject", LM_STR("Een vraag over Bakkerij Oost"), &t->err),
              &t->err);
    assert_str(lm_buf_str(&b), "Subject: Een vraag over Bakkerij Oost\r\n");
}

static void other_subjects_become_encoded_words_of_at_most_75_bytes(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = out_of(t);
    lm_str rest, line;

    assert_ok(
        mailer_mime_header(
            &b, "Subject",
            LM_STR(
                "Überraschung für Hélène en Søren: één vraag over jullie vacatures in ’s-Hertogenbosch"),
            &t->err),
        &t->err);
    rest = lm_buf_str(&b);
    assert_true(lm_str_line(&rest, &line));
    assert_str(line, "Subject: ");
    while (lm_str_line(&rest, &line)) {
        assert_true(lm_str_starts(line, LM_STR(" =?UTF-8?B?")));
        assert_true(line.n - 1 <= 75);
    }
}

static void a_subject_that_looks_encoded_is_encoded(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = out_of(t);

    assert_ok(mailer_mime_header(&b, "Subject", LM_STR("=?UTF-8?B?aGFjaw==?="), &t->err), &t->err);
    assert_str(lm_buf_str(&b), "Subject: \r\n =?UTF-8?B?PT9VVEYtOD9CP2FHRmphdz09Pz0=?=\r\n");
}

static void a_line_break_in_a_header_is_refused(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = out_of(t);

    assert_code(mailer_mime_header(&b, "Subject", LM_STR("a\r\nBcc: all@example.com"), &t->err),
                LM_INVALID, &t->err);
    lm_err_clear(&t->err);
    assert_code(mailer_mime_address(&b, "To",
                                    (struct mailer_address){LM_STR("A\nB"), LM_STR("a@b.example")},
                                    &t->err),
                LM_INVALID, &t->err);
    lm_err_clear(&t->err);
    assert_code(mailer_mime_address(&b, "To",
                                    (struct mailer_address){LM_STR("A"),
                                                            LM_STR("a@b.example>, <c@d.example")},
                                    &t->err),
                LM_INVALID, &t->err);
    assert_int_equal(b.n, 0);
}

static void names_are_quoted_or_encoded_as_they_need(void **state)
{
    static const struct {
        const char *display, *wanted;
    } cases[] = {
        {"", "To: <j@b.example>\r\n"},
        {"Jan de Vries", "To: Jan de Vries\r\n <j@b.example>\r\n"},
        {"Vries, Jan (CEO)", "To: \"Vries, Jan (CEO)\"\r\n <j@b.example>\r\n"},
        {"Jan \"J\" \\ Vries", "To: \"Jan \\\"J\\\" \\\\ Vries\"\r\n <j@b.example>\r\n"},
        {"Zoë", "To: =?UTF-8?B?Wm/Dqw==?=\r\n <j@b.example>\r\n"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct lm_buf b = out_of(t);

        assert_ok(mailer_mime_address(&b, "To",
                                      (struct mailer_address){lm_str_z(cases[i].display),
                                                              LM_STR("j@b.example")},
                                      &t->err),
                  &t->err);
        assert_str(lm_buf_str(&b), cases[i].wanted);
    }
}

static void quoted_printable_keeps_lines_short_and_safe(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = out_of(t);

    mailer_mime_quoted_printable(&b, LM_STR("caf\xc3\xa9 = 1 \n.\nFrom here\nend\t"));
    assert_str(lm_buf_str(&b), "caf=C3=A9 =3D 1=20\r\n=2E\r\n=46rom here\r\nend=09\r\n");
}

static void no_line_is_longer_than_76_columns(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = out_of(t), in = out_of(t);
    lm_str rest, line;

    for (int i = 0; i < 500; i++)
        lm_buf_appendz(&in, i % 3 ? "woord " : "é");
    mailer_mime_quoted_printable(&b, lm_buf_str(&in));
    for (rest = lm_buf_str(&b); lm_str_line(&rest, &line);)
        assert_true(line.n <= 76);
}

LM_TEST_MAIN(LM_TEST(plain_subjects_stay_as_they_are),
             LM_TEST(other_subjects_become_encoded_words_of_at_most_75_bytes),
             LM_TEST(a_subject_that_looks_encoded_is_encoded),
             LM_TEST(a_line_break_in_a_header_is_refused),
             LM_TEST(names_are_quoted_or_encoded_as_they_need),
             LM_TEST(quoted_printable_keeps_lines_short_and_safe),
             LM_TEST(no_line_is_longer_than_76_columns))
