/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pool: grows from nothing to pool_max on demand, lends the connection that was used last, closes
 * those that idle. While the server is away, one attempt a backoff is made and everybody else is
 * refused at once.
 */
#include "common/clock.h"
#include "common/crypto.h"
#include "common/db_internal.h"
#include "common/retry.h"
#include "common/thread.h"

static const struct lm_backoff reconnect = {
    .waits_ms = {50, 100, 250, 500, 1000, 2000}, .n = 6, .jitter = 0.3};

struct lm_db {
    struct lm_db_options o;
    char *url, *schema;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct lm_conn *idle; /* last used first */
    unsigned n_open;      /* idle, lent or being opened */
    unsigned failures;    /* to connect, in a row */
    int64_t retry_at_ms;
    char why[512]; /* of the last failure */
};

lm_code lm_db_open(const struct lm_db_options *o, struct lm_db **out, lm_err *err)
{
    struct lm_db *db;

    if (!o->url || !*o->url)
        return lm_fail(err, LM_INVALID, "no database: set database.url");
    db = calloc(1, sizeof(*db));
    LM_ASSERT(db != NULL);
    db->o = *o;
    db->o.url = db->url = strdup(o->url);
    db->o.schema = db->schema = o->schema ? strdup(o->schema) : NULL;
    LM_ASSERT(db->url != NULL);
    db->o.pool_max = o->pool_max ? o->pool_max : 4;
    db->o.statement_timeout_ms = o->statement_timeout_ms ? o->statement_timeout_ms : 30000;
    db->o.lock_timeout_ms = o->lock_timeout_ms ? o->lock_timeout_ms : 10000;
    db->o.idle_close_ms = o->idle_close_ms ? o->idle_close_ms : 30000;
    pthread_mutex_init(&db->lock, NULL);
    lm_cond_init(&db->freed);
    *out = db;
    return LM_OK;
}

static bool all_are_idle(const struct lm_db *db)
{
    unsigned n = 0;

    for (const struct lm_conn *c = db->idle; c; c = c->next)
        n++;
    return n == db->n_open;
}

void lm_db_close(struct lm_db *db)
{
    if (!db)
        return;
    if (db->n_open > 0 && !all_are_idle(db))
        return; /* a handler that did not end in time still uses it; the process is about to exit */
    while (db->idle) {
        struct lm_conn *c = db->idle;

        db->idle = c->next;
        db->n_open--;
        lm_conn_close(c);
    }
    pthread_cond_destroy(&db->freed);
    pthread_mutex_destroy(&db->lock);
    free(db->url);
    free(db->schema);
    free(db);
}

const struct lm_db_options *lm_db_options_of(const struct lm_db *db)
{
    return &db->o;
}

/* Takes off the list what idled too long (the list is in order of use) and, of several, never the last. */
static struct lm_conn *cut_idle(struct lm_db *db)
{
    int64_t before = lm_mono_ms() - db->o.idle_close_ms;
    struct lm_conn **at = &db->idle, *old;

    if (*at)
        at = &(*at)->next;
    while (*at && (*at)->idle_since_ms >= before)
        at = &(*at)->next;
    old = *at;
    *at = NULL;
    for (const struct lm_conn *c = old; c; c = c->next)
        db->n_open--;
    return old;
}

static void close_all(struct lm_conn *c)
{
    while (c) {
        struct lm_conn *next = c->next;

        lm_conn_close(c);
        c = next;
    }
}

/* Called with the lock held and a place in n_open taken; the lock is not held while connecting. */
static lm_code open_one(struct lm_db *db, struct lm_conn **out, lm_err *err)
{
    lm_code rc;

    pthread_mutex_unlock(&db->lock);
    rc = lm_conn_open(&db->o, out, err);
    pthread_mutex_lock(&db->lock);
    if (rc == LM_OK) {
        db->failures = 0;
        return LM_OK;
    }
    db->n_open--;
    db->failures++;
    db->retry_at_ms = lm_mono_ms() + lm_backoff_wait_ms(&reconnect, db->failures,
                                                        (double)lm_random_below(1000) / 1000.0);
    snprintf(db->why, sizeof(db->why), "%s", err->message);
    pthread_cond_signal(&db->freed);
    return rc;
}

static lm_code borrow_locked(struct lm_db *db, int64_t until_ms, struct lm_conn **out, lm_err *err)
{
    for (;;) {
        struct lm_conn *c = db->idle;
        int64_t now = lm_mono_ms();

        if (c) {
            db->idle = c->next;
            if (lm_conn_is_alive(c)) {
                *out = c;
                return LM_OK;
            }
            db->n_open--;
            lm_conn_close(c);
            continue;
        }
        if (db->failures > 0 && now < db->retry_at_ms)
            return lm_fail(err, LM_UNAVAILABLE, "%s", db->why);
        if (db->n_open < db->o.pool_max) {
            db->n_open++;
            return open_one(db, out, err);
        }
        if (now >= until_ms)
            return lm_fail(err, LM_UNAVAILABLE, "all %u connections of the pool are in use",
                           db->o.pool_max);
        lm_cond_wait_ms(&db->freed, &db->lock, until_ms - now);
    }
}

lm_code lm_db_borrow(struct lm_db *db, int64_t until_ms, struct lm_conn **out, lm_err *err)
{
    lm_code rc;

    pthread_mutex_lock(&db->lock);
    rc = borrow_locked(db, until_ms, out, err);
    pthread_mutex_unlock(&db->lock);
    return rc;
}

void lm_db_give_back(struct lm_db *db, struct lm_conn *c)
{
    struct lm_conn *old = c;

    pthread_mutex_lock(&db->lock);
    if (c->is_broken || c->n_pending > 0) {
        c->next = NULL;
        db->n_open--;
    } else {
        c->idle_since_ms = lm_mono_ms();
        c->next = db->idle;
        db->idle = c;
        old = cut_idle(db);
    }
    pthread_cond_signal(&db->freed);
    pthread_mutex_unlock(&db->lock);
    close_all(old);
}

bool lm_db_is_up(struct lm_db *db)
{
    struct lm_conn *c;
    lm_err err = LM_ERR_INIT;

    if (lm_db_borrow(db, lm_mono_ms() + 1000, &c, &err))
        return strstr(err.message, "in use") != NULL; /* busy is up */
    lm_db_give_back(db, c);
    return true;
}

static void prepare_list(struct lm_conn *c, const struct lm_sql *const *sql,
                         struct lm_db_failure *f)
{
    for (; *sql && f->code == LM_OK; sql++) {
        if (!lm_conn_send_prepare(c, *sql))
            break;
        lm_conn_sync(c, lm_mono_ms() + 5000, f);
    }
}

lm_code lm_db_prepare_all(struct lm_db *db, lm_err *err)
{
    struct lm_db_failure f = {.code = LM_OK};
    struct lm_conn *c;

    if (!db->o.sql)
        return LM_OK;
    if (lm_db_borrow(db, lm_mono_ms() + 5000, &c, err))
        return err->code;
    for (const struct lm_sql *const *const *list = db->o.sql; *list; list++)
        prepare_list(c, *list, &f);
    lm_db_give_back(db, c);
    return f.code ? lm_fail(err, LM_INTERNAL, "%s", f.message) : LM_OK;
}
