/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `leadmachine replay`: parked events and dead jobs, shown and tried again. They are shown out of the database,
 * whether the stack runs or not; they are replayed by the service itself, which has the handlers: asked over the bus.
 */
#include <getopt.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/proc_internal.h"
#include "common/service_internal.h"
#include "common/str.h"
#include "gen/envelope.pb-c.h"
#include "tools/leadmachine/command.h"
#include "tools/leadmachine/doctor.h"
#include "tools/leadmachine/stack.h"

enum { CALL_MS = 60000, MEMORY = 16 << 20, WORKERS = 1, IDS_MAX = 1000 };

struct wanted {
    const char *dir, *service;
    bool lists, parked, dead;
    char source[32];
    int64_t seqs[IDS_MAX];
    char *job_ids[IDS_MAX];
    size_t n_seqs, n_job_ids;
};

/* ------- what there is ------- */

/* One JSON object a row. Errors hold no personal data (STYLE 5). Not SELECT … FROM all schemas: each is asked alone. */
static const char list[] =
    "SELECT format('SELECT json_build_object(''service'', %1$L, ''what'', ''parked'', ''id'', source || '':'' || seq,"
    " ''type'', type, ''subject_id'', subject_id, ''code'', code, ''error'', error, ''since'', parked_at)"
    " FROM %1$I.event_parked ORDER BY source, seq', $1::text),"
    "       format('SELECT json_build_object(''service'', %1$L, ''what'', ''dead'', ''id'', id, ''tenant_id'', tenant_id,"
    " ''kind'', kind, ''attempts'', attempts, ''code'', last_code, ''error'', last_error)"
    " FROM %1$I.job WHERE state = ''dead'' ORDER BY tenant_id, id', $1::text)";

static lm_code print_rows(PGconn *pg, const char *sql, lm_err *err)
{
    PGresult *res;

    if (!PQsendQuery(pg, sql) || !PQsetSingleRowMode(pg))
        return lm_fail(err, LM_UNAVAILABLE, "PostgreSQL does not answer: %s", PQerrorMessage(pg));
    while ((res = PQgetResult(pg))) {
        if (PQresultStatus(res) == PGRES_SINGLE_TUPLE)
            printf("%s\n", PQgetvalue(res, 0, 0));
        else if (PQresultStatus(res) != PGRES_TUPLES_OK)
            lm_fail(err, LM_UNAVAILABLE, "%s", PQerrorMessage(pg));
        PQclear(res);
    }
    return err->code;
}

static lm_code list_service(PGconn *pg, const char *service, lm_err *err)
{
    PGresult *res = PQexecParams(pg, list, 1, NULL, &service, NULL, NULL, 0);

    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        lm_fail(err, LM_UNAVAILABLE, "%s", PQerrorMessage(pg));
    for (int i = 0; i < 2 && err->code == LM_OK; i++)
        (void)!print_rows(pg, PQgetvalue(res, 0, i), err);
    PQclear(res);
    return err->code;
}

static lm_code show_all(const struct wanted *w, lm_err *err)
{
    PGconn *pg;

    if (doctor_connect(w->dir, &pg, err) == LM_OK)
        for (size_t i = 0; i < STACK_SERVICES && err->code == LM_OK; i++)
            if (!w->service || strcmp(w->service, stack_services[i]) == 0)
                (void)!list_service(pg, stack_services[i], err);
    PQfinish(pg);
    return err->code;
}

/* ------- once more ------- */

static void refuse_call(void *arg LM_UNUSED, struct lm_bus_call *call,
                        const struct lm_bus_request *request LM_UNUSED)
{
    struct lm_bus_answer a = {.err = LM_ERR_INIT};

    lm_fail(&a.err, LM_NOT_READY, "this is a command line");
    lm_bus_answer(call, &a);
}

static void ignore_event(void *arg LM_UNUSED, const char *sender LM_UNUSED,
                         const char *replica LM_UNUSED, const char *kind LM_UNUSED,
                         lm_str body LM_UNUSED)
{
}

/* On ports of its own: beside a service in the same container it would not get the usual ones. */
static lm_code join_bus(struct lm_proc *proc, lm_err *err)
{
    const struct lm_bus_handlers handlers = {.on_call = refuse_call, .on_event = ignore_event};

    snprintf(proc->replica, sizeof(proc->replica), "cli-%d", (int)getpid());
    lm_settings.bus_call_port = lm_settings.bus_event_port = 0;
    lm_settings.bus_calls_max = WORKERS;
    return lm_settings_start_bus(proc, &handlers, err);
}

