/* SPDX-License-Identifier: Apache-2.0 */
/* Facts on their way out of another's log: the cursor, effects once, parking and replay. */
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/erase.h"
#include "common/json.h"
#include "common/runtime_internal.h"
#include "gen/enricher.pb-c.h"
#include "tests/pg/lm_pgtest.h"

#include <stdatomic.h>

enum { MEMORY = 16 << 20 };
#define SUBJECT "55555555-5555-4555-8555-55555555555"
#define TYPE    "enricher.CompanyEnriched"

static const struct lm_sql deed = {"deed", "INSERT INTO deed (what, at) VALUES ($1, $2)"};
static const struct lm_sql amount = {
    "amount", "INSERT INTO thing (tenant_id, id, amount) VALUES ($1, gen_random_uuid(), $2)"};

/* The handler under test: a deed an event; company_id says what else happens. */
static atomic_int slow_ms;
static lm_code on_company_enriched(struct lm_ctx *ctx, const ProtobufCMessage *message, lm_err *err)
{
    const Enricher__CompanyEnriched *ev = (const Enricher__CompanyEnriched *)message;

    if (strcmp(ev->company_id, "bad") == 0)
        return lm_fail(err, LM_NOT_FOUND, "no such company");
    if (strcmp(ev->company_id, "big") == 0)
        (void)lm_arena_alloc(ctx->arena, (size_t)MEMORY * 2);
    if (strcmp(ev->company_id, "sql") == 0 &&
        lm_db_exec(ctx, &amount, LM_ARGS(LM_ID(ctx->tenant_id), LM_INT(99999999)), NULL, err))
        return err->code;
    if (atomic_load(&slow_ms))
        lm_sleep_ms(atomic_load(&slow_ms));
    return lm_db_exec(ctx, &deed, LM_ARGS(LM_Z(ev->company_id), LM_INT(ctx->event->seq)), NULL,
                      err);
}

static const struct lm_event_kind kinds[] = {
    {"enricher", TYPE, &enricher__company_enriched__descriptor, on_company_enriched},
    {.type = NULL},
};
static const struct lm_service probe = {.name = "probe", .events = kinds};

/* The same many at a time: a deed an event, in one go. */
static size_t runs[8], n_runs;
static lm_code on_many(struct lm_ctx *ctx, const struct lm_event_run *run, lm_err *err)
{
    if (n_runs < LM_COUNT(runs))
        runs[n_runs++] = run->n;
    for (size_t i = 0; i < run->n; i++) {
        ctx->event = &run->events[i];
        if (on_company_enriched(ctx, run->messages[i], err))
            return err->code;
    }
    return LM_OK;
}

static const struct lm_event_many many[] = {{TYPE, on_many}, {.type = NULL}};
static const struct lm_service probe_of_many = {
    .name = "probe", .events = kinds, .events_many = many};

static int set_up(void **state)
{
    atomic_store(&slow_ms, 0);
    return lm_pgtest_setup(state);
}
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, set_up, lm_pgtest_teardown)

struct batch {
    Lm__EventRow *rows[64];
    size_t n;
};

/* One event of `subject` (a digit), numbered after the last. */
static void add(struct lm_pgtest *t, struct batch *b, char subject, const char *company)
{
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;
    Lm__EventRow *row = LM_NEW(t->base.arena, Lm__EventRow);
    lm_str payload;

    lm__event_row__init(row);
    ev.company_id = (char *)(uintptr_t)company;
    payload = lm_pb_pack(t->base.arena, &ev.base);
    row->seq = row->id = row->version = (int64_t)b->n + 1;
    row->tenant_id = lm_arena_strdup(t->base.arena, LM_PGTEST_TENANT);
    row->type = lm_arena_strdup(t->base.arena, TYPE);
    row->subject_id = lm_arena_printf(t->base.arena, SUBJECT "%c", subject);
    row->payload = (ProtobufCBinaryData){payload.n, (uint8_t *)(uintptr_t)payload.p};
    row->occurred_at = 1000;
    b->rows[b->n++] = row;
}

static int64_t cursor(struct lm_pgtest *t)
{
    struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(t), NULL, 10000, MEMORY);
    int64_t seq;

    assert_ok(lm_cursor_read(ctx, "enricher", &seq, &t->base.err), &t->base.err);
    lm_ctx_free(ctx);
    return seq;
}

static lm_code consume(struct lm_pgtest *t, const struct batch *b, size_t from, lm_err *err)
{
    return lm_consume(lm_pgtest_proc(t), "enricher", (int64_t)from, b->rows + from, b->n - from,
                      MEMORY, err);
}

