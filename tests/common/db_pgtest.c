/* SPDX-License-Identifier: Apache-2.0 */
/* Statements, transactions, values, the pool, and row security as the services' role meets it. */
#include "common/clock.h"
#include "common/db_internal.h"
#include "tests/pg/lm_pgtest.h"

static const struct lm_sql echo = {
    "echo",
    "SELECT $1::text, $2::bigint, $3::float8, $4::boolean, $5::bytea, $6::text[],"
    "       $7::bigint[]::text[], array_length($8::bytea[], 1), ($8::bytea[])[2], $9::uuid"};
static const struct lm_sql thing_put = {
    "thing_put", "INSERT INTO thing (tenant_id, id, amount) VALUES ($1, $2, $3)"};
static const struct lm_sql thing_count = {"thing_count", "SELECT count(*) FROM thing"};
static const struct lm_sql thing_all_tenants = {
    "thing_set", "UPDATE thing SET amount = amount + 1 WHERE amount >= 0"};
static const struct lm_sql deed_put = {"deed_put", "INSERT INTO deed (what) VALUES ($1)"};
static const struct lm_sql nap = {"nap", "SELECT pg_sleep($1::float8)"};
static const struct lm_sql bad = {"bad", "SELECT no_such_column FROM thing"};
static const struct lm_sql backend = {"backend", "SELECT pg_backend_pid()::bigint"};
static const struct lm_sql times = {"times", "SELECT lm_ms(lm_at($1)), lm_ms(NULL)"};

static const struct lm_sql *const good[] = {&thing_put, &thing_count, NULL};
static const struct lm_sql *const *const good_sql[] = {good, NULL};
static const struct lm_service probe = {.name = "probe", .sql = good_sql};

#define ID1 "33333333-3333-4333-8333-333333333333"

static void values_come_back_as_they_went(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    const lm_str texts[] = {
        LM_STR("plain"), LM_STR("q\"u\\o,{}te"), {NULL, 0}, LM_STR("NULL"), LM_STR("")};
    const int64_t ints[] = {-1, INT64_MAX, 0, INT64_MIN, 10};
    const lm_str blobs[] = {LM_STR("\0x"), LM_STR("\xff\0\x01")};
    struct lm_rows *r;
    lm_str *out;
    size_t n;

    assert_ok(lm_db_one(ctx, &echo,
                        LM_ARGS(LM_TEXT(LM_STR("caf\xc3\xa9")), LM_INT(INT64_MIN), LM_NUM(0.1),
                                LM_BOOL(true), LM_BYTES(LM_STR("a\0b")), LM_TEXTS(texts, 5),
                                LM_INTS(ints, 5), LM_BLOBS(blobs, 2), LM_ID("")),
                        "row", &r, &t->base.err),
              &t->base.err);
    assert_str(lm_rows_str(r, 0), "caf\xc3\xa9");
    assert_true(lm_rows_int(r, 1) == INT64_MIN);
    assert_true(lm_rows_num(r, 2) == 0.1);
    assert_true(lm_rows_bool(r, 3));
    assert_memory_equal(lm_rows_bytes(r, 4).p, "a\0b", 3);
    lm_rows_texts(r, 5, &out, &n);
    assert_int_equal(n, 5);
    assert_str(out[1], "q\"u\\o,{}te");
    assert_null(out[2].p);
    assert_str(out[3], "NULL");
    assert_int_equal(out[4].n, 0);
    assert_non_null(out[4].p);
    lm_rows_texts(r, 6, &out, &n);
    assert_int_equal(n, 5);
    assert_str(out[0], "-1");
    assert_str(out[1], "9223372036854775807");
    assert_str(out[2], "0");
    assert_str(out[3], "-9223372036854775808");
    assert_str(out[4], "10");
    assert_int_equal(lm_rows_int(r, 7), 2);
    assert_memory_equal(lm_rows_bytes(r, 8).p, "\xff\0\x01", 3);
    assert_true(lm_rows_is_null(r, 9));
}

static void refuses_a_nul_in_text(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);

    assert_code(lm_db_exec(ctx, &deed_put, LM_ARGS(LM_TEXT(LM_STR("a\0b"))), NULL, &t->base.err),
                LM_INVALID, &t->base.err);
}

