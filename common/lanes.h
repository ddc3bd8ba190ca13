/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_LANES_H
#define LM_LANES_H

#include "common/bus.h"

/*
 * Received calls, from the bus's threads to threads that may wait. Two lanes, so that a password
 * hash or a large import (lm_rpc.slow) holds up nobody else. Internal to common/.
 */
struct lm_lanes;
struct lm_lanes_options {
    int fast, slow;      /* threads */
    size_t memory_limit; /* of the arena of one call */
};
LM_MUST_USE lm_code lm_lanes_start(struct lm_proc *proc, const struct lm_lanes_options *o,
                                   struct lm_lanes **out, lm_err *err);
/* Hands over and returns; answers at once what cannot be served (not ready, no such call). */
void lm_lanes_take(struct lm_lanes *lanes, struct lm_bus_call *call,
                   const struct lm_bus_request *request);
/* Answers what is queued, refuses what still comes, ends the threads. */
void lm_lanes_stop(struct lm_lanes *lanes);
void lm_lanes_free(struct lm_lanes *lanes); /* after lm_bus_stop */

#endif
