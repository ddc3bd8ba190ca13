/* SPDX-License-Identifier: Apache-2.0 */
/* The drill `order`: what one subject's facts must look like, whoever writes them and whenever they arrive. */
#include <libpq-fe.h>
#include <stdatomic.h>

#include "common/clock.h"
#include "common/json.h"
#include "common/runtime_internal.h"
#include "gen/gateway.lm.h"
#include "services/gateway/store.h"
#include "tests/faults/storm.h"
#include "tests/pg/drive.h"

enum { EVENTS = 1600, REFUSED_EVERY = 20, SHUFFLES = 12 };
#define LIMIT_MS 60000
#define NOW      INT64_C(1772438400000)

static const struct storm_line here = {.host = NULL};

/* ------- meanwhile, the locks that say who numbers and who consumes are taken away ------- */

struct robber {
    const char *url;
    unsigned chance;
    int robbed;
    atomic_bool is_stopping;
    pthread_t thread;
};

static void *rob(void *arg)
{
    struct robber *r = arg;
    PGconn *pg = PQconnectdb(r->url);

    while (!atomic_load(&r->is_stopping)) {
        PGresult *res;

        lm_sleep_ms(100 + (int64_t)storm_below(&r->chance, 300));
        res = PQexec(
            pg,
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())");
        r->robbed += PQntuples(res);
        PQclear(res);
    }
    PQfinish(pg);
    return NULL;
}

/* ------- eight writers, two hundred subjects ------- */

static void no_subject_s_facts_are_out_of_order(void **state)
{
    struct lm_pgtest *t = *state;
    struct robber robber = {.url = t->owner_url, .chance = storm_seed()};

    storm_start(t, &here);
    assert_int_equal(pthread_create(&robber.thread, NULL, rob, &robber), 0);
    for (int round = 1; round <= storm_rounds(); round++) {
        int64_t took;

        storm_write(EVENTS, storm_seed() + (unsigned)round);
        took = storm_settle(t, LIMIT_MS);
        storm_judge(t, (int64_t)EVENTS * round);
        print_message(
            "round %d: %d events of %d subjects in order, the last effect %lld ms after the last"
            " commit; %lld jobs for them\n",
            round, EVENTS, STORM_SUBJECTS, (long long)took,
            (long long)lm_pgtest_int(t, "SELECT count(*) FROM deed WHERE what LIKE 'job %%'"));
    }
    atomic_store(&robber.is_stopping, true);
    pthread_join(robber.thread, NULL);
    print_message("locks were taken away %d times\n", robber.robbed);
    storm_stop();
}

/* ------- a job that runs ------- */

static void a_fact_that_comes_while_its_job_runs_is_not_swallowed(void **state)
{
    enum { HELD = 4 };
    struct lm_pgtest *t = *state;
    int64_t until = lm_mono_ms() + LIMIT_MS;

    storm_start(t, &here);
    for (int round = 1; round <= storm_rounds(); round++) {
        unsigned seed = storm_seed() + (unsigned)round;

        storm_hold(true);
        storm_write(STORM_SUBJECTS, seed);
        while (storm_held() < HELD && lm_mono_ms() < until)
            lm_sleep_ms(5);
        assert_true(storm_held() >= HELD); /* they have read what they will write */
        storm_write(STORM_SUBJECTS, seed); /* of the same subjects */
        storm_heard(t, LIMIT_MS);
        storm_hold(false);
        storm_settle(t, LIMIT_MS);
        storm_judge(t, (int64_t)round * 2 * STORM_SUBJECTS);
    }
    storm_stop();
}

/* ------- a bad event ------- */

