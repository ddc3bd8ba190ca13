/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_report [--json] BENCH: reads on stdin what a bench says (bench.h) and prints its rows: median
 * and spread over the rounds, and the median of the ratios that were taken round by round, because a
 * machine that is slow for a round is slow for both sides. Exit status 0: every row was measured.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"

enum { ROWS = 200, NAME = 96, REASON = 120, PARTS = 6 };
enum side { OURS, LIMIT, PEER, SIDES };
static const char *const side_names[SIDES] = {"ours", "limit", "peer"};

struct row {
    char name[NAME], unit[NAME], reason[SIDES][REASON];
    bool is_less;
    int against;   /* a side; -1: the number in `target`; -2: nothing */
    double target; /* what is wanted of ours itself */
    double wanted; /* ratio; NAN: none */
    struct bench_list side[SIDES], ratios;
};

static struct row rows[ROWS];
static size_t n_rows;

/* ------- reading ------- */

static int side_of(const char *name)
{
    for (int s = 0; s < SIDES; s++) {
        if (strcmp(name, side_names[s]) == 0)
            return s;
    }
    return -1;
}

static struct row *row_of(const char *name)
{
    for (size_t i = 0; i < n_rows; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    bench_fail("a figure of a row that was not declared: %s", name);
}

static double number_of(const char *text)
{
    char *end;
    double v = strtod(text, &end);

    if (end == text || *end)
        bench_fail("not a number: '%s'", text);
    return v;
}

static void declare(char *const part[PARTS])
{
    struct row *r = &rows[n_rows++];

    if (n_rows == ROWS)
        bench_fail("more than %d rows", ROWS - 1);
    snprintf(r->name, sizeof(r->name), "%s", part[1]);
    snprintf(r->unit, sizeof(r->unit), "%s", part[2]);
    r->is_less = strcmp(part[3], "less") == 0;
    r->against = strcmp(part[4], "-") == 0 ? -2 : side_of(part[4]);
    r->target = r->against == -1 ? number_of(part[4]) : (double)NAN;
    r->wanted = strcmp(part[5], "-") == 0 ? (double)NAN : number_of(part[5]);
}

static void read_line(char *line)
{
    char *part[PARTS] = {NULL};
    int n = 0, s;

    line[strcspn(line, "\n")] = '\0';
    while (n < PARTS && (part[n] = strsep(&line, "\t")))
        n++;
    if (n == PARTS && strcmp(part[0], BENCH_ROW) == 0) {
        declare(part);
        return;
    }
    if (n != 4 || (s = side_of(part[2])) < 0)
        bench_fail("not a line of a bench: '%s'", part[0] ? part[0] : "");
    if (strcmp(part[0], BENCH_SAMPLE) == 0)
        bench_add(&row_of(part[1])->side[s], number_of(part[3]));
    else if (strcmp(part[0], BENCH_MISSING) == 0)
        snprintf(row_of(part[1])->reason[s], REASON, "%s", part[3]);
    else
        bench_fail("not a line of a bench: '%s'", part[0]);
}

/* ------- ratios ------- */

static double ratio(const struct row *r, double ours, double other)
{
    return r->is_less ? other / ours : ours / other;
}

static void add_ratios(struct row *r)
{
    const struct bench_list *ours = &r->side[OURS], *other;

    if (r->against == -2)
        return;
    for (size_t i = 0; r->against == -1 && i < ours->n; i++)
        bench_add(&r->ratios, ratio(r, ours->v[i], r->target));
    if (r->against < 0)
        return;
    other = &r->side[r->against];
    if (other->n == ours->n) {
        for (size_t i = 0; i < ours->n; i++)
            bench_add(&r->ratios, ratio(r, ours->v[i], other->v[i]));
    } else if (ours->n && other->n) {
        bench_add(&r->ratios, ratio(r, bench_percentile(&r->side[OURS], 0.5),
                                    bench_percentile(&r->side[r->against], 0.5)));
    }
}

static bool is_measured(const struct row *r)
{
    return r->side[OURS].n > 0 && (r->against == -2 || r->ratios.n > 0);
}

static const char *reason_of(const struct row *r)
{
    for (int s = 0; s < SIDES; s++) {
        if (*r->reason[s])
            return r->reason[s];
    }
    return is_measured(r) ? "" : "not measured";
}

/* ------- printing ------- */

static const char *figure(double v, char out[32])
{
    if (isnan(v))
        snprintf(out, 32, "-");
    else if (fabs(v) >= 1000)
        snprintf(out, 32, "%.0f", v);
    else
        snprintf(out, 32, "%.3g", v);
    return out;
}

static const char *span(struct bench_list *l, char out[80])
{
    char least[32], most[32];

    if (l->n == 0)
        snprintf(out, 80, "-");
    else
        snprintf(out, 80, "%s-%s", figure(bench_percentile(l, 0), least),
                 figure(bench_percentile(l, 1), most));
    return out;
}

/* What a reader looks for: a tenth below what is wanted asks for a reason. */
static const char *verdict(struct row *r)
{
    double got = bench_percentile(&r->ratios, 0.5);

    if (isnan(r->wanted) || isnan(got) || got >= r->wanted)
        return "";
    return got >= 0.9 * r->wanted ? "near" : "SHORT";
}

static void print_table(const char *bench)
{
    printf("\n%-46s %-9s %9s %19s %9s %9s %7s %13s %7s\n", bench, "unit", "ours", "(spread)",
           "limit", "peer", "ratio", "(spread)", "wanted");
    for (size_t i = 0; i < n_rows; i++) {
        struct row *r = &rows[i];
        char text[SIDES][32], ratio_text[32], wanted[32], target[40], spread[2][80];

        for (int s = 0; s < SIDES; s++)
            figure(bench_percentile(&r->side[s], 0.5), text[s]);
        if (r->against == -1)
            snprintf(target, sizeof(target), "=%s", figure(r->target, text[LIMIT]));
        printf("%-46s %-9s %9s %19s %9s %9s %7s %13s %7s %s%s\n", r->name, r->unit, text[OURS],
               span(&r->side[OURS], spread[0]), r->against == -1 ? target : text[LIMIT], text[PEER],
               figure(bench_percentile(&r->ratios, 0.5), ratio_text), span(&r->ratios, spread[1]),
               figure(r->wanted, wanted), verdict(r), reason_of(r));
    }
}

static void print_string(const char *key, const char *value)
{
    printf("\"%s\":\"", key);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            putchar('\\');
        putchar((unsigned char)*value < ' ' ? ' ' : *value);
    }
    printf("\",");
}

