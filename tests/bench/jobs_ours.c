/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_jobs_ours SOCKET DATABASE WORKERS idle|writes SECONDS: the real job machinery, four threads
 * a process as services have them (1 worker: one), over the queue of the tests' service `probe`.
 * `idle` jobs write nothing, so their ends are recorded in batches; `writes` jobs commit a row each,
 * together with their end. Prints jobs per second, by the rows in job_done.
 */
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/proc_internal.h"
#include "common/runtime.h"
#include "gen/enricher.pb-c.h"
#include "gen/scorer.pb-c.h"
#include "tests/bench/bench.h"

enum { THREADS = 4, PROCESSES = 16, POLL_US = 2000, STOP_MS = 10000 };

static const struct lm_sql deed = {"deed", "INSERT INTO deed (what) VALUES ($1)"};

static lm_code run_idle(struct lm_ctx *ctx LM_UNUSED, const ProtobufCMessage *payload LM_UNUSED,
                        lm_err *err LM_UNUSED)
{
    return LM_OK;
}

static lm_code run_writes(struct lm_ctx *ctx, const ProtobufCMessage *payload LM_UNUSED,
                          lm_err *err)
{
    return lm_tx_begin(ctx, err) ? err->code
                                 : lm_db_exec(ctx, &deed, LM_ARGS(LM_Z(ctx->job->key)), NULL, err);
}

static const struct lm_job_kind kinds[] = {
    {"research_company", &enricher__research_company__descriptor, run_idle, 4, 30000, 30000, 0},
    {"score_lead", &scorer__score_lead__descriptor, run_writes, 4, 30000, 30000, 0},
    {.kind = NULL},
};
static const struct lm_service probe = {.name = "probe", .jobs = kinds};

static volatile sig_atomic_t is_over;
static void on_term(int sig)
{
    (void)sig;
    is_over = 1;
}

/* One replica: works until it is told to stop. */
static void replica(const char *url, int number, int threads)
{
    static struct lm_proc proc = {.service = &probe};
    struct lm_db_options db = {.url = url, .schema = "probe", .pool_max = 4};
    struct lm_runtime_options o = {.workers = threads, .no_relay = true};
    lm_err err = LM_ERR_INIT;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGTERM, on_term);
    lm_log_init("probe", LM_LOG_WARN, NULL);
    snprintf(proc.replica, sizeof(proc.replica), "bench-%d", number);
    if (lm_db_open(&db, &proc.db, &err) || lm_runtime_start(&proc, &o, &err))
        bench_fail("%s", err.message);
    while (!is_over)
        usleep(POLL_US);
    lm_runtime_quiesce(&proc);
    lm_runtime_stop(&proc, STOP_MS);
    _exit(0);
}

static int64_t ask(PGconn *pg, const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    int64_t n;

    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        bench_fail("%s", PQerrorMessage(pg));
    n = strtoll(PQgetvalue(res, 0, 0), NULL, 10);
    PQclear(res);
    return n;
}

/* Waits for the first claim, so that start-up does not count; then the time, or an empty queue. */
static void wait_while_they_work(PGconn *pg, int64_t *from_us, double seconds)
{
    int64_t until_us;

    while (ask(pg, "SELECT count(*) FROM (SELECT FROM job WHERE state = 'running' LIMIT 1) r") == 0)
        usleep(500);
    *from_us = lm_mono_us();
    until_us = *from_us + (int64_t)(seconds * 1e6);
    while (lm_mono_us() < until_us &&
           ask(pg, "SELECT count(*) FROM (SELECT FROM job WHERE state <> 'dead' LIMIT 1) r") > 0)
        usleep(20000);
}

int main(int argc, char **argv)
{
    char url[512], owner[512];
    pid_t pids[PROCESSES];
    int64_t from_us, before, took_us;
    int workers, n;
    PGconn *pg;

    if (argc != 6 || (workers = (int)strtol(argv[3], NULL, 10)) < 1 ||
        workers > PROCESSES * THREADS)
        bench_fail("usage: bench_jobs_ours SOCKET DATABASE WORKERS idle|writes SECONDS");
    snprintf(url, sizeof(url), "host=%s dbname=%s user=lm_probe", argv[1], argv[2]);
    /* Looks that cost nothing: by an index, not over what is dead. */
    snprintf(owner, sizeof(owner),
             "host=%s dbname=%s user=postgres options='-c search_path=probe -c enable_seqscan=off'",
             argv[1], argv[2]);
    pg = PQconnectdb(owner);
    before = ask(pg, "SELECT count(*) FROM job_done");
    n = (workers + THREADS - 1) / THREADS;
    for (int i = 0; i < n; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            replica(url, i, LM_MIN(workers, (int)THREADS));
    }
    wait_while_they_work(pg, &from_us, strtod(argv[5], NULL));
    for (int i = 0; i < n; i++)
        kill(pids[i], SIGTERM);
    for (int i = 0; i < n; i++)
        waitpid(pids[i], NULL, 0);
    took_us = lm_mono_us() - from_us;
    n = (int)(ask(pg, "SELECT count(*) FROM job_done") - before);
    if (ask(pg, "SELECT count(*) FROM job WHERE state <> 'ready'") > 0 ||
        ask(pg, "SELECT count(*) FROM job_done WHERE attempts <> 1 OR state <> 'done'") > 0)
        bench_fail("a job was left behind, or done more than once");
    printf("%.0f\n", n * 1e6 / (double)took_us);
    PQfinish(pg);
    return 0;
}
