/* SPDX-License-Identifier: Apache-2.0 */
/*
 * template URL DIR…: makes the databases that pg tests copy. lm_template has the schemas of all
 * services found in the folders; lm_template_<service> has its own only, which copies three times as
 * fast, because it is the number of files that costs.
 */
#include "common/migrate.h"

#include <dirent.h>
#include <libpq-fe.h>
#include <string.h>

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

/* A service's name as migrations know it: a folder with migrations of its own. */
static bool is_service(const struct dirent *d)
{
    return d->d_name[0] != '.' && strcmp(d->d_name, "common") != 0;
}

static void make(PGconn *pg, const char *name)
{
    char sql[512];

    snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS %s WITH (FORCE)", name);
    run(pg, sql);
    snprintf(sql, sizeof(sql), "CREATE DATABASE %s STRATEGY file_copy", name);
    run(pg, sql);
}

static void migrate(const char *server, const char *database, const char *dir, const char *service)
{
    char url[512];
    struct lm_migrate_options o = {.url = url, .dir = dir, .service = service};
    lm_err err = LM_ERR_INIT;

    snprintf(url, sizeof(url), "%s dbname=%s", server, database);
    if (lm_migrate_up(&o, &err))
        lm_die("%s: %s", dir, err.message);
}

static void make_own(PGconn *pg, const char *server, const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *entry;
    char name[300];

    if (!d)
        lm_die("no folder %s", dir);
    while ((entry = readdir(d))) {
        if (!is_service(entry))
            continue;
        snprintf(name, sizeof(name), "lm_template_%s", entry->d_name);
        make(pg, name);
        migrate(server, name, dir, entry->d_name);
    }
    closedir(d);
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
    make(pg, "lm_template");
    for (int i = 2; i < argc; i++) {
        migrate(argv[1], "lm_template", argv[i], NULL);
        make_own(pg, argv[1], argv[i]);
    }
    PQfinish(pg);
    return 0;
}
