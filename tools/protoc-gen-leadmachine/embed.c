/* SPDX-License-Identifier: Apache-2.0 */
/* Text as a C array: one string literal a line, so that the file can be read. */
#include "embed.h"

void gen_embed(struct gen *g, const char *file, const char *name, lm_str text)
{
    struct lm_buf b = gen_open(g);
    lm_str rest = text, line;

    lm_buf_printf(&b,
                  "/* Made from proto/ by protoc-gen-leadmachine. */\n"
                  "#include \"gen/routes.lm.h\"\n\n"
                  "const char %s[] =\n",
                  name);
    while (lm_str_line(&rest, &line)) {
        lm_buf_appendz(&b, "    \"");
        for (size_t i = 0; i < line.n; i++) {
            if (line.p[i] == '"' || line.p[i] == '\\')
                lm_buf_char(&b, '\\');
            lm_buf_char(&b, line.p[i]);
        }
        lm_buf_appendz(&b, "\\n\"\n");
    }
    lm_buf_printf(&b, "    ;\nconst size_t %s_n = sizeof(%s) - 1;\n", name, name);
    gen_close(g, file, &b);
}
