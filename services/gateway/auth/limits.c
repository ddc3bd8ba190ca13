/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/auth/limits.h"

#include <pthread.h>

#include "common/arena.h"
#include "common/str.h"

enum {
    SETS = 1024,
    WAYS = 4,
    MINUTE_MS = 60000,
    FREE_FAILURES = 3,
    FIRST_WAIT_MS = 1000,
    LONGEST_WAIT_MS = 300000,
};

struct entry {
    uint64_t hash; /* 0: free */
    double tokens;
    int64_t seen_ms;
    int64_t locked_until_ms;
    int failures;
};

static struct {
    pthread_mutex_t lock;
    double per_minute;
    struct entry table[SETS][WAYS];
} limits = {.lock = PTHREAD_MUTEX_INITIALIZER, .per_minute = 60};

static uint64_t hash_of(char kind, lm_str text)
{
    uint64_t h = (lm_str_hash(text) ^ (uint64_t)(unsigned char)kind) * UINT64_C(0x9e3779b97f4a7c15);

    return h ? h : 1;
}

/* The entry of this hash; a new one takes the place of the one that was seen longest ago. */
static struct entry *find(uint64_t hash, double full, int64_t now_ms)
{
    struct entry *set = limits.table[(hash >> 32) % SETS];
    struct entry *oldest = &set[0];

    for (int i = 0; i < WAYS; i++) {
        if (set[i].hash == hash)
            return &set[i];
        if (set[i].hash == 0 || set[i].seen_ms < oldest->seen_ms)
            oldest = &set[i];
    }
    *oldest = (struct entry){.hash = hash, .tokens = full, .seen_ms = now_ms};
    return oldest;
}

/* A bucket of one minute's attempts that fills steadily. 0, or milliseconds until there is one. */
static int64_t take(struct entry *e, double full, int64_t now_ms)
{
    double filled = e->tokens + (double)(now_ms - e->seen_ms) * full / MINUTE_MS;

    e->tokens = LM_MIN(filled, full);
    e->seen_ms = now_ms;
    if (e->tokens < 1)
        return (int64_t)((1 - e->tokens) * MINUTE_MS / full) + 1;
    e->tokens -= 1;
    return 0;
}

lm_code gateway_login_allow(lm_str address, lm_str username, int64_t now_ms, lm_err *err)
{
    struct entry *name;
    int64_t wait;

    pthread_mutex_lock(&limits.lock);
    wait = take(find(hash_of('a', address), limits.per_minute, now_ms), limits.per_minute, now_ms);
    if (wait == 0) {
        name = find(hash_of('n', username), limits.per_minute / 3, now_ms);
        wait = name->locked_until_ms > now_ms ? name->locked_until_ms - now_ms
                                              : take(name, limits.per_minute / 3, now_ms);
    }
    pthread_mutex_unlock(&limits.lock);
    if (wait == 0)
        return LM_OK;
    lm_fail(err, LM_LIMITED, "too many attempts to log in; try again in %lld s",
            (long long)((wait + 999) / 1000));
    err->retry_after_ms = wait;
    return err->code;
}

void gateway_login_done(lm_str username, bool is_good, int64_t now_ms)
{
    struct entry *name;

    pthread_mutex_lock(&limits.lock);
    name = find(hash_of('n', username), limits.per_minute / 3, now_ms);
    name->failures = is_good ? 0 : name->failures + 1;
    name->locked_until_ms = 0;
    if (name->failures > FREE_FAILURES) {
        int doublings = LM_MIN(name->failures - FREE_FAILURES - 1, 16);
        int64_t wait = (int64_t)FIRST_WAIT_MS << doublings;

        name->locked_until_ms = now_ms + LM_MIN(wait, (int64_t)LONGEST_WAIT_MS);
    }
    pthread_mutex_unlock(&limits.lock);
}

void gateway_login_limits(int64_t per_minute)
{
    pthread_mutex_lock(&limits.lock);
    limits.per_minute = (double)per_minute;
    memset(limits.table, 0, sizeof(limits.table));
    pthread_mutex_unlock(&limits.lock);
}
