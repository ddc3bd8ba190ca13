/* SPDX-License-Identifier: Apache-2.0 */
/* `leadmachine status` and `leadmachine down`. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>

#include "common/clock.h"
#include "tools/leadmachine/command.h"
#include "tools/leadmachine/stack.h"

enum { MEMBERS_MAX = 256, STOP_WITHIN_MS = 15000 };

static void print_table(const struct stack_member *m, size_t n)
{
    printf("%-14s %-8s %8s  %-9s %s\n", "service", "replica", "pid", "state", "url");
    for (size_t i = 0; i < n; i++)
        printf("%-14s %-8s %8d  %-9s %s\n", m[i].service, m[i].replica, (int)m[i].pid,
               m[i].is_ready ? "ready" : (m[i].is_alive ? "not ready" : "gone"), m[i].url);
}

static void print_json(const struct stack_member *m, size_t n)
{
    printf("[");
    for (size_t i = 0; i < n; i++)
        printf("%s{\"service\":\"%s\",\"replica\":\"%s\",\"pid\":%d,\"ready\":%s,\"url\":\"%s\"}",
               i ? "," : "", m[i].service, m[i].replica, (int)m[i].pid,
               m[i].is_ready ? "true" : "false", m[i].url);
    printf("]\n");
}

/* Reads --dir and, where wanted, --json. False: usage. */
static bool arguments(int argc, char **argv, const char **dir, bool *is_json)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"json", no_argument, NULL, 'j'},
        {NULL, 0, NULL, 0},
    };
    int c;

    *dir = NULL;
    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            *dir = optarg;
        else if (c == 'j' && is_json)
            *is_json = true;
        else
            return false;
    }
    return optind == argc;
}

static int status(int argc, char **argv)
{
    static struct stack_member members[MEMBERS_MAX];
    lm_err err = LM_ERR_INIT;
    bool is_json = false;
    const char *dir;
    struct stack s;
    size_t n, ready = 0;

    if (!arguments(argc, argv, &dir, &is_json))
        return cli_usage(&cli_status);
    if (stack_open(&s, dir, &err) || stack_members(&s, members, MEMBERS_MAX, &n, &err)) {
        fprintf(stderr, "leadmachine status: %s\n", err.message);
        return CLI_FAILED;
    }
    if (is_json)
        print_json(members, n);
    else
        print_table(members, n);
    for (size_t i = 0; i < n; i++)
        ready += members[i].is_ready;
    return n > 0 && ready == n ? CLI_OK : CLI_FAILED;
}

static int down(int argc, char **argv)
{
    int64_t until = lm_mono_ms() + STOP_WITHIN_MS;
    lm_err err = LM_ERR_INIT;
    const char *dir;
    struct stack s;
    pid_t pid;

    if (!arguments(argc, argv, &dir, NULL))
        return cli_usage(&cli_down);
    if (stack_open(&s, dir, &err)) {
        fprintf(stderr, "leadmachine down: %s\n", err.message);
        return CLI_FAILED;
    }
    pid = stack_supervisor(&s);
    if (pid > 0)
        kill(pid, SIGTERM);
    while (stack_supervisor(&s) > 0 && lm_mono_ms() < until)
        lm_sleep_ms(10);
    if (stack_supervisor(&s) > 0) {
        fprintf(stderr, "leadmachine down: the stack in %s did not stop\n", s.dir);
        return CLI_FAILED;
    }
    return CLI_OK;
}

const struct cli_command cli_status = {
    "status",
    "[--dir DIR] [--json]",
    "what runs, and whether it is ready; exit 1 when something is not",
    status,
};
const struct cli_command cli_down = {
    "down",
    "[--dir DIR]",
    "stops the services of a stack",
    down,
};
