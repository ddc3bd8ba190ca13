/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SPOOL_H
#define GATEWAY_SPOOL_H

#include "common/service.h"

/*
 * A durable queue on this machine's disk, for what must not be lost while everybody else is away:
 * pixels, clicks, opt-outs. Each record is on the disk before it is promised (one fdatasync for all
 * that came meanwhile), and is shipped to its owner in order until that one has taken it.
 *
 * A process has a directory of its own below <dir>/<name>/, held by a flock. Directories nobody
 * holds (their process died) are adopted and shipped by any gateway, and go when they are empty.
 */
struct gateway_spool;

/* What is offered to the owner: records of one segment, in order. */
struct gateway_spool_batch {
    const char *segment_id;
    int64_t position, next_position; /* of the first record, and behind the last */
    const lm_str *records;
    size_t n;
};
struct gateway_spool_options {
    struct lm_proc *proc;
    const char *dir;
    const char *name;   /* "hits", "optouts" */
    uint64_t max_bytes; /* more is refused */
    bool needs_disk;    /* production: a directory in memory or in a container's layer is refused */
    /*
     * Hands a batch to its owner; *taken is how far the owner is afterwards: behind this batch, or
     * where else it stands. That is where the next batch begins. Any error: this one comes again.
     */
    lm_code (*ship)(struct lm_ctx *ctx, const struct gateway_spool_batch *batch, int64_t *taken,
                    lm_err *err);
    void (*group_done)(void); /* after the `done` of a whole chain; may be NULL */
};
/* Errors: LM_INVALID (the directory is not on a disk), LM_UNAVAILABLE (cannot be made or locked). */
LM_MUST_USE lm_code gateway_spool_start(const struct gateway_spool_options *o,
                                        struct gateway_spool **out, lm_err *err);
/* What was promised stays on the disk; ships for at most `ship_ms` more. NULL is fine. */
void gateway_spool_stop(struct gateway_spool *s, int64_t ship_ms);

/*
 * One record on its way. The caller's memory until `done` was called, once, on the spool's thread or
 * before append returns: is_durable says whether it is on the disk now. It hands over and returns.
 */
struct gateway_spool_entry {
    lm_str payload; /* 1 to GATEWAY_SPOOL_RECORD bytes */
    void (*done)(struct gateway_spool_entry *e, bool is_durable);
    struct gateway_spool_entry *next; /* in a chain */
};
/* Entries in order; all zero: none. */
struct gateway_spool_chain {
    struct gateway_spool_entry *first, *last;
    size_t n;
};
void gateway_spool_chain_add(struct gateway_spool_chain *c, struct gateway_spool_entry *e);
/* All of the chain become durable together, or none; the chain is empty then. */
void gateway_spool_append(struct gateway_spool *s, struct gateway_spool_chain *c);

#endif
