/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From clone to exec. Other threads of the process may have held any lock when it was copied, so that nothing here
 * allocates or calls what might: system calls only, also where glibc would first tell its other threads (setresuid).
 */
#include "services/scraper/browser/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    FIRST_FREE = 5, /* 3 and 4 are DevTools' */
    OUT_OF_THE_WAY = 64,
    FILES = 1024,
    FILE_BYTES = 64 << 20,
    PROCESSES = 1024, /* and threads, of this uid: two browsers at a time take 400 */
    BACKLOG = 64,
};

_Noreturn static void fail(const struct scraper_child *c, const char *step)
{
    struct scraper_child_failed failed = {.error = errno};

    for (size_t i = 0; step[i] && i + 1 < sizeof(failed.step); i++)
        failed.step[i] = step[i];
    send(c->status, &failed, sizeof(failed), MSG_NOSIGNAL);
    _exit(127);
}

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    size_t n = strlen(text);
    bool is_good = fd >= 0 && write(fd, text, n) == (ssize_t)n;

    if (fd >= 0)
        close(fd);
    return is_good;
}

/* Handlers are the parent's code, and job threads have all signals blocked. */
static void reset_signals(void)
{
    sigset_t none;

    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Who is no root has the rights of one in here, until exec. */
static void map_user(const struct scraper_child *c)
{
    if (!write_file("/proc/self/setgroups", "deny") ||
        !write_file("/proc/self/uid_map", c->uid_map) ||
        !write_file("/proc/self/gid_map", c->gid_map))
        fail(c, "uid_map");
}

/*
 * Its directory is in memory, limited, and gone with it; /proc shows its own processes. A container may not allow
 * mounts (AppArmor, a masked /proc): then the directory is an ordinary one, which is taken away afterwards.
 */
static void mount_own(const struct scraper_child *c)
{
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
        return;
    mount("tmpfs", c->dir, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, c->mount_options);
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static void raise_loopback(const struct scraper_child *c)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo))
        fail(c, "loopback");
    close(fd);
}

/* The only thing in its network; who is outside serves it. */
static void send_listener(const struct scraper_child *c)
{
    const struct sockaddr_in at = {.sin_family = AF_INET,
                                   .sin_port = htons(SCRAPER_DOOR_PORT),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control = {.bytes = {0}};
    char byte = 1;
    struct iovec one = {&byte, 1};
    struct msghdr message = {.msg_iov = &one,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);

    if (fd < 0 || bind(fd, (const struct sockaddr *)&at, sizeof(at)) || listen(fd, BACKLOG))
        fail(c, "listen");
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
    if (sendmsg(c->status, &message, MSG_NOSIGNAL) != 1)
        fail(c, "sendmsg");
    close(fd);
}

static void limit(const struct scraper_child *c, int what, rlim_t most)
{
    const struct rlimit value = {most, most};

    if (syscall(SYS_prlimit64, 0, what, &value, NULL))
        fail(c, "prlimit");
}

static void limit_all(const struct scraper_child *c)
{
    limit(c, RLIMIT_CORE, 0);
    limit(c, RLIMIT_NOFILE, FILES);
    limit(c, RLIMIT_FSIZE, FILE_BYTES);
    limit(c, RLIMIT_NPROC, PROCESSES);
}

/* When memory is short it is the first to go. */
static void become_nobody(const struct scraper_child *c)
{
    write_file("/proc/self/oom_score_adj", "800");
    if (c->changes_uid &&
        (syscall(SYS_setgroups, 0, NULL) || syscall(SYS_setresgid, c->uid, c->uid, c->uid) ||
         syscall(SYS_setresuid, c->uid, c->uid, c->uid)))
        fail(c, "setresuid");
    limit_all(c);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_PDEATHSIG, SIGKILL))
        fail(c, "prctl");
}

/* Nothing but /dev/null, the two pipes, and the status until exec. */
static void keep_pipes_only(const struct scraper_child *c)
{
    int commands = fcntl(c->commands, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
    int answers = fcntl(c->answers, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
    int status = fcntl(c->status, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (commands < 0 || answers < 0 || status < 0 || null < 0 || dup2(null, 0) < 0 ||
        dup2(null, 1) < 0 || dup2(null, 2) < 0 || dup2(commands, 3) < 0 || dup2(answers, 4) < 0)
        fail(c, "dup2");
    if (close_range(FIRST_FREE, ~0U, CLOSE_RANGE_CLOEXEC))
        fail(c, "close_range");
}

_Noreturn void scraper_child_run(const struct scraper_child *c)
{
    reset_signals();
    setsid();
    if (c->has_user_namespace)
        map_user(c);
    if (c->is_own) {
        mount_own(c);
        raise_loopback(c);
        send_listener(c);
    }
    become_nobody(c);
    keep_pipes_only(c);
    if (chdir(c->dir))
        fail(c, "chdir");
    execve(c->program, c->argv, c->envp);
    fail(c, "exec");
}
