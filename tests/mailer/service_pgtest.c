/* SPDX-License-Identifier: Apache-2.0 */
/* The mailer on a real database: what may leave, when, and that it leaves once. */
#include "tests/pg/drive.h" /* first: cmocka */

#include <dirent.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/links.h"
#include "common/str.h"
#include "gen/mailer.lm.h"
#include "services/mailer/mailer.h"
#include "services/mailer/work.h"

static const struct lm_service mailer = {
    .name = "mailer",
    .sql = mailer_sql,
    .calls = mailer_calls,
    .events = mailer_events,
    .jobs = mailer_jobs,
};

#define MINUTE ((int64_t)60 * 1000)
#define HOUR   (60 * MINUTE)
/* Monday 2 March 2026, 10:00 in Amsterdam */
#define MONDAY ((int64_t)1772442000000)
#define KEY    "0123456789abcdef0123456789abcdef"

static char maildir[] = "/tmp/lm-mailer-test.XXXXXX";

static void set_up(void)
{
    static bool is_made;

    if (!is_made)
        assert_non_null(mkdtemp(maildir));
    is_made = true;
    mailer_settings = (struct mailer_settings){
        .public_url = "https://lm.example",
        .tracking_key = KEY,
        .secret_key = "0000000000000000000000000000000000000000000000000000000000000001",
        .maildir = maildir,
        .hello = "localhost",
        .tls = "required",
        .live_phrase = "send for real",
        .dkim_selector = "mail",
        .smtp_timeout_ms = 5000,
        .lease_ms = 60000,
    };
    lm_clock_test_set(MONDAY);
}

/* Ids that end with the number: messages, leads. */
static char *id_of(struct lm_pgtest *t, char kind, int n)
{
    return lm_arena_printf(t->base.arena, "%c%c%c%c%c%c%c%c-0000-4000-8000-%012d", kind, kind, kind,
                           kind, kind, kind, kind, kind, n);
}

/* Message n, of a lead and an address of its own, as the personalizer tells of it. */
struct message {
    int n, version;
    Personalizer__MessageStatus status;
    const char *to, *timezone;
    int64_t due_at;
    bool is_tampered, is_synthetic;
};

static void tell_message(struct lm_pgtest *t, const struct message *m)
{
    Personalizer__MessageChanged ev = PERSONALIZER__MESSAGE_CHANGED__INIT;
    Personalizer__Message pb = PERSONALIZER__MESSAGE__INIT;
    char hash[LM_HASH_SIZE];

    pb.id = id_of(t, 'b', m->n);
    pb.lead_id = id_of(t, 'c', m->n);
    pb.step = LM__STEP__INITIAL;
    pb.status = m->status ? m->status : PERSONALIZER__MESSAGE_STATUS__RELEASED;
    pb.subject = (char *)"Een vraag";
    pb.body_text = (char *)"Dag,\n\neen vraag.";
    pb.body_html = (char *)"<html><body><p>Dag</p></body></html>";
    lm_content_hash(&(struct lm_content){lm_str_z(pb.subject), lm_str_z(pb.body_text),
                                         lm_str_z(pb.body_html)},
                    hash);
    pb.content_hash = hash;
    if (m->is_tampered)
        pb.body_text = (char *)"Something else.";
    pb.tracking_id = id_of(t, 'd', m->n);
    pb.to_email =
        m->to ? (char *)m->to : lm_arena_printf(t->base.arena, "p%d@d%d.example", m->n, m->n);
    pb.timezone = (char *)m->timezone;
    pb.has_is_synthetic = true;
    pb.is_synthetic = m->is_synthetic;
    pb.has_due_at = pb.has_version = true;
    pb.due_at = m->due_at ? m->due_at : lm_clock_ms();
    pb.version = m->version ? m->version : 1;
    ev.message = &pb;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, pb.id, pb.version});
}

static void tell_released(struct lm_pgtest *t, int n)
{
    tell_message(t, &(struct message){.n = n});
}

