/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/world/people/stack.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/str.h"

struct stack {
    PGconn *conn;
};

/* Jobs and events of one schema, as columns of a row. */
#define SCHEMA(name)                                                                              \
    "SELECT (SELECT count(*) FROM " name ".job WHERE state = 'running') AS running,"              \
    "       (SELECT count(*) FROM " name ".job WHERE state = 'ready' AND run_at <= t.at) AS due," \
    "       (SELECT count(*) FROM " name ".job WHERE state = 'dead') AS dead,"                    \
    "       (SELECT min(run_at) FROM " name ".job WHERE state = 'ready') AS next_at,"             \
    "       (SELECT count(*) FROM " name ".event_new) AS unnumbered,"                             \
    "       (SELECT count(*) FROM " name ".consumer_cursor c JOIN heads h USING (source)"         \
    "         WHERE c.seq < h.head) AS unapplied FROM t"

#define HEAD(name) "SELECT '" name "' AS source, head FROM " name ".event_head"

static const char look[] =
    "WITH t AS MATERIALIZED (SELECT to_timestamp($1::bigint / 1000.0) AS at),"
    " heads AS MATERIALIZED ("
    /* clang-format off */
    HEAD("scraper") " UNION ALL " HEAD("enricher") " UNION ALL " HEAD("scorer") " UNION ALL "
    HEAD("personalizer") " UNION ALL " HEAD("mailer") " UNION ALL " HEAD("tracker") " UNION ALL "
    HEAD("gateway") "), s AS ("
    SCHEMA("scraper") " UNION ALL " SCHEMA("enricher") " UNION ALL " SCHEMA("scorer") " UNION ALL "
    SCHEMA("personalizer") " UNION ALL " SCHEMA("mailer") " UNION ALL " SCHEMA("tracker") " UNION ALL "
    SCHEMA("gateway") ")"
                                                                                                                                                                                       /* clang-format on */
                                                                                                                                                                                       " SELECT sum(running)::bigint, sum(due)::bigint, sum(unnumbered)::bigint, sum(unapplied)::bigint,"
                                                                                                                                                                                       "        sum(dead)::bigint, ceil(extract(epoch FROM min(next_at)) * 1000)::bigint,"
                                                                                                                                                                                       "        (SELECT count(*) FROM tracker.event WHERE type IN ('tracker.ReplyReceived', 'tracker.BounceReceived'))"
                                                                                                                                                                                       "   FROM s";

lm_code stack_open(const char *url, struct stack **out, lm_err *err)
{
    struct stack *s = calloc(1, sizeof(*s));
    PGresult *r;
    bool is_good;

    LM_ASSERT(s);
    s->conn = PQconnectdb(url);
    if (PQstatus(s->conn) != CONNECTION_OK) {
        lm_fail(err, LM_UNAVAILABLE, "database: %s", PQerrorMessage(s->conn));
        stack_close(s);
        return err->code;
    }
    r = PQprepare(s->conn, "look", look, 0, NULL);
    is_good = PQresultStatus(r) == PGRES_COMMAND_OK;
    PQclear(r);
    if (!is_good) {
        lm_fail(err, LM_UNAVAILABLE, "database: %s", PQerrorMessage(s->conn));
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

    snprintf(now, sizeof(now), "%lld", (long long)now_at);
    r = PQexecPrepared(s->conn, "look", 1, values, NULL, NULL, 0);
    if (PQresultStatus(r) != PGRES_TUPLES_OK) {
        lm_fail(err, LM_UNAVAILABLE, "database: %s", PQerrorMessage(s->conn));
        PQclear(r);
        return err->code;
    }
    *out = (struct stack_state){
        .running = number(r, 0, 0),
        .due = number(r, 1, 0),
        .unnumbered = number(r, 2, 0),
        .unapplied = number(r, 3, 0),
        .dead = number(r, 4, 0),
        .next_at = number(r, 5, INT64_MAX),
        .answers = number(r, 6, 0),
    };
    out->is_busy = out->running || out->due || out->unnumbered || out->unapplied;
    PQclear(r);
    return LM_OK;
}
