/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/pg/lm_pgtest.h"

#include "common/clock.h"
#include "common/log.h"

#include <libpq-fe.h>
#include <stdarg.h>
#include <unistd.h>

enum { ARENA_BYTES = 256 << 20, CTX_BYTES = 64 << 20, CTX_MS = 30000, AWAIT_MS = 40000, POOL = 8 };

const struct lm_service *lm_pgtest_service;
bool lm_pgtest_all;
const char *const lm_pgtest_migrations = LM_PG_MIGRATIONS;
const char *const lm_pgtest_services_migrations = LM_MIGRATIONS;

static PGconn *open_pg(const char *url)
{
    PGconn *pg = PQconnectdb(url);

    if (PQstatus(pg) != CONNECTION_OK)
        fail_msg("%s(run by ctest, which starts the cluster)", PQerrorMessage(pg));
    return pg;
}

static char *run(struct lm_pgtest *t, PGconn *pg, const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(res);
    char *value = NULL;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        fail_msg("%sin %s", PQerrorMessage(pg), sql); /* long ones are cut */
    if (PQntuples(res) > 0 && !PQgetisnull(res, 0, 0))
        value = lm_arena_strdup(t->base.arena, PQgetvalue(res, 0, 0));
    PQclear(res);
    return value;
}

static void on_server(struct lm_pgtest *t, const char *sql)
{
    PGconn *pg = open_pg("host=" LM_PG_SOCKET " user=postgres dbname=postgres");

    (void)run(t, pg, sql);
    PQfinish(pg);
}

/* Kept for the test: those who wait for a condition ask every few milliseconds. */
static char *as_owner(struct lm_pgtest *t, lm_str sql)
{
    if (!t->owner)
        t->owner = open_pg(t->owner_url);
    return run(t, t->owner, lm_arena_strz(t->base.arena, sql));
}

static struct lm_proc *open_proc(struct lm_pgtest *t)
{
    struct lm_proc *p;
    struct lm_db_options o = {.url = t->url,
                              .schema = lm_pgtest_service->name,
                              .pool_max = POOL,
                              .sql = lm_pgtest_service->sql};
    lm_err err = LM_ERR_INIT;

    LM_ASSERT(t->n_procs < LM_PGTEST_PROCS);
    p = &t->procs[t->n_procs++];
    p->service = lm_pgtest_service;
    snprintf(p->replica, sizeof(p->replica), "test-%zu", t->n_procs);
    assert_ok(lm_db_open(&o, &p->db, &err), &err);
    return p;
}

int lm_pgtest_setup(void **state)
{
    static int n;
    struct lm_pgtest *t = calloc(1, sizeof(*t));

    LM_ASSERT(t != NULL);
    t->base.arena = lm_arena_new(ARENA_BYTES);
    lm_log_init(lm_pgtest_service->name, getenv("LM_TEST_LOG") ? LM_LOG_DEBUG : LM_LOG_ERROR,
                getenv("LM_TEST_LOG") ? NULL : "/dev/null");
    snprintf(t->database, sizeof(t->database), "test_%d_%d", (int)getpid(), ++n);
    snprintf(t->owner_url, sizeof(t->owner_url),
             "host=" LM_PG_SOCKET " user=postgres dbname=%s options='-c search_path=%s'",
             t->database, lm_pgtest_service->name);
    snprintf(t->url, sizeof(t->url), "host=" LM_PG_SOCKET " user=lm_%s dbname=%s",
             lm_pgtest_service->name, t->database);
    on_server(t, lm_arena_printf(t->base.arena,
                                 "CREATE DATABASE %s TEMPLATE lm_template%s%s STRATEGY file_copy",
                                 t->database, lm_pgtest_all ? "" : "_",
                                 lm_pgtest_all ? "" : lm_pgtest_service->name));
    (void)open_proc(t);
    *state = t;
    return 0;
}

int lm_pgtest_teardown(void **state)
{
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < t->n_ctxs; i++)
        lm_ctx_free(t->ctxs[i]);
    for (size_t i = 0; i < t->n_procs; i++) {
        lm_runtime_stop(&t->procs[i], 5000);
        lm_runtime_free(&t->procs[i]);
        lm_db_close(t->procs[i].db);
    }
    lm_clock_test_set(0);
    if (t->owner)
        PQfinish(t->owner);
    on_server(t, lm_arena_printf(t->base.arena, "DROP DATABASE %s WITH (FORCE)", t->database));
    lm_arena_free(t->base.arena);
    free(t);
    return 0;
}

struct lm_proc *lm_pgtest_proc(struct lm_pgtest *t)
{
    return &t->procs[0];
}

struct lm_proc *lm_pgtest_replica(struct lm_pgtest *t)
{
    return open_proc(t);
}

struct lm_ctx *lm_pgtest_ctx_of(struct lm_pgtest *t, struct lm_proc *proc, const char *tenant_id)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, tenant_id, CTX_MS, CTX_BYTES);

    LM_ASSERT(t->n_ctxs < LM_COUNT(t->ctxs));
    t->ctxs[t->n_ctxs++] = ctx;
    return ctx;
}

struct lm_ctx *lm_pgtest_ctx(struct lm_pgtest *t, const char *tenant_id)
{
    return lm_pgtest_ctx_of(t, lm_pgtest_proc(t), tenant_id);
}

const char *lm_pgtest_url_of(struct lm_pgtest *t, const char *service)
{
    return lm_arena_printf(t->base.arena,
                           "host=" LM_PG_SOCKET
                           " user=lm_%s dbname=%s options='-c search_path=%s,pg_temp'",
                           service, t->database, service);
}

#define FORMATTED(t, fmt, out)                                \
    do {                                                      \
        va_list ap;                                           \
                                                              \
        va_start(ap, fmt);                                    \
        (out) = lm_arena_vprintf((t)->base.arena, (fmt), ap); \
        va_end(ap);                                           \
    } while (0)

void lm_pgtest_sql(struct lm_pgtest *t, const char *fmt, ...)
{
    lm_str sql;

    FORMATTED(t, fmt, sql);
    (void)as_owner(t, sql);
}

const char *lm_pgtest_text(struct lm_pgtest *t, const char *fmt, ...)
{
    lm_str sql;

    FORMATTED(t, fmt, sql);
    return as_owner(t, sql);
}

int64_t lm_pgtest_int(struct lm_pgtest *t, const char *fmt, ...)
{
    const char *value;
    int64_t v;
    lm_str sql;

    FORMATTED(t, fmt, sql);
    value = as_owner(t, sql);
    if (!value || !lm_str_int(lm_str_z(value), &v))
        fail_msg("%.*s: no integer", LM_FMT(sql));
    return v;
}

void lm_pgtest_await(struct lm_pgtest *t, int64_t wanted, const char *sql)
{
    int64_t until = lm_mono_ms() + AWAIT_MS, got = 0;

    while ((got = lm_pgtest_int(t, "%s", sql)) != wanted && lm_mono_ms() < until)
        lm_sleep_ms(5);
    if (got != wanted)
        fail_msg("%s: %lld, wanted %lld", sql, (long long)got, (long long)wanted);
}