static void milliseconds_survive_the_round_trip(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    const int64_t at[] = {0, 1, -1, 1700000000123, 253402300799999};
    struct lm_rows *r;

    for (size_t i = 0; i < LM_COUNT(at); i++) {
        assert_ok(lm_db_one(ctx, &times, LM_ARGS(LM_MS(at[i])), "row", &r, &t->base.err),
                  &t->base.err);
        assert_true(lm_rows_ms(r, 0) == at[i]);
        assert_true(lm_rows_is_null(r, 1));
    }
}

static void a_transaction_is_kept_or_undone_as_a_whole(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    lm_err *err = &t->base.err;

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_db_exec(ctx, &deed_put, LM_ARGS(LM_Z("one")), NULL, err), err);
    lm_tx_rollback(ctx);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_db_exec(ctx, &deed_put, LM_ARGS(LM_Z("two")), NULL, err), err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);
    assert_ok(lm_tx_commit(ctx, err), err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 1);
}

static void what_failed_once_cannot_be_committed(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct lm_rows *r;
    lm_err *err = &t->base.err;

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_db_exec(ctx, &deed_put, LM_ARGS(LM_Z("kept?")), NULL, err), err);
    assert_code(lm_db_exec(ctx, &thing_put,
                           LM_ARGS(LM_ID(LM_PGTEST_TENANT), LM_ID(ID1), LM_INT(9999999)), NULL,
                           err),
                LM_UNPROCESSABLE, err);
    assert_non_null(strstr(err->message, "thing_amount_check"));
    assert_code(lm_db_query(ctx, &thing_count, LM_NO_ARGS, &r, err), LM_UNPROCESSABLE, err);
    assert_code(lm_tx_commit(ctx, err), LM_UNPROCESSABLE, err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);
    lm_err_clear(err);
    assert_ok(lm_db_query(ctx, &thing_count, LM_NO_ARGS, &r, err),
              err); /* the connection is good again */
}

static void a_deferred_failure_comes_out_at_the_commit(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    lm_err *err = &t->base.err;

    assert_ok(lm_tx_begin(ctx, err), err);
    lm_tx_defer(ctx, true);
    for (int i = 0; i < 1000; i++) /* more than the pipeline holds */
        assert_ok(lm_db_exec(ctx, &deed_put, LM_ARGS(LM_Z("deferred")), NULL, err), err);
    assert_ok(lm_db_exec(ctx, &thing_put, LM_ARGS(LM_ID(LM_PGTEST_TENANT), LM_NULL, LM_INT(1)),
                         NULL, err),
              err);
    assert_code(lm_tx_commit(ctx, err), LM_UNPROCESSABLE, err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 0);
}

static void a_savepoint_takes_back_one_step(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    lm_err *err = &t->base.err;

    assert_ok(lm_tx_begin(ctx, err), err);
    for (int i = 0; i < 3; i++) {
        assert_ok(lm_tx_savepoint(ctx, err), err);
        assert_ok(lm_db_exec(ctx, &deed_put, LM_ARGS(LM_Z("step")), NULL, err), err);
        if (i == 1) {
            assert_code(lm_db_exec(ctx, &bad, LM_NO_ARGS, NULL, err), LM_INTERNAL, err);
            lm_err_clear(err);
            assert_ok(lm_tx_rollback_to(ctx, err), err);
        }
    }
    assert_ok(lm_tx_commit(ctx, err), err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 2);
}

static void codes_say_what_kind_of_failure(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct lm_args row = LM_ARGS(LM_ID(LM_PGTEST_TENANT), LM_ID(ID1), LM_INT(1));
    lm_err *err = &t->base.err;

    assert_ok(lm_db_exec(ctx, &thing_put, row, NULL, err), err);
    assert_code(lm_db_exec(ctx, &thing_put, row, NULL, err), LM_CONFLICT, err);
    assert_non_null(strstr(err->message, "thing_put"));
    assert_non_null(strstr(err->message, "23505"));
    assert_null(strstr(err->message, ID1)); /* never a value */
    assert_code(lm_db_exec(ctx, &bad, LM_NO_ARGS, NULL, err), LM_INTERNAL, err);
    ctx->deadline_ms = lm_mono_ms() + 100;
    assert_code(lm_db_exec(ctx, &nap, LM_ARGS(LM_NUM(20)), NULL, err), LM_DEADLINE, err);
}

