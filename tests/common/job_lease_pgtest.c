/* SPDX-License-Identifier: Apache-2.0 */
/* The queue by hand: one key one job, leases and their fence, fairness, time, the ends of a job. */
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/job_internal.h"
#include "common/metrics.h"
#include "gen/scorer.pb-c.h"
#include "tests/pg/lm_pgtest.h"

enum { NOW = 1000000000 };
#define LEAD "44444444-4444-4444-8444-444444444444"
static char lead[] = LEAD;

static lm_err next_error; /* what the handler says; LM_OK: content */
static int64_t again_at;
static int runs;

static lm_code run(struct lm_ctx *ctx, const ProtobufCMessage *payload LM_UNUSED, lm_err *err)
{
    static const struct lm_sql deed = {"deed", "INSERT INTO deed (what) VALUES ('ran')"};

    runs++;
    if (again_at)
        lm_job_again_at(ctx, again_at);
    if (next_error.code) {
        *err = next_error;
        return err->code;
    }
    return lm_tx_begin(ctx, err) || lm_db_exec(ctx, &deed, LM_NO_ARGS, NULL, err) ? err->code
                                                                                  : LM_OK;
}

static const struct lm_job_kind kinds[] = {
    {"score_lead", &scorer__score_lead__descriptor, run, 4, 30000, 30000, 0},
    {"rescore_all", &scorer__rescore_all__descriptor, run, 2, 30000, 30000, 0},
    {.kind = NULL},
};
static const struct lm_service probe = {.name = "probe", .jobs = kinds};

static int set_up(void **state)
{
    next_error = (lm_err)LM_ERR_INIT;
    again_at = 0;
    runs = 0;
    lm_clock_test_set(NOW);
    return lm_pgtest_setup(state);
}
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, lm_pgtest_teardown)

static void queue_for(struct lm_pgtest *t, const char *tenant, const char *key, int64_t run_at)
{
    struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(t), tenant, 10000, 1 << 20);
    Scorer__ScoreLead job = SCORER__SCORE_LEAD__INIT;

    job.lead_id = lead;
    assert_ok(lm_job_queue_at(ctx, &job.base, key, run_at, &t->base.err), &t->base.err);
    lm_ctx_free(ctx);
}

/* Up to `n`, as `owner`; what was claimed is freed after the test. */
static struct lm_job *claim(struct lm_pgtest *t, const char *owner, int n, char *place, size_t *got)
{
    struct lm_job_want want = {.kind = &kinds[0], .n = n};
    struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(t), NULL, 10000, 16 << 20);
    struct lm_job *list = NULL;
    size_t count;

    if (place)
        memcpy(want.place, place, LM_ID_SIZE);
    assert_ok(lm_jobs_claim(ctx, &want, 1, owner, lm_clock_ms(), &list, got ? got : &count,
                            &t->base.err),
              &t->base.err);
    if (place)
        memcpy(place, want.place, LM_ID_SIZE);
    for (struct lm_job *job = list; job; job = job->next)
        lm_arena_defer(t->base.arena, (void (*)(void *))lm_job_free, job);
    lm_ctx_free(ctx);
    return list;
}

/* The runner's last step: an effect and the finish, in one transaction. */
static lm_code finish(struct lm_pgtest *t, const struct lm_job *job, const char *owner)
{
    static const struct lm_sql deed = {"deed_finish",
                                       "INSERT INTO deed (what) VALUES ('finished')"};
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    lm_err *err = &t->base.err;

    lm_err_clear(err);
    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_db_exec(ctx, &deed, LM_NO_ARGS, NULL, err), err);
    assert_ok(lm_job_finish(ctx, job, owner, 0, err), err);
    return lm_tx_commit(ctx, err);
}

static void sweep(struct lm_pgtest *t)
{
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    int64_t n;

    assert_ok(lm_jobs_expire(ctx, &n, &t->base.err), &t->base.err);
}

static void let_leases_run_out(struct lm_pgtest *t)
{
    lm_pgtest_sql(
        t,
        "UPDATE job SET lease_until = clock_timestamp() - interval '1 s' WHERE state = 'running'");
    sweep(t);
}

/* ------- queueing ------- */

static void a_key_is_queued_once_and_moves_forward(void **state)
{
    struct lm_pgtest *t = *state;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW + 5000);
    queue_for(t, LM_PGTEST_TENANT, "a", NOW + 9000);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(run_at) FROM job"), NOW + 5000);
    queue_for(t, LM_PGTEST_TENANT, "a", NOW + 1000);
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(run_at) FROM job"), NOW + 1000);
    queue_for(t, LM_PGTEST_TENANT2, "a", NOW); /* another tenant's is another */
    queue_for(t, NULL, "a", NOW);
    queue_for(t, NULL, "a", NOW);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 3);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job WHERE person_id = '" LEAD "'"), 3);
}

