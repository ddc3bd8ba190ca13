/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_RETRY_H
#define LM_RETRY_H

#include "common/err.h"

/* Waits between attempts, and a breaker per neighbour. */

struct lm_backoff {
    int64_t waits_ms[8]; /* wait before attempt 2, 3, …; the last one repeats */
    unsigned n;
    double jitter; /* 0.2: up to 20 % longer */
};
extern const struct lm_backoff lm_backoff_jobs; /* 5 s, 15 s, 45 s, 20 % jitter */
/* `attempt` counts from 1: the one that failed. `random` in 0..1. */
int64_t lm_backoff_wait_ms(const struct lm_backoff *b, unsigned attempt, double random);

/* Opens after `failures` in a row; lets one trial through after `open_ms`. Thread safe. */
struct lm_breaker;
struct lm_breaker *lm_breaker_new(unsigned failures, int64_t open_ms);
void lm_breaker_free(struct lm_breaker *b);
/* False while open. */
bool lm_breaker_allow(struct lm_breaker *b);
void lm_breaker_done(struct lm_breaker *b, bool good);

#endif
