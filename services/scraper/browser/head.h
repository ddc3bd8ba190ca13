/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_BROWSER_HEAD_H
#define SCRAPER_BROWSER_HEAD_H

#include "common/buf.h"
#include "common/err.h"

/*
 * The head of a request as a browser sends it to a proxy (RFC 9112, 3.2.2 and 3.2.3). Pure. The browser may be under
 * a page's control, so that nothing is guessed: what is not plainly one request is refused.
 */
enum { SCRAPER_HEAD_BYTES = 64 << 10, SCRAPER_HEAD_FIELDS = 128 };

struct scraper_head {
    bool is_connect;
    lm_str method;
    const char *host; /* IPv6 without brackets */
    int port;
    lm_str authority; /* as it was written */
    lm_str path;      /* with its query, as the site gets it */
    lm_str fields;    /* the lines behind the first */
    uint64_t body_bytes;
};
/* The size of the head that `text` begins with, its empty line included; 0: there is more to come. */
size_t scraper_head_size(lm_str text);
/* LM_INVALID. Lives as long as `head` and `a`. */
LM_MUST_USE lm_code scraper_head_parse(struct lm_arena *a, lm_str head, struct scraper_head *out,
                                       lm_err *err);
/* As the site gets it: its own path and host, nothing that was meant for the proxy, one request a connection. */
void scraper_head_forward(const struct scraper_head *head, struct lm_buf *out);

#endif
