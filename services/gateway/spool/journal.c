/* SPDX-License-Identifier: Apache-2.0 */
/* The writer: whatever came while the disk was busy goes with the next fdatasync, all at once. */
#include "services/gateway/spool/spool_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/log.h"
#include "common/thread.h"

enum { BATCH_BYTES = 64 << 20 };

static bool write_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t done = write(fd, p, n);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        p += done;
        n -= (size_t)done;
    }
    return true;
}

/* From here on the shipper reads the segment up to `size` and leaves it where it is; "": none is being written. */
static void tell_segment(struct gateway_spool *s, const char *id, int64_t size)
{
    pthread_mutex_lock(&s->lock);
    snprintf(s->segment_id, sizeof(s->segment_id), "%s", id);
    s->durable_to = size;
    pthread_mutex_unlock(&s->lock);
}

/* A segment with its header, on the disk under its name, or nothing at all. */
static lm_code make_segment(const struct gateway_spool *s, const char *id, int *out, lm_err *err)
{
    char header[GATEWAY_SPOOL_HEADER];
    char path[SPOOL_PATH];
    int fd;

    spool_segment_path(&s->own, id, path);
    gateway_spool_header(header, id);
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return lm_fail(err, LM_UNAVAILABLE, "spool %s: %s", path, strerrordesc_np(errno));
    if (!write_all(fd, header, sizeof(header)) || fdatasync(fd) != 0)
        lm_fail(err, LM_UNAVAILABLE, "spool %s: %s", path, strerrordesc_np(errno));
    else if (spool_dir_sync(s->own.path, err) == LM_OK) {
        *out = fd;
        return LM_OK;
    }
    close(fd);
    unlink(path);
    return err->code;
}

/*
 * The shipper hears of the segment before it can see the file: one that it does not know as the
 * writer's is finished to it, and a finished one without records is taken away.
 */
static lm_code begin_segment(struct gateway_spool *s, lm_err *err)
{
    char id[LM_ID_SIZE];

    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
    lm_id_new(id);
    tell_segment(s, id, GATEWAY_SPOOL_HEADER);
    if (make_segment(s, id, &s->fd, err)) {
        tell_segment(s, "", 0);
        return err->code;
    }
    s->size = GATEWAY_SPOOL_HEADER;
    return LM_OK;
}

/*
 * What was promised in it is whole; the rest is cut off. The shipper may take the file away once all of
 * it was taken: on a full disk nothing else makes room. One without a promise goes at once.
 */
static void end_segment(struct gateway_spool *s)
{
    char path[SPOOL_PATH];

    if (ftruncate(s->fd, s->size) != 0)
        lm_log(NULL, LM_LOG_WARN, "spool segment ends in what was refused",
               LM_KV_STR("segment", s->segment_id));
    close(s->fd);
    s->fd = -1;
    if (s->size == GATEWAY_SPOOL_HEADER) {
        spool_segment_path(&s->own, s->segment_id, path);
        unlink(path);
    }
    tell_segment(s, "", 0);
}

/* All of it on the disk, or none. */
static lm_code append(struct gateway_spool *s, lm_str bytes, lm_err *err)
{
    if ((s->fd < 0 || s->size >= SPOOL_SEGMENT_BYTES) && begin_segment(s, err))
        return err->code;
    if (write_all(s->fd, bytes.p, bytes.n) && fdatasync(s->fd) == 0) {
        s->size += (int64_t)bytes.n;
        return LM_OK;
    }
    lm_fail(err, LM_UNAVAILABLE, "spool %s: %s", s->own.path, strerrordesc_np(errno));
    end_segment(s);
    return err->code;
}

/* False: none come any more. */
static bool take_group(struct gateway_spool *s, struct gateway_spool_chain *out)
{
    pthread_mutex_lock(&s->lock);
    while (!s->queue.first && !s->is_stopping)
        lm_cond_wait_ms(&s->filled, &s->lock, -1);
    *out = s->queue;
    s->queue = (struct gateway_spool_chain){.first = NULL};
    pthread_mutex_unlock(&s->lock);
    return out->first != NULL;
}

static lm_code write_group(struct gateway_spool *s, const struct gateway_spool_chain *group,
                           lm_err *err)
{
    struct lm_buf b;
    lm_code code;

    lm_buf_init(&b, BATCH_BYTES);
    for (const struct gateway_spool_entry *e = group->first; e; e = e->next) {
        char frame[GATEWAY_SPOOL_FRAME];

        gateway_spool_frame(frame, e->payload);
        lm_buf_append(&b, (lm_str){frame, sizeof(frame)});
        lm_buf_append(&b, e->payload);
    }
    code =
        b.failed ? lm_fail(err, LM_TOO_LARGE, "too much at once") : append(s, lm_buf_str(&b), err);
    if (code == LM_OK) {
        pthread_mutex_lock(&s->lock);
        s->durable_to = s->size;
        s->has_news = true;
        s->kept_bytes += (int64_t)b.n;
        pthread_cond_signal(&s->durable);
        pthread_mutex_unlock(&s->lock);
    }
    lm_buf_fini(&b);
    return code;
}

/* Said when it begins and when it is over: on a full disk every record would say it. */
static void log_change(struct gateway_spool *s, const lm_err *err)
{
    if (err->code != LM_OK && !s->is_refusing)
        lm_log(NULL, LM_LOG_ERROR, "spool not written", LM_KV_STR("spool", s->o.name),
               LM_KV_ERR(err));
    else if (err->code == LM_OK && s->is_refusing)
        lm_log(NULL, LM_LOG_INFO, "spool written again", LM_KV_STR("spool", s->o.name));
    s->is_refusing = err->code != LM_OK;
}

void *spool_write_loop(void *spool)
{
    struct gateway_spool *s = spool;
    struct gateway_spool_chain group;

    while (take_group(s, &group)) {
        lm_err err = LM_ERR_INIT;
        bool is_durable = write_group(s, &group, &err) == LM_OK;

        log_change(s, &err);
        spool_chain_done(s, &group, is_durable);
    }
    pthread_mutex_lock(&s->lock);
    s->is_written = true;
    pthread_cond_signal(&s->durable);
    pthread_mutex_unlock(&s->lock);
    return NULL;
}
