/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advisory locks, held by one thread on one connection. The session times out by itself: a process
 * that is stopped for five seconds has lost its locks, and learns it at its next ping.
 */
#include "common/clock.h"
#include "common/log.h"
#include "common/runtime_internal.h"
#include "common/str.h"
#include "common/thread.h"

#include <libpq-fe.h>

enum { PING_MS = 1000, TRY_MS = 250, RECONNECT_MS = 500 };

struct lock {
    char name[64];
    int64_t key;
    bool is_held;
    void (*on_change)(void *arg, bool held);
    void *arg;
};

struct lm_locks {
    const struct lm_proc *proc;
    char *url;
    char schema[64], name[128]; /* of the session, for people and drills: who holds what */
    PGconn *pg;                 /* the thread's */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t event;
    struct lock locks[LM_LOCKS_MAX];
    int n;
    bool is_stopping;
};

/* Told without the lock; only this thread changes is_held. */
static void change(struct lm_locks *l, struct lock *lock, bool is_held)
{
    pthread_mutex_lock(&l->lock);
    lock->is_held = is_held;
    pthread_mutex_unlock(&l->lock);
    lm_log(NULL, LM_LOG_DEBUG, is_held ? "lock taken" : "lock lost", LM_KV_STR("lock", lock->name));
    lock->on_change(lock->arg, is_held);
}

static void lose_all(struct lm_locks *l, int n)
{
    for (int i = 0; i < n; i++)
        if (l->locks[i].is_held)
            change(l, &l->locks[i], false);
    PQfinish(l->pg);
    l->pg = NULL;
}

static bool connect_now(struct lm_locks *l)
{
    static const char *const keys[] = {"connect_timeout",  "keepalives_idle",
                                       "tcp_user_timeout", "fallback_application_name",
                                       "dbname",           NULL};
    const char *const values[] = {"3", "2", "5000", l->name, l->url, NULL};
    PGresult *res;
    bool is_good;

    l->pg = PQconnectdbParams(keys, values, 1);
    if (PQstatus(l->pg) != CONNECTION_OK)
        return false;
    res = PQexec(l->pg, "SET idle_session_timeout = '5s'; SET statement_timeout = '3s'");
    is_good = PQresultStatus(res) == PGRES_COMMAND_OK;
    PQclear(res);
    return is_good;
}

/* Takes the lock when it is free; false: the connection is broken. */
static bool try_lock(struct lm_locks *l, struct lock *lock)
{
    char key[32];
    const char *values[] = {key};
    PGresult *res;
    bool is_good;

    snprintf(key, sizeof(key), "%lld", (long long)lock->key);
    res = PQexecParams(l->pg, "SELECT pg_try_advisory_lock($1::bigint)", 1, NULL, values, NULL,
                       NULL, 0);
    is_good = PQresultStatus(res) == PGRES_TUPLES_OK;
    if (is_good && PQgetvalue(res, 0, 0)[0] == 't')
        change(l, lock, true);
    PQclear(res);
    return is_good;
}

static bool ping(struct lm_locks *l)
{
    PGresult *res = PQexec(l->pg, "SELECT 1");
    bool is_good = PQresultStatus(res) == PGRES_TUPLES_OK;

    PQclear(res);
    return is_good;
}

/* One turn; how long to wait for the next. A process that its schema does not serve leaves the work to others. */
static int64_t turn(struct lm_locks *l, int n, int64_t *pinged_at)
{
    bool is_good = !atomic_load(&l->proc->is_unserved) && (l->pg || connect_now(l)), wants = false;
    int64_t now = lm_mono_ms();

    for (int i = 0; i < n && is_good; i++)
        if (!l->locks[i].is_held) {
            is_good = try_lock(l, &l->locks[i]);
            wants |= !l->locks[i].is_held;
            *pinged_at = now;
        }
    if (is_good && now - *pinged_at >= PING_MS) {
        is_good = ping(l);
        *pinged_at = now;
    }
    if (!is_good) {
        lose_all(l, n);
        return RECONNECT_MS;
    }
    return wants ? TRY_MS : PING_MS;
}

static void *run(void *arg)
{
    struct lm_locks *l = arg;
    int64_t pinged_at = 0;

    pthread_mutex_lock(&l->lock);
    while (!l->is_stopping) {
        int n = l->n;
        int64_t wait;

        pthread_mutex_unlock(&l->lock);
        wait = turn(l, n, &pinged_at);
        pthread_mutex_lock(&l->lock);
        if (!l->is_stopping && l->n == n)
            lm_cond_wait_ms(&l->event, &l->lock, wait);
    }
    pthread_mutex_unlock(&l->lock);
    lose_all(l, l->n);
    return NULL;
}

lm_code lm_locks_start(const char *url, const struct lm_proc *proc, struct lm_locks **out,
                       lm_err *err)
{
    struct lm_locks *l = calloc(1, sizeof(*l));

    LM_ASSERT(l != NULL);
    l->proc = proc;
    l->url = strdup(url);
    LM_ASSERT(l->url != NULL);
    snprintf(l->schema, sizeof(l->schema), "%s", proc->service->name);
    snprintf(l->name, sizeof(l->name), "lm-locks %s %s", l->schema, proc->replica);
    pthread_mutex_init(&l->lock, NULL);
    lm_cond_init(&l->event);
    if (lm_thread_start(&l->thread, "locks", LM_STACK_SMALL, run, l, err)) {
        free(l->url);
        free(l);
        return err->code;
    }
    *out = l;
    return LM_OK;
}

int lm_locks_want(struct lm_locks *l, const char *name, void (*on_change)(void *arg, bool held),
                  void *arg)
{
    struct lock *lock;
    char full[160];

    pthread_mutex_lock(&l->lock);
    LM_ASSERT(l->n < LM_LOCKS_MAX);
    lock = &l->locks[l->n];
    snprintf(lock->name, sizeof(lock->name), "%s", name);
    snprintf(full, sizeof(full), "leadmachine %s %s", l->schema, name);
    lock->key = (int64_t)lm_str_hash(lm_str_z(full));
    lock->on_change = on_change;
    lock->arg = arg;
    l->n++;
    pthread_cond_signal(&l->event);
    pthread_mutex_unlock(&l->lock);
    return (int)(lock - l->locks);
}

bool lm_locks_holds(struct lm_locks *l, int lock)
{
    bool is_held;

    pthread_mutex_lock(&l->lock);
    is_held = l->locks[lock].is_held;
    pthread_mutex_unlock(&l->lock);
    return is_held;
}

void lm_locks_stop(struct lm_locks *l)
{
    if (!l)
        return;
    pthread_mutex_lock(&l->lock);
    l->is_stopping = true;
    pthread_cond_signal(&l->event);
    pthread_mutex_unlock(&l->lock);
    pthread_join(l->thread, NULL);
    pthread_cond_destroy(&l->event);
    pthread_mutex_destroy(&l->lock);
    free(l->url);
    free(l);
}
