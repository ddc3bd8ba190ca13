/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Migrations against a database: one file, one transaction, one row in schema_migration with the
 * file's checksum. An advisory lock makes several migrators at once wait for each other.
 */
#include "common/migrate_internal.h"
#include "common/str.h"

#include <libpq-fe.h>

enum { ARENA_BYTES = 64 << 20 };

struct migrator {
    struct lm_arena *arena;
    const struct lm_migrate_options *o;
    PGconn *pg;
    const char *service; /* now */
    const char *role;
};

/* ------- statements ------- */

static lm_code sql_failed(PGconn *pg, const PGresult *res, const char *what, const char *sql,
                          lm_err *err)
{
    const char *at = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
    const char *message = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    int64_t position = 0;
    int line = 1;

    if (!message)
        return lm_fail(err, LM_UNAVAILABLE, "%s: %s", what, PQerrorMessage(pg));
    if (at && lm_str_int(lm_str_z(at), &position))
        for (int64_t i = 0; i < position - 1 && sql[i]; i++)
            line += sql[i] == '\n';
    return lm_fail(err, LM_INTERNAL, "%s:%d: %s", what, line, message);
}

static lm_code run(struct migrator *m, const char *what, const char *sql, lm_err *err)
{
    PGresult *res = PQexec(m->pg, sql);
    ExecStatusType status = PQresultStatus(res);
    lm_code rc = LM_OK;

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        rc = sql_failed(m->pg, res, what, sql, err);
    PQclear(res);
    return rc;
}

/* With the values in quotes of their kind: %I a name, %L a text. Done by the server's format(). */
static lm_code run_format(struct migrator *m, const char *what, const char *format,
                          const char *name, const char *text, lm_err *err)
{
    const char *values[] = {format, name, text};
    PGresult *res = PQexecParams(m->pg, "SELECT format($1::text, $2::text, $3::text)", 3, NULL,
                                 values, NULL, NULL, 0);
    lm_code rc = PQresultStatus(res) == PGRES_TUPLES_OK ? run(m, what, PQgetvalue(res, 0, 0), err)
                                                        : sql_failed(m->pg, res, what, format, err);

    PQclear(res);
    return rc;
}

/* ------- what a service's files stand on ------- */

/* Roles belong to the cluster: another database's migrator may make the same one this moment. */
static lm_code prepare_role(struct migrator *m, const char *what, const char *role, lm_err *err)
{
    if (run_format(
            m, what,
            "DO $do$ BEGIN"
            " IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = %2$L) THEN CREATE ROLE %1$I LOGIN; END IF;"
            " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $do$",
            role, role, err))
        return err->code;
    return m->o->password
               ? run_format(m, what, "ALTER ROLE %I LOGIN PASSWORD %L", role, m->o->password, err)
               : LM_OK;
}

static lm_code prepare_schema(struct migrator *m, lm_err *err)
{
    const char *what = lm_arena_printf(m->arena, "schema %s", m->service);

    m->role = lm_arena_printf(m->arena, "lm_%s", m->service);
    if (prepare_role(m, what, m->role, err) || prepare_role(m, what, LM_DOCTOR_ROLE, err) ||
        run_format(m, what, "CREATE SCHEMA IF NOT EXISTS %I", m->service, NULL, err) ||
        run_format(m, what, "GRANT USAGE ON SCHEMA %I TO %s", m->service, m->role, err) ||
        run_format(m, what, "GRANT USAGE ON SCHEMA %I TO %I", m->service, LM_DOCTOR_ROLE, err) ||
        run_format(
            m, what,
            /* Without jit: see set_session in db_conn.c. */
            "DO $do$ BEGIN EXECUTE format('ALTER ROLE %1$I IN DATABASE %%1$I SET search_path = %2$s, pg_temp;"
            " ALTER ROLE %1$I IN DATABASE %%1$I SET jit = off', current_database()); END $do$",
            m->role, m->service, err) ||
        run_format(m, what, "SET search_path = %I, pg_temp", m->service, NULL, err))
        return err->code;
    return run(m, what,
               "CREATE TABLE IF NOT EXISTS schema_migration ("
               "    scope       text        NOT NULL,"
               "    version     integer     NOT NULL,"
               "    file        text        NOT NULL,"
               "    sha256      text        NOT NULL,"
               "    serves_from integer     NOT NULL,"
               "    applied_at  timestamptz NOT NULL DEFAULT clock_timestamp(),"
               "    PRIMARY KEY (scope, version))",
               err) ||
                   run_format(m, what, "GRANT SELECT ON schema_migration TO %I", m->role, NULL, err)
               ? err->code
               : LM_OK;
}

