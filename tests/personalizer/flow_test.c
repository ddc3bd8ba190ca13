/* SPDX-License-Identifier: Apache-2.0 */
/* A sequence from its first approval to its end, and all that stops it. */
#include "tests/lm_test.h" /* first: cmocka */

#include "services/personalizer/flow.h"

#define DAY ((int64_t)24 * 3600 * 1000)
#define NOW ((int64_t)1700000000000)

#define DRAFT     PERSONALIZER__MESSAGE_STATUS__DRAFT
#define APPROVED  PERSONALIZER__MESSAGE_STATUS__APPROVED
#define RELEASED  PERSONALIZER__MESSAGE_STATUS__RELEASED
#define SENT      PERSONALIZER__MESSAGE_STATUS__SENT
#define FAILED    PERSONALIZER__MESSAGE_STATUS__FAILED
#define CANCELLED PERSONALIZER__MESSAGE_STATUS__CANCELLED
#define REJECTED  PERSONALIZER__MESSAGE_STATUS__REJECTED
#define ACTIVE    PERSONALIZER__SEQUENCE_STATUS__ACTIVE
#define PAUSED    PERSONALIZER__SEQUENCE_STATUS__PAUSED
#define STOPPED   PERSONALIZER__SEQUENCE_STATUS__STOPPED
#define FINISHED  PERSONALIZER__SEQUENCE_STATUS__FINISHED

static struct flow drafts(struct lm_test *t)
{
    static const int days[FLOW_STEPS] = {0, 3, 7, 14};
    Personalizer__Sequence *s = LM_NEW(t->arena, Personalizer__Sequence);
    struct flow f;

    personalizer__sequence__init(s);
    s->status = ACTIVE;
    s->emails = LM_NEW_ARRAY(t->arena, Personalizer__Message *, FLOW_STEPS);
    s->n_emails = FLOW_STEPS;
    for (int i = 0; i < FLOW_STEPS; i++) {
        s->emails[i] = LM_NEW(t->arena, Personalizer__Message);
        personalizer__message__init(s->emails[i]);
        s->emails[i]->id = lm_arena_printf(t->arena, "m%d", i);
        s->emails[i]->status = DRAFT;
        s->emails[i]->day_offset = days[i];
    }
    flow_init(&f, s, 0);
    return f;
}

static struct flow approved(struct lm_test *t)
{
    struct flow f = drafts(t);

    for (int i = 0; i < FLOW_STEPS; i++)
        assert_ok(flow_approve(&f, i, "auto", NOW, &t->err), &t->err);
    return f;
}

static void assert_statuses(const struct flow *f, Personalizer__MessageStatus a,
                            Personalizer__MessageStatus b, Personalizer__MessageStatus c,
                            Personalizer__MessageStatus d)
{
    const Personalizer__MessageStatus wanted[FLOW_STEPS] = {a, b, c, d};

    for (int i = 0; i < FLOW_STEPS; i++)
        assert_int_equal(f->step[i]->status, wanted[i]);
}

static void forget_changes(struct flow *f)
{
    flow_init(f, f->sequence, f->start_at);
}

static void nothing_is_released_before_it_is_approved(void **state)
{
    struct lm_test *t = *state;
    struct flow f = drafts(t);

    flow_advance(&f, NOW);
    assert_statuses(&f, DRAFT, DRAFT, DRAFT, DRAFT);
    assert_false(flow_has_changed(&f));
    assert_ok(flow_approve(&f, 1, "user", NOW, &t->err), &t->err);
    assert_statuses(&f, DRAFT, APPROVED, DRAFT, DRAFT);
    assert_ok(flow_approve(&f, 0, "user", NOW, &t->err), &t->err);
    assert_statuses(&f, RELEASED, APPROVED, DRAFT, DRAFT);
    assert_string_equal(f.step[0]->approved_by, "user");
    assert_true(f.step[0]->due_at == NOW);
}

static void the_first_waits_for_the_day_it_was_asked_for(void **state)
{
    struct lm_test *t = *state;
    struct flow f = drafts(t);

    f.start_at = NOW + 5 * DAY;
    assert_ok(flow_approve(&f, 0, "user", NOW, &t->err), &t->err);
    assert_true(f.step[0]->due_at == NOW + 5 * DAY);
}