static void a_batch_moves_the_cursor_once(void **state)
{
    struct lm_pgtest *t = *state;
    struct batch b = {.n = 0};
    lm_err *err = &t->base.err;

    assert_int_equal(cursor(t), 0);
    for (int i = 0; i < 10; i++)
        add(t, &b, '1', "good");
    assert_ok(consume(t, &b, 0, err), err);
    assert_int_equal(cursor(t), 10);
    assert_code(consume(t, &b, 0, err), LM_FENCED, err); /* delivered again */
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 10);
    assert_int_equal(
        lm_pgtest_int(
            t, "SELECT count(*) FROM (SELECT at - lag(at, 1, 0::bigint) OVER (ORDER BY n) AS s"
               " FROM deed) d WHERE s <> 1"),
        0);
}

struct racer {
    struct lm_proc *proc;
    const struct batch *b;
    pthread_t thread;
    lm_code rc;
};

static void *race(void *arg)
{
    struct racer *r = arg;
    lm_err err = LM_ERR_INIT;

    r->rc = lm_consume(r->proc, "enricher", 0, r->b->rows, r->b->n, MEMORY, &err);
    return NULL;
}

static void of_two_consumers_one_has_effects(void **state)
{
    struct lm_pgtest *t = *state;
    struct batch b = {.n = 0};
    struct racer racers[2];

    assert_int_equal(cursor(t), 0);
    for (int i = 0; i < 10; i++)
        add(t, &b, '1', "good");
    atomic_store(&slow_ms, 10);
    for (int i = 0; i < 2; i++) {
        racers[i] = (struct racer){.proc = i ? lm_pgtest_replica(t) : lm_pgtest_proc(t), .b = &b};
        pthread_create(&racers[i].thread, NULL, race, &racers[i]);
    }
    for (int i = 0; i < 2; i++)
        pthread_join(racers[i].thread, NULL);
    assert_int_equal((racers[0].rc == LM_OK) + (racers[1].rc == LM_OK), 1);
    assert_int_equal((racers[0].rc == LM_FENCED) + (racers[1].rc == LM_FENCED), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 10);
}

static void a_bad_event_parks_with_the_later_ones_of_its_subject_only(void **state)
{
    static const char *const bad[] = {"bad", "sql", "big"};
    struct lm_pgtest *t = *state;
    lm_err *err = &t->base.err;

    for (size_t i = 0; i < LM_COUNT(bad); i++) {
        struct batch b = {.n = 0};

        lm_pgtest_sql(t, "DELETE FROM deed; DELETE FROM event_parked; DELETE FROM consumer_cursor");
        assert_int_equal(cursor(t), 0);
        add(t, &b, '1', "one");
        add(t, &b, '2', bad[i]);
        add(t, &b, '1', "two");
        add(t, &b, '2', "waits");
        add(t, &b, '3', "three");
        assert_ok(consume(t, &b, 0, err), err);
        assert_int_equal(cursor(t), 5);
        assert_string_equal(lm_pgtest_text(t, "SELECT string_agg(what, ' ' ORDER BY n) FROM deed"),
                            "one two three");
        assert_string_equal(
            lm_pgtest_text(t, "SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM event_parked"),
            "2 4");
        add(t, &b, '2', "later");
        add(t, &b, '3', "four");
        assert_ok(consume(t, &b, 5, err), err);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event_parked"), 3);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 4);
    }
}

/* A subject that comes again, another tenant and another kind begin a new run; one alone needs none. */
static void events_of_different_subjects_come_many_at_a_time(void **state)
{
    struct lm_pgtest *t = *state;
    struct batch b = {.n = 0};
    lm_err *err = &t->base.err;

    lm_pgtest_proc(t)->service = &probe_of_many;
    n_runs = 0;
    assert_int_equal(cursor(t), 0);
    for (int i = 0; i < 9; i++)
        add(t, &b, (char)('1' + i % 5), lm_arena_printf(t->base.arena, "%d", i));
    b.rows[8]->tenant_id = lm_arena_strdup(t->base.arena, LM_PGTEST_TENANT2);
    assert_ok(consume(t, &b, 0, err), err);
    assert_int_equal(n_runs, 2);
    assert_int_equal(runs[0], 5);
    assert_int_equal(runs[1], 3);
    assert_int_equal(cursor(t), 9);
    assert_string_equal(lm_pgtest_text(t,
                                       "SELECT string_agg(what || at, ' ' ORDER BY n) FROM deed"),
                        "01 12 23 34 45 56 67 78 89");
}