static lm_code read_files(struct migrator *m, struct lm_migration **v, size_t *n, lm_err *err)
{
    *v = NULL;
    *n = 0;
    if (lm_migrations_read(m->arena, m->o->dir, "common", "common", v, n, err))
        return err->code;
    return lm_migrations_read(m->arena, m->o->dir, m->service, "service", v, n, err);
}

static const char *folder_of(const struct migrator *m, const struct lm_migration *f)
{
    return strcmp(f->scope, "common") == 0 ? "common" : m->service;
}

/* What the table says of a file: NULL, or the checksum it had; *at is when. */
static lm_code applied(struct migrator *m, const struct lm_migration *f, const char **sha256,
                       const char **at, lm_err *err)
{
    const char *values[] = {f->scope, lm_arena_printf(m->arena, "%d", f->version)};
    static const char text[] =
        "SELECT sha256, to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
        " FROM schema_migration WHERE scope = $1 AND version = $2::integer";
    PGresult *res = PQexecParams(m->pg, text, 2, NULL, values, NULL, NULL, 0);
    lm_code rc = LM_OK;

    *sha256 = *at = NULL;
    if (PQresultStatus(res) != PGRES_TUPLES_OK)
        rc = sql_failed(m->pg, res, f->file, text, err);
    else if (PQntuples(res) == 1) {
        *sha256 = lm_arena_strdup(m->arena, PQgetvalue(res, 0, 0));
        *at = lm_arena_strdup(m->arena, PQgetvalue(res, 0, 1));
    }
    PQclear(res);
    return rc;
}

/* ------- up ------- */

static lm_code record(struct migrator *m, const struct lm_migration *f, lm_err *err)
{
    const char *values[] = {f->scope, lm_arena_printf(m->arena, "%d", f->version), f->file,
                            f->sha256, lm_arena_printf(m->arena, "%d", f->serves_from)};
    static const char text[] =
        "INSERT INTO schema_migration (scope, version, file, sha256, serves_from)"
        " VALUES ($1, $2::integer, $3, $4, $5::integer)";
    PGresult *res = PQexecParams(m->pg, text, 5, NULL, values, NULL, NULL, 0);
    lm_code rc = PQresultStatus(res) == PGRES_COMMAND_OK
                     ? LM_OK
                     : sql_failed(m->pg, res, f->file, text, err);

    PQclear(res);
    return rc;
}

static lm_code in_transaction(
    struct migrator *m, const char *what, lm_str sql, const struct lm_migration *f,
    lm_code (*note)(struct migrator *, const struct lm_migration *, lm_err *), lm_err *err)
{
    lm_err ignored = LM_ERR_INIT;

    if (run(m, what, "BEGIN", err) ||
        run(m, what, lm_migration_with_role(m->arena, sql, m->role), err) || note(m, f, err) ||
        run(m, what, "COMMIT", err)) {
        (void)!run(m, what, "ROLLBACK", &ignored);
        return err->code;
    }
    return LM_OK;
}

static lm_code up_one(struct migrator *m, const struct lm_migration *f, lm_err *err)
{
    const char *what = lm_arena_printf(m->arena, "%s/%s", folder_of(m, f), f->file), *sha256, *at;

    if (applied(m, f, &sha256, &at, err))
        return err->code;
    if (!sha256)
        return in_transaction(m, what, f->up, f, record, err);
    if (strcmp(sha256, f->sha256) != 0)
        return lm_fail(
            err, LM_CONFLICT,
            "%s was changed after it was applied to schema %s at %s; put it back and write a new migration",
            what, m->service, at);
    return LM_OK;
}

static lm_code up_service(struct migrator *m, lm_err *err)
{
    struct lm_migration *v;
    size_t n;

    if (read_files(m, &v, &n, err) || prepare_schema(m, err))
        return err->code;
    for (size_t i = 0; i < n; i++)
        if (up_one(m, &v[i], err))
            return err->code;
    return LM_OK;
}

/* ------- down ------- */

static lm_code forget(struct migrator *m, const struct lm_migration *f, lm_err *err)
{
    return run_format(m, f->file,
                      "DELETE FROM schema_migration WHERE scope = %1$L AND version = %2$s",
                      f->scope, lm_arena_printf(m->arena, "%d", f->version), err);
}

