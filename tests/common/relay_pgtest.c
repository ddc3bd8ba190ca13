/* SPDX-License-Identifier: Apache-2.0 */
/* Facts from the writer's transaction into the log: order, numbers without a gap, partitions, and what others fetch. */
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/event_log.h"
#include "gen/enricher.pb-c.h"
#include "tests/pg/lm_pgtest.h"

#include <pthread.h>
#include <stdatomic.h>

/* A connection tells the statistics once a second, with the end of a transaction. */
enum { MEMORY = 16 << 20, WRITERS = 8, SUBJECTS = 4, WRITES = 150, STATISTICS_MS = 1100 };
#define SUBJECT "55555555-5555-4555-8555-55555555555"
#define TYPE    "enricher.CompanyEnriched"

static const struct lm_sql raise = {
    "raise",
    "INSERT INTO thing AS t (tenant_id, id) VALUES ($1, $2)"
    " ON CONFLICT (tenant_id, id) DO UPDATE SET version = t.version + 1 RETURNING version"};
static const struct lm_service probe = {.name = "probe"};

static lm_code put(struct lm_ctx *ctx, const char *subject, lm_err *err)
{
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;
    struct lm_event e = {.message = &ev.base, .subject_id = subject};
    struct lm_rows *r;

    if (lm_tx_begin(ctx, err) ||
        lm_db_one(ctx, &raise, LM_ARGS(LM_ID(ctx->tenant_id), LM_ID(subject)), "thing", &r, err))
        return err->code;
    ev.company_id = (char *)(uintptr_t)subject;
    ev.status = LM__COMPANY_STATUS__COMPANY_ENRICHED;
    ev.version = e.version = lm_rows_int(r, 0);
    if (lm_event_put(ctx, &e, err))
        return err->code;
    return lm_tx_commit(ctx, err);
}

static lm_code relay_once(struct lm_proc *proc, size_t *n, lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, NULL, 10000, MEMORY);
    struct lm_rows *rows;

    if (lm_relay_number(ctx, &rows, n, err) == LM_OK && *n > 0)
        lm_relay_publish(ctx, rows);
    lm_ctx_free(ctx);
    return err->code;
}

static size_t relay(struct lm_pgtest *t)
{
    size_t n;

    assert_ok(relay_once(lm_pgtest_proc(t), &n, &t->base.err), &t->base.err);
    return n;
}

/* ------- writing and numbering ------- */

struct writer {
    struct lm_proc *proc;
    int no;
    pthread_t thread;
    lm_code rc;
};

static void *write_all(void *arg)
{
    struct writer *w = arg;

    for (int i = 0; i < WRITES && w->rc == LM_OK; i++) {
        struct lm_ctx *ctx = lm_ctx_new(w->proc, LM_PGTEST_TENANT, 20000, MEMORY);
        lm_err err = LM_ERR_INIT;
        char subject[LM_ID_SIZE] = SUBJECT "0";

        subject[LM_ID_SIZE - 2] = (char)('0' + (w->no + i) % SUBJECTS);
        w->rc = put(ctx, subject, &err);
        lm_ctx_free(ctx);
    }
    return NULL;
}

struct relay {
    struct lm_proc *proc;
    atomic_int *numbered;
    pthread_t thread;
    lm_err err;
};

/* While they write; nobody has the relay's lock. */
static void *relay_all(void *arg)
{
    struct relay *r = arg;
    int64_t until = lm_mono_ms() + 30000;

    while (atomic_load(r->numbered) < WRITERS * WRITES && r->err.code == LM_OK &&
           lm_mono_ms() < until) {
        size_t n;

        (void)!relay_once(r->proc, &n, &r->err);
        atomic_fetch_add(r->numbered, (int)n);
    }
    return NULL;
}

static void eight_writers_and_two_relays_keep_each_subject_in_order(void **state)
{
    struct lm_pgtest *t = *state;
    struct writer writers[WRITERS];
    struct relay relays[2];
    atomic_int numbered = 0;

    (void)lm_pgtest_replica(t);
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (struct writer){.proc = &t->procs[i % 2], .no = i};
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_all, &writers[i]), 0);
    }
    for (int i = 0; i < 2; i++) {
        relays[i] = (struct relay){.proc = &t->procs[i], .numbered = &numbered};
        assert_int_equal(pthread_create(&relays[i].thread, NULL, relay_all, &relays[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++)
        pthread_join(writers[i].thread, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(relays[i].thread, NULL);
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(writers[i].rc, LM_OK);
    for (int i = 0; i < 2; i++)
        assert_ok(relays[i].err.code, &relays[i].err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event"), WRITERS * WRITES);
    assert_int_equal(lm_pgtest_int(t, "SELECT max(seq) FROM event"), WRITERS * WRITES); /* no gap */
    assert_int_equal(lm_pgtest_int(t, "SELECT head FROM event_head"), WRITERS * WRITES);
    assert_int_equal(
        lm_pgtest_int(
            t, "SELECT count(*) FROM (SELECT version - lag(version, 1, 0::bigint) OVER"
               " (PARTITION BY subject_id ORDER BY seq) AS step FROM event) s WHERE step <> 1"),
        0);
}

static void an_undone_write_leaves_no_gap(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Enricher__CompanyEnriched ev = ENRICHER__COMPANY_ENRICHED__INIT;
    struct lm_event e = {.message = &ev.base, .subject_id = SUBJECT "1", .version = 1};
    lm_err *err = &t->base.err;

    ev.company_id = (char *)(uintptr_t) "x";
    assert_ok(put(ctx, SUBJECT "1", err), err);
    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_event_put(ctx, &e, err), err);
    assert_ok(lm_tx_flush(ctx, err), err);
    lm_tx_rollback(ctx);
    assert_ok(put(ctx, SUBJECT "1", err), err);
    assert_int_equal(relay(t), 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT max(id) - min(id) FROM event"), 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT max(seq) FROM event"), 2);
    assert_int_equal(relay(t), 0);
}

static void the_log_grows_into_its_next_partition(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);

    lm_pgtest_sql(t, "UPDATE event_head SET head = 999998");
    for (int i = 0; i < 3; i++)
        assert_ok(put(ctx, SUBJECT "1", &t->base.err), &t->base.err);
    assert_int_equal(relay(t), 3);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(DISTINCT tableoid) FROM event"), 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT max(seq) FROM event"), 1000001);
}

