/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_THREAD_H
#define LM_THREAD_H

#include <pthread.h>

#include "common/err.h"

/*
 * Threads of the skeleton: a name for ps and gdb, a small stack (the address space of thirty
 * processes adds up, and a deep recursion shall show early), all signals blocked, because the
 * main thread alone takes them.
 */
enum {
    LM_STACK_SMALL = 256 << 10, /* loops of ours */
    LM_STACK_WORK = 512 << 10,  /* runs handlers, libcurl, libxml2, OpenSSL */
};

/* `name` has at most 15 characters. LM_UNAVAILABLE: the system gives no more threads. */
LM_MUST_USE lm_code lm_thread_start(pthread_t *out, const char *name, size_t stack_bytes,
                                    void *(*run)(void *arg), void *arg, lm_err *err);

/* A condition variable whose timed waits count CLOCK_MONOTONIC. */
void lm_cond_init(pthread_cond_t *c);
/* Waits at most `ms` (less than 0: for ever). False when the time is over. */
bool lm_cond_wait_ms(pthread_cond_t *c, pthread_mutex_t *m, int64_t ms);

#endif
