/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_TEST_BUS_NODE_H
#define LM_TEST_BUS_NODE_H

#include "tests/lm_test.h"

#include <pthread.h>

#include "common/bus.h"

/*
 * A bus with handlers for tests. What a node answers is decided by the method that is called:
 *     Echo      its replica's name, a colon, and the request's body
 *     Fail      LM_INVALID with a field
 *     NotReady  LM_NOT_READY
 *     Hang      nothing, until node_release
 *     Huge      more than a frame can hold
 */
enum { NODE_KEPT = 64 };

struct node {
    struct lm_bus *bus;
    char replica[16];
    pthread_mutex_t lock;
    struct lm_bus_call *hanging[NODE_KEPT];
    int n_hanging, n_calls;
    bool is_not_ready; /* answers every call with LM_NOT_READY */
    /* what on_event saw of kind "events" and "hint" */
    int n_events, n_hints, n_inside;
    bool was_two_at_once;
    char last_event[256];
    size_t last_size;
};

#define NODE_KEY "0123456789abcdef0123456789abcdef"

/* `dir` NULL: tcp on `host`:5550 with `peers`. Ready at once. */
struct node *node_start(const char *dir, const char *host, const char *const *peers,
                        const char *service, const char *replica);
void node_stop(struct node *n);
void node_release(struct node *n); /* answers what hangs */
int node_count(struct node *n, const int *counter);

struct node_answer {
    lm_err err;
    char body[256];
    size_t n;
    int64_t caused[4];
    size_t n_caused;
    int64_t took_ms;
};
/* Asks and waits. */
struct node_answer node_call(struct node *n, const char *service, const char *method, lm_str body,
                             int64_t timeout_ms);
/* Asks, and does not wait: the answer is there when *done. */
struct node_pending {
    pthread_mutex_t lock;
    pthread_cond_t came;
    bool is_done;
    struct node_answer answer;
};
void node_ask(struct node *n, const char *service, const char *method, lm_str body,
              int64_t timeout_ms, struct node_pending *p);
struct node_answer node_wait(struct node_pending *p);

/* Waits for a condition, ten seconds at most; false: it did not come. */
#define wait_for(cond)                                               \
    ({                                                               \
        int64_t wait_until_ = lm_mono_ms() + 10000;                  \
        bool wait_came_;                                             \
        while (!(wait_came_ = (cond)) && lm_mono_ms() < wait_until_) \
            lm_sleep_ms(2);                                          \
        wait_came_;                                                  \
    })

#endif
