/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One connection in pipeline mode. Statements are put into the pipe, a sync ends the group, and then
 * every result is read. libpq never blocks here: waits are polls with a limit, so a server that is
 * frozen costs one deadline and not a thread. Two traps of libpq: PQgetResult returns NULL between
 * two results and also when nothing is to come (so results are counted), and after an error all up
 * to the sync comes back as aborted.
 */
#include "common/arena.h"
#include "common/clock.h"
#include "common/db_internal.h"
#include "common/str.h"

#include <poll.h>

enum { CONNECT_TIMEOUT_S = 3 };

/* ------- prepared statements of this connection: a set of pointers ------- */

static size_t slot_of(const struct lm_conn *c, const struct lm_sql *sql)
{
    size_t i = ((uintptr_t)sql >> 4) * 2654435761u;

    for (;; i++) {
        i &= c->cap_prepared - 1;
        if (!c->prepared[i] || c->prepared[i] == sql)
            return i;
    }
}

static bool is_prepared(const struct lm_conn *c, const struct lm_sql *sql)
{
    return c->cap_prepared > 0 && c->prepared[slot_of(c, sql)] != NULL;
}

static void resize_prepared(struct lm_conn *c, size_t cap, const struct lm_sql *without)
{
    const struct lm_sql **old = c->prepared;
    size_t old_cap = c->cap_prepared;

    c->cap_prepared = cap;
    c->prepared = calloc(cap, sizeof(struct lm_sql *));
    LM_ASSERT(c->prepared != NULL);
    for (size_t i = 0; i < old_cap; i++)
        if (old[i] && old[i] != without)
            c->prepared[slot_of(c, old[i])] = old[i];
    free(old);
}

static void note_prepared(struct lm_conn *c, const struct lm_sql *sql)
{
    if (c->n_prepared * 2 >= c->cap_prepared)
        resize_prepared(c, c->cap_prepared ? c->cap_prepared * 2 : 64, NULL);
    c->prepared[slot_of(c, sql)] = sql;
    c->n_prepared++;
}

/* Its PREPARE failed, or was skipped because something before it did. */
static void forget_prepared(struct lm_conn *c, const struct lm_sql *sql)
{
    resize_prepared(c, c->cap_prepared, sql);
    c->n_prepared--;
}

/* ------- open, close ------- */

static lm_code lost(struct lm_conn *c, lm_err *err)
{
    lm_str why = lm_str_z(PQerrorMessage(c->pg)), line = {NULL, 0};

    c->is_broken = true;
    (void)lm_str_line(&why, &line);
    return lm_fail(err, LM_UNAVAILABLE, "database: %.*s", LM_FMT(line));
}

/*
 * What holds for the session. The role has the same by itself, for poolers. Our statements are short, and the planner
 * takes those over a long table for expensive: compiling them took 30 ms of a claim among a million jobs that takes 3.
 */
static lm_code set_session(struct lm_conn *c, const char *schema, lm_err *err)
{
    static const char text[] =
        "SELECT set_config('jit', 'off', false),"
        "       CASE WHEN $1 IS NOT NULL THEN set_config('search_path', quote_ident($1) || ', pg_temp', false) END";
    PGresult *res = PQexecParams(c->pg, text, 1, (const Oid[]){25}, &schema, NULL, NULL, 0);
    bool is_good = PQresultStatus(res) == PGRES_TUPLES_OK;

    PQclear(res);
    if (!is_good || PQsetnonblocking(c->pg, 1) != 0 || PQenterPipelineMode(c->pg) != 1)
        return lost(c, err);
    return LM_OK;
}

static void ignore_notice(void *arg LM_UNUSED, const PGresult *res LM_UNUSED)
{
}