static void a_bad_event_parks_its_subject_alone_and_replay_mends_it(void **state)
{
    struct lm_pgtest *t = *state;
    int64_t applied, left;
    lm_err *err = &t->base.err;

    storm_start(t, &here);
    storm_refuse(REFUSED_EVERY);
    storm_write(EVENTS, storm_seed());
    storm_settle(t, LIMIT_MS);
    /* The bad one and what its subject told later; of the others, everything. */
    assert_int_equal(lm_pgtest_int(t, "SELECT count(DISTINCT subject_id) FROM event_parked"),
                     lm_pgtest_int(t,
                                   "SELECT count(*) FROM thing WHERE version >= %d AND"
                                   " ('x' || right(id::text, 4))::bit(16)::int %% %d = 0",
                                   STORM_BAD, REFUSED_EVERY));
    assert_int_equal(
        lm_pgtest_int(
            t,
            "SELECT count(*) FROM event_parked p JOIN deed d ON d.what = p.subject_id::text"
            " WHERE d.at >= %d",
            STORM_BAD),
        0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed WHERE what NOT LIKE 'job %%'"),
                     EVENTS - lm_pgtest_int(t, "SELECT count(*) FROM event_parked"));
    print_message("%lld events of %lld subjects are parked, the others went on\n",
                  (long long)lm_pgtest_int(t, "SELECT count(*) FROM event_parked"),
                  (long long)lm_pgtest_int(t,
                                           "SELECT count(DISTINCT subject_id) FROM event_parked"));
    storm_refuse(0);
    assert_ok(lm_parked_replay(lm_pgtest_proc(t), &(struct lm_parked){0}, &applied, &left, err),
              err);
    assert_int_equal(left, 0);
    storm_settle(t, LIMIT_MS);
    storm_judge(t, EVENTS);
    print_message("replay applied %lld\n", (long long)applied);
    storm_stop();
}

/* ------- REPLIED before CONTACTED ------- */

#define COMPANY "00000000-0000-7000-8000-000000000c01"

/* The lead at hand; each has the same story. */
static char lead[LM_ID_SIZE], message[LM_ID_SIZE], delivery[LM_ID_SIZE];

static void tell(struct lm_pgtest *t, const ProtobufCMessage *m, const char *subject,
                 int64_t version)
{
    lm_pgtest_deliver(t, &(struct lm_pgtest_event){m, subject, version});
}

static void person(struct lm_pgtest *t, int64_t version)
{
    Lm__Lead l = LM__LEAD__INIT;
    Lm__Company c = LM__COMPANY__INIT;
    Enricher__LeadEnriched ev = ENRICHER__LEAD_ENRICHED__INIT;

    l.id = lead;
    l.company_id = c.id = (char *)(uintptr_t)COMPANY;
    l.last_name = (char *)(uintptr_t)(version == 1 ? "Vries" : "de Vries");
    l.email = (char *)(uintptr_t) "jan@een.example";
    l.has_created_at = true;
    l.created_at = NOW;
    c.name = (char *)(uintptr_t) "Een";
    ev.lead = &l;
    ev.company = &c;
    ev.has_email = true;
    tell(t, &ev.base, lead, version);
}

static void score(struct lm_pgtest *t, int64_t version)
{
    Scorer__Score s = SCORER__SCORE__INIT;
    Scorer__LeadScored ev = SCORER__LEAD_SCORED__INIT;

    s.lead_id = lead;
    s.company_id = (char *)(uintptr_t)COMPANY;
    s.score = version == 1 ? 30 : 70;
    s.classification = version == 1 ? LM__CLASSIFICATION__COLD : LM__CLASSIFICATION__WARM;
    s.qualified = version == 2;
    ev.score = &s;
    tell(t, &ev.base, lead, version);
}

static void sequence(struct lm_pgtest *t, int64_t version)
{
    Personalizer__Sequence s = PERSONALIZER__SEQUENCE__INIT;
    Personalizer__SequenceChanged ev = PERSONALIZER__SEQUENCE_CHANGED__INIT;

    s.lead_id = lead;
    s.status = version == 1 ? PERSONALIZER__SEQUENCE_STATUS__ACTIVE
                            : PERSONALIZER__SEQUENCE_STATUS__STOPPED;
    s.has_started_at = true;
    s.started_at = NOW;
    s.stopped_because = version == 1 ? NULL : (char *)(uintptr_t) "reply";
    ev.sequence = &s;
    tell(t, &ev.base, lead, version);
}

static void sent(struct lm_pgtest *t, int64_t version)
{
    Mailer__Delivery d = MAILER__DELIVERY__INIT;
    Mailer__DeliveryChanged ev = MAILER__DELIVERY_CHANGED__INIT;

    d.id = delivery;
    d.message_id = message;
    d.lead_id = lead;
    d.status = version == 1 ? MAILER__DELIVERY_STATUS__WAITING : MAILER__DELIVERY_STATUS__DELIVERED;
    d.has_sent_at = version == 2;
    d.sent_at = NOW;
    ev.delivery = &d;
    tell(t, &ev.base, delivery, version);
}