static void each_delivery_releases_the_next_for_its_day(void **state)
{
    struct lm_test *t = *state;
    struct flow f = approved(t);

    assert_statuses(&f, RELEASED, APPROVED, APPROVED, APPROVED);
    flow_delivered(&f, 0, NOW + 1000, NOW + 1000);
    assert_statuses(&f, SENT, RELEASED, APPROVED, APPROVED);
    assert_true(f.step[1]->due_at == NOW + 1000 + 3 * DAY);
    flow_delivered(&f, 1, NOW + 4 * DAY, NOW + 4 * DAY);
    assert_true(f.step[2]->due_at == NOW + 1000 + 7 * DAY);
    flow_delivered(&f, 2, NOW + 13 * DAY, NOW + 13 * DAY);
    /* late: two days stay between two mails */
    assert_true(f.step[3]->due_at == NOW + 15 * DAY);
    assert_int_equal(f.sequence->status, ACTIVE);
    flow_delivered(&f, 3, NOW + 16 * DAY, NOW + 16 * DAY);
    assert_int_equal(f.sequence->status, FINISHED);

    forget_changes(&f);
    flow_delivered(&f, 3, NOW + 17 * DAY, NOW + 17 * DAY);
    flow_stop(&f, "reply", NOW + 18 * DAY);
    assert_false(flow_has_changed(&f));
}

static void a_late_approval_releases_at_once(void **state)
{
    struct lm_test *t = *state;
    struct flow f = drafts(t);

    assert_ok(flow_approve(&f, 0, "user", NOW, &t->err), &t->err);
    flow_delivered(&f, 0, NOW, NOW);
    assert_statuses(&f, SENT, DRAFT, DRAFT, DRAFT);
    assert_ok(flow_approve(&f, 1, "user", NOW + 9 * DAY, &t->err), &t->err);
    assert_statuses(&f, SENT, RELEASED, DRAFT, DRAFT);
    assert_true(f.step[1]->due_at == NOW + 3 * DAY);
}

static void an_answer_stops_for_good(void **state)
{
    struct lm_test *t = *state;
    struct flow f = approved(t);

    flow_delivered(&f, 0, NOW, NOW);
    flow_stop(&f, "reply", NOW);
    assert_statuses(&f, SENT, CANCELLED, CANCELLED, CANCELLED);
    assert_int_equal(f.sequence->status, STOPPED);
    assert_code(flow_resume(&f, NOW, &t->err), LM_CONFLICT, &t->err);
    flow_unstop(&f);
    assert_int_equal(f.sequence->status, STOPPED);

    forget_changes(&f);
    flow_stop(&f, "bounce", NOW);
    assert_false(flow_has_changed(&f));
    assert_string_equal(f.sequence->stopped_because, "reply");
}

static void a_mail_that_had_left_before_the_stop_is_sent_and_nothing_follows(void **state)
{
    struct lm_test *t = *state;
    struct flow f = approved(t);

    flow_stop(&f, "reply", NOW);
    assert_statuses(&f, CANCELLED, CANCELLED, CANCELLED, CANCELLED);
    flow_delivered(&f, 0, NOW, NOW);
    assert_statuses(&f, SENT, CANCELLED, CANCELLED, CANCELLED);
    assert_int_equal(f.sequence->status, STOPPED);
}

static void a_pause_gives_back_what_it_took(void **state)
{
    struct lm_test *t = *state;
    struct flow f = drafts(t);

    assert_ok(flow_approve(&f, 0, "user", NOW, &t->err), &t->err);
    assert_ok(flow_approve(&f, 2, "user", NOW, &t->err), &t->err);
    assert_ok(flow_pause(&f, NOW, &t->err), &t->err);
    assert_statuses(&f, CANCELLED, CANCELLED, CANCELLED, CANCELLED);
    assert_code(flow_approve(&f, 1, "user", NOW, &t->err), LM_CONFLICT, &t->err);
    assert_ok(flow_resume(&f, NOW + DAY, &t->err), &t->err);
    assert_statuses(&f, RELEASED, DRAFT, APPROVED, DRAFT);
    assert_true(f.step[0]->due_at == NOW + DAY);
    assert_int_equal(f.sequence->status, ACTIVE);
}