static void without_a_tenant_there_is_no_row(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *one = lm_pgtest_ctx(t, LM_PGTEST_TENANT),
                  *two = lm_pgtest_ctx(t, LM_PGTEST_TENANT2);
    struct lm_ctx *none = lm_pgtest_ctx(t, NULL);
    struct lm_args row = LM_ARGS(LM_ID(LM_PGTEST_TENANT), LM_ID(ID1), LM_INT(1));
    lm_err *err = &t->base.err;
    struct lm_rows *r;
    int64_t n;

    assert_ok(lm_db_exec(one, &thing_put, row, NULL, err), err);
    assert_code(lm_db_exec(two, &thing_put, row, NULL, err), LM_INTERNAL,
                err); /* 42501: WITH CHECK */
    lm_err_clear(err);
    struct lm_ctx *const ctxs[] = {one, two, none};
    for (size_t i = 0; i < LM_COUNT(ctxs); i++) {
        assert_ok(lm_db_one(ctxs[i], &thing_count, LM_NO_ARGS, "count", &r, err), err);
        assert_int_equal(lm_rows_int(r, 0), i == 0);
        assert_ok(lm_db_exec(ctxs[i], &thing_all_tenants, LM_NO_ARGS, &n, err), err);
        assert_int_equal(n, i == 0);
    }
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM thing"), 1); /* the superuser sees it */
}

static void the_tenant_does_not_outlive_its_transaction(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct lm_args row = LM_ARGS(LM_ID(LM_PGTEST_TENANT), LM_ID(ID1), LM_INT(1));
    lm_err *err = &t->base.err;
    struct lm_rows *r;

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_db_exec(ctx, &thing_put, row, NULL, err), err);
    ctx->tenant_id[0] = '\0'; /* as intake does between two events */
    assert_ok(lm_db_one(ctx, &thing_count, LM_NO_ARGS, "count", &r, err), err);
    assert_int_equal(lm_rows_int(r, 0), 0);
    assert_ok(lm_tx_commit(ctx, err), err);
    assert_ok(lm_db_one(ctx, &thing_count, LM_NO_ARGS, "count", &r, err), err);
    assert_int_equal(lm_rows_int(r, 0), 0);
}

static void a_service_sees_its_own_schema_only(void **state)
{
    static const struct lm_sql others = {"others", "SELECT count(*) FROM gateway.job"};
    static const struct lm_sql make = {"make", "CREATE TABLE probe.mine (n integer)"};
    static const struct lm_sql helper = {"helper", "SELECT lm_tenant_table('thing')"};
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    lm_err *err = &t->base.err;

    assert_code(lm_db_exec(ctx, &make, LM_NO_ARGS, NULL, err), LM_INTERNAL, err);
    assert_non_null(strstr(err->message, "42501"));
    assert_code(lm_db_exec(ctx, &helper, LM_NO_ARGS, NULL, err), LM_INTERNAL, err);
    assert_non_null(strstr(err->message, "42501"));
    assert_code(lm_db_exec(ctx, &others, LM_NO_ARGS, NULL, err), LM_INTERNAL, err);
}

static void a_killed_connection_is_replaced(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    lm_err *err = &t->base.err;
    struct lm_rows *r;
    int64_t first;

    assert_ok(lm_db_one(ctx, &backend, LM_NO_ARGS, "pid", &r, err), err);
    first = lm_rows_int(r, 0);
    assert_ok(lm_db_one(ctx, &backend, LM_NO_ARGS, "pid", &r, err), err);
    assert_int_equal(lm_rows_int(r, 0), first); /* kept and used again */
    lm_pgtest_sql(t, "SELECT pg_terminate_backend(%lld, 5000)", (long long)first);
    assert_ok(lm_db_one(ctx, &backend, LM_NO_ARGS, "pid", &r, err), err);
    assert_int_not_equal(lm_rows_int(r, 0), first);

    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_db_one(ctx, &backend, LM_NO_ARGS, "pid", &r, err), err);
    lm_pgtest_sql(t, "SELECT pg_terminate_backend(%lld, 5000)", (long long)lm_rows_int(r, 0));
    assert_code(lm_db_exec(ctx, &deed_put, LM_ARGS(LM_Z("lost")), NULL, err), LM_UNAVAILABLE, err);
    assert_code(lm_tx_commit(ctx, err), LM_UNAVAILABLE, err);
    lm_err_clear(err);
    assert_ok(lm_db_exec(ctx, &deed_put, LM_ARGS(LM_Z("again")), NULL, err), err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM deed"), 1);
}

