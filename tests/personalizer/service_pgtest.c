/* SPDX-License-Identifier: Apache-2.0 */
/* The personalizer on a real database: from facts to released messages, and all that stops them. */
#include "tests/pg/drive.h" /* first: cmocka */

#include <pthread.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/links.h"
#include "services/personalizer/store.h"
#include "tests/personalizer/told.h"

static const struct lm_service personalizer = {
    .name = "personalizer",
    .sql = personalizer_sql,
    .calls = personalizer_calls,
    .events = personalizer_events,
    .jobs = personalizer_jobs,
};

#define DAY ((int64_t)24 * 3600 * 1000)

/* ---- what is asked, and what is there ---- */

static void set_auto_approval(struct lm_pgtest *t, bool on)
{
    Personalizer__WritingConfig c = PERSONALIZER__WRITING_CONFIG__INIT;

    c.has_auto_approve = true;
    c.auto_approve = on;
    c.sender_name = (char *)"Sanne";
    c.link_url = (char *)"https://noord.example/";
    assert_ok(lm_pgtest_call(t, "SetWritingConfig", &c.base, NULL), &t->base.err);
}

/* A qualified lead whose sequence is written. */
static void written(struct lm_pgtest *t, bool auto_approve)
{
    lm_clock_test_set(NOW);
    set_auto_approval(t, auto_approve);
    tell_lead(t, 1, ADDRESS);
    tell_score(t, 1, 70);
    lm_pgtest_work(t);
}

static void assert_messages(struct lm_pgtest *t, const char *wanted)
{
    assert_string_equal(
        lm_pgtest_text(t, "SELECT string_agg(status, ' ' ORDER BY step) FROM message"), wanted);
}

static void assert_sequence(struct lm_pgtest *t, const char *wanted)
{
    assert_string_equal(
        lm_pgtest_text(t, "SELECT concat_ws(' ', status, stopped_because) FROM sequence"), wanted);
}

static int64_t events(struct lm_pgtest *t)
{
    return lm_pgtest_int(t,
                         "SELECT (SELECT count(*) FROM event_new) + (SELECT count(*) FROM event)");
}

static lm_code of_message(struct lm_pgtest *t, const char *method, int step,
                          Personalizer__Message **out)
{
    Personalizer__MessageRequest in = PERSONALIZER__MESSAGE_REQUEST__INIT;
    ProtobufCMessage *answer;
    lm_code code;

    in.message_id = (char *)lm_pgtest_text(t, "SELECT id FROM message WHERE step = %d", step);
    code = lm_pgtest_call(t, method, &in.base, &answer);
    if (code == LM_OK && out)
        *out = (Personalizer__Message *)answer;
    return code;
}

static lm_code of_lead(struct lm_pgtest *t, const char *method)
{
    Scorer__LeadRequest in = SCORER__LEAD_REQUEST__INIT;

    in.lead_id = (char *)LEAD;
    return lm_pgtest_call(t, method, &in.base, NULL);
}

/* ---- the tests ---- */

