/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.json: OpenAPI 3.1 of every operation with a route. Aliases are named, not repeated. */
#include "embed.h"
#include "json_out.h"

static void write_info(struct gen_json *j)
{
    gen_json_z(j, "openapi", "3.1.0");
    gen_json_object(j, "info");
    gen_json_z(j, "title", "LeadMachine");
    gen_json_z(j, "version", "1");
    gen_json_z(j, "description",
               "Keys are snake_case, times are RFC 3339 in UTC, absent is absent. Errors are "
               "application/problem+json. Idempotency-Key may stand on any POST. Lists take limit "
               "and after, and answer items, total and next.");
    gen_json_object(j, "license");
    gen_json_z(j, "name", "Apache-2.0");
    gen_json_z(j, "identifier", "Apache-2.0");
    gen_json_end(j);
    gen_json_end(j);
    gen_json_array(j, "servers");
    gen_json_object(j, NULL);
    gen_json_z(j, "url", "/api");
    gen_json_end(j);
    gen_json_end(j);
    gen_json_array(j, "security");
    gen_json_object(j, NULL);
    gen_json_array(j, "bearer");
    gen_json_end(j);
    gen_json_end(j);
    gen_json_end(j);
}

static void write_tags(const struct gen *g, struct gen_json *j)
{
    gen_json_array(j, "tags");
    for (size_t i = 0; i < g->n_files; i++) {
        const struct gen_service *s = g->files[i].service;

        if (!s)
            continue;
        gen_json_object(j, NULL);
        gen_json_z(j, "name", s->name);
        if (s->comment.n > 0)
            gen_json_text(j, "description", s->comment);
        gen_json_end(j);
    }
    gen_json_end(j);
}

static void write_parameter(const struct gen_schema *s, const char *prefix,
                            const struct gen_field *f, bool is_path)
{
    struct gen_json *j = s->json;
    char name[256];

    snprintf(name, sizeof(name), "%s%s", prefix, f->name);
    if (f->message) { /* a message in a query: dotted names of what is in it */
        strncpy(name + strlen(name), ".", sizeof(name) - strlen(name) - 1);
        for (size_t i = 0; i < f->message->n_fields; i++)
            write_parameter(s, name, &f->message->fields[i], false);
        return;
    }
    gen_json_object(j, NULL);
    gen_json_z(j, "name", name);
    gen_json_z(j, "in", is_path ? "path" : "query");
    if (is_path || (!prefix[0] && gen_must_be_given(f)))
        gen_json_bool(j, "required", true);
    if (f->comment.n > 0)
        gen_json_text(j, "description", f->comment);
    gen_schema_field(s, "schema", f);
    gen_json_end(j);
}

static bool goes_into_query(const struct gen_method *m, const struct gen_field *f)
{
    if (!gen_takes_query(m->route) || gen_path_has(m->route->path, f->name))
        return false;
    return !m->route->raw_body ||
           (strcmp(f->name, "body") != 0 && strcmp(f->name, "content_type") != 0);
}

static void write_idempotency_key(struct gen_json *j)
{
    gen_json_object(j, NULL);
    gen_json_z(j, "$ref", "#/components/parameters/IdempotencyKey");
    gen_json_end(j);
}

static void write_parameters(const struct gen_schema *s, const struct gen_method *m)
{
    gen_json_array(s->json, "parameters");
    for (size_t i = 0; i < m->in->n_fields; i++) {
        const struct gen_field *f = &m->in->fields[i];

        if (gen_path_has(m->route->path, f->name))
            write_parameter(s, "", f, true);
        else if (goes_into_query(m, f))
            write_parameter(s, "", f, false);
    }
    if (strcmp(m->route->method, "POST") == 0)
        write_idempotency_key(s->json);
    gen_json_end(s->json);
}

/* Fields that stand in the body; 0: there is none. */
static size_t count_body_fields(const struct gen_method *m, bool *must)
{
    size_t n = 0;

    *must = false;
    for (size_t i = 0; i < m->in->n_fields; i++) {
        if (gen_path_has(m->route->path, m->in->fields[i].name))
            continue;
        n++;
        *must = *must || gen_must_be_given(&m->in->fields[i]);
    }
    return n;
}

