/* SPDX-License-Identifier: Apache-2.0 */
/* What the writers ask of the model again and again: kinds of fields, paths, who meets a message. */
#include "model.h"

bool gen_is_integer(const struct gen_field *f)
{
    switch (f->p->type) {
    case GEN_TYPE(INT32):
    case GEN_TYPE(SINT32):
    case GEN_TYPE(SFIXED32):
    case GEN_TYPE(UINT32):
    case GEN_TYPE(FIXED32):
    case GEN_TYPE(INT64):
    case GEN_TYPE(SINT64):
    case GEN_TYPE(SFIXED64):
    case GEN_TYPE(UINT64):
    case GEN_TYPE(FIXED64):
        return true;
    default:
        return false;
    }
}

bool gen_is_number(const struct gen_field *f)
{
    return gen_is_integer(f) || f->p->type == GEN_TYPE(DOUBLE) || f->p->type == GEN_TYPE(FLOAT);
}

bool gen_is_time(const struct gen_field *f)
{
    return f->p->type == GEN_TYPE(INT64) &&
           (strcmp(f->name, "at") == 0 || lm_str_ends(lm_str_z(f->name), LM_STR("_at")));
}

bool gen_is_value(const struct gen_field *f)
{
    return !gen_is_repeated(f) &&
           (gen_is_number(f) || f->p->type == GEN_TYPE(BOOL) || f->p->type == GEN_TYPE(ENUM));
}

bool gen_must_be_given(const struct gen_field *f)
{
    return gen_is_required(f) || (f->rule && (f->rule->required || f->rule->min_items > 0));
}

uint32_t gen_min_len(const struct gen_field *f)
{
    bool is_text = f->p->type == GEN_TYPE(STRING) || f->p->type == GEN_TYPE(BYTES);

    if (!f->rule)
        return 0;
    if (f->rule->min_len == 0 && is_text && (gen_is_required(f) || f->rule->required))
        return 1;
    return f->rule->min_len;
}

bool gen_next_segment(const char *path, size_t *at, lm_str *text, bool *is_param)
{
    lm_str s = lm_str_z(path);
    size_t from = *at + 1; /* behind the slash */
    ptrdiff_t slash;

    if (*at >= s.n)
        return false;
    slash = lm_str_chr(s, '/', from);
    *at = slash < 0 ? s.n : (size_t)slash;
    *text = lm_str_sub(s, from, *at);
    *is_param = text->n >= 2 && text->p[0] == '{' && text->p[text->n - 1] == '}';
    if (*is_param)
        *text = lm_str_sub(*text, 1, text->n - 1);
    return true;
}

bool gen_path_has(const char *path, const char *field)
{
    size_t at = 0;
    lm_str text;
    bool is_param;

    while (gen_next_segment(path, &at, &text, &is_param)) {
        if (is_param && lm_str_eqz(text, field))
            return true;
    }
    return false;
}

bool gen_takes_query(const Lm__Route *route)
{
    return route->raw_body || strcmp(route->method, "GET") == 0 ||
           strcmp(route->method, "DELETE") == 0;
}

bool gen_writes(const struct gen_method *m)
{
    static const char *const asks[] = {"Get", "List", "Find", "Check"};

    if (m->route)
        return strcmp(m->route->method, "GET") != 0 && !m->route->idempotent;
    for (size_t i = 0; i < LM_COUNT(asks); i++) {
        if (lm_str_starts(lm_str_z(m->name), lm_str_z(asks[i])))
            return false;
    }
    return true;
}

/* The model is const to its readers; this pass is one of its makers. */
static void mark(const struct gen_message *m, bool in_request)
{
    struct gen_message *mine = (struct gen_message *)(uintptr_t)m;
    bool *flag = in_request ? &mine->in_request : &mine->in_response;

    if (*flag)
        return;
    *flag = true;
    for (size_t i = 0; i < m->n_fields; i++) {
        if (m->fields[i].message)
            mark(m->fields[i].message, in_request);
    }
}

void gen_mark_uses(struct gen *g)
{
    for (size_t k = 0; k < g->n_files; k++) {
        const struct gen_service *s = g->files[k].service;

        for (size_t i = 0; s && i < s->n_methods; i++) {
            if (!s->methods[i].route)
                continue;
            mark(s->methods[i].in, true);
            mark(s->methods[i].out, false);
        }
    }
}
