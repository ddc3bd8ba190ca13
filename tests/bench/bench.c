/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void bench_print(const char *row, const char *side, double value)
{
    printf(BENCH_SAMPLE "\t%s\t%s\t%.6g\n", row, side, value);
    fflush(stdout);
}

void bench_add(struct bench_list *l, double value)
{
    if (l->n == l->room) {
        l->room = l->room ? 2 * l->room : 1024;
        l->v = realloc(l->v, l->room * sizeof(*l->v));
        LM_ASSERT(l->v != NULL);
    }
    l->v[l->n++] = value;
    l->is_sorted = false;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Between two numbers: the share of the way between them, so that the median of four is a mean. */
double bench_percentile(struct bench_list *l, double share)
{
    double at, below;

    if (l->n == 0)
        return (double)NAN;
    if (!l->is_sorted)
        qsort(l->v, l->n, sizeof(*l->v), by_value);
    l->is_sorted = true;
    at = share * (double)(l->n - 1);
    below = floor(at);
    return l->v[(size_t)below] + (at - below) * (l->v[(size_t)ceil(at)] - l->v[(size_t)below]);
}

void bench_clear(struct bench_list *l)
{
    free(l->v);
    *l = (struct bench_list){.v = NULL};
}

void bench_fail(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(1);
}
