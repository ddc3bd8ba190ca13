/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sources.lm.h: the values of lm.Source that are searched, a line each: SOURCE(kvk). So the contract is the one
 * list of sources; services/scraper/sources/<name>.c has each one's table.
 */
#include "model.h"

void gen_write_sources(struct gen *g)
{
    struct lm_buf b = gen_open(g);

    lm_buf_appendz(
        &b,
        "/* Made from proto/lm.proto by protoc-gen-leadmachine: included with SOURCE defined. */\n");
    for (size_t i = 0; i < g->n_enums; i++) {
        const struct gen_enum *e = &g->enums[i];

        for (size_t k = 0; k < e->p->n_value; k++) {
            if (gen_is_searched(e->p->value[k]->options))
                lm_buf_printf(&b, "SOURCE(%s)\n", gen_lower(g->arena, e->p->value[k]->name));
        }
    }
    gen_close(g, "sources.lm.h", &b);
}
