/* SPDX-License-Identifier: Apache-2.0 */
/* Directories of the spool: made, locked, adopted, taken away. */
#include "services/gateway/spool/spool_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "common/log.h"
#include "common/str.h"

static const char suffix[] = ".seg";

static lm_code fail(lm_err *err, const char *path)
{
    return lm_fail(err, LM_UNAVAILABLE, "spool %s: %s", path, strerrordesc_np(errno));
}

lm_code spool_dir_check(const char *path, lm_err *err)
{
    struct statfs fs;

    if (statfs(path, &fs) != 0)
        return fail(err, path);
    if (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
        return lm_fail(err, LM_INVALID, "gateway.spool_dir %s is in memory; use a disk", path);
    if (fs.f_type == OVERLAYFS_SUPER_MAGIC)
        return lm_fail(err, LM_INVALID,
                       "gateway.spool_dir %s goes with its container; mount a volume there", path);
    return LM_OK;
}

lm_code spool_dir_make(const char *path, lm_err *err)
{
    char part[SPOOL_PATH];

    if ((size_t)snprintf(part, sizeof(part), "%s", path) >= sizeof(part) - LM_ID_SIZE - 64)
        return lm_fail(err, LM_INVALID, "gateway.spool_dir is too long");
    for (char *p = part + 1; *p; p++) {
        if (*p != '/')
            continue;
        *p = '\0';
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            return fail(err, part);
        *p = '/';
    }
    return mkdir(part, 0700) != 0 && errno != EEXIST ? fail(err, part) : LM_OK;
}

lm_code spool_dir_sync(const char *path, lm_err *err)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);

    if (rc != 0)
        fail(err, path);
    if (fd >= 0)
        close(fd);
    return rc == 0 ? LM_OK : err->code;
}

/* The lock is the file's, so it goes with the process however that ends. */
static int lock(const char *dir, int flags)
{
    char path[SPOOL_PATH + 8];
    struct stat st;
    int fd;

    snprintf(path, sizeof(path), "%s/lock", dir);
    fd = open(path, O_RDWR | O_CLOEXEC | flags, 0600);
    if (fd < 0)
        return -1;
    /* Its holder may have taken the file away between open and flock. */
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &st) == 0 && st.st_nlink > 0)
        return fd;
    close(fd);
    return -1;
}

lm_code spool_dir_open(const char *root, struct spool_dir *out, lm_err *err)
{
    char id[LM_ID_SIZE];

    lm_id_new(id);
    snprintf(out->path, sizeof(out->path), "%.*s/%s", SPOOL_PATH - LM_ID_SIZE - 2, root, id);
    if (mkdir(out->path, 0700) != 0)
        return fail(err, out->path);
    out->lock_fd = lock(out->path, O_CREAT);
    if (out->lock_fd < 0)
        return fail(err, out->path);
    return spool_dir_sync(root, err);
}

bool spool_dir_adopt(const char *path, struct spool_dir *out)
{
    int fd = lock(path, 0);

    if (fd < 0)
        return false;
    snprintf(out->path, sizeof(out->path), "%s", path);
    out->lock_fd = fd;
    return true;
}

void spool_dir_close(struct spool_dir *d)
{
    char path[SPOOL_PATH + 8];
    char segment[LM_ID_SIZE];

    if (d->lock_fd < 0)
        return;
    if (!spool_dir_oldest(d, segment)) {
        snprintf(path, sizeof(path), "%s/lock", d->path);
        unlink(path);
        rmdir(d->path);
    }
    close(d->lock_fd);
    d->lock_fd = -1;
}

void spool_segment_path(const struct spool_dir *d, const char *segment_id, char out[SPOOL_PATH])
{
    int n = snprintf(out, SPOOL_PATH, "%s/%s%s", d->path, segment_id, suffix);

    LM_ASSERT(n > 0 && n < SPOOL_PATH);
}

/* UUIDv7: the names of one process sort by the time they were made. */
bool spool_dir_oldest(const struct spool_dir *d, char segment_id[LM_ID_SIZE])
{
    DIR *dir = opendir(d->path);
    const struct dirent *e;

    segment_id[0] = '\0';
    if (!dir)
        return errno != ENOENT; /* not seen, so not empty: "" */
    while ((e = readdir(dir))) {
        lm_str name = lm_str_z(e->d_name);
        lm_str id = lm_str_sub(name, 0, LM_ID_SIZE - 1);

        if (!lm_str_ends(name, lm_str_z(suffix)) || name.n != LM_ID_SIZE - 1 + strlen(suffix) ||
            !lm_id_valid(id))
            continue;
        if (!segment_id[0] || strncmp(e->d_name, segment_id, LM_ID_SIZE - 1) < 0)
            snprintf(segment_id, LM_ID_SIZE, "%.*s", LM_FMT(id));
    }
    closedir(dir);
    return segment_id[0] != '\0';
}

static bool is_ours(const struct gateway_spool *s, const char *path)
{
    if (strcmp(path, s->own.path) == 0)
        return true;
    for (size_t i = 0; i < s->n_adopted; i++) {
        if (strcmp(path, s->adopted[i].path) == 0)
            return true;
    }
    return false;
}

void spool_adopt_free(struct gateway_spool *s)
{
    DIR *dir = opendir(s->root);
    const struct dirent *e;
    char path[SPOOL_PATH];

    while (dir && (e = readdir(dir)) && s->n_adopted < SPOOL_ADOPTED) {
        if (!lm_id_valid(lm_str_z(e->d_name)))
            continue;
        snprintf(path, sizeof(path), "%.*s/%.36s", SPOOL_PATH - LM_ID_SIZE - 2, s->root, e->d_name);
        if (is_ours(s, path) || !spool_dir_adopt(path, &s->adopted[s->n_adopted]))
            continue;
        s->n_adopted++;
        lm_log(NULL, LM_LOG_INFO, "spool adopted", LM_KV_STR("spool", s->o.name),
               LM_KV_STR("directory", e->d_name));
    }
    if (dir)
        closedir(dir);
}
