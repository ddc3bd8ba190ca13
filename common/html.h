/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_HTML_H
#define LM_HTML_H

#include "common/err.h"

/*
 * HTML as found in the wild (libxml2's recovering parser): read into a tree, walked in document
 * order, asked for tags, classes, attributes and text. No function here recurses, so deep nesting
 * costs nothing; the parser itself stops at a depth of 256 and what it has read by then is the page.
 *
 * A document and all borrowed from it live until the arena goes. One thread a document.
 */
typedef struct _xmlNode lm_node; /* an element; opaque */

/*
 * `content_type` is the response's header (its charset counts before the page's own), or {NULL, 0}.
 * Errors: LM_INVALID: no element in it at all. Memory: about six times the size of `body`, outside
 * the arena's limit; callers limit the body.
 */
LM_MUST_USE lm_code lm_html_parse(struct lm_arena *a, lm_str body, lm_str content_type,
                                  const lm_node **root, lm_err *err);

/* The element after `at` in document order within `top`, NULL at its end. `at` NULL: `top` itself. */
const lm_node *lm_html_next(const lm_node *top, const lm_node *at);
/* The same, but what is inside `at` is passed over. */
const lm_node *lm_html_skip(const lm_node *top, const lm_node *at);
const lm_node *lm_html_parent(const lm_node *n); /* NULL above the root */

/* What is looked for; absent members are not asked. */
struct lm_html_want {
    const char *tag;        /* "h2" */
    const char *class_name; /* one of the words of class */
    const char *attr;       /* is there … */
    const char *value;      /* … and is this */
};
bool lm_html_is(const lm_node *n, const struct lm_html_want *want);
/* The first one after `at` (NULL: `top` itself counts) within `top`. */
const lm_node *lm_html_find(const lm_node *top, const lm_node *at, const struct lm_html_want *want);
#define LM_HTML_FIND(top, ...) lm_html_find((top), NULL, &(struct lm_html_want){__VA_ARGS__})
/* for (const lm_node *n = NULL; (n = LM_HTML_EACH(top, n, .tag = "a"));) … */
#define LM_HTML_EACH(top, at, ...) lm_html_find((top), (at), &(struct lm_html_want){__VA_ARGS__})

lm_str lm_html_tag(const lm_node *n); /* lower case */
lm_str lm_html_attr(const lm_node *n,
                    const char *name); /* {NULL, 0}: absent. Without value: "" or its own name */
bool lm_html_has_class(const lm_node *n, const char *word);

/*
 * All text inside, white space squeezed; elements that start a line separate words. Scripts, styles,
 * templates and comments are no text.
 */
lm_str lm_html_text(struct lm_arena *a, const lm_node *n);
/* The raw text of a script or style element. */
lm_str lm_html_raw(struct lm_arena *a, const lm_node *n);

/*
 * Text that stands directly in `n`, between its child elements, piece by piece and unsqueezed:
 * `piece` gets each one, `enter` and `leave` the elements around it. For readers that keep track of
 * where a line of text stands. `enter` returns false to pass an element over.
 */
struct lm_html_visitor {
    bool (*enter)(void *arg, const lm_node *element);
    void (*piece)(void *arg, const lm_node *parent, lm_str text);
    void (*leave)(void *arg, const lm_node *element);
};
void lm_html_visit(const lm_node *top, const struct lm_html_visitor *v, void *arg);

/* Does an element of this name begin and end a line of its own (p, div, li, td, br …)? */
bool lm_html_is_block(lm_str tag);
/* Is what stands inside no text (script, style, template, noscript, svg)? */
bool lm_html_is_silent(lm_str tag);

#endif
