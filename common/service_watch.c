/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Readiness: the database answers and its schema is one this binary can serve. A thread looks every
 * second, because a service that cannot reach its database shall not be sent calls, and says so to
 * the bus (at once) and to whoever asks /health. A schema that is not for this binary also ends its
 * part in jobs, events and housekeeping: its statements would fail and take good work with them.
 */
#include "common/service_internal.h"

#include "common/clock.h"
#include "common/log.h"
#include "common/runtime.h"
#include "common/thread.h"

enum {
    LOOK_MS = 1000,
    LOOK_AGAIN_MS = 100, /* while not ready */
    LOOK_TIMEOUT_MS = 3000,
    LOOK_MEMORY = 1 << 20,
    STUCK_MS = 30000, /* no look for so long: the process does not turn */
};

struct lm_watch {
    struct lm_proc *proc;
    pthread_mutex_t lock;
    pthread_cond_t stopped;
    pthread_t thread;
    bool has_thread, is_stopping;
    int64_t looked_at;
    char why[512];
};

struct lm_watch *lm_watch_new(struct lm_proc *proc)
{
    struct lm_watch *w = calloc(1, sizeof(*w));

    LM_ASSERT(w != NULL);
    w->proc = proc;
    pthread_mutex_init(&w->lock, NULL);
    lm_cond_init(&w->stopped);
    w->looked_at = lm_mono_ms();
    snprintf(w->why, sizeof(w->why), "starting");
    return w;
}

void lm_watch_free(struct lm_watch *w)
{
    if (w->has_thread)
        pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->stopped);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

/* Each new reason is logged once. */
static void remember(struct lm_watch *w, const lm_err *err)
{
    const char *why = err->code == LM_OK ? "" : err->message;
    bool is_new;

    pthread_mutex_lock(&w->lock);
    is_new = !w->is_stopping && strncmp(w->why, why, sizeof(w->why) - 1) != 0;
    if (!w->is_stopping)
        snprintf(w->why, sizeof(w->why), "%s", why);
    w->looked_at = lm_mono_ms();
    pthread_mutex_unlock(&w->lock);
    if (is_new && err->code != LM_OK)
        lm_log(NULL, LM_LOG_WARN, "not ready", LM_KV_ERR(err));
}

bool lm_watch_look(struct lm_watch *w)
{
    struct lm_ctx *ctx = lm_ctx_new(w->proc, NULL, LOOK_TIMEOUT_MS, LOOK_MEMORY);
    lm_err err = LM_ERR_INIT;
    lm_code code = lm_schema_check(ctx, w->proc->service->schema_at_least, &err);

    lm_ctx_free(ctx);
    if (code == LM_OK || code == LM_NOT_READY) /* else nobody knows, and it stays */
        atomic_store(&w->proc->is_unserved, code == LM_NOT_READY);
    remember(w, &err);
    return code == LM_OK;
}

/* Under the lock, so that "ready" never comes after "stopping". True when it is over. */
static bool say(struct lm_watch *w, bool is_ready)
{
    bool is_stopping;

    pthread_mutex_lock(&w->lock);
    is_stopping = w->is_stopping;
    is_ready = is_ready && !is_stopping;
    if (atomic_exchange(&w->proc->is_ready, is_ready) != is_ready) {
        if (w->proc->bus)
            lm_bus_set_ready(w->proc->bus, is_ready);
        lm_log(NULL, LM_LOG_INFO, is_ready ? "ready" : "no longer ready");
    }
    pthread_mutex_unlock(&w->lock);
    return is_stopping;
}

static void wait_for(struct lm_watch *w, int64_t ms)
{
    pthread_mutex_lock(&w->lock);
    if (!w->is_stopping)
        lm_cond_wait_ms(&w->stopped, &w->lock, ms);
    pthread_mutex_unlock(&w->lock);
}

static void *watch(void *arg)
{
    struct lm_watch *w = arg;
    bool is_good = lm_watch_look(w);

    while (!say(w, is_good)) {
        wait_for(w, is_good ? LOOK_MS : LOOK_AGAIN_MS);
        is_good = lm_watch_look(w);
    }
    return NULL;
}

lm_code lm_watch_start(struct lm_watch *w, lm_err *err)
{
    lm_code code;

    pthread_mutex_lock(&w->lock); /* /health reads has_thread */
    code = lm_thread_start(&w->thread, "watch", LM_STACK_WORK, watch, w, err);
    w->has_thread = code == LM_OK;
    pthread_mutex_unlock(&w->lock);
    return code;
}

void lm_watch_stop(struct lm_watch *w)
{
    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    snprintf(w->why, sizeof(w->why), "stopping");
    pthread_cond_signal(&w->stopped);
    pthread_mutex_unlock(&w->lock);
    say(w, false);
}

void lm_watch_report(void *watch, struct lm_health_report *out)
{
    struct lm_watch *w = watch;

    pthread_mutex_lock(&w->lock);
    out->is_live = w->is_stopping || !w->has_thread || lm_mono_ms() - w->looked_at < STUCK_MS;
    snprintf(out->why, sizeof(out->why), "%s", w->why);
    pthread_mutex_unlock(&w->lock);
    out->is_ready = lm_proc_is_ready(w->proc);
}
