/* SPDX-License-Identifier: Apache-2.0 */
/* What protoc cannot know to be wrong: services, routes, consumed events, jobs. Fields: check_fields.c. */
#include <ctype.h>

#include "model.h"

/* -- files and services -- */

static void check_file(struct gen *g, const struct gen_file *file)
{
    const struct gen_service *s = file->service;

    if (file->p->syntax && strcmp(file->p->syntax, "proto2") != 0)
        gen_error(g, file, "syntax", "is %s; presence needs proto2", file->p->syntax);
    if (s && strcmp(file->package, file->stem) != 0)
        gen_error(g, file, s->p->name, "the package is %s; it names the service as the file does",
                  file->package);
}

/* Handlers and clients share the prefix of the service; two of one name would not link. */
struct names {
    const char **v;
    size_t n, cap;
};

static void claim_name(struct gen *g, struct names *names, const struct gen_service *s,
                       const char *prefix, const char *what)
{
    const char *name = lm_arena_printf(g->arena, "%s%s", prefix, what);

    for (size_t i = 0; i < names->n; i++) {
        if (strcmp(names->v[i], name) == 0)
            gen_error(g, s->file, s->p->name, "two things would both be the function %s_%s",
                      s->name, name);
    }
    names->v = lm_arena_grow(g->arena, names->v, names->n, &names->cap, sizeof(*names->v));
    names->v[names->n++] = name;
}

static void check_consumes(struct gen *g, const struct gen_service *s, struct names *names)
{
    for (size_t i = 0; i < s->n_consumes; i++) {
        const struct gen_message *m = gen_find_message(g, s->consumes[i]);

        if (!m)
            gen_error(g, s->file, s->p->name, "consumes %s, which no file declares",
                      s->consumes[i]);
        else if (!m->file->service || m->job)
            gen_error(g, s->file, s->p->name, "consumes %s, which is no event of a service",
                      s->consumes[i]);
        else
            claim_name(g, names, s, "on_", m->snake);
    }
}

static void check_service(struct gen *g, const struct gen_service *s)
{
    struct names names = {0};

    for (size_t i = 0; i < s->n_methods; i++) {
        claim_name(g, &names, s, "", s->methods[i].snake);
        claim_name(g, &names, s, "call_", s->methods[i].snake);
    }
    check_consumes(g, s, &names);
    for (size_t i = 0; i < g->n_messages; i++) {
        if (g->messages[i].job && g->messages[i].file == s->file)
            claim_name(g, &names, s, "do_", g->messages[i].snake);
    }
}

/* -- jobs -- */

static void check_job(struct gen *g, const struct gen_message *m)
{
    if (!m->file->service)
        gen_error(g, m->file, m->full, "is a job, but no service in this file could do it");
    if (m->job->max_attempts < 1 || m->job->lease_s < 5 || m->job->limit_s < 1)
        gen_error(g, m->file, m->full,
                  "a job has limits: max_attempts from 1, lease_s from 5, limit_s from 1");
}

/* -- routes -- */

static bool is_literal(lm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (!isalnum((unsigned char)s.p[i]) && !strchr("-_.", s.p[i]))
            return false;
    }
    return s.n > 0;
}

/* The reader of a JSON body refuses one without a required number: it knows nothing of the path. */
static void check_parameter(struct gen *g, const struct gen_method *m, const char *path,
                            lm_str name)
{
    const struct gen_field *f = gen_find_field(m->in, name);

    if (!f)
        gen_error(g, m->service->file, m->name, "path %s: %s has no field %.*s", path, m->in->full,
                  LM_FMT(name));
    else if (gen_is_repeated(f) || f->message || f->p->type == GEN_TYPE(BYTES))
        gen_error(g, m->service->file, m->name, "path %s: %s is no single value", path, f->name);
    else if (gen_is_required(f) && gen_is_value(f) && !gen_takes_query(m->route))
        gen_error(g, m->service->file, m->name,
                  "%s comes in the path: make it optional, with the rule required", f->name);
}

