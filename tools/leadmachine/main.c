/* SPDX-License-Identifier: Apache-2.0 */
/* The command line of LeadMachine: running a stack on one machine, its accounts, and trying the domain. */
#include <stdio.h>

#include "tools/leadmachine/command.h"

static const struct cli_command *const commands[] = {
    &cli_up,   &cli_down,   &cli_status, &cli_migrate, &cli_tenant,
    &cli_user, &cli_doctor, &cli_replay, &cli_try,
};

int cli_usage(const struct cli_command *c)
{
    fprintf(stderr, "usage: leadmachine %s %s\n%s\n", c->name, c->arguments, c->help);
    return CLI_USAGE;
}

static int help(FILE *out, int status)
{
    fprintf(out, "usage: leadmachine COMMAND …\n\n");
    for (size_t i = 0; i < LM_COUNT(commands); i++)
        fprintf(out, "  %-8s %s\n           %s\n", commands[i]->name, commands[i]->arguments,
                commands[i]->help);
    return status;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return help(stderr, CLI_USAGE);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
        return help(stdout, CLI_OK);
    if (strcmp(argv[1], "--version") == 0) {
        printf("%s\n", LM_VERSION);
        return CLI_OK;
    }
    for (size_t i = 0; i < LM_COUNT(commands); i++) {
        if (strcmp(argv[1], commands[i]->name) == 0)
            return commands[i]->run(argc - 1, argv + 1);
    }
    fprintf(stderr, "leadmachine: no command '%s'\n", argv[1]);
    return help(stderr, CLI_USAGE);
}
