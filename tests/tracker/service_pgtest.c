/* SPDX-License-Identifier: Apache-2.0 */
/* The tracker on a real database: hits are counted once at their message, mails find theirs. */
#include "tests/pg/drive.h" /* first: cmocka */

#include "common/arena.h"
#include "common/clock.h"
#include "common/links.h"
#include "common/str.h"
#include "gen/tracker.lm.h"
#include "services/tracker/store.h"

static const struct lm_service tracker = {
    .name = "tracker",
    .sql = tracker_sql,
    .calls = tracker_calls,
    .events = tracker_events,
    .jobs = tracker_jobs,
};

#define NOW      ((int64_t)1772442000000)
#define MESSAGE  "bbbbbbbb-0000-4000-8000-000000000001"
#define LEAD     "cccccccc-0000-4000-8000-000000000001"
#define TRACKING "dddddddd-0000-4000-8000-000000000001"
#define DELIVERY "aaaaaaaa-0000-4000-8000-000000000001"
#define SEGMENT  "eeeeeeee-0000-4000-8000-000000000001"
#define UNKNOWN  "dddddddd-0000-4000-8000-00000000ffff"
#define BROWSER  "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/132.0"

static void tell_delivery(struct lm_pgtest *t, Mailer__DeliveryStatus status, int64_t version)
{
    Mailer__DeliveryChanged ev = MAILER__DELIVERY_CHANGED__INIT;
    Mailer__Delivery d = MAILER__DELIVERY__INIT;

    d.id = (char *)DELIVERY;
    d.message_id = (char *)MESSAGE;
    d.lead_id = (char *)LEAD;
    d.status = status;
    d.tracking_id = (char *)TRACKING;
    d.rfc_message_id = (char *)"<" MESSAGE "@outreach.example>";
    d.to_email = (char *)"jan@oost.nl.example";
    d.has_due_at = d.has_version = d.has_step = true;
    d.due_at = NOW;
    d.has_sent_at = status == MAILER__DELIVERY_STATUS__DELIVERED;
    d.sent_at = NOW;
    d.version = version;
    d.step = LM__STEP__INITIAL;
    ev.delivery = &d;
    lm_pgtest_deliver_twice(t, &(struct lm_pgtest_event){&ev.base, DELIVERY, version});
}

static void tell_delivered(struct lm_pgtest *t)
{
    tell_delivery(t, MAILER__DELIVERY_STATUS__DELIVERED, 4);
}

struct hit {
    Tracker__HitKind kind;
    const char *tracking_id, *agent, *url;
    int64_t after_ms;
};

/* A batch as a gateway ships it: as the system, in no tenant. */
static lm_code take(struct lm_pgtest *t, int64_t position, const struct hit *hits, size_t n,
                    int64_t *taken)
{
    Tracker__TakeHitsRequest in = TRACKER__TAKE_HITS_REQUEST__INIT;
    Tracker__TakeHitsResponse out = TRACKER__TAKE_HITS_RESPONSE__INIT;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    lm_code code;

    in.segment_id = (char *)SEGMENT;
    in.position = position;
    in.next_position = position + 100 * (int64_t)n;
    in.hits = LM_NEW_ARRAY(t->base.arena, Tracker__Hit *, n + 1);
    for (in.n_hits = 0; in.n_hits < n; in.n_hits++) {
        Tracker__Hit *h = LM_NEW(t->base.arena, Tracker__Hit);

        tracker__hit__init(h);
        h->kind = hits[in.n_hits].kind;
        h->tracking_id = (char *)hits[in.n_hits].tracking_id;
        h->at = NOW + hits[in.n_hits].after_ms;
        h->user_agent = (char *)hits[in.n_hits].agent;
        h->url = (char *)hits[in.n_hits].url;
        h->ip = (char *)"192.0.2.7";
        in.hits[in.n_hits] = h;
    }
    assert_ok(lm_tx_begin(ctx, &t->base.err), &t->base.err);
    code = tracker_take_hits(ctx, &in, &out, &t->base.err);
    if (code == LM_OK)
        assert_ok(lm_tx_commit(ctx, &t->base.err), &t->base.err);
    *taken = out.position;
    return code;
}

static const struct hit open_and_click[] = {
    {TRACKER__HIT_KIND__OPEN, TRACKING, BROWSER, NULL, 60000},
    {TRACKER__HIT_KIND__CLICK, TRACKING, BROWSER, "https://x.example/", 90000},
    {TRACKER__HIT_KIND__OPEN, TRACKING, "Mozilla/5.0", NULL, 95000},
};

static const char *engagement(struct lm_pgtest *t)
{
    return lm_pgtest_text(
        t, "SELECT open_count || ' ' || click_count || ' ' || machine_count FROM engagement");
}

