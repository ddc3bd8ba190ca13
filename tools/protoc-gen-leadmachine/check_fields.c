/* SPDX-License-Identifier: Apache-2.0 */
/* Fields and their rules: does the rule fit the type, can it be kept, does JSON know the type. */
#include <ctype.h>
#include <regex.h>

#include "model.h"

struct at { /* the field an error is about */
    struct gen *g;
    const struct gen_message *m;
    const struct gen_field *f;
};

static void refuse(const struct at *at, const char *why)
{
    gen_error(at->g, at->m->file, at->m->full, "%s: %s", at->f->name, why);
}

static void check_pattern(const struct at *at, const char *pattern)
{
    char *whole = lm_arena_printf(at->g->arena, "^(%s)$", pattern);
    regex_t compiled;

    if (strstr(pattern, "[:") || strstr(pattern, "[.") || strstr(pattern, "[="))
        refuse(at, "classes such as [:alpha:] mean something else in a JSON schema");
    if (regcomp(&compiled, whole, REG_EXTENDED | REG_NOSUB) != 0) {
        refuse(at, "the pattern is no POSIX extended expression");
        return;
    }
    regfree(&compiled);
}

static void check_range(const struct at *at, const Lm__Rule *r)
{
    if (!r->has_min && !r->has_max)
        return;
    if (!gen_is_number(at->f) || gen_is_time(at->f))
        refuse(at, "min and max are for numbers");
    if (r->has_min && r->has_max && r->min > r->max)
        refuse(at, "min is above max");
}

static void check_text(const struct at *at, const Lm__Rule *r)
{
    bool is_text = at->f->p->type == GEN_TYPE(STRING);
    bool has_length = r->has_min_len || r->has_max_len;

    if (has_length && !is_text && at->f->p->type != GEN_TYPE(BYTES))
        refuse(at, "min_len and max_len are for strings and bytes");
    if (r->has_max_len && (r->max_len == 0 || r->min_len > r->max_len))
        refuse(at, "max_len is 0 or below min_len");
    if ((r->pattern || r->format != LM__FORMAT__FORMAT_NONE) && !is_text)
        refuse(at, "pattern and format are for strings");
    if (r->pattern && is_text)
        check_pattern(at, r->pattern);
}

static void check_items(const struct at *at, const Lm__Rule *r)
{
    if ((r->has_min_items || r->has_max_items) && !gen_is_repeated(at->f))
        refuse(at, "min_items and max_items are for repeated fields");
    if (r->has_max_items && (r->max_items == 0 || r->min_items > r->max_items))
        refuse(at, "max_items is 0 or below min_items");
    if (r->required && gen_is_repeated(at->f))
        refuse(at, "a repeated field is required by min_items: 1");
}

static bool is_snake(const char *name)
{
    if (!islower((unsigned char)name[0]))
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name);
}

static void check_type(const struct at *at)
{
    const struct gen_field *f = at->f;

    if (!is_snake(f->name))
        refuse(at, "names of fields are snake_case: they are JSON keys and columns");
    if (f->p->type == GEN_TYPE(GROUP))
        refuse(at, "a group; use a message");
    if (f->message && f->message->p->options && f->message->p->options->map_entry)
        refuse(at, "a map; use a repeated message of key and value, which says what they are");
    if (lm_str_ends(lm_str_z(f->name), LM_STR("_at")) && f->p->type != GEN_TYPE(INT64))
        refuse(at, "…_at is a time: int64, Unix milliseconds");
}

/* Depth-first; a message that contains itself would make readers and schemas endless. */
static bool contains(const struct gen_message *m, const struct gen_message *wanted, unsigned depth)
{
    enum { DEEPEST = 24 }; /* json.h promises 32 levels on the wire */

    if (depth > DEEPEST)
        return true;
    for (size_t i = 0; i < m->n_fields; i++) {
        const struct gen_message *sub = m->fields[i].message;

        if (sub && (sub == wanted || contains(sub, wanted, depth + 1)))
            return true;
    }
    return false;
}

void gen_check_fields(struct gen *g)
{
    enum { MAX_FIELDS = 256 }; /* the bits by which common/json_read.c sees doubled keys */

    for (size_t i = 0; i < g->n_messages; i++) {
        const struct gen_message *m = &g->messages[i];

        for (size_t k = 0; k < m->n_fields; k++) {
            struct at at = {g, m, &m->fields[k]};

            check_type(&at);
            if (!at.f->rule)
                continue;
            check_range(&at, at.f->rule);
            check_text(&at, at.f->rule);
            check_items(&at, at.f->rule);
        }
        if (m->n_fields > MAX_FIELDS)
            gen_error(g, m->file, m->full, "has more than %d fields", MAX_FIELDS);
        if (contains(m, m, 0))
            gen_error(g, m->file, m->full, "contains itself, or too deep a nest of messages");
    }
}
