/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/load.h"

#include <stdarg.h>
#include <stdlib.h>

#include "common/err.h"
#include "common/str.h"

enum { SQL_MAX = 16 << 10, COPY_AT_ONCE = 64 << 10 };

static void ignore_notice(void *arg LM_UNUSED, const PGresult *res LM_UNUSED)
{
}

PGconn *bench_pg(const char *url)
{
    PGconn *pg = PQconnectdb(url);

    if (PQstatus(pg) != CONNECTION_OK)
        lm_die("%s", PQerrorMessage(pg));
    PQsetNoticeReceiver(pg, ignore_notice, NULL);
    return pg;
}

static char *run(PGconn *pg, const char *sql)
{
    PGresult *res = PQexec(pg, sql);
    ExecStatusType status = PQresultStatus(res);
    char *value;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN)
        lm_die("%sin %.400s", PQerrorMessage(pg), sql);
    value = strdup(status == PGRES_TUPLES_OK && PQntuples(res) > 0 ? PQgetvalue(res, 0, 0) : "");
    LM_ASSERT(value != NULL);
    PQclear(res);
    return value;
}

char *bench_sql(PGconn *pg, const char *fmt, ...)
{
    char sql[SQL_MAX];
    va_list ap;

    va_start(ap, fmt);
    LM_ASSERT(vsnprintf(sql, sizeof(sql), fmt, ap) < (int)sizeof(sql));
    va_end(ap);
    return run(pg, sql);
}

int64_t bench_sql_int(PGconn *pg, const char *fmt, ...)
{
    char sql[SQL_MAX], *value;
    int64_t n;
    va_list ap;

    va_start(ap, fmt);
    LM_ASSERT(vsnprintf(sql, sizeof(sql), fmt, ap) < (int)sizeof(sql));
    va_end(ap);
    value = run(pg, sql);
    if (!lm_str_int(lm_str_z(value), &n))
        lm_die("%s: no integer", sql);
    free(value);
    return n;
}

void bench_indexes_drop(PGconn *pg, const char *table)
{
    free(bench_sql(
        pg,
        "CREATE SCHEMA IF NOT EXISTS bench;"
        "CREATE TABLE IF NOT EXISTS bench.made_again (tbl regclass, is_key boolean, sql text);"
        "DO $$ DECLARE r record; BEGIN"
        "  INSERT INTO bench.made_again"
        "  SELECT indrelid, indisprimary,"
        "         CASE WHEN indisprimary THEN format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', indrelid::regclass,"
        "           conname, pg_get_constraintdef(k.oid)) ELSE pg_get_indexdef(indexrelid) END"
        "    FROM pg_index LEFT JOIN pg_constraint k ON conindid = indexrelid AND contype = 'p'"
        "   WHERE indrelid = '%s'::regclass;"
        "  FOR r IN SELECT indexrelid::regclass AS name, indisprimary, conname FROM pg_index"
        "             LEFT JOIN pg_constraint k ON conindid = indexrelid AND contype = 'p'"
        "            WHERE indrelid = '%s'::regclass LOOP"
        "    IF r.indisprimary THEN EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %%I', r.conname);"
        "    ELSE EXECUTE format('DROP INDEX %%s', r.name); END IF;"
        "  END LOOP; END $$",
        table, table, table));
}

void bench_indexes_make(PGconn *pg, const char *table)
{
    free(bench_sql(pg,
                   "SET maintenance_work_mem = '1GB'; SET max_parallel_maintenance_workers = 2"));
    free(bench_sql(
        pg,
        "DO $$ DECLARE r record; BEGIN"
        "  FOR r IN SELECT sql FROM bench.made_again WHERE tbl = '%s'::regclass ORDER BY is_key DESC LOOP"
        "    EXECUTE r.sql; END LOOP;"
        "  DELETE FROM bench.made_again WHERE tbl = '%s'::regclass; END $$",
        table, table));
    free(bench_sql(pg, "VACUUM (FREEZE, ANALYZE) %s", table));
}

void bench_copy_begin(PGconn *pg, const char *table_and_columns)
{
    free(bench_sql(pg, "COPY %s FROM STDIN", table_and_columns));
}

static void send(PGconn *pg, struct lm_buf *line)
{
    if (line->failed || PQputCopyData(pg, line->p, (int)line->n) != 1)
        lm_die("COPY: %s", PQerrorMessage(pg));
    lm_buf_clear(line);
}

void bench_copy_row(PGconn *pg, struct lm_buf *line)
{
    if (line->n >= COPY_AT_ONCE)
        send(pg, line);
}

void bench_copy_end(PGconn *pg, struct lm_buf *line)
{
    PGresult *res;

    send(pg, line);
    if (PQputCopyEnd(pg, NULL) != 1)
        lm_die("COPY: %s", PQerrorMessage(pg));
    while ((res = PQgetResult(pg))) {
        if (PQresultStatus(res) != PGRES_COMMAND_OK)
            lm_die("COPY: %s", PQerrorMessage(pg));
        PQclear(res);
    }
}
