/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_PGTEST_H
#define LM_PGTEST_H

#include "common/proc_internal.h"
#include "common/runtime.h"
#include "tests/lm_test.h"

/*
 * Tests on real PostgreSQL. Each test gets a database of its own, copied from a template in which
 * the service's schema is migrated (every service's with LM_PGTEST_MAIN_ALL), and processes of the
 * service without bus and health: enough to run calls, events and jobs by hand or with the runtime's
 * threads.
 *
 *     static const struct lm_service probe = {.name = "probe", …};
 *
 *     static void counts(void **state)
 *     {
 *         struct lm_pgtest *t = *state;
 *         struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
 *         …
 *     }
 *     LM_PGTEST_MAIN(probe, LM_PGTEST(counts))
 */
#define LM_PGTEST_TENANT  "11111111-1111-4111-8111-111111111111"
#define LM_PGTEST_TENANT2 "22222222-2222-4222-8222-222222222222"

enum { LM_PGTEST_PROCS = 8 };

struct lm_pgtest {
    struct lm_test base; /* arena, err */
    char database[64];
    char url[512];       /* as the service's role */
    char owner_url[512]; /* as the superuser */
    struct pg_conn *owner;
    struct lm_proc procs[LM_PGTEST_PROCS];
    size_t n_procs;
    struct lm_ctx *ctxs[64];
    size_t n_ctxs;
};

/* The first process of the service; made by the setup. */
struct lm_proc *lm_pgtest_proc(struct lm_pgtest *t);
/* Another replica, with a pool of its own. */
struct lm_proc *lm_pgtest_replica(struct lm_pgtest *t);
/* A unit of work in the first process, freed after the test. `tenant_id` may be NULL. Deadline 30 s. */
struct lm_ctx *lm_pgtest_ctx(struct lm_pgtest *t, const char *tenant_id);
struct lm_ctx *lm_pgtest_ctx_of(struct lm_pgtest *t, struct lm_proc *proc, const char *tenant_id);

/* As the superuser with the service's search_path: statements without values; the first value of the first row. */
void lm_pgtest_sql(struct lm_pgtest *t, const char *fmt, ...) LM_PRINTF(2, 3);
int64_t lm_pgtest_int(struct lm_pgtest *t, const char *fmt, ...) LM_PRINTF(2, 3);
const char *lm_pgtest_text(struct lm_pgtest *t, const char *fmt, ...) LM_PRINTF(2, 3);
/* Until the query gives `wanted`, at most 40 s; fails the test otherwise. */
void lm_pgtest_await(struct lm_pgtest *t, int64_t wanted, const char *sql);

/* A libpq connection string as the role of any service, with its search_path. */
const char *lm_pgtest_url_of(struct lm_pgtest *t, const char *service);

/* Where tests/pg/migrations is, and migrations. */
extern const char *const lm_pgtest_migrations, *const lm_pgtest_services_migrations;

int lm_pgtest_setup(void **state);
int lm_pgtest_teardown(void **state);
extern const struct lm_service *lm_pgtest_service;
extern bool lm_pgtest_all; /* schemas of all services */
#define LM_PGTEST(fn) cmocka_unit_test_setup_teardown(fn, lm_pgtest_setup, lm_pgtest_teardown)
#define LM_PGTEST_MAIN(service, ...)                      \
    int main(void)                                        \
    {                                                     \
        const struct CMUnitTest tests[] = {__VA_ARGS__};  \
                                                          \
        lm_pgtest_service = &(service);                   \
        return cmocka_run_group_tests(tests, NULL, NULL); \
    }
#define LM_PGTEST_MAIN_ALL(service, ...)                  \
    int main(void)                                        \
    {                                                     \
        const struct CMUnitTest tests[] = {__VA_ARGS__};  \
                                                          \
        lm_pgtest_service = &(service);                   \
        lm_pgtest_all = true;                             \
        return cmocka_run_group_tests(tests, NULL, NULL); \
    }

#endif
