/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings: where each value comes from (environment, file, default) and how its text becomes a
 * value.
 */
#include "common/config.h"

#include <errno.h>
#include <stdio.h>

#include "common/arena.h"
#include "common/config_internal.h"
#include "common/str.h"

enum {
    ENV_NAME_SIZE = 128,
    FILE_LIMIT = 1 << 20,
    SECRET_FILE_LIMIT = 64 << 10,
    LOAD_LIMIT = 256 << 20, /* no input of that size gets there */
    STRINGS_LIMIT = 64 << 20,
};

/* Holds every string that was loaded; lives as long as the process, and so do they. */
static struct lm_arena *strings;

static lm_code read_file(struct lm_arena *a, const char *path, size_t limit, lm_str *out,
                         lm_err *err)
{
    FILE *f = fopen(path, "rbe");
    bool failed;
    char *text;
    size_t n;

    if (!f)
        return lm_fail(err, LM_INVALID, "%s: %s", path, strerror(errno));
    text = lm_arena_alloc(a, limit + 1);
    n = fread(text, 1, limit + 1, f);
    failed = ferror(f) != 0; /* a directory opens well and fails here */
    fclose(f);
    if (failed)
        return lm_fail(err, LM_INVALID, "%s: cannot be read", path);
    if (n > limit)
        return lm_fail(err, LM_INVALID, "%s: larger than %zu bytes", path, limit);
    *out = (lm_str){text, n};
    return LM_OK;
}

/* scraper.max_pages → LM_SCRAPER_MAX_PAGES */
static void env_name(char out[ENV_NAME_SIZE], const char *key, const char *suffix)
{
    int n = snprintf(out, ENV_NAME_SIZE, "LM_%s%s", key, suffix);

    LM_ASSERT(n > 0 && n < ENV_NAME_SIZE);
    for (char *p = out; *p; p++) {
        if (*p == '.')
            *p = '_';
        else if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    }
}

