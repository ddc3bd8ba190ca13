/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_TEST_NET_WORLD_H
#define LM_TEST_NET_WORLD_H

#include "tests/lm_test.h"

#include "common/ctx.h"

/*
 * A name server (dnsmasq) and a web server for the tests of the resolver and the HTTP client.
 *     DNS on 127.0.0.64:5364. Names: see net_world.c.
 *     HTTP on 127.0.0.60:8060. What it answers is decided by the path:
 *         /hello   200 "hello"          /echo   the request itself
 *         /slow    never answers        /huge   3 MiB
 *         /cut     half of what it announced
 *         /loop    redirects to itself  /to?URL redirects to URL with status 302 (/to303?, /to307?)
 *         /busy    429, Retry-After: 7  /gone   410         /broken  500
 *         /headers 200 KiB of headers   /bomb   64 KiB of gzip that is 64 MiB
 *         /drip    a byte every 100 ms, without end
 * The addresses 127.0.0.60 and 127.0.0.64 are allowed, all other private ones are not.
 */
#define NET_WEB "http://127.0.0.60:8060"

void net_world_start(void);
void net_world_stop(void);
/* 10 s, 32 MiB; freed with the test's arena. */
struct lm_ctx *net_ctx(struct lm_test *t);

#endif