static void print_number(const char *key, double v, const char *end)
{
    if (isnan(v))
        printf("\"%s\":null%s", key, end);
    else
        printf("\"%s\":%.6g%s", key, v, end);
}

static void print_json(const char *bench, struct row *r)
{
    putchar('{');
    print_string("bench", bench);
    print_string("row", r->name);
    print_string("unit", r->unit);
    for (int s = 0; s < SIDES; s++)
        print_number(side_names[s], bench_percentile(&r->side[s], 0.5), ",");
    print_number("target", r->target, ",");
    print_number("ours_min", bench_percentile(&r->side[OURS], 0), ",");
    print_number("ours_max", bench_percentile(&r->side[OURS], 1), ",");
    print_number("ratio_min", bench_percentile(&r->ratios, 0), ",");
    print_number("ratio_max", bench_percentile(&r->ratios, 1), ",");
    print_number("rounds", (double)r->side[OURS].n, ",");
    if (*reason_of(r))
        print_string("missing", reason_of(r));
    print_number("ratio", bench_percentile(&r->ratios, 0.5), ",");
    print_number("wanted", r->wanted, "}\n");
}

int main(int argc, char **argv)
{
    bool is_json = argc == 3 && strcmp(argv[1], "--json") == 0, is_whole;
    char *line = NULL;
    size_t room = 0;

    if (argc != 2 && !is_json)
        bench_fail("usage: bench_report [--json] BENCH");
    while (getline(&line, &room, stdin) > 0)
        read_line(line);
    free(line);
    is_whole = n_rows > 0;
    for (size_t i = 0; i < n_rows; i++) {
        add_ratios(&rows[i]);
        is_whole &= is_measured(&rows[i]);
    }
    if (is_json) {
        for (size_t i = 0; i < n_rows; i++)
            print_json(argv[argc - 1], &rows[i]);
    } else {
        print_table(argv[argc - 1]);
    }
    return is_whole ? 0 : 1;
}
