/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template URL DIR…: makes the database lm_template anew and migrates all services of the given
 * folders into it. Every pg test then works on a copy of it.
 */
#include "common/migrate.h"

#include <libpq-fe.h>

static void run(PGconn *pg, const char *sql)
{
    PGresult *res = PQexec(pg, sql);

    if (PQresultStatus(res) != PGRES_COMMAND_OK)
        lm_die("%s: %s", sql, PQerrorMessage(pg));
    PQclear(res);
}

static void quiet(void *arg LM_UNUSED, const PGresult *res LM_UNUSED)
{
}

int main(int argc, char **argv)
{
    char url[512];
    PGconn *pg;

    if (argc < 3)
        lm_die("usage: template URL DIR…");
    snprintf(url, sizeof(url), "%s dbname=postgres", argv[1]);
    pg = PQconnectdb(url);
    if (PQstatus(pg) != CONNECTION_OK)
        lm_die("%s", PQerrorMessage(pg));
    PQsetNoticeReceiver(pg, quiet, NULL);
    run(pg, "DROP DATABASE IF EXISTS lm_template WITH (FORCE)");
    run(pg, "CREATE DATABASE lm_template");
    PQfinish(pg);

    snprintf(url, sizeof(url), "%s dbname=lm_template", argv[1]);
    for (int i = 2; i < argc; i++) {
        struct lm_migrate_options o = {.url = url, .dir = argv[i]};
        lm_err err = LM_ERR_INIT;

        if (lm_migrate_up(&o, &err))
            lm_die("%s: %s", argv[i], err.message);
    }
    return 0;
}
