/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finding peers. One thread looks for the replicas of each neighbour, makes a peer for each new
 * address and ends those that went. On one machine (ipc) the directory of sockets is the list, and
 * inotify says when it changed; elsewhere (tcp) it is what the name resolves to.
 */
#include "common/bus_internal.h"

#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <nng/protocol/reqrep0/req.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/str.h"
#include "common/thread.h"

enum { RESEND_NEVER_MS = 24 * 3600 * 1000 }; /* we try elsewhere ourselves; beyond every deadline */

struct addresses {
    char v[BUS_PEERS_MAX][BUS_ADDRESS_SIZE];
    size_t n;
};

void bus_poke(int fd)
{
    uint64_t one = 1;

    if (write(fd, &one, sizeof(one)) < 0)
        return; /* EAGAIN: it is awake anyway */
}

struct bus_neighbour *bus_neighbour(struct lm_bus *bus, const char *service)
{
    struct bus_neighbour *n;

    for (n = bus->neighbours; n; n = n->next)
        if (strcmp(n->name, service) == 0)
            return n;
    n = calloc(1, sizeof(*n));
    LM_ASSERT(n != NULL);
    n->bus = bus;
    snprintf(n->name, sizeof(n->name), "%s", service);
    n->next = bus->neighbours;
    bus->neighbours = n;
    bus_poke(bus->discover_fd);
    return n;
}

/* -- one peer -- */

/* The req connection came or went; what was asked and not answered is tried elsewhere. */
static void on_pipe(nng_pipe pipe, nng_pipe_ev ev, void *arg)
{
    struct bus_peer *p = arg;
    struct lm_bus *bus = p->neighbour->bus;

    (void)pipe;
    pthread_mutex_lock(&bus->lock);
    p->is_connected = ev == NNG_PIPE_EV_ADD_POST;
    p->connected_at = lm_mono_ms();
    p->heard_at = 0;
    p->is_wrong = false;
    if (!p->is_connected)
        bus_calls_abort(p);
    pthread_mutex_unlock(&bus->lock);
}

static int dial_calls(struct bus_peer *p, const char *url)
{
    int rv = nng_req0_open(&p->req);

    if (rv != 0)
        return rv;
    nng_socket_set_size(p->req, NNG_OPT_RECVMAXSZ, BUS_FRAME_MAX);
    nng_socket_set_ms(p->req, NNG_OPT_REQ_RESENDTIME, RESEND_NEVER_MS);
    nng_socket_set_ms(p->req, NNG_OPT_RECONNMINT, BUS_RECONNECT_MIN_MS);
    nng_socket_set_ms(p->req, NNG_OPT_RECONNMAXT, BUS_RECONNECT_MAX_MS);
    nng_pipe_notify(p->req, NNG_PIPE_EV_ADD_POST, on_pipe, p);
    nng_pipe_notify(p->req, NNG_PIPE_EV_REM_POST, on_pipe, p);
    rv = nng_dial(p->req, url, NULL, NNG_FLAG_NONBLOCK);
    if (rv != 0)
        nng_close(p->req);
    return rv;
}

/*
 * ipc: the address is the replica's name; tcp: host and port of calls, events are one port above.
 * False when a URL is longer than nng takes: cut short it would be another peer's.
 */
static bool urls_of(const struct bus_peer *p, char *calls, char *events, size_t size)
{
    const struct lm_bus *bus = p->neighbour->bus;
    const char *colon = strrchr(p->address, ':');
    int64_t port = 0;
    int n_calls, n_events;

    if (bus->o.dir) {
        n_calls = snprintf(calls, size, "ipc://%s/%s.%s.call", bus->o.dir, p->neighbour->name,
                           p->address);
        n_events = snprintf(events, size, "ipc://%s/%s.%s.event", bus->o.dir, p->neighbour->name,
                            p->address);
    } else {
        LM_ASSERT(colon && lm_str_int(lm_str_z(colon + 1), &port));
        n_calls = snprintf(calls, size, "tcp://%s", p->address);
        n_events = snprintf(events, size, "tcp://%.*s:%lld", (int)(colon - p->address), p->address,
                            (long long)port + 1);
    }
    return n_calls < (int)size && n_events < (int)size;
}

