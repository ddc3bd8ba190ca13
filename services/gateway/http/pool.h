/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_POOL_H
#define GATEWAY_POOL_H

#include "common/err.h"

/*
 * Threads that may wait, behind a queue with a limit: what a loop thread must not do goes here. The
 * task stands in its caller's memory until it has run.
 */
struct gateway_pool;
struct gateway_task {
    void (*run)(struct gateway_task *task); /* may give the task's memory back */
    struct gateway_task *next;              /* the pool's */
};
LM_MUST_USE lm_code gateway_pool_start(const char *name, int threads, size_t limit,
                                       struct gateway_pool **out, lm_err *err);
/* Runs what is queued, refuses what still comes, ends the threads. NULL is fine. */
void gateway_pool_stop(struct gateway_pool *p);
/* False: the queue is full, or the pool stops; the task will not run. Any thread. */
LM_MUST_USE bool gateway_pool_put(struct gateway_pool *p, struct gateway_task *task);

#endif
