/* SPDX-License-Identifier: Apache-2.0 */
/* The threads: replicas that share, tenants that share, leases that are kept alive, waking, stopping. */
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/job_internal.h"
#include "common/runtime.h"
#include "gen/enricher.pb-c.h"
#include "gen/scorer.pb-c.h"
#include "tests/pg/lm_pgtest.h"

#include <stdatomic.h>

static char key_of_a[] = "a";
static atomic_int running, most_running;
static atomic_llong started_at_us;

/* What the quiet tenant waits for, counted in runs of anybody's jobs since it asked: no clock is in it. */
static atomic_int n_ran, n_ran_quiet, ran_before;
static atomic_llong waited;

static void enter(void)
{
    int now = atomic_fetch_add(&running, 1) + 1, most = atomic_load(&most_running);

    atomic_store(&started_at_us, lm_mono_us());
    while (now > most && !atomic_compare_exchange_weak(&most_running, &most, now))
        ;
}

static const struct lm_sql deed = {"deed", "INSERT INTO deed (what) VALUES ($1)"};

/* Writes its key; with a limit of its own in `concurrency`. */
static lm_code run_short(struct lm_ctx *ctx, const ProtobufCMessage *payload LM_UNUSED, lm_err *err)
{
    lm_code rc;

    enter();
    rc = lm_tx_begin(ctx, err) ? err->code
                               : lm_db_exec(ctx, &deed, LM_ARGS(LM_Z(ctx->job->key)), NULL, err);
    atomic_fetch_sub(&running, 1);
    return rc;
}

/* Takes four leases' time. */
static lm_code run_long(struct lm_ctx *ctx, const ProtobufCMessage *payload LM_UNUSED, lm_err *err)
{
    enter();
    lm_sleep_ms(1200);
    atomic_fetch_sub(&running, 1);
    return lm_tx_begin(ctx, err) ? err->code
                                 : lm_db_exec(ctx, &deed, LM_ARGS(LM_Z(ctx->job->key)), NULL, err);
}

static lm_code run_idle(struct lm_ctx *ctx, const ProtobufCMessage *payload LM_UNUSED,
                        lm_err *err LM_UNUSED)
{
    int at = atomic_fetch_add(&n_ran, 1) + 1;

    enter();
    if (strcmp(ctx->tenant_id, LM_PGTEST_TENANT2) == 0) {
        atomic_fetch_add(&waited, at - atomic_load(&ran_before));
        atomic_fetch_add(&n_ran_quiet, 1);
    }
    atomic_fetch_sub(&running, 1);
    return LM_OK;
}

static const struct lm_job_kind kinds[] = {
    {"score_lead", &scorer__score_lead__descriptor, run_short, 4, 30000, 30000, 2},
    {"rescore_all", &scorer__rescore_all__descriptor, run_long, 4, 300, 30000, 0},
    {"research_company", &enricher__research_company__descriptor, run_idle, 4, 30000, 30000, 0},
    {.kind = NULL},
};
static const struct lm_service probe = {.name = "probe", .jobs = kinds};

static int set_up(void **state)
{
    atomic_store(&running, 0);
    atomic_store(&most_running, 0);
    return lm_pgtest_setup(state);
}
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, lm_pgtest_teardown)

static void start_polling(struct lm_pgtest *t, struct lm_proc *proc, int64_t poll_ms)
{
    struct lm_runtime_options o = {.workers = 4, .poll_ms = poll_ms, .no_relay = true};

    assert_ok(lm_runtime_start(proc, &o, &t->base.err), &t->base.err);
}

static void start(struct lm_pgtest *t, struct lm_proc *proc)
{
    start_polling(t, proc, 200);
}

/* As many as `n`, due, for ten tenants. */
static void fill(struct lm_pgtest *t, const char *kind, int n)
{
    lm_pgtest_sql(
        t,
        "INSERT INTO job (tenant_id, id, kind, dedupe_key, payload, max_attempts, run_at, created_at)"
        " SELECT md5((i %% 10)::text)::uuid, gen_random_uuid(), '%s', i::text,"
        " CASE '%s' WHEN 'rescore_all' THEN '\\x0801'::bytea ELSE '\\x0a0161'::bytea END, 4, lm_at(0), lm_at(0)"
        " FROM generate_series(1, %d) i",
        kind, kind, n);
}

