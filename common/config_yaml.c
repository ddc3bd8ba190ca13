/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The settings file: sections of keys of scalars or lists, and nothing else that YAML has. libyaml
 * leaves doubled keys, aliases and merge keys to us; all three are refused.
 */
#include <yaml.h>

#include "common/arena.h"
#include "common/config_internal.h"
#include "common/str.h"
#include "common/text.h"

struct reader {
    struct config_set *set;
    yaml_document_t *doc;
    const char *path;
    bool *seen; /* nodes that were read: an alias leads to one a second time */
    lm_err *err;
};

static lm_code fail_at(const struct reader *r, yaml_mark_t mark, const char *key, const char *what)
{
    return lm_fail(r->err, LM_INVALID, "%s:%zu:%zu: %s%s%s", r->path, mark.line + 1,
                   mark.column + 1, key, *key ? ": " : "", what);
}

/* The node, once. Whoever comes back to it did so through an alias. */
static yaml_node_t *visit(const struct reader *r, int id, const char *key)
{
    yaml_node_t *node = yaml_document_get_node(r->doc, id);

    if (r->seen[id]) {
        (void)fail_at(r, node->start_mark, key, "aliases (*name) are not allowed");
        return NULL;
    }
    r->seen[id] = true;
    return node;
}

static lm_str scalar(const yaml_node_t *node)
{
    return (lm_str){(const char *)node->data.scalar.value, node->data.scalar.length};
}

/* A key of a mapping as text: plain words, each once. */
static lm_code read_name(const struct reader *r, const yaml_node_t *map,
                         const yaml_node_pair_t *pair, const char *section, lm_str *out)
{
    yaml_node_t *node = visit(r, pair->key, section);

    if (!node)
        return r->err->code;
    if (node->type != YAML_SCALAR_NODE)
        return fail_at(r, node->start_mark, section, "a key must be a word");
    *out = scalar(node);
    if (lm_str_eqz(*out, "<<"))
        return fail_at(r, node->start_mark, section, "merge keys (<<) are not allowed");
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < pair; p++) {
        yaml_node_t *other = yaml_document_get_node(r->doc, p->key);

        if (lm_str_eq(scalar(other), *out))
            return fail_at(r, node->start_mark, lm_arena_strz(r->set->arena, *out),
                           lm_arena_printf(r->set->arena, "given twice, first in line %zu",
                                           other->start_mark.line + 1));
    }
    return LM_OK;
}

static struct config_entry *find_entry(const struct config_set *set, const char *name)
{
    for (size_t i = 0; i < set->n; i++)
        if (strcmp(set->entries[i].key->name, name) == 0)
            return &set->entries[i];
    return NULL;
}

static lm_code unknown_key(const struct reader *r, yaml_mark_t mark, const char *name)
{
    const double close_enough = 0.75;
    const char *best = NULL;
    double most = close_enough;

    for (size_t i = 0; i < r->set->n; i++) {
        const char *known = r->set->entries[i].key->name;
        double ratio = lm_text_ratio(lm_str_z(name), lm_str_z(known));

        if (ratio >= most) {
            most = ratio;
            best = known;
        }
    }
    if (!best)
        return fail_at(r, mark, name, "unknown key");
    return fail_at(r, mark, name,
                   lm_arena_printf(r->set->arena, "unknown key; did you mean %s?", best));
}

static lm_code read_list(const struct reader *r, const yaml_node_t *node, const char *name,
                         struct config_text *v)
{
    const yaml_node_item_t *from = node->data.sequence.items.start;
    size_t n = (size_t)(node->data.sequence.items.top - from);
    lm_str *items = LM_NEW_ARRAY(r->set->arena, lm_str, n + 1);

    for (size_t i = 0; i < n; i++) {
        yaml_node_t *item = visit(r, from[i], name);

        if (!item)
            return r->err->code;
        if (item->type != YAML_SCALAR_NODE ||
            memchr(item->data.scalar.value, 0, item->data.scalar.length))
            return fail_at(r, item->start_mark, name, "items of a list must be plain values");
        items[i] = lm_arena_dup(r->set->arena, scalar(item));
    }
    v->items = items;
    v->n_items = n;
    return LM_OK;
}

/* "key:" with nothing behind it, or ~: a slip more often than a wish. */
static bool is_nothing(const yaml_node_t *node)
{
    lm_str text = scalar(node);

    return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
           (text.n == 0 || lm_str_eqz(text, "~") || lm_str_eqz(text, "null"));
}

