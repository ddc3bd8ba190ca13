/* SPDX-License-Identifier: Apache-2.0 */
/* The two ways to stop at once: a bug (abort, with a trace) and a start that cannot go on. */
#include "common/base.h"

#include <execinfo.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TRACE_FRAMES = 48 };

void lm_assert_failed(const char *what, const char *file, int line)
{
    void *frames[TRACE_FRAMES];
    char text[512];
    int n;

    /* No stdio and no malloc: the heap may be what is broken. */
    n = snprintf(text, sizeof(text), "%s:%d: bug: not so: %s\n", file, line, what);
    n = LM_MIN(n, (int)sizeof(text) - 1);
    if (n > 0 && write(STDERR_FILENO, text, (size_t)n) < 0)
        abort();
    backtrace_symbols_fd(frames, backtrace(frames, TRACE_FRAMES), STDERR_FILENO);
    abort();
}

void lm_die(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    flockfile(stderr);
    fputs("leadmachine: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    funlockfile(stderr);
    va_end(ap);
    exit(EXIT_FAILURE);
}
