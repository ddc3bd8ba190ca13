/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_HTML_INTERNAL_H
#define LM_HTML_INTERNAL_H

#include <libxml/HTMLparser.h>

#include "common/err.h"

/* What the tree (html.c) and the stream (html_stream.c) share: libxml2's parser over the bytes of a page. */

/*
 * Reads the page with `sax` (its calls get the parser; `arg` is its _private), or with NULL into a tree, *doc, which
 * is the caller's to free and NULL when nothing was in the page. Takes 24 kB beside the tree, whatever the page's
 * size: it is fed in pieces and never copied as a whole, unless it is not in UTF-8.
 * Errors: LM_TOO_LARGE: over 2 GiB.
 */
LM_MUST_USE lm_code lm_html_read(struct lm_arena *a, lm_str body, lm_str content_type,
                                 const htmlSAXHandler *sax, void *arg, htmlDocPtr *doc,
                                 lm_err *err);

#endif