static void every_statement_fits_the_schema(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static void a_qualified_lead_is_written_to_once_whichever_fact_comes_first(void **state)
{
    struct lm_pgtest *t = *state;

    lm_clock_test_set(NOW);
    tell_score(t, 1, 70);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM sequence"), 0);
    tell_lead(t, 1, ADDRESS);
    lm_pgtest_work(t);
    assert_messages(t, "DRAFT DRAFT DRAFT DRAFT");
    assert_int_equal(events(t), 5);

    tell_lead(t, 2, ADDRESS);
    tell_score(t, 2, 80);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM sequence"), 1);
    assert_int_equal(events(t), 5);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM message_version"), 4);
}

static void who_is_not_qualified_or_has_no_address_is_not_written_to(void **state)
{
    struct lm_pgtest *t = *state;

    tell_lead(t, 1, NULL);
    tell_score(t, 1, 70);
    lm_pgtest_work(t);
    tell_score(t, 2, 59);
    tell_lead(t, 2, ADDRESS);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM sequence"), 0);
    tell_score(t, 3, 60);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM sequence"), 1);
}

static void nothing_leaves_without_an_approval_and_the_reviewer_is_who_is_signed_in(void **state)
{
    struct lm_pgtest *t = *state;
    Personalizer__Message *m;

    written(t, false);
    assert_messages(t, "DRAFT DRAFT DRAFT DRAFT");
    assert_ok(of_message(t, "ApproveMessage", 2, NULL), &t->base.err);
    assert_messages(t, "DRAFT APPROVED DRAFT DRAFT");
    assert_ok(of_message(t, "ApproveMessage", 1, &m), &t->base.err);
    assert_messages(t, "RELEASED APPROVED DRAFT DRAFT");
    assert_string_equal(m->approved_by, LM_PGTEST_USER);
    assert_true(m->due_at == NOW);
    assert_string_equal(m->to_email, ADDRESS);
    assert_int_equal(m->version, 2);
}

static void deliveries_release_the_next_for_days_3_7_and_14(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    assert_messages(t, "RELEASED APPROVED APPROVED APPROVED");
    tell_delivery(t, 1, MAILER__DELIVERY_STATUS__CLAIMED, 2, 0);
    assert_messages(t, "RELEASED APPROVED APPROVED APPROVED");
    for (int step = 1; step <= 3; step++) {
        const int days[] = {0, 3, 7, 14};

        tell_delivery(t, step, MAILER__DELIVERY_STATUS__DELIVERED, 4, NOW + days[step - 1] * DAY);
        assert_true(lm_pgtest_int(t, "SELECT lm_ms(due_at) FROM message WHERE step = %d",
                                  step + 1) == NOW + days[step] * DAY);
    }
    assert_messages(t, "SENT SENT SENT RELEASED");
    assert_sequence(t, "ACTIVE");
    tell_delivery(t, 4, MAILER__DELIVERY_STATUS__DELIVERED, 4, NOW + 14 * DAY);
    assert_sequence(t, "FINISHED");
}

static void an_answer_stops_everything_before_or_after_the_delivery_is_known(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_reply(t, TRACKER__REPLY_CLASS__REPLY);
    assert_messages(t, "CANCELLED CANCELLED CANCELLED CANCELLED");
    assert_sequence(t, "STOPPED reply");
    tell_delivery(t, 1, MAILER__DELIVERY_STATUS__DELIVERED, 4, NOW);
    assert_messages(t, "SENT CANCELLED CANCELLED CANCELLED");
    assert_sequence(t, "STOPPED reply");
    assert_code(of_lead(t, "ResumeSequence"), LM_CONFLICT, &t->base.err);
}

static void who_answered_before_being_known_is_never_written_to(void **state)
{
    struct lm_pgtest *t = *state;

    tell_reply(t, TRACKER__REPLY_CLASS__REPLY);
    tell_lead(t, 1, ADDRESS);
    tell_score(t, 1, 99);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM sequence"), 0);
}

static void nobody_writes_to_a_company_that_asks_for_no_mail(void **state)
{
    Personalizer__GenerateSequenceRequest in = PERSONALIZER__GENERATE_SEQUENCE_REQUEST__INIT;
    struct lm_pgtest *t = *state;

    tell_company(t, COMPANY, NULL, true);
    written(t, true);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM sequence"), 0);
    in.lead_id = (char *)LEAD;
    assert_code(lm_pgtest_call(t, "GenerateSequence", &in.base, NULL), LM_CONFLICT, &t->base.err);
    assert_non_null(strstr(t->base.err.message, "no unsolicited mail"));
}

static void a_company_that_turns_out_to_want_no_mail_stops_its_sequences(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_company(t, COMPANY, NULL, true);
    assert_messages(t, "CANCELLED CANCELLED CANCELLED CANCELLED");
    assert_sequence(t, "STOPPED no_mailing");
    assert_code(of_lead(t, "ResumeSequence"), LM_CONFLICT, &t->base.err);
}

static void a_company_that_went_up_in_one_without_mail_is_left_alone_too(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_company(t, ANY_ID, COMPANY, true);
    assert_sequence(t, "STOPPED no_mailing");
}

/* However the wish came to the row: what was not released yet never is. */
static void the_next_message_is_not_released_once_the_company_wants_none(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    lm_pgtest_sql(t, "UPDATE company SET no_mailing = true");
    tell_delivery(t, 1, MAILER__DELIVERY_STATUS__DELIVERED, 4, NOW);
    assert_messages(t, "SENT CANCELLED CANCELLED CANCELLED");
    assert_sequence(t, "STOPPED no_mailing");
}

static void a_message_to_somebody_made_up_says_so_and_a_refusal_of_it_is_named(void **state)
{
    struct lm_pgtest *t = *state;
    Personalizer__Message *m;

    written(t, false);
    assert_ok(of_message(t, "ApproveMessage", 1, &m), &t->base.err);
    assert_false(m->is_synthetic);
    lm_pgtest_sql(t, "UPDATE lead SET source = %d", (int)LM__SOURCE__SYNTHETIC);
    assert_ok(of_message(t, "ApproveMessage", 2, NULL), &t->base.err);
    tell_delivery(t, 1, MAILER__DELIVERY_STATUS__DELIVERED, 4, NOW);
    assert_string_equal(lm_pgtest_text(t, "SELECT status FROM message WHERE step = 2"), "RELEASED");
    tell_refusal(t, 2);
    assert_sequence(t, "STOPPED synthetic");
}

static void an_older_word_about_a_delivery_changes_nothing(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_delivery(t, 1, MAILER__DELIVERY_STATUS__DELIVERED, 4, NOW);
    tell_delivery(t, 1, MAILER__DELIVERY_STATUS__DELIVERY_FAILED, 3, 0);
    assert_messages(t, "SENT RELEASED APPROVED APPROVED");
    assert_sequence(t, "ACTIVE");
}

static void another_tenant_sees_nothing_of_it(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT2);
    Personalizer__Sequence s = PERSONALIZER__SEQUENCE__INIT;
    struct personalizer_reader reader;
    int64_t start_at;

    written(t, true);
    assert_code(personalizer_sequence_load(ctx, LEAD, false, &s, &start_at, &t->base.err),
                LM_NOT_FOUND, &t->base.err);
    assert_code(personalizer_reader_load(ctx, LEAD, &reader, &t->base.err), LM_NOT_FOUND,
                &t->base.err);
}