static void many_keys_give_the_id_of_each(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Scorer__ScoreLead job = SCORER__SCORE_LEAD__INIT;
    struct lm_job_spec specs[] = {{.payload = &job.base, .key = "z"},
                                  {.payload = &job.base, .key = "a"},
                                  {.payload = &job.base, .key = "z"}};

    job.lead_id = lead;
    assert_ok(lm_jobs_queue(ctx, specs, 3, &t->base.err), &t->base.err);
    assert_string_equal(specs[0].id, specs[2].id);
    assert_string_equal(specs[1].id,
                        lm_pgtest_text(t, "SELECT id FROM job WHERE dedupe_key = 'a'"));
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 2);
}

static void a_fact_that_comes_while_it_runs_is_not_swallowed(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_job *job;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    job = claim(t, "me", 1, NULL, NULL);
    queue_for(t, LM_PGTEST_TENANT, "a", NOW + 7);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 1);
    assert_ok(finish(t, job, "me"), &t->base.err);
    assert_int_equal(lm_pgtest_int(t,
                                   "SELECT count(*) FROM job WHERE state = 'ready' AND attempts = 0"
                                   " AND NOT again AND lm_ms(run_at) = %d",
                                   NOW + 7),
                     1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job_done"), 0);
    lm_clock_test_advance(7);
    assert_ok(finish(t, claim(t, "me", 1, NULL, NULL), "me"), &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 0);
}

static void finished_rows_leave_for_the_day(void **state)
{
    struct lm_pgtest *t = *state;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    assert_ok(finish(t, claim(t, "me", 1, NULL, NULL), "me"), &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job_done WHERE state = 'done'"), 1);
    assert_string_equal(
        lm_pgtest_text(t, "SELECT tableoid::regclass::text FROM job_done"),
        lm_pgtest_text(
            t, "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', '\"job_done_\"YYYYMMDD')"));
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(finished_at) FROM job_done"),
                     NOW); /* business time */
}

/* ------- the lease ------- */

static void a_worker_that_lost_its_lease_changes_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_job *slow, *quick;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    slow = claim(t, "slow", 1, NULL, NULL);
    let_leases_run_out(t);
    quick = claim(t, "quick", 1, NULL, NULL);
    assert_non_null(quick);
    assert_int_equal(quick->attempt, 2);
    assert_code(finish(t, slow, "slow"), LM_FENCED, &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);
    assert_ok(finish(t, quick, "quick"), &t->base.err);
    assert_code(finish(t, slow, "slow"), LM_FENCED, &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 1);
}

static int64_t fenced(void)
{
    return lm_metric_value(lm_counter("lm_job_fenced_total", "", "kind", kinds[0].kind));
}

static void a_late_write_is_refused_and_counted(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_job *slow, *quick;
    int64_t before = fenced();

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    slow = claim(t, "slow", 1, NULL, NULL);
    let_leases_run_out(t);
    quick = claim(t, "quick", 1, NULL, NULL);
    assert_false(lm_job_run(lm_pgtest_proc(t), slow, "slow", 1 << 20));
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);
    assert_int_equal(fenced() - before, 1);
    assert_false(lm_job_run(lm_pgtest_proc(t), quick, "quick", 1 << 20));
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 1);
    assert_int_equal(fenced() - before, 1);
}

