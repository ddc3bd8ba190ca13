/* SPDX-License-Identifier: Apache-2.0 */
/* One check of `leadmachine doctor data`: a statement, or many over the steps of a log or of a table's key. */
#include "tools/leadmachine/doctor.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/str.h"

enum {
    VALUES = 3,
    KEY_SIZE = 128,
    TRIES = 3,
    RETRY_MS = 500,
    LOOK_AGAIN_MS = 5000,
    LOOK_EVERY_MS = 500,
    PROGRESS_MS = 200,
};
#define FIRST_UUID "00000000-0000-0000-0000-000000000000"

struct run {
    PGconn *pg;
    const struct doctor_check *check;
    struct doctor_result *out;
    bool shows_progress;
    int64_t shown_at;
};

/* ------- statements ------- */

static bool is_transient(const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    return state && (strncmp(state, "40", 2) == 0 || strncmp(state, "55", 2) == 0);
}

static lm_code failed(PGconn *pg, const PGresult *res, lm_err *err)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);

    if (!state || strncmp(state, "57", 2) == 0)
        return lm_fail(err, LM_UNAVAILABLE, "PostgreSQL does not answer: %s", PQerrorMessage(pg));
    if (strcmp(state, "42P01") == 0 || strcmp(state, "3F000") == 0 || strcmp(state, "42501") == 0)
        return lm_fail(err, LM_NOT_READY,
                       "%s; `leadmachine migrate up` brings the schemas to this version",
                       PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
    return lm_fail(err, LM_INTERNAL, "%s", PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY));
}

static void take_row(struct doctor_result *out, const PGresult *res)
{
    bool is_figure = PQnfields(res) > 1;
    int64_t n = 1;

    if (is_figure)
        (void)!lm_str_int(lm_str_z(PQgetvalue(res, 0, 1)), &n);
    out->count += n;
    out->is_bad |= !is_figure || PQgetvalue(res, 0, 2)[0] == 't';
    if (out->n_examples < DOCTOR_EXAMPLES)
        snprintf(out->examples[out->n_examples++], DOCTOR_EXAMPLE_SIZE, "%s",
                 PQgetvalue(res, 0, 0));
}

/* Row by row: what is found needs no memory, however much it is. */
static lm_code send(struct run *r, const char *sql, const char *const *values, int n, bool *again,
                    lm_err *err)
{
    PGresult *res;

    *again = false;
    if (!PQsendQueryParams(r->pg, sql, n, NULL, values, NULL, NULL, 0) ||
        !PQsetSingleRowMode(r->pg))
        return lm_fail(err, LM_UNAVAILABLE, "PostgreSQL does not answer: %s",
                       PQerrorMessage(r->pg));
    while ((res = PQgetResult(r->pg))) {
        ExecStatusType status = PQresultStatus(res);

        if (status == PGRES_SINGLE_TUPLE)
            take_row(r->out, res);
        else if (status != PGRES_TUPLES_OK && err->code == LM_OK) {
            *again = is_transient(res);
            failed(r->pg, res, err);
        }
        PQclear(res);
    }
    return err->code;
}

/* A step that met a lock or a partition's end is taken once more, and counted once. */
static lm_code step(struct run *r, const char *sql, const char *const *values, int n, lm_err *err)
{
    const struct doctor_result before = *r->out;

    for (int i = 1; i <= TRIES; i++) {
        bool again;

        if (send(r, sql, values, n, &again, err) == LM_OK || !again || i == TRIES)
            break;
        *r->out = before;
        lm_err_clear(err);
        lm_sleep_ms(RETRY_MS);
    }
    return err->code;
}

/* One row of two texts; *is_there says whether there was one. */
static lm_code ask(PGconn *pg, const char *sql, const char *const *values, int n,
                   char out[2][KEY_SIZE], bool *is_there, lm_err *err)
{
    PGresult *res = PQexecParams(pg, sql, n, NULL, values, NULL, NULL, 0);

    *is_there = false;
    if (PQresultStatus(res) != PGRES_TUPLES_OK) {
        failed(pg, res, err);
    } else if (PQntuples(res) > 0) {
        *is_there = true;
        for (int i = 0; i < 2; i++)
            snprintf(out[i], KEY_SIZE, "%s", PQgetvalue(res, 0, i));
    }
    PQclear(res);
    return err->code;
}

/* ------- progress ------- */

static void show(struct run *r, const char *where)
{
    int64_t now = lm_mono_ms();

    if (!r->shows_progress || now - r->shown_at < PROGRESS_MS)
        return;
    r->shown_at = now;
    fprintf(stderr, "\r%s %s %s\033[K", r->check->schema, r->check->name, where);
}

