/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One thread waits for connections, one more carries each. nng's tcp is eight bytes of greeting each way and then
 * frames of an eight-byte length, big-endian, and as many bytes (nanomsg RFC sp-tcp-mapping-01).
 */
#include "tests/faults/proxy.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base.h"
#include "common/clock.h"
#include "common/err.h"
#include "tests/faults/storm.h"

enum {
    GREETING = 8,
    LENGTH = 8,
    FRAME_MAX = 1 << 20,
    LOOK_MS = 50,
    LINES_MAX = 64,
    CHUNK = 64 << 10
};

struct proxy {
    struct in_addr host;
    int port, to;
    int listeners[2]; /* calls, events */
    pthread_t thread;
    pthread_mutex_t lock; /* of all below */
    unsigned chance;
    struct proxy_odds odds;
    struct proxy_seen seen;
    bool is_cut, is_stopping;
    pthread_t lines[LINES_MAX];
    int n_lines;
};

struct frame {
    struct frame *next; /* by due_ms */
    int64_t due_ms, number;
    size_t n;
    uint8_t bytes[];
};

struct line {
    struct proxy *p;
    int client, server;
    bool is_events;
    uint8_t *in; /* of the server: what is no whole frame yet */
    size_t n_in;
    bool is_greeted;
    struct frame *first;
    int64_t arrived, sent; /* numbers of frames */
};

/* ------- sockets ------- */

static bool send_all(int fd, const uint8_t *p, size_t n)
{
    while (n > 0) {
        ssize_t did = send(fd, p, n, MSG_NOSIGNAL);

        if (did <= 0)
            return false;
        p += did;
        n -= (size_t)did;
    }
    return true;
}

static struct sockaddr_in address(const struct proxy *p, int port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr = p->host, .sin_port = htons((uint16_t)port)};
}

static int listen_on(const struct proxy *p, int port)
{
    struct sockaddr_in at = address(p, port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    LM_ASSERT(fd >= 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 16) != 0)
        lm_die("port %d is taken", port);
    return fd;
}

