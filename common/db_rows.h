/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_DB_ROWS_H
#define LM_DB_ROWS_H

#include "common/db_internal.h"

/* The result of a statement; internal to db*.c. */
struct lm_rows {
    PGresult *res; /* cleared with the arena */
    struct lm_arena *arena;
    int row;
};

/* Empty, already tied to the arena: the result can be put into it without another allocation. */
struct lm_rows *lm_rows_new(struct lm_arena *a);

#endif
