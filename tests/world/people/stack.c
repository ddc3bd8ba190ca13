/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/stack.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/buf.h"
#include "common/str.h"

struct stack {
    PGconn *conn;
    bool is_broken; /* to be connected again before the next question */
};

enum { QUERY_LIMIT = 64 * 1024 };

/* Whatever has the plumbing of a service is one: the seven of a stack, fewer in a test. */
static const char schemas[] = "SELECT quote_ident(n.nspname), quote_literal(n.nspname)"
                              "  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                              " WHERE c.relname = 'event_head' ORDER BY n.nspname";

/* Jobs and events of one schema, as columns of a row. $1 is the business time. */
static const char of_schema[] =
    "SELECT (SELECT count(*) FROM %1$s.job WHERE state = 'running') AS running,"
    "       (SELECT count(*) FROM %1$s.job WHERE state = 'ready'"
    "           AND run_at <= to_timestamp($1::bigint / 1000.0)) AS due,"
    "       (SELECT count(*) FROM %1$s.job WHERE state = 'dead') AS dead,"
    "       (SELECT min(run_at) FROM %1$s.job WHERE state = 'ready') AS next_at,"
    "       (SELECT count(*) FROM %1$s.event_new) AS unnumbered,"
    "       (SELECT count(*) FROM %1$s.consumer_cursor c JOIN heads h USING (source)"
    "         WHERE c.seq < h.head) AS unapplied";

static const char totals[] =
    "SELECT sum(running)::bigint, sum(due)::bigint, sum(unnumbered)::bigint, sum(unapplied)::bigint,"
    "       sum(dead)::bigint, ceil(extract(epoch FROM min(next_at)) * 1000)::bigint,"
    "       (SELECT sum(head) FROM heads)::bigint FROM s";

static const char answers[] = "SELECT count(*) FROM tracker.event"
                              " WHERE type IN ('tracker.ReplyReceived', 'tracker.BounceReceived')";

static lm_code database_error(struct stack *s, PGresult *r, lm_err *err)
{
    PQclear(r);
    s->is_broken = PQstatus(s->conn) != CONNECTION_OK;
    return lm_fail(err, LM_UNAVAILABLE, "database: %s", PQerrorMessage(s->conn));
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral" /* of_schema is a constant of this file */
static void write_query(struct lm_buf *b, const PGresult *names)
{
    lm_buf_appendz(b, "WITH heads AS MATERIALIZED (");
    for (int i = 0; i < PQntuples(names); i++)
        lm_buf_printf(b, "%sSELECT %s AS source, head FROM %s.event_head", i ? " UNION ALL " : "",
                      PQgetvalue(names, i, 1), PQgetvalue(names, i, 0));
    lm_buf_appendz(b, "), s AS (");
    for (int i = 0; i < PQntuples(names); i++) {
        lm_buf_appendz(b, i ? " UNION ALL " : "");
        lm_buf_printf(b, of_schema, PQgetvalue(names, i, 0));
    }
    lm_buf_appendz(b, ") ");
    lm_buf_appendz(b, totals);
}
#pragma GCC diagnostic pop

static lm_code prepare(struct stack *s, lm_err *err)
{
    PGresult *r = PQexec(s->conn, schemas);
    struct lm_buf query;
    bool is_good;

    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return database_error(s, r, err);
    lm_buf_init(&query, QUERY_LIMIT);
    write_query(&query, r);
    PQclear(r);
    r = PQprepare(s->conn, "look", lm_buf_z(&query), 0, NULL);
    is_good = PQresultStatus(r) == PGRES_COMMAND_OK;
    lm_buf_fini(&query);
    if (!is_good)
        return database_error(s, r, err);
    PQclear(r);
    return LM_OK;
}

lm_code stack_open(const char *url, struct stack **out, lm_err *err)
{
    struct stack *s = calloc(1, sizeof(*s));

    LM_ASSERT(s);
    s->conn = PQconnectdb(url);
    if (PQstatus(s->conn) != CONNECTION_OK)
        lm_fail(err, LM_UNAVAILABLE, "database: %s", PQerrorMessage(s->conn));
    else
        (void)!prepare(s, err);
    if (err->code) {
        stack_close(s);
        return err->code;
    }
    *out = s;
    return LM_OK;
}

void stack_close(struct stack *s)
{
    if (!s)
        return;
    PQfinish(s->conn);
    free(s);
}

/* The database is restarted in drills: then it is asked again, on a new connection. */
static lm_code be_connected(struct stack *s, lm_err *err)
{
    if (!s->is_broken)
        return LM_OK;
    PQreset(s->conn);
    if (PQstatus(s->conn) != CONNECTION_OK)
        return lm_fail(err, LM_UNAVAILABLE, "database: %s", PQerrorMessage(s->conn));
    s->is_broken = false;
    return prepare(s, err);
}

static int64_t number(const PGresult *r, int column, int64_t if_null)
{
    int64_t n = if_null;

    if (!PQgetisnull(r, 0, column) && !lm_str_int(lm_str_z(PQgetvalue(r, 0, column)), &n))
        return if_null;
    return n;
}

lm_code stack_look(struct stack *s, int64_t now_at, struct stack_state *out, lm_err *err)
{
    char now[24];
    const char *values[] = {now};
    PGresult *r;

    if (be_connected(s, err))
        return err->code;
    snprintf(now, sizeof(now), "%lld", (long long)now_at);
    r = PQexecPrepared(s->conn, "look", 1, values, NULL, NULL, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return database_error(s, r, err);
    *out = (struct stack_state){
        .running = number(r, 0, 0),
        .due = number(r, 1, 0),
        .unnumbered = number(r, 2, 0),
        .unapplied = number(r, 3, 0),
        .dead = number(r, 4, 0),
        .next_at = number(r, 5, INT64_MAX),
        .heads = number(r, 6, 0),
    };
    out->is_busy = out->running || out->due || out->unnumbered || out->unapplied;
    PQclear(r);
    return LM_OK;
}

lm_code stack_answers(struct stack *s, int64_t *out, lm_err *err)
{
    PGresult *r;

    if (be_connected(s, err))
        return err->code;
    r = PQexec(s->conn, answers);
    if (PQresultStatus(r) != PGRES_TUPLES_OK)
        return database_error(s, r, err);
    *out = number(r, 0, 0);
    PQclear(r);
    return LM_OK;
}