static void opened(struct lm_pgtest *t, int64_t version)
{
    Tracker__EngagementChanged ev = TRACKER__ENGAGEMENT_CHANGED__INIT;

    ev.message_id = message;
    ev.lead_id = lead;
    ev.open_count = (int32_t)version;
    ev.click_count = 0;
    ev.version = version;
    tell(t, &ev.base, message, version);
}

static void replied(struct lm_pgtest *t, int64_t version)
{
    Tracker__Reply r = TRACKER__REPLY__INIT;
    Tracker__ReplyReceived ev = TRACKER__REPLY_RECEIVED__INIT;

    r.id = delivery; /* any */
    r.lead_id = lead;
    r.received_at = NOW + 1000;
    r.class_ = TRACKER__REPLY_CLASS__REPLY;
    ev.reply = &r;
    tell(t, &ev.base, delivery, version);
}

static const struct fact {
    void (*happens)(struct lm_pgtest *t, int64_t version);
    int64_t version;
} story[] = {{person, 1}, {score, 1},  {person, 2}, {score, 2},   {sequence, 1}, {sent, 1},
             {sent, 2},   {opened, 1}, {opened, 2}, {replied, 1}, {sequence, 2}};

static void begin_lead(int number)
{
    snprintf(lead, sizeof(lead), "00000000-0000-7000-8000-00000000a%03x", (unsigned)number & 0xfff);
    snprintf(message, sizeof(message), "00000000-0000-7000-8000-00000000b%03x",
             (unsigned)number & 0xfff);
    snprintf(delivery, sizeof(delivery), "00000000-0000-7000-8000-00000000d%03x",
             (unsigned)number & 0xfff);
}

static const char *view(struct lm_pgtest *t)
{
    return lm_pgtest_text(
        t,
        "SELECT (to_jsonb(l) - '{id,lead,score}'::text[])::text || (to_jsonb(m) - '{id,lead_id}'::text[])::text"
        " FROM lead_view l JOIN message_view m ON m.lead_id = l.id WHERE l.id = '%s'",
        lead);
}

static void shuffle(size_t *order, size_t n, unsigned *chance)
{
    for (size_t i = n - 1; i > 0; i--) {
        size_t j = storm_below(chance, (unsigned)i + 1), keep = order[i];

        order[i] = order[j];
        order[j] = keep;
    }
}

static void a_reply_before_the_mail_gives_the_same_view(void **state)
{
    struct lm_pgtest *t = *state;
    unsigned chance = storm_seed();
    int leads = LM_MIN(SHUFFLES * storm_rounds(), 4000);
    const char *wanted;

    lm_clock_test_set(NOW);
    begin_lead(0);
    for (size_t i = 0; i < LM_COUNT(story); i++)
        story[i].happens(t, story[i].version);
    wanted = view(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT status FROM lead_view"), LM__LEAD_STATUS__REPLIED);
    for (int i = 1; i <= leads; i++) {
        size_t order[LM_COUNT(story)];

        for (size_t k = 0; k < LM_COUNT(story); k++)
            order[k] = LM_COUNT(story) - 1 - k; /* the first of them: backwards */
        if (i > 1)
            shuffle(order, LM_COUNT(story), &chance);
        begin_lead(i);
        for (size_t k = 0; k < LM_COUNT(story); k++)
            story[order[k]].happens(t, story[order[k]].version);
        assert_string_equal(view(t), wanted);
    }
    print_message("%d orders of %zu facts gave one view\n", leads, LM_COUNT(story));
}

static const struct lm_service gateway = {
    .name = "gateway", .sql = gateway_sql, .calls = gateway_calls, .events = gateway_events};

/* The service is the initial state; the setup replaces it by the test's database. */
static int setup(void **state)
{
    lm_pgtest_service = *state;
    storm_refuse(0);
    storm_hold(false);
    return lm_pgtest_setup(state);
}

#define TEST(fn, service)                                               \
    {                                                                   \
#fn, fn, setup, lm_pgtest_teardown, (void *)(uintptr_t)&service \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(no_subject_s_facts_are_out_of_order, storm_service),
        TEST(a_fact_that_comes_while_its_job_runs_is_not_swallowed, storm_service),
        TEST(a_bad_event_parks_its_subject_alone_and_replay_mends_it, storm_service),
        TEST(a_reply_before_the_mail_gives_the_same_view, gateway),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