static void two_replicas_do_each_job_once(void **state)
{
    struct lm_pgtest *t = *state;

    fill(t, "score_lead", 2000);
    start(t, lm_pgtest_proc(t));
    start(t, lm_pgtest_replica(t));
    lm_pgtest_await(t, 0, "SELECT count(*) FROM job");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 2000);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(DISTINCT what) FROM deed"), 2000);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job_done WHERE attempts = 1"), 2000);
    assert_in_range(atomic_load(&most_running), 1, 4); /* concurrency 2 in each of two */
}

static void jobs_without_effects_are_finished_in_batches(void **state)
{
    struct lm_pgtest *t = *state;

    fill(t, "research_company", 5000);
    start(t, lm_pgtest_proc(t));
    lm_pgtest_await(t, 0, "SELECT count(*) FROM job");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job_done"), 5000);
    /* One statement, one clock reading: far fewer finishes than jobs. */
    assert_true(lm_pgtest_int(t, "SELECT count(DISTINCT xmin::text) FROM job_done") < 2500);
}

static void fill_for(struct lm_pgtest *t, const char *tenant_id, int n)
{
    lm_pgtest_sql(
        t,
        "INSERT INTO job (tenant_id, id, kind, dedupe_key, payload, max_attempts, run_at, created_at)"
        " SELECT '%s', gen_random_uuid(), 'research_company', i::text, '\\x0a0161', 4, lm_at(%d), lm_at(0)"
        " FROM generate_series(1, %d) i",
        tenant_id, strcmp(tenant_id, LM_PGTEST_TENANT2) == 0, n);
}

/* Queues so many jobs of the quiet tenant, waits until they ran: how many others' runs each waited for, on average. */
static double quiet_wait(struct lm_pgtest *t, int n)
{
    int64_t until = lm_mono_ms() + 60000;

    atomic_store(&waited, 0);
    atomic_store(&n_ran_quiet, 0);
    atomic_store(&ran_before, atomic_load(&n_ran));
    fill_for(t, LM_PGTEST_TENANT2, n);
    lm_runtime_hint(lm_pgtest_proc(t), "jobs");
    while (atomic_load(&n_ran_quiet) < n && lm_mono_ms() < until)
        lm_sleep_ms(5);
    assert_int_equal(atomic_load(&n_ran_quiet), n);
    return (double)atomic_load(&waited) / n;
}

/* The noisy one's are due earlier: first come, first served would have the quiet one wait for all of them. */
static void a_quiet_tenant_waits_at_most_twice_as_long_beside_a_noisy_one(void **state)
{
    enum { QUIET = 2000, NOISY = 100000, IN_HAND = 400 };
    struct lm_pgtest *t = *state;
    double alone, beside;

    start(t, lm_pgtest_proc(t));
    alone = quiet_wait(t, QUIET);
    fill_for(t, LM_PGTEST_TENANT, NOISY);
    beside = quiet_wait(t, QUIET);
    print_message("a job waits for %.0f others alone, for %.0f beside %d of another tenant\n",
                  alone, beside, NOISY);
    assert_true(lm_pgtest_int(t, "SELECT count(*) FROM job") > NOISY / 10); /* it was noisy */
    assert_true(beside <= 2 * alone + IN_HAND);
}

static void a_lease_is_extended_while_the_handler_runs(void **state)
{
    struct lm_pgtest *t = *state;

    fill(t, "rescore_all", 3);
    start(t, lm_pgtest_proc(t));
    start(t, lm_pgtest_replica(t)); /* sweeps as well */
    lm_pgtest_await(t, 0, "SELECT count(*) FROM job");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 3);
    assert_int_equal(lm_pgtest_int(t, "SELECT max(attempts) FROM job_done"), 1);
}