static void an_out_of_office_note_stops_nothing(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_reply(t, TRACKER__REPLY_CLASS__OUT_OF_OFFICE);
    tell_bounce(t, false);
    assert_messages(t, "RELEASED APPROVED APPROVED APPROVED");
}

static void a_hard_bounce_stops(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_bounce(t, true);
    assert_sequence(t, "STOPPED bounce");
}

static void a_failed_delivery_stops(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_delivery(t, 1, MAILER__DELIVERY_STATUS__DELIVERY_FAILED, 4, 0);
    assert_messages(t, "FAILED CANCELLED CANCELLED CANCELLED");
    assert_sequence(t, "STOPPED failed");
}

static void a_suppression_stops_by_the_address_and_keeps_the_lead_unwritten(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_suppression(t);
    assert_sequence(t, "STOPPED opt_out");
}

static void who_opted_out_before_being_known_is_never_written_to(void **state)
{
    struct lm_pgtest *t = *state;
    Personalizer__GenerateSequenceRequest in = PERSONALIZER__GENERATE_SEQUENCE_REQUEST__INIT;

    tell_suppression(t);
    tell_lead(t, 1, ADDRESS);
    tell_score(t, 1, 99);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM sequence"), 0);
    in.lead_id = (char *)LEAD;
    assert_code(lm_pgtest_call(t, "GenerateSequence", &in.base, NULL), LM_CONFLICT, &t->base.err);
}

static void a_decision_against_the_lead_stops_and_can_be_taken_back(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_judgement(t, true, 1);
    assert_sequence(t, "STOPPED disqualified");
    tell_judgement(t, false, 2);
    assert_sequence(t, "PAUSED person");
    tell_judgement(t, true, 1);
    assert_sequence(t, "PAUSED person");
    assert_ok(of_lead(t, "ResumeSequence"), &t->base.err);
    assert_messages(t, "RELEASED APPROVED APPROVED APPROVED");
}

static void a_company_put_away_takes_its_leads_along(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    tell_archived(t);
    assert_sequence(t, "STOPPED disqualified");
}

static void a_pause_takes_messages_back_and_resuming_releases_them(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    assert_ok(of_lead(t, "PauseSequence"), &t->base.err);
    assert_messages(t, "CANCELLED CANCELLED CANCELLED CANCELLED");
    assert_sequence(t, "PAUSED person");
    lm_clock_test_set(NOW + DAY);
    assert_ok(of_lead(t, "ResumeSequence"), &t->base.err);
    assert_messages(t, "RELEASED APPROVED APPROVED APPROVED");
    assert_true(lm_pgtest_int(t, "SELECT lm_ms(due_at) FROM message WHERE step = 1") == NOW + DAY);
}