static void a_batch_of_finishes_counts_what_was_lost(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    int64_t before = fenced();
    struct lm_job *jobs[2];

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    queue_for(t, LM_PGTEST_TENANT, "b", NOW);
    jobs[0] = claim(t, "me", 2, NULL, NULL);
    jobs[1] = jobs[0]->next;
    lm_pgtest_sql(t, "UPDATE job SET lease_owner = 'other' WHERE id = '%s'", jobs[0]->id);
    assert_ok(lm_jobs_finish(ctx, jobs, 2, "me", &t->base.err), &t->base.err);
    assert_int_equal(fenced() - before, 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job_done"), 1);
}

static void a_replica_s_longest_lease_is_shorter_than_the_kind_s(void **state)
{
    struct lm_job_want want = {.kind = &kinds[0], .n = 1, .lease_ms = 2000};
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    struct lm_job *job = NULL;
    size_t n;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    assert_ok(lm_jobs_claim(ctx, &want, 1, "me", lm_clock_ms(), &job, &n, &t->base.err),
              &t->base.err);
    assert_int_equal(
        lm_pgtest_int(
            t, "SELECT count(*) FROM job WHERE lease_until < clock_timestamp() + interval '2.1 s'"),
        1);
    assert_ok(lm_jobs_extend(ctx, &job, 1, "me", &t->base.err), &t->base.err);
    assert_int_equal(
        lm_pgtest_int(
            t, "SELECT count(*) FROM job WHERE lease_until < clock_timestamp() + interval '2.1 s'"),
        1);
    lm_job_free(job);
}

static void the_fence_counts_claims_not_attempts(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_job *old, *now;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    old = claim(t, "me", 1, NULL, NULL);
    queue_for(t, LM_PGTEST_TENANT, "a", NOW); /* again: attempts begin anew */
    let_leases_run_out(t);
    now = claim(t, "me", 1, NULL, NULL); /* same owner, same attempt */
    assert_int_equal(now->attempt, old->attempt);
    assert_code(finish(t, old, "me"), LM_FENCED, &t->base.err);
    assert_ok(finish(t, now, "me"), &t->base.err);
}

static void extending_tells_what_was_lost(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    struct lm_job *jobs[2];

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    queue_for(t, LM_PGTEST_TENANT, "b", NOW);
    jobs[0] = claim(t, "me", 2, NULL, NULL);
    jobs[1] = jobs[0]->next;
    lm_pgtest_sql(t, "UPDATE job SET lease_owner = 'other' WHERE id = '%s'", jobs[1]->id);
    lm_pgtest_sql(t, "UPDATE job SET lease_until = clock_timestamp() + interval '1 s'");
    assert_ok(lm_jobs_extend(ctx, jobs, 2, "me", &t->base.err), &t->base.err);
    assert_false(jobs[0]->is_lost);
    assert_true(jobs[1]->is_lost);
    assert_int_equal(
        lm_pgtest_int(
            t, "SELECT count(*) FROM job WHERE lease_until > clock_timestamp() + interval '20 s'"),
        1);
}

static void a_job_that_kills_its_worker_dies_in_the_end(void **state)
{
    struct lm_pgtest *t = *state;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'ready'"), 1);
        assert_non_null(claim(t, "me", 1, NULL, NULL));
        let_leases_run_out(t);
    }
    assert_int_equal(
        lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'dead' AND last_error <> ''"), 1);
    assert_null(claim(t, "me", 1, NULL, NULL));
}

static void what_is_given_back_costs_no_attempt(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    struct lm_job *job;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    job = claim(t, "me", 1, NULL, NULL);
    assert_ok(lm_jobs_give_back(ctx, &job, 1, "me", &t->base.err), &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT attempts FROM job WHERE state = 'ready'"), 0);
    assert_code(finish(t, job, "me"), LM_FENCED, &t->base.err);
}

/* ------- fairness and time ------- */

static void a_long_queue_does_not_hide_a_short_one(void **state)
{
    struct lm_pgtest *t = *state;
    char place[LM_ID_SIZE] = "";
    size_t got;
    int others = 0;

    lm_pgtest_sql(
        t,
        "INSERT INTO job (tenant_id, id, kind, dedupe_key, payload, max_attempts, run_at, created_at)"
        " SELECT '" LM_PGTEST_TENANT
        "', gen_random_uuid(), 'score_lead', 'big ' || i, '', 4, lm_at(0),"
        " lm_at(0) FROM generate_series(1, 3000) i");
    lm_pgtest_sql(
        t,
        "INSERT INTO job (tenant_id, id, kind, dedupe_key, payload, max_attempts, run_at, created_at)"
        " SELECT md5(i::text)::uuid, gen_random_uuid(), 'score_lead', 'small', '', 4, lm_at(1),"
        " lm_at(1) FROM generate_series(1, 40) i");
    for (int i = 0; i < 4; i++)
        for (struct lm_job *job = claim(t, "me", 100, place, &got); job; job = job->next)
            others += strcmp(job->tenant_id, LM_PGTEST_TENANT) != 0;
    assert_int_equal(others, 40); /* 41 tenants, 16 a claim: three claims see them all */
    assert_true(lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'running'") >
                300); /* and batches are full */
}

static void tenants_whose_work_is_not_due_are_passed_by(void **state)
{
    struct lm_pgtest *t = *state;

    lm_pgtest_sql(
        t,
        "INSERT INTO job (tenant_id, id, kind, dedupe_key, payload, max_attempts, run_at, created_at)"
        " SELECT ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid, gen_random_uuid(),"
        " 'score_lead', 'later', '', 4, lm_at(%d), lm_at(0) FROM generate_series(1, 100) i",
        NOW + 1000);
    queue_for(t, "ffffffff-ffff-4fff-8fff-ffffffffffff", "now", NOW);
    assert_string_equal(claim(t, "me", 10, NULL, NULL)->key, "now");
}

static void work_is_due_by_the_business_clock(void **state)
{
    struct lm_pgtest *t = *state;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW + 60000);
    assert_null(claim(t, "me", 1, NULL, NULL));
    lm_clock_test_advance(59999);
    assert_null(claim(t, "me", 1, NULL, NULL));
    lm_clock_test_advance(1);
    assert_non_null(claim(t, "me", 1, NULL, NULL));
}

static void the_urgent_goes_first_among_equals(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Scorer__ScoreLead job = SCORER__SCORE_LEAD__INIT;
    struct lm_job_spec specs[] = {
        {.payload = &job.base, .key = "low", .run_at = NOW},
        {.payload = &job.base, .key = "urgent", .run_at = NOW, .priority = 5},
        {.payload = &job.base, .key = "earlier", .run_at = NOW - 1}};

    job.lead_id = lead;
    assert_ok(lm_jobs_queue(ctx, specs, 3, &t->base.err), &t->base.err);
    assert_string_equal(claim(t, "me", 1, NULL, NULL)->key, "earlier");
    assert_string_equal(claim(t, "me", 1, NULL, NULL)->key, "urgent");
    assert_string_equal(claim(t, "me", 1, NULL, NULL)->key, "low");
}

/* ------- a run and its outcome ------- */

/* Claims and runs the one due job; false: none was due. */
static bool run_one(struct lm_pgtest *t)
{
    struct lm_job *job = claim(t, "me", 1, NULL, NULL);

    if (!job)
        return false;
    (void)lm_job_run(lm_pgtest_proc(t), job, "me", 1 << 20);
    return true;
}

static void a_failed_job_waits_5_15_45_seconds_then_is_dead(void **state)
{
    static const int64_t waits[] = {5000, 15000, 45000};
    struct lm_pgtest *t = *state;
    lm_err *err = &t->base.err;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    int64_t revived;
    lm_str dead;

    lm_fail(&next_error, LM_UNAVAILABLE, "the neighbour is away");
    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    for (size_t i = 0; i < 3; i++) {
        int64_t wait;

        assert_true(run_one(t));
        wait =
            lm_pgtest_int(t, "SELECT lm_ms(run_at) FROM job WHERE state = 'ready'") - lm_clock_ms();
        assert_in_range(wait, waits[i], waits[i] * 12 / 10);
        assert_false(run_one(t));
        lm_clock_test_advance(wait);
    }
    assert_true(run_one(t));
    assert_int_equal(runs, 4);
    assert_string_equal(
        lm_pgtest_text(t, "SELECT state || ' ' || last_code || ' ' || last_error FROM job"),
        "dead unavailable the neighbour is away");

    queue_for(t, LM_PGTEST_TENANT, "a",
              NOW); /* the same work anew does not stumble over the dead one */
    dead = lm_str_z(lm_pgtest_text(t, "SELECT id FROM job WHERE state = 'dead'"));
    assert_ok(lm_jobs_revive(ctx, &dead, 1, &revived, err), err);
    assert_int_equal(revived, 0);
    next_error = (lm_err)LM_ERR_INIT;
    assert_true(run_one(t));
    assert_ok(lm_jobs_revive(ctx, &dead, 1, &revived, err), err);
    assert_int_equal(revived, 1);
    assert_true(run_one(t));
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 0);
}