lm_code lm_conn_open(const struct lm_db_options *o, struct lm_conn **out, lm_err *err)
{
    /* What the URL says comes last and wins. */
    static const char *const keys[] = {"connect_timeout",
                                       "client_encoding",
                                       "keepalives_idle",
                                       "tcp_user_timeout",
                                       "fallback_application_name",
                                       "dbname",
                                       NULL};
    const char *const values[] = {
        "3", "UTF8", "10", "20000", o->schema ? o->schema : "leadmachine", o->url, NULL};
    struct lm_conn *c = calloc(1, sizeof(*c));
    lm_code rc;

    _Static_assert(CONNECT_TIMEOUT_S == 3, "as in the values");
    LM_ASSERT(c != NULL);
    c->pg = PQconnectdbParams(keys, values, 1);
    LM_ASSERT(c->pg != NULL);
    PQsetNoticeReceiver(c->pg, ignore_notice, NULL);
    rc = PQstatus(c->pg) == CONNECTION_OK ? set_session(c, o->schema, err) : lost(c, err);
    if (rc)
        lm_conn_close(c);
    else
        *out = c;
    return rc;
}

void lm_conn_close(struct lm_conn *c)
{
    PQfinish(c->pg);
    free(c->prepared);
    free(c);
}

bool lm_conn_is_alive(struct lm_conn *c)
{
    struct pollfd fd = {.fd = PQsocket(c->pg), .events = POLLIN};

    /* An idle connection has nothing to say but its end; a rare notice costs a new one. */
    return PQstatus(c->pg) == CONNECTION_OK && poll(&fd, 1, 0) == 0;
}

/* ------- the pipe ------- */

static void push(struct lm_conn *c, struct lm_pending p)
{
    LM_ASSERT(c->n_pending < LM_PIPELINE_MAX);
    c->pending[(c->first + c->n_pending++) % LM_PIPELINE_MAX] = p;
}

bool lm_conn_send_prepare(struct lm_conn *c, const struct lm_sql *sql)
{
    if (is_prepared(c, sql))
        return true;
    if (!PQsendPrepare(c->pg, sql->name, sql->text, 0, NULL)) {
        c->is_broken = true;
        return false;
    }
    note_prepared(c, sql);
    push(c, (struct lm_pending){.kind = LM_PENDING_PREPARE, .sql = sql});
    return true;
}

bool lm_conn_send(struct lm_conn *c, const struct lm_sql *sql, const struct lm_wire *w,
                  const struct lm_pending *how)
{
    struct lm_pending p = *how;

    if (!lm_conn_send_prepare(c, sql))
        return false;
    if (!PQsendQueryPrepared(c->pg, sql->name, w->n, w->values, w->lengths, w->formats, 0)) {
        c->is_broken = true;
        return false;
    }
    p.kind = LM_PENDING_STATEMENT;
    p.sql = sql;
    push(c, p);
    return true;
}

/* Until a result is there (it may be NULL), sending what is left to send meanwhile. */
static bool next_result(struct lm_conn *c, int64_t until_ms, PGresult **out)
{
    for (;;) {
        int unsent = PQflush(c->pg);
        int64_t left = until_ms - lm_mono_ms();
        struct pollfd fd = {.fd = PQsocket(c->pg),
                            .events = (short)(POLLIN | (unsent > 0 ? POLLOUT : 0))};

        if (unsent < 0)
            return false;
        if (unsent == 0 && !PQisBusy(c->pg))
            break;
        if (left <= 0 || (poll(&fd, 1, (int)LM_MIN(left, 60000)) > 0 && (fd.revents & ~POLLOUT) &&
                          !PQconsumeInput(c->pg)))
            return false;
    }
    *out = PQgetResult(c->pg);
    return true;
}

bool lm_sqlstate_is_transient(const char *sqlstate)
{
    static const char *const classes[] = {"08", "40", "53", "55", "57"};

    for (size_t i = 0; i < LM_COUNT(classes); i++)
        if (strncmp(sqlstate, classes[i], 2) == 0)
            return true;
    return false;
}

