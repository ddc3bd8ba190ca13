/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_STORE_IMPORT_H
#define SCRAPER_STORE_IMPORT_H

#include "common/db.h"
#include "common/place.h"
#include "services/scraper/import/import.h"

/* Tables of imports (store_import.c), and companies of a whole batch (store_bulk.c). As store.h: in the open transaction. */

LM_MUST_USE lm_code scraper_import_insert(struct lm_ctx *ctx, Scraper__Import *m, lm_err *err);
/* LM_NOT_FOUND. Locked until the end of the transaction when `lock`. */
LM_MUST_USE lm_code scraper_import_load(struct lm_ctx *ctx, const char *id, bool lock,
                                        struct scraper_import *out, lm_err *err);
/* All but the parts; raises the version. `job_id` NULL: stays. */
LM_MUST_USE lm_code scraper_import_update(struct lm_ctx *ctx, struct scraper_import *import,
                                          const char *job_id, lm_err *err);
/* The newest first, behind `after`; without columns and errors. */
LM_MUST_USE lm_code scraper_imports_load(struct lm_ctx *ctx, const struct lm_place *after,
                                         int limit, Scraper__Import ***out, size_t *n,
                                         int64_t *total, lm_err *err);
/* With parts, pieces and batches. */
LM_MUST_USE lm_code scraper_import_delete(struct lm_ctx *ctx, const char *id, lm_err *err);

/* ---- the bytes ---- */

LM_MUST_USE lm_code scraper_parts_load(struct lm_ctx *ctx, const char *import_id,
                                       Scraper__ImportPart ***out, size_t *n, lm_err *err);
LM_MUST_USE lm_code scraper_part_insert(struct lm_ctx *ctx, const char *import_id,
                                        const Scraper__ImportPart *part, lm_err *err);
struct scraper_piece_at {
    int part, at; /* of a byte: in which part, and where in it */
};
LM_MUST_USE lm_code scraper_piece_put(struct lm_ctx *ctx, const char *import_id,
                                      struct scraper_piece_at at, lm_str bytes, lm_err *err);
/* What stands there, at most `most` bytes; LM_NOT_FOUND. */
LM_MUST_USE lm_code scraper_piece_read(struct lm_ctx *ctx, const char *import_id,
                                       struct scraper_piece_at at, int most, lm_str *out,
                                       lm_err *err);
LM_MUST_USE lm_code scraper_pieces_drop(struct lm_ctx *ctx, const char *import_id, lm_err *err);

/* ---- what became of rows ---- */

struct scraper_batch {
    int first_row, last_row;
    int64_t counts[SCRAPER_RESULTS];
    const Scraper__ImportBatch *rows;
};
LM_MUST_USE lm_code scraper_batch_insert(struct lm_ctx *ctx, const char *import_id,
                                         const struct scraper_batch *batch, lm_err *err);
/* The next one with rows behind `after`, with some of this result when `result` is not 0; *is_there. */
LM_MUST_USE lm_code scraper_batch_next(struct lm_ctx *ctx, const char *import_id, int after,
                                       int result, struct scraper_batch *out, bool *is_there,
                                       lm_err *err);
/* The last one that was not undone, locked. */
LM_MUST_USE lm_code scraper_batch_last(struct lm_ctx *ctx, const char *import_id,
                                       struct scraper_batch *out, bool *is_there, lm_err *err);
LM_MUST_USE lm_code scraper_batch_undone(struct lm_ctx *ctx, const char *import_id, int first_row,
                                         lm_err *err);
LM_MUST_USE lm_code scraper_batches_drop(struct lm_ctx *ctx, const char *import_id, lm_err *err);

/* ---- companies of a batch (store_bulk.c) ---- */

/* Whether the tenant has companies, or records of some, that only their names tell. */
LM_MUST_USE lm_code scraper_companies_without_domain(struct lm_ctx *ctx, bool *are_there,
                                                     lm_err *err);
/* As scraper_company_insert, of many at once; they belong to the import. */
LM_MUST_USE lm_code scraper_companies_insert(struct lm_ctx *ctx, const char *import_id,
                                             Lm__Company *const *v, size_t n, lm_err *err);
/* Of these the import made some and has just changed them itself: it is still the last that wrote them. */
LM_MUST_USE lm_code scraper_companies_own(struct lm_ctx *ctx, const char *import_id,
                                          const lm_str *ids, size_t n, lm_err *err);
/* Archives those of `ids` that the import was the last to write; gives them as they are now. */
LM_MUST_USE lm_code scraper_companies_undo(struct lm_ctx *ctx, const char *import_id,
                                           const lm_str *ids, size_t n, Lm__Company ***out,
                                           size_t *n_out, lm_err *err);

#endif
