/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations: up, down, up; twice; two at once; a changed file; what a binary may run on. */
#include "common/db_internal.h"
#include "common/migrate.h"
#include "tests/pg/lm_pgtest.h"

#include <sys/stat.h>
#include <unistd.h>

static const struct lm_service probe = {.name = "probe"};

/* A folder of migrations that the test may write to: common is the real one. */
static char *make_folder(struct lm_pgtest *t)
{
    char *dir = lm_arena_strdup(t->base.arena, "/tmp/lm-migrate-XXXXXX");

    assert_non_null(mkdtemp(dir));
    assert_int_equal(symlink(lm_arena_printf(t->base.arena, "%s/common", lm_pgtest_migrations),
                             lm_arena_printf(t->base.arena, "%s/common", dir)),
                     0);
    assert_int_equal(mkdir(lm_arena_printf(t->base.arena, "%s/shop", dir), 0755), 0);
    return dir;
}

static void write_file(struct lm_pgtest *t, const char *dir, const char *name, const char *text)
{
    FILE *f = fopen(lm_arena_printf(t->base.arena, "%s/shop/%s", dir, name), "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void remove_folder(struct lm_pgtest *t, const char *dir)
{
    static const char *const names[] = {"0001_a.up.sql", "0001_a.down.sql", "0002_b.up.sql",
                                        "0002_b.down.sql", "x.up.sql"};

    for (size_t i = 0; i < LM_COUNT(names); i++)
        (void)unlink(lm_arena_printf(t->base.arena, "%s/shop/%s", dir, names[i]));
    (void)rmdir(lm_arena_printf(t->base.arena, "%s/shop", dir));
    (void)unlink(lm_arena_printf(t->base.arena, "%s/common", dir));
    assert_int_equal(rmdir(dir), 0);
}

static void two_files(struct lm_pgtest *t, const char *dir)
{
    write_file(t, dir, "0001_a.up.sql",
               "CREATE TABLE a (tenant_id uuid, id uuid, PRIMARY KEY (tenant_id, id));\n"
               "SELECT lm_tenant_table('a');\n");
    write_file(t, dir, "0001_a.down.sql", "DROP TABLE a;\n");
    write_file(t, dir, "0002_b.up.sql",
               "-- Adds b.\n-- serves-from: 2\nCREATE TABLE b (n integer);\n");
    write_file(t, dir, "0002_b.down.sql", "DROP TABLE b;\n");
}

#define SHOP_TABLES                                                                \
    "SELECT coalesce(string_agg(relname, ' ' ORDER BY relname), '') FROM pg_class" \
    " WHERE relnamespace = to_regnamespace('shop') AND relkind = 'r' AND relname IN ('a', 'b')"

static void up_down_up_ends_where_it_began(void **state)
{
    struct lm_pgtest *t = *state;
    char *dir = make_folder(t);
    struct lm_migrate_options o = {.url = t->owner_url, .dir = dir, .service = "shop"};
    lm_err *err = &t->base.err;

    two_files(t, dir);
    for (int i = 0; i < 2; i++) {
        assert_ok(lm_migrate_up(&o, err), err);
        assert_ok(lm_migrate_up(&o, err), err); /* the second time does nothing */
        assert_string_equal(lm_pgtest_text(t, SHOP_TABLES), "a b");
        assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM shop.schema_migration"
                                          " WHERE scope = 'service'"),
                         2);
        assert_ok(lm_migrate_down(&o, 1, err), err);
        assert_string_equal(lm_pgtest_text(t, SHOP_TABLES), "a");
        assert_ok(lm_migrate_up(&o, err), err);
        assert_ok(lm_migrate_down(&o, 0, err),
                  err); /* without CASCADE: the down files know everything */
        assert_int_equal(
            lm_pgtest_int(t, "SELECT count(*) FROM pg_namespace WHERE nspname = 'shop'"), 0);
    }
    remove_folder(t, dir);
}