static void an_edit_keeps_the_old_words_and_goes_back_to_review(void **state)
{
    struct lm_pgtest *t = *state;
    Personalizer__UpdateMessageRequest in = PERSONALIZER__UPDATE_MESSAGE_REQUEST__INIT;
    const Personalizer__Message *m;
    ProtobufCMessage *out;
    char *long_text = lm_arena_zalloc(t->base.arena, 101 * 2 + 1);

    written(t, false);
    assert_ok(of_message(t, "ApproveMessage", 2, NULL), &t->base.err);
    in.message_id = (char *)lm_pgtest_text(t, "SELECT id FROM message WHERE step = 2");
    in.subject = (char *)"Andere kop";
    in.body_text = (char *)"Dag Anna,\n\nTekst & <b>.";
    assert_ok(lm_pgtest_call(t, "UpdateMessage", &in.base, &out), &t->base.err);
    m = (Personalizer__Message *)out;
    assert_int_equal(m->status, PERSONALIZER__MESSAGE_STATUS__DRAFT);
    assert_null(m->approved_by);
    assert_non_null(strstr(m->body_html, "Tekst &amp; &lt;b&gt;."));
    assert_int_equal(m->word_count, 5);
    assert_int_equal(
        lm_pgtest_int(t,
                      "SELECT count(*) FROM message_version v JOIN message m ON m.id = v.message_id"
                      " WHERE m.step = 2 AND v.made_by IN ('writer', '" LM_PGTEST_USER "')"),
        2);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(DISTINCT content_hash) FROM message_version"),
                     5);

    for (int i = 0; i < 101; i++)
        memcpy(long_text + i * 2, "a ", 2);
    in.body_text = long_text;
    assert_code(lm_pgtest_call(t, "UpdateMessage", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "body_text");
}

static void a_message_with_the_mailer_keeps_its_words(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, true);
    assert_code(of_message(t, "RegenerateMessage", 1, NULL), LM_CONFLICT, &t->base.err);
    assert_ok(of_message(t, "RegenerateMessage", 2, NULL), &t->base.err);
    assert_messages(t, "RELEASED APPROVED APPROVED APPROVED");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(DISTINCT v.content_hash) FROM message_version v"
                                      "  JOIN message m ON m.id = message_id WHERE m.step = 2"),
                     2);
}

static void a_rejected_message_is_not_released(void **state)
{
    struct lm_pgtest *t = *state;

    written(t, false);
    assert_ok(of_message(t, "RejectMessage", 1, NULL), &t->base.err);
    assert_code(of_message(t, "ApproveMessage", 1, NULL), LM_CONFLICT, &t->base.err);
    assert_messages(t, "REJECTED DRAFT DRAFT DRAFT");
}

static void the_review_queue_comes_in_pages_the_next_due_first(void **state)
{
    struct lm_pgtest *t = *state;
    Personalizer__ListReviewQueueRequest in = PERSONALIZER__LIST_REVIEW_QUEUE_REQUEST__INIT;
    const Personalizer__ListReviewQueueResponse *page;
    ProtobufCMessage *out;

    written(t, false);
    in.has_limit = true;
    in.limit = 3;
    assert_ok(lm_pgtest_call(t, "ListReviewQueue", &in.base, &out), &t->base.err);
    page = (Personalizer__ListReviewQueueResponse *)out;
    assert_int_equal(page->n_items, 3);
    assert_int_equal(page->total, 4);
    assert_int_equal(page->items[0]->step, LM__STEP__INITIAL);
    in.after = page->next;
    assert_ok(lm_pgtest_call(t, "ListReviewQueue", &in.base, &out), &t->base.err);
    page = (Personalizer__ListReviewQueueResponse *)out;
    assert_int_equal(page->n_items, 1);
    assert_int_equal(page->items[0]->step, LM__STEP__BREAKUP);
    assert_null(page->next);
    in.after = (char *)"nonsense";
    assert_code(lm_pgtest_call(t, "ListReviewQueue", &in.base, NULL), LM_INVALID, &t->base.err);
}

static void a_person_may_ask_for_a_lead_that_is_not_qualified(void **state)
{
    struct lm_pgtest *t = *state;
    Personalizer__GenerateSequenceRequest in = PERSONALIZER__GENERATE_SEQUENCE_REQUEST__INIT;
    const Personalizer__Sequence *s;
    ProtobufCMessage *out;

    lm_clock_test_set(NOW);
    set_auto_approval(t, true);
    tell_lead(t, 1, ADDRESS);
    tell_score(t, 1, 10);
    lm_pgtest_work(t);
    in.lead_id = (char *)LEAD;
    in.additional_context = (char *)"We spraken elkaar op de beurs";
    in.has_start_at = true;
    in.start_at = NOW + 2 * DAY;
    assert_ok(lm_pgtest_call(t, "GenerateSequence", &in.base, &out), &t->base.err);
    s = (Personalizer__Sequence *)out;
    assert_int_equal(s->n_emails, 4);
    assert_true(s->emails[0]->due_at == NOW + 2 * DAY);
    assert_non_null(strstr(s->emails[0]->body_text, "We spraken elkaar op de beurs."));
    assert_string_equal(s->emails[1]->previous_message_id, s->emails[0]->id);
    assert_code(lm_pgtest_call(t, "GenerateSequence", &in.base, NULL), LM_CONFLICT, &t->base.err);
}