static char *add_mailbox(struct lm_pgtest *t, const char *email, bool skip_warmup)
{
    Mailer__CreateMailboxRequest in = MAILER__CREATE_MAILBOX_REQUEST__INIT;
    ProtobufCMessage *out;

    in.email = (char *)email;
    in.has_skip_warmup = true;
    in.skip_warmup = skip_warmup;
    assert_ok(lm_pgtest_call(t, "CreateMailbox", &in.base, &out), &t->base.err);
    return ((Mailer__Mailbox *)out)->id;
}

/* Works off what is due, then moves the clock to the next turn of a mailbox; at most `turns` times. */
static void run_turns(struct lm_pgtest *t, int turns)
{
    for (int i = 0; i < turns; i++) {
        int64_t next;

        lm_pgtest_work(t);
        next = lm_pgtest_int(
            t, "SELECT coalesce(lm_ms(min(run_at)), 0) FROM job WHERE state = 'ready'");
        if (next == 0)
            return;
        lm_clock_test_set(next);
    }
    lm_pgtest_work(t);
}

static int64_t count(struct lm_pgtest *t, const char *status)
{
    return lm_pgtest_int(t, "SELECT count(*) FROM delivery WHERE status = '%s'", status);
}

static size_t mails_in_maildir(void)
{
    char path[200];
    const struct dirent *e;
    size_t n = 0;
    DIR *d;

    snprintf(path, sizeof(path), "%s/%s/new", maildir, LM_PGTEST_TENANT);
    d = opendir(path);
    while (d && (e = readdir(d)))
        n += e->d_name[0] != '.';
    if (d)
        closedir(d);
    return n;
}

/* ---- the tests ---- */

static void every_statement_fits_the_schema(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static void a_released_message_leaves_once_into_the_dry_run_maildir(void **state)
{
    struct lm_pgtest *t = *state;
    size_t before;

    set_up();
    before = mails_in_maildir();
    add_mailbox(t, "s1@outreach.example", true);
    tell_released(t, 1);
    lm_pgtest_work(t);
    assert_int_equal(count(t, "DELIVERED"), 1);
    assert_int_equal(mails_in_maildir() - before, 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(sent_at) FROM delivery"), MONDAY);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM delivery WHERE dry_run"), 1);
    assert_string_equal(lm_pgtest_text(t, "SELECT string_agg(outcome, ' ') FROM delivery_attempt"),
                        "delivered");

    tell_released(t, 1); /* told again, later: it has left */
    run_turns(t, 3);
    assert_int_equal(mails_in_maildir() - before, 1);
}

static void mails_of_a_mailbox_are_minutes_apart(void **state)
{
    struct lm_pgtest *t = *state;

    set_up();
    add_mailbox(t, "s1@outreach.example", true);
    for (int n = 1; n <= 5; n++)
        tell_released(t, n);
    run_turns(t, 12);
    assert_int_equal(count(t, "DELIVERED"), 5);
    assert_int_equal(
        lm_pgtest_int(
            t, "SELECT count(*) FROM (SELECT sent_at - lag(sent_at) OVER (ORDER BY sent_at) AS gap"
               " FROM delivery) x WHERE gap NOT BETWEEN interval '2 min' AND interval '5 min'"),
        0);
}

static void nothing_leaves_outside_business_hours(void **state)
{
    struct lm_pgtest *t = *state;

    set_up();
    lm_clock_test_set(MONDAY + 9 * HOUR); /* 19:00 */
    add_mailbox(t, "s1@outreach.example", true);
    tell_released(t, 1);
    lm_pgtest_work(t);
    assert_int_equal(count(t, "WAITING"), 1);
    run_turns(t, 3);
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(sent_at) FROM delivery"),
                     MONDAY + 23 * HOUR); /* Tuesday 9:00 */
}

