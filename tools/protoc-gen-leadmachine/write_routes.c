/* SPDX-License-Identifier: Apache-2.0 */
/* routes.lm.{h,c}: what the gateway matches requests against, a row for each path and alias. */
#include <stdlib.h>

#include "model.h"

static const char header[] =
    "/* Made from proto/ by protoc-gen-leadmachine. */\n"
    "#ifndef GEN_ROUTES_LM_H\n"
    "#define GEN_ROUTES_LM_H\n"
    "\n"
    "#include <protobuf-c/protobuf-c.h>\n"
    "#include <stdbool.h>\n"
    "#include <stddef.h>\n"
    "\n"
    "struct lm_segment {\n"
    "    const char *text; /* literal, or the request's field it fills */\n"
    "    bool is_param;\n"
    "};\n"
    "\n"
    "struct lm_route {\n"
    "    const char *method;\n"
    "    const char *path; /* below /api: \"/leads/{lead_id}\" */\n"
    "    const struct lm_segment *segments;\n"
    "    size_t n_segments;\n"
    "    const char *service; /* \"scorer\" */\n"
    "    const char *rpc;     /* \"GetScore\" */\n"
    "    const ProtobufCMessageDescriptor *in, *out;\n"
    "    int role;        /* enum lm_role; 0: public */\n"
    "    unsigned status; /* of success */\n"
    "    bool is_alias;\n"
    "    bool idempotent;\n"
    "    bool writes;      /* a request id is remembered with its answer */\n"
    "    bool takes_query; /* all fields but those of the path: GET, DELETE and raw bodies */\n"
    "    bool raw_body;    /* the body goes into `body`, its type into `content_type` */\n"
    "    bool outside;\n"
    "    bool slow;\n"
    "    const char *stream;   /* NULL: one message; else the media type of a file made in parts */\n"
    "    const char *mcp_tool; /* NULL: none; stands in the first row of an operation only */\n"
    "};\n"
    "\n"
    "/*\n"
    " * Ordered by method, number of segments, then segment by segment with literals in front of\n"
    " * parameters: the first row that matches is the right one. No two rows match the same shape.\n"
    " */\n"
    "extern const struct lm_route lm_routes[];\n"
    "extern const size_t lm_routes_n;\n"
    "\n"
    "/* OpenAPI 3.1, and the list of MCP tools ({\"tools\": […]}); terminated, n without it. */\n"
    "extern const char lm_openapi_json[];\n"
    "extern const size_t lm_openapi_json_n;\n"
    "extern const char lm_mcp_tools_json[];\n"
    "extern const size_t lm_mcp_tools_json_n;\n"
    "\n"
    "#endif\n";

struct row {
    const struct gen_method *m;
    const char *path;
    bool is_alias;
};

static size_t count_segments(const char *path)
{
    size_t at = 0, n = 0;
    lm_str text;
    bool is_param;

    while (gen_next_segment(path, &at, &text, &is_param))
        n++;
    return n;
}

