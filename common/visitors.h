/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_VISITORS_H
#define LM_VISITORS_H

#include <h2o.h>
#include <uv.h>

#include "common/err.h"

/*
 * The connections of an HTTP server of ours (h2o on libuv; one of these a loop). The library has a time
 * limit for a request and none for an answer, none for how many connect, and keeps up to 16 MiB of body
 * for each of them. Here a connection is dropped, and counted under its reason, when
 *     slow_request    its request is not whole after `request_ms`
 *     stalled_answer  its answer does not move: under 64 KiB within `stall_ms`, and not at its end
 *     memory          requests under way hold more than `input_bytes` together; the largest go first
 *     too_many        there are `max` already: the one that has been idle longest makes room
 *     malformed       the library answered by itself (400, 413): no request of it ever came to us
 *
 * All on the loop's thread. Internal to our two servers.
 */
struct lm_visitors_options {
    const char *dropped; /* the counter's name: lm_…_dropped_total */
    const char *open;    /* the gauge's name: lm_…_connections */
    int64_t request_ms, stall_ms;
    size_t input_bytes, max;
};
struct lm_visitor;
struct lm_metric;
struct lm_visitors {
    struct lm_visitors_options o;
    h2o_accept_ctx_t *accept;
    uv_timer_t timer; /* runs while somebody is connected */
    bool is_ticking;
    struct lm_metric *open;
    struct lm_visitor *first; /* the newest */
    size_t n;
    size_t most_held; /* since memory was given back */
};

void lm_visitors_start(struct lm_visitors *v, uv_loop_t *loop, h2o_accept_ctx_t *accept,
                       const struct lm_visitors_options *o);
/* From the listener's callback. */
void lm_visitors_accept(struct lm_visitors *v, uv_stream_t *listener);
/* One that was accepted already; `fd` is ours to close from here on. */
void lm_visitors_take(struct lm_visitors *v, uv_loop_t *loop, int fd);
/* A request came to a handler: whole, and understood. */
void lm_visitors_asked(h2o_req_t *req);
/* It became a WebSocket, which may be silent for long; its answers are still watched. */
void lm_visitors_upgraded(h2o_req_t *req);

#endif
