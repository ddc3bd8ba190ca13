/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every statement of every service finds its rows by an index, seen as its role sees it: row security
 * on and the tenant set. A predicate whose operator is not leakproof, or a column that no index leads
 * to, shows as a sequential scan of a table of two tenants with thousands of rows each.
 *
 * Half of each table is the tenant's, so that the planner does not take the tenant_id in front of a
 * primary key for an answer: reading the whole tenant costs as much as reading the table, and it says
 * so. The plans are the generic ones, which is what a prepared statement comes to.
 */
#include "tests/pg/lm_pgtest.h"

#include <libpq-fe.h>

#include "common/buf.h"
#include "services/enricher/store.h"
#include "services/gateway/store.h"
#include "services/mailer/store.h"
#include "services/personalizer/store.h"
#include "services/scorer/store.h"
#include "services/scraper/store.h"
#include "services/tracker/store.h"
#include "tests/pg/fill.h"

enum { ROWS = 12000, VALUES_MAX = 64, SQL_MAX = 16 << 10 };

/* Statements that mean to read a whole tenant, and why. */
static const struct {
    const char *statement, *table, *why;
} whole_tenant[] = {
    {"stats_load", "company", "figures of the tenant"},
    {"stats_load", "lead", "figures of the tenant"},
    {"stats_load", "score", "figures of the tenant"},
    {"stats", "message", "figures of the tenant"},
    {"company_figures", "company_view", "figures of the tenant"},
    {"lead_figures", "lead_view", "figures of the tenant"},
    {"message_figures", "message_view", "figures of the tenant"},
    {"scrape_jobs_count", "scrape_job_view", "counts to 10,001 and stops"},
    {"delivery_total", "delivery", "counts to 10,001 and stops"},
    {"event_total", "track_event", "counts to 10,001 and stops"},
    {"reply_total", "inbox_mail", "counts to 10,001 and stops"},
    {"imports_count", "import", "counts to 10,001 and stops"},
    {"suppression_total", "suppression", "counts the list"},
};

static const struct lm_service services[] = {
    {.name = "enricher", .sql = enricher_sql}, {.name = "gateway", .sql = gateway_sql},
    {.name = "mailer", .sql = mailer_sql},     {.name = "personalizer", .sql = personalizer_sql},
    {.name = "scorer", .sql = scorer_sql},     {.name = "scraper", .sql = scraper_sql},
    {.name = "tracker", .sql = tracker_sql},
};

/* -- plans -- */

static PGresult *ask(PGconn *pg, const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(res);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%s: %s", sql, PQerrorMessage(pg));
    return res;
}

static PGconn *as_service(struct lm_pgtest *t)
{
    PGconn *pg = PQconnectdb(t->url);

    if (PQstatus(pg) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(pg));
    PQclear(
        ask(pg, lm_arena_printf(t->base.arena, "SET search_path = %s", lm_pgtest_service->name)));
    PQclear(ask(pg, "SET plan_cache_mode = force_generic_plan"));
    PQclear(ask(pg, "SET jit = off"));
    PQclear(ask(pg, "SET lm.tenant = '" LM_PGTEST_TENANT "'"));
    return pg;
}

/* EXPLAIN EXECUTE of the prepared statement, with a NULL for each value: a generic plan looks at none. */
static PGresult *plan_of(PGconn *pg, const struct lm_sql *sql)
{
    struct lm_buf b;
    PGresult *res = PQprepare(pg, sql->name, sql->text, 0, NULL);
    int n;

    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        fail_msg("%s: %s", sql->name, PQerrorMessage(pg));
    PQclear(res);
    res = PQdescribePrepared(pg, sql->name);
    n = PQnparams(res);
    PQclear(res);
    assert_in_range(n, 0, VALUES_MAX);
    lm_buf_init(&b, SQL_MAX);
    lm_buf_printf(&b, "EXPLAIN (COSTS OFF) EXECUTE \"%s\"", sql->name);
    for (int i = 0; i < n; i++)
        lm_buf_appendz(&b, i ? ", NULL" : "(NULL");
    if (n > 0)
        lm_buf_appendz(&b, ")");
    res = ask(pg, lm_buf_z(&b));
    lm_buf_fini(&b);
    return res;
}

static bool is_meant(const char *statement, lm_str table)
{
    for (size_t i = 0; i < LM_COUNT(whole_tenant); i++) {
        if (strcmp(whole_tenant[i].statement, statement) == 0 &&
            lm_str_eqz(table, whole_tenant[i].table))
            return true;
    }
    return false;
}

