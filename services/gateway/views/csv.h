/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_CSV_H
#define GATEWAY_CSV_H

#include "common/err.h"
#include "gen/gateway.pb-c.h"

/* A file of companies, made in parts. Pure. */

enum { GATEWAY_CSV_PART_ROWS = 500, GATEWAY_CSV_ROWS_MOST = 1000000 };

/* Where a part begins: what its `next` says and the one behind it is asked with. */
struct gateway_csv_place {
    int64_t rows;      /* in the parts before */
    const char *after; /* the list's cursor; NULL: at the first row */
};
LM_MUST_USE lm_code gateway_csv_place_read(struct lm_arena *a, lm_str text,
                                           struct gateway_csv_place *out, lm_err *err);
/* NULL: nothing comes behind it. */
char *gateway_csv_place_text(struct lm_arena *a, const struct gateway_csv_place *p);

/* Rows in the columns that `in` asks for; with `is_first` the names of the columns above them. */
lm_str gateway_csv_part(struct lm_arena *a, const Gateway__ExportCompaniesRequest *in,
                        bool is_first, Gateway__CompanyView *const *companies, size_t n);

#endif
