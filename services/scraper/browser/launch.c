/* SPDX-License-Identifier: Apache-2.0 */
/* Starts a browser and ends it. */
#include "services/scraper/browser/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/http.h"
#include "services/scraper/browser/browser.h"

enum { DIR_BYTES = 128 << 20, BACKLOG = 64, START_S = 10, END_MS = 5000, MOST_ARGS = 64 };

/* Without what has nothing to do with reading a page, and what would go round the door. */
static const char *const flags[] = {
    "--headless",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--mute-audio",
    "--hide-scrollbars",
    "--metrics-recording-only",
    "--password-store=basic",
    "--proxy-bypass-list=<-loopback>", /* loopback goes to the door as well */
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-quic",
    "--dns-prefetch-disable",
    "--disable-gpu",
    "--disable-3d-apis",
    "--disable-dev-shm-usage", /* 64 MiB in most containers */
    "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-notifications",
    ("--disable-features=Translate,MediaRouter,DialMediaRouteProvider,OptimizationHints,"
     "AutofillServerCommunication,CertificateTransparencyComponentUpdater,NetworkTimeServiceQuerying"),
    /* What it asks its maker all the same, whatever is disabled, goes nowhere. */
    "--gaia-url=http://127.0.0.1:9/",
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--blink-settings=imagesEnabled=false",
    "--window-size=1280,2000",
};

static bool is_own_sandbox(void)
{
    return strcmp(scraper_browser_settings.sandbox, "own") == 0;
}

static char *const *arguments(struct lm_arena *a, const struct scraper_launched *it, int door_port)
{
    char **v = LM_NEW_ARRAY(a, char *, MOST_ARGS);
    size_t n = 0;

    LM_ASSERT(LM_COUNT(flags) + 8 < MOST_ARGS);
    v[n++] = lm_arena_strdup(a, scraper_browser_settings.program);
    for (size_t i = 0; i < LM_COUNT(flags); i++)
        v[n++] = lm_arena_strdup(a, flags[i]);
    if (!it->is_own)
        v[n++] = lm_arena_strdup(a, "--no-sandbox");
    v[n++] = lm_arena_printf(a, "--user-agent=%s", lm_http_user_agent());
    v[n++] = lm_arena_printf(a, "--user-data-dir=%s/profile", it->dir);
    v[n++] = lm_arena_printf(a, "--proxy-server=http://127.0.0.1:%d", door_port);
    v[n++] = lm_arena_strdup(a, "about:blank");
    return v;
}

/* Nothing of ours: that is where secrets are. */
static char *const *environment(struct lm_arena *a, const char *dir)
{
    char **v = LM_NEW_ARRAY(a, char *, 8);

    v[0] = lm_arena_printf(a, "HOME=%s", dir);
    v[1] = lm_arena_printf(a, "TMPDIR=%s", dir);
    v[2] = lm_arena_strdup(a, "PATH=/usr/bin:/bin");
    v[3] = lm_arena_strdup(a, "LANG=C.UTF-8");
    v[4] = lm_arena_strdup(a, "DBUS_SESSION_BUS_ADDRESS=disabled:");
    return v;
}

/* ---- what is made before ---- */

struct ends {
    int ours, its;
};

static lm_code make_pipe(bool ours_reads, struct ends *out, lm_err *err)
{
    int fds[2];

    if (pipe2(fds, O_CLOEXEC))
        return lm_fail(err, LM_UNAVAILABLE, "browser: pipe: %s", strerrordesc_np(errno));
    *out = ours_reads ? (struct ends){fds[0], fds[1]} : (struct ends){fds[1], fds[0]};
    fcntl(out->ours, F_SETFL, O_NONBLOCK);
    return LM_OK;
}

static lm_code make_status(struct ends *out, lm_err *err)
{
    const struct timeval most = {.tv_sec = START_S};
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds))
        return lm_fail(err, LM_UNAVAILABLE, "browser: socket: %s", strerrordesc_np(errno));
    setsockopt(fds[0], SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most));
    *out = (struct ends){fds[0], fds[1]};
    return LM_OK;
}

static lm_code make_dir(struct lm_arena *a, struct scraper_launched *it, lm_err *err)
{
    char *dir = lm_arena_printf(a, "%s/lm-browser-XXXXXX", scraper_browser_settings.dir);

    if (!mkdtemp(dir) || (geteuid() == 0 && chown(dir, it->uid, it->uid)))
        return lm_fail(err, LM_UNAVAILABLE, "scraper.browser_dir: %s: %s", dir,
                       strerrordesc_np(errno));
    it->dir = dir;
    return LM_OK;
}

/* Without a network of its own the browser finds the door on a free port of ours. */
static lm_code make_listener(struct scraper_launched *it, int *port, lm_err *err)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);

    it->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (it->listener < 0 || bind(it->listener, (struct sockaddr *)&at, size) ||
        listen(it->listener, BACKLOG) || getsockname(it->listener, (struct sockaddr *)&at, &size))
        return lm_fail(err, LM_UNAVAILABLE, "browser: door: %s", strerrordesc_np(errno));
    *port = ntohs(at.sin_port);
    return LM_OK;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_pair(struct ends *e)
{
    close_fd(&e->ours);
    close_fd(&e->its);
}

/* ---- the start ---- */

