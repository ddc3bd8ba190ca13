/* SPDX-License-Identifier: Apache-2.0 */
/* mcp_tools.json: the answer to tools/list of the Model Context Protocol. Schemas stand alone. */
#include "embed.h"
#include "json_out.h"

static void write_tool(const struct gen_schema *s, const struct gen_method *m)
{
    struct gen_json *j = s->json;

    gen_json_object(j, NULL);
    gen_json_z(j, "name", m->route->mcp_tool);
    gen_json_z(j, "title", m->name);
    gen_json_text(j, "description", m->comment.n > 0 ? m->comment : lm_str_z(m->name));
    gen_schema_message(s, "inputSchema", m->in, NULL);
    if (m->route->status != 204)
        gen_schema_message(s, "outputSchema", m->out, NULL);
    gen_json_object(j, "annotations");
    gen_json_bool(j, "readOnlyHint", strcmp(m->route->method, "GET") == 0);
    gen_json_end(j);
    gen_json_end(j);
}

void gen_write_mcp(struct gen *g)
{
    struct lm_buf b = gen_open(g);
    struct gen_json j = {.b = &b};
    struct gen_schema s = {.json = &j, .is_inline = true};

    gen_json_object(&j, NULL);
    gen_json_array(&j, "tools");
    for (size_t k = 0; k < g->n_files; k++) {
        const struct gen_service *service = g->files[k].service;

        for (size_t i = 0; service && i < service->n_methods; i++) {
            if (service->methods[i].route && service->methods[i].route->mcp_tool)
                write_tool(&s, &service->methods[i]);
        }
    }
    gen_json_end(&j);
    gen_json_end(&j);
    gen_embed(g, "mcp_tools.lm.c", "lm_mcp_tools_json", lm_buf_str(&b));
    gen_close(g, "mcp_tools.json", &b);
}
