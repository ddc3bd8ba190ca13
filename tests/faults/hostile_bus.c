/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of the bus that a service must not believe, on its call and its event port, in nng's wire
 * format (SP): a greeting of 8 bytes each way; then a 1 (on unix sockets only), the length, the message.
 * A request begins with 4 bytes of number.
 */
#include "tests/faults/hostile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/bus_internal.h"
#include "common/clock.h"
#include "common/crypto.h"

enum { ANSWER_MS = 3000, NO_ANSWER_MS = 300, CLOSE_MS = 10000, CUTS = 300, STORM = 2000 };

struct target {
    const char *calls, *events, *service;
    lm_str key;
};

struct frame {
    uint8_t bytes[4096];
    size_t n;
};

/* -- frames -- */

static struct frame seal(const struct target *t, int64_t age_ms)
{
    Lm__Envelope e = LM__ENVELOPE__INIT;
    struct frame f = {.bytes = {0x80, 0, 0, 1}};
    lm_err err = LM_ERR_INIT;
    nng_msg *msg;

    e.sender = (char *)"gateway";
    e.replica = (char *)"9";
    e.destination = (char *)t->service;
    e.direction = LM__ENVELOPE__DIRECTION__CALL;
    e.method = (char *)"NoSuchMethod"; /* is answered, with a failure */
    e.has_timeout_ms = e.has_nonce = true;
    e.timeout_ms = ANSWER_MS;
    lm_random(&e.nonce, sizeof(e.nonce));
    e.sent_at = lm_real_ms() - age_ms;
    LM_ASSERT(bus_frame_seal(t->key, &e, &msg, &err) == LM_OK);
    f.n = 4 + nng_msg_len(msg);
    LM_ASSERT(f.n <= sizeof(f.bytes));
    memcpy(f.bytes + 4, nng_msg_body(msg), nng_msg_len(msg));
    nng_msg_free(msg);
    return f;
}

/* -- the wire -- */

static int greet(const char *address, uint8_t protocol)
{
    const uint8_t ours[8] = {0, 'S', 'P', 0, 0, protocol, 0, 0};
    int fd = hostile_dial(address, NULL);
    uint8_t theirs[8];
    bool is_ended;

    if (fd >= 0 && hostile_send(fd, ours, sizeof(ours)) &&
        hostile_receive(fd, theirs, sizeof(theirs), CLOSE_MS, &is_ended) == sizeof(theirs))
        return fd;
    hostile_expect(false, "%s does not greet", address);
    return -1;
}

static bool announce(int fd, const char *address, uint64_t n)
{
    uint8_t head[9] = {1};

    for (int i = 0; i < 8; i++)
        head[1 + i] = (uint8_t)(n >> (56 - 8 * i));
    return strchr(address, '/') ? hostile_send(fd, head, 9) : hostile_send(fd, head + 1, 8);
}

static bool put(int fd, const char *address, const struct frame *f)
{
    return announce(fd, address, f->n) && hostile_send(fd, f->bytes, f->n);
}

static bool is_answered(const struct target *t, const struct frame *f, int ms)
{
    int fd = greet(t->calls, 0x30);
    bool is_ended, came;
    char byte;

    put(fd, t->calls, f);
    came = hostile_receive(fd, &byte, 1, ms, &is_ended) == 1;
    close(fd);
    return came;
}

static bool is_closed(int fd)
{
    char part[4096];
    bool is_ended = false;

    while (!is_ended && hostile_receive(fd, part, sizeof(part), CLOSE_MS, &is_ended) > 0)
        continue;
    close(fd);
    return is_ended;
}

/* -- what is tried -- */

