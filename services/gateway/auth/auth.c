/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/auth/auth.h"

#include <pthread.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/str.h"
#include "common/thread.h"
#include "services/gateway/auth/limits.h"
#include "services/gateway/gateway.h"
#include "services/gateway/store.h"

enum { REREAD_EVERY_MS = 1000, REREAD_TIMEOUT_MS = 3000, LIST_BYTES = 16 << 20 };

static struct {
    struct lm_proc *proc;
    struct lm_jwt_key *key;
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* guards is_stopping */
    pthread_cond_t wake;
    bool is_stopping;
    pthread_rwlock_t list_lock;
    struct lm_arena *list_arena;      /* what `list` lives in */
    struct gateway_revoked_row *list; /* by subject_id */
    size_t n;
} auth = {
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .list_lock = PTHREAD_RWLOCK_INITIALIZER,
};

static int by_subject(const void *a, const void *b)
{
    return strcmp(((const struct gateway_revoked_row *)a)->subject_id,
                  ((const struct gateway_revoked_row *)b)->subject_id);
}

/* The list outlives the unit of work that read it: copied out on purpose. */
static void swap_list(const struct gateway_revoked_row *rows, size_t n)
{
    struct lm_arena *arena = lm_arena_new(LIST_BYTES);
    struct gateway_revoked_row *list = LM_NEW_ARRAY(arena, struct gateway_revoked_row, n);
    struct lm_arena *old;

    if (n)
        memcpy(list, rows, n * sizeof(*list));
    qsort(list, n, sizeof(*list), by_subject);
    pthread_rwlock_wrlock(&auth.list_lock);
    old = auth.list_arena;
    auth.list_arena = arena;
    auth.list = list;
    auth.n = n;
    pthread_rwlock_unlock(&auth.list_lock);
    lm_arena_free(old);
}

lm_code gateway_auth_reread(struct lm_ctx *ctx, lm_err *err)
{
    /* A minute more than a token lives: the clocks of two replicas differ a little. */
    int64_t since = lm_real_ms() - gateway_settings.access_live_ms - 60000;
    struct gateway_revoked_row *rows;
    size_t n;

    if (gateway_revoked_since(ctx, since, &rows, &n, err))
        return lm_wrap(err, "revoked tokens");
    swap_list(rows, LM_MIN(n, LIST_BYTES / 2 / sizeof(*rows)));
    return LM_OK;
}

/* Without the database the list stays as it was: nothing new can have been revoked either. */
static void reread_alone(void)
{
    struct lm_ctx *ctx = lm_ctx_new(auth.proc, NULL, REREAD_TIMEOUT_MS, LIST_BYTES);
    lm_err err = LM_ERR_INIT;

    if (lm_arena_guard(ctx->arena) == 0) {
        if (gateway_auth_reread(ctx, &err) && !lm_code_is_later(err.code))
            lm_log(ctx, LM_LOG_ERROR, "revoked tokens not read", LM_KV_ERR(&err));
    }
    lm_ctx_free(ctx);
}

static void *reread_loop(void *arg)
{
    (void)arg;
    pthread_mutex_lock(&auth.lock);
    while (!auth.is_stopping) {
        pthread_mutex_unlock(&auth.lock);
        reread_alone();
        pthread_mutex_lock(&auth.lock);
        if (!auth.is_stopping)
            lm_cond_wait_ms(&auth.wake, &auth.lock, REREAD_EVERY_MS);
    }
    pthread_mutex_unlock(&auth.lock);
    return NULL;
}

lm_code gateway_auth_start(struct lm_proc *proc, lm_err *err)
{
    const struct gateway_settings *s = &gateway_settings;
    lm_code code = *s->jwt_key ? lm_jwt_key_es256(lm_str_z(s->jwt_key), &auth.key, err)
                               : lm_jwt_key_hs256(lm_str_z(s->jwt_secret), &auth.key, err);

    if (code)
        return lm_wrap(err, "gateway.%s", *s->jwt_key ? "jwt_key" : "jwt_secret");
    auth.proc = proc;
    auth.is_stopping = false;
    lm_cond_init(&auth.wake);
    gateway_login_limits(s->logins_per_minute);
    if (lm_thread_start(&auth.thread, "revoked", LM_STACK_WORK, reread_loop, NULL, err))
        return err->code;
    auth.has_thread = true;
    return LM_OK;
}

void gateway_auth_stop(void)
{
    pthread_mutex_lock(&auth.lock);
    auth.is_stopping = true;
    pthread_cond_signal(&auth.wake);
    pthread_mutex_unlock(&auth.lock);
    if (auth.has_thread)
        pthread_join(auth.thread, NULL);
    auth.has_thread = false;
    lm_jwt_key_free(auth.key);
    auth.key = NULL;
    lm_arena_free(auth.list_arena);
    auth.list_arena = NULL;
    auth.list = NULL;
    auth.n = 0;
}

const struct lm_jwt_key *gateway_auth_key(void)
{
    return auth.key;
}

static bool was_revoked_after(const char *subject_id, int64_t issued_at)
{
    struct gateway_revoked_row wanted = {.at = 0};
    const struct gateway_revoked_row *found;

    snprintf(wanted.subject_id, sizeof(wanted.subject_id), "%s", subject_id);
    found = auth.n ? bsearch(&wanted, auth.list, auth.n, sizeof(wanted), by_subject) : NULL;
    return found && issued_at < found->at;
}

bool gateway_auth_is_revoked(const struct gateway_claims *c)
{
    bool is_revoked;

    pthread_rwlock_rdlock(&auth.list_lock);
    is_revoked = was_revoked_after(c->user_id, c->issued_at) ||
                 was_revoked_after(c->session_id, c->issued_at);
    pthread_rwlock_unlock(&auth.list_lock);
    return is_revoked;
}

lm_code gateway_auth_check(struct lm_arena *a, lm_str token, struct gateway_claims *out,
                           lm_err *err)
{
    if (gateway_access_check(a, auth.key, token, lm_real_ms(), out, err))
        return err->code;
    if (gateway_auth_is_revoked(out))
        return lm_fail(err, LM_UNAUTHORIZED, "the access token was revoked; refresh it or log in");
    return LM_OK;
}
