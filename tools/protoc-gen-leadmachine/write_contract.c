/* SPDX-License-Identifier: Apache-2.0 */
/* contract.lm.{h,c}: every message of the contract, and the rules of those that have any. */
#include "model.h"

static bool needs_rule(const struct gen_field *f)
{
    /* A missing required number is seen by the JSON reader; a missing text or message is NULL. */
    return f->rule || (gen_is_required(f) && !gen_is_value(f));
}

static size_t count_rules(const struct gen_message *m)
{
    size_t n = 0;

    for (size_t i = 0; i < m->n_fields; i++)
        n += needs_rule(&m->fields[i]);
    return n;
}

static void write_c_text(struct lm_buf *b, const char *text)
{
    lm_buf_char(b, '"');
    for (const char *p = text; *p; p++) {
        if (*p == '"' || *p == '\\')
            lm_buf_char(b, '\\');
        lm_buf_char(b, *p);
    }
    lm_buf_char(b, '"');
}

static void write_limits(struct lm_buf *b, const Lm__Rule *r)
{
    if (r->has_min)
        lm_buf_printf(b, ", .has_min = true, .min = %.17g", r->min);
    if (r->has_max)
        lm_buf_printf(b, ", .has_max = true, .max = %.17g", r->max);
    if (r->max_len > 0)
        lm_buf_printf(b, ", .max_len = %u", r->max_len);
    if (r->min_items > 0)
        lm_buf_printf(b, ", .min_items = %u", r->min_items);
    if (r->max_items > 0)
        lm_buf_printf(b, ", .max_items = %u", r->max_items);
    if (r->format != LM__FORMAT__FORMAT_NONE)
        lm_buf_printf(
            b, ", .format = LM_FORMAT_%s",
            protobuf_c_enum_descriptor_get_value(&lm__format__descriptor, (int)r->format)->name);
    if (r->pattern) {
        lm_buf_appendz(b, ", .pattern = ");
        write_c_text(b, r->pattern);
    }
}

static void write_rule(struct lm_buf *b, const struct gen_field *f)
{
    uint32_t min_len = gen_min_len(f);

    lm_buf_printf(b, "    {.field = %u /* %s */", f->index, f->name);
    if (gen_is_required(f) || (f->rule && f->rule->required))
        lm_buf_appendz(b, ", .is_required = true");
    if (min_len > 0)
        lm_buf_printf(b, ", .min_len = %u", min_len);
    if (f->rule)
        write_limits(b, f->rule);
    lm_buf_appendz(b, "},\n");
}

static void write_rules(struct gen *g, struct lm_buf *b)
{
    for (size_t i = 0; i < g->n_messages; i++) {
        const struct gen_message *m = &g->messages[i];

        if (count_rules(m) == 0)
            continue;
        lm_buf_printf(b, "static const struct lm_rule rules_%s[] = {\n", m->c_lower);
        for (size_t k = 0; k < m->n_fields; k++) {
            if (needs_rule(&m->fields[k]))
                write_rule(b, &m->fields[k]);
        }
        lm_buf_appendz(b, "};\n");
    }
    lm_buf_appendz(b, "\nconst struct lm_message_rules lm_contract_rules[] = {\n");
    for (size_t i = 0; i < g->n_messages; i++) {
        const struct gen_message *m = &g->messages[i];
        size_t n = count_rules(m);

        if (n > 0)
            lm_buf_printf(b, "    {&%s__descriptor, rules_%s, %zu},\n", m->c_lower, m->c_lower, n);
    }
    lm_buf_appendz(b, "    {NULL, NULL, 0},\n};\n");
}

void gen_write_contract(struct gen *g)
{
    struct lm_buf h = gen_open(g), c = gen_open(g);

    lm_buf_appendz(&h, "/* Made from proto/ by protoc-gen-leadmachine. */\n"
                       "#ifndef GEN_CONTRACT_LM_H\n#define GEN_CONTRACT_LM_H\n\n"
                       "#include <protobuf-c/protobuf-c.h>\n\n"
                       "/* Every message of the contract by its full name; ends with NULL. */\n"
                       "extern const ProtobufCMessageDescriptor *const lm_contract_messages[];\n\n"
                       "#endif\n");
    lm_buf_appendz(&c, "/* Made from proto/ by protoc-gen-leadmachine. */\n"
                       "#include \"gen/contract.lm.h\"\n\n#include \"common/rules.h\"\n");
    for (size_t i = 0; i < g->n_files; i++) {
        if (g->files[i].is_ours)
            lm_buf_printf(&c, "#include \"gen/%s.pb-c.h\"\n", g->files[i].stem);
    }
    lm_buf_appendz(&c, "\nconst ProtobufCMessageDescriptor *const lm_contract_messages[] = {\n");
    for (size_t i = 0; i < g->n_messages; i++)
        lm_buf_printf(&c, "    &%s__descriptor,\n", g->messages[i].c_lower);
    lm_buf_appendz(&c, "    NULL,\n};\n\n");
    write_rules(g, &c);
    gen_close(g, "contract.lm.h", &h);
    gen_close(g, "contract.lm.c", &c);
}
