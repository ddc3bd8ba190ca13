/* SPDX-License-Identifier: Apache-2.0 */
/* Migrations on disk: names, versions, checksums, the one placeholder. */
#include "common/buf.h"
#include "common/crypto.h"
#include "common/migrate_internal.h"
#include "common/str.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

enum { FILE_MAX = 4 << 20, VERSION_DIGITS = 4 };

static lm_code read_file(struct lm_arena *a, const char *path, lm_str *out, lm_err *err)
{
    FILE *f = fopen(path, "rb");
    char *p;
    size_t n;

    if (!f)
        return lm_fail(err, LM_NOT_FOUND, "%s: %s", path, strerrordesc_np(errno));
    p = lm_arena_alloc(a, FILE_MAX / 16 + 1);
    n = fread(p, 1, FILE_MAX / 16 + 1, f);
    fclose(f);
    if (n > FILE_MAX / 16)
        return lm_fail(err, LM_TOO_LARGE, "%s: more than %d bytes", path, FILE_MAX / 16);
    *out = (lm_str){p, n};
    return LM_OK;
}

/* 0001_name.up.sql; false for anything else. */
static bool parse_name(const char *name, int *version)
{
    lm_str s = lm_str_z(name);
    int64_t v;

    if (!lm_str_ends(s, LM_STR(".up.sql")) || s.n < VERSION_DIGITS + sizeof("_x.up.sql") - 1 ||
        s.p[VERSION_DIGITS] != '_')
        return false;
    if (!lm_str_int(lm_str_sub(s, 0, VERSION_DIGITS), &v) || v < 1)
        return false;
    *version = (int)v;
    return true;
}

static int serves_from(lm_str sql)
{
    lm_str line;
    int64_t v;

    while (lm_str_line(&sql, &line) && lm_str_starts(line, LM_STR("--")))
        if (lm_str_starts(line, LM_STR("-- serves-from:")) &&
            lm_str_int(lm_str_trim(lm_str_sub(line, 15, line.n)), &v))
            return (int)v;
    return 0;
}

static void checksum(lm_str sql, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum[LM_SHA256_SIZE];

    lm_sha256(sql.p, sql.n, sum);
    for (size_t i = 0; i < LM_SHA256_SIZE; i++) {
        hex[2 * i] = digits[sum[i] >> 4];
        hex[2 * i + 1] = digits[sum[i] & 15];
    }
    hex[64] = '\0';
}

static int is_up_file(const struct dirent *e)
{
    return lm_str_ends(lm_str_z(e->d_name), LM_STR(".up.sql"));
}

static int is_folder_name(const struct dirent *e)
{
    return e->d_name[0] != '.' && strcmp(e->d_name, "common") != 0 && !strchr(e->d_name, '.');
}

struct names {
    struct dirent **v;
    int n;
};

static void free_names(void *arg)
{
    struct names *names = arg;

    for (int i = 0; i < names->n; i++)
        free(names->v[i]);
    free(names->v);
}

/* Sorted, freed with the arena; NULL when the folder is not there. */
static struct names *list(struct lm_arena *a, const char *path,
                          int (*filter)(const struct dirent *))
{
    struct names *names = LM_NEW(a, struct names);

    lm_arena_defer(a, free_names, names);
    names->n = scandir(path, &names->v, filter, alphasort);
    if (names->n >= 0)
        return names;
    names->n = 0;
    return NULL;
}

static lm_code read_one(struct lm_arena *a, const char *folder, const char *name, const char *scope,
                        struct lm_migration *m, lm_err *err)
{
    struct stat st;
    const char *down;

    *m = (struct lm_migration){.scope = scope, .file = lm_arena_strdup(a, name)};
    if (!parse_name(name, &m->version))
        return lm_fail(err, LM_INVALID, "%s/%s: the name must be NNNN_what.up.sql", folder, name);
    down = lm_arena_printf(a, "%s/%.*s.down.sql", folder, (int)(strlen(name) - strlen(".up.sql")),
                           name);
    if (stat(down, &st) != 0)
        return lm_fail(err, LM_INVALID, "%s is missing", down);
    if (read_file(a, lm_arena_printf(a, "%s/%s", folder, name), &m->up, err))
        return err->code;
    checksum(m->up, m->sha256);
    m->serves_from = serves_from(m->up);
    return LM_OK;
}

lm_code lm_migrations_read(struct lm_arena *a, const char *dir, const char *folder,
                           const char *scope, struct lm_migration **v, size_t *n, lm_err *err)
{
    const char *path = lm_arena_printf(a, "%s/%s", dir, folder);
    struct names *names = list(a, path, is_up_file);
    size_t cap = *n;

    if (!names)
        return lm_fail(err, LM_NOT_FOUND, "no folder %s with migrations", path);
    for (int i = 0; i < names->n; i++) {
        struct lm_migration m;

        if (read_one(a, path, names->v[i]->d_name, scope, &m, err))
            return err->code;
        if (i > 0 && (*v)[*n - 1].version == m.version)
            return lm_fail(err, LM_INVALID, "%s: version %04d is there twice", path, m.version);
        *v = lm_arena_grow(a, *v, *n, &cap, sizeof(**v));
        (*v)[(*n)++] = m;
    }
    return LM_OK;
}

lm_code lm_migration_down(struct lm_arena *a, const char *dir, const char *folder,
                          const struct lm_migration *m, lm_str *out, lm_err *err)
{
    return read_file(a,
                     lm_arena_printf(a, "%s/%s/%.*s.down.sql", dir, folder,
                                     (int)(strlen(m->file) - strlen(".up.sql")), m->file),
                     out, err);
}

lm_code lm_migrations_services(struct lm_arena *a, const char *dir, const char ***out, size_t *n,
                               lm_err *err)
{
    struct names *names = list(a, dir, is_folder_name);

    if (!names)
        return lm_fail(err, LM_NOT_FOUND, "no folder %s with migrations", dir);
    *out = LM_NEW_ARRAY(a, const char *, (size_t)names->n + 1);
    *n = 0;
    for (int i = 0; i < names->n; i++)
        (*out)[(*n)++] = lm_arena_strdup(a, names->v[i]->d_name);
    return LM_OK;
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

const char *lm_migration_with_role(struct lm_arena *a, lm_str sql, const char *role)
{
    static const lm_str mark = {":role", 5};
    struct lm_buf b = lm_buf_in(a, FILE_MAX);
    size_t from = 0;
    ptrdiff_t at;

    while ((at = lm_str_find(sql, mark, from)) >= 0) {
        size_t start = (size_t)at, end = start + mark.n;
        bool is_mark =
            !(start > 0 && sql.p[start - 1] == ':') && !(end < sql.n && is_word(sql.p[end]));

        lm_buf_append(&b, lm_str_sub(sql, from, is_mark ? start : end));
        if (is_mark)
            lm_buf_appendz(&b, role);
        from = end;
    }
    lm_buf_append(&b, lm_str_sub(sql, from, sql.n));
    return lm_buf_z(&b);
}
