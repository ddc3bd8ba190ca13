/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `leadmachine up`: starts the services of a stack, starts again what dies (with growing pauses),
 * follows DIR/scale on SIGHUP, and stops everything on SIGTERM. One thread, one loop over signals.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "tools/leadmachine/command.h"
#include "tools/leadmachine/stack.h"

enum {
    MEMBERS_MAX = 256,
    PAUSE_FIRST_MS = 200,
    PAUSE_MOST_MS = 5000,
    STEADY_MS = 10000, /* what ran so long starts again without a pause */
    STOP_WITHIN_MS = 12000,
    READY_WITHIN_MS = 30000,
};

struct child {
    size_t service;
    int number;                   /* of the replica: 1, 2, … */
    pid_t pid;                    /* 0: not running */
    int64_t started_at, start_at; /* lm_mono_ms */
    int64_t pause_ms;
    bool is_wanted;
};

struct supervisor {
    struct stack stack;
    struct child children[MEMBERS_MAX];
    size_t n;
    bool is_stopping;
};

static void become_service(const struct supervisor *s, const struct child *c)
{
    const char *name = stack_services[c->service];
    char program[PATH_MAX], log[PATH_MAX], replica[32], mode[] = "--replica";
    sigset_t stop;
    int fd;

    prctl(PR_SET_PDEATHSIG, SIGTERM); /* a killed supervisor leaves nobody behind */
    /* As the service has them: one that is asked to stop while it is loaded would die of it. */
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGHUP);
    sigprocmask(SIG_SETMASK, &stop, NULL);
    snprintf(program, sizeof(program), "%s/lm-%s", s->stack.bin, name);
    snprintf(log, sizeof(log), "%s/log/%s.%d.log", s->stack.dir, name, c->number);
    snprintf(replica, sizeof(replica), "%d", c->number);
    fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
        _exit(126);
    execl(program, program, mode, replica, (char *)NULL);
    dprintf(STDERR_FILENO, "%s cannot be started: %s\n", program, strerror(errno));
    _exit(127);
}

static void start_child(struct supervisor *s, struct child *c)
{
    pid_t pid = fork();

    if (pid == 0)
        become_service(s, c);
    if (pid < 0) {
        c->start_at = lm_mono_ms() + PAUSE_MOST_MS;
        return;
    }
    c->pid = pid;
    c->started_at = lm_mono_ms();
}

static struct child *find_child(struct supervisor *s, size_t service, int number)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->children[i].service == service && s->children[i].number == number)
            return &s->children[i];
    }
    LM_ASSERT(s->n < MEMBERS_MAX);
    s->children[s->n] = (struct child){.service = service, .number = number};
    return &s->children[s->n++];
}

/* Makes what should run the children that are wanted; asks the others to stop. */
static void follow_scale(struct supervisor *s)
{
    struct stack_scale scale;
    lm_err err = LM_ERR_INIT;

    if (stack_scale_read(&s->stack, &scale, &err)) {
        fprintf(stderr, "leadmachine up: %s\n", err.message);
        return;
    }
    for (size_t i = 0; i < s->n; i++)
        s->children[i].is_wanted = false;
    for (size_t service = 0; service < STACK_SERVICES; service++) {
        for (int number = 1; number <= scale.replicas[service] && s->n < MEMBERS_MAX; number++)
            find_child(s, service, number)->is_wanted = true;
    }
    for (size_t i = 0; i < s->n; i++) {
        if (!s->children[i].is_wanted && s->children[i].pid > 0)
            kill(s->children[i].pid, SIGTERM);
    }
}

static void start_due(struct supervisor *s)
{
    int64_t now = lm_mono_ms();

    for (size_t i = 0; i < s->n; i++) {
        struct child *c = &s->children[i];

        if (c->is_wanted && c->pid == 0 && c->start_at <= now)
            start_child(s, c);
    }
}

static void say_how_it_ended(const struct child *c, int status)
{
    const char *name = stack_services[c->service];
    bool is_killed = WIFSIGNALED(status);

    fprintf(stderr, "leadmachine up: %s %d (pid %d) ended %s %d\n", name, c->number, (int)c->pid,
            is_killed ? "by signal" : "with status",
            is_killed ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void reap(struct supervisor *s)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (size_t i = 0; i < s->n; i++) {
            struct child *c = &s->children[i];

            if (c->pid != pid)
                continue;
            say_how_it_ended(c, status);
            c->pid = 0;
            if (lm_mono_ms() - c->started_at > STEADY_MS)
                c->pause_ms = 0;
            else
                c->pause_ms = LM_MIN(PAUSE_MOST_MS, LM_MAX(PAUSE_FIRST_MS, 2 * c->pause_ms));
            c->start_at = lm_mono_ms() + c->pause_ms;
        }
    }
}

static bool is_any_running(const struct supervisor *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->children[i].pid > 0)
            return true;
    }
    return false;
}

static void signal_all(const struct supervisor *s, int sig)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->children[i].pid > 0)
            kill(s->children[i].pid, sig);
    }
}

static int supervise(struct supervisor *s)
{
    const struct timespec tick = {.tv_nsec = 100 * 1000 * 1000};
    int64_t stop_by = INT64_MAX;
    sigset_t ours;

    sigemptyset(&ours);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGHUP);
    sigaddset(&ours, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ours, NULL);
    follow_scale(s);
    for (;;) {
        int sig;

        if (!s->is_stopping)
            start_due(s);
        else if (!is_any_running(s))
            return CLI_OK;
        else if (lm_mono_ms() > stop_by)
            signal_all(s, SIGKILL);
        sig = sigtimedwait(&ours, NULL, &tick);
        if (sig == SIGHUP) {
            follow_scale(s);
        } else if (sig == SIGTERM || sig == SIGINT) {
            s->is_stopping = true;
            stop_by = lm_mono_ms() + STOP_WITHIN_MS;
            signal_all(s, SIGTERM);
        }
        reap(s);
    }
}