static void every_service_s_own_files_go_down_and_up(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_migrate_options o = {.url = t->owner_url, .dir = lm_pgtest_migrations};
    lm_err *err = &t->base.err;

    assert_ok(lm_migrate_down(&o, 0, err), err);
    assert_ok(lm_migrate_up(&o, err), err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM probe.thing"), 0);
}

static void a_changed_file_is_refused(void **state)
{
    struct lm_pgtest *t = *state;
    char *dir = make_folder(t), *text = NULL;
    struct lm_migrate_options o = {.url = t->owner_url, .dir = dir, .service = "shop"};
    lm_err *err = &t->base.err;
    size_t size;
    FILE *out;

    two_files(t, dir);
    assert_ok(lm_migrate_up(&o, err), err);
    write_file(t, dir, "0001_a.up.sql", "CREATE TABLE a (n integer);\n");
    assert_code(lm_migrate_up(&o, err), LM_CONFLICT, err);
    assert_non_null(strstr(err->message, "0001_a.up.sql"));
    out = open_memstream(&text, &size);
    lm_err_clear(err);
    assert_ok(lm_migrate_status(&o, out, err), err);
    fclose(out);
    assert_non_null(strstr(text, "CHANGED"));
    assert_non_null(strstr(text, "good"));
    free(text);
    remove_folder(t, dir);
}

static void a_file_that_fails_leaves_nothing_and_says_the_line(void **state)
{
    struct lm_pgtest *t = *state;
    char *dir = make_folder(t);
    struct lm_migrate_options o = {.url = t->owner_url, .dir = dir, .service = "shop"};
    lm_err *err = &t->base.err;

    two_files(t, dir);
    write_file(t, dir, "0002_b.up.sql", "CREATE TABLE b (n integer);\n\nSELEKT 1;\n");
    assert_code(lm_migrate_up(&o, err), LM_INTERNAL, err);
    assert_non_null(strstr(err->message, "0002_b.up.sql:3:"));
    assert_string_equal(lm_pgtest_text(t, SHOP_TABLES), "a");
    remove_folder(t, dir);
}

static void wrong_names_and_lone_ups_are_refused(void **state)
{
    struct lm_pgtest *t = *state;
    char *dir = make_folder(t);
    struct lm_migrate_options o = {.url = t->owner_url, .dir = dir, .service = "shop"};
    lm_err *err = &t->base.err;

    write_file(t, dir, "x.up.sql", "SELECT 1;");
    assert_code(lm_migrate_up(&o, err), LM_INVALID, err);
    unlink(lm_arena_printf(t->base.arena, "%s/shop/x.up.sql", dir));
    write_file(t, dir, "0001_a.up.sql", "SELECT 1;");
    assert_code(lm_migrate_up(&o, err), LM_INVALID, err);
    assert_non_null(strstr(err->message, "0001_a.down.sql"));
    remove_folder(t, dir);
}

static void a_table_whose_key_does_not_begin_with_the_tenant_is_refused(void **state)
{
    struct lm_pgtest *t = *state;
    char *dir = make_folder(t);
    struct lm_migrate_options o = {.url = t->owner_url, .dir = dir, .service = "shop"};
    lm_err *err = &t->base.err;

    two_files(t, dir);
    write_file(t, dir, "0001_a.up.sql",
               "CREATE TABLE a (id uuid PRIMARY KEY, tenant_id uuid);\n"
               "SELECT lm_tenant_table('a');\n");
    assert_code(lm_migrate_up(&o, err), LM_INTERNAL, err);
    assert_non_null(strstr(err->message, "must begin with tenant_id"));
    remove_folder(t, dir);
}

struct migrator {
    struct lm_migrate_options o;
    pthread_t thread;
    lm_err err;
};

static void *migrate(void *arg)
{
    struct migrator *m = arg;

    (void)!lm_migrate_up(&m->o, &m->err);
    return NULL;
}

static void several_migrators_wait_for_each_other(void **state)
{
    struct lm_pgtest *t = *state;
    char *dir = make_folder(t);
    struct migrator m[4];

    two_files(t, dir);
    for (size_t i = 0; i < LM_COUNT(m); i++) {
        m[i] = (struct migrator){.o = {.url = t->owner_url, .dir = dir, .service = "shop"}};
        pthread_create(&m[i].thread, NULL, migrate, &m[i]);
    }
    for (size_t i = 0; i < LM_COUNT(m); i++) {
        pthread_join(m[i].thread, NULL);
        assert_ok(m[i].err.code, &m[i].err);
    }
    remove_folder(t, dir);
}

static void a_binary_says_when_the_schema_is_too_old_or_too_new_for_it(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, NULL);
    lm_err *err = &t->base.err;

    assert_ok(lm_schema_check(ctx, 1, err), err);
    assert_code(lm_schema_check(ctx, 2, err), LM_NOT_READY, err);
    lm_err_clear(err);
    lm_pgtest_sql(t, "UPDATE schema_migration SET serves_from = 2 WHERE scope = 'service'");
    assert_code(lm_schema_check(ctx, 1, err), LM_NOT_READY, err);
    lm_err_clear(err);
    lm_pgtest_sql(t, "UPDATE schema_migration SET serves_from = 2 - (scope = 'service')::int");
    assert_code(lm_schema_check(ctx, 1, err), LM_NOT_READY, err); /* of the plumbing */
    lm_err_clear(err);
    lm_pgtest_sql(t, "DROP TABLE schema_migration");
    assert_code(lm_schema_check(ctx, 1, err), LM_NOT_READY, err);
    assert_non_null(strstr(err->message, "migrate"));
}

LM_PGTEST_MAIN(probe, LM_PGTEST(up_down_up_ends_where_it_began),
               LM_PGTEST(every_service_s_own_files_go_down_and_up),
               LM_PGTEST(a_changed_file_is_refused),
               LM_PGTEST(a_file_that_fails_leaves_nothing_and_says_the_line),
               LM_PGTEST(wrong_names_and_lone_ups_are_refused),
               LM_PGTEST(a_table_whose_key_does_not_begin_with_the_tenant_is_refused),
               LM_PGTEST(several_migrators_wait_for_each_other),
               LM_PGTEST(a_binary_says_when_the_schema_is_too_old_or_too_new_for_it))
