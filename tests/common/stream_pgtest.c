/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole way of a fact, over the real bus and two replicas: commit, hint, relay, frame, consumer,
 * tail; with frames that are lost and locks that are taken away. The service consumes its own log.
 */
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/lanes.h"
#include "common/runtime_internal.h"
#include "gen/enricher.pb-c.h"
#include "tests/pg/lm_pgtest.h"

#include <limits.h>
#include <stdatomic.h>
#include <unistd.h>

enum { MEMORY = 16 << 20, EVENTS = 300, FAR_BEHIND = 2200 };
#define SUBJECT "55555555-5555-4555-8555-555555555555"

static const struct lm_sql raise = {
    "raise",
    "INSERT INTO thing AS t (tenant_id, id) VALUES ($1, $2)"
    " ON CONFLICT (tenant_id, id) DO UPDATE SET version = t.version + 1 RETURNING version"};
static const struct lm_sql deed = {"deed", "INSERT INTO deed (what, at) VALUES ($1, $2)"};
/* The source lets go of what all have consumed: it must not be told so before it is so. */
static const struct lm_sql told_too_far = {
    "told_too_far",
    "INSERT INTO deed (what, at) SELECT 'too far', seq FROM event_consumer WHERE seq >= $1"};

static atomic_llong applied_us;
static lm_code on_company_enriched(struct lm_ctx *ctx, const ProtobufCMessage *message, lm_err *err)
{
    const Enricher__CompanyEnriched *ev = (const Enricher__CompanyEnriched *)message;

    atomic_store(&applied_us, lm_mono_us());
    if (lm_db_exec(ctx, &told_too_far, LM_ARGS(LM_INT(ctx->event->seq)), NULL, err))
        return err->code;
    return lm_db_exec(ctx, &deed, LM_ARGS(LM_Z(ev->company_id), LM_INT(ctx->event->version)), NULL,
                      err);
}

static const struct lm_event_kind kinds[] = {
    {"probe", "enricher.CompanyEnriched", &enricher__company_enriched__descriptor,
     on_company_enriched},
    {.type = NULL},
};

static const int64_t every_ms = 3600000;
static atomic_int ticks;
static lm_code tick(struct lm_ctx *ctx, lm_err *err)
{
    atomic_fetch_add(&ticks, 1);
    return lm_db_exec(ctx, &deed, LM_ARGS(LM_Z("tick"), LM_INT(0)), NULL, err);
}
static const struct lm_periodic periodics[] = {{"test_tick", &every_ms, tick}, {.name = NULL}};
static const struct lm_service probe = {.name = "probe", .events = kinds, .periodics = periodics};

/* ------- two replicas on a bus ------- */

struct replica {
    struct lm_proc *proc;
    struct lm_lanes *lanes;
    int lose; /* of so many frames with events one arrives; 0: all. Then one relays, the other consumes */
    int frames;
};
static struct replica replicas[2];
static char dir[64];

static void on_call(void *arg, struct lm_bus_call *call, const struct lm_bus_request *request)
{
    lm_lanes_take(((struct replica *)arg)->lanes, call, request);
}

static void on_event(void *arg, const char *sender, const char *from, const char *kind, lm_str body)
{
    struct replica *r = arg;
    char what[16];

    if (strcmp(kind, "hint") == 0) {
        snprintf(what, sizeof(what), "%.*s", LM_FMT(body));
        if (strcmp(from, r->proc->replica) != 0)
            lm_runtime_hint(r->proc, what);
    } else if (strcmp(kind, "events") != 0 || r->lose == 0 || ++r->frames % r->lose == 0) {
        lm_runtime_on_frame(r->proc, sender, kind, body);
    }
}

static void start_replica(struct lm_pgtest *t, struct replica *r, struct lm_proc *proc, int lose)
{
    const struct lm_bus_handlers handlers = {.arg = r, .on_call = on_call, .on_event = on_event};
    const struct lm_lanes_options lanes = {.fast = 2, .slow = 1, .memory_limit = MEMORY};
    const struct lm_runtime_options o = {.memory_limit = MEMORY,
                                         .no_consumers = lose && r == &replicas[0],
                                         .no_relay = lose && r != &replicas[0]};
    const struct lm_bus_options bus = {.service = "probe",
                                       .replica = proc->replica,
                                       .dir = dir,
                                       .key = LM_STR("0123456789abcdef0123456789abcdef"),
                                       .workers = 8};
    lm_err *err = &t->base.err;

    *r = (struct replica){.proc = proc, .lose = lose};
    assert_ok(lm_lanes_start(proc, &lanes, &r->lanes, err), err);
    assert_ok(lm_bus_start(&bus, &handlers, &proc->bus, err), err);
    assert_ok(lm_runtime_start(proc, &o, err), err);
    assert_ok(lm_bus_subscribe(proc->bus, "probe", err), err);
    atomic_store(&proc->is_ready, true);
    lm_bus_set_ready(proc->bus, true);
}

