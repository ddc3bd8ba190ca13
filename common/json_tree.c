/* SPDX-License-Identifier: Apache-2.0 */
/* JSON of others as a tree: nothing about its shape is taken for granted. */
#include "common/json.h"
#include "common/json_lex.h"
#include "common/str.h"

enum { TREE_DEPTH = 128 };

static bool parse_value(struct lm_json_lex *lex, struct lm_jval *v, unsigned depth);

static bool parse_items(struct lm_json_lex *lex, struct lm_jval *v, char opening, char closing,
                        unsigned depth)
{
    size_t items_cap = 0, keys_cap = 0;
    bool more;

    if (depth == 0) {
        lex->problem = "nested too deep";
        return false;
    }
    if (!lm_json_open(lex, opening, closing, &more))
        return false;
    while (more) {
        v->items = lm_arena_grow(lex->arena, v->items, v->n, &items_cap, sizeof(*v->items));
        if (opening == '{') {
            v->keys = lm_arena_grow(lex->arena, v->keys, v->n, &keys_cap, sizeof(*v->keys));
            if (!lm_json_key(lex, &v->keys[v->n]))
                return false;
        }
        if (!parse_value(lex, &v->items[v->n], depth - 1) || !lm_json_more(lex, closing, &more))
            return false;
        v->n++;
    }
    return true;
}

static bool parse_number(struct lm_json_lex *lex, struct lm_jval *v)
{
    if (!lm_json_number(lex, &v->str))
        return false;
    v->type = LM_J_NUM;
    if (!lm_str_double(v->str, &v->num)) /* 1e999 */
        v->num = v->str.p[0] == '-' ? -__DBL_MAX__ : __DBL_MAX__;
    return true;
}

static bool parse_value(struct lm_json_lex *lex, struct lm_jval *v, unsigned depth)
{
    char c = lm_json_peek(lex);

    *v = (struct lm_jval){.type = LM_J_NULL};
    switch (c) {
    case '{':
        v->type = LM_J_OBJ;
        return parse_items(lex, v, '{', '}', depth);
    case '[':
        v->type = LM_J_ARR;
        return parse_items(lex, v, '[', ']', depth);
    case '"':
        v->type = LM_J_STR;
        return lm_json_string(lex, &v->str);
    case 't':
    case 'f':
        v->type = LM_J_BOOL;
        v->b = c == 't';
        return lm_json_word(lex, v->b ? "true" : "false");
    case 'n':
        return lm_json_word(lex, "null");
    default:
        return parse_number(lex, v);
    }
}

lm_code lm_json_parse_prefix(struct lm_arena *a, lm_str text, struct lm_jval **out, size_t *used,
                             lm_err *err)
{
    struct lm_json_lex lex;
    struct lm_jval *v = LM_NEW(a, struct lm_jval);

    lm_json_lex_init(&lex, a, text);
    lex.is_lenient = true;
    if (!parse_value(&lex, v, TREE_DEPTH))
        return lm_fail(err, LM_INVALID, "this is no JSON: at byte %td %s", lex.p - lex.start + 1,
                       lex.problem);
    *out = v;
    *used = (size_t)(lex.p - lex.start);
    return LM_OK;
}

lm_code lm_json_parse(struct lm_arena *a, lm_str json, struct lm_jval **out, lm_err *err)
{
    struct lm_jval *v;
    size_t used;

    if (lm_json_parse_prefix(a, json, &v, &used, err))
        return err->code;
    if (lm_str_trim(lm_str_sub(json, used, json.n)).n > 0)
        return lm_fail(err, LM_INVALID, "this is no JSON: at byte %zu something follows the value",
                       used + 1);
    *out = v;
    return LM_OK;
}

/* -- look-ups -- */

static const struct lm_jval missing = {.type = LM_J_NULL};

static const struct lm_jval *child(const struct lm_jval *v, lm_str part)
{
    uint64_t i;

    if (v->type == LM_J_ARR)
        return lm_str_uint(part, &i) && i < v->n ? &v->items[i] : &missing;
    for (size_t k = v->type == LM_J_OBJ ? v->n : 0;
         k-- > 0;) { /* of doubled keys the last counts */
        if (lm_str_eq(v->keys[k], part))
            return &v->items[k];
    }
    return &missing;
}

const struct lm_jval *lm_jget(const struct lm_jval *v, const char *path)
{
    lm_str rest = lm_str_z(path), part;

    if (!v)
        return &missing;
    while (rest.n > 0 && lm_str_split(&rest, '.', &part))
        v = child(v, part);
    return v;
}

lm_str lm_jstr(const struct lm_jval *v, const char *path)
{
    v = lm_jget(v, path);
    return v->type == LM_J_STR || v->type == LM_J_NUM ? v->str : (lm_str){NULL, 0};
}

int64_t lm_jint(const struct lm_jval *v, const char *path, int64_t otherwise)
{
    static const double largest = 9007199254740992.0; /* 2^53: up to here doubles are exact */
    int64_t value;

    v = lm_jget(v, path);
    if ((v->type == LM_J_NUM || v->type == LM_J_STR) && lm_str_int(v->str, &value))
        return value;
    if (v->type != LM_J_NUM || v->num > largest || v->num < -largest)
        return otherwise;
    value = (int64_t)v->num;
    return (double)value == v->num ? value : otherwise; /* 12.0 and 1e3 are whole, 12.5 is not */
}

bool lm_jbool(const struct lm_jval *v, const char *path)
{
    v = lm_jget(v, path);
    return v->type == LM_J_BOOL && v->b;
}
