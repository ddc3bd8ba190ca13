/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_BROWSER_LAUNCH_H
#define SCRAPER_BROWSER_LAUNCH_H

#include <sys/types.h>

#include "common/ctx.h"

/*
 * A browser's process: started with nothing of ours, watched, ended with all that it started.
 *
 * With scraper.browser_sandbox `own` it has namespaces of its own: of processes (so that killing the first kills all),
 * of the network (a loopback with the door on it and nothing else) and of mounts (its directory is a tmpfs of limited
 * size). With `container` it has none, and Chromium's sandbox is off: the container is what holds it then.
 */
struct scraper_launched {
    pid_t pid;       /* 0: there is none */
    int to, from;    /* DevTools: commands, what it says */
    int listener;    /* for the door; the taker sets it to -1 */
    bool is_own;     /* namespaces; otherwise anybody here can reach the listener: … */
    uid_t uid;       /* … it is to serve this one only */
    const char *dir; /* NULL: there is none */
};
/* Ended with ctx->arena, if not before. LM_UNAVAILABLE: it cannot be started here, and what to set. */
LM_MUST_USE lm_code scraper_launch(struct lm_ctx *ctx, struct scraper_launched *out, lm_err *err);
/* Kills what is left, and takes its directory away. */
void scraper_launch_end(struct scraper_launched *it);

/* ---- members.c ---- */

/* What the processes of this browser hold in memory, all together; shared pages count once a process. */
uint64_t scraper_members_memory(pid_t root);
/* True: there was one to kill. */
bool scraper_members_kill(pid_t root);

/* ---- child.c ---- */

/* What happens between clone and exec; made before, since nothing can be made there. */
struct scraper_child {
    const char *program;
    char *const *argv;
    char *const *envp;
    const char *dir;
    const char *uid_map, *gid_map, *mount_options;
    int commands, answers; /* its ends of the pipes */
    int status;            /* where it sends the listener, and what went wrong */
    bool is_own, has_user_namespace, changes_uid;
    uid_t uid;
};
/* The port that the browser finds the door at, in a network of its own. */
enum { SCRAPER_DOOR_PORT = 3128 };
/* What it sends when a step fails. */
struct scraper_child_failed {
    char step[24];
    int error;
};
/* Only what is safe in a child of a process with threads. */
_Noreturn void scraper_child_run(const struct scraper_child *child);

#endif
