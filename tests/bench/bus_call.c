/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_bus_call DIR ours|raw N: one call after the other between two processes over ipc, 200 bytes
 * each way: through the bus with its envelope and HMAC, or through bare nng req/rep. Prints p50 and
 * p99 in microseconds.
 */
#include <nng/nng.h>
#include <nng/protocol/reqrep0/rep.h>
#include <nng/protocol/reqrep0/req.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/bus.h"
#include "common/clock.h"
#include "common/str.h"
#include "tests/bench/bench.h"

enum { BODY = 200, WARM = 200, TIMEOUT_MS = 5000 };
static const char key[] = "0123456789abcdef0123456789abcdef";
static char body[BODY];

static double now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* ------- bare nng ------- */

static void must(int rv)
{
    if (rv != 0)
        bench_fail("nng: %s", nng_strerror(rv));
}

static void raw_serve(const char *url)
{
    nng_socket rep;
    nng_msg *msg;

    must(nng_rep0_open(&rep));
    must(nng_listen(rep, url, NULL, 0));
    while (nng_recvmsg(rep, &msg, 0) == 0)
        must(nng_sendmsg(rep, msg, 0));
}

static nng_socket req;

static void raw_open(const char *url)
{
    must(nng_req0_open(&req));
    while (nng_dial(req, url, NULL, 0) != 0)
        lm_sleep_ms(10);
}

static void raw_call(void)
{
    nng_msg *msg;

    must(nng_msg_alloc(&msg, BODY));
    memcpy(nng_msg_body(msg), body, BODY);
    must(nng_sendmsg(req, msg, 0));
    must(nng_recvmsg(req, &msg, 0));
    nng_msg_free(msg);
}

/* ------- the bus ------- */

static void on_call(void *arg LM_UNUSED, struct lm_bus_call *call,
                    const struct lm_bus_request *request)
{
    struct lm_bus_answer answer = {.err = LM_ERR_INIT, .body = request->body};

    lm_bus_answer(call, &answer);
}

static void on_event(void *arg LM_UNUSED, const char *sender LM_UNUSED,
                     const char *replica LM_UNUSED, const char *kind LM_UNUSED,
                     lm_str frame LM_UNUSED)
{
}

static struct lm_bus *bus_open(const char *dir, const char *service)
{
    static const struct lm_bus_handlers handlers = {.on_call = on_call, .on_event = on_event};
    struct lm_bus_options o = {.service = service, .replica = "1", .dir = dir, .workers = 8};
    struct lm_bus *bus;
    lm_err err = LM_ERR_INIT;

    o.key = lm_str_z(key);
    if (lm_bus_start(&o, &handlers, &bus, &err))
        bench_fail("%s", err.message);
    lm_bus_set_ready(bus, true);
    return bus;
}

static struct lm_bus *bus;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t came = PTHREAD_COND_INITIALIZER;
static bool is_done;
static lm_code code;

static void on_done(void *arg LM_UNUSED, const struct lm_bus_answer *answer)
{
    pthread_mutex_lock(&lock);
    code = answer->err.code;
    LM_ASSERT(code || answer->body.n == BODY);
    is_done = true;
    pthread_cond_signal(&came);
    pthread_mutex_unlock(&lock);
}

static lm_code try_call(void)
{
    struct lm_bus_request r = {.method = "Echo",
                               .tenant_id = "11111111-1111-4111-8111-111111111111",
                               .user_id = "",
                               .request_id = "00000000-0000-4000-8000-000000000001",
                               .traceparent = "",
                               .role = 1,
                               .deadline_ms = lm_mono_ms() + TIMEOUT_MS,
                               .body = {body, BODY}};

    is_done = false;
    lm_bus_call(bus, "server", &r, on_done, NULL);
    pthread_mutex_lock(&lock);
    while (!is_done)
        pthread_cond_wait(&came, &lock);
    pthread_mutex_unlock(&lock);
    return code;
}

/* On a machine that stands still for two seconds a neighbour counts as away: that time counts too. */
static void bus_call(void)
{
    while (try_call())
        if (code != LM_UNAVAILABLE)
            bench_fail("a call failed: %s", lm_code_name(code));
}

/* ------- both ------- */

static void measure(void (*call)(void), int n)
{
    struct bench_list took = {.v = NULL};

    for (int i = 0; i < n + WARM; i++) {
        double from = now_us();

        call();
        if (i >= WARM)
            bench_add(&took, now_us() - from);
    }
    printf("%.1f %.1f\n", bench_percentile(&took, 0.5), bench_percentile(&took, 0.99));
    bench_clear(&took);
}

static void serve(const char *dir, const char *url, bool is_ours)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (!is_ours)
        raw_serve(url);
    (void)bus_open(dir, "server");
    for (;;)
        pause();
}

int main(int argc, char **argv)
{
    bool is_ours = argc == 4 && strcmp(argv[2], "ours") == 0;
    char url[256];
    pid_t server;

    if (argc != 4)
        bench_fail("usage: bench_bus_call DIR ours|raw N");
    snprintf(url, sizeof(url), "ipc://%s/raw", argv[1]);
    server = fork();
    if (server == 0)
        serve(argv[1], url, is_ours);
    if (is_ours) {
        bus = bus_open(argv[1], "client");
        while (try_call() == LM_UNAVAILABLE)
            lm_sleep_ms(50); /* not found yet */
        measure(bus_call, (int)strtol(argv[3], NULL, 10));
        lm_bus_stop(bus);
    } else {
        raw_open(url);
        measure(raw_call, (int)strtol(argv[3], NULL, 10));
        nng_close(req);
    }
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    return 0;
}
