/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CLI_STACK_H
#define LM_CLI_STACK_H

#include <sys/types.h>

#include "common/err.h"

/*
 * A stack on this machine: a directory with `env` (KEY=VALUE lines: the services' settings), `run/`
 * (a file a running service, written by itself), `log/`, `scale` and `supervisor.pid`.
 */
enum { STACK_SERVICES = 7, STACK_PATH = 512 };
extern const char *const stack_services[STACK_SERVICES];

struct stack {
    char dir[STACK_PATH];
    char bin[STACK_PATH]; /* where lm-<service> are: beside this program */
};
/* --dir, else LM_STACK_DIR, else build/run of the checkout this program was built in. */
LM_MUST_USE lm_code stack_open(struct stack *s, const char *dir, lm_err *err);
/* Puts the lines of `env` into our environment; what is set already stays. */
LM_MUST_USE lm_code stack_env(const struct stack *s, lm_err *err);
/*
 * lm_settings for commands that need the database alone. In a container they come from outside
 * (LM_DB_URL, LM_DB_PASSWORD_FILE, …) and there is no stack; else the stack in `dir` says them.
 */
LM_MUST_USE lm_code stack_settings(const char *dir, lm_err *err);

/* Wanted replicas a service: DIR/scale ("scraper=2" lines), 1 when it is not named. */
struct stack_scale {
    int replicas[STACK_SERVICES];
};
LM_MUST_USE lm_code stack_scale_read(const struct stack *s, struct stack_scale *out, lm_err *err);
LM_MUST_USE lm_code stack_scale_write(const struct stack *s, const struct stack_scale *scale,
                                      lm_err *err);
/* "scraper=2" into `scale`. LM_INVALID names what is wrong. */
LM_MUST_USE lm_code stack_scale_set(struct stack_scale *scale, const char *text, lm_err *err);

/* The supervisor's pid, 0 when none runs. */
pid_t stack_supervisor(const struct stack *s);

struct stack_member {
    char service[32], replica[48], url[160];
    pid_t pid;
    bool is_alive, is_ready;
};
/* What runs and whether it is ready (asked over HTTP); sorted by service and replica. `members` holds `max`. */
LM_MUST_USE lm_code stack_members(const struct stack *s, struct stack_member *members, size_t max,
                                  size_t *n, lm_err *err);

#endif
