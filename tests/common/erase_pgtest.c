/* SPDX-License-Identifier: Apache-2.0 */
/* An erased person's data leaves the plumbing, and the person does not come back. */
#include "common/erase.h"

#include "common/db.h"
#include "tests/pg/lm_pgtest.h"

#define PERSON "88888888-8888-4888-8888-888888888888"
#define OTHER  "99999999-9999-4999-8999-999999999999"

static const struct lm_service probe = {.name = "probe"};

static void fill(struct lm_pgtest *t, const char *tenant, const char *person)
{
    lm_pgtest_sql(
        t,
        "INSERT INTO event_new (tenant_id, type, subject_id, person_id, version, payload, occurred_at)"
        " VALUES ('%1$s', 'x', '%2$s', '%2$s', 1, 'secret', now());"
        "INSERT INTO event (seq, id, tenant_id, type, subject_id, person_id, version, payload, occurred_at)"
        " SELECT 1 + count(*), 1, '%1$s', 'x', '%2$s', '%2$s', 1, 'secret', now() FROM event;"
        "INSERT INTO event_parked (source, seq, id, tenant_id, type, subject_id, person_id, version, payload,"
        " occurred_at, code, error) SELECT 's', 1 + count(*), 1, '%1$s', 'x', '%2$s', '%2$s', 1, 'secret',"
        " now(), '', '' FROM event_parked;"
        "INSERT INTO job (tenant_id, id, kind, dedupe_key, payload, person_id, max_attempts, run_at, created_at)"
        " VALUES ('%1$s', gen_random_uuid(), 'k', '%2$s', 'secret', '%2$s', 4, now(), now());"
        "INSERT INTO job_done (tenant_id, id, kind, dedupe_key, payload, person_id, state, attempts,"
        " max_attempts, run_at, progress_done, progress_total, created_at, finished_at) VALUES ('%1$s',"
        " gen_random_uuid(), 'k', '%2$s', 'secret', '%2$s', 'done', 1, 4, now(), 0, 0, now(), now())",
        tenant, person);
}

static void nothing_of_the_person_stays_and_the_rows_do(void **state)
{
    static const char *const tables[] = {"event_new", "event", "event_parked", "job", "job_done"};
    const lm_str keys[] = {LM_STR("jan@bakkerij.example"), LM_STR(PERSON)};
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    lm_err *err = &t->base.err;

    fill(t, LM_PGTEST_TENANT, PERSON);
    fill(t, LM_PGTEST_TENANT, OTHER);
    fill(t, LM_PGTEST_TENANT2, PERSON);
    assert_ok(lm_tx_begin(ctx, err), err);
    assert_ok(lm_erase_person(ctx, PERSON, keys, LM_COUNT(keys), err), err);
    assert_ok(lm_tx_commit(ctx, err), err);
    for (size_t i = 0; i < LM_COUNT(tables); i++) {
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM %s", tables[i]), 3);
        assert_int_equal(
            lm_pgtest_int(t, "SELECT count(*) FROM %s WHERE payload IS NULL", tables[i]), 1);
        assert_int_equal(
            lm_pgtest_int(t,
                          "SELECT count(*) FROM %s WHERE payload IS NULL AND tenant_id = '%s'"
                          " AND person_id = '%s'",
                          tables[i], LM_PGTEST_TENANT, PERSON),
            1);
    }
}

static void the_tombstone_is_the_tenant_s_and_tells_nothing(void **state)
{
    const lm_str keys[] = {LM_STR("jan@bakkerij.example")},
                 others[] = {LM_STR("piet@bakkerij.example")};
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT),
                  *other = lm_pgtest_ctx(t, LM_PGTEST_TENANT2);
    lm_err *err = &t->base.err;
    bool is_erased;

    for (int i = 0; i < 2; i++) { /* twice does no harm */
        assert_ok(lm_tx_begin(ctx, err), err);
        assert_ok(lm_erase_person(ctx, PERSON, keys, 1, err), err);
        assert_ok(lm_tx_commit(ctx, err), err);
    }
    assert_ok(lm_erase_is_erased(ctx, keys, 1, &is_erased, err), err);
    assert_true(is_erased);
    assert_ok(lm_erase_is_erased(ctx, others, 1, &is_erased, err), err);
    assert_false(is_erased);
    assert_ok(lm_erase_is_erased(other, keys, 1, &is_erased, err), err);
    assert_false(is_erased);
    assert_int_equal(
        lm_pgtest_int(t, "SELECT count(*) FROM tombstone t WHERE t::text ILIKE '%%jan%%'"), 0);
}

LM_PGTEST_MAIN(probe, LM_PGTEST(nothing_of_the_person_stays_and_the_rows_do),
               LM_PGTEST(the_tombstone_is_the_tenant_s_and_tells_nothing))