/* Says so, and with it the plan; how many scans there were that nobody means. */
static int scans_in(const struct lm_sql *sql, const PGresult *plan, lm_str filled)
{
    int n = 0;

    for (int i = 0; i < PQntuples(plan); i++) {
        lm_str line = lm_str_z(PQgetvalue(plan, i, 0)), table, wanted;
        ptrdiff_t at = lm_str_find(line, LM_STR("Seq Scan on "), 0);
        lm_str rest = filled;

        if (at < 0)
            continue;
        line = lm_str_sub(line, (size_t)at + strlen("Seq Scan on "), line.n);
        (void)lm_str_split(&line, ' ', &table);
        while (lm_str_split(&rest, ',', &wanted)) {
            if (lm_str_eq(table, wanted) && !is_meant(sql->name, table)) {
                print_message("%s.%s reads all of %.*s\n", lm_pgtest_service->name, sql->name,
                              LM_FMT(table));
                n++;
            }
        }
    }
    if (n > 0) {
        for (int i = 0; i < PQntuples(plan); i++)
            print_message("    %s\n", PQgetvalue(plan, i, 0));
    }
    return n;
}

static bool has_line(const PGresult *plan, const char *words)
{
    for (int i = 0; i < PQntuples(plan); i++) {
        if (strstr(PQgetvalue(plan, i, 0), words))
            return true;
    }
    return false;
}

static void finds_its_rows_by_an_index(void **state)
{
    struct lm_pgtest *t = *state;
    PGconn *pg = as_service(t);
    lm_str filled;
    int scans = 0;

    lm_pgtest_fill(t, ROWS);
    filled = lm_str_z(lm_pgtest_text(
        t,
        "SELECT string_agg(relname, ',') FROM pg_class WHERE relkind = 'r' AND relrowsecurity"
        " AND relnamespace = current_schema()::regnamespace AND reltuples >= %d",
        ROWS));
    assert_true(filled.n > 0);
    for (const struct lm_sql *const *const *list = lm_pgtest_service->sql; *list; list++) {
        for (const struct lm_sql *const *sql = *list; *sql; sql++) {
            PGresult *plan = plan_of(pg, *sql);

            scans += scans_in(*sql, plan, filled);
            PQclear(plan);
        }
    }
    PQfinish(pg);
    assert_int_equal(scans, 0);
}

/* Ten thousand rows that lie anywhere are ten thousand pages. */
static void counts_leads_without_a_look_at_the_rows(void **state)
{
    static const char *const counts[] = {"leads_count_status", "leads_count_class"};
    struct lm_pgtest *t = *state;
    PGconn *pg = as_service(t);
    size_t n = 0;

    lm_pgtest_fill(t, ROWS);
    PQclear(ask(pg, "SET enable_seqscan = off; SET enable_bitmapscan = off"));
    for (const struct lm_sql *const *const *list = gateway_sql; *list; list++) {
        for (const struct lm_sql *const *sql = *list; *sql; sql++) {
            PGresult *plan;

            if (n == LM_COUNT(counts) || strcmp((*sql)->name, counts[n]) != 0)
                continue;
            plan = plan_of(pg, *sql);
            assert_true(has_line(plan, "Index Only Scan"));
            PQclear(plan);
            n++;
        }
    }
    PQfinish(pg);
    assert_int_equal(n, LM_COUNT(counts));
}

/* The test itself: a predicate that no index serves is seen, one that an index serves is not. */
static void sees_what_has_no_index(void **state)
{
    static const struct lm_sql
        by_name = {"by_name", "SELECT * FROM company WHERE name = $1"},
        by_id = {"by_id", "SELECT * FROM company WHERE tenant_id = $1 AND company_id = $2"};
    struct lm_pgtest *t = *state;
    PGconn *pg = as_service(t);
    PGresult *plan;

    lm_pgtest_fill(t, ROWS);
    plan = plan_of(pg, &by_name);
    assert_int_equal(scans_in(&by_name, plan, LM_STR("lead,company")), 1);
    PQclear(plan);
    plan = plan_of(pg, &by_id);
    assert_int_equal(scans_in(&by_id, plan, LM_STR("lead,company")), 0);
    PQclear(plan);
    PQfinish(pg);
}

/* The service is the initial state; the setup replaces it by the test's database. */
static int setup(void **state)
{
    lm_pgtest_service = *state;
    return lm_pgtest_setup(state);
}

#define EXPLAIN(fn, i)                                                      \
    {                                                                       \
#fn, fn, setup, lm_pgtest_teardown, (void *)(uintptr_t)&services[i] \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        EXPLAIN(sees_what_has_no_index, 3),
        EXPLAIN(finds_its_rows_by_an_index, 0),
        EXPLAIN(finds_its_rows_by_an_index, 1),
        EXPLAIN(finds_its_rows_by_an_index, 2),
        EXPLAIN(finds_its_rows_by_an_index, 3),
        EXPLAIN(finds_its_rows_by_an_index, 4),
        EXPLAIN(finds_its_rows_by_an_index, 5),
        EXPLAIN(finds_its_rows_by_an_index, 6),
        EXPLAIN(counts_leads_without_a_look_at_the_rows, 1),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