static void write_json_body(const struct gen_schema *s, const struct gen_method *m)
{
    struct gen_json *j = s->json;
    bool must;
    size_t n = count_body_fields(m, &must);

    if (n == 0)
        return;
    gen_json_object(j, "requestBody");
    gen_json_bool(j, "required", must);
    gen_json_object(j, "content");
    gen_json_object(j, "application/json");
    if (n == m->in->n_fields)
        gen_schema_ref(s, "schema", m->in->full);
    else
        gen_schema_message(s, "schema", m->in, m->route->path);
    gen_json_end(j);
    gen_json_end(j);
    gen_json_end(j);
}

static void write_raw_body(struct gen_json *j, const struct gen_method *m)
{
    const struct gen_field *body = gen_find_field(m->in, LM_STR("body"));

    gen_json_object(j, "requestBody");
    gen_json_bool(j, "required", true);
    if (body->comment.n > 0)
        gen_json_text(j, "description", body->comment);
    gen_json_object(j, "content");
    gen_json_object(j, "application/octet-stream");
    gen_json_object(j, "schema");
    gen_json_end(j);
    gen_json_end(j);
    gen_json_end(j);
    gen_json_end(j);
}

static const char *status_text(uint32_t status)
{
    switch (status) {
    case 201:
        return "Made.";
    case 202:
        return "Accepted; a job does it.";
    case 204:
        return "Done.";
    default:
        return "The answer.";
    }
}

/* A file that is made in parts is none of the messages that its parts are. */
static void write_content(const struct gen_schema *s, const struct gen_method *m)
{
    struct gen_json *j = s->json;

    gen_json_object(j, m->route->stream ? m->route->stream : "application/json");
    if (m->route->stream)
        gen_json_raw(j, "schema", "{\"type\": \"string\"}");
    else
        gen_schema_ref(s, "schema", m->out->full);
    gen_json_end(j);
}

static void write_responses(const struct gen_schema *s, const struct gen_method *m)
{
    struct gen_json *j = s->json;
    char status[16];

    snprintf(status, sizeof(status), "%u", m->route->status);
    gen_json_object(j, "responses");
    gen_json_object(j, status);
    gen_json_z(j, "description", status_text(m->route->status));
    if (m->route->status != 204) {
        gen_json_object(j, "content");
        write_content(s, m);
        gen_json_end(j);
    }
    gen_json_end(j);
    gen_json_object(j, "default");
    gen_json_z(j, "$ref", "#/components/responses/Problem");
    gen_json_end(j);
    gen_json_end(j);
}

/* "A search that repeats. More of it." -> "A search that repeats" */
static lm_str first_sentence(const struct gen_method *m)
{
    ptrdiff_t end;

    if (m->comment.n == 0)
        return lm_str_z(m->name);
    end = lm_str_find(m->comment, LM_STR(". "), 0);
    if (end < 0)
        return lm_str_sub(m->comment, 0, m->comment.n - lm_str_ends(m->comment, LM_STR(".")));
    return lm_str_sub(m->comment, 0, (size_t)end);
}

static void write_security(struct gen_json *j, const Lm__Route *r)
{
    if (r->public_) {
        gen_json_array(j, "security");
        gen_json_end(j);
        return;
    }
    gen_json_z(j, "x-role",
               protobuf_c_enum_descriptor_get_value(&lm__role__descriptor, (int)r->role)->name);
}

static void write_operation(const struct gen_schema *s, const struct gen_method *m)
{
    struct gen_json *j = s->json;
    const Lm__Route *r = m->route;
    char method[16] = "";

    for (size_t i = 0; r->method[i] && i < sizeof(method) - 1; i++)
        method[i] = (char)(r->method[i] | 0x20);
    gen_json_object(j, method);
    gen_json_z(j, "operationId", m->name);
    gen_json_array(j, "tags");
    gen_json_z(j, NULL, m->service->name);
    gen_json_end(j);
    gen_json_text(j, "summary", first_sentence(m));
    if (m->comment.n > 0)
        gen_json_text(j, "description", m->comment);
    write_security(j, r);
    if (r->n_alias > 0) {
        gen_json_array(j, "x-aliases");
        for (size_t i = 0; i < r->n_alias; i++)
            gen_json_z(j, NULL, r->alias[i]);
        gen_json_end(j);
    }
    write_parameters(s, m);
    if (r->raw_body)
        write_raw_body(j, m);
    else if (!gen_takes_query(r))
        write_json_body(s, m);
    write_responses(s, m);
    gen_json_end(j);
}

