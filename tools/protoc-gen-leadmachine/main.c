/* SPDX-License-Identifier: Apache-2.0 */
/*
 * protoc-gen-leadmachine: reads the contract as protoc parsed it (a CodeGeneratorRequest on stdin)
 * and writes what follows from it (a CodeGeneratorResponse on stdout). See README.md for what is
 * made and model.h for what the writers work on. A mistake in the contract fails the build and is
 * named with its file.
 */
#include <stdio.h>
#include <unistd.h>

#include "model.h"

enum { MEMORY = 512 << 20, REQUEST_LIMIT = 64 << 20, FILE_LIMIT = 16 << 20 };

static bool read_all(int fd, struct lm_buf *in)
{
    char chunk[65536];
    ssize_t n;

    while ((n = read(fd, chunk, sizeof(chunk))) > 0)
        lm_buf_append(in, (lm_str){chunk, (size_t)n});
    return n == 0 && !in->failed;
}

static bool write_response(struct gen *g)
{
    size_t n = google__protobuf__compiler__code_generator_response__get_packed_size(&g->response);
    uint8_t *bytes = lm_arena_alloc(g->arena, n + 1);

    google__protobuf__compiler__code_generator_response__pack(&g->response, bytes);
    return fwrite(bytes, 1, n, stdout) == n && fflush(stdout) == 0;
}

struct lm_buf gen_open(struct gen *g)
{
    return lm_buf_in(g->arena, FILE_LIMIT);
}

void gen_close(struct gen *g, const char *name, struct lm_buf *b)
{
    Google__Protobuf__Compiler__CodeGeneratorResponse__File *f =
        LM_NEW(g->arena, Google__Protobuf__Compiler__CodeGeneratorResponse__File);

    LM_ASSERT(!b->failed);
    google__protobuf__compiler__code_generator_response__file__init(f);
    f->name = lm_arena_strdup(g->arena, name);
    f->content = lm_arena_strz(g->arena, lm_buf_str(b));
    g->response.file = lm_arena_grow(g->arena, g->response.file, g->response.n_file,
                                     &g->cap_response, sizeof(void *));
    g->response.file[g->response.n_file++] = f;
}

static void run(struct gen *g, const Google__Protobuf__Compiler__CodeGeneratorRequest *request)
{
    gen_load(g, request);
    if (!gen_failed(g)) {
        gen_check(g);
        gen_check_fields(g);
    }
    if (gen_failed(g)) {
        g->response.error = lm_arena_strz(g->arena, lm_buf_str(&g->errors));
        return;
    }
    gen_mark_uses(g);
    gen_write_contract(g);
    gen_write_dispatch(g);
    gen_write_routes(g);
    gen_write_openapi(g);
    gen_write_mcp(g);
    gen_write_sources(g);
}

int main(void)
{
    struct gen g = {.arena = lm_arena_new(MEMORY)};
    struct lm_buf in = lm_buf_in(g.arena, REQUEST_LIMIT);
    Google__Protobuf__Compiler__CodeGeneratorRequest *request = NULL;

    g.errors = lm_buf_in(g.arena, FILE_LIMIT);
    google__protobuf__compiler__code_generator_response__init(&g.response);
    if (read_all(STDIN_FILENO, &in))
        request = google__protobuf__compiler__code_generator_request__unpack(
            lm_arena_pb(g.arena), in.n, (const uint8_t *)in.p);
    if (!request)
        lm_die("protoc-gen-leadmachine: stdin holds no CodeGeneratorRequest; protoc starts this");
    run(&g, request);
    if (!write_response(&g))
        lm_die("protoc-gen-leadmachine: the answer cannot be written");
    lm_arena_free(g.arena);
    return 0;
}
