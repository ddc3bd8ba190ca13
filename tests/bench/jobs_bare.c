/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_jobs_bare URL WORKERS BATCH SECONDS: the limit of bench jobs. Threads that claim from a plain
 * table (jobs_bare.sql) with SKIP LOCKED and mark as done, each in a commit of its own: crash-safe
 * and nothing else. Prints jobs per second.
 */
#include <libpq-fe.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "tests/bench/bench.h"

enum { WORKERS = 64, ID_DIGITS = 21 };

static const char claim[] =
    "WITH p AS (SELECT id FROM job WHERE state = 0 AND run_at <= now() ORDER BY run_at, id LIMIT $1::int"
    "           FOR UPDATE SKIP LOCKED)"
    " UPDATE job j SET state = 1, attempts = attempts + 1, claimed_at = now() FROM p WHERE j.id = p.id"
    " RETURNING j.id, j.payload";
static const char finish[] =
    "UPDATE job SET state = 2, finished_at = now() WHERE id = ANY ($1::bigint[])";

static const char *url, *batch;
static int64_t until_us;
static atomic_llong done;

static PGresult *check(PGconn *pg, PGresult *res)
{
    ExecStatusType status = PQresultStatus(res);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        bench_fail("%s", PQerrorMessage(pg));
    return res;
}

static PGresult *run_prepared(PGconn *pg, const char *name, const char *value)
{
    return check(pg, PQexecPrepared(pg, name, 1, &value, NULL, NULL, 0));
}

/* How many were claimed and finished; 0: the queue is empty. */
static int one_batch(PGconn *pg, char *ids)
{
    PGresult *res = run_prepared(pg, "claim", batch);
    int n = PQntuples(res), at = 0;

    for (int i = 0; i < n; i++)
        at += snprintf(ids + at, ID_DIGITS + 2, "%c%s", i ? ',' : '{', PQgetvalue(res, i, 0));
    PQclear(res);
    if (n == 0)
        return 0;
    snprintf(ids + at, 2, "}");
    PQclear(run_prepared(pg, "finish", ids));
    return n;
}

static void *work(void *arg)
{
    size_t room = ((size_t)strtol(batch, NULL, 10) + 1) * (ID_DIGITS + 1);
    PGconn *pg = PQconnectdb(url);
    char *ids = malloc(room);
    int n = 1;

    (void)arg;
    LM_ASSERT(ids != NULL);
    PQclear(check(pg, PQprepare(pg, "claim", claim, 0, NULL)));
    PQclear(check(pg, PQprepare(pg, "finish", finish, 0, NULL)));
    while (n > 0 && lm_mono_us() < until_us) {
        n = one_batch(pg, ids);
        atomic_fetch_add(&done, n);
    }
    free(ids);
    PQfinish(pg);
    return NULL;
}

int main(int argc, char **argv)
{
    pthread_t threads[WORKERS];
    int64_t from_us = lm_mono_us();
    int workers;

    if (argc != 5 || (workers = (int)strtol(argv[2], NULL, 10)) < 1 || workers > WORKERS)
        bench_fail("usage: bench_jobs_bare URL WORKERS BATCH SECONDS");
    url = argv[1];
    batch = argv[3];
    until_us = from_us + (int64_t)(strtod(argv[4], NULL) * 1e6);
    for (int i = 0; i < workers; i++)
        LM_ASSERT(pthread_create(&threads[i], NULL, work, NULL) == 0);
    for (int i = 0; i < workers; i++)
        pthread_join(threads[i], NULL);
    printf("%.0f\n", (double)atomic_load(&done) * 1e6 / (double)(lm_mono_us() - from_us));
    return 0;
}