static void a_bad_one_among_many_parks_alone(void **state)
{
    static const char *const bad[] = {"bad", "sql", "big"};
    struct lm_pgtest *t = *state;
    lm_err *err = &t->base.err;

    lm_pgtest_proc(t)->service = &probe_of_many;
    for (size_t i = 0; i < LM_COUNT(bad); i++) {
        struct batch b = {.n = 0};

        lm_pgtest_sql(t, "DELETE FROM deed; DELETE FROM event_parked; DELETE FROM consumer_cursor");
        n_runs = 0;
        assert_int_equal(cursor(t), 0);
        add(t, &b, '1', "one");
        add(t, &b, '2', bad[i]);
        add(t, &b, '3', "three");
        assert_ok(consume(t, &b, 0, err), err);
        assert_int_equal(n_runs, 1);
        assert_string_equal(lm_pgtest_text(t, "SELECT string_agg(what, ' ' ORDER BY n) FROM deed"),
                            "one three");
        assert_int_equal(lm_pgtest_int(t, "SELECT sum(seq) FROM event_parked"), 2);
        add(t, &b, '4', "four"); /* what waits for it is no part of a run */
        add(t, &b, '2', "waits");
        add(t, &b, '5', "five");
        assert_ok(consume(t, &b, 3, err), err);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event_parked"), 2);
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 4);
    }
}

static void what_is_parked_is_applied_in_order_by_a_replay(void **state)
{
    struct lm_pgtest *t = *state;
    struct batch b = {.n = 0};
    int64_t applied, left;
    lm_err *err = &t->base.err;

    assert_int_equal(cursor(t), 0);
    add(t, &b, '2', "sql");
    add(t, &b, '2', "second");
    add(t, &b, '3', "bad");
    add(t, &b, '3', "behind bad");
    assert_ok(consume(t, &b, 0, err), err);
    lm_pgtest_sql(t, "ALTER TABLE thing DROP CONSTRAINT thing_amount_check"); /* mended */
    assert_ok(lm_parked_replay(lm_pgtest_proc(t), &(struct lm_parked){0}, &applied, &left, err),
              err);
    assert_int_equal(applied, 2);
    assert_int_equal(left, 2);
    assert_string_equal(lm_pgtest_text(t, "SELECT string_agg(what, ' ' ORDER BY n) FROM deed"),
                        "sql second");
    assert_string_equal(
        lm_pgtest_text(t, "SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM event_parked"),
        "3 4");
}

/* As the CLI asks for it: one event, and with it what its subject has before it. */
static void a_replay_of_one_event_takes_the_earlier_ones_of_its_subject_along(void **state)
{
    static char source[] = "enricher";
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    Lm__ReplayRequest in = LM__REPLAY_REQUEST__INIT;
    struct batch b = {.n = 0};
    int64_t seqs[] = {3};
    lm_err *err = &t->base.err;
    ProtobufCMessage *out;
    lm_str answer;

    assert_int_equal(cursor(t), 0);
    add(t, &b, '2', "sql");
    add(t, &b, '4', "sql");
    add(t, &b, '2', "second");
    add(t, &b, '2', "third");
    assert_ok(consume(t, &b, 0, err), err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event_parked"), 4);
    lm_pgtest_sql(t, "ALTER TABLE thing DROP CONSTRAINT thing_amount_check");
    in.has_parked = in.parked = true;
    in.seqs = seqs;
    in.n_seqs = 1;
    ctx->role = LM_ROLE_SYSTEM;
    assert_code(lm_call_run(ctx, lm_proc_rpc(lm_pgtest_proc(t), "Replay"),
                            lm_pb_pack(t->base.arena, &in.base), &answer, err),
                LM_INVALID, err); /* of which log? */
    lm_err_clear(err);
    in.source = source;
    assert_ok(lm_call_run(ctx, lm_proc_rpc(lm_pgtest_proc(t), "Replay"),
                          lm_pb_pack(t->base.arena, &in.base), &answer, err),
              err);
    assert_ok(lm_pb_unpack(t->base.arena, &lm__replay_response__descriptor, answer, &out, err),
              err);
    assert_int_equal(((Lm__ReplayResponse *)out)->applied, 2);
    assert_string_equal(lm_pgtest_text(t, "SELECT string_agg(what, ' ' ORDER BY n) FROM deed"),
                        "sql second");
    assert_string_equal(
        lm_pgtest_text(t, "SELECT string_agg(seq::text, ' ' ORDER BY seq) FROM event_parked"),
        "2 4");
}

static void unknown_types_park_and_known_ones_that_are_not_ours_pass(void **state)
{
    struct lm_pgtest *t = *state;
    struct batch b = {.n = 0};
    lm_err *err = &t->base.err;

    assert_int_equal(cursor(t), 0);
    add(t, &b, '1', "x");
    add(t, &b, '2', "x");
    b.rows[0]->type = lm_arena_strdup(t->base.arena, "enricher.FromTheFuture");
    b.rows[1]->type = lm_arena_strdup(t->base.arena, "enricher.LeadEnriched");
    assert_ok(consume(t, &b, 0, err), err);
    assert_string_equal(lm_pgtest_text(t, "SELECT string_agg(type, ' ') FROM event_parked"),
                        "enricher.FromTheFuture");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);
}

