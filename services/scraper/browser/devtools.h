/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_BROWSER_DEVTOOLS_H
#define SCRAPER_BROWSER_DEVTOOLS_H

#include "common/buf.h"
#include "common/err.h"
#include "common/json.h"

/*
 * The language a browser is steered in: JSON messages, each ended by a NUL, by two pipes. What comes back is as hostile
 * as the page: it has limits on the size of one message and of all of them.
 */
struct scraper_devtools {
    int to, from;
    struct lm_buf in; /* what came and was not taken yet */
    size_t searched;  /* of it there is no NUL in so much */
    uint64_t left;    /* bytes that may still come */
    int64_t last_id;  /* of a command */
};
void scraper_devtools_init(struct scraper_devtools *d, int to, int from, size_t message_bytes,
                           uint64_t all_bytes);
void scraper_devtools_fini(struct scraper_devtools *d);
/* Its id in *id. `session` may be NULL; `params` is JSON. LM_UNAVAILABLE: it is not listening any more. */
LM_MUST_USE lm_code scraper_devtools_send(struct scraper_devtools *d, const char *session,
                                          const char *method, lm_str params, int64_t *id,
                                          lm_err *err);
/*
 * The next message, copied into `a`, or {NULL, 0} when there was none within `ms`. LM_TOO_LARGE: one message, or all.
 * LM_UNAVAILABLE: the browser has gone.
 */
LM_MUST_USE lm_code scraper_devtools_receive(struct scraper_devtools *d, struct lm_arena *a,
                                             int64_t ms, lm_str *out, lm_err *err);

struct scraper_message {
    int64_t id;                            /* of the command it answers; 0: it is an event */
    lm_str session;                        /* {NULL, 0}: of the browser itself */
    lm_str method;                         /* of an event */
    lm_str problem;                        /* of an answer that says no; {NULL, 0}: it says yes */
    const struct lm_jval *params, *result; /* never NULL */
};
/* Pure. LM_INVALID: it is none. */
LM_MUST_USE lm_code scraper_message_parse(struct lm_arena *a, lm_str text,
                                          struct scraper_message *out, lm_err *err);

#endif
