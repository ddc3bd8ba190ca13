/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_bus_trickle SOCKET BUS-DIR KEY RATE SECONDS: another replica of `probe` that only writes:
 * a state and its event a transaction, RATE of them a second, in four threads. Prints how many.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "gen/enricher.pb-c.h"
#include "tests/bench/bench.h"

enum { THREADS = 4, MEMORY = 1 << 20, TIMEOUT_MS = 10000, TEXT = 180 };
#define TENANT "11111111-1111-4111-8111-111111111111"

static const struct lm_service probe = {.name = "probe"};
static struct lm_proc proc = {.service = &probe, .replica = "writer"};
static const struct lm_sql make = {"make", "INSERT INTO thing (tenant_id, id) VALUES ($1, $2)"};
static int64_t step_us, until_us;
static atomic_llong written;

static void write_one(void)
{
    struct lm_ctx *ctx = lm_ctx_new(&proc, TENANT, TIMEOUT_MS, MEMORY);
    Enricher__CompanyEnriched message = ENRICHER__COMPANY_ENRICHED__INIT;
    char id[LM_ID_SIZE], text[TEXT + 1];
    struct lm_event event = {.message = &message.base, .subject_id = id, .version = 1};
    lm_err err = LM_ERR_INIT;

    lm_id_new(id);
    snprintf(text, sizeof(text), "%0*d", TEXT, 1);
    message.company_id = text;
    if (lm_tx_begin(ctx, &err) ||
        lm_db_exec(ctx, &make, LM_ARGS(LM_ID(TENANT), LM_ID(id)), NULL, &err) ||
        lm_event_put(ctx, &event, &err) || lm_tx_commit(ctx, &err))
        bench_fail("%s", err.message);
    lm_ctx_free(ctx);
    atomic_fetch_add(&written, 1);
}

/* By the clock, so that a slow commit does not make fewer. */
static void *write_many(void *arg)
{
    int64_t due_us = lm_mono_us() + step_us * *(const int *)arg / THREADS;

    for (; due_us < until_us; due_us += step_us) {
        while (lm_mono_us() < due_us)
            lm_sleep_ms(1);
        write_one();
    }
    return NULL;
}

static void ignore_call(void *arg LM_UNUSED, struct lm_bus_call *call LM_UNUSED,
                        const struct lm_bus_request *request LM_UNUSED)
{
}

static void ignore_event(void *arg LM_UNUSED, const char *sender LM_UNUSED,
                         const char *replica LM_UNUSED, const char *kind LM_UNUSED,
                         lm_str body LM_UNUSED)
{
}

int main(int argc, char **argv)
{
    static const struct lm_bus_handlers handlers = {.on_call = ignore_call,
                                                    .on_event = ignore_event};
    struct lm_bus_options bus = {.service = "probe", .replica = proc.replica, .workers = 1};
    struct lm_db_options db = {.schema = "probe", .pool_max = THREADS};
    static const int numbers[THREADS] = {0, 1, 2, 3};
    pthread_t threads[THREADS];
    char url[512];
    lm_err err = LM_ERR_INIT;

    if (argc != 6)
        bench_fail("usage: bench_bus_trickle SOCKET BUS-DIR KEY RATE SECONDS");
    snprintf(url, sizeof(url), "host=%s dbname=leadmachine user=lm_probe", argv[1]);
    db.url = url;
    bus.dir = argv[2];
    bus.key = lm_str_z(argv[3]);
    if (lm_db_open(&db, &proc.db, &err) || lm_bus_start(&bus, &handlers, &proc.bus, &err))
        bench_fail("%s", err.message);
    lm_sleep_ms(1500); /* until the others have found it */
    step_us = (int64_t)(THREADS * 1e6 / strtod(argv[4], NULL));
    until_us = lm_mono_us() + (int64_t)(strtod(argv[5], NULL) * 1e6);
    for (int i = 0; i < THREADS; i++)
        LM_ASSERT(pthread_create(&threads[i], NULL, write_many, (void *)(uintptr_t)&numbers[i]) ==
                  0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    lm_bus_stop(proc.bus);
    lm_db_close(proc.db);
    printf("%lld\n", (long long)atomic_load(&written));
    return 0;
}