static void check_path(struct gen *g, const struct gen_method *m, const char *path)
{
    const struct gen_file *file = m->service->file;
    size_t at = 0, earlier;
    lm_str text, other;
    bool is_param, other_is_param;

    if (path[0] != '/')
        gen_error(g, file, m->name, "path %s does not begin with /", path);
    while (gen_next_segment(path, &at, &text, &is_param)) {
        if (!is_param && !is_literal(text))
            gen_error(g, file, m->name,
                      "path %s: '%.*s' is neither {field} nor letters, digits, - _ .", path,
                      LM_FMT(text));
        if (!is_param)
            continue;
        check_parameter(g, m, path, text);
        earlier = 0;
        while (gen_next_segment(path, &earlier, &other, &other_is_param) && earlier < at) {
            if (other_is_param && lm_str_eq(text, other))
                gen_error(g, file, m->name, "path %s: {%.*s} stands twice", path, LM_FMT(text));
        }
    }
}

/*
 * What comes in the query starts from a message of defaults: a required number that is not given
 * would be 0 and nobody would know. In a JSON body the reader sees that it is missing.
 */
static void check_query(struct gen *g, const struct gen_method *m)
{
    for (size_t i = 0; i < m->in->n_fields; i++) {
        const struct gen_field *f = &m->in->fields[i];

        if (gen_path_has(m->route->path, f->name) ||
            (m->route->raw_body && f->p->type == GEN_TYPE(BYTES)))
            continue;
        if (gen_is_required(f) && gen_is_value(f))
            gen_error(g, m->service->file, m->name,
                      "%s comes in the query: make it optional, with the rule required", f->name);
        if (f->message && gen_is_repeated(f))
            gen_error(g, m->service->file, m->name,
                      "%s: repeated messages have no place in a query", f->name);
    }
}

static void check_raw_body(struct gen *g, const struct gen_method *m)
{
    const struct gen_field *body = gen_find_field(m->in, LM_STR("body"));
    const struct gen_field *type = gen_find_field(m->in, LM_STR("content_type"));

    if (!body || body->p->type != GEN_TYPE(BYTES) || gen_is_repeated(body))
        gen_error(g, m->service->file, m->name, "a raw body needs the field `bytes body` in %s",
                  m->in->full);
    if (type && (type->p->type != GEN_TYPE(STRING) || gen_is_repeated(type)))
        gen_error(g, m->service->file, m->name, "content_type of %s is no string", m->in->full);
}

/* What the gateway asks with, and what it sends on. */
static void check_stream(struct gen *g, const struct gen_method *m)
{
    const struct gen_field *part = gen_find_field(m->in, LM_STR("part"));
    const struct gen_field *data = gen_find_field(m->out, LM_STR("data"));
    const struct gen_field *next = gen_find_field(m->out, LM_STR("next"));

    if (strcmp(m->route->method, "GET") != 0 || m->route->mcp_tool)
        gen_error(g, m->service->file, m->name, "a stream is the answer to a GET, and no tool");
    if (!part || part->p->type != GEN_TYPE(STRING))
        gen_error(g, m->service->file, m->name, "a stream needs the field `string part` in %s",
                  m->in->full);
    if (!data || data->p->type != GEN_TYPE(BYTES) || !next || next->p->type != GEN_TYPE(STRING))
        gen_error(g, m->service->file, m->name,
                  "a stream needs the fields `bytes data` and `string next` in %s", m->out->full);
}

static bool is_one_of(const char *value, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcmp(value, list[i]) == 0)
            return true;
    }
    return false;
}

static bool is_tool_name(const char *name)
{
    size_t n = strlen(name);

    return n >= 1 && n <= 64 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == n;
}

