/* SPDX-License-Identifier: Apache-2.0 */
/* The bus as a whole: its options, its start and its stop. The parts are in bus_*.c. */
#include "common/bus_internal.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include "common/log.h"
#include "common/thread.h"

enum { KEY_MIN = 32 };

static char *copy(const char *z)
{
    char *c = z ? strdup(z) : NULL;

    LM_ASSERT(!z || c);
    return c;
}

static const char *const *copy_list(const char *const *list)
{
    const char **out;
    size_t n = 0;

    while (list && list[n])
        n++;
    out = calloc(n + 1, sizeof(*out));
    LM_ASSERT(out != NULL);
    for (size_t i = 0; i < n; i++)
        out[i] = copy(list[i]);
    return out;
}

static void copy_options(const struct lm_bus_options *from, struct lm_bus_options *to)
{
    char *key = malloc(from->key.n);

    LM_ASSERT(key != NULL);
    memcpy(key, from->key.p, from->key.n);
    *to = *from;
    to->service = copy(from->service);
    to->replica = copy(from->replica);
    to->dir = copy(from->dir);
    to->listen_host = copy(from->listen_host);
    to->peers = copy_list(from->peers);
    to->key = (lm_str){key, from->key.n};
}

static void free_options(struct lm_bus_options *o)
{
    for (const char *const *p = o->peers; *p; p++)
        free((void *)*p);
    free((void *)o->peers);
    free((void *)o->service);
    free((void *)o->replica);
    free((void *)o->dir);
    free((void *)o->listen_host);
    free((void *)o->key.p);
}

static lm_code check(const struct lm_bus_options *o, lm_err *err)
{
    if (o->key.n < KEY_MIN)
        return lm_fail(err, LM_INVALID, "bus.key has %zu bytes; at least %d are needed", o->key.n,
                       KEY_MIN);
    if (strlen(o->service) >= BUS_NAME_SIZE || strlen(o->replica) >= BUS_NAME_SIZE ||
        strpbrk(o->replica, "./"))
        return lm_fail(err, LM_INVALID,
                       "'%s' is no name of a replica: at most %d letters, digits and '-'",
                       o->replica, BUS_NAME_SIZE - 1);
    if (o->dir &&
        strlen(o->dir) + strlen(o->service) + strlen(o->replica) + sizeof("/..event") > 104)
        return lm_fail(err, LM_INVALID,
                       "bus.dir '%s' is too long for a socket; at most about 80 characters",
                       o->dir);
    return LM_OK;
}

static void free_all(struct lm_bus *bus)
{
    struct bus_neighbour *n;

    while ((n = bus->neighbours)) {
        bus->neighbours = n->next;
        free(n);
    }
    close(bus->beat_fd);
    close(bus->discover_fd);
    pthread_cond_destroy(&bus->idle);
    pthread_mutex_destroy(&bus->lock);
    bus_taken_fini(&bus->taken);
    free_options(&bus->o);
    free(bus);
}

static void set_stopping(struct lm_bus *bus)
{
    pthread_mutex_lock(&bus->lock);
    bus->is_stopping = true;
    pthread_mutex_unlock(&bus->lock);
}

lm_code lm_bus_start(const struct lm_bus_options *o, const struct lm_bus_handlers *h,
                     struct lm_bus **out, lm_err *err)
{
    struct lm_bus *bus;

    if (check(o, err))
        return err->code;
    bus = calloc(1, sizeof(*bus));
    LM_ASSERT(bus != NULL);
    copy_options(o, &bus->o);
    bus->handlers = *h;
    bus->inotify_fd = -1;
    bus->beat_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    bus->discover_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    LM_ASSERT(bus->beat_fd >= 0 && bus->discover_fd >= 0);
    pthread_mutex_init(&bus->lock, NULL);
    pthread_mutex_init(&bus->taken.lock, NULL);
    lm_cond_init(&bus->idle);

    if (bus_hear_start(bus, err) || bus_serve_start(bus, err))
        goto fail;
    if (bus_discover_start(bus, err))
        goto fail;
    if (bus_beat_start(bus, err)) {
        set_stopping(bus);
        (void)!bus_discover_stop(bus); /* a start that fails ends the process */
        goto fail;
    }
    *out = bus;
    return LM_OK;

fail:
    set_stopping(bus);
    if (bus_serve_stop(bus) && bus_hear_stop(bus))
        free_all(bus);
    return err->code;
}

bool lm_bus_stop(struct lm_bus *bus)
{
    bool is_closed;

    if (!bus)
        return true;
    set_stopping(bus);
    bus_beat_stop(bus);
    is_closed = bus_serve_stop(bus);
    is_closed = bus_discover_stop(bus) && is_closed;
    is_closed = bus_hear_stop(bus) && is_closed;
    if (is_closed)
        free_all(bus);
    return is_closed;
}