static void the_caller_learns_the_ids_it_caused(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);

    for (int i = 0; i < 2; i++)
        assert_ok(put(ctx, SUBJECT "1", &t->base.err), &t->base.err);
    assert_int_equal(ctx->n_caused, 2);
    assert_int_equal(ctx->caused[0].id, lm_pgtest_int(t, "SELECT min(id) FROM event_new"));
    assert_int_equal(ctx->caused[1].id, lm_pgtest_int(t, "SELECT max(id) FROM event_new"));
}

/* Scans of event_new by the whole, as the statistics have it once the relay's connection has told. */
static int64_t scans(struct lm_pgtest *t)
{
    return lm_pgtest_int(
        t, "SELECT seq_scan FROM pg_stat_user_tables WHERE relid = 'event_new'::regclass");
}

/* Vacuumed while it is empty, the table is to be read from its beginning; then rows that have gone fill it. */
static void rows_that_have_gone_are_not_read_again(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    int64_t before, head;
    bool waits;

    lm_pgtest_sql(t, "ALTER TABLE event_new SET (autovacuum_enabled = false)");
    lm_pgtest_sql(t, "VACUUM (ANALYZE) event_new");
    before = scans(t);
    for (int i = 0; i < 3; i++) {
        assert_ok(put(ctx, SUBJECT "1", &t->base.err), &t->base.err);
        assert_ok(lm_relay_look(ctx, &waits, &head, &t->base.err), &t->base.err);
        assert_true(waits);
        assert_int_equal(relay(t), 1);
        lm_sleep_ms(STATISTICS_MS);
    }
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM pg_stat_user_tables"
                                      " WHERE relid = 'event_new'::regclass AND idx_scan > 0"),
                     1);
    assert_int_equal(scans(t), before);
}

/* ------- fetching ------- */

static void fetch_gives_what_follows_and_says_what_is_gone(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Lm__FetchEventsRequest in = LM__FETCH_EVENTS_REQUEST__INIT;
    Lm__EventFrame out = LM__EVENT_FRAME__INIT;
    lm_err *err = &t->base.err;
    char consumer[] = "scorer";

    for (int i = 0; i < 5; i++)
        assert_ok(put(ctx, SUBJECT "1", err), err);
    relay(t);
    in.after = 2;
    in.has_limit = true;
    in.limit = 2;
    in.consumer = consumer;
    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_events_fetch(ctx, &in, &out, err), err);
    assert_ok(lm_tx_commit(ctx, err), err);
    assert_int_equal(out.n_events, 2);
    assert_int_equal(out.events[0]->seq, 3);
    assert_string_equal(out.events[0]->type, TYPE);
    assert_int_equal(out.events[1]->version, 4);
    assert_int_equal(out.head, 5);
    assert_int_equal(lm_pgtest_int(t, "SELECT seq FROM event_consumer WHERE consumer = 'scorer'"),
                     2);
    lm_pgtest_sql(t, "UPDATE event_head SET gone = 3");
    assert_code(lm_events_fetch(ctx, &in, &out, err), LM_GONE, err);
}

static void old_partitions_go_when_all_have_passed(void **state)
{
    struct lm_pgtest *t = *state;

    lm_pgtest_sql(t, "SELECT lm_event_partition(2000000)");
    lm_pgtest_sql(
        t,
        "INSERT INTO event SELECT 999999, 1, NULL, 'x', gen_random_uuid(), NULL, 1, '', NULL, now(),"
        " now() - interval '31 days'");
    lm_pgtest_sql(t, "UPDATE event_head SET head = 1000500");
    lm_pgtest_sql(t, "INSERT INTO event_consumer (consumer, seq) VALUES ('slow', 999998)");
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_event_expire('30 days')"), 0);
    lm_pgtest_sql(t, "UPDATE event_consumer SET seq = 1000400");
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_event_expire('32 days')"), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT lm_event_expire('30 days')"), 999999);
    assert_int_equal(lm_pgtest_int(t, "SELECT gone FROM event_head"), 999999);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM event"), 0);
}

LM_PGTEST_MAIN(probe, LM_PGTEST(eight_writers_and_two_relays_keep_each_subject_in_order),
               LM_PGTEST(an_undone_write_leaves_no_gap),
               LM_PGTEST(the_log_grows_into_its_next_partition),
               LM_PGTEST(the_caller_learns_the_ids_it_caused),
               LM_PGTEST(rows_that_have_gone_are_not_read_again),
               LM_PGTEST(fetch_gives_what_follows_and_says_what_is_gone),
               LM_PGTEST(old_partitions_go_when_all_have_passed))
