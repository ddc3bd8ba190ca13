/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_SELECT_H
#define GATEWAY_SELECT_H

#include "services/gateway/columns/companies.h"
#include "services/gateway/store.h"

/*
 * Which companies a request is about: filters, words that are searched for, an order. What one index
 * serves is asked of the database; all else is found in memory and then read by id.
 */
struct gateway_selection {
    struct gateway_table_filter filter;
    struct gateway_company_filter
        plain; /* the same, where an index serves it; its patterns always */
    bool is_plain;
    bool has_filter; /* beside the words */
};
/* LM_INVALID names the field: no such status or source. `filters` may be NULL, `search` too. */
LM_MUST_USE lm_code gateway_selection_read(struct lm_arena *a,
                                           const Gateway__CompanyFilters *filters,
                                           const char *search, struct gateway_selection *out,
                                           lm_err *err);

/* A page in an order of the cursor: N newest, A alphabet, V vacancies, B best score. `total` may be NULL. */
LM_MUST_USE lm_code gateway_selection_page(struct lm_ctx *ctx, const struct gateway_selection *s,
                                           const struct gateway_page *page, char order,
                                           struct gateway_companies *out, int64_t *total,
                                           lm_err *err);
/* Ids, the newest first; at most `most`. *n is how many there are, `most` + 1 when there are more. */
LM_MUST_USE lm_code gateway_selection_ids(struct lm_ctx *ctx, const struct gateway_selection *s,
                                          size_t most, lm_str **ids, size_t *n, lm_err *err);
/* *is_capped: more rows match the words than were looked at. */
LM_MUST_USE lm_code gateway_selection_count(struct lm_ctx *ctx, const struct gateway_selection *s,
                                            struct gateway_table_counts *out, bool *is_capped,
                                            lm_err *err);

#endif
