/* SPDX-License-Identifier: Apache-2.0 */
/* Threads with a name and a small stack; condition variables with a time limit. */
#include "common/thread.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

lm_code lm_thread_start(pthread_t *out, const char *name, size_t stack_bytes,
                        void *(*run)(void *arg), void *arg, lm_err *err)
{
    pthread_attr_t attr;
    sigset_t all, before;
    int rc;

    sigfillset(&all);
    LM_ASSERT(pthread_attr_init(&attr) == 0);
    LM_ASSERT(pthread_attr_setstacksize(&attr, stack_bytes) == 0);
    pthread_sigmask(SIG_SETMASK, &all, &before); /* inherited by the new thread */
    rc = pthread_create(out, &attr, run, arg);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attr);
    if (rc != 0)
        return lm_fail(err, LM_UNAVAILABLE, "thread %s: %s", name, strerrordesc_np(rc));
    pthread_setname_np(*out, name);
    return LM_OK;
}

void lm_cond_init(pthread_cond_t *c)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    LM_ASSERT(pthread_cond_init(c, &attr) == 0);
    pthread_condattr_destroy(&attr);
}

bool lm_cond_wait_ms(pthread_cond_t *c, pthread_mutex_t *m, int64_t ms)
{
    struct timespec until;

    if (ms < 0)
        return pthread_cond_wait(c, m) == 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += (time_t)(ms / 1000);
    until.tv_nsec += (long)(ms % 1000) * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    return pthread_cond_timedwait(c, m, &until) != ETIMEDOUT;
}