static int64_t told(struct lm_pgtest *t)
{
    return lm_pgtest_int(t,
                         "SELECT (SELECT count(*) FROM event_new) + (SELECT count(*) FROM event)");
}

/* ---- the tests ---- */

static void every_statement_fits_the_schema(void **state)
{
    struct lm_pgtest *t = *state;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, &t->base.err), &t->base.err);
}

static void hits_are_counted_once_however_often_a_batch_is_shipped(void **state)
{
    struct lm_pgtest *t = *state;
    int64_t taken;

    lm_clock_test_set(NOW + 120000);
    tell_delivered(t);
    assert_ok(take(t, 16, open_and_click, 3, &taken), &t->base.err);
    assert_int_equal(taken, 316);
    assert_ok(take(t, 16, open_and_click, 3, &taken), &t->base.err); /* the answer was lost */
    assert_int_equal(taken, 316);
    lm_pgtest_work(t);
    assert_string_equal(engagement(t), "1 1 1");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM track_event"), 3);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM track_event WHERE is_machine"), 1);
    assert_int_equal(told(t), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(first_opened_at) FROM engagement"),
                     NOW + 60000);

    assert_ok(take(t, 316, open_and_click, 1, &taken), &t->base.err);
    lm_pgtest_work(t);
    assert_string_equal(engagement(t), "2 1 1");
}

static void a_batch_from_the_future_waits_for_the_one_before(void **state)
{
    struct lm_pgtest *t = *state;
    int64_t taken;

    assert_ok(take(t, 16, open_and_click, 1, &taken), &t->base.err);
    assert_ok(take(t, 216, open_and_click, 1, &taken), &t->base.err);
    assert_int_equal(taken, 116);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM hit_new"), 1);
}

static void a_hit_that_comes_before_its_delivery_is_known_waits_and_counts(void **state)
{
    struct lm_pgtest *t = *state;
    int64_t taken;

    lm_clock_test_set(NOW + 120000);
    assert_ok(take(t, 16, open_and_click, 1, &taken), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM engagement"), 0);
    tell_delivered(t);
    lm_clock_test_advance(10000);
    lm_pgtest_work(t);
    assert_string_equal(engagement(t), "1 0 0");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM hit_new"), 0);
}

/* It may have arrived: what comes back counts, and it counts as sent when that is certain. */
static void an_uncertain_message_is_known_and_not_yet_sent(void **state)
{
    struct lm_pgtest *t = *state;
    Tracker__TrackingStats s = TRACKER__TRACKING_STATS__INIT;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    int64_t taken;

    lm_clock_test_set(NOW + 120000);
    tell_delivery(t, MAILER__DELIVERY_STATUS__UNCERTAIN, 3);
    assert_ok(take(t, 16, open_and_click, 3, &taken), &t->base.err);
    lm_pgtest_work(t);
    assert_string_equal(engagement(t), "1 1 1");
    assert_ok(tracker_stats(ctx, 0, &s, &t->base.err), &t->base.err);
    assert_int_equal(s.total_sent, 0);
    tell_delivered(t);
    assert_ok(tracker_stats(ctx, 0, &s, &t->base.err), &t->base.err);
    assert_int_equal(s.total_sent, 1);
}

static void hits_of_nobody_do_not_hide_those_of_ours(void **state)
{
    struct lm_pgtest *t = *state;
    int64_t taken;

    lm_clock_test_set(NOW + 120000);
    tell_delivered(t);
    lm_pgtest_sql(t, "INSERT INTO hit_new (kind, tracking_id, at)"
                     " SELECT 'OPEN', gen_random_uuid(), lm_at(0) FROM generate_series(1, 12000)");
    assert_ok(take(t, 16, open_and_click, 1, &taken), &t->base.err);
    lm_pgtest_work(t);
    assert_string_equal(engagement(t), "1 0 0");

    /* Nor are they all looked at again for each that comes. */
    lm_pgtest_sql(t, "UPDATE hit_look SET upto = 9000");
    assert_ok(take(t, 116, open_and_click, 1, &taken), &t->base.err);
    lm_pgtest_work(t);
    assert_string_equal(engagement(t), "2 0 0");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM hit_look WHERE upto >= 12000"), 1);
    lm_clock_test_advance(5000);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(all_at) FROM hit_look"), NOW + 125000);
}

static void a_hit_of_nobodys_message_is_forgotten_after_ten_minutes(void **state)
{
    const struct hit stray = {TRACKER__HIT_KIND__OPEN, UNKNOWN, BROWSER, NULL, 0};
    struct lm_pgtest *t = *state;
    int64_t taken;

    lm_clock_test_set(NOW);
    assert_ok(take(t, 16, &stray, 1, &taken), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM hit_new"), 1);
    lm_pgtest_sql(t, "UPDATE hit_new SET taken_at = taken_at - interval '11 min'");
    lm_clock_test_advance(10000);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM hit_new"), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'ready'"), 0);
}

