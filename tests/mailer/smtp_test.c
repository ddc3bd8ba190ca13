/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/mailer/smtp.h"

static void replies_mean_what_rfc_3463_says(void **state)
{
    static const struct {
        int code;
        const char *enhanced;
        enum mailer_smtp_end end;
    } cases[] = {
        {250, "2.0.0", MAILER_SMTP_ACCEPTED}, {550, "5.1.1", MAILER_SMTP_REFUSED},
        {550, "", MAILER_SMTP_REFUSED},       {552, "5.2.2", MAILER_SMTP_REFUSED},
        {450, "4.2.0", MAILER_SMTP_LATER},    {421, "", MAILER_SMTP_LATER},
        {535, "5.7.8", MAILER_SMTP_MAILBOX},  {530, "", MAILER_SMTP_MAILBOX},
        {550, "5.7.1", MAILER_SMTP_MAILBOX},  {550, "5.7.26", MAILER_SMTP_MAILBOX},
        {421, "4.7.0", MAILER_SMTP_MAILBOX},
    };

    (void)state;
    for (size_t i = 0; i < LM_COUNT(cases); i++)
        assert_int_equal(mailer_smtp_classify(cases[i].code, cases[i].enhanced), cases[i].end);
}

static lm_code never(void *arg, lm_err *err)
{
    *(bool *)arg = true;
    return lm_fail(err, LM_FENCED, "must not be asked");
}

static void a_server_that_is_away_is_tried_later_and_nothing_is_handed_over(void **state)
{
    bool was_asked = false;
    struct mailer_smtp smtp = {.url = "smtp://127.0.0.1:9",
                               .hello = "localhost",
                               .from = "a@b.example",
                               .to = "c@d.example",
                               .message = LM_STR("Subject: x\r\n\r\ny\r\n"),
                               .tls = MAILER_TLS_OFFERED,
                               .timeout_ms = 2000,
                               .hand_over = never,
                               .arg = &was_asked};
    struct mailer_smtp_result r;

    (void)state;
    mailer_smtp_send(&smtp, &r);
    assert_int_equal(r.end, MAILER_SMTP_LATER);
    assert_false(was_asked);
}

LM_TEST_MAIN(LM_TEST(replies_mean_what_rfc_3463_says),
             LM_TEST(a_server_that_is_away_is_tried_later_and_nothing_is_handed_over))
