/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a raw connection with a service's role gets to see and to change: nothing without a tenant,
 * the tenant's own rows with one, through tables, views, partitions and functions alike. Everything
 * is read from the catalogue, so that what a migration adds is held to it; what crosses tenants on
 * purpose is listed here with its reason.
 */
#include <libpq-fe.h>

#include "tests/pg/fill.h"

enum { ROWS = 40 };

static const char *const services[] = {"enricher", "gateway", "mailer", "personalizer",
                                       "scorer",   "scraper", "tracker"};

/* Tables without a policy: the plumbing of each schema (DESIGN 8), and what belongs to no tenant. */
static const char plumbing[] =
    "event_new,event,event_head,event_consumer,consumer_cursor,event_parked,job,job_done,call_done,"
    "periodic,tombstone,schema_migration,hit_new,hit_segment,hit_look,company_change_kept,"
    "robots_file,host_turn,source_breaker"; /* of sites: what they say to everybody */

/* Functions that run as the owner. `call` NULL: crosses tenants on purpose, and gives ids only. */
static const struct definer {
    const char *name, *call, *why;
} definers[] = {
    {"search_companies", "search_companies('%', NULL, NULL, 1000)", NULL},
    {"search_leads", "search_leads('%', NULL, NULL, 1000)", NULL},
    {"login_lookup", NULL, "a login comes before its tenant is known"},
    {"tenant_by_slug", NULL, "a login comes before its tenant is known"},
    {"revoked_since", NULL, "every gateway knows all tokens that are no longer good"},
    {"sweep_sessions", NULL, "drops what ran out, of all; says only how many"},
    {"sweep_company_changes", NULL,
     "drops what every replica has read, of all; says only how many"},
    {"tenants_to_shape", NULL, "housekeeping runs outside a tenant and works inside each"},
    {"tracker_resolve", NULL, "a hit names a message, not a tenant"},
    {"tracker_inboxes", NULL, "the poll runs outside a tenant and queues work inside each"},
    {"mailer_expired", NULL, "the sweep runs outside a tenant and works inside each"},
    {"lm_event_partition", NULL, "plumbing"},
    {"lm_event_expire", NULL, "plumbing"},
    {"lm_job_done_partitions", NULL, "plumbing"},
};

/* -- a connection as the service has it, and what it says -- */

static PGconn *connect_as(struct lm_pgtest *t, const char *service)
{
    PGconn *pg = PQconnectdb(lm_pgtest_url_of(t, service));

    if (PQstatus(pg) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(pg));
    return pg;
}

static void set_tenant(PGconn *pg, const char *tenant_id)
{
    const char *const values[] = {tenant_id ? tenant_id : ""};

    PQclear(PQexecParams(pg, "SELECT set_config('lm.tenant', $1, false)", 1, NULL, values, NULL,
                         NULL, 0));
}

/* The SQLSTATE of what was refused, "" of what was done; *n: the first value, else the rows it met. */
static const char *try(struct lm_pgtest *t, PGconn *pg, int64_t *n, const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE), *first;

    state = state ? lm_arena_strdup(t->base.arena, state) : "";
    first = PQntuples(res) > 0 ? PQgetvalue(res, 0, 0) : PQcmdTuples(res);
    if (!lm_str_int(lm_str_z(first), n))
        *n = 0;
    PQclear(res);
    return state;
}

static bool is_denied(const char *state)
{
    return strcmp(state, "42501") == 0;
}

static bool is_plumbing(lm_str table)
{
    lm_str rest = lm_str_z(plumbing), name;

    while (lm_str_split(&rest, ',', &name))
        if (lm_str_eq(table, name))
            return true;
    return false;
}

/* -- the catalogue -- */