static void an_answer_during_a_pause_stops_for_good(void **state)
{
    struct lm_test *t = *state;
    struct flow f = approved(t);

    assert_ok(flow_pause(&f, NOW, &t->err), &t->err);
    flow_stop(&f, "reply", NOW);
    assert_code(flow_resume(&f, NOW, &t->err), LM_CONFLICT, &t->err);
}

static void a_decision_taken_back_waits_for_a_person(void **state)
{
    struct lm_test *t = *state;
    struct flow f = approved(t);

    flow_stop(&f, "disqualified", NOW);
    flow_unstop(&f);
    assert_int_equal(f.sequence->status, PAUSED);
    assert_ok(flow_resume(&f, NOW, &t->err), &t->err);
    assert_statuses(&f, RELEASED, APPROVED, APPROVED, APPROVED);
}

static void a_message_that_cannot_be_sent_ends_the_sequence(void **state)
{
    struct lm_test *t = *state;
    struct flow f = approved(t);

    flow_failed(&f, 0, "bounce", NOW);
    assert_statuses(&f, FAILED, CANCELLED, CANCELLED, CANCELLED);
    assert_int_equal(f.sequence->status, STOPPED);
    assert_string_equal(f.sequence->stopped_because, "bounce");
}

static void a_rejected_message_stays_until_its_words_change(void **state)
{
    struct lm_test *t = *state;
    struct flow f = drafts(t);

    assert_ok(flow_reject(&f, 0, "too long", NOW, &t->err), &t->err);
    assert_code(flow_approve(&f, 0, "user", NOW, &t->err), LM_CONFLICT, &t->err);
    assert_ok(flow_may_edit(&f, 0, &t->err), &t->err);
    flow_edited(&f, 0, NULL, NOW);
    assert_statuses(&f, DRAFT, DRAFT, DRAFT, DRAFT);
    assert_null(f.step[0]->review_note);
    assert_ok(flow_approve(&f, 0, "user", NOW, &t->err), &t->err);
    assert_statuses(&f, RELEASED, DRAFT, DRAFT, DRAFT);
}

static void an_edit_takes_the_approval_away(void **state)
{
    struct lm_test *t = *state;
    struct flow f = approved(t);

    assert_code(flow_may_edit(&f, 0, &t->err), LM_CONFLICT, &t->err);
    assert_ok(flow_may_edit(&f, 1, &t->err), &t->err);
    flow_edited(&f, 1, NULL, NOW);
    assert_statuses(&f, RELEASED, DRAFT, APPROVED, APPROVED);
    assert_null(f.step[1]->approved_by);
    flow_delivered(&f, 0, NOW, NOW);
    assert_statuses(&f, SENT, DRAFT, APPROVED, APPROVED);
}

static void a_released_message_is_edited_in_a_pause(void **state)
{
    struct lm_test *t = *state;
    struct flow f = approved(t);

    assert_ok(flow_pause(&f, NOW, &t->err), &t->err);
    assert_ok(flow_may_edit(&f, 0, &t->err), &t->err);
    flow_edited(&f, 0, NULL, NOW);
    assert_statuses(&f, CANCELLED, CANCELLED, CANCELLED, CANCELLED);
    assert_ok(flow_resume(&f, NOW, &t->err), &t->err);
    assert_statuses(&f, DRAFT, APPROVED, APPROVED, APPROVED);
}

LM_TEST_MAIN(LM_TEST(nothing_is_released_before_it_is_approved),
             LM_TEST(the_first_waits_for_the_day_it_was_asked_for),
             LM_TEST(each_delivery_releases_the_next_for_its_day),
             LM_TEST(a_late_approval_releases_at_once), LM_TEST(an_answer_stops_for_good),
             LM_TEST(a_mail_that_had_left_before_the_stop_is_sent_and_nothing_follows),
             LM_TEST(a_pause_gives_back_what_it_took),
             LM_TEST(an_answer_during_a_pause_stops_for_good),
             LM_TEST(a_decision_taken_back_waits_for_a_person),
             LM_TEST(a_message_that_cannot_be_sent_ends_the_sequence),
             LM_TEST(a_rejected_message_stays_until_its_words_change),
             LM_TEST(an_edit_takes_the_approval_away),
             LM_TEST(a_released_message_is_edited_in_a_pause))