static lm_code read_value(const struct reader *r, const yaml_node_t *node, struct config_entry *e)
{
    const char *name = e->key->name;
    struct config_text *v = &e->from_file;

    if (node->type == YAML_MAPPING_NODE)
        return fail_at(r, node->start_mark, name, "expected a value, found a section");
    v->is_set = true;
    v->where = lm_arena_printf(r->set->arena, "%s:%zu:%zu", r->path, node->start_mark.line + 1,
                               node->start_mark.column + 1);
    if (node->type == YAML_SEQUENCE_NODE)
        return read_list(r, node, name, v);
    if (is_nothing(node))
        return fail_at(r, node->start_mark, name,
                       "has no value; leave the line out for the default, or write \"\"");
    v->text = lm_arena_dup(r->set->arena, scalar(node));
    return LM_OK;
}

static lm_code read_section(const struct reader *r, const yaml_node_t *map, lm_str section)
{
    const char *section_z = lm_arena_strz(r->set->arena, section);

    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top;
         p++) {
        yaml_mark_t mark = yaml_document_get_node(r->doc, p->key)->start_mark;
        struct config_entry *e;
        yaml_node_t *value;
        const char *name;
        lm_str key;

        if (read_name(r, map, p, section_z, &key))
            return r->err->code;
        name = lm_arena_printf(r->set->arena, "%s.%.*s", section_z, LM_FMT(key));
        e = find_entry(r->set, name);
        if (!e)
            return unknown_key(r, mark, name);
        value = visit(r, p->value, name);
        if (!value || read_value(r, value, e))
            return r->err->code;
    }
    return LM_OK;
}

static lm_code read_root(const struct reader *r, const yaml_node_t *root)
{
    r->seen[1] = true; /* libyaml numbers nodes from 1, the root first */
    if (root->type != YAML_MAPPING_NODE)
        return fail_at(r, root->start_mark, "", "expected sections (name:)");
    for (yaml_node_pair_t *p = root->data.mapping.pairs.start; p < root->data.mapping.pairs.top;
         p++) {
        yaml_node_t *value;
        lm_str section;

        if (read_name(r, root, p, "", &section))
            return r->err->code;
        value = visit(r, p->value, lm_arena_strz(r->set->arena, section));
        if (!value)
            return r->err->code;
        if (value->type == YAML_SCALAR_NODE && is_nothing(value)) /* all its keys are comments */
            continue;
        if (value->type != YAML_MAPPING_NODE)
            return fail_at(r, value->start_mark, lm_arena_strz(r->set->arena, section),
                           "expected a section: keys, indented, one a line");
        if (read_section(r, value, section))
            return r->err->code;
    }
    return LM_OK;
}

static lm_code fail_parse(const struct reader *r, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "not YAML";

    if (!parser->context)
        return fail_at(r, parser->problem_mark, "", problem);
    return fail_at(r, parser->problem_mark, "",
                   lm_arena_printf(r->set->arena, "%s %s", parser->context, problem));
}

static void end_document(void *doc)
{
    yaml_document_delete(doc);
}

static void end_parser(void *parser)
{
    yaml_parser_delete(parser);
}

static lm_code refuse_second_document(const struct reader *r, yaml_parser_t *parser)
{
    yaml_document_t second;
    bool is_more;

    if (!yaml_parser_load(parser, &second))
        return fail_parse(r, parser);
    is_more = yaml_document_get_root_node(&second) != NULL;
    yaml_document_delete(&second);
    return is_more ? fail_at(r, parser->mark, "", "only one document, please (---)") : LM_OK;
}

lm_code lm_config_read_yaml(struct config_set *set, const char *path, lm_str text, lm_err *err)
{
    yaml_parser_t *parser = LM_NEW(set->arena, yaml_parser_t);
    struct reader r = {.set = set, .path = path, .err = err};
    yaml_node_t *root;

    LM_ASSERT(yaml_parser_initialize(parser));
    lm_arena_defer(set->arena, end_parser, parser);
    yaml_parser_set_input_string(parser, (const unsigned char *)text.p, text.n);

    r.doc = LM_NEW(set->arena, yaml_document_t);
    if (!yaml_parser_load(parser, r.doc))
        return fail_parse(&r, parser);
    lm_arena_defer(set->arena, end_document, r.doc);
    root = yaml_document_get_root_node(r.doc);
    if (!root) /* an empty file: all defaults */
        return LM_OK;
    r.seen = LM_NEW_ARRAY(set->arena, bool, (size_t)(r.doc->nodes.top - r.doc->nodes.start) + 1);
    if (read_root(&r, root))
        return err->code;
    return refuse_second_document(&r, parser);
}