static void start(struct lm_pgtest *t, int lose)
{
    snprintf(dir, sizeof(dir), "/tmp/lm-stream-XXXXXX");
    assert_non_null(mkdtemp(dir));
    start_replica(t, &replicas[0], lm_pgtest_proc(t), lose);
    start_replica(t, &replicas[1], lm_pgtest_replica(t), lose);
}

static void stop(void)
{
    for (size_t i = 0; i < 2; i++) {
        lm_runtime_quiesce(replicas[i].proc);
        lm_lanes_stop(replicas[i].lanes);
        lm_runtime_stop(replicas[i].proc, 5000);
        lm_bus_stop(replicas[i].proc->bus);
        replicas[i].proc->bus = NULL;
        lm_lanes_free(replicas[i].lanes);
    }
    (void)rmdir(dir);
}

static int64_t put(struct lm_pgtest *t, struct lm_proc *proc)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, LM_PGTEST_TENANT, 10000, MEMORY);
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;
    struct lm_event e = {.message = &ev.base, .subject_id = SUBJECT};
    char name[] = "x";
    lm_err *err = &t->base.err;
    struct lm_rows *r;
    int64_t id;

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_db_one(ctx, &raise, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(SUBJECT)), "thing", &r,
                        err),
              err);
    ev.company_id = name;
    e.version = lm_rows_int(r, 0);
    assert_ok(lm_event_put(ctx, &e, err), err);
    assert_ok(lm_tx_commit(ctx, err), err);
    id = ctx->caused[0].id;
    lm_ctx_free(ctx);
    return id;
}

#define EFFECTS "SELECT count(*) FROM deed WHERE what = 'x'"
#define DISORDERS                                                                              \
    "SELECT count(*) FROM (SELECT at - lag(at, 1, 0::bigint) OVER (ORDER BY n) AS s FROM deed" \
    " WHERE what = 'x') d WHERE s <> 1"

/* ------- tests ------- */

static void every_fact_takes_effect_once_and_in_order(void **state)
{
    struct lm_pgtest *t = *state;

    start(t, 0);
    for (int i = 0; i < EVENTS; i++)
        (void)put(t, replicas[i % 2].proc);
    lm_pgtest_await(t, EVENTS, EFFECTS);
    assert_int_equal(lm_pgtest_int(t, DISORDERS), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT seq FROM consumer_cursor WHERE source = 'probe'"),
                     EVENTS);
    stop();
}

static void what_the_bus_loses_is_fetched(void **state)
{
    struct lm_pgtest *t = *state;

    start(t, 3);
    for (int i = 0; i < EVENTS; i++)
        (void)put(t, replicas[i % 2].proc);
    lm_pgtest_await(t, EVENTS, EFFECTS);
    assert_int_equal(lm_pgtest_int(t, DISORDERS), 0);
    stop();
}

