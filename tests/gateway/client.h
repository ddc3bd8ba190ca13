/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TEST_CLIENT_H
#define GATEWAY_TEST_CLIENT_H

#include <sys/types.h>

#include "common/json.h"
#include "tests/pg/drive.h"

/* A real lm-gateway beside the test, and clients that talk to it as a browser or an attacker would. */

struct gwtest {
    struct lm_pgtest *pg;
    char host[32];
    int port;
    char dir[128]; /* spool, bus and run files */
    pid_t gateway, neighbour;
};

/* Starts lm-<service> on the test's database; waits until the gateway answers. */
void gwtest_start(struct gwtest *g, struct lm_pgtest *pg);
pid_t gwtest_spawn(struct gwtest *g, const char *service, const char *replica);
void gwtest_await_ready(struct gwtest *g);
/* Until a GET answers 200. */
void gwtest_await(struct gwtest *g, const char *path, const char *token);
/* SIGTERM; the exit status, -1 when it did not end by itself in 10 s. */
int gwtest_stop(pid_t pid);
void gwtest_end(struct gwtest *g);

struct answer {
    int status; /* 0: closed without one */
    lm_str headers, body;
    const struct lm_jval *json; /* of the body; never NULL */
};
/* The bytes as they are, one answer; the connection is closed afterwards. */
struct answer gwtest_raw(struct gwtest *g, lm_str request);
/* `token` and `body` may be NULL; `more`: further header lines with their CRLF, or "". */
struct answer gwtest_ask(struct gwtest *g, const char *method, const char *path, const char *token,
                         const char *more, const char *body);
lm_str gwtest_header(const struct answer *a, const char *name);
/* Logs in and returns the answer of /auth/login. */
struct answer gwtest_login(struct gwtest *g, const char *tenant, const char *user,
                           const char *password);
/* "" when not text */
const char *gwtest_text(struct gwtest *g, const struct answer *a, const char *path);
void gwtest_user(struct gwtest *g, const char *tenant, const char *user, int role);
#define GWTEST_PASSWORD     "correct horse 1"
#define GWTEST_TRACKING_KEY "only-for-tests-only-for-tests-only-for-tests"

/* A WebSocket: handshake done, or -1. */
int gwtest_ws_open(struct gwtest *g);
void gwtest_ws_send(int fd, const char *text);
/* One frame within `ms`: its opcode, or -1; text or close code in `out`. */
int gwtest_ws_receive(int fd, char *out, size_t size, int ms);

/* Started, in the test's arena. */
struct gwtest *gwtest_new(void **state);
/* Of a user with GWTEST_PASSWORD. */
const char *gwtest_token(struct gwtest *g, const char *tenant, const char *user);

#endif