static int clone_flags(const struct scraper_child *child)
{
    int own = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;

    return SIGCHLD | (child->is_own ? own : 0) | (child->has_user_namespace ? CLONE_NEWUSER : 0);
}

/* Until it runs: the listener, if it has one to give, then the end of its status. */
static lm_code hear(struct scraper_launched *it, int status, lm_err *err)
{
    struct scraper_child_failed failed = {.error = 0};
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr aligned;
    } control;
    struct iovec one = {&failed, sizeof(failed)};
    struct msghdr message = {.msg_iov = &one,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof(control.bytes)};
    ssize_t n = recvmsg(status, &message, MSG_CMSG_CLOEXEC);
    const struct cmsghdr *rights = n == 1 ? CMSG_FIRSTHDR(&message) : NULL;

    if (rights && rights->cmsg_type == SCM_RIGHTS) {
        memcpy(&it->listener, CMSG_DATA(rights), sizeof(it->listener));
        n = recv(status, &failed, sizeof(failed), 0);
    }
    if (n == 0)
        return LM_OK;
    if (n == (ssize_t)sizeof(failed))
        return lm_fail(err, LM_UNAVAILABLE, "the browser cannot be started: %.*s: %s",
                       (int)sizeof(failed.step), failed.step, strerrordesc_np(failed.error));
    return lm_fail(err, LM_UNAVAILABLE, "the browser did not start in %d s", START_S);
}

static lm_code no_namespaces(int error, lm_err *err)
{
    return lm_fail(err, LM_UNAVAILABLE,
                   "the browser may not have namespaces of its own here (%s): allow user "
                   "namespaces, or set scraper.browser_sandbox to container if that is one",
                   strerrordesc_np(error));
}

static lm_code start(struct scraper_launched *it, const struct scraper_child *child, int status,
                     lm_err *err)
{
    long pid = syscall(SYS_clone, clone_flags(child), NULL, NULL, NULL, NULL);

    if (pid == 0)
        scraper_child_run(child);
    close(child->commands);
    close(child->answers);
    close(child->status);
    if (pid < 0)
        return no_namespaces(errno, err);
    it->pid = (pid_t)pid;
    return hear(it, status, err);
}

static void end_void(void *it)
{
    scraper_launch_end(it);
}

static lm_code launch(struct lm_ctx *ctx, struct scraper_launched *it, struct ends *status,
                      lm_err *err)
{
    struct ends commands = {-1, -1}, answers = {-1, -1};
    int port = SCRAPER_DOOR_PORT;
    struct scraper_child child = {.is_own = it->is_own,
                                  .has_user_namespace = it->is_own && geteuid() != 0,
                                  .changes_uid = geteuid() == 0,
                                  .uid = it->uid,
                                  .program = scraper_browser_settings.program};

    if (make_dir(ctx->arena, it, err) || (!it->is_own && make_listener(it, &port, err)) ||
        make_pipe(false, &commands, err))
        return err->code;
    if (make_pipe(true, &answers, err) || make_status(status, err)) {
        close_pair(&commands);
        close_pair(&answers);
        return err->code;
    }
    it->to = commands.ours;
    it->from = answers.ours;
    child.commands = commands.its;
    child.answers = answers.its;
    child.status = status->its;
    child.dir = it->dir;
    child.argv = arguments(ctx->arena, it, port);
    child.envp = environment(ctx->arena, it->dir);
    child.uid_map = lm_arena_printf(ctx->arena, "%u %u 1", geteuid(), geteuid());
    child.gid_map = lm_arena_printf(ctx->arena, "%u %u 1", getegid(), getegid());
    child.mount_options = lm_arena_printf(ctx->arena, "size=%d,mode=700,uid=%u,gid=%u", DIR_BYTES,
                                          it->uid, child.changes_uid ? it->uid : getegid());
    return start(it, &child, status->ours, err);
}

lm_code scraper_launch(struct lm_ctx *ctx, struct scraper_launched *out, lm_err *err)
{
    struct ends status = {-1, -1};

    *out = (struct scraper_launched){
        .to = -1,
        .from = -1,
        .listener = -1,
        .is_own = is_own_sandbox(),
        .uid = geteuid() == 0 ? (uid_t)scraper_browser_settings.uid : geteuid(),
    };
    lm_arena_defer(ctx->arena, end_void, out);
    launch(ctx, out, &status, err);
    close_fd(&status.ours);
    return err->code;
}

/* ---- the end ---- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st, (void)type, (void)at;
    remove(path);
    return 0;
}

/* With the first of its namespace all of it goes; otherwise until none is left. */
static void kill_all(const struct scraper_launched *it)
{
    int64_t deadline = lm_mono_ms() + END_MS;

    if (!it->is_own)
        scraper_members_kill(it->pid);
    kill(it->pid, SIGKILL);
    while (!it->is_own && scraper_members_kill(it->pid) && lm_mono_ms() < deadline) {
        waitpid(it->pid, NULL, WNOHANG | __WALL);
        lm_sleep_ms(2);
    }
    while (waitpid(it->pid, NULL, __WALL) < 0 && errno == EINTR)
        ;
}

void scraper_launch_end(struct scraper_launched *it)
{
    if (it->pid > 0)
        kill_all(it);
    it->pid = 0;
    close_fd(&it->to);
    close_fd(&it->from);
    close_fd(&it->listener);
    if (it->dir)
        nftw(it->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    it->dir = NULL;
}
