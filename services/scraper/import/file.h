/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_FILE_H
#define SCRAPER_FILE_H

#include "common/err.h"

/*
 * The bytes of an uploaded file, wherever they are: in rows of the database, on a disk, in memory. Readers ask for
 * what they need, so that a file of any size takes the memory of one piece.
 */
struct scraper_file {
    uint64_t size;
    /* What stands at `offset` (below size), at least one byte; borrowed until the next call. */
    lm_code (*read)(void *arg, uint64_t offset, lm_str *out, lm_err *err);
    void *arg;
};

/* `bytes` itself must stay where it is. */
struct scraper_file scraper_file_of(const lm_str *bytes);

/* Exactly `n` bytes from `offset` into `to`. LM_INVALID: the file ends before. */
LM_MUST_USE lm_code scraper_file_copy(const struct scraper_file *f, uint64_t offset, void *to,
                                      size_t n, lm_err *err);

#endif
