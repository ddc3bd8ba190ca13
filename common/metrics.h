/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_METRICS_H
#define LM_METRICS_H

#include "common/base.h"

/*
 * Prometheus counters, gauges and histograms (exposition format 0.0.4). Registered on first use by
 * name and one optional label; looking one up takes a lock, so keep the pointer. Updating is a
 * relaxed atomic; any thread. Names: lm_<service>_<what>_total, …_seconds, …_bytes.
 */
struct lm_metric;
struct lm_metric *lm_counter(const char *name, const char *help, const char *label,
                             const char *value);
struct lm_metric *lm_gauge(const char *name, const char *help, const char *label,
                           const char *value);
/* Buckets 1 ms … 30 s in powers of about two. */
struct lm_metric *lm_histogram(const char *name, const char *help, const char *label,
                               const char *value);
void lm_metric_add(struct lm_metric *m, int64_t n);
void lm_metric_set(struct lm_metric *m, int64_t value);
void lm_metric_observe_us(struct lm_metric *m, int64_t us);
int64_t lm_metric_value(const struct lm_metric *m);
struct lm_buf;
void lm_metrics_print(struct lm_buf *out);

#endif