static void peer_start(struct bus_neighbour *n, const char *address)
{
    struct bus_peer *p = calloc(1, sizeof(*p));
    char calls[NNG_MAXADDRLEN], events[NNG_MAXADDRLEN];
    nng_dialer dialer;
    int rv;

    LM_ASSERT(p != NULL);
    p->neighbour = n;
    p->made_at = lm_mono_ms();
    snprintf(p->address, sizeof(p->address), "%s", address);
    rv = urls_of(p, calls, events, sizeof(calls)) ? dial_calls(p, calls) : NNG_EADDRINVAL;
    if (rv == 0) {
        rv = nng_dialer_create(&p->events, n->bus->sub, events);
        if (rv != 0)
            nng_close(p->req);
    }
    if (rv != 0) { /* the next look tries again */
        lm_log(NULL, LM_LOG_WARN, "peer not dialled", LM_KV_STR("peer", calls),
               LM_KV_STR("error", nng_strerror(rv)));
        free(p);
        return;
    }
    dialer = p->events;
    pthread_mutex_lock(&n->bus->lock);
    p->next = n->peers;
    n->peers = p;
    pthread_mutex_unlock(&n->bus->lock);
    nng_dialer_start(dialer, NNG_FLAG_NONBLOCK);
}

/* Its calls fail over while the socket closes. False: it does not close, and stays in memory. */
static bool peer_end(struct bus_peer *p)
{
    struct lm_bus *bus = p->neighbour->bus;
    struct bus_peer **at = &p->neighbour->peers;

    pthread_mutex_lock(&bus->lock);
    while (*at != p)
        at = &(*at)->next;
    *at = p->next;
    pthread_mutex_unlock(&bus->lock);
    nng_dialer_close(p->events);
    if (!bus_close(bus, p->req))
        return false;
    bus_slots_free(p);
    free(p);
    return true;
}

/* -- where they are -- */

static void add(struct addresses *a, const char *address)
{
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->v[i], address) == 0)
            return;
    if (a->n < BUS_PEERS_MAX)
        snprintf(a->v[a->n++], BUS_ADDRESS_SIZE, "%s", address);
}

static bool scan(const struct bus_neighbour *n, struct addresses *out)
{
    DIR *dir = opendir(n->bus->o.dir);
    lm_str prefix = lm_str_z(n->name);
    const struct dirent *entry;

    if (!dir)
        return false;
    while ((entry = readdir(dir))) {
        lm_str file = lm_str_z(entry->d_name);
        char replica[BUS_ADDRESS_SIZE];

        if (!lm_str_starts(file, prefix) || !lm_str_ends(file, LM_STR(".call")) ||
            file.n < prefix.n + sizeof(".x.call") - 1 || file.p[prefix.n] != '.')
            continue;
        snprintf(replica, sizeof(replica), "%.*s", (int)(file.n - prefix.n - sizeof("..call") + 1),
                 file.p + prefix.n + 1);
        add(out, replica);
    }
    closedir(dir);
    return true;
}

/* "host:port" to each of its addresses. False: the resolver did not answer, so keep what we have. */
static bool resolve(const char *host_port, struct addresses *out)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    const char *colon = strrchr(host_port, ':');
    char host[BUS_ADDRESS_SIZE], name[NI_MAXHOST], address[BUS_ADDRESS_SIZE];
    struct addrinfo *list;
    int rc;

    if (!colon)
        return true;
    snprintf(host, sizeof(host), "%.*s", (int)(colon - host_port), host_port);
    rc = getaddrinfo(host, colon + 1, &hints, &list);
    if (rc == EAI_NONAME || rc == EAI_NODATA)
        return true; /* no replica runs */
    if (rc != 0)
        return false;
    for (const struct addrinfo *ai = list; ai; ai = ai->ai_next) {
        if (getnameinfo(ai->ai_addr, ai->ai_addrlen, name, sizeof(name), NULL, 0, NI_NUMERICHOST))
            continue;
        if (snprintf(address, sizeof(address), ai->ai_family == AF_INET6 ? "[%s]:%s" : "%s:%s",
                     name, colon + 1) < BUS_ADDRESS_SIZE)
            add(out, address);
    }
    freeaddrinfo(list);
    return true;
}

