/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_HTML_STREAM_H
#define LM_HTML_STREAM_H

#include "common/err.h"

/*
 * A page as a stream of elements and text, without a tree: 24 kB a page, whatever its size (a comment or a value that
 * is larger takes its own size beside). Same parser and same limits as html.h: a page that is nested deeper than
 * LM_HTML_DEPTH, or has a tag of more than some hundred attributes, ends there.
 *
 * What is called sits inside a C library: it must not take from an arena but by lm_arena_try_alloc, and not longjmp.
 */
enum { LM_HTML_DEPTH = 256 }; /* elements that are open at a time */

struct lm_html_handler {
    /*
     * Names are in lower case; a name is the same pointer wherever it stands on one page, and remains until the
     * stream ends, so it can be looked up once. `attrs`: name, value, name, value, …, NULL, or NULL for none; a value
     * is NULL when there is none. What the page left out (html, body, tbody …) is there as if it had been written.
     */
    void (*open)(void *arg, const char *tag, const char *const *attrs);
    /* A piece of text, entities read; not that of scripts and styles. */
    void (*text)(void *arg, lm_str piece);
    /* As often as `open`. */
    void (*close)(void *arg);
};

/* `body` and `content_type` as in lm_html_parse. Errors: LM_TOO_LARGE: over 2 GiB. */
LM_MUST_USE lm_code lm_html_stream(struct lm_arena *a, lm_str body, lm_str content_type,
                                   const struct lm_html_handler *handler, void *arg, lm_err *err);

#endif