static void the_recipients_hours_count_too(void **state)
{
    struct lm_pgtest *t = *state;

    set_up();
    add_mailbox(t, "s1@outreach.example", true);
    tell_message(t,
                 &(struct message){.n = 1, .timezone = "America/New_York"}); /* there it is 4:00 */
    run_turns(t, 4);
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(sent_at) FROM delivery"), MONDAY + 5 * HOUR);
}

static void a_new_mailbox_sends_five_on_its_first_day_and_eight_on_the_second(void **state)
{
    struct lm_pgtest *t = *state;

    set_up();
    add_mailbox(t, "s1@outreach.example", false);
    for (int n = 1; n <= 15; n++)
        tell_released(t, n);
    run_turns(t, 60);
    assert_string_equal(
        lm_pgtest_text(t, "SELECT string_agg(n::text, ' ' ORDER BY d) FROM"
                          " (SELECT sent_at::date AS d, count(*) AS n FROM delivery GROUP BY 1) x"),
        "5 8 2");
}

static void one_domain_gets_no_more_than_its_hourly_share(void **state)
{
    struct lm_pgtest *t = *state;

    set_up();
    add_mailbox(t, "s1@outreach.example", true);
    add_mailbox(t, "s2@outreach.example", true);
    add_mailbox(t, "s3@outreach.example", true);
    for (int n = 1; n <= 12; n++)
        tell_message(t, &(struct message){
                            .n = n, .to = lm_arena_printf(t->base.arena, "p%d@one.example", n)});
    run_turns(t, 60);
    assert_int_equal(count(t, "DELIVERED"), 12);
    assert_true(
        lm_pgtest_int(
            t, "SELECT max(n) FROM (SELECT date_trunc('hour', sent_at), count(*) AS n FROM delivery"
               " GROUP BY 1) x") <= 5);
}

static void many_mailboxes_send_each_message_once(void **state)
{
    struct lm_pgtest *t = *state;
    size_t before;

    set_up();
    before = mails_in_maildir();
    for (int n = 1; n <= 6; n++)
        add_mailbox(t, lm_arena_printf(t->base.arena, "s%d@outreach.example", n), true);
    for (int n = 1; n <= 60; n++)
        tell_released(t, n);
    run_turns(t, 200);
    assert_int_equal(count(t, "DELIVERED"), 60);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM delivery_attempt"), 60);
    assert_int_equal(mails_in_maildir() - before, 60);
}

