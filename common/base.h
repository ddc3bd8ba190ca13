/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BASE_H
#define LM_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "common/banned.h"

/* What every file of the project may use: attributes, assertions, borrowed text. No I/O. */

#define LM_MUST_USE     __attribute__((warn_unused_result))
#define LM_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define LM_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LM_UNUSED       __attribute__((unused))
#define LM_NORETURN     __attribute__((noreturn))
#define LM_MIN(a, b)    ((a) < (b) ? (a) : (b))
#define LM_MAX(a, b)    ((a) > (b) ? (a) : (b))

/* A bug: says where on stderr and aborts. On in release builds too. */
#define LM_ASSERT(cond) ((cond) ? (void)0 : lm_assert_failed(#cond, __FILE__, __LINE__))
LM_NORETURN void lm_assert_failed(const char *what, const char *file, int line);

/* A start that cannot go on: one line on stderr, exit status 1. Only before the service runs. */
LM_NORETURN void lm_die(const char *fmt, ...) LM_PRINTF(1, 2);

/* Borrowed text: a pointer and a length, not terminated, never owned. {NULL, 0} is "none". */
typedef struct lm_str {
    const char *p;
    size_t n;
} lm_str;

#define LM_STR(literal) ((lm_str){"" literal, sizeof(literal) - 1})
#define LM_FMT(s)       (int)(s).n, ((s).p ? (s).p : "")

struct lm_arena;
struct lm_ctx;

#endif