static lm_code code_of(const char *sqlstate)
{
    static const struct {
        const char *prefix;
        lm_code code;
    } map[] = {
        {"23505", LM_CONFLICT},      {"23P01", LM_CONFLICT},
        {"23502", LM_UNPROCESSABLE}, {"23503", LM_UNPROCESSABLE},
        {"23514", LM_UNPROCESSABLE}, {"57014", LM_DEADLINE},
        {"55P03", LM_DEADLINE},      {"LM001", LM_FENCED},
        {"0A000", LM_UNAVAILABLE}, /* cached plan must not change result type: the connection is renewed */
    };

    for (size_t i = 0; i < LM_COUNT(map); i++)
        if (strcmp(sqlstate, map[i].prefix) == 0)
            return map[i].code;
    return lm_sqlstate_is_transient(sqlstate) ? LM_UNAVAILABLE : LM_INTERNAL;
}

/* Statement, SQLSTATE and what is wrong by name; never a value, so no DETAIL. */
static void describe(const struct lm_sql *sql, const PGresult *res, struct lm_db_failure *f)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *constraint = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
    const char *column = PQresultErrorField(res, PG_DIAG_COLUMN_NAME);
    const char *primary = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);

    snprintf(f->sqlstate, sizeof(f->sqlstate), "%s", state ? state : "08006");
    f->code = code_of(f->sqlstate);
    /* Class 42 is about the statement itself and holds no data of anyone. */
    if (strncmp(f->sqlstate, "42", 2) != 0)
        primary = NULL;
    snprintf(f->message, sizeof(f->message), "statement %s: SQLSTATE %s%s%s%s%s%s%s",
             sql ? sql->name : "sync", f->sqlstate, constraint ? ", constraint " : "",
             constraint ? constraint : "", column ? ", column " : "", column ? column : "",
             primary ? ": " : "", primary ? primary : "");
}

static void take(struct lm_conn *c, struct lm_pending *p, PGresult *res, struct lm_db_failure *f)
{
    ExecStatusType status = PQresultStatus(res);
    bool is_good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

    if (!is_good && f->code == LM_OK && status != PGRES_PIPELINE_ABORTED)
        describe(p->sql, res, f);
    if (!is_good && p->kind == LM_PENDING_PREPARE)
        forget_prepared(c, p->sql);
    if (strcmp(f->sqlstate, "0A000") == 0 || strcmp(f->sqlstate, "26000") == 0)
        c->is_broken = true;
    if (is_good && p->on_result)
        p->on_result(p->arg, res);
    if (is_good && p->keep)
        *p->keep = res;
    else
        PQclear(res);
}

static void give_up(struct lm_conn *c, struct lm_db_failure *f)
{
    bool is_lost = PQstatus(c->pg) != CONNECTION_OK;

    c->is_broken = true;
    c->n_pending = 0;
    if (f->code)
        return;
    f->code = is_lost ? LM_UNAVAILABLE : LM_DEADLINE;
    snprintf(f->sqlstate, sizeof(f->sqlstate), "%s", is_lost ? "08006" : "57014");
    snprintf(f->message, sizeof(f->message), "database: %s",
             is_lost ? "the connection was lost" : "no answer in time");
}

void lm_conn_sync(struct lm_conn *c, int64_t until_ms, struct lm_db_failure *f)
{
    if (c->is_broken || !PQpipelineSync(c->pg)) {
        give_up(c, f);
        return;
    }
    push(c, (struct lm_pending){.kind = LM_PENDING_SYNC});
    while (c->n_pending > 0) {
        struct lm_pending p = c->pending[c->first];
        PGresult *res = NULL, *end = NULL;

        if (!next_result(c, until_ms, &res) || !res) {
            give_up(c, f);
            return;
        }
        c->first = (c->first + 1) % LM_PIPELINE_MAX;
        c->n_pending--;
        if (p.kind == LM_PENDING_SYNC) {
            PQclear(res);
            continue;
        }
        take(c, &p, res, f);
        if (!next_result(c, until_ms, &end) || end) { /* NULL ends the results of one statement */
            PQclear(end);
            give_up(c, f);
            return;
        }
    }
}