static lm_code ask(struct lm_proc *proc, struct wanted *w, lm_err *err)
{
    struct lm_ctx *ctx = lm_ctx_new(proc, NULL, CALL_MS, MEMORY);
    Lm__ReplayRequest in = LM__REPLAY_REQUEST__INIT;
    Lm__ReplayResponse *out;

    ctx->role = LM_ROLE_SYSTEM;
    lm_id_new(ctx->request_id);
    in.has_parked = in.has_dead = true;
    in.parked = w->parked;
    in.dead = w->dead;
    in.source = w->source[0] ? w->source : NULL;
    in.seqs = w->seqs;
    in.n_seqs = w->n_seqs;
    in.job_ids = w->job_ids;
    in.n_job_ids = w->n_job_ids;
    if (lm_call(ctx, w->service, "Replay", &in.base, &lm__replay_response__descriptor, &out, err) ==
        LM_OK)
        printf("{\"service\":\"%s\",\"applied\":%lld,\"left\":%lld,\"revived\":%lld}\n", w->service,
               (long long)out->applied, (long long)out->left, (long long)out->revived);
    lm_ctx_free(ctx);
    return err->code;
}

static lm_code replay_service(struct wanted *w, lm_err *err)
{
    static const struct lm_service skeleton = {.name = "leadmachine"};
    struct lm_proc proc = {.service = &skeleton};

    if (stack_settings(w->dir, err) || join_bus(&proc, err))
        return err->code;
    (void)!ask(&proc, w, err);
    lm_bus_stop(proc.bus);
    return err->code;
}

/* ------- arguments ------- */

/* SOURCE:SEQ is a parked event, anything else a job. False: too many, or of two logs. */
static bool take_id(struct wanted *w, char *text)
{
    lm_str rest = lm_str_z(text), source;

    if (lm_str_chr(rest, ':', 0) < 0) {
        if (!lm_id_valid(rest) || w->n_job_ids == IDS_MAX)
            return false;
        w->job_ids[w->n_job_ids++] = text;
        w->dead = true;
        return true;
    }
    if (!lm_str_split(&rest, ':', &source) || source.n >= sizeof(w->source) ||
        w->n_seqs == IDS_MAX || !lm_str_int(rest, &w->seqs[w->n_seqs]) ||
        (w->source[0] && !lm_str_eqz(source, w->source)))
        return false;
    snprintf(w->source, sizeof(w->source), "%.*s", LM_FMT(source));
    w->n_seqs++;
    w->parked = true;
    return true;
}

static bool is_service(const char *name)
{
    for (size_t i = 0; i < STACK_SERVICES; i++)
        if (strcmp(stack_services[i], name) == 0)
            return true;
    return false;
}

static bool arguments(int argc, char **argv, struct wanted *w)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"list", no_argument, NULL, 'l'},
        {"parked", no_argument, NULL, 'p'},
        {"dead", no_argument, NULL, 'x'},
        {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            w->dir = optarg;
        else if (c == 'l')
            w->lists = true;
        else if (c == 'p')
            w->parked = true;
        else if (c == 'x')
            w->dead = true;
        else
            return false;
    }
    if (optind < argc && !is_service(w->service = argv[optind++]))
        return false;
    while (optind < argc)
        if (w->lists || !take_id(w, argv[optind++]))
            return false;
    if (!w->parked && !w->dead)
        w->parked = w->dead = true;
    return w->lists || w->service;
}

static int replay(int argc, char **argv)
{
    static struct wanted w;
    lm_err err = LM_ERR_INIT;

    if (!arguments(argc, argv, &w))
        return cli_usage(&cli_replay);
    if (w.lists ? show_all(&w, &err) : replay_service(&w, &err)) {
        fprintf(stderr, "leadmachine replay: %s\n", err.message);
        return CLI_FAILED;
    }
    return CLI_OK;
}

const struct cli_command cli_replay = {
    "replay",
    "--list [SERVICE] | SERVICE [--parked] [--dead] [SOURCE:SEQ | JOB]…  [--dir DIR]",
    "shows parked events and dead jobs, one JSON object a line, or has a service try them again; a parked event takes"
    " the earlier ones of its subject along",
    replay,
};
