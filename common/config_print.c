/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings as a file that can be read back: what --print-config shows and the example is made
 * of.
 */
#include <inttypes.h>
#include <stdio.h>

#include "common/buf.h"
#include "common/config.h"
#include "common/str.h"

enum { PRINT_LIMIT = 64 << 20 };

static lm_str section_of(const struct lm_config_key *key)
{
    lm_str name = lm_str_z(key->name);

    return lm_str_sub(name, 0, (size_t)LM_MAX(lm_str_chr(name, '.', 0), 0));
}

/* The largest unit without a rest: 604800000 → 7d. Units stand from large to small. */
static void print_unit(struct lm_buf *b, uint64_t value, const char *const *names,
                       const uint64_t *factors)
{
    size_t i = 0;

    while (factors[i] > 1 && (value == 0 || value % factors[i] != 0))
        i++;
    lm_buf_printf(b, "%" PRIu64 "%s", value / factors[i], names[i]);
}

static void print_list(struct lm_buf *b, const char *const *items)
{
    lm_buf_char(b, '[');
    for (size_t i = 0; items && items[i]; i++) {
        lm_buf_appendz(b, i ? ", " : "");
        lm_buf_json(b, lm_str_z(items[i]));
    }
    lm_buf_char(b, ']');
}

static void print_value(struct lm_buf *b, const struct lm_config_key *key)
{
    static const char *const time_names[] = {"d", "h", "m", "s", "ms"};
    static const uint64_t time_factors[] = {86400000, 3600000, 60000, 1000, 1};
    static const char *const size_names[] = {"g", "m", "k", ""};
    static const uint64_t size_factors[] = {1 << 30, 1 << 20, 1 << 10, 1};

    switch (key->type) {
    case LM_CFG_T_STR:
        lm_buf_json(b, lm_str_z(*(const char **)key->target));
        break;
    case LM_CFG_T_INT:
        lm_buf_printf(b, "%" PRId64, *(int64_t *)key->target);
        break;
    case LM_CFG_T_BOOL:
        lm_buf_appendz(b, *(bool *)key->target ? "true" : "false");
        break;
    case LM_CFG_T_MS:
        print_unit(b, (uint64_t) * (int64_t *)key->target, time_names, time_factors);
        break;
    case LM_CFG_T_SIZE:
        print_unit(b, *(uint64_t *)key->target, size_names, size_factors);
        break;
    case LM_CFG_T_LIST:
        print_list(b, *(const char *const **)key->target);
        break;
    }
}

static void print_key(struct lm_buf *b, const struct lm_config_key *key)
{
    const char *name = strchr(key->name, '.');
    bool is_text = key->type == LM_CFG_T_STR;
    const char *text = is_text ? *(const char **)key->target : NULL;

    name = name ? name + 1 : key->name;
    if (key->help)
        lm_buf_printf(b, "  # %s\n", key->help);
    if (key->flags & LM_CFG_SECRET) {
        /* A mask that is read back would become the secret, so it stays a comment. */
        lm_buf_printf(b, "  # %s: %s\n", name,
                      text && *text ? "(secret, set)" : "(secret, not set)");
    } else if (is_text && !text) {
        lm_buf_printf(b, "  # %s: (not set)\n", name);
    } else {
        lm_buf_printf(b, "  %s: ", name);
        print_value(b, key);
        lm_buf_char(b, '\n');
    }
}

/* All keys of one section, whichever table they stand in. */
static void print_section(struct lm_buf *b, const struct lm_config_key *const *tables,
                          lm_str section)
{
    lm_buf_printf(b, "%.*s:\n", LM_FMT(section));
    for (; *tables; tables++)
        for (const struct lm_config_key *key = *tables; key->name; key++)
            if (lm_str_eq(section_of(key), section))
                print_key(b, key);
}

/* Whether an earlier key of the tables has the section of `key`. */
static bool was_printed(const struct lm_config_key *const *tables, const struct lm_config_key *key)
{
    for (; *tables; tables++) {
        for (const struct lm_config_key *k = *tables; k->name; k++) {
            if (k == key)
                return false;
            if (lm_str_eq(section_of(k), section_of(key)))
                return true;
        }
    }
    return false;
}

void lm_config_print(FILE *out, const struct lm_config_key *const *tables)
{
    struct lm_buf b;

    lm_buf_init(&b, PRINT_LIMIT);
    for (size_t t = 0; tables[t]; t++)
        for (const struct lm_config_key *key = tables[t]; key->name; key++)
            if (!was_printed(tables, key))
                print_section(&b, tables, section_of(key));
    LM_ASSERT(!b.failed);
    fwrite(b.p, 1, b.n, out);
    lm_buf_fini(&b);
}
