/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/faults/hostile.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"

enum { SEND_MS = 10000 };

static bool has_failed;

static int dial_unix(const char *path)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        return fd;
    close(fd);
    return -1;
}

static int dial_tcp(const char *host_port, const struct hostile_options *o)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const char *colon = strrchr(host_port, ':');
    char host[64];

    snprintf(host, sizeof(host), "%.*s", (int)(colon - host_port), host_port);
    a.sin_port = htons((uint16_t)strtol(colon + 1, NULL, 10));
    inet_pton(AF_INET, host, &a.sin_addr);
    if (o && o->mss)
        setsockopt(fd, IPPROTO_TCP, TCP_MAXSEG, &o->mss, sizeof(o->mss));
    if (o && o->receive)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &o->receive, sizeof(o->receive));
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        return fd;
    close(fd);
    return -1;
}

int hostile_dial(const char *target, const struct hostile_options *o)
{
    int fd = strchr(target, '/') ? dial_unix(target) : dial_tcp(target, o);

    if (fd >= 0)
        fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

bool hostile_send(int fd, const void *bytes, size_t n)
{
    int64_t until = lm_mono_ms() + SEND_MS;
    const char *p = bytes;

    while (n > 0 && lm_mono_ms() < until) {
        struct pollfd f = {.fd = fd, .events = POLLOUT};
        ssize_t done = send(fd, p, n, MSG_NOSIGNAL);

        if (done < 0 && errno == EAGAIN)
            poll(&f, 1, 100);
        else if (done <= 0)
            return false;
        else {
            p += done;
            n -= (size_t)done;
        }
    }
    return n == 0;
}

size_t hostile_receive(int fd, void *out, size_t n, int ms, bool *is_ended)
{
    int64_t until = lm_mono_ms() + ms;
    size_t came = 0;

    *is_ended = false;
    while (came < n && !*is_ended && lm_mono_ms() < until) {
        struct pollfd f = {.fd = fd, .events = POLLIN};
        ssize_t part;

        if (poll(&f, 1, (int)LM_MAX(until - lm_mono_ms(), 0)) != 1)
            continue;
        part = recv(fd, (char *)out + came, n - came, 0);
        *is_ended = part == 0 || (part < 0 && errno != EAGAIN);
        came += part > 0 ? (size_t)part : 0;
    }
    return came;
}

void hostile_expect(bool is_so, const char *fmt, ...)
{
    va_list ap;

    has_failed |= !is_so;
    printf(is_so ? "ok      " : "FAILED  ");
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\n");
    fflush(stdout);
}

bool hostile_has_failed(void)
{
    return has_failed;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*run)(int argc, char **argv);
        const char *usage;
    } programs[] = {
        {"http", hostile_http, "TARGET gateway|health: requests that nobody honest sends"},
        {"hold", hostile_hold,
         "TARGET KIND N: connections that stay, until they are dropped or 60 s"},
        {"bus", hostile_bus, "CALLS EVENTS SERVICE: frames; the key is LM_BUS_KEY"},
        {"links", hostile_links, "TENANT N: opt-outs and clicks; the key is LM_TRACKING_KEY"},
    };
    struct rlimit files;

    signal(SIGPIPE, SIG_IGN);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    for (size_t i = 0; i < LM_COUNT(programs) && argc > 1; i++) {
        if (strcmp(argv[1], programs[i].name) == 0) {
            int rc = programs[i].run(argc - 2, argv + 2);

            if (rc != 2)
                return rc ? rc : has_failed;
        }
    }
    for (size_t i = 0; i < LM_COUNT(programs); i++)
        fprintf(stderr, "usage: lm-hostile %s %s\n", programs[i].name, programs[i].usage);
    return 2;
}