static void dead_jobs_of_all_tenants_live_again_each_key_once(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    lm_err *err = &t->base.err;
    int64_t revived;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    queue_for(t, LM_PGTEST_TENANT2, "a", NOW);
    lm_pgtest_sql(t, "UPDATE job SET state = 'dead', attempts = 4");
    queue_for(t, LM_PGTEST_TENANT, "a", NOW + 1); /* the same once more, dead as well */
    lm_pgtest_sql(t, "UPDATE job SET state = 'dead', attempts = 4");
    assert_ok(lm_jobs_revive(ctx, NULL, 0, &revived, err), err);
    assert_int_equal(revived, 2);
    assert_int_equal(
        lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'ready' AND attempts = 0"), 2);
    assert_int_equal(
        lm_pgtest_int(t, "SELECT count(DISTINCT tenant_id) FROM job WHERE state = 'ready'"), 2);
    assert_ok(lm_jobs_revive(ctx, NULL, 0, &revived, err), err);
    assert_int_equal(revived, 0); /* the third waits behind its younger twin */
}

static void what_cannot_help_is_not_tried_again(void **state)
{
    struct lm_pgtest *t = *state;

    lm_fail(&next_error, LM_INVALID, "no such lead");
    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    assert_true(run_one(t));
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'dead'"), 1);
}

static void the_neighbour_says_when(void **state)
{
    struct lm_pgtest *t = *state;

    lm_fail(&next_error, LM_LIMITED, "slow down");
    next_error.retry_after_ms = 123000;
    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    assert_true(run_one(t));
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_ms(run_at) FROM job WHERE state = 'ready'"),
                     NOW + 123000);
}

