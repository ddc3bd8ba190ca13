/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_PARTS_H
#define GATEWAY_PARTS_H

#include "common/base.h"

/*
 * A CSV file in parts that fit a frame of the bus, each with the header of the whole. Cuts stand
 * between records, never inside a quoted value. Pure.
 */
struct gateway_parts {
    lm_str header; /* the first record with its line end, and what stands before it */
    lm_str rest;   /* records that were not given out */
    int records;   /* given out before the present part, for the numbers in messages */
};
/* False: no text that can be cut (UTF-16). */
LM_MUST_USE bool gateway_parts_open(struct gateway_parts *p, lm_str file);
/*
 * The next records, as many as fit into `most` bytes; false at the end, or when one record alone is
 * longer (then p->rest is not empty).
 */
LM_MUST_USE bool gateway_parts_next(struct gateway_parts *p, size_t most, lm_str *records, int *n);

#endif
