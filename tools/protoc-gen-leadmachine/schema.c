/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Schema (2020-12, which OpenAPI 3.1 speaks) of messages and fields, rules included. */
#include "json_out.h"

void gen_schema_ref(const struct gen_schema *s, const char *key, const char *full)
{
    char ref[256];

    snprintf(ref, sizeof(ref), "#/components/schemas/%s", full);
    gen_json_object(s->json, key);
    gen_json_z(s->json, "$ref", ref);
    gen_json_end(s->json);
}

static void describe(struct gen_json *j, lm_str comment)
{
    if (comment.n > 0)
        gen_json_text(j, "description", comment);
}

static void list_values(struct gen_json *j, const struct gen_enum *e)
{
    gen_json_z(j, "type", "string");
    gen_json_array(j, "enum");
    for (size_t i = 0; i < e->p->n_value; i++)
        gen_json_z(j, NULL, e->p->value[i]->name);
    gen_json_end(j);
}

void gen_schema_enum(const struct gen_schema *s, const char *key, const struct gen_enum *e)
{
    gen_json_object(s->json, key);
    describe(s->json, e->comment);
    list_values(s->json, e);
    gen_json_end(s->json);
}

static const char *format_name(Lm__Format format)
{
    switch (format) {
    case LM__FORMAT__EMAIL:
        return "email";
    case LM__FORMAT__URL:
        return "uri";
    case LM__FORMAT__DOMAIN:
        return "hostname";
    case LM__FORMAT__PHONE:
        return "phone";
    case LM__FORMAT__UUID:
        return "uuid";
    case LM__FORMAT__DATE:
        return "date";
    case LM__FORMAT__COUNTRY:
        return "country";
    case LM__FORMAT__LANGUAGE:
        return "language";
    case LM__FORMAT__TIMEZONE:
        return "timezone";
    default:
        return NULL;
    }
}

static void write_text_rules(struct gen_json *j, const struct gen_field *f)
{
    const Lm__Rule *r = f->rule;
    uint32_t min_len = gen_min_len(f);

    if (min_len > 0)
        gen_json_number(j, "minLength", min_len);
    if (r->max_len > 0)
        gen_json_number(j, "maxLength", r->max_len);
    if (r->pattern) {
        char pattern[1024];

        snprintf(pattern, sizeof(pattern), "^(%s)$", r->pattern);
        gen_json_z(j, "pattern", pattern);
    }
    if (format_name(r->format))
        gen_json_z(j, "format", format_name(r->format));
}

static void write_number_rules(struct gen_json *j, const Lm__Rule *r)
{
    if (r->has_min)
        gen_json_number(j, "minimum", r->min);
    if (r->has_max)
        gen_json_number(j, "maximum", r->max);
}

static void write_default(struct gen_json *j, const struct gen_field *f)
{
    const char *text = f->p->default_value;
    double number;

    if (!text)
        return;
    if (f->p->type == GEN_TYPE(BOOL))
        gen_json_bool(j, "default", strcmp(text, "true") == 0);
    else if (gen_is_number(f) && lm_str_double(lm_str_z(text), &number))
        gen_json_number(j, "default", number);
    else if (f->p->type == GEN_TYPE(STRING) || f->p->type == GEN_TYPE(ENUM))
        gen_json_z(j, "default", text);
}

static void write_scalar(struct gen_json *j, const struct gen_field *f)
{
    switch (f->p->type) {
    case GEN_TYPE(STRING):
        gen_json_z(j, "type", "string");
        break;
    case GEN_TYPE(BYTES):
        gen_json_z(j, "type", "string");
        gen_json_z(j, "contentEncoding", "base64");
        break;
    case GEN_TYPE(BOOL):
        gen_json_z(j, "type", "boolean");
        break;
    default:
        if (gen_is_time(f)) {
            gen_json_z(j, "type", "string");
            gen_json_z(j, "format", "date-time");
        } else {
            gen_json_z(j, "type", gen_is_integer(f) ? "integer" : "number");
        }
        break;
    }
    if (f->rule && f->p->type == GEN_TYPE(STRING))
        write_text_rules(j, f);
    if (f->rule && gen_is_number(f))
        write_number_rules(j, f->rule);
}

/* What stands for one value, without description and default: those belong to the field. */
static void write_value(const struct gen_schema *s, const struct gen_field *f)
{
    char ref[256];
    const char *full = f->message ? f->message->full : f->enumeration ? f->enumeration->full : NULL;

    if (!full) {
        write_scalar(s->json, f);
    } else if (s->is_inline && f->enumeration) {
        list_values(s->json, f->enumeration);
    } else {
        snprintf(ref, sizeof(ref), "#/components/schemas/%s", full);
        gen_json_z(s->json, "$ref", ref);
    }
}

static void write_array(const struct gen_schema *s, const struct gen_field *f)
{
    gen_json_z(s->json, "type", "array");
    if (f->rule && f->rule->min_items > 0)
        gen_json_number(s->json, "minItems", f->rule->min_items);
    if (f->rule && f->rule->max_items > 0)
        gen_json_number(s->json, "maxItems", f->rule->max_items);
    if (f->message && s->is_inline) {
        gen_schema_message(s, "items", f->message, NULL);
        return;
    }
    gen_json_object(s->json, "items");
    write_value(s, f);
    gen_json_end(s->json);
}

void gen_schema_field(const struct gen_schema *s, const char *key, const struct gen_field *f)
{
    if (f->message && s->is_inline && !gen_is_repeated(f)) {
        gen_schema_message(s, key, f->message, NULL);
        return;
    }
    gen_json_object(s->json, key);
    describe(s->json, f->comment);
    if (gen_is_repeated(f))
        write_array(s, f);
    else
        write_value(s, f);
    write_default(s->json, f);
    gen_json_end(s->json);
}

/*
 * A request must give what is required; an answer always has that, and all its arrays, empty ones
 * too. A message that serves both promises what holds for both.
 */
static bool is_always_there(const struct gen_message *m, const struct gen_field *f)
{
    if (m->in_request)
        return gen_must_be_given(f);
    return gen_is_required(f) || gen_is_repeated(f);
}

static void write_required(struct gen_json *j, const struct gen_message *m, const char *path)
{
    bool is_open = false;

    for (size_t i = 0; i < m->n_fields; i++) {
        if (!is_always_there(m, &m->fields[i]) || (path && gen_path_has(path, m->fields[i].name)))
            continue;
        if (!is_open)
            gen_json_array(j, "required");
        is_open = true;
        gen_json_z(j, NULL, m->fields[i].name);
    }
    if (is_open)
        gen_json_end(j);
}

void gen_schema_message(const struct gen_schema *s, const char *key, const struct gen_message *m,
                        const char *path)
{
    gen_json_object(s->json, key);
    describe(s->json, m->comment);
    gen_json_z(s->json, "type", "object");
    gen_json_object(s->json, "properties");
    for (size_t i = 0; i < m->n_fields; i++) {
        if (!path || !gen_path_has(path, m->fields[i].name))
            gen_schema_field(s, m->fields[i].name, &m->fields[i]);
    }
    gen_json_end(s->json);
    write_required(s->json, m, path);
    if (m->in_request && !m->in_response)
        gen_json_bool(s->json, "additionalProperties", false);
    gen_json_end(s->json);
}
