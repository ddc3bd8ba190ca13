/* SPDX-License-Identifier: Apache-2.0 */
/*
 * <service>.lm.{h,c}: the prototypes a service fills in, the tables its main.c hands to the
 * skeleton, and what others call it by.
 */
#include "model.h"

enum { COMMENT_WIDTH = 92 };

static void write_comment(struct lm_buf *b, lm_str text)
{
    size_t column = 3;
    lm_str word;

    if (text.n == 0)
        return;
    lm_buf_appendz(b, "/*");
    while (lm_str_split(&text, ' ', &word)) {
        if (column + word.n > COMMENT_WIDTH) {
            lm_buf_appendz(b, "\n *");
            column = 3;
        }
        lm_buf_char(b, ' ');
        lm_buf_append(b, word);
        column += word.n + 1;
    }
    lm_buf_appendz(b, " */\n");
}

/* Calls fn for each job of the service, in the order of the names. */
static void each_job(struct gen *g, const struct gen_service *s, struct lm_buf *b,
                     void (*fn)(struct lm_buf *b, const struct gen_service *s,
                                const struct gen_message *job))
{
    for (size_t i = 0; i < g->n_messages; i++) {
        if (g->messages[i].job && g->messages[i].file == s->file)
            fn(b, s, &g->messages[i]);
    }
}

static void each_event(struct gen *g, const struct gen_service *s, struct lm_buf *b,
                       void (*fn)(struct lm_buf *b, const struct gen_service *s,
                                  const struct gen_message *event))
{
    for (size_t i = 0; i < s->n_consumes; i++)
        fn(b, s, gen_find_message(g, s->consumes[i]));
}

/* -- the header -- */

static void declare_call(struct lm_buf *b, const struct gen_method *m)
{
    write_comment(b, m->comment);
    lm_buf_printf(
        b, "LM_MUST_USE lm_code %s_%s(struct lm_ctx *ctx, const %s *in, %s *out, lm_err *err);\n",
        m->service->name, m->snake, m->in->c_type, m->out->c_type);
}

static void declare_event(struct lm_buf *b, const struct gen_service *s,
                          const struct gen_message *event)
{
    lm_buf_printf(b,
                  "LM_MUST_USE lm_code %s_on_%s(struct lm_ctx *ctx, const %s *ev, lm_err *err);\n",
                  s->name, event->snake, event->c_type);
}

static void declare_job(struct lm_buf *b, const struct gen_service *s,
                        const struct gen_message *job)
{
    write_comment(b, job->comment);
    lm_buf_printf(b,
                  "LM_MUST_USE lm_code %s_do_%s(struct lm_ctx *ctx, const %s *job, lm_err *err);\n",
                  s->name, job->snake, job->c_type);
}

/* Inline: then nobody has to link what he does not call, and common need not know services. */
static void define_client(struct lm_buf *b, const struct gen_method *m)
{
    lm_buf_printf(
        b,
        "LM_MUST_USE static inline lm_code %s_call_%s(struct lm_ctx *ctx, const %s *in, %s **out,\n"
        "                                             lm_err *err)\n"
        "{\n"
        "    return lm_call(ctx, \"%s\", \"%s\", &in->base, &%s__descriptor, out, err);\n"
        "}\n",
        m->service->name, m->snake, m->in->c_type, m->out->c_type, m->service->name, m->name,
        m->out->c_lower);
}

static void write_header(struct gen *g, const struct gen_service *s)
{
    struct lm_buf b = gen_open(g);
    const char *guard = gen_upper(g->arena, s->name);

    lm_buf_printf(&b,
                  "/* Made from proto/%s.proto by protoc-gen-leadmachine. */\n"
                  "#ifndef GEN_%s_LM_H\n#define GEN_%s_LM_H\n\n#include \"common/service.h\"\n",
                  s->name, guard, guard);
    for (size_t i = 0; i < g->n_files; i++) {
        if (g->files[i].is_ours)
            lm_buf_printf(&b, "#include \"gen/%s.pb-c.h\"\n", g->files[i].stem);
    }
    lm_buf_appendz(&b, "\n/* -- operations: api.c -- */\n");
    for (size_t i = 0; i < s->n_methods; i++)
        declare_call(&b, &s->methods[i]);
    lm_buf_appendz(&b, "\n/* -- events of others: intake.c -- */\n");
    each_event(g, s, &b, declare_event);
    lm_buf_appendz(&b, "\n/* -- jobs: work.c -- */\n");
    each_job(g, s, &b, declare_job);
    lm_buf_printf(&b,
                  "\n/* -- for main.c -- */\n"
                  "extern const struct lm_rpc %s_calls[];\n"
                  "extern const struct lm_event_kind %s_events[];\n"
                  "extern const struct lm_job_kind %s_jobs[];\n"
                  "\n/* -- for other services: asks and waits; see lm_call -- */\n",
                  s->name, s->name, s->name);
    for (size_t i = 0; i < s->n_methods; i++)
        define_client(&b, &s->methods[i]);
    lm_buf_appendz(&b, "\n#endif\n");
    gen_close(g, lm_arena_printf(g->arena, "%s.lm.h", s->name), &b);
}

