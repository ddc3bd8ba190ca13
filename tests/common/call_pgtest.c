/* SPDX-License-Identifier: Apache-2.0 */
/* One call: role, rules, its transaction; once a call id, also from two sides at once. */
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/json.h"
#include "gen/enricher.pb-c.h"
#include "gen/scorer.pb-c.h"
#include "tests/pg/lm_pgtest.h"

#include <stdatomic.h>

static const struct lm_sql deed = {"deed", "INSERT INTO deed (what) VALUES ($1)"};
static atomic_int runs;
static atomic_int nap_ms;
static lm_code outcome;

/* Writes a deed and an event and answers how often it was run. */
static lm_code handle(struct lm_ctx *ctx, const ProtobufCMessage *in, ProtobufCMessage *out,
                      lm_err *err)
{
    const Enricher__ResearchCompany *request = (const Enricher__ResearchCompany *)in;
    Scorer__RescoreAll *answer = (Scorer__RescoreAll *)out;
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;
    struct lm_event e = {
        .message = &ev.base, .subject_id = "66666666-6666-4666-8666-666666666666", .version = 1};
    bool is_outside = !ctx->tx;

    answer->config_version = atomic_fetch_add(&runs, 1) + 1;
    ev.company_id = request->company_id;
    lm_sleep_ms(atomic_load(&nap_ms));
    if (strcmp(request->company_id, "huge") == 0)
        (void)lm_arena_alloc(ctx->arena, 1 << 30);
    if (is_outside && lm_tx_begin(ctx, err))
        return err->code;
    if (lm_db_exec(ctx, &deed, LM_ARGS(LM_Z(request->company_id)), NULL, err) ||
        lm_event_put(ctx, &e, err))
        return err->code;
    if (outcome)
        return lm_fail(err, outcome, "as asked");
    return is_outside ? lm_tx_commit(ctx, err) : LM_OK;
}

#define RPC(name, ...)                                                                \
    static const struct lm_rpc name = {.service = "probe",                            \
                                       .method = #name,                               \
                                       .in = &enricher__research_company__descriptor, \
                                       .out = &scorer__rescore_all__descriptor,       \
                                       .handle = handle,                              \
                                       __VA_ARGS__}
RPC(reads, .writes = false);
RPC(writes, .writes = true, .role = LM_ROLE_EDITOR);
RPC(goes_out, .writes = true, .outside = true);

static const struct lm_service probe = {.name = "probe"};

static int set_up(void **state)
{
    atomic_store(&runs, 0);
    atomic_store(&nap_ms, 0);
    outcome = LM_OK;
    return lm_pgtest_setup(state);
}
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, lm_pgtest_teardown)
#define CALL_ID  "77777777-7777-4777-8777-777777777777"

struct call {
    struct lm_proc *proc;
    const struct lm_rpc *rpc;
    const char *id, *text;
    enum lm_role role;
    int64_t timeout_ms;
    pthread_t thread;
    /* out */
    lm_err err;
    int32_t answer;
    size_t n_caused;
    int64_t caused;
};

static void *run(void *arg)
{
    struct call *c = arg;
    struct lm_ctx *ctx =
        lm_ctx_new(c->proc, LM_PGTEST_TENANT, c->timeout_ms ? c->timeout_ms : 10000, 1 << 20);
    Enricher__ResearchCompany in = ENRICHER__RESEARCH_COMPANY__INIT;
    ProtobufCMessage *answer;
    lm_str out;

    in.company_id = (char *)(uintptr_t)c->text;
    ctx->role = c->role ? c->role : LM_ROLE_SYSTEM;
    memcpy(ctx->call_id, c->id, LM_ID_SIZE);
    lm_err_clear(&c->err);
    if (lm_call_run(ctx, c->rpc, lm_pb_pack(ctx->arena, &in.base), &out, &c->err) == LM_OK &&
        lm_pb_unpack(ctx->arena, c->rpc->out, out, &answer, &c->err) == LM_OK)
        c->answer = ((Scorer__RescoreAll *)answer)->config_version;
    c->n_caused = ctx->n_caused;
    c->caused = ctx->n_caused ? ctx->caused[0].id : 0;
    lm_ctx_free(ctx);
    return NULL;
}

static struct call call(struct lm_pgtest *t, const struct lm_rpc *rpc, const char *text)
{
    struct call c = {.proc = lm_pgtest_proc(t), .rpc = rpc, .id = CALL_ID, .text = text};

    run(&c);
    return c;
}

static void a_writing_call_is_done_once_an_id(void **state)
{
    const struct lm_rpc *const rpcs[] = {&writes, &goes_out};
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < LM_COUNT(rpcs); i++) {
        struct call first, second;

        atomic_store(&runs, 0);
        lm_pgtest_sql(t, "DELETE FROM deed; DELETE FROM event_new");
        first = call(t, rpcs[i], "x");
        assert_ok(first.err.code, &first.err);
        assert_int_equal(first.answer, 1);
        assert_int_equal(first.n_caused, 1);
        assert_int_equal(first.caused, lm_pgtest_int(t, "SELECT id FROM event_new"));
        second = call(t, rpcs[i], "x");
        assert_ok(second.err.code, &second.err);
        assert_int_equal(second.answer, 1);
        assert_int_equal(second.n_caused, 1);
        assert_int_equal(second.caused, first.caused);
        assert_int_equal(atomic_load(&runs), 1);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 1);
    }
}