struct asker {
    struct lm_pgtest *t;
    lm_code code;
};

static void *ask_for_sequence(void *arg)
{
    struct asker *asker = arg;
    struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(asker->t), LM_PGTEST_TENANT, 30000, 16 << 20);
    const struct lm_rpc *rpc = lm_proc_rpc(lm_pgtest_proc(asker->t), "GenerateSequence");
    Personalizer__GenerateSequenceRequest in = PERSONALIZER__GENERATE_SEQUENCE_REQUEST__INIT;
    lm_err err = LM_ERR_INIT;
    lm_str answer;

    in.lead_id = (char *)LEAD;
    ctx->role = LM_ROLE_EDITOR;
    lm_id_new(ctx->request_id);
    asker->code = lm_call_run(ctx, rpc, lm_pb_pack(ctx->arena, &in.base), &answer, &err);
    lm_ctx_free(ctx);
    return NULL;
}

static void of_many_who_ask_at_once_one_writes(void **state)
{
    enum { ASKERS = 6 };
    struct lm_pgtest *t = *state;
    struct asker askers[ASKERS];
    pthread_t threads[ASKERS];
    int written = 0;

    tell_lead(t, 1, ADDRESS);
    for (int i = 0; i < ASKERS; i++) {
        askers[i] = (struct asker){.t = t};
        assert_int_equal(pthread_create(&threads[i], NULL, ask_for_sequence, &askers[i]), 0);
    }
    for (int i = 0; i < ASKERS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        written += askers[i].code == LM_OK;
        assert_true(askers[i].code == LM_OK || askers[i].code == LM_CONFLICT);
    }
    assert_int_equal(written, 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM message"), 4);
    assert_int_equal(events(t), 5);
}

LM_PGTEST_MAIN(personalizer, LM_PGTEST(of_many_who_ask_at_once_one_writes),
               LM_PGTEST(every_statement_fits_the_schema),
               LM_PGTEST(a_qualified_lead_is_written_to_once_whichever_fact_comes_first),
               LM_PGTEST(who_is_not_qualified_or_has_no_address_is_not_written_to),
               LM_PGTEST(nothing_leaves_without_an_approval_and_the_reviewer_is_who_is_signed_in),
               LM_PGTEST(deliveries_release_the_next_for_days_3_7_and_14),
               LM_PGTEST(an_answer_stops_everything_before_or_after_the_delivery_is_known),
               LM_PGTEST(who_answered_before_being_known_is_never_written_to),
               LM_PGTEST(nobody_writes_to_a_company_that_asks_for_no_mail),
               LM_PGTEST(a_company_that_turns_out_to_want_no_mail_stops_its_sequences),
               LM_PGTEST(a_company_that_went_up_in_one_without_mail_is_left_alone_too),
               LM_PGTEST(the_next_message_is_not_released_once_the_company_wants_none),
               LM_PGTEST(a_message_to_somebody_made_up_says_so_and_a_refusal_of_it_is_named),
               LM_PGTEST(an_older_word_about_a_delivery_changes_nothing),
               LM_PGTEST(another_tenant_sees_nothing_of_it),
               LM_PGTEST(an_out_of_office_note_stops_nothing), LM_PGTEST(a_hard_bounce_stops),
               LM_PGTEST(a_failed_delivery_stops),
               LM_PGTEST(a_suppression_stops_by_the_address_and_keeps_the_lead_unwritten),
               LM_PGTEST(who_opted_out_before_being_known_is_never_written_to),
               LM_PGTEST(a_decision_against_the_lead_stops_and_can_be_taken_back),
               LM_PGTEST(a_company_put_away_takes_its_leads_along),
               LM_PGTEST(a_pause_takes_messages_back_and_resuming_releases_them),
               LM_PGTEST(an_edit_keeps_the_old_words_and_goes_back_to_review),
               LM_PGTEST(a_message_with_the_mailer_keeps_its_words),
               LM_PGTEST(a_rejected_message_is_not_released),
               LM_PGTEST(the_review_queue_comes_in_pages_the_next_due_first),
               LM_PGTEST(a_person_may_ask_for_a_lead_that_is_not_qualified))
