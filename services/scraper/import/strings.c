/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scraper/import/strings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/arena.h"

enum { WINDOW = 64 << 10 };

/* A file that is written from front to back, then read anywhere. */
struct spill {
    int fd;
    uint64_t size;       /* what was added */
    char window[WINDOW]; /* writing: the end that is not in the file; reading: a part of it */
    uint64_t from;
    size_t n;
    int error;
};
struct scraper_strings {
    struct spill texts, ends; /* `ends`: where each string ends, 8 bytes */
};

static void flush(struct spill *s)
{
    for (size_t done = 0; done < s->n && !s->error;) {
        ssize_t n = pwrite(s->fd, s->window + done, s->n - done, (off_t)(s->from + done));

        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            s->error = n == 0 ? ENOSPC : errno;
    }
    s->from += s->n;
    s->n = 0;
}

static void add(struct spill *s, const char *p, size_t n)
{
    s->size += n;
    while (n > 0) {
        size_t part = LM_MIN(n, WINDOW - s->n);

        memcpy(s->window + s->n, p, part);
        s->n += part;
        p += part;
        n -= part;
        if (s->n == WINDOW)
            flush(s);
    }
}

/* One byte at least, from the window, which is moved when `at` is not in it. */
static size_t look(struct spill *s, uint64_t at, const char **p)
{
    if (at < s->from || at >= s->from + s->n) {
        ssize_t n;

        do
            n = pread(s->fd, s->window, WINDOW, (off_t)at);
        while (n < 0 && errno == EINTR);
        s->from = at;
        s->n = n > 0 ? (size_t)n : 0;
    }
    *p = s->window + (at - s->from);
    return s->n - (size_t)(at - s->from);
}

static bool get(struct spill *s, uint64_t at, char *to, size_t n)
{
    while (n > 0) {
        const char *p;
        size_t part = LM_MIN(look(s, at, &p), n);

        if (part == 0)
            return false;
        memcpy(to, p, part);
        at += part;
        to += part;
        n -= part;
    }
    return true;
}

/* ---- strings ---- */

static lm_code open_spill(const char *dir, struct spill *s, lm_err *err)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/lm-import-XXXXXX", dir);
    s->fd = mkostemp(path, O_CLOEXEC);
    if (s->fd < 0)
        return lm_fail(err, LM_UNAVAILABLE, "a temporary file in %s: %m", dir);
    unlink(path);
    return LM_OK;
}

static void close_both(void *arg)
{
    struct scraper_strings *s = arg;

    if (s->texts.fd >= 0)
        close(s->texts.fd);
    if (s->ends.fd >= 0)
        close(s->ends.fd);
}

lm_code scraper_strings_new(struct lm_arena *a, const char *dir, struct scraper_strings **out,
                            lm_err *err)
{
    struct scraper_strings *s = LM_NEW(a, struct scraper_strings);

    s->texts.fd = s->ends.fd = -1;
    lm_arena_defer(a, close_both, s);
    *out = s;
    return open_spill(dir, &s->texts, err) ? err->code : open_spill(dir, &s->ends, err);
}

void scraper_strings_add(struct scraper_strings *s, lm_str text)
{
    add(&s->texts, text.p, text.n);
    add(&s->ends, (const char *)&s->texts.size, sizeof(s->texts.size));
}

lm_code scraper_strings_check(struct scraper_strings *s, lm_err *err)
{
    flush(&s->texts);
    flush(&s->ends);
    errno = s->texts.error ? s->texts.error : s->ends.error;
    return errno ? lm_fail(err, LM_UNAVAILABLE, "texts of a workbook in a temporary file: %m")
                 : LM_OK;
}

bool scraper_strings_get(struct scraper_strings *s, uint64_t number, struct lm_buf *out)
{
    uint64_t range[2] = {0, 0};
    bool is_first = number == 0;

    if (number >= s->ends.size / sizeof(*range) ||
        !get(&s->ends, (number - !is_first) * sizeof(*range), (char *)(range + is_first),
             is_first ? sizeof(*range) : sizeof(range)))
        return false;
    while (range[0] < range[1]) {
        const char *p;
        size_t n = (size_t)LM_MIN((uint64_t)look(&s->texts, range[0], &p), range[1] - range[0]);

        if (n == 0)
            return false;
        lm_buf_append(out, (lm_str){p, n});
        range[0] += n;
    }
    return true;
}
