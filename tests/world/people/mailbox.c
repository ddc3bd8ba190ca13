/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/mailbox.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/str.h"

enum { FOLDERS_MAX = 256, DEPTH_MAX = 2 /* folder of Maildirs, Maildir, new */ };

struct folder {
    int wd;
    int depth;
    bool is_new; /* a Maildir's new/, where mail comes; else a place where folders come */
    char path[PATH_MAX];
};

struct mailbox_watch {
    int fd;
    bool was_read; /* the folder as it was found */
    char root[PATH_MAX];
    struct folder *folders;
    size_t n_folders;
    /* Hashes of the paths told of: a file may be met by reading a folder and by its event. */
    uint64_t *told;
    size_t n_told, cap_told; /* cap is a power of 2, at most half full; 0 is an empty slot */
    mailbox_on_mail on_mail; /* NULL: only remember */
    void *arg;
};

static bool insert(uint64_t *slots, size_t cap, uint64_t hash)
{
    size_t i = hash & (cap - 1);

    while (slots[i] && slots[i] != hash)
        i = (i + 1) & (cap - 1);
    if (slots[i])
        return false;
    slots[i] = hash;
    return true;
}

static void grow(struct mailbox_watch *w)
{
    size_t cap = w->cap_told ? w->cap_told * 2 : 1024;
    uint64_t *slots = calloc(cap, sizeof(*slots));

    LM_ASSERT(slots);
    for (size_t i = 0; i < w->cap_told; i++)
        if (w->told[i])
            insert(slots, cap, w->told[i]);
    free(w->told);
    w->told = slots;
    w->cap_told = cap;
}

static void tell(struct mailbox_watch *w, const char *path)
{
    if (w->n_told * 2 >= w->cap_told)
        grow(w);
    if (!insert(w->told, w->cap_told, lm_str_hash(lm_str_z(path)) | 1))
        return;
    w->n_told++;
    if (w->on_mail)
        w->on_mail(w->arg, path);
}

static struct folder *watch(struct mailbox_watch *w, const char *path, int depth, bool is_new)
{
    struct folder *f;

    for (size_t i = 0; i < w->n_folders; i++)
        if (strcmp(w->folders[i].path, path) == 0)
            return NULL;
    if (w->n_folders == FOLDERS_MAX)
        return NULL;
    f = &w->folders[w->n_folders];
    f->wd = inotify_add_watch(w->fd, path, is_new ? IN_MOVED_TO : IN_CREATE | IN_ONLYDIR);
    if (f->wd < 0)
        return NULL;
    f->depth = depth;
    f->is_new = is_new;
    snprintf(f->path, sizeof(f->path), "%s", path);
    w->n_folders++;
    return f;
}

static bool is_folder(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void enter(struct mailbox_watch *w, const char *path, int depth, bool is_new);

static void meet(struct mailbox_watch *w, const struct folder *in, const char *name)
{
    char path[PATH_MAX];

    if (name[0] == '.' ||
        snprintf(path, sizeof(path), "%s/%s", in->path, name) >= (int)sizeof(path))
        return;
    if (in->is_new)
        tell(w, path);
    else if (in->depth < DEPTH_MAX && strcmp(name, "tmp") != 0 && strcmp(name, "cur") != 0 &&
             is_folder(path))
        enter(w, path, in->depth + 1, strcmp(name, "new") == 0);
}

/* Watched first and read then, so that nothing falls between. */
static void enter(struct mailbox_watch *w, const char *path, int depth, bool is_new)
{
    const struct folder *f = watch(w, path, depth, is_new);
    DIR *dir = f ? opendir(path) : NULL;
    const struct dirent *entry;

    if (!dir)
        return;
    while ((entry = readdir(dir)))
        meet(w, f, entry->d_name);
    closedir(dir);
}

static const struct folder *find(const struct mailbox_watch *w, int wd)
{
    for (size_t i = 0; i < w->n_folders; i++)
        if (w->folders[i].wd == wd)
            return &w->folders[i];
    return NULL;
}

lm_code mailbox_watch_start(const char *path, bool ignore_present, struct mailbox_watch **out,
                            lm_err *err)
{
    struct mailbox_watch *w = calloc(1, sizeof(*w));

    LM_ASSERT(w);
    w->folders = calloc(FOLDERS_MAX, sizeof(*w->folders));
    LM_ASSERT(w->folders);
    w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (w->fd < 0 || (mkdir(path, 0700) != 0 && errno != EEXIST) || !is_folder(path)) {
        lm_fail(err, LM_UNAVAILABLE, "%s cannot be watched: %m", path);
        mailbox_watch_stop(w);
        return err->code;
    }
    snprintf(w->root, sizeof(w->root), "%s", path);
    if (ignore_present)
        mailbox_watch_poll(w, NULL, NULL);
    *out = w;
    return LM_OK;
}

void mailbox_watch_stop(struct mailbox_watch *w)
{
    if (!w)
        return;
    if (w->fd >= 0)
        close(w->fd);
    free(w->folders);
    free(w->told);
    free(w);
}

void mailbox_watch_poll(struct mailbox_watch *w, mailbox_on_mail on_mail, void *arg)
{
    char events[64 * 1024] __attribute__((aligned(__alignof__(struct inotify_event))));
    ssize_t n;

    w->on_mail = on_mail;
    w->arg = arg;
    if (!w->was_read) {
        w->was_read = true;
        enter(w, w->root, 0, false);
    }
    while ((n = read(w->fd, events, sizeof(events))) > 0) {
        for (const char *p = events; p < events + n;) {
            const struct inotify_event *e = (const struct inotify_event *)(const void *)p;
            const struct folder *f = find(w, e->wd);

            if (f && e->len)
                meet(w, f, e->name);
            p += sizeof(*e) + e->len;
        }
    }
}
