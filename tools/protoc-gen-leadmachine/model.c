/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From protoc's descriptors to the model. Two passes: all messages and enums first (they point at
 * each other across files), then fields and operations with their types resolved.
 */
#include "model.h"

#include <stdarg.h>
#include <stdlib.h>

void gen_error(struct gen *g, const struct gen_file *file, const char *subject, const char *fmt,
               ...)
{
    va_list ap;
    lm_str text;

    va_start(ap, fmt);
    text = lm_arena_vprintf(g->arena, fmt, ap);
    va_end(ap);
    lm_buf_printf(&g->errors, "%s%s.proto: %s: %.*s", g->errors.n > 0 ? "\n" : "", file->stem,
                  subject, LM_FMT(text));
}

bool gen_failed(const struct gen *g)
{
    return g->errors.n > 0;
}

/* -- comments: source_code_info names what it speaks of by a path of field numbers and indexes -- */

enum { FILE_MESSAGE = 4, FILE_ENUM = 5, FILE_SERVICE = 6 };
enum { MESSAGE_FIELD = 2, MESSAGE_NESTED = 3, MESSAGE_ENUM = 4, SERVICE_METHOD = 2 };
enum { PATH_MAX_DEPTH = 16 };

struct path {
    int32_t v[PATH_MAX_DEPTH];
    size_t n;
};

static struct path path_add(const struct path *at, int32_t kind, size_t index)
{
    struct path p = *at;

    LM_ASSERT(p.n + 2 <= PATH_MAX_DEPTH);
    p.v[p.n++] = kind;
    p.v[p.n++] = (int32_t)index;
    return p;
}

/* "---- imports: a file of companies ----" stands over what follows, for whoever reads the file, and is no word of it. */
static bool is_heading(lm_str line)
{
    return lm_str_starts(line, LM_STR("---- ")) && lm_str_ends(line, LM_STR(" ----"));
}

/* Lines of a comment come with the blank behind the slashes; a text is one paragraph. */
static lm_str one_paragraph(struct lm_arena *a, const char *leading, const char *trailing)
{
    struct lm_buf b = lm_buf_in(a, 64 << 10);
    const char *parts[] = {leading, trailing};

    for (size_t i = 0; i < LM_COUNT(parts); i++) {
        lm_str rest = lm_str_z(parts[i]), line;

        while (rest.p && lm_str_line(&rest, &line)) {
            line = lm_str_trim(line);
            if (is_heading(line))
                continue;
            if (b.n > 0 && line.n > 0)
                lm_buf_char(&b, ' ');
            lm_buf_append(&b, line);
        }
    }
    return lm_buf_str(&b);
}

static lm_str comment(struct gen *g, const struct gen_file *file, const struct path *at)
{
    const Google__Protobuf__SourceCodeInfo *info = file->p->source_code_info;

    for (size_t i = 0; info && i < info->n_location; i++) {
        const Google__Protobuf__SourceCodeInfo__Location *l = info->location[i];

        if (l->n_path == at->n && memcmp(l->path, at->v, at->n * sizeof(at->v[0])) == 0)
            return one_paragraph(g->arena, l->leading_comments, l->trailing_comments);
    }
    return LM_STR("");
}

/* -- pass 1 -- */

struct caps {
    size_t messages, enums;
};

static void add_enum(struct gen *g, struct caps *caps, const struct gen_file *file,
                     const char *outer, const Google__Protobuf__EnumDescriptorProto *p,
                     const struct path *at)
{
    g->enums = lm_arena_grow(g->arena, g->enums, g->n_enums, &caps->enums, sizeof(*g->enums));
    g->enums[g->n_enums++] = (struct gen_enum){
        .p = p,
        .file = file,
        .full = lm_arena_printf(g->arena, "%s.%s", outer, p->name),
        .comment = comment(g, file, at),
    };
}

static void add_message(struct gen *g, struct caps *caps, const struct gen_file *file,
                        const char *outer, const Google__Protobuf__DescriptorProto *p,
                        const struct path *at)
{
    const char *full = lm_arena_printf(g->arena, "%s.%s", outer, p->name);
    struct gen_message m = {
        .p = p,
        .file = file,
        .full = full,
        .c_type = gen_c_type(g->arena, full),
        .c_lower = gen_c_lower(g->arena, full),
        .snake = gen_snake(g->arena, p->name),
        .job = gen_job(g, p->options),
        .comment = comment(g, file, at),
        .n_fields = p->n_field,
    };

    m.fields = LM_NEW_ARRAY(g->arena, struct gen_field, p->n_field);
    for (size_t i = 0; i < p->n_field; i++) {
        struct path field_at = path_add(at, MESSAGE_FIELD, i);

        m.fields[i].p = p->field[i];
        m.fields[i].name = p->field[i]->name;
        m.fields[i].rule = gen_rule(g, p->field[i]->options);
        m.fields[i].comment = comment(g, file, &field_at);
    }
    g->messages =
        lm_arena_grow(g->arena, g->messages, g->n_messages, &caps->messages, sizeof(*g->messages));
    g->messages[g->n_messages++] = m;
    for (size_t i = 0; i < p->n_nested_type; i++) {
        struct path nested = path_add(at, MESSAGE_NESTED, i);
        add_message(g, caps, file, full, p->nested_type[i], &nested);
    }
    for (size_t i = 0; i < p->n_enum_type; i++) {
        struct path nested = path_add(at, MESSAGE_ENUM, i);
        add_enum(g, caps, file, full, p->enum_type[i], &nested);
    }
}

static int by_full_name(const void *a, const void *b)
{
    return strcmp(((const struct gen_message *)a)->full, ((const struct gen_message *)b)->full);
}

