/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that nobody honest sends, each with the answers that are right; then an honest one. */
#include "tests/faults/hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"

enum { WAIT_MS = 20000, LONG = 65536, HUGE = 1 << 20, PIPELINED = 2000 };

#define HOST "host: a\r\n"
#define POST "POST /api/auth/login HTTP/1.1\r\n" HOST

struct request {
    const char *what;
    const char *text;                    /* NULL: made by `make` */
    size_t (*make)(char *out, size_t n); /* at most HUGE */
    const char *gateway, *health;        /* statuses that are right, "-": no answer but the end */
};

static size_t fill(char *out, const char *before, char c, size_t n, const char *after)
{
    size_t at = strlen(before);

    memcpy(out, before, at);
    memset(out + at, c, n);
    memcpy(out + at + n, after, strlen(after));
    return at + n + strlen(after);
}

static size_t long_line(char *out, size_t n)
{
    (void)n;
    return fill(out, "GET /health/live HTTP/1.1\r\n" HOST "x: ", 'a', LONG, "\r\n\r\n");
}

static size_t endless_line(char *out, size_t n)
{
    return fill(out, "GET /health/live HTTP/1.1\r\n" HOST "x: ", 'a', n - 100, "");
}

static size_t long_path(char *out, size_t n)
{
    (void)n;
    return fill(out, "GET /", 'a', LONG, " HTTP/1.1\r\n" HOST "\r\n");
}

static size_t many_lines(char *out, size_t n)
{
    size_t at = (size_t)snprintf(out, n, "GET /health/live HTTP/1.1\r\n" HOST);

    for (int i = 0; i < 500; i++)
        at += (size_t)snprintf(out + at, n - at, "x%d: y\r\n", i);
    return at + (size_t)snprintf(out + at, n - at, "\r\n");
}

static size_t noise(char *out, size_t n)
{
    uint32_t x = 2463534242u;

    (void)n;
    for (int i = 0; i < 4096; i++) {
        x ^= x << 13;
        x ^= x >> 17;
        x ^= x << 5;
        out[i] = (char)x;
    }
    return 4096;
}

static const struct request requests[] = {
    {"a header line of 64 KiB", NULL, long_line, "400", "200 400"},
    {"a header that does not end", NULL, endless_line, "400 -", "400 -"},
    {"500 headers", NULL, many_lines, "400", "400"},
    {"a path of 64 KiB", NULL, long_path, "400", "404"},
    {"noise", NULL, noise, "400", "400"},
    {"Content-Length and Transfer-Encoding",
     POST "content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", NULL, "400", "404"},
    {"two Content-Lengths", POST "content-length: 3\r\ncontent-length: 4\r\n\r\nabc", NULL, "400 -",
     "404 -"},
    {"a negative Content-Length", POST "content-length: -3\r\n\r\nabc", NULL, "400", "400"},
    {"a Content-Length beyond all numbers", POST "content-length: 99999999999999999999999\r\n\r\na",
     NULL, "400", "400"},
    {"a body that is announced too large", POST "content-length: 17825792\r\n\r\na", NULL, "413",
     "413"},
    {"a chunk of no number", POST "transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n", NULL,
     "400", "400"},
    {"a chunk beyond all numbers",
     POST "transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc\r\n", NULL, "400", "400"},
    {"an encoding that we do not know", POST "transfer-encoding: gzip\r\n\r\nabc", NULL, "400",
     "400"},
    {"a header folded over two lines", "GET /health/live HTTP/1.1\r\n" HOST "x: a\r\n b\r\n\r\n",
     NULL, "400", "200 400"},
    {"white space before the colon", "GET /health/live HTTP/1.1\r\nhost : a\r\n\r\n", NULL, "400",
     "200 400"},
    {"no version", "GET /health/live\r\n\r\n", NULL, "400", "400"},
    {"HTTP/2 without being asked", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", NULL, "400", "400"},
    {"a tunnel", "CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n", NULL, "400", "404"},
    {"a WebSocket of another protocol",
     "GET /api/live HTTP/1.1\r\n" HOST "connection: upgrade\r\nupgrade: h2c\r\n\r\n", NULL, "400",
     "404"},
};

/* The status of the first answer; 0: none, and the connection was closed; -1: neither. */
static int status_of(const char *target, const char *bytes, size_t n)
{
    int fd = hostile_dial(target, NULL);
    char head[13] = "";
    bool is_ended;
    int status;

    if (fd < 0)
        return -1;
    hostile_send(fd, bytes, n); /* may be cut off: the answer is there already */
    hostile_receive(fd, head, 12, WAIT_MS, &is_ended);
    status = strncmp(head, "HTTP/1.1 ", 9) == 0 ? (int)strtol(head + 9, NULL, 10) : 0;
    close(fd);
    return status ? status : is_ended ? 0 : -1;
}

static bool is_right(int status, const char *wanted)
{
    char text[8];

    snprintf(text, sizeof(text), "%d", status);
    return status == 0 ? strchr(wanted, '-') != NULL : strstr(wanted, text) != NULL;
}

/* As many answers as requests, in one go. */
static int pipelined(const char *target)
{
    static const char one[] = "GET /health/live HTTP/1.1\r\n" HOST "\r\n";
    int fd = hostile_dial(target, NULL), n = 0;
    bool is_ended = false, is_sent = false;
    char *all = malloc(PIPELINED * sizeof(one)), part[65536];

    for (size_t i = 0; i < PIPELINED; i++)
        memcpy(all + i * (sizeof(one) - 1), one, sizeof(one) - 1);
    for (size_t at = 0; n < PIPELINED && !is_ended;) {
        size_t left = PIPELINED * (sizeof(one) - 1) - at, now = LM_MIN(left, sizeof(one) * 50);
        size_t got;

        is_sent = now == 0 || hostile_send(fd, all + at, now);
        at += now;
        got = hostile_receive(fd, part, sizeof(part) - 1, at && left ? 1 : 2000, &is_ended);
        if (!is_sent || (got == 0 && left == 0))
            break;
        part[got] = '\0';
        for (const char *p = part; (p = strstr(p, "200 OK")); p++)
            n++;
    }
    close(fd);
    free(all);
    return n;
}

int hostile_http(int argc, char **argv)
{
    static const char honest[] = "GET /health/live HTTP/1.1\r\n" HOST "\r\n";
    bool is_gateway = argc == 2 && strcmp(argv[1], "gateway") == 0;
    char *bytes = malloc(HUGE);

    if (argc != 2 || !bytes)
        return 2;
    for (size_t i = 0; i < LM_COUNT(requests); i++) {
        const struct request *r = &requests[i];
        const char *wanted = is_gateway ? r->gateway : r->health;
        size_t n = r->make ? r->make(bytes, HUGE) : strlen(r->text);
        int status = status_of(argv[0], r->make ? bytes : r->text, n);

        hostile_expect(is_right(status, wanted), "%s: %s: %d, wanted %s", argv[1], r->what, status,
                       wanted);
    }
    free(bytes);
    hostile_expect(pipelined(argv[0]) > PIPELINED / 2, "%s: %d requests in a row are answered",
                   argv[1], PIPELINED);
    hostile_expect(status_of(argv[0], honest, strlen(honest)) == 200,
                   "%s: an honest request is answered after all that", argv[1]);
    return 0;
}
