/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "common/links.h"
#include "services/mailer/compose.h"

#define KEY         LM_STR("0123456789abcdef0123456789abcdef")
#define TRACKING_ID LM_STR("11111111-2222-4333-8444-555555555555")

static const struct mailer_links links = {
    .base_url = {"https://lm.example", 18},
    .key = {"0123456789abcdef0123456789abcdef", 32},
    .track_opens = true,
    .track_clicks = true,
};

static struct mailer_letter letter(void)
{
    return (struct mailer_letter){
        .delivery_id = LM_STR("aaaaaaaa-2222-4333-8444-555555555555"),
        .message_id = LM_STR("bbbbbbbb-2222-4333-8444-555555555555"),
        .lead_id = LM_STR("cccccccc-2222-4333-8444-555555555555"),
        .tenant_id = LM_STR("dddddddd-2222-4333-8444-555555555555"),
        .tracking_id = TRACKING_ID,
        .from_email = LM_STR("sales1@outreach.example"),
        .from_name = LM_STR("Sanne de Boer"),
        .to_email = LM_STR("jan@oost.nl.example"),
        .to_name = LM_STR("Jan"),
        .subject = LM_STR("Een vraag"),
        .body_text = LM_STR("Dag Jan,\n\nEen vraag.\n"),
        .body_html = LM_STR(
            "<html><body><p>Dag Jan</p><a href=\"https://x.example/?a=1&amp;b=2\">hier</a></body></html>"),
        .language = LM_STR("nl"),
        .rfc_message_id = LM_STR("<bbbbbbbb@outreach.example>"),
        .date_at = 1772438400000,
    };
}

static lm_str compose(struct lm_test *t, const struct mailer_letter *l)
{
    lm_str out;

    assert_ok(mailer_compose(t->arena, l, &links, &out, &t->err), &t->err);
    return out;
}

static bool holds(lm_str text, const char *needle)
{
    return lm_str_find(text, lm_str_z(needle), 0) >= 0;
}

