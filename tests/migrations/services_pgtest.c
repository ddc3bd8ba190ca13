/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The migrations of all services go up, down to nothing and up again, without rows and with rows in
 * every table. What the migrator itself promises is tested in tests/common/migrate_pgtest.c.
 */
#include "tests/pg/fill.h"

#include <pthread.h>

#include "common/migrate.h"

enum { ROWS = 40, MIGRATORS = 4 };

static const char *const services[] = {"enricher", "gateway", "mailer", "personalizer",
                                       "scorer",   "scraper", "tracker"};

/* Everything of ours that the catalogue knows, in one text; what differs shows as a difference. */
static const char *catalogue(struct lm_pgtest *t)
{
    return lm_pgtest_text(
        t,
        "WITH ours AS (SELECT oid, nspname AS own FROM pg_namespace"
        "  WHERE nspname NOT LIKE 'pg\\_%%' AND nspname NOT IN ('information_schema', 'public')),"
        " known AS ("
        " SELECT concat_ws(' ', own, relname, relkind, relrowsecurity, relforcerowsecurity, relacl)"
        "        AS line FROM pg_class c JOIN ours o ON o.oid = relnamespace"
        " UNION ALL SELECT concat_ws(' ', own, relname, attname,"
        "                            format_type(atttypid, atttypmod), attnotnull)"
        "   FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid"
        "   JOIN ours o ON o.oid = relnamespace WHERE attnum > 0"
        " UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index"
        "   JOIN pg_class c ON c.oid = indrelid JOIN ours o ON o.oid = relnamespace"
        " UNION ALL SELECT concat_ws(' ', own, conname, pg_get_constraintdef(k.oid))"
        "   FROM pg_constraint k JOIN ours o ON o.oid = connamespace"
        " UNION ALL SELECT concat_ws(' ', own, proname, prosrc, proacl)"
        "   FROM pg_proc JOIN ours o ON o.oid = pronamespace"
        " UNION ALL SELECT concat_ws(' ', schemaname, tablename, qual) FROM pg_policies)"
        " SELECT string_agg(line, E'\\n' ORDER BY line) FROM known WHERE line NOT LIKE '%%pg_toast%%'");
}

static int64_t schemas(struct lm_pgtest *t)
{
    return lm_pgtest_int(t, "SELECT count(*) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%%'"
                            " AND nspname NOT IN ('information_schema', 'public', 'probe')");
}

static struct lm_migrate_options of_all(const struct lm_pgtest *t)
{
    return (struct lm_migrate_options){.url = t->owner_url, .dir = lm_pgtest_services_migrations};
}

static void down_and_up(struct lm_pgtest *t)
{
    struct lm_migrate_options o = of_all(t);
    lm_err *err = &t->base.err;

    assert_int_equal(schemas(t), LM_COUNT(services));
    assert_ok(lm_migrate_down(&o, 0, err), err);
    assert_int_equal(schemas(t), 0);
    assert_ok(lm_migrate_up(&o, err), err);
    assert_int_equal(schemas(t), LM_COUNT(services));
}

static void every_service_goes_down_to_nothing_and_up_to_the_same(void **state)
{
    struct lm_pgtest *t = *state;
    const char *before = catalogue(t);

    down_and_up(t);
    assert_string_equal(catalogue(t), before);
}

static void every_service_goes_down_and_up_with_rows_in_its_tables(void **state)
{
    struct lm_pgtest *t = *state;
    const char *before = catalogue(t);

    for (size_t i = 0; i < LM_COUNT(services); i++) {
        lm_pgtest_sql(t, "SET search_path = %s", services[i]);
        lm_pgtest_fill(t, ROWS);
        lm_pgtest_sql(t, "INSERT INTO event_new (type, subject_id, version, occurred_at)"
                         " VALUES ('probe.X', '" LM_PGTEST_TENANT "', 1, now())");
    }
    down_and_up(t);
    assert_string_equal(catalogue(t), before);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM tracker.event_new"), 0);
}

/* Compiling a statement that is planned over a million rows takes longer than it. */
static void no_service_has_its_statements_compiled(void **state)
{
    down_and_up(*state);
    assert_int_equal(
        lm_pgtest_int(
            *state,
            "SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase"
            " WHERE d.datname = current_database() AND 'jit=off' = ANY (s.setconfig)"),
        LM_COUNT(services));
}

struct migrator {
    struct lm_migrate_options o;
    pthread_t thread;
    lm_code code;
};

static void *migrate(void *arg)
{
    struct migrator *m = arg;
    lm_err err = LM_ERR_INIT;

    m->code = lm_migrate_up(&m->o, &err);
    return NULL;
}

static void replicas_that_migrate_at_once_end_with_one_of_everything(void **state)
{
    struct lm_pgtest *t = *state;
    const char *before = catalogue(t);
    struct lm_migrate_options o = of_all(t);
    struct migrator m[MIGRATORS];
    lm_err *err = &t->base.err;

    assert_ok(lm_migrate_down(&o, 0, err), err);
    for (size_t i = 0; i < LM_COUNT(m); i++) {
        m[i] = (struct migrator){.o = o};
        assert_int_equal(pthread_create(&m[i].thread, NULL, migrate, &m[i]), 0);
    }
    for (size_t i = 0; i < LM_COUNT(m); i++) {
        pthread_join(m[i].thread, NULL);
        assert_int_equal(m[i].code, LM_OK);
    }
    assert_string_equal(catalogue(t), before);
}

static const struct lm_service probe = {.name = "probe"};
LM_PGTEST_MAIN_ALL(probe, LM_PGTEST(every_service_goes_down_to_nothing_and_up_to_the_same),
                   LM_PGTEST(every_service_goes_down_and_up_with_rows_in_its_tables),
                   LM_PGTEST(no_service_has_its_statements_compiled),
                   LM_PGTEST(replicas_that_migrate_at_once_end_with_one_of_everything))
