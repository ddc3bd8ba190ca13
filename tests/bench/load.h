/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BENCH_LOAD_H
#define LM_BENCH_LOAD_H

#include <libpq-fe.h>

#include "common/buf.h"

/*
 * A million rows into a table of the product within seconds: as the superuser by COPY, the indexes made
 * afterwards. The table is then what it would be had they come one by one, only that its indexes are fuller.
 * Every failure ends the program: a bench that could not load has nothing to measure.
 */
PGconn *bench_pg(const char *url);
/* Statements without values; the first value of the first row, or "". The caller frees. */
char *bench_sql(PGconn *pg, const char *fmt, ...) LM_PRINTF(2, 3);
int64_t bench_sql_int(PGconn *pg, const char *fmt, ...) LM_PRINTF(2, 3);

/* Takes the indexes and the primary key of a table away, and makes them again. `table` with its schema. */
void bench_indexes_drop(PGconn *pg, const char *table);
void bench_indexes_make(PGconn *pg, const char *table);

/* Rows of COPY, text format: begin, rows into `line` (bench_copy_row sends and empties it), end. */
void bench_copy_begin(PGconn *pg, const char *table_and_columns);
void bench_copy_row(PGconn *pg, struct lm_buf *line);
void bench_copy_end(PGconn *pg, struct lm_buf *line);

#endif