static void a_good_run_can_ask_to_come_back(void **state)
{
    struct lm_pgtest *t = *state;

    again_at = NOW + 3600000;
    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    assert_true(run_one(t));
    assert_int_equal(
        lm_pgtest_int(t, "SELECT lm_ms(run_at) FROM job WHERE state = 'ready' AND attempts = 0"),
        NOW + 3600000);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 1);
}

static void an_erased_person_s_job_ends_without_a_run(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    struct lm_job *job;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    lm_pgtest_sql(t, "UPDATE job SET payload = NULL");
    job = claim(t, "me", 1, NULL, NULL);
    assert_true(lm_job_run(lm_pgtest_proc(t), job, "me", 1 << 20));
    assert_ok(lm_jobs_finish(ctx, &job, 1, "me", &t->base.err), &t->base.err);
    assert_int_equal(runs, 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job_done"), 1);
}

static void waiting_work_can_be_cancelled_and_running_work_hears_of_it(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct lm_job_run impl = {.owner = "me"};
    struct lm_job_ctx job_ctx = {.impl = &impl};
    struct lm_job_info info;
    lm_err *err = &t->base.err;
    const char *id;

    queue_for(t, LM_PGTEST_TENANT, "a", NOW);
    id = lm_pgtest_text(t, "SELECT id FROM job");
    assert_ok(lm_job_cancel(ctx, id, err), err);
    assert_ok(lm_job_get(ctx, id, &info, err), err);
    assert_string_equal(info.state, "cancelled");
    assert_code(lm_job_cancel(ctx, id, err), LM_NOT_FOUND, err);
    lm_err_clear(err);

    queue_for(t, LM_PGTEST_TENANT, "b", NOW);
    impl.job = claim(t, "me", 1, NULL, NULL);
    ctx->job = &job_ctx;
    assert_ok(lm_job_progress(ctx, 1, 10, err), err);
    assert_ok(lm_job_get(ctx, impl.job->id, &info, err), err);
    assert_int_equal(info.progress_total, 10);
    assert_ok(lm_job_cancel(ctx, impl.job->id, err), err);
    assert_code(lm_job_progress(ctx, 2, 10, err), LM_CANCELLED, err);
    assert_ok(lm_job_fail(ctx, impl.job, "me", err, 0, &(lm_err)LM_ERR_INIT), err);
    assert_ok(lm_job_get(ctx, impl.job->id, &info, err), err);
    assert_string_equal(info.state, "cancelled");
}

LM_PGTEST_MAIN(
    probe, TEST(a_key_is_queued_once_and_moves_forward), TEST(many_keys_give_the_id_of_each),
    TEST(a_fact_that_comes_while_it_runs_is_not_swallowed), TEST(finished_rows_leave_for_the_day),
    TEST(a_worker_that_lost_its_lease_changes_nothing), TEST(the_fence_counts_claims_not_attempts),
    TEST(a_late_write_is_refused_and_counted), TEST(a_batch_of_finishes_counts_what_was_lost),
    TEST(a_replica_s_longest_lease_is_shorter_than_the_kind_s), TEST(extending_tells_what_was_lost),
    TEST(a_job_that_kills_its_worker_dies_in_the_end), TEST(what_is_given_back_costs_no_attempt),
    TEST(a_long_queue_does_not_hide_a_short_one), TEST(tenants_whose_work_is_not_due_are_passed_by),
    TEST(work_is_due_by_the_business_clock), TEST(the_urgent_goes_first_among_equals),
    TEST(a_failed_job_waits_5_15_45_seconds_then_is_dead),
    TEST(dead_jobs_of_all_tenants_live_again_each_key_once),
    TEST(what_cannot_help_is_not_tried_again), TEST(the_neighbour_says_when),
    TEST(a_good_run_can_ask_to_come_back), TEST(an_erased_person_s_job_ends_without_a_run),
    TEST(waiting_work_can_be_cancelled_and_running_work_hears_of_it))
