/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_HEALTH_H
#define LM_HEALTH_H

#include "common/err.h"

/*
 * The small HTTP server of every service (h2o on libuv, one thread), for probes and Prometheus:
 *     /health/live   200 while the process turns
 *     /health/ready  200 when calls may come, else 503
 *     /health        both, and why not, as JSON
 *     /metrics       exposition format 0.0.4
 * It also writes <run_dir>/<service>.<replica>.json with pid and url, so that `leadmachine status`
 * finds it, and takes it away again. The file is locked (flock) while we run, so that no second
 * process takes our name. Internal to common/.
 */
struct lm_health;
struct lm_proc;

struct lm_health_report {
    bool is_live, is_ready;
    char why[512]; /* not ready: what is missing */
};
struct lm_health_options {
    const char *service, *replica;
    const char *listen;  /* 127.0.0.1:0: any free port; "" or NULL: no server */
    const char *run_dir; /* NULL or "": no file */
    void (*look)(void *arg, struct lm_health_report *out); /* on the server's thread; quick */
    void *arg;
};
LM_MUST_USE lm_code lm_health_start(const struct lm_health_options *o, struct lm_health **out,
                                    lm_err *err);
void lm_health_stop(struct lm_health *h);
int lm_health_port(const struct lm_health *h);

#endif