static void has_what_receivers_ask_for(void **state)
{
    struct lm_test *t = *state;
    struct mailer_letter l = letter();
    lm_str mail = compose(t, &l);

    assert_true(
        lm_str_starts(mail, LM_STR("From: Sanne de Boer\r\n <sales1@outreach.example>\r\n")));
    assert_true(holds(mail, "\r\nMessage-ID: <bbbbbbbb@outreach.example>\r\n"));
    assert_true(holds(mail, "\r\nDate: Mon, 02 Mar 2026 08:00:00 +0000\r\n"));
    assert_true(holds(mail, "\r\nList-Unsubscribe: <https://lm.example/u/"));
    assert_true(holds(mail, "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_true(holds(mail, "Content-Type: text/plain; charset=utf-8"));
    assert_true(holds(mail, "Content-Type: text/html; charset=utf-8"));
    assert_false(holds(mail, "In-Reply-To"));
}

static void every_line_ends_with_crlf_and_is_short(void **state)
{
    struct lm_test *t = *state;
    struct mailer_letter l = letter();
    lm_str mail = compose(t, &l);

    for (size_t i = 0; i < mail.n; i++) {
        if (mail.p[i] == '\n')
            assert_true(i > 0 && mail.p[i - 1] == '\r');
        if (mail.p[i] == '\r')
            assert_true(i + 1 < mail.n && mail.p[i + 1] == '\n');
    }
    for (lm_str rest = mail, line; lm_str_line(&rest, &line);)
        assert_true(line.n <= 998);
}

static void a_follow_up_answers_the_mails_before_it(void **state)
{
    struct lm_test *t = *state;
    struct mailer_letter l = letter();
    lm_str mail;

    l.in_reply_to = LM_STR("<two@outreach.example>");
    l.references = LM_STR("<one@outreach.example> <two@outreach.example>");
    mail = compose(t, &l);
    assert_true(holds(mail, "\r\nIn-Reply-To: <two@outreach.example>\r\n"));
    assert_true(holds(mail, "\r\nReferences: <one@outreach.example> <two@outreach.example>\r\n"));
}

static void the_opt_out_token_names_the_recipient(void **state)
{
    struct lm_test *t = *state;
    struct mailer_letter l = letter();
    lm_str mail = compose(t, &l);
    ptrdiff_t from = lm_str_find(mail, LM_STR("<https://lm.example/u/"), 0) + 22;
    lm_str token = lm_str_sub(mail, (size_t)from, (size_t)lm_str_chr(mail, '>', (size_t)from));
    char hash[LM_HASH_SIZE];
    struct lm_optout who;

    assert_true(lm_optout_parse(t->arena, KEY, token, &who));
    lm_address_hash(t->arena, LM_STR("Jan@Oost.nl.example"), hash);
    assert_string_equal(who.address_hash, hash);
    assert_string_equal(who.lead_id, "cccccccc-2222-4333-8444-555555555555");
    assert_false(
        lm_optout_parse(t->arena, LM_STR("another key of thirty-two bytes!"), token, &who));
}

static void links_are_wrapped_and_signed_over_the_decoded_url(void **state)
{
    struct lm_test *t = *state;
    lm_str html = mailer_wrap_links(
        t->arena,
        LM_STR(
            "<a href=\"https://x.example/?a=1&amp;b=2\">1</a> <a class=\"k\" href=\"mailto:a@b.example\">2</a>"
            " <a href=\"#top\">3</a> <a href=\"https://lm.example/u/tok\">4</a>"),
        TRACKING_ID, &links);
    const char *wrapped = lm_link_click(t->arena, links.base_url, KEY, TRACKING_ID,
                                        LM_STR("https://x.example/?a=1&b=2"));
    struct lm_buf b = lm_buf_in(t->arena, 4096);

    lm_buf_html(&b, lm_str_z(wrapped));
    assert_true(holds(html, lm_buf_z(&b)));
    assert_true(holds(html, "href=\"mailto:a@b.example\""));
    assert_true(holds(html, "href=\"#top\""));
    assert_true(holds(html, "href=\"https://lm.example/u/tok\""));
}

static void a_changed_url_or_id_fails_the_check(void **state)
{
    struct lm_test *t = *state;
    lm_str url = LM_STR("https://x.example/");
    lm_str link = lm_str_z(lm_link_click(t->arena, links.base_url, KEY, TRACKING_ID, url));
    lm_str s = lm_str_sub(link, (size_t)lm_str_find(link, LM_STR("&s="), 0) + 3, link.n);

    assert_true(lm_link_check(KEY, TRACKING_ID, url, s));
    assert_false(lm_link_check(KEY, TRACKING_ID, LM_STR("https://evil.example/"), s));
    assert_false(lm_link_check(KEY, LM_STR("11111111-2222-4333-8444-555555555556"), url, s));
    assert_false(lm_link_check(KEY, TRACKING_ID, url, lm_str_sub(s, 0, s.n - 1)));
    assert_false(lm_link_check(KEY, TRACKING_ID, url, LM_STR("")));
}

static void plain_mode_has_neither_pixel_nor_wrapped_links(void **state)
{
    struct lm_test *t = *state;
    struct mailer_links plain = links;
    struct mailer_letter l = letter();
    lm_str mail;

    plain.track_clicks = plain.track_opens = false;
    assert_ok(mailer_compose(t->arena, &l, &plain, &mail, &t->err), &t->err);
    assert_false(holds(mail, "/t/o/"));
    assert_false(holds(mail, "/t/c/"));
    assert_true(holds(mail, "/u/"));
}

static void the_same_letter_gives_the_same_bytes(void **state)
{
    struct lm_test *t = *state;
    struct mailer_letter l = letter();
    lm_str one = compose(t, &l), two = compose(t, &l);

    assert_true(lm_str_eq(one, two));
}

static void a_letter_beyond_the_limit_is_refused(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf big = lm_buf_in(t->arena, 200 << 10);
    struct mailer_letter l = letter();
    lm_str mail;

    for (int i = 0; i < 15000; i++)
        lm_buf_appendz(&big, "woorden ");
    l.body_text = lm_buf_str(&big);
    assert_code(mailer_compose(t->arena, &l, &links, &mail, &t->err), LM_TOO_LARGE, &t->err);
}

LM_TEST_MAIN(LM_TEST(has_what_receivers_ask_for), LM_TEST(every_line_ends_with_crlf_and_is_short),
             LM_TEST(a_follow_up_answers_the_mails_before_it),
             LM_TEST(the_opt_out_token_names_the_recipient),
             LM_TEST(links_are_wrapped_and_signed_over_the_decoded_url),
             LM_TEST(a_changed_url_or_id_fails_the_check),
             LM_TEST(plain_mode_has_neither_pixel_nor_wrapped_links),
             LM_TEST(the_same_letter_gives_the_same_bytes),
             LM_TEST(a_letter_beyond_the_limit_is_refused))
