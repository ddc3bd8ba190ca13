/* SPDX-License-Identifier: Apache-2.0 */
/* Waits between attempts, and the breaker that spares a neighbour who keeps failing. */
#include "common/retry.h"

#include <pthread.h>
#include <stdlib.h>

#include "common/clock.h"

const struct lm_backoff lm_backoff_jobs = {.waits_ms = {5000, 15000, 45000}, .n = 3, .jitter = 0.2};

int64_t lm_backoff_wait_ms(const struct lm_backoff *b, unsigned attempt, double random)
{
    unsigned i = attempt > 0 ? LM_MIN(attempt, b->n) - 1 : 0;
    double wait = (double)b->waits_ms[i];

    LM_ASSERT(b->n > 0 && b->n <= LM_COUNT(b->waits_ms));
    return (int64_t)(wait * (1 + b->jitter * random));
}

struct lm_breaker {
    pthread_mutex_t mutex;
    unsigned limit, failures; /* open while failures >= limit */
    int64_t open_ms;
    int64_t trial_at; /* lm_mono_ms(): when the next one may be let through */
};

struct lm_breaker *lm_breaker_new(unsigned failures, int64_t open_ms)
{
    struct lm_breaker *b = calloc(1, sizeof(*b));

    LM_ASSERT(b != NULL && failures > 0);
    pthread_mutex_init(&b->mutex, NULL);
    b->limit = failures;
    b->open_ms = open_ms;
    return b;
}

void lm_breaker_free(struct lm_breaker *b)
{
    if (!b)
        return;
    pthread_mutex_destroy(&b->mutex);
    free(b);
}

bool lm_breaker_allow(struct lm_breaker *b)
{
    int64_t now = lm_mono_ms();
    bool is_allowed = true;

    pthread_mutex_lock(&b->mutex);
    if (b->failures >= b->limit) {
        is_allowed = now >= b->trial_at;
        if (is_allowed) /* a trial that never reports must not keep it shut for ever */
            b->trial_at = now + b->open_ms;
    }
    pthread_mutex_unlock(&b->mutex);
    return is_allowed;
}

void lm_breaker_done(struct lm_breaker *b, bool good)
{
    pthread_mutex_lock(&b->mutex);
    if (good) {
        b->failures = 0;
    } else {
        b->failures = LM_MIN(b->failures + 1, b->limit);
        if (b->failures == b->limit)
            b->trial_at = lm_mono_ms() + b->open_ms;
    }
    pthread_mutex_unlock(&b->mutex);
}
