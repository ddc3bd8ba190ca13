/* SPDX-License-Identifier: Apache-2.0 */
/* The threads that execute received calls, and the two queues in front of them. */
#include "common/lanes.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/proc_internal.h"
#include "common/runtime.h"
#include "common/thread.h"

/* Its text stays good until it is answered. */
struct item {
    struct lm_bus_call *call;
    struct lm_bus_request request;
    const struct lm_rpc *rpc;
    int64_t came_us;
    struct item *next;
};

struct lane {
    struct lm_lanes *lanes;
    struct item *first, **last;
    pthread_cond_t filled;
    pthread_t *threads;
    int n_threads;
};

struct lm_lanes {
    struct lm_proc *proc;
    size_t memory_limit;
    pthread_mutex_t lock;
    bool is_stopping;
    struct lane fast, slow;
    struct lm_metric *seconds, *failed;
};

static void refuse(struct lm_bus_call *call, lm_code code, const char *why)
{
    struct lm_bus_answer answer = {.err = LM_ERR_INIT};

    lm_fail(&answer.err, code, "%s", why);
    lm_bus_answer(call, &answer);
}

/* -- one call -- */

/* The edge: the one place where a failed call is logged. A caller's mistakes are its own to log. */
static void report(struct lm_lanes *lanes, const struct lm_ctx *ctx, const struct item *item,
                   const lm_err *err)
{
    int64_t took_us = lm_mono_us() - item->came_us;

    lm_metric_observe_us(lanes->seconds, took_us);
    if (err->code == LM_OK)
        return;
    lm_metric_add(lanes->failed, 1);
    lm_log(ctx, err->code == LM_INTERNAL ? LM_LOG_ERROR : LM_LOG_DEBUG, "call failed",
           LM_KV_STR("call", item->rpc->method), LM_KV_STR("from", item->request.sender),
           LM_KV_ERR(err), LM_KV_INT("took_us", took_us));
}

static void execute(struct lm_lanes *lanes, const struct item *item)
{
    struct lm_ctx *ctx = lm_ctx_of_request(lanes->proc, &item->request, lanes->memory_limit);
    struct lm_bus_answer answer = {.err = LM_ERR_INIT};
    int64_t *caused = NULL;

    if (lm_ctx_left_ms(ctx, 1) == 0)
        lm_fail(&answer.err, LM_DEADLINE, "its caller no longer waits");
    else if (lm_call_run(ctx, item->rpc, item->request.body, &answer.body, &answer.err) == LM_OK &&
             ctx->n_caused > 0) {
        caused = calloc(ctx->n_caused, sizeof(*caused));
        LM_ASSERT(caused != NULL);
        for (size_t i = 0; i < ctx->n_caused; i++)
            caused[i] = ctx->caused[i].id;
        answer.caused = caused;
        answer.n_caused = ctx->n_caused;
    }
    report(lanes, ctx, item, &answer.err);
    lm_bus_answer(item->call, &answer);
    free(caused);
    lm_ctx_free(ctx);
}

/* -- the queues -- */

static struct item *next_item(struct lane *lane)
{
    struct lm_lanes *lanes = lane->lanes;
    struct item *item;

    pthread_mutex_lock(&lanes->lock);
    while (!lane->first && !lanes->is_stopping)
        pthread_cond_wait(&lane->filled, &lanes->lock);
    item = lane->first;
    if (item) {
        lane->first = item->next;
        if (!lane->first)
            lane->last = &lane->first;
    }
    pthread_mutex_unlock(&lanes->lock);
    return item;
}

static void *run_lane(void *arg)
{
    struct lane *lane = arg;
    struct item *item;

    while ((item = next_item(lane))) {
        execute(lane->lanes, item);
        free(item);
    }
    return NULL;
}