static int connect_to(const struct proxy *p, int port)
{
    struct sockaddr_in at = address(p, port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static bool is_over(struct proxy *p)
{
    bool over;

    pthread_mutex_lock(&p->lock);
    over = p->is_cut || p->is_stopping;
    pthread_mutex_unlock(&p->lock);
    return over;
}

/* ------- what becomes of a frame ------- */

static void put(struct line *l, const uint8_t *bytes, size_t n, int64_t due_ms)
{
    struct frame *f = malloc(sizeof(*f) + n), **at = &l->first;

    LM_ASSERT(f != NULL);
    f->due_ms = due_ms;
    f->number = l->arrived;
    f->n = n;
    memcpy(f->bytes, bytes, n);
    while (*at && (*at)->due_ms <= due_ms)
        at = &(*at)->next;
    f->next = *at;
    *at = f;
}

static void decide(struct line *l, const uint8_t *bytes, size_t n)
{
    struct proxy *p = l->p;
    int copies = 1;

    l->arrived++;
    pthread_mutex_lock(&p->lock);
    if (storm_below(&p->chance, 100) < p->odds.drop) {
        p->seen.dropped++;
        copies = 0;
    } else if (storm_below(&p->chance, 100) < p->odds.twice) {
        p->seen.doubled++;
        copies = 2;
    }
    for (int i = 0; i < copies; i++) {
        bool is_late = storm_below(&p->chance, 100) < p->odds.late;

        p->seen.delayed += is_late;
        put(l, bytes, n,
            lm_mono_ms() + (is_late ? (int64_t)storm_below(&p->chance, p->odds.late_ms + 1) : 0));
    }
    pthread_mutex_unlock(&p->lock);
}

/* False: the other side is gone. */
static bool send_due(struct line *l)
{
    while (l->first && l->first->due_ms <= lm_mono_ms()) {
        struct frame *f = l->first;
        bool went = send_all(l->client, f->bytes, f->n);

        pthread_mutex_lock(&l->p->lock);
        l->p->seen.passed++;
        l->p->seen.overtaken += f->number < l->sent;
        pthread_mutex_unlock(&l->p->lock);
        l->sent = LM_MAX(l->sent, f->number);
        l->first = f->next;
        free(f);
        if (!went)
            return false;
    }
    return true;
}

/* ------- one connection ------- */

static size_t length_of(const uint8_t *p)
{
    size_t n = 0;

    for (int i = 0; i < LENGTH; i++)
        n = n << 8 | p[i];
    return n;
}

static bool take_frames(struct line *l)
{
    size_t at = 0;

    if (!l->is_greeted && l->n_in >= GREETING) {
        l->is_greeted = true;
        at = GREETING;
        if (!send_all(l->client, l->in, GREETING))
            return false;
    }
    while (l->is_greeted && l->n_in - at >= LENGTH) {
        size_t n = LENGTH + length_of(l->in + at);

        if (n > FRAME_MAX + LENGTH)
            return false;
        if (l->n_in - at < n)
            break;
        decide(l, l->in + at, n);
        at += n;
    }
    memmove(l->in, l->in + at, l->n_in - at);
    l->n_in -= at;
    return true;
}

static bool from_server(struct line *l)
{
    ssize_t n = recv(l->server, l->in + l->n_in, CHUNK, 0);

    if (n <= 0)
        return false;
    if (!l->is_events)
        return send_all(l->client, l->in, (size_t)n);
    l->n_in += (size_t)n;
    return take_frames(l);
}

static bool from_client(const struct line *l)
{
    uint8_t bytes[4096];
    ssize_t n = recv(l->client, bytes, sizeof(bytes), 0);

    return n > 0 && send_all(l->server, bytes, (size_t)n);
}

static int until_due(const struct line *l)
{
    int64_t left = l->first ? l->first->due_ms - lm_mono_ms() : LOOK_MS;

    return (int)LM_MAX(0, LM_MIN(left, LOOK_MS));
}

static void *carry(void *arg)
{
    struct line *l = arg;
    bool goes_on = true;

    while (goes_on && !is_over(l->p)) {
        struct pollfd fds[] = {{.fd = l->client, .events = POLLIN},
                               {.fd = l->server, .events = POLLIN}};

        if (poll(fds, 2, until_due(l)) < 0)
            break;
        goes_on = (!fds[0].revents || from_client(l)) && (!fds[1].revents || from_server(l)) &&
                  send_due(l);
    }
    close(l->client);
    close(l->server);
    while (l->first) {
        struct frame *f = l->first;

        l->first = f->next;
        free(f);
    }
    free(l->in);
    free(l);
    return NULL;
}

static void start_line(struct proxy *p, int client, bool is_events)
{
    int server = is_over(p) ? -1 : connect_to(p, p->to + is_events);
    struct line *l;

    if (server < 0 || p->n_lines == LINES_MAX) {
        close(client);
        if (server >= 0)
            close(server);
        return;
    }
    l = calloc(1, sizeof(*l));
    LM_ASSERT(l != NULL);
    *l = (struct line){.p = p, .client = client, .server = server, .is_events = is_events};
    l->in = malloc(FRAME_MAX + LENGTH + CHUNK);
    LM_ASSERT(l->in != NULL);
    LM_ASSERT(pthread_create(&p->lines[p->n_lines++], NULL, carry, l) == 0);
}

/* ------- the proxy ------- */

static bool is_stopping(struct proxy *p)
{
    bool is;

    pthread_mutex_lock(&p->lock);
    is = p->is_stopping;
    pthread_mutex_unlock(&p->lock);
    return is;
}

static void *take_connections(void *arg)
{
    struct proxy *p = arg;

    while (!is_stopping(p)) {
        struct pollfd fds[] = {{.fd = p->listeners[0], .events = POLLIN},
                               {.fd = p->listeners[1], .events = POLLIN}};

        if (poll(fds, 2, LOOK_MS) <= 0)
            continue;
        for (int i = 0; i < 2; i++) {
            int fd = fds[i].revents ? accept4(p->listeners[i], NULL, NULL, SOCK_CLOEXEC) : -1;

            if (fd >= 0)
                start_line(p, fd, i == 1);
        }
    }
    return NULL;
}

struct proxy *proxy_start(const char *host, int port, int to, unsigned seed)
{
    struct proxy *p = calloc(1, sizeof(*p));

    LM_ASSERT(p != NULL && inet_aton(host, &p->host));
    p->port = port;
    p->to = to;
    p->chance = seed;
    pthread_mutex_init(&p->lock, NULL);
    for (int i = 0; i < 2; i++)
        p->listeners[i] = listen_on(p, port + i);
    LM_ASSERT(pthread_create(&p->thread, NULL, take_connections, p) == 0);
    return p;
}

void proxy_set_odds(struct proxy *p, const struct proxy_odds *odds)
{
    pthread_mutex_lock(&p->lock);
    p->odds = *odds;
    p->seen = (struct proxy_seen){.passed = 0};
    pthread_mutex_unlock(&p->lock);
}

void proxy_cut(struct proxy *p, bool is_cut)
{
    pthread_mutex_lock(&p->lock);
    p->is_cut = is_cut;
    pthread_mutex_unlock(&p->lock);
}

struct proxy_seen proxy_look(struct proxy *p)
{
    struct proxy_seen seen;

    pthread_mutex_lock(&p->lock);
    seen = p->seen;
    pthread_mutex_unlock(&p->lock);
    return seen;
}

void proxy_stop(struct proxy *p)
{
    pthread_mutex_lock(&p->lock);
    p->is_stopping = true;
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    for (int i = 0; i < p->n_lines; i++)
        pthread_join(p->lines[i], NULL);
    for (int i = 0; i < 2; i++)
        close(p->listeners[i]);
    pthread_mutex_destroy(&p->lock);
    free(p);
}
