/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Closing a socket of nng 1.5.2 may never return. Its transports read a message in two parts (length, then
 * body) and write a large one in several. A connection that is closed here between two of them has its next
 * part started on an operation that is closed already: nni_aio_begin() refuses it without a callback, the
 * reader above is never told, and nng's one thread that takes connections down waits for it for ever; without
 * that thread nothing is dialled again either. Known upstream as nanomsg/nng #1543 and its successors, to
 * 1.7 at least. A peer that goes away by itself does not do it: the read ends with an error. So we close in a
 * thread of its own and wait for a limited time, and look from time to time whether nng still can: a process
 * whose nng is stuck must be started anew (see lm_bus_is_stuck).
 */
#include "common/bus_internal.h"

#include <nng/protocol/pair0/pair.h>

#include "common/log.h"
#include "common/thread.h"

enum { CLOSE_MS = 2000 };

struct closing {
    pthread_mutex_t lock;
    pthread_cond_t over;
    nng_socket socket;
    bool is_closed, is_left; /* is_left: nobody waits any more */
};

static void closing_free(struct closing *c)
{
    pthread_cond_destroy(&c->over);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void *close_one(void *arg)
{
    struct closing *c = arg;
    bool is_left;

    nng_close(c->socket);
    pthread_mutex_lock(&c->lock);
    c->is_closed = true;
    is_left = c->is_left;
    pthread_cond_signal(&c->over);
    pthread_mutex_unlock(&c->lock);
    if (is_left)
        closing_free(c);
    return NULL;
}

/* Whoever comes last frees. */
static bool wait_for(struct closing *c)
{
    bool is_closed;

    pthread_mutex_lock(&c->lock);
    while (!c->is_closed && lm_cond_wait_ms(&c->over, &c->lock, CLOSE_MS))
        continue;
    is_closed = c->is_closed;
    c->is_left = true;
    pthread_mutex_unlock(&c->lock);
    if (is_closed)
        closing_free(c);
    return is_closed;
}

static void set_stuck(struct lm_bus *bus)
{
    pthread_mutex_lock(&bus->lock);
    bus->is_stuck = true;
    pthread_mutex_unlock(&bus->lock);
    lm_log(NULL, LM_LOG_ERROR, "nng does not close a connection any more");
}

bool lm_bus_is_stuck(struct lm_bus *bus)
{
    bool is_stuck;

    pthread_mutex_lock(&bus->lock);
    is_stuck = bus->is_stuck;
    pthread_mutex_unlock(&bus->lock);
    return is_stuck;
}

bool bus_close(struct lm_bus *bus, nng_socket socket)
{
    struct closing *c;
    lm_err err = LM_ERR_INIT;
    pthread_t thread;

    if (lm_bus_is_stuck(bus))
        return false; /* none closes any more, and a process that stops has ten seconds for all of them */
    c = calloc(1, sizeof(*c));
    LM_ASSERT(c != NULL);
    c->socket = socket;
    pthread_mutex_init(&c->lock, NULL);
    lm_cond_init(&c->over);
    if (lm_thread_start(&thread, "bus-close", LM_STACK_SMALL, close_one, c, &err)) {
        closing_free(c);
        nng_close(socket);
        return true;
    }
    pthread_detach(thread);
    if (wait_for(c))
        return true;
    set_stuck(bus);
    return false;
}

/* A connection inside the process, made and closed. */
void bus_probe(struct lm_bus *bus)
{
    nng_socket a, b;
    char url[64];

    snprintf(url, sizeof(url), "inproc://probe-%p", (void *)bus);
    if (lm_bus_is_stuck(bus) || nng_pair0_open(&a) != 0)
        return;
    if (nng_pair0_open(&b) != 0) {
        nng_close(a); /* was never connected */
        return;
    }
    if (nng_listen(a, url, NULL, 0) == 0)
        nng_dial(b, url, NULL, NNG_FLAG_NONBLOCK);
    if (bus_close(bus, b) && bus_close(bus, a))
        return;
    lm_log(NULL, LM_LOG_ERROR, "no connection can be made any more, the process must end");
}
