/* SPDX-License-Identifier: Apache-2.0 */
/* The driver of the clock against a real database and a service's real threads. */
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/job.h"
#include "gen/tracker.pb-c.h"
#include "tests/pg/lm_pgtest.h"
#include "tests/world/people/driver.h"
#include "tests/world/people/timeline.h"

static const int64_t hour_ms = 3600 * 1000;
static const struct driver_options patient = {
    .limit_ms = 50000, .stall_ms = 10000, .answer_ms = 2000, .quiet_ms = 20};

static _Atomic int runs, runs_early;
static int64_t expected_at;

/* Each hour of business time, on the minute it asked for. */
static lm_code tick(struct lm_ctx *ctx, const ProtobufCMessage *payload, lm_err *err)
{
    int64_t now = lm_clock_ms();

    (void)payload;
    (void)err;
    runs++;
    runs_early += now < expected_at;
    expected_at += hour_ms;
    lm_job_again_at(ctx, expected_at);
    return LM_OK;
}

static const struct lm_job_kind kinds[] = {
    {.kind = "check_inbox",
     .payload = &tracker__check_inbox__descriptor,
     .run = tick,
     .max_attempts = 2,
     .lease_ms = 30000,
     .limit_ms = 30000},
    {.kind = NULL},
};
static const struct lm_service scorer = {.name = "scorer", .jobs = kinds};

static char clock_path[] = "/tmp/driver-clock.XXXXXX";
static char maildir[] = "/tmp/driver-mail.XXXXXX";

static struct people *start(struct lm_test *t, int64_t days_back)
{
    static const struct world w = {.seed = 1, .n_companies = 48};
    const struct people_options o = {.world = w, .maildir = maildir, .lmtp = "127.0.0.1:1"};
    int64_t offset = -days_back * 24 * hour_ms;
    struct people *people;
    int fd;

    memset(clock_path + sizeof(clock_path) - 7, 'X', 6);
    memset(maildir + sizeof(maildir) - 7, 'X', 6);
    fd = mkstemp(clock_path);
    assert_int_equal(write(fd, &offset, sizeof(offset)), sizeof(offset));
    close(fd);
    assert_non_null(mkdtemp(maildir));
    setenv("LM_CLOCK_FILE", clock_path, 1);
    assert_ok(timeline_open(clock_path, &t->err), &t->err);
    assert_ok(people_new(&o, &people, &t->err), &t->err);
    runs = runs_early = 0;
    return people;
}

static void finish(struct people *people, struct stack *stack)
{
    people_free(people);
    stack_close(stack);
    unlink(clock_path);
    rmdir(maildir);
}

static void every_moment_of_three_weeks_is_visited_in_time(void **state)
{
    struct lm_pgtest *t = *state;
    struct people *people = start(&t->base, 21);
    const struct lm_runtime_options o = {.workers = 2, .lock_url = t->url};
    Tracker__CheckInbox job = TRACKER__CHECK_INBOX__INIT;
    struct driver_report report;
    struct stack *stack;

    job.mailbox_id = (char *)"one";
    expected_at = lm_clock_ms() + hour_ms;
    assert_ok(lm_job_queue_at(lm_pgtest_ctx(t, LM_PGTEST_TENANT), &job.base, "one", expected_at,
                              &t->base.err),
              &t->base.err);
    assert_ok(lm_runtime_start(lm_pgtest_proc(t), &o, &t->base.err), &t->base.err);
    assert_ok(stack_open(t->owner_url, &stack, &t->base.err), &t->base.err);
    assert_ok(drive(people, stack, &patient, &report, &t->base.err), &t->base.err);
    assert_true(timeline_is_now());
    assert_int_equal(runs_early, 0);
    assert_in_range(runs, 21 * 24 - 2, 21 * 24);
    assert_true(report.jumps <= 21 * 24 + 2);
    print_message("           %u jumps in %lld ms\n", report.jumps, (long long)report.took_ms);
    finish(people, stack);
}

static void an_event_that_nobody_numbers_is_named_as_what_it_waits_for(void **state)
{
    struct lm_pgtest *t = *state;
    struct people *people = start(&t->base, 1);
    const struct driver_options hasty = {.limit_ms = 5000, .stall_ms = 100, .quiet_ms = 20};
    struct driver_report report;
    struct stack *stack;

    lm_pgtest_sql(t, "INSERT INTO mailer.event_new (type, subject_id, version, occurred_at)"
                     " VALUES ('mailer.X', '" LM_PGTEST_TENANT "', 1, now())");
    assert_ok(stack_open(t->owner_url, &stack, &t->base.err), &t->base.err);
    assert_code(drive(people, stack, &hasty, &report, &t->base.err), LM_DEADLINE, &t->base.err);
    assert_non_null(strstr(t->base.err.message, "1 events not numbered"));
    assert_false(timeline_is_now());
    finish(people, stack);
}

static void a_log_that_a_consumer_has_not_applied_holds_the_clock(void **state)
{
    struct lm_pgtest *t = *state;
    struct stack_state s;
    struct stack *stack;

    assert_ok(stack_open(t->owner_url, &stack, &t->base.err), &t->base.err);
    assert_ok(stack_look(stack, lm_real_ms(), &s, &t->base.err), &t->base.err);
    assert_false(s.is_busy);
    assert_true(s.next_at == INT64_MAX);
    lm_pgtest_sql(t, "INSERT INTO scorer.consumer_cursor (source, seq) VALUES ('personalizer', 4)");
    lm_pgtest_sql(t, "UPDATE personalizer.event_head SET head = 5");
    assert_ok(stack_look(stack, lm_real_ms(), &s, &t->base.err), &t->base.err);
    assert_true(s.is_busy);
    assert_int_equal(s.unapplied, 1);
    lm_pgtest_sql(t, "UPDATE scorer.consumer_cursor SET seq = 5");
    assert_ok(stack_look(stack, lm_real_ms(), &s, &t->base.err), &t->base.err);
    assert_false(s.is_busy);
    stack_close(stack);
}

LM_PGTEST_MAIN_ALL(scorer, LM_PGTEST(every_moment_of_three_weeks_is_visited_in_time),
                   LM_PGTEST(an_event_that_nobody_numbers_is_named_as_what_it_waits_for),
                   LM_PGTEST(a_log_that_a_consumer_has_not_applied_holds_the_clock))
