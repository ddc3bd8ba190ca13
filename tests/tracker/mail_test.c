/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/tracker/mail/mail.h"

static struct tracker_mail parse(struct lm_test *t, const char *fixture)
{
    struct tracker_mail m;

    tracker_mail_init();
    assert_ok(tracker_mail_parse(t->arena, lm_test_fixture(t, fixture), &m, &t->err), &t->err);
    return m;
}

static void reads_who_answers_what(void **state)
{
    struct lm_test *t = *state;
    struct tracker_mail m = parse(t, "tracker/reply_nl.eml");

    assert_str(m.from_email, "jan@oost.nl.example");
    assert_str(m.subject, "Re: Een vraag over café Oost");
    assert_str(m.message_id, "<r1@oost.nl.example>");
    assert_str(m.in_reply_to, "<bbbbbbbb-0000-4000-8000-000000000001@outreach.example>");
    assert_int_equal(m.n_references, 2);
    assert_str(m.references[0], "<aaaaaaaa-0000-4000-8000-000000000001@outreach.example>");
    assert_int_equal(m.date_at, 1772529300000);
}

static void own_words_come_without_the_quote(void **state)
{
    struct lm_test *t = *state;
    struct tracker_mail m = parse(t, "tracker/reply_nl.eml");

    assert_str(tracker_mail_own_words(t->arena, m.body_text),
               "Hoi Sanne,\n\nLeuk, bel me maar over het café.\n\nGroet, Jan");
}

static void each_kind_of_mail_has_its_class(void **state)
{
    static const struct {
        const char *fixture;
        Tracker__ReplyClass class_;
        bool is_hard;
    } cases[] = {
        {"tracker/reply_nl.eml", TRACKER__REPLY_CLASS__REPLY,
         false}, /* "unsubscribe" stands in the quote only */
        {"tracker/bounce.eml", TRACKER__REPLY_CLASS__BOUNCE, true},
        {"tracker/full.eml", TRACKER__REPLY_CLASS__BOUNCE, false},
        {"tracker/delay.eml", TRACKER__REPLY_CLASS__DELAY, false},
        {"tracker/away.eml", TRACKER__REPLY_CLASS__OUT_OF_OFFICE, false},
        {"tracker/ticket.eml", TRACKER__REPLY_CLASS__AUTOMATIC, false},
        {"tracker/leave.eml", TRACKER__REPLY_CLASS__UNSUBSCRIBE, false},
        {"tracker/complaint.eml", TRACKER__REPLY_CLASS__COMPLAINT, false},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct tracker_mail m = parse(t, cases[i].fixture);

        if (tracker_mail_classify(t->arena, &m) != cases[i].class_)
            fail_msg("%s has another class", cases[i].fixture);
        assert_int_equal(tracker_mail_is_hard_bounce(&m), cases[i].is_hard);
    }
}

static void a_report_names_the_mail_and_the_recipient(void **state)
{
    struct lm_test *t = *state;
    struct tracker_mail m = parse(t, "tracker/bounce.eml");

    assert_str(m.report_status, "5.1.1");
    assert_str(m.report_action, "failed");
    assert_str(m.report_recipient, "weg@oost.nl.example");
    assert_str(m.report_message_id, "<cccccccc-0000-4000-8000-000000000001@outreach.example>");
    m = parse(t, "tracker/complaint.eml");
    assert_str(m.report_message_id, "<ffffffff-0000-4000-8000-000000000001@outreach.example>");
}

static void introductions_of_quotes_are_known(void **state)
{
    static const struct {
        const char *body, *own;
    } cases[] = {
        {"Yes.\n\nOn Tue, 3 Mar 2026, Sanne wrote:\n> hi", "Yes."},
        {"Yes.\n\nOn Tue, 3 Mar 2026 at 09:00, Sanne de Boer <a@b.example>\nwrote:\n> hi", "Yes."},
        {"Ja.\r\n\r\n-----Oorspronkelijk bericht-----\r\nVan: x", "Ja."},
        {"Ok\n\n________________________________\nFrom: Sanne", "Ok"},
        {"Ja.\n\nOp 2026-11-07 schreef sales2@outreach.example:\n> hi", "Ja."},
        {"> quoted first\nbelow", "below"},
        {"Ok\n-- \nJan Oost\nDirecteur", "Ok"},
        {"On Monday I can call.\nJan", "On Monday I can call.\nJan"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++)
        assert_str(tracker_mail_own_words(t->arena, lm_str_z(cases[i].body)), cases[i].own);
}

static void a_mail_beyond_the_limit_is_refused(void **state)
{
    struct lm_test *t = *state;
    char *big = lm_arena_zalloc(t->arena, 2 << 20);
    struct tracker_mail m;

    tracker_mail_init();
    assert_code(tracker_mail_parse(t->arena, (lm_str){big, 2 << 20}, &m, &t->err), LM_TOO_LARGE,
                &t->err);
}

LM_TEST_MAIN(LM_TEST(reads_who_answers_what), LM_TEST(own_words_come_without_the_quote),
             LM_TEST(each_kind_of_mail_has_its_class),
             LM_TEST(a_report_names_the_mail_and_the_recipient),
             LM_TEST(introductions_of_quotes_are_known),
             LM_TEST(a_mail_beyond_the_limit_is_refused))
