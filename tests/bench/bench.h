/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BENCH_H
#define LM_BENCH_H

#include "common/base.h"

/*
 * What the C programs of the benches share: samples and their percentiles, and the lines that
 * tests/bench/run makes its table of. One line a figure, parts separated by tabs:
 *
 *     row     NAME UNIT more|less AGAINST WANTED   what is better; AGAINST: limit, peer, a number, or -
 *     sample  NAME ours|limit|peer VALUE           one a round
 *     missing NAME ours|limit|peer REASON          why that side has none
 *
 * A ratio is always turned so that more is better: ours/other where more is better, else other/ours.
 */
#define BENCH_ROW     "row"
#define BENCH_SAMPLE  "sample"
#define BENCH_MISSING "missing"

/* Of one row and side, to stdout. */
void bench_print(const char *row, const char *side, double value);

/* A growing list of numbers; {0} is empty. Not shared between threads. */
struct bench_list {
    double *v;
    size_t n, room;
    bool is_sorted;
};
void bench_add(struct bench_list *l, double value);
/* `share` 0.5: the median, 0.99: p99, 0 and 1: least and most. NAN when empty. Sorts. */
double bench_percentile(struct bench_list *l, double share);
void bench_clear(struct bench_list *l);

/* The last mile of every program: a figure it was asked for could not be taken. */
void bench_fail(const char *fmt, ...) LM_PRINTF(1, 2) __attribute__((noreturn));

#endif