static void check_route(struct gen *g, const struct gen_method *m)
{
    static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
    const struct gen_file *file = m->service->file;
    const Lm__Route *r = m->route;
    uint32_t status = r->status;

    if (!is_one_of(r->method, methods, LM_COUNT(methods)))
        gen_error(g, file, m->name, "no method is called %s", r->method);
    if (status != 200 && status != 201 && status != 202 && status != 204)
        gen_error(g, file, m->name, "status %u is not 200, 201, 202 or 204", status);
    if (r->public_ && r->has_role)
        gen_error(g, file, m->name, "is public and asks for a role");
    if (r->mcp_tool && !is_tool_name(r->mcp_tool))
        gen_error(g, file, m->name, "'%s' is no name of a tool: a-z 0-9 _", r->mcp_tool);
    if (r->mcp_tool && r->raw_body)
        gen_error(g, file, m->name, "a tool takes JSON, not a raw body");
    if (r->raw_body && strcmp(r->method, "POST") != 0 && strcmp(r->method, "PUT") != 0)
        gen_error(g, file, m->name, "a raw body comes with POST or PUT");
    check_path(g, m, r->path);
    for (size_t i = 0; i < r->n_alias; i++)
        check_path(g, m, r->alias[i]);
    if (r->raw_body)
        check_raw_body(g, m);
    if (r->stream)
        check_stream(g, m);
    if (gen_takes_query(r))
        check_query(g, m);
}

/* -- what must be unique over all services -- */

struct row {
    const struct gen_method *m;
    const char *path;
};

static bool collide(const struct row *a, const struct row *b)
{
    size_t at_a = 0, at_b = 0;
    lm_str text_a, text_b;
    bool is_param_a, is_param_b, more_a, more_b;

    if (strcmp(a->m->route->method, b->m->route->method) != 0)
        return false;
    for (;;) {
        more_a = gen_next_segment(a->path, &at_a, &text_a, &is_param_a);
        more_b = gen_next_segment(b->path, &at_b, &text_b, &is_param_b);
        if (!more_a || !more_b)
            return more_a == more_b;
        if (is_param_a != is_param_b || (!is_param_a && !lm_str_eq(text_a, text_b)))
            return false;
    }
}

static void check_pair(struct gen *g, const struct row *a, const struct row *b)
{
    const struct gen_file *file = b->m->service->file;

    if (collide(a, b))
        gen_error(g, file, b->m->name, "%s %s is already the route of %s", b->m->route->method,
                  b->path, a->m->name);
    if (a->m == b->m || a->path != a->m->route->path || b->path != b->m->route->path)
        return; /* names count once, whatever the aliases */
    if (strcmp(a->m->name, b->m->name) == 0)
        gen_error(g, file, b->m->name, "%s.proto has an operation of this name",
                  a->m->service->file->stem);
    if (a->m->route->mcp_tool && b->m->route->mcp_tool &&
        strcmp(a->m->route->mcp_tool, b->m->route->mcp_tool) == 0)
        gen_error(g, file, b->m->name, "%s already is the tool %s", a->m->name,
                  a->m->route->mcp_tool);
}

static void check_unique(struct gen *g)
{
    struct row *rows = NULL;
    size_t n = 0, cap = 0;

    for (size_t k = 0; k < g->n_files; k++) {
        const struct gen_service *s = g->files[k].service;

        for (size_t i = 0; s && i < s->n_methods; i++) {
            const Lm__Route *r = s->methods[i].route;

            for (size_t j = 0; r && j <= r->n_alias; j++) {
                rows = lm_arena_grow(g->arena, rows, n, &cap, sizeof(*rows));
                rows[n++] = (struct row){&s->methods[i], j == 0 ? r->path : r->alias[j - 1]};
            }
        }
    }
    for (size_t b = 0; b < n; b++) {
        for (size_t a = 0; a < b; a++)
            check_pair(g, &rows[a], &rows[b]);
    }
}

void gen_check(struct gen *g)
{
    for (size_t k = 0; k < g->n_files; k++) {
        const struct gen_file *file = &g->files[k];

        if (!file->is_ours)
            continue;
        check_file(g, file);
        if (!file->service)
            continue;
        check_service(g, file->service);
        for (size_t i = 0; i < file->service->n_methods; i++) {
            if (file->service->methods[i].route)
                check_route(g, &file->service->methods[i]);
        }
    }
    for (size_t i = 0; i < g->n_messages; i++) {
        if (g->messages[i].job)
            check_job(g, &g->messages[i]);
    }
    check_unique(g);
}
