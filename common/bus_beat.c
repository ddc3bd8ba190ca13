/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The heartbeat: every second, and at once when readiness changes. A thread of its own, so that a
 * process which is only busy is not taken for a frozen one. It also passes hints on (many in a row
 * become one), moves calls away from peers that fell silent, and ends calls that waited too long
 * for a name.
 */
#include <poll.h>
#include <unistd.h>

#include "common/bus_internal.h"
#include "common/clock.h"
#include "common/thread.h"

enum { EXPIRE_MS = 50 }; /* how late a call may end that waits for a name */

void lm_bus_set_ready(struct lm_bus *bus, bool is_ready)
{
    pthread_mutex_lock(&bus->lock);
    bus->is_ready = is_ready;
    pthread_mutex_unlock(&bus->lock);
    bus_poke(bus->beat_fd);
}

void lm_bus_set_head(struct lm_bus *bus, int64_t head)
{
    pthread_mutex_lock(&bus->lock);
    bus->head = LM_MAX(bus->head, head);
    pthread_mutex_unlock(&bus->lock);
}

void lm_bus_hint(struct lm_bus *bus, const char *what)
{
    bool is_new = false;

    pthread_mutex_lock(&bus->lock);
    for (struct bus_hint *h = bus->hints; h < bus->hints + BUS_HINTS_MAX; h++) {
        if (h->what[0] == '\0')
            snprintf(h->what, sizeof(h->what), "%s", what);
        if (strcmp(h->what, what) == 0) {
            is_new = !h->is_pending;
            h->is_pending = true;
            break;
        }
    }
    pthread_mutex_unlock(&bus->lock);
    if (is_new)
        bus_poke(bus->beat_fd);
}

static void publish_beat(struct lm_bus *bus, bool is_ready, int64_t head)
{
    Lm__Heartbeat beat = LM__HEARTBEAT__INIT;
    uint8_t packed[64];
    size_t n;

    beat.ready = is_ready;
    beat.has_head = true;
    beat.head = head;
    LM_ASSERT(lm__heartbeat__get_packed_size(&beat) <= sizeof(packed));
    n = lm__heartbeat__pack(&beat, packed);
    lm_bus_publish(bus, "head", (lm_str){(const char *)packed, n});
}

static void publish_hints(struct lm_bus *bus)
{
    for (struct bus_hint *h = bus->hints; h < bus->hints + BUS_HINTS_MAX; h++) {
        bool is_pending;

        pthread_mutex_lock(&bus->lock);
        is_pending = h->is_pending;
        h->is_pending = false;
        pthread_mutex_unlock(&bus->lock);
        if (is_pending) /* its name stays as it is once set */
            lm_bus_publish(bus, "hint", (lm_str){h->what, strlen(h->what)});
    }
}

/* Calls at a peer that said nothing for two seconds go elsewhere, where there is an elsewhere. */
static void leave_the_silent(struct lm_bus *bus)
{
    int64_t now = lm_mono_ms();

    pthread_mutex_lock(&bus->lock);
    for (struct bus_neighbour *n = bus->neighbours; n; n = n->next) {
        if (n->ready_at == 0 || now - n->ready_at >= BUS_READY_MS)
            continue; /* all are silent: the deadline decides */
        for (struct bus_peer *p = n->peers; p; p = p->next)
            if (p->is_connected && bus_peer_is_silent(p, now))
                bus_calls_abort(p);
    }
    pthread_mutex_unlock(&bus->lock);
}

static void wait_until(struct lm_bus *bus, int64_t at)
{
    struct pollfd fd = {.fd = bus->beat_fd, .events = POLLIN};
    int64_t left = at - lm_mono_ms();
    uint64_t pokes;

    if (left > 0 && poll(&fd, 1, (int)left) > 0 && read(bus->beat_fd, &pokes, sizeof(pokes)) < 0)
        return;
}

static void *beat(void *arg)
{
    struct lm_bus *bus = arg;
    int64_t next = 0;
    bool said = false;

    for (;;) {
        bool is_ready, has_listener, is_stopping, some_wait;
        int64_t head;

        pthread_mutex_lock(&bus->lock);
        is_ready = bus->is_ready;
        has_listener = bus->has_listener;
        bus->has_listener = false;
        head = bus->head;
        is_stopping = bus->is_stopping;
        pthread_mutex_unlock(&bus->lock);
        if (is_stopping)
            break;
        if (is_ready != said || has_listener || lm_mono_ms() >= next) {
            publish_beat(bus, is_ready, head);
            next = lm_mono_ms() + BUS_BEAT_MS;
            said = is_ready;
            leave_the_silent(bus);
        }
        publish_hints(bus);
        some_wait = bus_calls_expire(bus);
        wait_until(bus, some_wait ? LM_MIN(next, lm_mono_ms() + EXPIRE_MS) : next);
    }
    return NULL;
}

lm_code bus_beat_start(struct lm_bus *bus, lm_err *err)
{
    return lm_thread_start(&bus->beat, "bus-beat", LM_STACK_SMALL, beat, bus, err);
}

void bus_beat_stop(struct lm_bus *bus)
{
    bus_poke(bus->beat_fd);
    pthread_join(bus->beat, NULL);
}