static void show_end(const struct run *r)
{
    if (r->shown_at > 0)
        fprintf(stderr, "\r\033[K");
}

/* ------- walks ------- */

static lm_code over_log(struct run *r, lm_err *err)
{
    char ends[2][KEY_SIZE], from[32], upto[32], where[KEY_SIZE * 2];
    int64_t at = 0, head = 0;
    bool is_there;

    if (ask(r->pg, r->check->over, NULL, 0, ends, &is_there, err))
        return err->code;
    if (!is_there || !lm_str_int(lm_str_z(ends[0]), &at) || !lm_str_int(lm_str_z(ends[1]), &head))
        return lm_fail(err, LM_NOT_READY, "the log has no head");
    while (at < head) {
        int64_t next = LM_MIN(at + DOCTOR_STEP_EVENTS, head);
        const char *values[] = {from, upto};

        snprintf(from, sizeof(from), "%lld", (long long)at);
        snprintf(upto, sizeof(upto), "%lld", (long long)next);
        if (step(r, r->check->sql, values, 2, err))
            return err->code;
        at = next;
        snprintf(where, sizeof(where), "%s of %s", upto, ends[1]);
        show(r, where);
    }
    return LM_OK;
}

static lm_code over_keys(struct run *r, lm_err *err)
{
    const char *first = r->check->walk == DOCTOR_TEXT_KEYS ? "" : FIRST_UUID;
    char from[2][KEY_SIZE] = {FIRST_UUID}, upto[2][KEY_SIZE];
    bool goes_on = true;
    char where[64];

    snprintf(from[1], KEY_SIZE, "%s", first);
    for (int64_t steps = 1; goes_on; steps++) {
        const char *key[] = {from[0], from[1]};
        const char *values[VALUES] = {upto[0], from[1], upto[1]};

        if (ask(r->pg, r->check->over, key, 2, upto, &goes_on, err) || !goes_on)
            return err->code;
        if (strcmp(from[0], upto[0]) != 0)
            snprintf(from[1], KEY_SIZE, "%s", first);
        if (step(r, r->check->sql, values, VALUES, err))
            return err->code;
        memcpy(from, upto, sizeof(from));
        snprintf(where, sizeof(where), "step %lld", (long long)steps);
        show(r, where);
    }
    return LM_OK;
}

static lm_code over_catalogue(struct run *r, lm_err *err)
{
    PGresult *res = PQexec(r->pg, r->check->over);

    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        failed(r->pg, res, err);
    else if (PQgetisnull(res, 0, 0))
        lm_fail(err, LM_NOT_READY, "schema %s has no tables of tenants", r->check->schema);
    else
        (void)!step(r, PQgetvalue(res, 0, 0), NULL, 0, err);
    PQclear(res);
    return err->code;
}

static lm_code walk(struct run *r, lm_err *err)
{
    *r->out = (struct doctor_result){.count = 0};
    switch (r->check->walk) {
    case DOCTOR_LOG:
        return over_log(r, err);
    case DOCTOR_KEYS:
    case DOCTOR_TEXT_KEYS:
        return over_keys(r, err);
    case DOCTOR_CATALOG:
        return over_catalogue(r, err);
    case DOCTOR_ONCE:
    case DOCTOR_ONCE_MORE:
    default:
        show(r, "");
        return step(r, r->check->sql, NULL, 0, err);
    }
}

/* ------- once more ------- */

static bool has_example(const struct doctor_result *r, const char *example)
{
    for (size_t i = 0; i < r->n_examples; i++)
        if (strcmp(r->examples[i], example) == 0)
            return true;
    return false;
}

/* What was there at first and goes away is on its way. */
static lm_code look_again(struct run *r, lm_err *err)
{
    const struct doctor_result first = *r->out;
    int64_t until = lm_mono_ms() + LOOK_AGAIN_MS;
    bool is_still_there = true;

    while (is_still_there && lm_mono_ms() < until) {
        lm_sleep_ms(LOOK_EVERY_MS);
        if (walk(r, err))
            return err->code;
        is_still_there = false;
        for (size_t i = 0; i < first.n_examples; i++)
            is_still_there |= has_example(r->out, first.examples[i]);
    }
    if (!is_still_there)
        *r->out = (struct doctor_result){.count = 0};
    return LM_OK;
}

lm_code doctor_run(struct pg_conn *pg, const struct doctor_check *check, bool shows_progress,
                   struct doctor_result *out, lm_err *err)
{
    struct run r = {.pg = pg, .check = check, .out = out, .shows_progress = shows_progress};

    if (walk(&r, err) == LM_OK && out->is_bad && check->walk == DOCTOR_ONCE_MORE)
        (void)!look_again(&r, err);
    show_end(&r);
    return err->code;
}
