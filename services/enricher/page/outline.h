/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_OUTLINE_H
#define ENRICHER_OUTLINE_H

#include "common/html.h"

/*
 * A page as a reader sees it: lines of text from top to bottom, each in its place in the tree. Whoever
 * looks for people or addresses walks arrays instead of markup, so cards, tables, lists and plain text
 * look alike. Pure.
 */

enum enricher_place {
    ENRICHER_IN_NAV = 1,    /* navigation, page header, footer, cookie notice, form */
    ENRICHER_IN_QUOTE = 2,  /* somebody else's words: blockquote, testimonial, review */
    ENRICHER_IN_PEOPLE = 4, /* class or id speaks of team, member, staff … */
    ENRICHER_IN_TITLE = 8,  /* class speaks of role, function, position … (not inherited) */
};

struct enricher_elem {
    int parent; /* -1: the root */
    int depth;
    unsigned place; /* of enum enricher_place */
    lm_str tag;
    int first, last; /* lines inside: [first, last) */
};

/* A run of text of one inline element within a line: <b>, <span>, <a>, or what is between them. */
struct enricher_part {
    lm_str text;
    int elem;
};

struct enricher_line {
    lm_str text; /* squeezed, never empty */
    int elem;    /* the innermost block around it */
    unsigned place;
    int heading; /* 1-6, 0: none */
    struct enricher_part *parts;
    int n_parts;
};

struct enricher_link {
    lm_str href, text;
    int line; /* the line it stands in, or the one that follows when it holds no text */
    int elem;
    unsigned place;
};

struct enricher_outline {
    struct enricher_elem *elems;
    struct enricher_line *lines;
    struct enricher_link *links;
    int n_elems, n_lines, n_links;
    lm_str title, description, lang; /* of the head */
    const lm_node *root;
};

void enricher_outline_make(struct lm_arena *a, const lm_node *root, struct enricher_outline *out);

/* The deepest element that holds both. */
int enricher_outline_common(const struct enricher_outline *o, int elem, int other);

#endif