/* An empty variable counts as none: that is what compose makes of ${NOT_SET:-}. */
static const char *env_value(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

static lm_code read_environment(struct lm_arena *a, const struct lm_config_key *key,
                                struct config_text *out, lm_err *err)
{
    char name[ENV_NAME_SIZE], file_name[ENV_NAME_SIZE];
    const char *value, *path;

    env_name(name, key->name, "");
    env_name(file_name, key->name, "_FILE");
    value = env_value(name);
    path = env_value(file_name);
    if (value && path)
        return lm_fail(err, LM_INVALID, "%s: set in %s as well; leave one", file_name, name);
    if (path) {
        if (read_file(a, path, SECRET_FILE_LIMIT, &out->text, err))
            return lm_wrap(err, "%s", file_name);
        while (lm_str_ends(out->text, LM_STR("\n")) || lm_str_ends(out->text, LM_STR("\r")))
            out->text.n--;
    } else if (value) {
        out->text = lm_str_z(value);
    } else {
        return LM_OK;
    }
    out->is_set = true;
    out->where = lm_arena_strdup(a, path ? file_name : name);
    return LM_OK;
}

static lm_code not_a(const struct lm_config_key *key, const struct config_text *v,
                     const char *wanted, lm_err *err)
{
    if (key->flags & LM_CFG_SECRET || v->items)
        return lm_fail(err, LM_INVALID, "%s: %s: expected %s", v->where, key->name, wanted);
    return lm_fail(err, LM_INVALID, "%s: %s: '%.*s' is not %s", v->where, key->name,
                   (int)LM_MIN(v->text.n, 60), v->text.p, wanted);
}

/* "a, b,c" as a list; empty parts are dropped. */
static const char **keep_list(lm_str text)
{
    const char **items = NULL;
    size_t n = 0, cap = 0;
    lm_str part;

    while (lm_str_split(&text, ',', &part)) {
        part = lm_str_trim(part);
        if (part.n == 0)
            continue;
        items = lm_arena_grow(strings, items, n, &cap, sizeof(*items));
        items[n++] = lm_arena_strz(strings, part);
    }
    items = lm_arena_grow(strings, items, n, &cap, sizeof(*items));
    items[n] = NULL;
    return items;
}

static const char **keep_items(const lm_str *from, size_t n)
{
    const char **items = LM_NEW_ARRAY(strings, const char *, n + 1);

    for (size_t i = 0; i < n; i++)
        items[i] = lm_arena_strz(strings, from[i]);
    return items;
}

static lm_code store_string(const struct lm_config_key *key, const struct config_text *v,
                            lm_err *err)
{
    if (v->text.n > 0 && memchr(v->text.p, '\0', v->text.n))
        return not_a(key, v, "text without NUL", err);
    *(const char **)key->target = v->text.p ? lm_arena_strz(strings, v->text) : NULL;
    return LM_OK;
}

static lm_code store(const struct lm_config_key *key, const struct config_text *v, lm_err *err)
{
    if (key->type == LM_CFG_T_LIST) {
        *(const char ***)key->target =
            v->items ? keep_items(v->items, v->n_items) : keep_list(v->text);
        return LM_OK;
    }
    if (v->items)
        return not_a(key, v, "one value, not a list", err);
    switch (key->type) {
    case LM_CFG_T_INT:
        return lm_str_int(v->text, key->target) ? LM_OK : not_a(key, v, "a whole number", err);
    case LM_CFG_T_BOOL:
        return lm_str_bool(v->text, key->target) ? LM_OK : not_a(key, v, "true or false", err);
    case LM_CFG_T_MS:
        return lm_str_duration_ms(v->text, key->target)
                   ? LM_OK
                   : not_a(key, v, "a duration such as 250ms, 10s, 5m, 2h or 7d", err);
    case LM_CFG_T_SIZE:
        return lm_str_size(v->text, key->target)
                   ? LM_OK
                   : not_a(key, v, "a size such as 512, 64k, 16m or 1g", err);
    case LM_CFG_T_STR:
    case LM_CFG_T_LIST:
        break;
    }
    return store_string(key, v, err);
}

/* The environment counts most, then the file, then the default. */
static lm_code settle(struct lm_arena *a, const struct config_entry *e, lm_err *err)
{
    struct config_text v = {.is_set = false};
    char name[ENV_NAME_SIZE];

    if (read_environment(a, e->key, &v, err))
        return err->code;
    if (!v.is_set)
        v = e->from_file;
    if (!v.is_set) {
        v.text = lm_str_z(e->key->fallback);
        v.where = "default";
    }
    if (e->key->flags & LM_CFG_REQUIRED && v.text.n == 0 && !v.items) {
        env_name(name, e->key->name, "");
        return lm_fail(err, LM_INVALID, "%s: required; set it in the file, %s or %s_FILE",
                       e->key->name, name, name);
    }
    return store(e->key, &v, err);
}

static lm_code collect(struct config_set *set, const struct lm_config_key *const *tables,
                       lm_err *err)
{
    size_t cap = 0;

    for (; *tables; tables++) {
        for (const struct lm_config_key *key = *tables; key->name; key++) {
            for (size_t i = 0; i < set->n; i++)
                if (strcmp(set->entries[i].key->name, key->name) == 0)
                    return lm_fail(err, LM_INTERNAL, "setting %s is declared twice", key->name);
            set->entries =
                lm_arena_grow(set->arena, set->entries, set->n, &cap, sizeof(*set->entries));
            set->entries[set->n++] = (struct config_entry){.key = key};
        }
    }
    return LM_OK;
}

static lm_code load(struct config_set *set, const char *path,
                    const struct lm_config_key *const *tables, lm_err *err)
{
    lm_str text;

    if (collect(set, tables, err))
        return err->code;
    if (path && (read_file(set->arena, path, FILE_LIMIT, &text, err) ||
                 lm_config_read_yaml(set, path, text, err)))
        return err->code;
    for (size_t i = 0; i < set->n; i++)
        if (settle(set->arena, &set->entries[i], err))
            return err->code;
    return LM_OK;
}

lm_code lm_config_load(const char *path, const struct lm_config_key *const *tables, lm_err *err)
{
    struct config_set set = {.arena = lm_arena_new(LOAD_LIMIT)};
    lm_code code;

    if (!strings)
        strings = lm_arena_new(STRINGS_LIMIT);
    code = load(&set, path ? path : env_value("LM_CONFIG"), tables, err);
    lm_arena_free(set.arena);
    return code;
}
