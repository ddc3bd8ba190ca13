/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SPOOL_INTERNAL_H
#define GATEWAY_SPOOL_INTERNAL_H

#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>

#include "common/metrics.h"
#include "services/gateway/spool/format.h"
#include "services/gateway/spool/spool.h"

/* The inside of a spool: its directories (dirs.c), its writer (journal.c), its shipper (ship.c). */

enum {
    SPOOL_PATH = 512,
    SPOOL_ADOPTED = 64,
    SPOOL_SEGMENT_BYTES = 8 << 20, /* then the next one begins */
    SPOOL_QUEUE = 65536,           /* entries that wait for the disk */
};

/* A directory that we hold. */
struct spool_dir {
    char path[SPOOL_PATH];
    int lock_fd;
};

/* Where the shipper stands in a segment. */
struct spool_place {
    char segment[LM_ID_SIZE];
    int64_t position;
};

struct gateway_spool {
    struct gateway_spool_options o;
    struct lm_arena *arena; /* what lives as long as the spool, itself included */
    char root[SPOOL_PATH];
    struct spool_dir own;
    struct lm_metric *appended, *refused, *shipped, *waiting;
    pthread_t writer, shipper;
    bool has_writer, has_shipper;

    /* under lock */
    pthread_mutex_t lock;
    pthread_cond_t filled;  /* for the writer */
    pthread_cond_t durable; /* for the shipper */
    struct gateway_spool_chain queue;
    bool is_stopping; /* the writer ends when the queue is empty */
    bool is_written;  /* the writer has ended */
    int64_t ship_until_ms;
    char segment_id[LM_ID_SIZE]; /* the one being written; "" before the first record */
    int64_t durable_to;          /* its size as promised */
    bool has_news;               /* became durable since the shipper began its look */
    int64_t kept_bytes;          /* in our own directory, not taken yet */

    /* the writer's alone */
    int fd;
    int64_t size;
    bool is_refusing;

    /* the shipper's alone */
    struct spool_dir adopted[SPOOL_ADOPTED];
    size_t n_adopted;
    struct spool_place own_at, adopted_at;
    int64_t looked_for_free_ms;
};

/* ---- dirs.c ---- */

/* LM_INVALID: lives in memory, or in a container's layer, and goes with it. */
LM_MUST_USE lm_code spool_dir_check(const char *path, lm_err *err);
/* mkdir -p, 0700 */
LM_MUST_USE lm_code spool_dir_make(const char *path, lm_err *err);
/* A directory of our own below root, locked. */
LM_MUST_USE lm_code spool_dir_open(const char *root, struct spool_dir *out, lm_err *err);
/* Locks `path` when nobody holds it. */
bool spool_dir_adopt(const char *path, struct spool_dir *out);
/* Takes an empty directory away, or leaves it as it is; lets go of the lock. */
void spool_dir_close(struct spool_dir *d);
/* The oldest segment in the directory; false: none. */
bool spool_dir_oldest(const struct spool_dir *d, char segment_id[LM_ID_SIZE]);
void spool_segment_path(const struct spool_dir *d, const char *segment_id, char out[SPOOL_PATH]);
/* Makes names in the directory survive a power cut. */
LM_MUST_USE lm_code spool_dir_sync(const char *path, lm_err *err);
/* Adopts what nobody holds, at most as many as there is room for. */
void spool_adopt_free(struct gateway_spool *s);

/* Tells all of them, and forgets them. */
void spool_chain_done(struct gateway_spool *s, struct gateway_spool_chain *c, bool is_durable);

void *spool_write_loop(void *spool); /* journal.c */
void *spool_ship_loop(void *spool);  /* ship.c */

#endif
