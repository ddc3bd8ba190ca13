/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Connections that stay. Each kind does what it does, and then nothing, or next to nothing, more; what
 * counts is whether the other side drops them, and after how long. A line "held" on stdout says that
 * all stand; the line after it how many were dropped.
 */
#include "tests/faults/hostile.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/clock.h"

enum { HOLD_MS = 60000, DRIP_MS = 200, BODY = 15000000, HEAD = 200000, ANSWERS = 20 };

#define HOST "host: a\r\n"

static const char handshake[] =
    "GET /api/live HTTP/1.1\r\n" HOST "connection: upgrade\r\nupgrade: websocket\r\n"
    "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
static const char greeting_req[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
static const char greeting_sub[8] = {0, 'S', 'P', 0, 0, 0x21, 0, 0};

static bool say(int fd, const char *text)
{
    return hostile_send(fd, text, strlen(text));
}

static bool much(int fd, const char *head, size_t n)
{
    char *bytes = malloc(n);
    bool is_sent;

    memset(bytes, 'a', n);
    is_sent = say(fd, head) && hostile_send(fd, bytes, n);
    free(bytes);
    return is_sent;
}

static void idle(int fd)
{
    (void)fd;
}

static void half_head(int fd)
{
    much(fd, "GET /health/live HTTP/1.1\r\n" HOST "x: ", HEAD);
}

static void drip(int fd)
{
    say(fd, "GET /health/live HTTP/1.1\r\n" HOST "x: ");
}

static void half_body(int fd)
{
    much(fd, "POST /api/companies/import HTTP/1.1\r\n" HOST "content-length: 16000000\r\n\r\n",
         BODY);
}

static void reader(int fd)
{
    for (int i = 0; i < ANSWERS; i++)
        say(fd, "GET /api/openapi.json HTTP/1.1\r\n" HOST "\r\n");
}

static void metrics_reader(int fd)
{
    for (int i = 0; i < ANSWERS * 10; i++)
        say(fd, "GET /metrics HTTP/1.1\r\n" HOST "\r\n");
}

static void tokenless(int fd)
{
    say(fd, handshake);
}

static void babbler(int fd)
{
    char noise[512];

    say(fd, handshake);
    memset(noise, 0xff, sizeof(noise));
    hostile_send(fd, noise, sizeof(noise));
}

static void greeted(int fd)
{
    hostile_send(fd, greeting_req, sizeof(greeting_req));
}

static void subscriber(int fd)
{
    hostile_send(fd, greeting_sub, sizeof(greeting_sub));
}

static const struct kind {
    const char *name;
    void (*begin)(int fd);
    bool drips;       /* a byte now and then */
    bool has_answers; /* which are not read, so the end of it has to be seen otherwise */
} kinds[] = {
    {.name = "idle", .begin = idle},
    {.name = "half-head", .begin = half_head},
    {.name = "slow-head", .begin = drip, .drips = true},
    {.name = "half-body", .begin = half_body},
    {.name = "reader", .begin = reader, .has_answers = true},
    {.name = "metrics-reader", .begin = metrics_reader, .has_answers = true},
    {.name = "no-token", .begin = tokenless},
    {.name = "babbler", .begin = babbler},
    {.name = "greeted", .begin = greeted},
    {.name = "subscriber", .begin = subscriber, .has_answers = true},
};

/* Ours to close: the other side has. What it had sent is read and thrown away, unless we do not read. */
static bool is_dropped(int fd, const struct kind *k)
{
    struct pollfd f = {.fd = fd, .events = POLLIN | POLLRDHUP};
    char part[4096];
    ssize_t n;

    if (k->drips && send(fd, "a", 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN)
        return true;
    if (poll(&f, 1, 0) <= 0)
        return false;
    if (f.revents & (POLLHUP | POLLERR | POLLRDHUP))
        return true;
    if (k->has_answers)
        return false;
    n = recv(fd, part, sizeof(part), 0);
    return n == 0 || (n < 0 && errno != EAGAIN);
}

static int drop_round(int *fds, int n, const struct kind *k)
{
    int dropped = 0;

    for (int i = 0; i < n; i++) {
        if (fds[i] < 0 || !is_dropped(fds[i], k))
            continue;
        close(fds[i]);
        fds[i] = -1;
        dropped++;
    }
    return dropped;
}

int hostile_hold(int argc, char **argv)
{
    static const struct hostile_options small = {.mss = 536, .receive = 2048};
    const struct kind *k = NULL;
    int n = argc == 3 ? (int)strtol(argv[2], NULL, 10) : 0, left = 0;
    int *fds = calloc((size_t)n + 1, sizeof(*fds));
    int64_t from = lm_mono_ms();

    for (size_t i = 0; i < LM_COUNT(kinds) && n > 0; i++) {
        if (strcmp(argv[1], kinds[i].name) == 0)
            k = &kinds[i];
    }
    if (!k || !fds)
        return 2;
    for (int i = 0; i < n; i++) {
        fds[i] = hostile_dial(argv[0], k->has_answers ? &small : NULL);
        left += fds[i] >= 0;
        if (fds[i] >= 0)
            k->begin(fds[i]);
    }
    printf("held %d of %d %s\n", left, n, k->name);
    fflush(stdout);
    while (left > 0 && lm_mono_ms() - from < HOLD_MS) {
        left -= drop_round(fds, n, k);
        lm_sleep_ms(DRIP_MS);
    }
    printf("dropped %d of %d %s within %lld ms\n", n - left, n, k->name,
           (long long)(lm_mono_ms() - from));
    free(fds);
    return 0;
}
