/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_PLACE_H
#define LM_PLACE_H

#include "common/err.h"

/*
 * Where a page of a list by time ended: what is answered as `next` and comes back as `after`. It
 * names the last row by its time and id, so that a page costs the same at any depth. Opaque to
 * clients; a changed one is refused or finds another place of the same tenant's list. Pure.
 */
struct lm_place {
    int64_t at;     /* milliseconds, of the column the list is sorted by */
    const char *id; /* NULL: the list's beginning */
};

/* `after` NULL is the beginning. LM_INVALID (field `after`): no place, or a time that no row has. */
LM_MUST_USE lm_code lm_place_parse(struct lm_arena *a, const char *after, struct lm_place *out,
                                   lm_err *err);
char *lm_place_text(struct lm_arena *a, int64_t at, const char *id);

#endif