/* Holds the lock as long as it lives. False: another supervisor runs. */
static bool take_pid_file(const struct stack *s)
{
    char path[PATH_MAX];
    int fd;

    snprintf(path, sizeof(path), "%s/supervisor.pid", s->dir);
    fd = open(path, O_RDWR | O_CREAT, 0640); /* no O_CLOEXEC needed: see FD_CLOEXEC below */
    if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0)
        return false;
    fcntl(fd, F_SETFD, FD_CLOEXEC); /* the services must not hold the lock */
    if (ftruncate(fd, 0) != 0)
        return false;
    dprintf(fd, "%d\n", (int)getpid());
    return true;
}

static void make_dirs(const struct stack *s)
{
    static const char *const names[] = {"run", "log", "bus"};
    char path[PATH_MAX];

    for (size_t i = 0; i < LM_COUNT(names); i++) {
        snprintf(path, sizeof(path), "%s/%s", s->dir, names[i]);
        mkdir(path, 0750);
    }
}

/* In the background: a session of its own, its words in log/supervisor.log. */
static int detach(const struct stack *s)
{
    char log[PATH_MAX];
    pid_t pid = fork();
    int fd;

    if (pid != 0)
        return pid < 0 ? -1 : (int)pid;
    setsid();
    snprintf(log, sizeof(log), "%s/log/supervisor.log", s->dir);
    fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0640);
    if (fd >= 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
        close(fd);
    }
    fd = open("/dev/null", O_RDONLY);
    if (fd >= 0) {
        dup2(fd, STDIN_FILENO);
        close(fd);
    }
    return 0;
}

static int wanted_count(const struct stack *s)
{
    struct stack_scale scale;
    lm_err err = LM_ERR_INIT;
    int wanted = 0;

    if (stack_scale_read(s, &scale, &err))
        return 0;
    for (size_t i = 0; i < STACK_SERVICES; i++)
        wanted += scale.replicas[i];
    return wanted;
}

/* Until as many as wanted are ready. */
static int wait_ready(const struct stack *s)
{
    int64_t until = lm_mono_ms() + READY_WITHIN_MS;
    static struct stack_member members[MEMBERS_MAX];
    int wanted = wanted_count(s);
    lm_err err = LM_ERR_INIT;
    size_t n;

    while (lm_mono_ms() < until) {
        int ready = 0;

        if (stack_members(s, members, MEMBERS_MAX, &n, &err)) {
            fprintf(stderr, "leadmachine up: %s\n", err.message);
            return CLI_FAILED;
        }
        for (size_t i = 0; i < n; i++)
            ready += members[i].is_ready;
        if (ready >= wanted)
            return CLI_OK;
        lm_sleep_ms(20);
    }
    fprintf(stderr, "leadmachine up: not ready within %d s; see %s/log\n", READY_WITHIN_MS / 1000,
            s->dir);
    return CLI_FAILED;
}

static int rescale(const struct stack *s, pid_t supervisor)
{
    kill(supervisor, SIGHUP);
    return wait_ready(s);
}

static int run_stack(struct supervisor *s, bool in_background)
{
    make_dirs(&s->stack);
    if (in_background) {
        int pid = detach(&s->stack);

        if (pid < 0) {
            perror("leadmachine up: fork");
            return CLI_FAILED;
        }
        if (pid > 0)
            return wait_ready(&s->stack);
    }
    if (!take_pid_file(&s->stack)) {
        fprintf(stderr, "leadmachine up: a stack runs in %s already\n", s->stack.dir);
        return CLI_FAILED;
    }
    return supervise(s);
}

static int up(int argc, char **argv)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"scale", required_argument, NULL, 's'},
        {"detach", no_argument, NULL, 'b'},
        {NULL, 0, NULL, 0},
    };
    static struct supervisor s;
    const char *dir = NULL, *scales[STACK_SERVICES * 4];
    struct stack_scale scale;
    lm_err err = LM_ERR_INIT;
    bool in_background = false;
    size_t n = 0;
    pid_t pid;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            dir = optarg;
        else if (c == 'b')
            in_background = true;
        else if (c == 's' && n < LM_COUNT(scales))
            scales[n++] = optarg;
        else
            return cli_usage(&cli_up);
    }
    /* `--scale scraper=2 mailer=3`, as with other tools */
    for (; optind < argc && n > 0 && n < LM_COUNT(scales); optind++)
        scales[n++] = argv[optind];
    if (optind < argc)
        return cli_usage(&cli_up);
    if (stack_open(&s.stack, dir, &err) || stack_scale_read(&s.stack, &scale, &err))
        goto fail;
    for (size_t i = 0; i < n; i++) {
        if (stack_scale_set(&scale, scales[i], &err))
            goto fail;
    }
    if ((n > 0 && stack_scale_write(&s.stack, &scale, &err)))
        goto fail;
    pid = stack_supervisor(&s.stack);
    if (pid > 0)
        return rescale(&s.stack, pid);
    if (stack_env(&s.stack, &err))
        goto fail;
    return run_stack(&s, in_background);

fail:
    fprintf(stderr, "leadmachine up: %s\n", err.message);
    return err.code == LM_INVALID ? CLI_USAGE : CLI_FAILED;
}

const struct cli_command cli_up = {
    "up",
    "[--dir DIR] [--scale SERVICE=N …] [--detach]",
    "starts the services and keeps them running; on a running stack, changes the replicas",
    up,
};
