/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_STORE_INTERNAL_H
#define GATEWAY_STORE_INTERNAL_H

#include "services/gateway/store.h"

/* The statements of the other store files, for the list of lists in store.c. */
extern const struct lm_sql *const gateway_views_sql[],
    *const gateway_many_sql[], *const gateway_shape_sql[], *const gateway_lists_sql[],
                                                               *const gateway_companies_sql[],
                                                                   *const gateway_columns_sql[],
                                                                       *const gateway_figures_sql[];

/* ---- rows of companies, as events open them ---- */

#define GATEWAY_COMPANY_ROW \
    "scraper_version, enricher_version, judged, researched, name, domain, company, research"
/* The rule that facets are made by; a new one: the next number, and a migration as gateway/0006. */
#define GATEWAY_SHAPE "1"
void gateway_company_row_read(const struct lm_rows *rows, struct gateway_company_row *out);

/* ---- what lists have in common ---- */

/* Optional filters: NULL where nothing is asked. */
static inline struct lm_arg gateway_int_or_null(int value, int none)
{
    return value == none ? LM_NULL : LM_INT(value);
}

static inline struct lm_arg gateway_flag_or_null(int value)
{
    return value < 0 ? LM_NULL : LM_BOOL(value);
}

/* The last three arguments of a statement that searches; others go without. */
#define PATTERN_ARGS(f) \
    LM_TEXT((f)->patterns[0]), LM_TEXT((f)->patterns[1]), LM_TEXT((f)->patterns[2])
#define WITHOUT_PATTERNS(args, f) ((struct lm_args){(args).v, (args).n - ((f)->n_patterns ? 0 : 3)})

/* A statement that answers one number. */
LM_MUST_USE lm_code gateway_count(struct lm_ctx *ctx, const struct lm_sql *sql, struct lm_args args,
                                  int64_t *n, lm_err *err);
/* The cursor of the newest first behind the row that `rows` stands on; its id is the first column. */
char *gateway_row_cursor(struct lm_ctx *ctx, const struct lm_rows *rows, int created_col);

#endif
