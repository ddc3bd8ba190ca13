/* SPDX-License-Identifier: Apache-2.0 */
/* The processes of a browser: those of its session and all below the first one, by /proc. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/str.h"
#include "services/scraper/browser/launch.h"

enum { MOST = 8192 };

struct member {
    pid_t pid, parent, session;
    bool is_ours;
};

static size_t read_file(pid_t pid, const char *what, char *to, size_t size)
{
    char path[64];
    ssize_t n;
    int fd;

    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, what);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? 0 : read(fd, to, size - 1);
    if (fd >= 0)
        close(fd);
    to[n > 0 ? n : 0] = '\0';
    return n > 0 ? (size_t)n : 0;
}

/* "pid (name) state parent group session …"; the name may hold anything. */
static bool read_member(pid_t pid, struct member *out)
{
    char text[512];
    const char *behind = read_file(pid, "stat", text, sizeof(text)) ? strrchr(text, ')') : NULL;
    lm_str rest = lm_str_trim(lm_str_z(behind ? behind + 1 : "")), field[4];
    int64_t parent, session;

    for (size_t i = 0; i < LM_COUNT(field); i++) {
        if (!lm_str_split(&rest, ' ', &field[i]))
            return false;
    }
    if (lm_str_eqz(field[0], "Z") || !lm_str_int(field[1], &parent) ||
        !lm_str_int(field[3], &session))
        return false;
    *out = (struct member){.pid = pid, .parent = (pid_t)parent, .session = (pid_t)session};
    return true;
}

static size_t read_all(struct member *v)
{
    DIR *dir = opendir("/proc");
    const struct dirent *e;
    size_t n = 0;
    int64_t pid;

    while (dir && n < MOST && (e = readdir(dir))) {
        if (lm_str_int(lm_str_z(e->d_name), &pid) && read_member((pid_t)pid, &v[n]))
            n++;
    }
    if (dir)
        closedir(dir);
    return n;
}

static bool has_parent_in(const struct member *m, const struct member *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (v[i].is_ours && v[i].pid == m->parent)
            return true;
    }
    return false;
}

/* Parents come before their children only as long as pids do not wrap, so until nothing is new. */
static void mark(struct member *v, size_t n, pid_t root)
{
    bool is_more = true;

    for (size_t i = 0; i < n; i++)
        v[i].is_ours = v[i].pid == root || v[i].session == root;
    while (is_more) {
        is_more = false;
        for (size_t i = 0; i < n; i++) {
            if (!v[i].is_ours && has_parent_in(&v[i], v, n))
                v[i].is_ours = is_more = true;
        }
    }
}

/* Its own and what it shares, without the program's file. Source: proc(5), status. */
static uint64_t memory_of(pid_t pid)
{
    static const char *const names[] = {"RssAnon:", "RssShmem:"};
    char text[4096];
    uint64_t sum = 0;

    if (!read_file(pid, "status", text, sizeof(text)))
        return 0;
    for (size_t i = 0; i < LM_COUNT(names); i++) {
        const char *at = strstr(text, names[i]);
        lm_str rest = lm_str_trim(lm_str_z(at ? at + strlen(names[i]) : "")), number;
        int64_t kib;

        if (lm_str_split(&rest, ' ', &number) && lm_str_int(number, &kib))
            sum += (uint64_t)kib << 10;
    }
    return sum;
}

uint64_t scraper_members_memory(pid_t root)
{
    struct member v[MOST];
    size_t n = read_all(v);
    uint64_t sum = 0;

    mark(v, n, root);
    for (size_t i = 0; i < n; i++)
        sum += v[i].is_ours ? memory_of(v[i].pid) : 0;
    return sum;
}

bool scraper_members_kill(pid_t root)
{
    struct member v[MOST];
    size_t n = read_all(v);
    bool is_any = false;

    mark(v, n, root);
    for (size_t i = 0; i < n; i++) {
        if (v[i].is_ours && kill(v[i].pid, SIGKILL) == 0)
            is_any = true;
    }
    return is_any;
}
