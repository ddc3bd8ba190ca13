/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Metrics: families of one name, each with a series per label value. Nothing is ever taken out, so
 * pointers stay good and updates need no lock.
 */
#include "common/metrics.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/buf.h"

enum type { COUNTER, GAUGE, HISTOGRAM };

/* Upper bounds; above the last is +Inf. */
static const int64_t bounds_us[] = {
    1000,   2000,   4000,    8000,    16000,   32000,   64000,    128000,
    256000, 512000, 1000000, 2000000, 4000000, 8000000, 16000000, 30000000,
};

struct lm_metric {
    struct lm_metric *next;
    enum type type;
    char *value_of_label;  /* NULL when the family has no label */
    _Atomic int64_t value; /* of a histogram: the sum in µs */
    _Atomic int64_t buckets[LM_COUNT(bounds_us) + 1];
};

struct family {
    struct family *next;
    enum type type;
    char *name, *help, *label;
    struct lm_metric *first, **end;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* guards the lists, not the numbers */
static struct family *families, **families_end = &families;

static char *copy(const char *z)
{
    char *p = z ? strdup(z) : NULL;

    LM_ASSERT(!z || p);
    return p;
}

static struct family *family_of(enum type type, const char *name, const char *help,
                                const char *label)
{
    struct family *f;

    for (f = families; f; f = f->next) {
        if (strcmp(f->name, name) == 0) {
            LM_ASSERT(f->type == type && !f->label == !label);
            return f;
        }
    }
    f = calloc(1, sizeof(*f));
    LM_ASSERT(f != NULL);
    *f = (struct family){.type = type,
                         .name = copy(name),
                         .help = copy(help),
                         .label = copy(label),
                         .end = &f->first};
    *families_end = f;
    families_end = &f->next;
    return f;
}

static struct lm_metric *metric_of(struct family *f, const char *value)
{
    struct lm_metric *m;

    for (m = f->first; m; m = m->next)
        if (!f->label || strcmp(m->value_of_label, value) == 0)
            return m;
    m = calloc(1, sizeof(*m));
    LM_ASSERT(m != NULL);
    m->type = f->type;
    m->value_of_label = f->label ? copy(value) : NULL;
    *f->end = m;
    f->end = &m->next;
    return m;
}

static struct lm_metric *find(enum type type, const char *name, const char *help, const char *label,
                              const char *value)
{
    struct lm_metric *m;

    LM_ASSERT(!label || value);
    pthread_mutex_lock(&mutex);
    m = metric_of(family_of(type, name, help, label), value);
    pthread_mutex_unlock(&mutex);
    return m;
}

struct lm_metric *lm_counter(const char *name, const char *help, const char *label,
                             const char *value)
{
    return find(COUNTER, name, help, label, value);
}

struct lm_metric *lm_gauge(const char *name, const char *help, const char *label, const char *value)
{
    return find(GAUGE, name, help, label, value);
}

struct lm_metric *lm_histogram(const char *name, const char *help, const char *label,
                               const char *value)
{
    return find(HISTOGRAM, name, help, label, value);
}

void lm_metric_add(struct lm_metric *m, int64_t n)
{
    LM_ASSERT(m->type != HISTOGRAM && (m->type == GAUGE || n >= 0));
    atomic_fetch_add_explicit(&m->value, n, memory_order_relaxed);
}

void lm_metric_set(struct lm_metric *m, int64_t value)
{
    LM_ASSERT(m->type == GAUGE);
    atomic_store_explicit(&m->value, value, memory_order_relaxed);
}

void lm_metric_observe_us(struct lm_metric *m, int64_t us)
{
    size_t i = 0;

    LM_ASSERT(m->type == HISTOGRAM);
    while (i < LM_COUNT(bounds_us) && us > bounds_us[i])
        i++;
    atomic_fetch_add_explicit(&m->buckets[i], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&m->value, us, memory_order_relaxed);
}

static int64_t count_of(const struct lm_metric *m)
{
    int64_t n = 0;

    for (size_t i = 0; i < LM_COUNT(m->buckets); i++)
        n += atomic_load_explicit(&m->buckets[i], memory_order_relaxed);
    return n;
}

int64_t lm_metric_value(const struct lm_metric *m)
{
    return m->type == HISTOGRAM ? count_of(m)
                                : atomic_load_explicit(&m->value, memory_order_relaxed);
}

/* Backslash and line feed, and in label values the quote, have a backslash before them. */
static void print_escaped(struct lm_buf *out, const char *z, bool escapes_quotes)
{
    for (; *z; z++) {
        if (*z == '\n')
            lm_buf_appendz(out, "\\n");
        else if (*z == '\\' || (*z == '"' && escapes_quotes))
            lm_buf_printf(out, "\\%c", *z);
        else
            lm_buf_char(out, *z);
    }
}

/* name_suffix{label="value",le="0.5"} with what there is of it. */
static void print_name(struct lm_buf *out, const struct family *f, const struct lm_metric *m,
                       const char *suffix, const char *le)
{
    lm_buf_printf(out, "%s%s", f->name, suffix);
    if (f->label || le)
        lm_buf_char(out, '{');
    if (f->label) {
        lm_buf_printf(out, "%s=\"", f->label);
        print_escaped(out, m->value_of_label, true);
        lm_buf_char(out, '"');
    }
    if (le)
        lm_buf_printf(out, "%sle=\"%s\"", f->label ? "," : "", le);
    if (f->label || le)
        lm_buf_char(out, '}');
    lm_buf_char(out, ' ');
}

static void print_histogram(struct lm_buf *out, const struct family *f, const struct lm_metric *m)
{
    int64_t n = 0;
    char le[32];

    for (size_t i = 0; i < LM_COUNT(m->buckets); i++) {
        bool is_last = i == LM_COUNT(bounds_us);

        snprintf(le, sizeof(le), "%g", is_last ? 0 : (double)bounds_us[i] / 1e6);
        n += atomic_load_explicit(&m->buckets[i], memory_order_relaxed);
        print_name(out, f, m, "_bucket", is_last ? "+Inf" : le);
        lm_buf_printf(out, "%" PRId64 "\n", n);
    }
    print_name(out, f, m, "_sum", NULL);
    lm_buf_printf(out, "%.6f\n",
                  (double)atomic_load_explicit(&m->value, memory_order_relaxed) / 1e6);
    print_name(out, f, m, "_count", NULL);
    lm_buf_printf(out, "%" PRId64 "\n", n); /* the buckets' sum, so that both agree */
}

static void print_family(struct lm_buf *out, const struct family *f)
{
    static const char *const type_names[] = {"counter", "gauge", "histogram"};

    lm_buf_printf(out, "# HELP %s ", f->name);
    print_escaped(out, f->help, false);
    lm_buf_printf(out, "\n# TYPE %s %s\n", f->name, type_names[f->type]);
    for (const struct lm_metric *m = f->first; m; m = m->next) {
        if (f->type == HISTOGRAM) {
            print_histogram(out, f, m);
            continue;
        }
        print_name(out, f, m, "", NULL);
        lm_buf_printf(out, "%" PRId64 "\n", lm_metric_value(m));
    }
}

void lm_metrics_print(struct lm_buf *out)
{
    pthread_mutex_lock(&mutex);
    for (const struct family *f = families; f; f = f->next)
        print_family(out, f);
    pthread_mutex_unlock(&mutex);
}
