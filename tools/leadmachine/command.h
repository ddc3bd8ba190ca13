/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CLI_COMMAND_H
#define LM_CLI_COMMAND_H

#include "common/err.h"

/* `leadmachine`: one function a command; argv[0] is the command's name. Returns the exit status. */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2 };

struct cli_command {
    const char *name, *arguments, *help;
    int (*run)(int argc, char **argv);
};
extern const struct cli_command cli_up, cli_down, cli_status, cli_migrate, cli_tenant, cli_user,
    cli_doctor, cli_replay, cli_try;

/* try_csv.c: prints the lines of `try csv`. */
LM_MUST_USE lm_code cli_try_csv(struct lm_arena *a, const char *path, lm_err *err);

/* "usage: leadmachine up …" on stderr; CLI_USAGE. */
int cli_usage(const struct cli_command *c);

#endif