static void an_erased_event_has_no_effect_and_stops_nobody(void **state)
{
    struct lm_pgtest *t = *state;
    struct batch b = {.n = 0};
    lm_err *err = &t->base.err;

    assert_int_equal(cursor(t), 0);
    add(t, &b, '1', "x");
    b.rows[0]->has_erased = b.rows[0]->erased = true;
    b.rows[0]->payload = (ProtobufCBinaryData){0, NULL};
    assert_ok(consume(t, &b, 0, err), err);
    assert_int_equal(cursor(t), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event_parked"), 0);
}

/* The erasure was heard first; the other log still tells of the person. */
static void a_late_event_does_not_bring_an_erased_person_back(void **state)
{
    static char erased[] = SUBJECT "7", other[] = SUBJECT "8";
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct batch b = {.n = 0};
    lm_err *err = &t->base.err;

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_erase_person(ctx, erased, NULL, 0, err), err);
    assert_ok(lm_tx_commit(ctx, err), err);
    assert_int_equal(cursor(t), 0);
    for (int i = 0; i < 4; i++)
        add(t, &b, (char)('1' + i), "x");
    b.rows[0]->person_id = erased;
    b.rows[1]->person_id = other;
    b.rows[2]->person_id = erased;
    b.rows[2]->tenant_id = (char *)(uintptr_t)LM_PGTEST_TENANT2; /* another, of the same id */
    assert_ok(consume(t, &b, 0, err), err);
    assert_int_equal(cursor(t), 4);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 3);
}

static void a_passing_trouble_parks_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    struct batch b = {.n = 0};
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    struct lm_db_options o = {.url = t->url, .schema = "probe", .lock_timeout_ms = 100};
    static const struct lm_sql lock = {"lock_deed", "LOCK TABLE deed IN ACCESS EXCLUSIVE MODE"};
    struct lm_proc hasty = {.service = &probe};
    lm_err *err = &t->base.err;

    assert_int_equal(cursor(t), 0);
    lm_pgtest_sql(t, "GRANT ALL ON deed TO lm_probe");
    add(t, &b, '1', "x");
    assert_ok(lm_db_open(&o, &hasty.db, err), err);
    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_db_exec(ctx, &lock, LM_NO_ARGS, NULL, err), err);
    assert_code(lm_consume(&hasty, "enricher", 0, b.rows, b.n, MEMORY, err), LM_DEADLINE, err);
    lm_tx_rollback(ctx);
    assert_int_equal(cursor(t), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event_parked"), 0);
    lm_err_clear(err);
    assert_ok(lm_consume(&hasty, "enricher", 0, b.rows, b.n, MEMORY, err), err);
    lm_db_close(hasty.db);
}
LM_PGTEST_MAIN(probe, TEST(a_batch_moves_the_cursor_once), TEST(of_two_consumers_one_has_effects),
               TEST(a_bad_event_parks_with_the_later_ones_of_its_subject_only),
               TEST(events_of_different_subjects_come_many_at_a_time),
               TEST(a_bad_one_among_many_parks_alone),
               TEST(what_is_parked_is_applied_in_order_by_a_replay),
               TEST(a_replay_of_one_event_takes_the_earlier_ones_of_its_subject_along),
               TEST(unknown_types_park_and_known_ones_that_are_not_ours_pass),
               TEST(an_erased_event_has_no_effect_and_stops_nobody),
               TEST(a_late_event_does_not_bring_an_erased_person_back),
               TEST(a_passing_trouble_parks_nothing))