/* False: too late, the lanes close. */
static bool put(struct lm_lanes *lanes, struct item *item)
{
    struct lane *lane = item->rpc->slow ? &lanes->slow : &lanes->fast;
    bool is_open;

    pthread_mutex_lock(&lanes->lock);
    is_open = !lanes->is_stopping;
    if (is_open) {
        *lane->last = item;
        lane->last = &item->next;
        pthread_cond_signal(&lane->filled);
    }
    pthread_mutex_unlock(&lanes->lock);
    return is_open;
}

void lm_lanes_take(struct lm_lanes *lanes, struct lm_bus_call *call,
                   const struct lm_bus_request *request)
{
    const struct lm_rpc *rpc = lm_proc_rpc(lanes->proc, request->method);
    struct item *item;

    if (!rpc) {
        refuse(call, LM_UNAVAILABLE, "this build has no such call");
        return;
    }
    /* in the lame duck calls still come and are served: their senders may know no other replica */
    if (!lm_proc_is_ready(lanes->proc) && !lm_proc_is_stopping(lanes->proc)) {
        refuse(call, LM_NOT_READY, "not ready");
        return;
    }
    item = calloc(1, sizeof(*item));
    LM_ASSERT(item != NULL);
    item->call = call;
    item->request = *request;
    item->rpc = rpc;
    item->came_us = lm_mono_us();
    if (!put(lanes, item)) {
        free(item);
        refuse(call, LM_NOT_READY, "stopping");
    }
}

/* -- life -- */

static lm_code start_lane(struct lane *lane, int threads, const char *name, lm_err *err)
{
    lane->threads = calloc((size_t)threads, sizeof(*lane->threads));
    LM_ASSERT(lane->threads != NULL);
    for (; lane->n_threads < threads; lane->n_threads++)
        if (lm_thread_start(&lane->threads[lane->n_threads], name, LM_STACK_WORK, run_lane, lane,
                            err))
            return err->code;
    return LM_OK;
}

static void init_lane(struct lm_lanes *lanes, struct lane *lane)
{
    lane->lanes = lanes;
    lane->last = &lane->first;
    lm_cond_init(&lane->filled);
}

lm_code lm_lanes_start(struct lm_proc *proc, const struct lm_lanes_options *o,
                       struct lm_lanes **out, lm_err *err)
{
    struct lm_lanes *lanes = calloc(1, sizeof(*lanes));

    LM_ASSERT(lanes != NULL);
    lanes->proc = proc;
    lanes->memory_limit = o->memory_limit;
    lanes->seconds =
        lm_histogram("lm_call_seconds", "Received calls, from arrival to answer", NULL, NULL);
    lanes->failed = lm_counter("lm_call_failed_total",
                               "Received calls that were answered with an error", NULL, NULL);
    pthread_mutex_init(&lanes->lock, NULL);
    init_lane(lanes, &lanes->fast);
    init_lane(lanes, &lanes->slow);
    if (start_lane(&lanes->fast, o->fast, "call", err) ||
        start_lane(&lanes->slow, o->slow, "call-slow", err)) {
        lm_lanes_stop(lanes);
        lm_lanes_free(lanes);
        return err->code;
    }
    *out = lanes;
    return LM_OK;
}

static void join_lane(struct lane *lane)
{
    for (int i = 0; i < lane->n_threads; i++)
        pthread_join(lane->threads[i], NULL);
    free(lane->threads);
    lane->threads = NULL;
    lane->n_threads = 0;
}

void lm_lanes_stop(struct lm_lanes *lanes)
{
    pthread_mutex_lock(&lanes->lock);
    lanes->is_stopping = true;
    pthread_cond_broadcast(&lanes->fast.filled);
    pthread_cond_broadcast(&lanes->slow.filled);
    pthread_mutex_unlock(&lanes->lock);
    join_lane(&lanes->fast);
    join_lane(&lanes->slow);
}

void lm_lanes_free(struct lm_lanes *lanes)
{
    if (!lanes)
        return;
    pthread_cond_destroy(&lanes->fast.filled);
    pthread_cond_destroy(&lanes->slow.filled);
    pthread_mutex_destroy(&lanes->lock);
    free(lanes);
}
