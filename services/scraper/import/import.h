/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_IMPORT_H
#define SCRAPER_IMPORT_H

#include "common/ctx.h"
#include "services/scraper/import/field.h"
#include "services/scraper/import/table.h"

/*
 * An import of companies: a file comes in parts (upload.c), is looked at (read.c), previewed and taken in batch by batch
 * (run.c, batch.c), and can be undone (undo.c). Its rows are in store_import.c, the companies of a batch in
 * store_bulk.c. What stands beside these is pure: text, records, workbooks, fields, suggestions.
 *
 * A batch is at most 500 rows or 1 MiB of text, and a transaction of its own; what became of each row is
 * remembered with it, in one row of import_batch. Whoever goes on with an import reads the file from its beginning and
 * passes over the rows that are in a batch. Memory: that of one batch, a piece of the file and the reader, under 16 MiB
 * whatever the file's size.
 */
enum {
    SCRAPER_PART_BYTES = 8 << 20,
    SCRAPER_PIECE_BYTES = 512 << 10, /* a call of the bus carries no more */
    SCRAPER_BATCH_ROWS = 500,
    SCRAPER_BATCH_BYTES = 1 << 20,
    SCRAPER_RESULTS = 7, /* counts by enum RowResult, which begins with 1 */
};

/* An import as its row has it. */
struct scraper_import {
    Scraper__Import *m;        /* without parts */
    const char *job_id;        /* of what runs or ran last */
    int row_done;              /* the last row that is in a batch */
    Scraper__ImportStatus was; /* when it was read, and when it was written before that */
    int64_t was_at;
};
/* Writes the row (scraper_import_update) and tells of it, if there is something new to see. `job_id` NULL: stays. */
LM_MUST_USE lm_code scraper_import_save(struct lm_ctx *ctx, struct scraper_import *import,
                                        const char *job_id, lm_err *err);
/* Tells of one that has just been written. */
LM_MUST_USE lm_code scraper_tell_import(struct lm_ctx *ctx, const Scraper__Import *m, lm_err *err);

/* ---- upload.c ---- */

/* A piece of a part; the last one makes the part, and the last part queues read_import. */
LM_MUST_USE lm_code scraper_import_take_piece(struct lm_ctx *ctx, struct scraper_import *import,
                                              const Scraper__PutImportPartRequest *piece,
                                              lm_err *err);
/* The file as readers want it; lives in ctx's arena, and asks the database in transactions of its own. */
struct scraper_file scraper_import_file(struct lm_ctx *ctx, const Scraper__Import *m);

/* ---- read.c ---- */

/* The file as a table, by what was found out and chosen; every piece of it is read by `ctx`, which has no transaction. */
LM_MUST_USE lm_code scraper_import_open(struct lm_ctx *ctx, const Scraper__Import *m,
                                        struct scraper_table **out, lm_err *err);
/* Looks at the file and fills in format, charset, separator, has_header and columns; what is there stays. */
LM_MUST_USE lm_code scraper_import_look(struct lm_ctx *ctx, Scraper__Import *m, lm_err *err);
/* The columns that are mapped. LM_INVALID as scraper_mapping_of. */
LM_MUST_USE lm_code scraper_import_mapping(struct lm_arena *a, const Scraper__Import *m,
                                           struct scraper_mapping *out, lm_err *err);

/* ---- run.c ---- */

/*
 * Reads the file behind row_done and puts batch after batch through; only judges when `is_preview`. Ends when the file
 * ends. Errors: those of the file; LM_FENCED and LM_CANCELLED when it runs as a job.
 */
LM_MUST_USE lm_code scraper_import_run(struct lm_ctx *ctx, const char *id, bool is_preview,
                                       lm_err *err);
LM_MUST_USE lm_code scraper_import_undo(struct lm_ctx *ctx, const char *id, lm_err *err);
/* For one batch of what `ctx` does: the same tenant, deadline and job, memory of its own. lm_ctx_free. */
struct lm_ctx *scraper_import_batch_ctx(struct lm_ctx *ctx);
/* Notes how what ran has ended, if it still stands as `from`. Begins a transaction, which the caller commits. */
LM_MUST_USE lm_code scraper_import_end(struct lm_ctx *ctx, const char *id,
                                       Scraper__ImportStatus from, Scraper__ImportStatus to,
                                       const char *error_message, lm_err *err);

/* ---- batch.c ---- */

struct scraper_import_row {
    int number;
    Lm__Company *found; /* as the row says; NULL when it was rejected */
    struct scraper_row_problem problem;
    lm_str *cells; /* of a rejected row */
    size_t n_cells;
    /* afterwards */
    Scraper__RowResult result;
    Lm__Company *known;          /* the company, which may be new; NULL of a new one in a preview */
    Lm__Company *before, *after; /* what of it was changed */
    const char *field, *message; /* of a conflict or a skipped row */
};
/* Domains and names that a file has shown so far, as hashes, for previews: 8 MiB at most. */
struct scraper_seen;
struct scraper_seen *scraper_seen_new(struct lm_arena *a, uint64_t file_bytes);
/* Whether the company's domain, or else its name, was shown before; it is from now on. */
bool scraper_seen_before(struct scraper_seen *seen, struct lm_arena *a, const Lm__Company *c);

struct scraper_batch_how {
    const char *import_id;
    Scraper__ImportStrategy strategy;
    struct scraper_seen *seen; /* a preview: nothing is written, and strategy does not count */
};
/*
 * In the open transaction: which companies these are, and what becomes of them. Companies and events are written; rows
 * have their results.
 */
LM_MUST_USE lm_code scraper_import_batch(struct lm_ctx *ctx, const struct scraper_batch_how *how,
                                         struct scraper_import_row *rows, size_t n, lm_err *err);

/* ---- feed.c ---- */

/*
 * The rows of a file, read ahead by a thread of its own: while the database has one batch, the next is read, checked and
 * normalised. At most two batches are in memory.
 */
struct scraper_feed;
struct scraper_filled {
    struct lm_ctx *ctx; /* the batch's; lm_ctx_free gives all of it back */
    struct scraper_import_row *rows;
    int n;
    uint64_t at; /* of the file, behind it */
};
/* `m` and `mapping` stay until it is stopped. Rows up to `behind` are passed over. */
LM_MUST_USE lm_code scraper_feed_start(struct lm_ctx *ctx, const Scraper__Import *m,
                                       const struct scraper_mapping *mapping, int behind,
                                       struct scraper_feed **out, lm_err *err);
/* *out is NULL behind the last one. Errors: of the file. */
LM_MUST_USE lm_code scraper_feed_next(struct scraper_feed *feed, struct scraper_filled **out,
                                      lm_err *err);
void scraper_feed_stop(struct scraper_feed *feed);

/* ---- diff.c ---- */

/*
 * What differs between two states of a company, of the fields that imports write: *before holds the old values, *after
 * the new ones. False: nothing.
 */
bool scraper_company_diff(struct lm_arena *a, const Lm__Company *was, const Lm__Company *is,
                          Lm__Company **before, Lm__Company **after);
/* The first field that a diff's `after` has. */
const char *scraper_company_first_field(const Lm__Company *after);
/* The file's values count; what the file leaves open stays. */
void scraper_company_overwrite(struct lm_arena *a, Lm__Company *company, const Lm__Company *found);
/* What the company has stays. */
void scraper_company_fill(struct lm_arena *a, Lm__Company *company, const Lm__Company *found);

#endif
