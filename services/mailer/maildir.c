/* SPDX-License-Identifier: Apache-2.0 */
#include "services/mailer/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static lm_code make_dir(const char *path, lm_err *err)
{
    if (mkdir(path, 0700) == 0 || errno == EEXIST)
        return LM_OK;
    return lm_fail(err, LM_UNAVAILABLE, "the dry-run Maildir cannot be made: %s: %m", path);
}

static lm_code make_maildir(const char *dir, const char *tenant_id, lm_err *err)
{
    static const char *const parts[] = {"", "/tmp", "/new", "/cur"};
    char path[PATH_MAX];

    if (make_dir(dir, err))
        return err->code;
    for (size_t i = 0; i < LM_COUNT(parts); i++) {
        snprintf(path, sizeof(path), "%s/%s%s", dir, tenant_id, parts[i]);
        if (make_dir(path, err))
            return err->code;
    }
    return LM_OK;
}

static bool write_all(int fd, lm_str data)
{
    for (size_t done = 0; done < data.n;) {
        ssize_t n = write(fd, data.p + done, data.n - done);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        done += (size_t)n;
    }
    return fsync(fd) == 0;
}

static lm_code write_file(const char *path, lm_str data, lm_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool is_good;

    if (fd < 0)
        return lm_fail(err, LM_UNAVAILABLE, "the dry-run Maildir cannot be written: %s: %m", path);
    is_good = write_all(fd, data);
    if (close(fd) != 0 || !is_good)
        return lm_fail(err, LM_UNAVAILABLE, "the dry-run Maildir cannot be written: %s: %m", path);
    return LM_OK;
}

lm_code mailer_maildir_write(const char *dir, const struct mailer_maildir_entry *e, lm_err *err)
{
    char tmp[PATH_MAX], final[PATH_MAX];

    if (make_maildir(dir, e->tenant_id, err))
        return err->code;
    snprintf(tmp, sizeof(tmp), "%s/%s/tmp/%s.%d", dir, e->tenant_id, e->delivery_id, (int)gettid());
    snprintf(final, sizeof(final), "%s/%s/new/%" PRId64 ".%s.lm", dir, e->tenant_id, e->at / 1000,
             e->delivery_id);
    if (write_file(tmp, e->message, err))
        return err->code;
    if (rename(tmp, final) != 0) {
        lm_code code =
            lm_fail(err, LM_UNAVAILABLE, "the dry-run Maildir cannot be written: %s: %m", final);

        unlink(tmp);
        return code;
    }
    return LM_OK;
}