static lm_code down_service(struct migrator *m, int version, lm_err *err)
{
    struct lm_migration *v;
    size_t n;

    if (read_files(m, &v, &n, err) || prepare_schema(m, err))
        return err->code;
    while (n-- > 0) {
        const struct lm_migration *f = &v[n];
        const char *what = lm_arena_printf(m->arena, "down of %s/%s", folder_of(m, f), f->file),
                   *sha256, *at;
        lm_str down;

        if (f->version <= version || (version > 0 && strcmp(f->scope, "common") == 0))
            continue;
        if (applied(m, f, &sha256, &at, err))
            return err->code;
        if (sha256 && (lm_migration_down(m->arena, m->o->dir, folder_of(m, f), f, &down, err) ||
                       in_transaction(m, what, down, f, forget, err)))
            return err->code;
    }
    if (version > 0)
        return LM_OK;
    /* No CASCADE: a down file that forgot something shall be found here. */
    if (run(m, m->service, "DROP TABLE schema_migration", err))
        return err->code;
    return run_format(m, m->service, "DROP SCHEMA %I", m->service, NULL, err);
}

/* ------- all services ------- */

static void finish(void *pg)
{
    PQfinish(pg);
}

static void be_quiet(void *arg LM_UNUSED, const PGresult *res LM_UNUSED)
{
}

static lm_code start(struct migrator *m, const struct lm_migrate_options *o, lm_err *err)
{
    *m = (struct migrator){.arena = lm_arena_new(ARENA_BYTES), .o = o};
    m->pg = PQconnectdb(o->url);
    lm_arena_defer(m->arena, finish, m->pg);
    PQsetNoticeReceiver(m->pg, be_quiet, NULL);
    if (PQstatus(m->pg) != CONNECTION_OK)
        return lm_fail(err, LM_UNAVAILABLE, "database: %s", PQerrorMessage(m->pg));
    return run(m, "lock", "SELECT pg_advisory_lock(hashtextextended('leadmachine migrations', 0))",
               err);
}

static lm_code each(struct migrator *m, lm_code (*fn)(struct migrator *, void *, lm_err *),
                    void *arg, lm_err *err)
{
    const char *one = m->o->service, **services = &one;
    size_t n = 1;

    if (!m->o->service && lm_migrations_services(m->arena, m->o->dir, &services, &n, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        m->service = services[i];
        if (fn(m, arg, err))
            return err->code;
    }
    return LM_OK;
}

static lm_code with_all(const struct lm_migrate_options *o,
                        lm_code (*fn)(struct migrator *, void *, lm_err *), void *arg, lm_err *err)
{
    struct migrator m;
    lm_code rc = start(&m, o, err);

    if (rc == LM_OK)
        rc = each(&m, fn, arg, err);
    lm_arena_free(m.arena);
    return rc;
}

static lm_code up_any(struct migrator *m, void *arg LM_UNUSED, lm_err *err)
{
    return up_service(m, err);
}

static lm_code down_any(struct migrator *m, void *version, lm_err *err)
{
    return down_service(m, *(int *)version, err);
}

static lm_code status_any(struct migrator *m, void *out, lm_err *err)
{
    struct lm_migration *v;
    size_t n;

    if (read_files(m, &v, &n, err) || prepare_schema(m, err))
        return err->code;
    for (size_t i = 0; i < n; i++) {
        const char *sha256, *at;

        if (applied(m, &v[i], &sha256, &at, err))
            return err->code;
        fprintf(out, "%-14s %s/%-40s %-22s %s\n", m->service, folder_of(m, &v[i]), v[i].file,
                at ? at : "pending",
                !sha256                            ? "-"
                : strcmp(sha256, v[i].sha256) == 0 ? "good"
                                                   : "CHANGED");
    }
    return LM_OK;
}

lm_code lm_migrate_up(const struct lm_migrate_options *o, lm_err *err)
{
    return with_all(o, up_any, NULL, err);
}

lm_code lm_migrate_down(const struct lm_migrate_options *o, int version, lm_err *err)
{
    return with_all(o, down_any, &version, err);
}

lm_code lm_migrate_status(const struct lm_migrate_options *o, FILE *out, lm_err *err)
{
    return with_all(o, status_any, out, err);
}