static void an_answer_cancels_what_waits_for_that_person(void **state)
{
    struct lm_pgtest *t = *state;
    Tracker__ReplyReceived ev = TRACKER__REPLY_RECEIVED__INIT;
    Tracker__Reply r = TRACKER__REPLY__INIT;

    set_up();
    tell_released(t, 1);
    tell_released(t, 2);
    r.id = id_of(t, 'e', 1);
    r.lead_id = id_of(t, 'c', 1);
    r.class_ = TRACKER__REPLY_CLASS__OUT_OF_OFFICE;
    ev.reply = &r;
    ev.version = 1;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, r.id, 1});
    assert_int_equal(count(t, "WAITING"), 2);
    r.class_ = TRACKER__REPLY_CLASS__REPLY;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, r.id, 2});
    assert_int_equal(count(t, "DELIVERY_CANCELLED"), 1);

    tell_message(t, &(struct message){.n = 1, .version = 9}); /* a release that was on its way */
    add_mailbox(t, "s1@outreach.example", true);
    run_turns(t, 6);
    assert_int_equal(count(t, "DELIVERED"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM delivery_attempt"), 1);
}

static void a_cancelled_message_does_not_leave(void **state)
{
    struct lm_pgtest *t = *state;

    set_up();
    tell_released(t, 1);
    tell_message(t, &(struct message){
                        .n = 1, .version = 2, .status = PERSONALIZER__MESSAGE_STATUS__CANCELLED});
    add_mailbox(t, "s1@outreach.example", true);
    run_turns(t, 3);
    assert_int_equal(count(t, "DELIVERY_CANCELLED"), 1);
}

static Mailer__OptOutResponse *opt_out(struct lm_pgtest *t, const char *token, bool confirmed)
{
    Mailer__OptOutRequest in = MAILER__OPT_OUT_REQUEST__INIT;
    ProtobufCMessage *out;

    in.token = (char *)token;
    in.confirmed = confirmed;
    assert_ok(lm_pgtest_call(t, "OptOut", &in.base, &out), &t->base.err);
    return (Mailer__OptOutResponse *)out;
}

static void an_opt_out_holds_for_the_address_in_any_spelling_and_looking_changes_nothing(
    void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_optout who = {.tenant_id = LM_PGTEST_TENANT};
    char *token;

    set_up();
    snprintf(who.lead_id, sizeof(who.lead_id), "%s", id_of(t, 'c', 1));
    lm_address_hash(t->base.arena, LM_STR("P1@D1.example"), who.address_hash);
    token = lm_optout_token(t->base.arena, LM_STR(KEY), &who);
    tell_released(t, 1);

    assert_false(opt_out(t, token, false)->opted_out);
    assert_int_equal(count(t, "WAITING"), 1);
    assert_true(opt_out(t, token, true)->opted_out);
    assert_true(opt_out(t, token, true)->opted_out);
    assert_int_equal(count(t, "SUPPRESSED"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM suppression"), 1);
    assert_false(opt_out(t, "nonsense", true)->known);

    tell_message(t, &(struct message){.n = 2,
                                      .to = "p1@d1.example"}); /* another lead with this address */
    add_mailbox(t, "s1@outreach.example", true);
    run_turns(t, 3);
    assert_int_equal(count(t, "DELIVERED"), 0);
}

/* A delivery claimed by this test, as a worker would. */
static struct mailer_delivery claim(struct lm_pgtest *t, int64_t lease_ms)
{
    struct mailer_claim c = {.from_email = "s1@outreach.example",
                             .rfc_message_id = "<x@outreach.example>",
                             .lease_owner = "me",
                             .lease_ms = lease_ms,
                             .dry_run = true};
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct mailer_delivery d;

    c.mailbox_id = id_of(t, 'a', 1);
    assert_ok(lm_tx_begin(ctx, &t->base.err), &t->base.err);
    assert_ok(mailer_delivery_next(ctx, c.mailbox_id, lm_clock_ms(), &d, &t->base.err),
              &t->base.err);
    assert_ok(mailer_delivery_claim(ctx, &d, &c, &t->base.err), &t->base.err);
    assert_ok(lm_tx_commit(ctx, &t->base.err), &t->base.err);
    return d;
}

static lm_code hand_over(struct lm_pgtest *t, const struct mailer_delivery *d, const char *owner)
{
    lm_err_clear(&t->base.err);
    return mailer_delivery_hand_over(lm_pgtest_ctx(t, LM_PGTEST_TENANT), d, owner, LM_STR("bytes"),
                                     &t->base.err);
}

static void a_claim_taken_back_cannot_be_handed_over(void **state)
{
    struct lm_pgtest *t = *state;
    struct mailer_delivery d;
    Mailer__AddSuppressionRequest in = MAILER__ADD_SUPPRESSION_REQUEST__INIT;

    set_up();
    tell_released(t, 1);
    d = claim(t, 60000);
    assert_code(hand_over(t, &d, "another"), LM_FENCED, &t->base.err);
    in.email = (char *)"p1@d1.example";
    assert_ok(lm_pgtest_call(t, "AddSuppression", &in.base, NULL), &t->base.err);
    assert_code(hand_over(t, &d, "me"), LM_FENCED, &t->base.err);
    assert_string_equal(lm_pgtest_text(t, "SELECT outcome FROM delivery_attempt"), "aborted");
}

static void a_lease_that_ran_out_while_claimed_is_sent_again_while_handing_over_never(void **state)
{
    struct lm_pgtest *t = *state;
    Mailer__ResolveDeliveryRequest in = MAILER__RESOLVE_DELIVERY_REQUEST__INIT;
    struct mailer_outcome o = {.status = MAILER__DELIVERY_STATUS__DELIVERED, .word = "delivered"};
    struct mailer_delivery d;

    set_up();
    tell_released(t, 1);
    d = claim(t, 1);
    lm_sleep_ms(5);
    assert_code(hand_over(t, &d, "me"), LM_FENCED,
                &t->base.err); /* too late by the database's clock */
    assert_ok(mailer_sweep(lm_pgtest_ctx(t, NULL), &t->base.err), &t->base.err);
    assert_int_equal(count(t, "WAITING"), 1);

    d = claim(t, 60000);
    assert_ok(hand_over(t, &d, "me"), &t->base.err);
    lm_pgtest_sql(t, "UPDATE delivery SET lease_until = clock_timestamp() - interval '1 s'");
    assert_ok(mailer_sweep(lm_pgtest_ctx(t, NULL), &t->base.err), &t->base.err);
    assert_int_equal(count(t, "UNCERTAIN"), 1);
    assert_code(mailer_delivery_finish(lm_pgtest_ctx(t, LM_PGTEST_TENANT), &d, "me", &o,
                                       &t->base.err),
                LM_FENCED, &t->base.err);
    assert_string_equal(
        lm_pgtest_text(t, "SELECT string_agg(outcome, ' ' ORDER BY attempt) FROM delivery_attempt"),
        "aborted uncertain");

    lm_err_clear(&t->base.err);
    in.delivery_id = d.pb.id;
    in.was_delivered = true;
    assert_code(lm_pgtest_call(t, "ResolveDelivery", &in.base, NULL), LM_CONFLICT, &t->base.err);
    lm_clock_test_advance(15 * MINUTE);
    lm_err_clear(&t->base.err);
    assert_ok(lm_pgtest_call(t, "ResolveDelivery", &in.base, NULL), &t->base.err);
    assert_int_equal(count(t, "DELIVERED"), 1);
}

/* An open, a reply or a bounce of it came back; what has not left is not sent by that. */
static void what_comes_back_proves_an_uncertain_delivery(void **state)
{
    struct lm_pgtest *t = *state;
    Tracker__EngagementChanged ev = TRACKER__ENGAGEMENT_CHANGED__INIT;
    struct mailer_delivery d;

    set_up();
    tell_released(t, 1);
    tell_released(t, 2);
    d = claim(t, 60000);
    assert_ok(hand_over(t, &d, "me"), &t->base.err);
    lm_clock_test_advance(MINUTE);
    lm_pgtest_sql(t, "UPDATE delivery SET lease_until = clock_timestamp() - interval '1 s'");
    assert_ok(mailer_sweep(lm_pgtest_ctx(t, NULL), &t->base.err), &t->base.err);
    assert_int_equal(count(t, "UNCERTAIN"), 1);

    ev.message_id = id_of(t, 'b', 1);
    ev.lead_id = id_of(t, 'c', 1);
    ev.open_count = 1;
    ev.version = 1;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, ev.message_id, 1});
    assert_int_equal(count(t, "DELIVERED"), 1);
    assert_int_equal(
        lm_pgtest_int(t, "SELECT lm_ms(sent_at) FROM delivery WHERE sent_at IS NOT NULL"), MONDAY);
    ev.message_id = id_of(t, 'b', 2);
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, ev.message_id, 2});
    assert_int_equal(count(t, "WAITING"), 1);
}

