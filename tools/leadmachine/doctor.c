/* SPDX-License-Identifier: Apache-2.0 */
/* `leadmachine doctor data`: whether the log and its effects agree, on a living stack or a stopped one. */
#include <getopt.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/migrate.h"
#include "common/service_internal.h"
#include "tools/leadmachine/command.h"
#include "tools/leadmachine/doctor.h"
#include "tools/leadmachine/stack.h"

enum { REPORT_BYTES = 1 << 20 };

/*
 * Every step reads by an index and joins by one: the statistics of a table that was empty a minute ago would
 * say otherwise, and a hash of a whole table for each step of another costs the product of both.
 */
static const char settings[] =
    "SET statement_timeout = '10min'; SET lock_timeout = '5s'; SET jit = off;"
    "SET enable_hashjoin = off; SET enable_mergejoin = off;"
    "SET random_page_cost = 1.1; SET timezone = 'UTC'; SET search_path = pg_catalog;"
    "SET default_transaction_read_only = on";

/* Under row security that lets nothing through, everything would look well. */
static const char sees_all[] =
    "SELECT current_user = '" LM_DOCTOR_ROLE
    "' OR rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";

static lm_code open_session(PGconn *pg, lm_err *err)
{
    PGresult *res;
    bool is_good;

    if (PQstatus(pg) != CONNECTION_OK)
        return lm_fail(err, LM_UNAVAILABLE, "PostgreSQL does not answer: %s", PQerrorMessage(pg));
    res = PQexec(pg, settings);
    is_good = PQresultStatus(res) == PGRES_COMMAND_OK;
    PQclear(res);
    if (!is_good)
        return lm_fail(err, LM_UNAVAILABLE, "PostgreSQL: %s", PQerrorMessage(pg));
    res = PQexec(pg, sees_all);
    is_good = PQntuples(res) == 1 && strcmp(PQgetvalue(res, 0, 0), "t") == 0;
    PQclear(res);
    if (!is_good)
        return lm_fail(err, LM_FORBIDDEN,
                       "db.url names a role that does not see all tenants; " LM_DOCTOR_ROLE
                       " does, and is taken when it names none");
    return LM_OK;
}

static PGconn *connect_db(const char *url)
{
    static const char limit[] = "10";
    const char *const keywords[] = {"dbname", "connect_timeout", "fallback_application_name", NULL};
    const char *const values[] = {url, limit, "leadmachine doctor", NULL};

    return PQconnectdbParams(keywords, values, 1);
}

static void put_check(struct lm_buf *b, const struct doctor_check *c, const struct doctor_result *r)
{
    lm_buf_printf(b, "{\"name\":\"%s\",\"schema\":\"%s\",\"ok\":%s,\"count\":%lld,\"examples\":[",
                  c->name, c->schema, r->is_bad ? "false" : "true", (long long)r->count);
    for (size_t i = 0; i < r->n_examples; i++) {
        if (i > 0)
            lm_buf_char(b, ',');
        lm_buf_json(b, lm_str_z(r->examples[i]));
    }
    lm_buf_appendz(b, "]}");
}

static lm_code examine(PGconn *pg, bool shows_progress, struct lm_buf *checks, bool *is_ok,
                       lm_err *err)
{
    *is_ok = true;
    for (const struct doctor_check *c = doctor_checks; c->name; c++) {
        struct doctor_result r;

        if (doctor_run(pg, c, shows_progress, &r, err))
            return lm_wrap(err, "%s of %s", c->name, c->schema);
        *is_ok &= !r.is_bad;
        if (c != doctor_checks)
            lm_buf_appendz(checks, ",\n");
        put_check(checks, c, &r);
    }
    return LM_OK;
}

lm_code doctor_connect(const char *dir, PGconn **out, lm_err *err)
{
    char *url = NULL;

    *out = NULL;
    if (stack_settings(dir, err) || lm_settings_db_url(lm_settings.db_url, "doctor", &url, err))
        return err->code;
    *out = connect_db(url);
    free(url);
    return open_session(*out, err);
}

static lm_code report(const char *dir, bool shows_progress, bool *is_ok, lm_err *err)
{
    struct lm_buf checks;
    PGconn *pg;

    lm_buf_init(&checks, REPORT_BYTES);
    if (doctor_connect(dir, &pg, err) == LM_OK &&
        examine(pg, shows_progress, &checks, is_ok, err) == LM_OK)
        printf("{\"ok\":%s,\"checks\":[\n%s\n]}\n", *is_ok ? "true" : "false", lm_buf_z(&checks));
    lm_buf_fini(&checks);
    PQfinish(pg);
    return err->code;
}

static int doctor(int argc, char **argv)
{
    static const struct option options[] = {
        {"dir", required_argument, NULL, 'd'},
        {"json", no_argument, NULL, 'j'},
        {"progress", no_argument, NULL, 'p'},
        {NULL, 0, NULL, 0},
    };
    bool shows_progress = isatty(STDERR_FILENO), is_ok = false;
    const char *dir = NULL;
    lm_err err = LM_ERR_INIT;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'd')
            dir = optarg;
        else if (c == 'p')
            shows_progress = true;
        else if (c != 'j')
            return cli_usage(&cli_doctor);
    }
    if (optind + 1 != argc || strcmp(argv[optind], "data") != 0)
        return cli_usage(&cli_doctor);
    if (report(dir, shows_progress, &is_ok, &err)) {
        fprintf(stderr, "leadmachine doctor: %s\n", err.message);
        return CLI_FAILED;
    }
    return is_ok ? CLI_OK : CLI_FAILED;
}

const struct cli_command cli_doctor = {
    "doctor",
    "data [--dir DIR] [--json] [--progress]",
    "compares the log with its effects and prints what does not agree, as JSON; exit 1 when something does not",
    doctor,
};
