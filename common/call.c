/* SPDX-License-Identifier: Apache-2.0 */
/* lm_call: asks over the bus and waits, for threads that may wait. */
#include "common/clock.h"
#include "common/json.h"
#include "common/proc_internal.h"
#include "common/thread.h"

/* What the other thread made for us. */
static void free_held(void *arg)
{
    free(*(void **)arg);
}

/* The bus calls on_done exactly once, by the deadline, so this may stand on the caller's stack. */
struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t done;
    bool is_done;
    lm_err err;
    char *body; /* malloc: an arena is not for other threads */
    size_t body_size;
    int64_t *caused; /* malloc, too */
    size_t n_caused;
};

static void on_done(void *arg, const struct lm_bus_answer *answer)
{
    struct waiter *w = arg;

    pthread_mutex_lock(&w->lock);
    w->err = answer->err;
    if (answer->err.code == LM_OK) {
        w->body_size = answer->body.n;
        w->body = malloc(answer->body.n + 1);
        LM_ASSERT(w->body != NULL);
        if (answer->body.n > 0)
            memcpy(w->body, answer->body.p, answer->body.n);
        w->n_caused = answer->n_caused;
        w->caused = malloc((answer->n_caused + 1) * sizeof(*w->caused));
        LM_ASSERT(w->caused != NULL);
        if (answer->n_caused > 0)
            memcpy(w->caused, answer->caused, answer->n_caused * sizeof(*w->caused));
    }
    w->is_done = true;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

static void wait_for(struct waiter *w)
{
    pthread_mutex_lock(&w->lock);
    while (!w->is_done)
        pthread_cond_wait(&w->done, &w->lock);
    pthread_mutex_unlock(&w->lock);
    pthread_cond_destroy(&w->done);
    pthread_mutex_destroy(&w->lock);
}

/*
 * One request (or job) may make many calls, and many jobs share the request that caused them; so
 * what a writing call is made once by is derived from all that tells it from its siblings. A job
 * that is tried again makes the same calls under the same ids; one that runs again, under others.
 */
static void derive_call_id(const struct lm_ctx *ctx, const char *service, const char *method,
                           lm_str body, char out[LM_ID_SIZE])
{
    const char *unit = ctx->job ? ctx->job->id : *ctx->call_id ? ctx->call_id : ctx->request_id;
    int64_t run = ctx->job ? ctx->job->run : 0;
    lm_str parts[] = {{unit, strlen(unit)},
                      {(const char *)&run, sizeof(run)},
                      {service, strlen(service)},
                      {method, strlen(method)},
                      body};

    lm_id_derive(out, parts, LM_COUNT(parts));
}

lm_code lm_call(struct lm_ctx *ctx, const char *service, const char *method,
                const ProtobufCMessage *in, const ProtobufCMessageDescriptor *out_descriptor,
                void *out, lm_err *err)
{
    struct waiter w = {.lock = PTHREAD_MUTEX_INITIALIZER, .done = PTHREAD_COND_INITIALIZER};
    lm_str body = lm_pb_pack(ctx->arena, in);
    char call_id[LM_ID_SIZE];
    struct lm_bus_request request = {
        .method = method,
        .tenant_id = ctx->tenant_id,
        .user_id = ctx->user_id,
        .request_id = ctx->request_id,
        .traceparent = ctx->traceparent,
        .call_id = call_id,
        .role = (int)ctx->role,
        .deadline_ms = ctx->deadline_ms,
        .body = body,
    };
    void **held, **held_ids;

    LM_ASSERT(!ctx->tx);
    if (!ctx->proc->bus)
        return lm_fail(err, LM_UNAVAILABLE, "%s.%s: this process has no bus", service, method);
    derive_call_id(ctx, service, method, body, call_id);
    /* tied to the arena before there is a body: unpacking it may reach the arena's limit */
    held = LM_NEW(ctx->arena, void *);
    held_ids = LM_NEW(ctx->arena, void *);
    lm_arena_defer(ctx->arena, free_held, held);
    lm_arena_defer(ctx->arena, free_held, held_ids);
    lm_bus_call(ctx->proc->bus, service, &request, on_done, &w);
    wait_for(&w);
    if (w.err.code != LM_OK) {
        *err = w.err;
        return lm_wrap(err, "%s", method);
    }
    *held = w.body;
    *held_ids = w.caused;
    if (w.n_caused > 0) {
        ctx->passed_to = service;
        ctx->passed_ids = w.caused;
        ctx->n_passed = w.n_caused;
    }
    if (lm_pb_unpack(ctx->arena, out_descriptor, (lm_str){w.body, w.body_size},
                     (ProtobufCMessage **)out, err))
        return lm_wrap(err, "answer of %s.%s", service, method);
    return LM_OK;
}