static void a_full_pool_refuses_in_time(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_db_options o = {.url = t->url, .schema = "probe", .pool_max = 2};
    struct lm_conn *a, *b, *c;
    struct lm_db *db;
    lm_err *err = &t->base.err;

    assert_ok(lm_db_open(&o, &db, err), err);
    assert_ok(lm_db_borrow(db, lm_mono_ms() + 1000, &a, err), err);
    assert_ok(lm_db_borrow(db, lm_mono_ms() + 1000, &b, err), err);
    assert_code(lm_db_borrow(db, lm_mono_ms() + 50, &c, err), LM_UNAVAILABLE, err);
    assert_true(lm_db_is_up(db));
    lm_db_give_back(db, a);
    assert_ok(lm_db_borrow(db, lm_mono_ms() + 50, &c, err), err);
    assert_ptr_equal(a, c);
    lm_db_give_back(db, c);
    lm_db_give_back(db, b);
    lm_db_close(db);
}

static void a_server_that_is_away_is_said_at_once(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_db_options o = {.url = "host=/nonexistent user=nobody", .schema = "probe"};
    int64_t from = lm_mono_ms();
    struct lm_conn *c;
    struct lm_db *db;
    lm_err *err = &t->base.err;

    assert_ok(lm_db_open(&o, &db, err), err);
    assert_false(lm_db_is_up(db));
    for (int i = 0; i < 100; i++)
        assert_code(lm_db_borrow(db, lm_mono_ms() + 1000, &c, err), LM_UNAVAILABLE, err);
    assert_true(lm_mono_ms() - from < 1000);
    lm_db_close(db);
}

static void prepares_what_is_listed(void **state)
{
    static const struct lm_sql *const list[] = {&thing_put, &bad, NULL};
    static const struct lm_sql *const *const wrong[] = {list, NULL};
    struct lm_pgtest *t = *state;
    struct lm_db_options o = {.url = t->url, .schema = "probe", .sql = wrong};
    struct lm_db *db;
    lm_err *err = &t->base.err;

    assert_ok(lm_db_prepare_all(lm_pgtest_proc(t)->db, err), err);
    assert_ok(lm_db_open(&o, &db, err), err);
    assert_code(lm_db_prepare_all(db, err), LM_INTERNAL, err);
    assert_non_null(strstr(err->message, "bad"));
    lm_db_close(db);
}

LM_PGTEST_MAIN_ALL(probe, LM_PGTEST(values_come_back_as_they_went),
                   LM_PGTEST(refuses_a_nul_in_text), LM_PGTEST(milliseconds_survive_the_round_trip),
                   LM_PGTEST(a_transaction_is_kept_or_undone_as_a_whole),
                   LM_PGTEST(what_failed_once_cannot_be_committed),
                   LM_PGTEST(a_deferred_failure_comes_out_at_the_commit),
                   LM_PGTEST(a_savepoint_takes_back_one_step),
                   LM_PGTEST(codes_say_what_kind_of_failure),
                   LM_PGTEST(without_a_tenant_there_is_no_row),
                   LM_PGTEST(the_tenant_does_not_outlive_its_transaction),
                   LM_PGTEST(a_service_sees_its_own_schema_only),
                   LM_PGTEST(a_killed_connection_is_replaced),
                   LM_PGTEST(a_full_pool_refuses_in_time),
                   LM_PGTEST(a_server_that_is_away_is_said_at_once),
                   LM_PGTEST(prepares_what_is_listed))