/* bus.peers may give a service several lines; one that has none is its own name. */
static bool resolve_all(const struct bus_neighbour *n, struct addresses *out)
{
    size_t len = strlen(n->name);
    char standard[BUS_ADDRESS_SIZE];
    bool is_listed = false, is_good = true;

    for (const char *const *p = n->bus->o.peers; p && *p; p++) {
        if (strncmp(*p, n->name, len) != 0 || (*p)[len] != '=')
            continue;
        is_listed = true;
        is_good = resolve(*p + len + 1, out) && is_good;
    }
    if (is_listed)
        return is_good;
    snprintf(standard, sizeof(standard), "%s:%lld", n->name, (long long)n->bus->o.call_port);
    return resolve(standard, out);
}

static bool has_peer(const struct bus_neighbour *n, const char *address)
{
    for (const struct bus_peer *p = n->peers; p; p = p->next)
        if (strcmp(p->address, address) == 0)
            return true;
    return false;
}

static bool is_listed(const struct addresses *a, const char *address)
{
    for (size_t i = 0; i < a->n; i++)
        if (strcmp(a->v[i], address) == 0)
            return true;
    return false;
}

/* Only this thread changes the list of peers, so it reads it without the lock. */
static void look(struct bus_neighbour *n)
{
    struct addresses *found = calloc(1, sizeof(*found));
    struct bus_peer *p, *next;

    LM_ASSERT(found != NULL);
    if (n->bus->o.dir ? scan(n, found) : resolve_all(n, found)) {
        for (p = n->peers; p; p = next) {
            next = p->next;
            if (!is_listed(found, p->address) && !peer_end(p))
                break;
        }
        for (size_t i = 0; i < found->n; i++)
            if (!has_peer(n, found->v[i]))
                peer_start(n, found->v[i]);
    }
    free(found);
    if (!n->is_known)
        bus_calls_flush(n->bus, n);
}

static void wait_for_change(struct lm_bus *bus)
{
    struct pollfd fds[2] = {{.fd = bus->discover_fd, .events = POLLIN},
                            {.fd = bus->inotify_fd, .events = POLLIN}};
    char drain[4096];

    poll(fds, 2, bus->o.dir ? BUS_SCAN_MS : BUS_RESOLVE_MS);
    for (int i = 0; i < 2; i++)
        if (fds[i].revents & POLLIN && read(fds[i].fd, drain, sizeof(drain)) < 0)
            continue;
}

static void *discover(void *arg)
{
    struct lm_bus *bus = arg;
    int64_t probe_at = lm_mono_ms() + BUS_PROBE_MS;
    struct bus_neighbour *n;
    bool is_stopping;

    for (;;) {
        pthread_mutex_lock(&bus->lock);
        n = bus->neighbours; /* grows at the head only */
        is_stopping = bus->is_stopping;
        pthread_mutex_unlock(&bus->lock);
        if (is_stopping)
            break;
        for (; n; n = n->next)
            look(n);
        if (lm_mono_ms() >= probe_at) {
            bus_probe(bus);
            probe_at = lm_mono_ms() + BUS_PROBE_MS;
        }
        wait_for_change(bus);
    }
    return NULL;
}

lm_code bus_discover_start(struct lm_bus *bus, lm_err *err)
{
    if (bus->o.dir) {
        bus->inotify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
        if (bus->inotify_fd < 0 ||
            inotify_add_watch(bus->inotify_fd, bus->o.dir, IN_CREATE | IN_DELETE | IN_MOVED_TO) < 0)
            lm_log(NULL, LM_LOG_WARN, "bus directory is not watched, only read every second",
                   LM_KV_STR("error", strerrordesc_np(errno)));
    }
    return lm_thread_start(&bus->discover, "bus-discover", LM_STACK_SMALL, discover, bus, err);
}

/* Ends every peer, after `is_stopping` was set. */
bool bus_discover_stop(struct lm_bus *bus)
{
    bool is_closed = true;

    bus_poke(bus->discover_fd);
    pthread_join(bus->discover, NULL);
    for (struct bus_neighbour *n = bus->neighbours; n; n = n->next) {
        for (struct bus_peer *p = n->peers, *next; p; p = next) {
            next = p->next;
            is_closed = peer_end(p) && is_closed;
        }
        bus_calls_flush(bus, n);
    }
    if (bus->inotify_fd >= 0)
        close(bus->inotify_fd);
    return is_closed;
}
