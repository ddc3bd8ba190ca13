/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_CURSOR_H
#define GATEWAY_CURSOR_H

#include "common/err.h"
#include "common/id.h"

/*
 * Where a page of a list ended: the value of `next`, given back as `after`. It names the row by its
 * sort key and id, so that a page costs the same at any depth and rows that come in meanwhile shift
 * nothing. Opaque to clients; a changed one is refused or finds another place, never another tenant.
 * Pure.
 */
struct gateway_cursor {
    char
        order; /* which order it belongs to: 'N' newest, 'B' best score, 'V' vacancies, 'A' alphabet */
    char key[280]; /* milliseconds, a number, or a folded name */
    char id[LM_ID_SIZE];
};

char *gateway_cursor_text(struct lm_arena *a, const struct gateway_cursor *c);
/* LM_INVALID (field `after`): not a cursor, or one of another order. */
LM_MUST_USE lm_code gateway_cursor_parse(struct lm_arena *a, lm_str text, char order,
                                         struct gateway_cursor *out, lm_err *err);

/* What a list request asks for, whichever of the two ways of paging it uses. */
struct gateway_page {
    struct gateway_cursor from;
    int64_t limit, offset;   /* offset only with page numbers */
    int64_t page, page_size; /* 0: not asked for */
};
struct gateway_page_request {
    lm_str after;
    char order;
    int64_t limit, page, page_size; /* 0: not given */
};
enum { GATEWAY_ROWS_BY_PAGE = 10000 };
/*
 * LM_INVALID: `after` is none, or the page begins beyond row 10,000 (use `after` there). Without
 * `after`, `from` stands before the first row of its order.
 */
LM_MUST_USE lm_code gateway_page_read(struct lm_arena *a, const struct gateway_page_request *req,
                                      struct gateway_page *out, lm_err *err);

/*
 * Search words as LIKE patterns over a search column (folded words, each after a blank): the words
 * of what was typed, longest first, at most three. A word of one or two letters is looked for at
 * the start of words only, where the index can help. Returns their number.
 */
size_t gateway_search_patterns(struct lm_arena *a, lm_str typed, lm_str out[3]);

#endif