/* Every routed operation, in the order of the contract. */
static const struct gen_method *next_routed(const struct gen *g, size_t *file, size_t *at)
{
    for (; *file < g->n_files; (*file)++, *at = 0) {
        const struct gen_service *s = g->files[*file].service;

        while (s && *at < s->n_methods) {
            const struct gen_method *m = &s->methods[(*at)++];
            if (m->route)
                return m;
        }
    }
    return NULL;
}

static bool path_was_written(const struct gen *g, const struct gen_method *until)
{
    size_t file = 0, at = 0;
    const struct gen_method *m;

    while ((m = next_routed(g, &file, &at)) != until) {
        if (strcmp(m->route->path, until->route->path) == 0)
            return true;
    }
    return false;
}

static void write_paths(const struct gen *g, const struct gen_schema *s)
{
    size_t file = 0, at = 0, other_file, other_at;
    const struct gen_method *m, *other;

    gen_json_object(s->json, "paths");
    while ((m = next_routed(g, &file, &at))) {
        if (path_was_written(g, m))
            continue;
        gen_json_object(s->json, m->route->path);
        other_file = other_at = 0;
        while ((other = next_routed(g, &other_file, &other_at))) {
            if (strcmp(other->route->path, m->route->path) == 0)
                write_operation(s, other);
        }
        gen_json_end(s->json);
    }
    gen_json_end(s->json);
}

static bool enum_is_used(const struct gen *g, const struct gen_enum *e)
{
    for (size_t i = 0; i < g->n_messages; i++) {
        const struct gen_message *m = &g->messages[i];

        if (!m->in_request && !m->in_response)
            continue;
        for (size_t k = 0; k < m->n_fields; k++) {
            if (m->fields[k].enumeration == e)
                return true;
        }
    }
    return false;
}

/* Known to the gateway, not to the contract: what every error looks like. */
static const char problem_schema[] =
    "{\"type\": \"object\", \"required\": [\"type\", \"title\", \"status\", \"code\"], \"properties\": {"
    "\"type\": {\"type\": \"string\"}, \"title\": {\"type\": \"string\"}, \"status\": {\"type\": \"integer\"}, "
    "\"detail\": {\"type\": \"string\"}, \"code\": {\"type\": \"string\"}, \"request_id\": {\"type\": \"string\"}, "
    "\"errors\": {\"type\": \"array\", \"items\": {\"type\": \"object\", \"required\": [\"field\", \"message\"], "
    "\"properties\": {\"field\": {\"type\": \"string\"}, \"message\": {\"type\": \"string\"}}}}}}";

static void write_components(const struct gen *g, const struct gen_schema *s)
{
    struct gen_json *j = s->json;

    gen_json_object(j, "components");
    gen_json_object(j, "schemas");
    for (size_t i = 0; i < g->n_enums; i++) {
        if (enum_is_used(g, &g->enums[i]))
            gen_schema_enum(s, g->enums[i].full, &g->enums[i]);
    }
    for (size_t i = 0; i < g->n_messages; i++) {
        if (g->messages[i].in_request || g->messages[i].in_response)
            gen_schema_message(s, g->messages[i].full, &g->messages[i], NULL);
    }
    gen_json_raw(j, "Problem", problem_schema);
    gen_json_end(j);
    gen_json_object(j, "securitySchemes");
    gen_json_raw(j, "bearer", "{\"type\": \"http\", \"scheme\": \"bearer\"}");
    gen_json_end(j);
    gen_json_object(j, "parameters");
    gen_json_raw(j, "IdempotencyKey",
                 "{\"name\": \"Idempotency-Key\", \"in\": \"header\", \"required\": false, "
                 "\"schema\": {\"type\": \"string\", \"minLength\": 1, \"maxLength\": 200}}");
    gen_json_end(j);
    gen_json_object(j, "responses");
    gen_json_raw(
        j, "Problem",
        "{\"description\": \"It failed; `code` says how, `errors` which fields.\", \"content\": "
        "{\"application/problem+json\": {\"schema\": {\"$ref\": \"#/components/schemas/Problem\"}}}}");
    gen_json_end(j);
    gen_json_end(j);
}

void gen_write_openapi(struct gen *g)
{
    struct lm_buf b = gen_open(g);
    struct gen_json j = {.b = &b};
    struct gen_schema s = {.json = &j};

    gen_json_object(&j, NULL);
    write_info(&j);
    write_tags(g, &j);
    write_paths(g, &s);
    write_components(g, &s);
    gen_json_end(&j);
    gen_embed(g, "openapi.lm.c", "lm_openapi_json", lm_buf_str(&b));
    gen_close(g, "openapi.json", &b);
}