/* -- the tables, with a wrapper each that gives the message its type -- */

static void wrap_call(struct lm_buf *b, const struct gen_method *m)
{
    lm_buf_printf(b,
                  "static lm_code call_%s(struct lm_ctx *ctx, const ProtobufCMessage *in, "
                  "ProtobufCMessage *out, lm_err *err)\n"
                  "{\n    return %s_%s(ctx, (const %s *)in, (%s *)out, err);\n}\n",
                  m->snake, m->service->name, m->snake, m->in->c_type, m->out->c_type);
}

static void wrap_event(struct lm_buf *b, const struct gen_service *s,
                       const struct gen_message *event)
{
    lm_buf_printf(
        b,
        "static lm_code on_%s(struct lm_ctx *ctx, const ProtobufCMessage *ev, lm_err *err)\n"
        "{\n    return %s_on_%s(ctx, (const %s *)ev, err);\n}\n",
        event->snake, s->name, event->snake, event->c_type);
}

static void wrap_job(struct lm_buf *b, const struct gen_service *s, const struct gen_message *job)
{
    lm_buf_printf(
        b,
        "static lm_code do_%s(struct lm_ctx *ctx, const ProtobufCMessage *job, lm_err *err)\n"
        "{\n    return %s_do_%s(ctx, (const %s *)job, err);\n}\n",
        job->snake, s->name, job->snake, job->c_type);
}

static void list_call(struct lm_buf *b, const struct gen_method *m)
{
    const Lm__Route *r = m->route;
    /* Only the bus leads to an operation without a route: its caller is a service. */
    int role = r && !r->public_ ? (int)r->role : 0;

    lm_buf_printf(
        b,
        "    {.service = \"%s\", .method = \"%s\", .in = &%s__descriptor, .out = &%s__descriptor,\n"
        "     .handle = call_%s, .role = %d%s%s%s},\n",
        m->service->name, m->name, m->in->c_lower, m->out->c_lower, m->snake, role,
        gen_writes(m) ? ", .writes = true" : "", r && r->outside ? ", .outside = true" : "",
        r && r->slow ? ", .slow = true" : "");
}

static void list_event(struct lm_buf *b, const struct gen_service *s,
                       const struct gen_message *event)
{
    (void)s;
    lm_buf_printf(
        b,
        "    {.source = \"%s\", .type = \"%s\", .descriptor = &%s__descriptor, .apply = on_%s},\n",
        event->file->package, event->full, event->c_lower, event->snake);
}

static void list_job(struct lm_buf *b, const struct gen_service *s, const struct gen_message *job)
{
    const Lm__Job *j = job->job;

    (void)s;
    lm_buf_printf(
        b,
        "    {.kind = \"%s\", .payload = &%s__descriptor, .run = do_%s, .max_attempts = %u,\n"
        "     .lease_ms = %u000, .limit_ms = %u000, .concurrency = %u},\n",
        job->snake, job->c_lower, job->snake, j->max_attempts, j->lease_s, j->limit_s,
        j->concurrency);
}

static void write_tables(struct gen *g, const struct gen_service *s)
{
    struct lm_buf b = gen_open(g);

    lm_buf_printf(&b,
                  "/* Made from proto/%s.proto by protoc-gen-leadmachine. */\n"
                  "#include \"gen/%s.lm.h\"\n\n",
                  s->name, s->name);
    for (size_t i = 0; i < s->n_methods; i++)
        wrap_call(&b, &s->methods[i]);
    each_event(g, s, &b, wrap_event);
    each_job(g, s, &b, wrap_job);
    lm_buf_printf(&b, "\nconst struct lm_rpc %s_calls[] = {\n", s->name);
    for (size_t i = 0; i < s->n_methods; i++)
        list_call(&b, &s->methods[i]);
    lm_buf_printf(&b, "    {.method = NULL},\n};\n\nconst struct lm_event_kind %s_events[] = {\n",
                  s->name);
    each_event(g, s, &b, list_event);
    lm_buf_printf(&b, "    {.type = NULL},\n};\n\nconst struct lm_job_kind %s_jobs[] = {\n",
                  s->name);
    each_job(g, s, &b, list_job);
    lm_buf_appendz(&b, "    {.kind = NULL},\n};\n");
    gen_close(g, lm_arena_printf(g->arena, "%s.lm.c", s->name), &b);
}

void gen_write_dispatch(struct gen *g)
{
    for (size_t i = 0; i < g->n_files; i++) {
        if (!g->files[i].service)
            continue;
        write_header(g, g->files[i].service);
        write_tables(g, g->files[i].service);
    }
}
