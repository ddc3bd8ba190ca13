/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include <pthread.h>

#include "common/buf.h"
#include "common/metrics.h"

static void writes_the_exposition_format(void **state)
{
    static const char wanted[] = "# HELP lm_x_done_total things\\nthat were \"done\"\n"
                                 "# TYPE lm_x_done_total counter\n"
                                 "lm_x_done_total{kind=\"a\\\"b\\\\c\\n\"} 3\n"
                                 "lm_x_done_total{kind=\"z\"} 0\n"
                                 "# HELP lm_x_waiting now\n"
                                 "# TYPE lm_x_waiting gauge\n"
                                 "lm_x_waiting -2\n"
                                 "# HELP lm_x_seconds how long\n"
                                 "# TYPE lm_x_seconds histogram\n"
                                 "lm_x_seconds_bucket{le=\"0.001\"} 1\n"
                                 "lm_x_seconds_bucket{le=\"0.002\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"0.004\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"0.008\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"0.016\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"0.032\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"0.064\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"0.128\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"0.256\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"0.512\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"1\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"2\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"4\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"8\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"16\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"30\"} 2\n"
                                 "lm_x_seconds_bucket{le=\"+Inf\"} 3\n"
                                 "lm_x_seconds_sum 31.002001\n"
                                 "lm_x_seconds_count 3\n";
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 1 << 20);
    struct lm_metric *h;

    lm_metric_add(lm_counter("lm_x_done_total", "things\nthat were \"done\"", "kind", "a\"b\\c\n"),
                  3);
    lm_metric_add(lm_counter("lm_x_done_total", "things", "kind", "z"), 0);
    lm_metric_set(lm_gauge("lm_x_waiting", "now", NULL, NULL), 5);
    lm_metric_add(lm_gauge("lm_x_waiting", "now", NULL, NULL), -7);
    h = lm_histogram("lm_x_seconds", "how long", NULL, NULL);
    lm_metric_observe_us(h, 1000); /* a bound belongs to its bucket */
    lm_metric_observe_us(h, 1001);
    lm_metric_observe_us(h, 31000000);
    assert_int_equal(lm_metric_value(h), 3);
    lm_metrics_print(&b);
    assert_string_equal(lm_buf_z(&b), wanted);
}

enum { ROUNDS = 20000 };

static void *count_up(void *arg)
{
    (void)arg;
    for (int i = 0; i < ROUNDS; i++)
        lm_metric_add(lm_counter("lm_y_total", "together", "who", i % 2 ? "odd" : "even"), 1);
    return NULL;
}

static void loses_nothing_between_threads(void **state)
{
    pthread_t threads[4];

    (void)state;
    for (size_t i = 0; i < LM_COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, count_up, NULL), 0);
    for (size_t i = 0; i < LM_COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(lm_metric_value(lm_counter("lm_y_total", "together", "who", "odd")),
                     2 * ROUNDS);
    assert_int_equal(lm_metric_value(lm_counter("lm_y_total", "together", "who", "even")),
                     2 * ROUNDS);
}

LM_TEST_MAIN(LM_TEST(writes_the_exposition_format), LM_TEST(loses_nothing_between_threads))