static void the_second_of_two_waits_for_the_first(void **state)
{
    const struct lm_rpc *const rpcs[] = {&writes, &goes_out};
    struct lm_pgtest *t = *state;

    atomic_store(&nap_ms, 150);
    for (size_t i = 0; i < LM_COUNT(rpcs); i++) {
        struct call calls[4];

        atomic_store(&runs, 0);
        for (size_t k = 0; k < LM_COUNT(calls); k++) {
            calls[k] =
                (struct call){.proc = k == 0 && i == 0 ? lm_pgtest_replica(t) : lm_pgtest_proc(t),
                              .rpc = rpcs[i],
                              .id = CALL_ID,
                              .text = "x"};
            assert_int_equal(pthread_create(&calls[k].thread, NULL, run, &calls[k]), 0);
        }
        for (size_t k = 0; k < LM_COUNT(calls); k++) {
            pthread_join(calls[k].thread, NULL);
            assert_ok(calls[k].err.code, &calls[k].err);
            assert_int_equal(calls[k].answer, 1);
            assert_int_equal(calls[k].caused, calls[0].caused);
        }
        assert_int_equal(atomic_load(&runs), 1);
    }
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 2);
}

static void a_failed_call_leaves_nothing_and_may_come_again(void **state)
{
    const struct lm_rpc *const rpcs[] = {&writes, &goes_out};
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < LM_COUNT(rpcs); i++) {
        struct call c;

        outcome = LM_CONFLICT;
        c = call(t, rpcs[i], "x");
        assert_int_equal(c.err.code, LM_CONFLICT);
        assert_int_equal(c.n_caused, 0);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), i);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event_new"), i);
        outcome = LM_OK;
        c = call(t, rpcs[i], "x");
        assert_ok(c.err.code, &c.err);
    }
}

static void an_id_belongs_to_one_request(void **state)
{
    const struct lm_rpc *const rpcs[] = {&writes, &goes_out};
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < LM_COUNT(rpcs); i++) {
        assert_int_equal(call(t, rpcs[i], "x").err.code, LM_OK);
        assert_int_equal(call(t, rpcs[i], "y").err.code, LM_UNPROCESSABLE);
    }
    assert_int_equal(atomic_load(&runs), 2);
}

static void a_call_outside_whose_worker_died_is_done_by_the_next(void **state)
{
    struct lm_pgtest *t = *state;
    struct call c;

    assert_int_equal(call(t, &goes_out, "x").err.code, LM_OK);
    lm_pgtest_sql(
        t, "UPDATE call_done SET answer = NULL, lease_until = clock_timestamp() - interval '1 s'");
    c = call(t, &goes_out, "x");
    assert_ok(c.err.code, &c.err);
    assert_int_equal(c.answer, 2);
}

static void who_waits_too_long_is_told_so(void **state)
{
    struct lm_pgtest *t = *state;
    struct call c = {
        .proc = lm_pgtest_proc(t), .rpc = &goes_out, .id = CALL_ID, .text = "x", .timeout_ms = 100};

    assert_int_equal(call(t, &goes_out, "x").err.code, LM_OK);
    lm_pgtest_sql(
        t, "UPDATE call_done SET answer = NULL, lease_until = clock_timestamp() + interval '1 h'");
    run(&c);
    assert_int_equal(c.err.code, LM_DEADLINE);
}

static void reading_calls_are_run_each_time(void **state)
{
    struct lm_pgtest *t = *state;

    assert_int_equal(call(t, &reads, "x").answer, 1);
    assert_int_equal(call(t, &reads, "x").answer, 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM call_done"), 0);
}

static void a_low_role_is_refused_before_anything_happens(void **state)
{
    struct lm_pgtest *t = *state;
    struct call c = {.proc = lm_pgtest_proc(t),
                     .rpc = &writes,
                     .id = CALL_ID,
                     .text = "x",
                     .role = LM_ROLE_REVIEWER};

    run(&c);
    assert_int_equal(c.err.code, LM_FORBIDDEN);
    assert_int_equal(atomic_load(&runs), 0);
}

static void a_call_that_wants_too_much_memory_ends_alone(void **state)
{
    const struct lm_rpc *const rpcs[] = {&reads, &writes, &goes_out};
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < LM_COUNT(rpcs); i++) {
        assert_int_equal(call(t, rpcs[i], "huge").err.code, LM_TOO_LARGE);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);
    }
    assert_int_equal(call(t, &writes, "small").err.code, LM_OK);
}

LM_PGTEST_MAIN(probe, TEST(a_writing_call_is_done_once_an_id),
               TEST(the_second_of_two_waits_for_the_first),
               TEST(a_failed_call_leaves_nothing_and_may_come_again),
               TEST(an_id_belongs_to_one_request),
               TEST(a_call_outside_whose_worker_died_is_done_by_the_next),
               TEST(who_waits_too_long_is_told_so), TEST(reading_calls_are_run_each_time),
               TEST(a_low_role_is_refused_before_anything_happens),
               TEST(a_call_that_wants_too_much_memory_ends_alone))