static void add_types(struct gen *g)
{
    const struct path root = {.n = 0};
    struct caps caps = {0, 0};

    for (size_t k = 0; k < g->n_files; k++) {
        const struct gen_file *file = &g->files[k];

        for (size_t i = 0; file->is_ours && i < file->p->n_message_type; i++) {
            struct path at = path_add(&root, FILE_MESSAGE, i);
            add_message(g, &caps, file, file->package, file->p->message_type[i], &at);
        }
        for (size_t i = 0; file->is_ours && i < file->p->n_enum_type; i++) {
            struct path at = path_add(&root, FILE_ENUM, i);
            add_enum(g, &caps, file, file->package, file->p->enum_type[i], &at);
        }
    }
    qsort(g->messages, g->n_messages, sizeof(*g->messages), by_full_name);
}

/* -- pass 2 -- */

const struct gen_message *gen_find_message(const struct gen *g, const char *full)
{
    struct gen_message key = {.full = full[0] == '.' ? full + 1 : full};

    return bsearch(&key, g->messages, g->n_messages, sizeof(key), by_full_name);
}

static const struct gen_enum *find_enum(const struct gen *g, const char *full)
{
    full += full[0] == '.';
    for (size_t i = 0; i < g->n_enums; i++) {
        if (strcmp(g->enums[i].full, full) == 0)
            return &g->enums[i];
    }
    return NULL;
}

const struct gen_field *gen_find_field(const struct gen_message *m, lm_str name)
{
    for (size_t i = 0; i < m->n_fields; i++) {
        if (lm_str_eqz(name, m->fields[i].name))
            return &m->fields[i];
    }
    return NULL;
}

static unsigned rank_by_number(const struct gen_message *m, const struct gen_field *f)
{
    unsigned rank = 0;

    for (size_t i = 0; i < m->n_fields; i++)
        rank += m->fields[i].p->number < f->p->number;
    return rank;
}

static void resolve_fields(struct gen *g, struct gen_message *m)
{
    for (size_t i = 0; i < m->n_fields; i++) {
        struct gen_field *f = &m->fields[i];

        f->index = rank_by_number(m, f);
        if (f->p->type == GEN_TYPE(MESSAGE))
            f->message = gen_find_message(g, f->p->type_name);
        else if (f->p->type == GEN_TYPE(ENUM))
            f->enumeration = find_enum(g, f->p->type_name);
        else
            continue;
        if (!f->message && !f->enumeration)
            gen_error(g, m->file, m->full, "%s is of type %s, which is not of the contract",
                      f->name, f->p->type_name);
    }
}

static void add_method(struct gen *g, struct gen_service *s, size_t i,
                       const struct path *service_at)
{
    const Google__Protobuf__MethodDescriptorProto *p = s->p->method[i];
    struct path at = path_add(service_at, SERVICE_METHOD, i);
    struct gen_method *m = &s->methods[i];

    *m = (struct gen_method){
        .p = p,
        .service = s,
        .name = p->name,
        .snake = gen_snake(g->arena, p->name),
        .in = gen_find_message(g, p->input_type),
        .out = gen_find_message(g, p->output_type),
        .route = gen_route(g, p->options),
        .comment = comment(g, s->file, &at),
    };
    if (!m->in || !m->out)
        gen_error(g, s->file, p->name, "takes %s and gives %s; both must be of the contract",
                  p->input_type, p->output_type);
    if (p->client_streaming || p->server_streaming)
        gen_error(g, s->file, p->name, "streams; a call has one question and one answer");
}

static void add_service(struct gen *g, struct gen_file *file)
{
    struct gen_service *s = LM_NEW(g->arena, struct gen_service);
    struct path at = path_add(&(struct path){.n = 0}, FILE_SERVICE, 0);

    if (file->p->n_service > 1)
        gen_error(g, file, file->p->service[1]->name, "a file has one service at most");
    s->p = file->p->service[0];
    s->file = file;
    s->name = file->package;
    s->comment = comment(g, file, &at);
    s->consumes = gen_consumes(g, s->p->options, &s->n_consumes);
    s->n_methods = s->p->n_method;
    s->methods = LM_NEW_ARRAY(g->arena, struct gen_method, s->n_methods);
    for (size_t i = 0; i < s->n_methods; i++)
        add_method(g, s, i, &at);
    file->service = s;
}

static bool is_to_generate(const Google__Protobuf__Compiler__CodeGeneratorRequest *request,
                           const char *name)
{
    for (size_t i = 0; i < request->n_file_to_generate; i++) {
        if (strcmp(request->file_to_generate[i], name) == 0)
            return true;
    }
    return false;
}

void gen_load(struct gen *g, const Google__Protobuf__Compiler__CodeGeneratorRequest *request)
{
    g->n_files = request->n_proto_file;
    g->files = LM_NEW_ARRAY(g->arena, struct gen_file, g->n_files);
    for (size_t i = 0; i < g->n_files; i++) {
        const Google__Protobuf__FileDescriptorProto *p = request->proto_file[i];
        lm_str stem = lm_str_z(p->name);

        if (lm_str_ends(stem, LM_STR(".proto")))
            stem.n -= strlen(".proto");
        g->files[i] = (struct gen_file){
            .p = p,
            .stem = lm_arena_strz(g->arena, stem),
            .package = p->package ? p->package : "",
            .is_ours = is_to_generate(request, p->name),
        };
    }
    add_types(g);
    for (size_t i = 0; i < g->n_messages; i++)
        resolve_fields(g, &g->messages[i]);
    for (size_t i = 0; i < g->n_files; i++) {
        if (g->files[i].is_ours && g->files[i].p->n_service > 0)
            add_service(g, &g->files[i]);
    }
}