static void a_message_that_is_not_the_approved_one_does_not_leave(void **state)
{
    struct lm_pgtest *t = *state;

    set_up();
    add_mailbox(t, "s1@outreach.example", true);
    tell_message(t, &(struct message){.n = 1, .is_tampered = true});
    run_turns(t, 3);
    assert_int_equal(count(t, "DELIVERY_FAILED"), 1);
}

/* The same message, once into the Maildir and once for real: there is no SMTP server in this test. */
static void nothing_leaves_live_to_somebody_made_up(void **state)
{
    struct lm_pgtest *t = *state;

    add_mailbox(t, "sales1@ours.example", true);
    tell_message(t, &(struct message){.n = 1, .is_synthetic = true});
    run_turns(t, 4);
    assert_int_equal(count(t, "DELIVERED"), 1);
    lm_pgtest_sql(t, "INSERT INTO send_config (tenant_id, dry_run, updated_at)"
                     " VALUES ('" LM_PGTEST_TENANT "', false, now())");
    tell_message(t, &(struct message){.n = 2, .is_synthetic = true});
    run_turns(t, 4);
    assert_int_equal(count(t, "DELIVERY_FAILED"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM delivery_attempt"), 1);
    assert_non_null(
        strstr(lm_pgtest_text(t, "SELECT error FROM delivery WHERE error IS NOT NULL"), "made up"));
}

static void paused_sending_goes_on_where_it_stopped(void **state)
{
    struct lm_pgtest *t = *state;
    Mailer__PauseSendingRequest pause = MAILER__PAUSE_SENDING_REQUEST__INIT;
    Mailer__StartSendingRequest start = MAILER__START_SENDING_REQUEST__INIT;

    set_up();
    add_mailbox(t, "s1@outreach.example", true);
    assert_ok(lm_pgtest_call(t, "PauseSending", &pause.base, NULL), &t->base.err);
    tell_released(t, 1);
    run_turns(t, 3);
    assert_int_equal(count(t, "WAITING"), 1);
    assert_ok(lm_pgtest_call(t, "StartSending", &start.base, NULL), &t->base.err);
    run_turns(t, 3);
    assert_int_equal(count(t, "DELIVERED"), 1);
}

static void going_live_needs_the_phrase_and_the_check_list(void **state)
{
    struct lm_pgtest *t = *state;
    Mailer__SendConfig in = MAILER__SEND_CONFIG__INIT;

    set_up();
    in.has_dry_run = true;
    in.dry_run = false;
    assert_code(lm_pgtest_call(t, "SetSendConfig", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "confirm");
    lm_err_clear(&t->base.err);
    in.confirm = (char *)"send for real";
    assert_code(lm_pgtest_call(t, "SetSendConfig", &in.base, NULL), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "postal_address");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM send_config WHERE NOT dry_run"), 0);
}

LM_PGTEST_MAIN(
    mailer, LM_PGTEST(every_statement_fits_the_schema),
    LM_PGTEST(a_released_message_leaves_once_into_the_dry_run_maildir),
    LM_PGTEST(mails_of_a_mailbox_are_minutes_apart),
    LM_PGTEST(nothing_leaves_outside_business_hours), LM_PGTEST(the_recipients_hours_count_too),
    LM_PGTEST(a_new_mailbox_sends_five_on_its_first_day_and_eight_on_the_second),
    LM_PGTEST(one_domain_gets_no_more_than_its_hourly_share),
    LM_PGTEST(many_mailboxes_send_each_message_once),
    LM_PGTEST(an_answer_cancels_what_waits_for_that_person),
    LM_PGTEST(a_cancelled_message_does_not_leave),
    LM_PGTEST(an_opt_out_holds_for_the_address_in_any_spelling_and_looking_changes_nothing),
    LM_PGTEST(a_claim_taken_back_cannot_be_handed_over),
    LM_PGTEST(a_lease_that_ran_out_while_claimed_is_sent_again_while_handing_over_never),
    LM_PGTEST(what_comes_back_proves_an_uncertain_delivery),
    LM_PGTEST(a_message_that_is_not_the_approved_one_does_not_leave),
    LM_PGTEST(paused_sending_goes_on_where_it_stopped),
    LM_PGTEST(nothing_leaves_live_to_somebody_made_up),
    LM_PGTEST(going_live_needs_the_phrase_and_the_check_list))
