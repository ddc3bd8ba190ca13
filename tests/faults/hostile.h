/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FAULTS_HOSTILE_H
#define FAULTS_HOSTILE_H

#include "common/base.h"

/*
 * lm-hostile: a neighbour that means harm, with plain sockets. A target is host:port or, for a unix
 * socket, a path. It prints a line for each thing that it expects, like the shell of the tests, and
 * ends with 1 when one did not hold.
 */
struct hostile_options {
    int mss;     /* 0: the system's; small ones keep the sender's buffers small */
    int receive; /* bytes of our own buffer; 0: the system's */
};
/* Connected, or -1. */
int hostile_dial(const char *target, const struct hostile_options *o);
/* Sends it all; false: the other side would not. Waits at most 10 s. */
bool hostile_send(int fd, const void *bytes, size_t n);
/* Reads until `n` bytes came, the end (then is_ended) or `ms` passed; how many came. */
size_t hostile_receive(int fd, void *out, size_t n, int ms, bool *is_ended);
/* "ok" or "FAILED", and what was expected. */
void hostile_expect(bool is_so, const char *fmt, ...) LM_PRINTF(2, 3);
bool hostile_has_failed(void);

/* The programs; `argv` without their own name. 2: usage. */
int hostile_http(int argc, char **argv);
int hostile_hold(int argc, char **argv);
int hostile_bus(int argc, char **argv);
int hostile_links(int argc, char **argv);

#endif