static int compare_segments(const char *a, const char *b)
{
    size_t at_a = 0, at_b = 0;
    lm_str text_a, text_b;
    bool is_param_a, is_param_b;

    while (gen_next_segment(a, &at_a, &text_a, &is_param_a) &&
           gen_next_segment(b, &at_b, &text_b, &is_param_b)) {
        int order = is_param_a - is_param_b;

        if (order == 0 && !is_param_a)
            order = lm_str_cmp(text_a, text_b);
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_rows(const void *pa, const void *pb)
{
    const struct row *a = pa, *b = pb;
    size_t n_a = count_segments(a->path), n_b = count_segments(b->path);
    int order = strcmp(a->m->route->method, b->m->route->method);

    if (order == 0)
        order = (n_a > n_b) - (n_a < n_b);
    return order != 0 ? order : compare_segments(a->path, b->path);
}

static struct row *collect(struct gen *g, size_t *n)
{
    struct row *rows = NULL;
    size_t cap = 0;

    *n = 0;
    for (size_t k = 0; k < g->n_files; k++) {
        const struct gen_service *s = g->files[k].service;

        for (size_t i = 0; s && i < s->n_methods; i++) {
            const Lm__Route *r = s->methods[i].route;

            for (size_t j = 0; r && j <= r->n_alias; j++) {
                rows = lm_arena_grow(g->arena, rows, *n, &cap, sizeof(*rows));
                rows[(*n)++] =
                    (struct row){&s->methods[i], j == 0 ? r->path : r->alias[j - 1], j > 0};
            }
        }
    }
    if (*n > 0)
        qsort(rows, *n, sizeof(*rows), compare_rows);
    return rows;
}

static void write_segments(struct lm_buf *b, const struct row *row, size_t i)
{
    size_t at = 0;
    lm_str text;
    bool is_param;

    lm_buf_printf(b, "static const struct lm_segment path_%zu[] = {", i);
    while (gen_next_segment(row->path, &at, &text, &is_param))
        lm_buf_printf(b, "{\"%.*s\", %s}, ", LM_FMT(text), is_param ? "true" : "false");
    lm_buf_appendz(b, "};\n");
}

static void write_flag(struct lm_buf *b, const char *name, bool value)
{
    if (value)
        lm_buf_printf(b, ", .%s = true", name);
}

static void write_row(struct lm_buf *b, const struct row *row, size_t i)
{
    const struct gen_method *m = row->m;
    const Lm__Route *r = m->route;

    lm_buf_printf(
        b,
        "    {.method = \"%s\", .path = \"%s\", .segments = path_%zu, .n_segments = %zu,\n"
        "     .service = \"%s\", .rpc = \"%s\", .in = &%s__descriptor, .out = &%s__descriptor,\n"
        "     .role = %d, .status = %u",
        r->method, row->path, i, count_segments(row->path), m->service->name, m->name,
        m->in->c_lower, m->out->c_lower, r->public_ ? 0 : (int)r->role, r->status);
    write_flag(b, "is_alias", row->is_alias);
    write_flag(b, "idempotent", r->idempotent);
    write_flag(b, "writes", gen_writes(m));
    write_flag(b, "takes_query", gen_takes_query(r));
    write_flag(b, "raw_body", r->raw_body);
    write_flag(b, "outside", r->outside);
    write_flag(b, "slow", r->slow);
    if (r->stream)
        lm_buf_printf(b, ", .stream = \"%s\"", r->stream);
    if (r->mcp_tool && !row->is_alias)
        lm_buf_printf(b, ", .mcp_tool = \"%s\"", r->mcp_tool);
    lm_buf_appendz(b, "},\n");
}

void gen_write_routes(struct gen *g)
{
    struct lm_buf h = gen_open(g), c = gen_open(g);
    size_t n;
    struct row *rows = collect(g, &n);

    lm_buf_appendz(&h, header);
    lm_buf_appendz(&c, "/* Made from proto/ by protoc-gen-leadmachine. */\n"
                       "#include \"gen/routes.lm.h\"\n\n");
    for (size_t i = 0; i < g->n_files; i++) {
        if (g->files[i].is_ours)
            lm_buf_printf(&c, "#include \"gen/%s.pb-c.h\"\n", g->files[i].stem);
    }
    for (size_t i = 0; i < n; i++)
        write_segments(&c, &rows[i], i);
    lm_buf_appendz(&c, "\nconst struct lm_route lm_routes[] = {\n");
    for (size_t i = 0; i < n; i++)
        write_row(&c, &rows[i], i);
    lm_buf_printf(&c, "    {.method = NULL},\n};\nconst size_t lm_routes_n = %zu;\n", n);
    gen_close(g, "routes.lm.h", &h);
    gen_close(g, "routes.lm.c", &c);
}