/* "a,b,c" of the owner's query, one after the other. */
#define EACH(t, name, ...)                                                         \
    for (lm_str name, rest_of_##name = lm_str_z(lm_pgtest_text((t), __VA_ARGS__)); \
         lm_str_split(&rest_of_##name, ',', &name);)

#define RELATIONS                                                    \
    "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class" \
    " WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND relnamespace = '%s'::regnamespace"

static void fill_all_schemas(struct lm_pgtest *t)
{
    for (size_t i = 0; i < LM_COUNT(services); i++) {
        lm_pgtest_sql(t, "SET search_path = %s", services[i]);
        lm_pgtest_fill_all(t, ROWS);
    }
}

static void every_table_is_a_tenants_or_listed(void **state)
{
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < LM_COUNT(services); i++) {
        EACH(t, name,
             "SELECT string_agg(relname, ',') FROM pg_class WHERE relkind IN ('r', 'p')"
             " AND NOT relispartition AND relnamespace = '%s'::regnamespace"
             " AND NOT (relrowsecurity AND relforcerowsecurity)",
             services[i])
        if (!is_plumbing(name))
            fail_msg("%s.%.*s has no row security", services[i], LM_FMT(name));
    }
}

/* -- reading -- */

static void sees_nothing(struct lm_pgtest *t, PGconn *pg, const char *service, const char *schema)
{
    EACH(t, name, RELATIONS, schema)
    {
        int64_t n;
        const char *state = try(t, pg, &n,
                                lm_arena_printf(t->base.arena, "SELECT count(*) FROM %s.\"%.*s\"",
                                                schema, LM_FMT(name)));

        if (strcmp(service, schema) != 0 ? !is_denied(state)
                                         : !is_denied(state) && n > 0 && !is_plumbing(name))
            fail_msg("lm_%s sees %lld rows of %s.%.*s %s", service, (long long)n, schema,
                     LM_FMT(name), state);
    }
}

static void without_a_tenant_a_service_sees_no_row(void **state)
{
    struct lm_pgtest *t = *state;

    fill_all_schemas(t);
    for (size_t i = 0; i < LM_COUNT(services); i++) {
        PGconn *pg = connect_as(t, services[i]);

        for (size_t k = 0; k < LM_COUNT(services); k++)
            sees_nothing(t, pg, services[i], services[k]);
        set_tenant(pg, "");
        sees_nothing(t, pg, services[i], services[i]);
        PQfinish(pg);
    }
}

#define TENANT_TABLES                                                                            \
    "SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relkind IN ('r', 'p')" \
    " AND relrowsecurity AND relnamespace = '%s'::regnamespace"

/* Half of the rows are its own; of the tables of tenants there is one row each. */
static void sees_its_own(struct lm_pgtest *t, PGconn *pg, const char *service)
{
    EACH(t, name, TENANT_TABLES, service)
    {
        int64_t own, all;

        try(t, pg, &all, lm_arena_printf(t->base.arena, "SELECT count(*) FROM %.*s", LM_FMT(name)));
        try(t, pg, &own,
            lm_arena_printf(t->base.arena,
                            "SELECT count(*) FROM %.*s WHERE tenant_id = '" LM_PGTEST_TENANT2 "'",
                            LM_FMT(name)));
        if (own < 1 || own != all)
            fail_msg("lm_%s sees %lld rows of %.*s, of which %lld are the tenant's", service,
                     (long long)all, LM_FMT(name), (long long)own);
    }
}

static void with_a_tenant_a_service_sees_that_ones_rows(void **state)
{
    struct lm_pgtest *t = *state;

    fill_all_schemas(t);
    for (size_t i = 0; i < LM_COUNT(services); i++) {
        PGconn *pg = connect_as(t, services[i]);

        set_tenant(pg, LM_PGTEST_TENANT2);
        sees_its_own(t, pg, services[i]);
        PQfinish(pg);
    }
}

/* -- writing -- */

static void changes_only_its_own(struct lm_pgtest *t, PGconn *pg, const char *service)
{
    int64_t ignored, n;

    EACH(t, name, TENANT_TABLES, service)
    {
        const char *give = lm_arena_printf(
            t->base.arena, "UPDATE %.*s SET tenant_id = '" LM_PGTEST_TENANT "'", LM_FMT(name));
        const char *drop = lm_arena_printf(
            t->base.arena,
            "WITH d AS (DELETE FROM %.*s RETURNING tenant_id) SELECT count(*) FROM d"
            " WHERE tenant_id <> '" LM_PGTEST_TENANT2 "'",
            LM_FMT(name));

        if (!is_denied(try(t, pg, &ignored, give)))
            fail_msg("lm_%s gives rows of %.*s to another tenant", service, LM_FMT(name));
        try(t, pg, &ignored, "BEGIN");
        (void)try(t, pg, &n, drop);
        try(t, pg, &ignored, "ROLLBACK");
        if (n != 0)
            fail_msg("lm_%s deletes %lld rows of another tenant from %.*s", service, (long long)n,
                     LM_FMT(name));
    }
}

static void with_a_tenant_a_service_changes_no_other_ones_rows(void **state)
{
    struct lm_pgtest *t = *state;

    fill_all_schemas(t);
    for (size_t i = 0; i < LM_COUNT(services); i++) {
        PGconn *pg = connect_as(t, services[i]);

        set_tenant(pg, LM_PGTEST_TENANT2);
        changes_only_its_own(t, pg, services[i]);
        PQfinish(pg);
    }
}

/* -- functions -- */

static const struct definer *find_definer(lm_str name)
{
    for (size_t i = 0; i < LM_COUNT(definers); i++)
        if (lm_str_eqz(name, definers[i].name))
            return &definers[i];
    return NULL;
}

static int64_t answers(struct lm_pgtest *t, PGconn *pg, const struct definer *f,
                       const char *tenant_id, const char *where)
{
    int64_t n;
    const char *state;

    set_tenant(pg, tenant_id);
    state =
        try(t, pg, &n,
            lm_arena_printf(t->base.arena, "SELECT count(*) FROM %s AS f (id) %s", f->call, where));
    if (*state)
        fail_msg("%s: %s", f->call, state);
    return n;
}

static void keeps_to_the_tenant(struct lm_pgtest *t, PGconn *pg, const struct definer *f)
{
    int64_t one = answers(t, pg, f, LM_PGTEST_TENANT, ""),
            both = answers(t, pg, f, LM_PGTEST_TENANT2, "");

    if (one == 0 || both == 0)
        fail_msg("%s gives nothing", f->name);
    assert_int_equal(answers(t, pg, f, NULL, ""), 0);
    /* Ids of the other's rows would be those that the tenant does not see in the tables. */
    assert_int_equal(answers(t, pg, f, LM_PGTEST_TENANT2,
                             "WHERE NOT EXISTS (SELECT FROM company_view v WHERE v.id = f.id)"
                             "  AND NOT EXISTS (SELECT FROM lead_view v WHERE v.id = f.id)"),
                     0);
}

static void functions_that_run_as_the_owner_keep_to_the_tenant_or_are_listed(void **state)
{
    struct lm_pgtest *t = *state;
    int kept = 0;

    fill_all_schemas(t);
    for (size_t i = 0; i < LM_COUNT(services); i++) {
        PGconn *pg = connect_as(t, services[i]);

        EACH(t, name,
             "SELECT string_agg(proname, ',') FROM pg_proc WHERE prosecdef"
             " AND pronamespace = '%s'::regnamespace"
             " AND has_function_privilege('lm_%s', oid, 'EXECUTE')",
             services[i], services[i])
        {
            const struct definer *f = find_definer(name);

            if (!f)
                fail_msg("%s.%.*s runs as the owner: does it cross tenants?", services[i],
                         LM_FMT(name));
            else if (f->call) {
                keeps_to_the_tenant(t, pg, f);
                kept++;
            }
        }
        PQfinish(pg);
    }
    assert_int_equal(kept, 2);
}

static const struct lm_service probe = {.name = "probe"};
LM_PGTEST_MAIN_ALL(probe, LM_PGTEST(every_table_is_a_tenants_or_listed),
                   LM_PGTEST(without_a_tenant_a_service_sees_no_row),
                   LM_PGTEST(with_a_tenant_a_service_sees_that_ones_rows),
                   LM_PGTEST(with_a_tenant_a_service_changes_no_other_ones_rows),
                   LM_PGTEST(functions_that_run_as_the_owner_keep_to_the_tenant_or_are_listed))