static void frames(const struct target *t)
{
    static const lm_str another = {"another key of thirty-two bytes!", 32};
    struct target stranger = *t;
    struct frame f = seal(t, 0);

    hostile_expect(is_answered(t, &f, ANSWER_MS), "bus: an honest call is answered");
    hostile_expect(!is_answered(t, &f, NO_ANSWER_MS), "bus: the same frame again is not");
    stranger.key = another;
    f = seal(&stranger, 0);
    hostile_expect(!is_answered(t, &f, NO_ANSWER_MS), "bus: nor one of another key");
    f = seal(t, 0);
    f.bytes[f.n - 1] ^= 1;
    hostile_expect(!is_answered(t, &f, NO_ANSWER_MS), "bus: nor one with a bit changed");
    f = seal(t, 31000);
    hostile_expect(!is_answered(t, &f, NO_ANSWER_MS), "bus: nor one of 31 s ago");
    lm_random(f.bytes + 4, f.n - 4);
    hostile_expect(!is_answered(t, &f, NO_ANSWER_MS), "bus: nor noise");
    f.n = 20;
    hostile_expect(!is_answered(t, &f, NO_ANSWER_MS), "bus: nor one too short for its HMAC");
}

static void lengths(const struct target *t, const char *address, uint8_t protocol, const char *port)
{
    static const uint64_t announced[] = {(1 << 20) + 1, (uint64_t)1 << 40, (uint64_t)1 << 63,
                                         UINT64_MAX};

    (void)t;
    for (size_t i = 0; i < LM_COUNT(announced); i++) {
        int fd = greet(address, protocol);

        announce(fd, address, announced[i]);
        hostile_expect(is_closed(fd), "bus: who announces %llx bytes at the %s port is cut off",
                       (unsigned long long)announced[i], port);
    }
}

/* Nothing is left of those who go in the middle of a word. */
static void cuts(const char *address, uint8_t protocol)
{
    static const char http[] = "GET / HTTP/1.1\r\n\r\n";
    uint8_t half[500] = {0x80};
    int fd;

    for (int i = 0; i < CUTS; i++) {
        fd = greet(address, protocol);
        if (i % 3 == 0 && fd >= 0)
            hostile_send(fd, half, 3); /* of the length */
        else if (fd >= 0 && announce(fd, address, 1000 + (uint64_t)i))
            hostile_send(fd, half, (size_t)(i % 500));
        close(fd);
    }
    fd = hostile_dial(address, NULL);
    hostile_send(fd, http, strlen(http));
    hostile_expect(is_closed(fd), "bus: who speaks another language is cut off");
}

/* Many at once, on one connection; whoever sent them reads nothing. */
static void storm(const struct target *t)
{
    int fd = greet(t->calls, 0x30);
    struct frame f = seal(t, 0);

    for (int i = 0; i < STORM && fd >= 0; i++) {
        if (i % 2)
            f.bytes[5] ^= (uint8_t)i;
        if (!put(fd, t->calls, &f))
            break;
    }
    f = seal(t, 0);
    hostile_expect(is_answered(t, &f, ANSWER_MS),
                   "bus: honest calls go on beside a storm of others");
    close(fd);
}

static void events(const struct target *t)
{
    int fd = greet(t->events, 0x21);
    struct frame f = seal(t, 0);
    bool is_ended;
    char byte;

    put(fd, t->events, &f); /* who listens has nothing to say */
    close(fd);
    fd = greet(t->events, 0x21);
    hostile_expect(hostile_receive(fd, &byte, 1, CLOSE_MS, &is_ended) == 1,
                   "bus: who listens hears the heartbeat");
    close(fd);
}

int hostile_bus(int argc, char **argv)
{
    const char *key = getenv("LM_BUS_KEY");
    struct target t;

    if (argc != 3 || !key)
        return 2;
    t = (struct target){argv[0], argv[1], argv[2], {key, strlen(key)}};
    frames(&t);
    lengths(&t, t.calls, 0x30, "call");
    lengths(&t, t.events, 0x21, "event");
    cuts(t.calls, 0x30);
    cuts(t.events, 0x21);
    storm(&t);
    events(&t);
    return 0;
}