static void a_commit_wakes_the_workers_at_once(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Enricher__ResearchCompany job = ENRICHER__RESEARCH_COMPANY__INIT;
    int64_t best_us = INT64_MAX;
    char key[16];

    job.company_id = key_of_a;
    start(t, lm_pgtest_proc(t));
    lm_sleep_ms(50); /* past the first look: from here on only a hint is quicker than the poll */
    for (int i = 0; i < 20; i++) {
        int64_t queued_us;

        snprintf(key, sizeof(key), "%d", i);
        assert_ok(lm_job_queue(ctx, &job.base, key, &t->base.err), &t->base.err);
        queued_us = lm_mono_us();
        lm_pgtest_await(t, 0, "SELECT count(*) FROM job");
        best_us = LM_MIN(best_us, atomic_load(&started_at_us) - queued_us);
    }
    assert_true(best_us < 20000);
}

/* The poll would find it, too: here there is none within the hour. */
static void a_fact_that_came_while_it_ran_wakes_the_workers_when_it_ends(void **state)
{
    struct lm_pgtest *t = *state;

    fill(t, "rescore_all", 1);
    start_polling(t, lm_pgtest_proc(t), 3600000);
    lm_pgtest_await(t, 1, "SELECT count(*) FROM job WHERE state = 'running'");
    fill(t, "research_company",
         1); /* done when the dispatcher has looked, and found nothing else */
    lm_proc_hint(lm_pgtest_proc(t), "jobs");
    lm_pgtest_await(t, 1, "SELECT count(*) FROM job_done");
    lm_pgtest_sql(t, "UPDATE job SET again = true, again_at = lm_at(0)");
    lm_pgtest_await(t, 0, "SELECT count(*) FROM job");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 2);
}

static void a_moved_clock_wakes_the_workers(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Enricher__ResearchCompany job = ENRICHER__RESEARCH_COMPANY__INIT;

    job.company_id = key_of_a;
    lm_clock_test_set(1000000);
    assert_ok(lm_job_queue_at(ctx, &job.base, "a", 1000000 + 86400000, &t->base.err), &t->base.err);
    start(t, lm_pgtest_proc(t));
    lm_sleep_ms(300);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'ready'"), 1);
    lm_clock_test_advance(86400000);
    lm_pgtest_await(t, 0, "SELECT count(*) FROM job");
}

static void what_has_not_started_is_given_back_and_what_runs_ends(void **state)
{
    struct lm_pgtest *t = *state;
    int64_t from;

    fill(t, "rescore_all", 40);
    start(t, lm_pgtest_proc(t));
    lm_pgtest_await(t, 1,
                    "SELECT (count(*) FILTER (WHERE state = 'running') >= 4)::integer FROM job");
    from = lm_mono_ms();
    lm_runtime_stop(lm_pgtest_proc(t), 5000);
    assert_true(lm_mono_ms() - from < 4000);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'running'"), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"),
                     lm_pgtest_int(t, "SELECT count(*) FROM job_done"));
    assert_int_equal(lm_pgtest_int(t, "SELECT coalesce(max(attempts), 0) FROM job"), 0);
}

static void a_stop_while_a_claim_is_under_way_leaves_no_lease(void **state)
{
    struct lm_pgtest *t = *state;

    fill(t, "research_company", 20000);
    for (int i = 1; i < LM_PGTEST_PROCS; i++) { /* in the midst of claims, wherever that is */
        struct lm_proc *proc = lm_pgtest_replica(t);
        int64_t before = lm_pgtest_int(t, "SELECT count(*) FROM job_done");

        start(t, proc);
        while (lm_pgtest_int(t, "SELECT count(*) FROM job_done") < before + 100 * i)
            lm_sleep_ms(1);
        lm_runtime_quiesce(proc);
        lm_runtime_stop(proc, 5000);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'running'"), 0);
    }
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job_done WHERE attempts <> 1"), 0);
}

LM_PGTEST_MAIN(probe, TEST(two_replicas_do_each_job_once),
               TEST(jobs_without_effects_are_finished_in_batches),
               TEST(a_quiet_tenant_waits_at_most_twice_as_long_beside_a_noisy_one),
               TEST(a_lease_is_extended_while_the_handler_runs),
               TEST(a_commit_wakes_the_workers_at_once),
               TEST(a_fact_that_came_while_it_ran_wakes_the_workers_when_it_ends),
               TEST(a_moved_clock_wakes_the_workers),
               TEST(what_has_not_started_is_given_back_and_what_runs_ends),
               TEST(a_stop_while_a_claim_is_under_way_leaves_no_lease))