/* In fetches one after the other; nothing comes by the bus. */
static void who_is_far_behind_catches_up(void **state)
{
    struct lm_pgtest *t = *state;

    for (int i = 0; i < FAR_BEHIND; i++)
        (void)put(t, lm_pgtest_proc(t));
    start(t, INT_MAX);
    lm_pgtest_await(t, FAR_BEHIND, EFFECTS);
    assert_int_equal(lm_pgtest_int(t, DISORDERS), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed WHERE what = 'too far'"), 0);
    assert_in_range(lm_pgtest_int(t, "SELECT max(seq) FROM event_consumer"), 0, FAR_BEHIND);
    stop();
}

static void a_hop_takes_milliseconds_not_polls(void **state)
{
    struct lm_pgtest *t = *state;
    int64_t best_us = INT64_MAX;

    start(t, 0);
    (void)put(t, replicas[0].proc);
    lm_pgtest_await(t, 1, EFFECTS);
    for (int i = 2; i <= 20; i++) {
        int64_t from_us;

        (void)put(t, replicas[i % 2].proc);
        from_us = lm_mono_us();
        lm_pgtest_await(t, i, EFFECTS);
        best_us = LM_MIN(best_us, atomic_load(&applied_us) - from_us);
    }
    print_message("best hop: %lld us\n", (long long)best_us);
    assert_true(best_us < 50000);
    stop();
}

static void lost_locks_are_taken_again(void **state)
{
    struct lm_pgtest *t = *state;

    start(t, 0);
    for (int round = 1; round <= 3; round++) {
        for (int i = 0; i < 20; i++)
            (void)put(t, replicas[i % 2].proc);
        lm_pgtest_sql(
            t, "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
               " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())");
        for (int i = 0; i < 20; i++)
            (void)put(t, replicas[i % 2].proc);
        lm_pgtest_await(t, (int64_t)round * 40, EFFECTS);
    }
    assert_int_equal(lm_pgtest_int(t, DISORDERS), 0);
    stop();
}

/* What a tail has seen; the tail's thread writes, the test reads after a wait. */
struct seen {
    atomic_llong last;
    atomic_int n, disorders;
};

static void on_tail(void *arg, const struct lm_tail_event *ev)
{
    struct seen *s = arg;
    long long last = atomic_exchange(&s->last, ev->seq);

    if (last && ev->seq != last + 1)
        atomic_fetch_add(&s->disorders, 1);
    atomic_fetch_add(&s->n, 1);
}

static void every_replica_s_tail_sees_all_and_knows_when_a_write_has_arrived(void **state)
{
    static const char *const sources[] = {"probe", NULL};
    struct lm_pgtest *t = *state;
    struct seen seen[2] = {{.n = 0}};
    struct lm_tail *tails[2];
    int64_t first = 0, token;

    start(t, 0);
    for (size_t i = 0; i < 2; i++)
        assert_ok(lm_tail_start(replicas[i].proc, sources, on_tail, &seen[i], &tails[i],
                                &t->base.err),
                  &t->base.err);
    for (size_t i = 0; i < 2; i++) /* the tails know their head once they pass a first write */
        assert_true(lm_tail_wait_seq(tails[i], "probe", 0, 10000));
    for (int i = 0; i < 30; i++) {
        int64_t id = put(t, replicas[0].proc);

        assert_true(lm_tail_wait(tails[1], "probe", &id, 1, 10000, &token));
        assert_int_equal(
            lm_pgtest_int(t, "SELECT id FROM event WHERE seq = %lld", (long long)token), id);
        assert_true(lm_pgtest_int(t, "SELECT seq FROM consumer_cursor WHERE source = 'probe'") >=
                    token);
        assert_true(lm_tail_wait_seq(tails[0], "probe", token, 10000));
        first = first ? first : token;
    }
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(atomic_load(&seen[i].n), token - first + 1);
        assert_int_equal(atomic_load(&seen[i].disorders), 0);
    }
    assert_false(lm_tail_wait_seq(tails[0], "probe", token + 1, 30));
    for (size_t i = 0; i < 2; i++)
        lm_tail_stop(tails[i]);
    stop();
}

static void one_replica_of_all_keeps_house(void **state)
{
    struct lm_pgtest *t = *state;

    atomic_store(&ticks, 0);
    start(t, 0);
    lm_pgtest_await(t, 1, "SELECT count(*) FROM deed WHERE what = 'tick'");
    lm_pgtest_await(
        t, 4,
        "SELECT count(*) FROM periodic WHERE due_at > clock_timestamp() AND lease_owner IS NULL");
    lm_sleep_ms(300); /* both have looked again */
    assert_int_equal(atomic_load(&ticks), 1);
    lm_pgtest_sql(t, "UPDATE periodic SET due_at = clock_timestamp(), lease_owner = 'dead',"
                     " lease_until = clock_timestamp() + interval '1 h' WHERE name = 'test_tick'");
    assert_int_equal(atomic_load(&ticks), 1); /* held by someone */
    stop();
}

LM_PGTEST_MAIN(probe, LM_PGTEST(every_fact_takes_effect_once_and_in_order),
               LM_PGTEST(what_the_bus_loses_is_fetched), LM_PGTEST(who_is_far_behind_catches_up),
               LM_PGTEST(a_hop_takes_milliseconds_not_polls), LM_PGTEST(lost_locks_are_taken_again),
               LM_PGTEST(every_replica_s_tail_sees_all_and_knows_when_a_write_has_arrived),
               LM_PGTEST(one_replica_of_all_keeps_house))