static void another_tenants_eyes_see_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    Tracker__LeadEngagement seen = TRACKER__LEAD_ENGAGEMENT__INIT;
    int64_t taken;

    lm_clock_test_set(NOW + 120000);
    tell_delivered(t);
    assert_ok(take(t, 16, open_and_click, 3, &taken), &t->base.err);
    lm_pgtest_work(t);
    assert_ok(tracker_lead_engagement(lm_pgtest_ctx(t, LM_PGTEST_TENANT), LEAD, &seen,
                                      &t->base.err),
              &t->base.err);
    assert_int_equal(seen.emails_sent, 1);
    assert_int_equal(seen.n_events, 3);
    seen = (Tracker__LeadEngagement)TRACKER__LEAD_ENGAGEMENT__INIT;
    assert_ok(tracker_lead_engagement(lm_pgtest_ctx(t, LM_PGTEST_TENANT2), LEAD, &seen,
                                      &t->base.err),
              &t->base.err);
    assert_int_equal(seen.emails_sent, 0);
    assert_int_equal(seen.n_events, 0);
}

static void mails_find_their_message_by_id_or_by_sender(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct tracker_match m;
    char hash[LM_HASH_SIZE];

    tell_delivered(t);
    assert_ok(tracker_sent_by_rfc_id(ctx, LM_STR("<" MESSAGE "@outreach.example>"), &m,
                                     &t->base.err),
              &t->base.err);
    assert_string_equal(m.lead_id, LEAD);
    assert_code(tracker_sent_by_rfc_id(ctx, LM_STR("<x@y>"), &m, &t->base.err), LM_NOT_FOUND,
                &t->base.err);
    lm_err_clear(&t->base.err);
    lm_address_hash(t->base.arena, LM_STR("Jan@Oost.nl.example"), hash);
    assert_ok(tracker_sent_by_address(ctx, hash, &m, &t->base.err), &t->base.err);
    assert_string_equal(m.message_id, MESSAGE);
}

static void a_mail_fetched_twice_is_one_mail(void **state)
{
    struct lm_pgtest *t = *state;
    struct tracker_inbox_mail mail = {.mailbox_id = DELIVERY,
                                      .rfc_id = LM_STR("<r@x>"),
                                      .class_ = TRACKER__REPLY_CLASS__REPLY,
                                      .lead_id = LEAD,
                                      .message_id = MESSAGE,
                                      .received_at = NOW};
    struct tracker_saved_mail saved;

    assert_ok(tracker_mail_save(lm_pgtest_ctx(t, LM_PGTEST_TENANT), &mail, &saved, &t->base.err),
              &t->base.err);
    assert_true(saved.is_new);
    assert_ok(tracker_mail_save(lm_pgtest_ctx(t, LM_PGTEST_TENANT), &mail, &saved, &t->base.err),
              &t->base.err);
    assert_false(saved.is_new);
}

static void rates_are_percent_of_what_was_sent(void **state)
{
    struct lm_pgtest *t = *state;
    Tracker__TrackingStats s = TRACKER__TRACKING_STATS__INIT;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    int64_t taken;

    lm_clock_test_set(NOW + 120000);
    assert_ok(tracker_stats(ctx, 0, &s, &t->base.err), &t->base.err);
    assert_true(s.open_rate == 0);
    tell_delivered(t);
    assert_ok(take(t, 16, open_and_click, 3, &taken), &t->base.err);
    lm_pgtest_work(t);
    assert_ok(tracker_stats(ctx, 0, &s, &t->base.err), &t->base.err);
    assert_int_equal(s.total_sent, 1);
    assert_int_equal(s.unique_opens, 1);
    assert_int_equal(s.machine_hits, 1);
    assert_true(s.open_rate == 100 && s.click_rate == 100 && s.reply_rate == 0);
}

LM_PGTEST_MAIN(tracker, LM_PGTEST(every_statement_fits_the_schema),
               LM_PGTEST(hits_are_counted_once_however_often_a_batch_is_shipped),
               LM_PGTEST(a_batch_from_the_future_waits_for_the_one_before),
               LM_PGTEST(a_hit_that_comes_before_its_delivery_is_known_waits_and_counts),
               LM_PGTEST(an_uncertain_message_is_known_and_not_yet_sent),
               LM_PGTEST(hits_of_nobody_do_not_hide_those_of_ours),
               LM_PGTEST(a_hit_of_nobodys_message_is_forgotten_after_ten_minutes),
               LM_PGTEST(another_tenants_eyes_see_nothing),
               LM_PGTEST(mails_find_their_message_by_id_or_by_sender),
               LM_PGTEST(a_mail_fetched_twice_is_one_mail),
               LM_PGTEST(rates_are_percent_of_what_was_sent))
