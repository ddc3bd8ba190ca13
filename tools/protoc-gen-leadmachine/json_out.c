/* SPDX-License-Identifier: Apache-2.0 */
/* Indented JSON. */
#include "json_out.h"

static void line(struct gen_json *j)
{
    lm_buf_char(j->b, '\n');
    for (unsigned i = 0; i < j->depth; i++)
        lm_buf_appendz(j->b, "  ");
}

static void start_value(struct gen_json *j, const char *key)
{
    if (j->depth > 0) {
        if (!j->is_first)
            lm_buf_char(j->b, ',');
        line(j);
    }
    j->is_first = false;
    if (key) {
        lm_buf_json(j->b, lm_str_z(key));
        lm_buf_appendz(j->b, ": ");
    }
}

static void open(struct gen_json *j, const char *key, char opening, char closing)
{
    start_value(j, key);
    LM_ASSERT(j->depth < GEN_JSON_DEPTH);
    lm_buf_char(j->b, opening);
    j->closing[j->depth++] = closing;
    j->is_first = true;
}

void gen_json_object(struct gen_json *j, const char *key)
{
    open(j, key, '{', '}');
}

void gen_json_array(struct gen_json *j, const char *key)
{
    open(j, key, '[', ']');
}

void gen_json_end(struct gen_json *j)
{
    j->depth--;
    if (!j->is_first)
        line(j);
    lm_buf_char(j->b, j->closing[j->depth]);
    j->is_first = false;
    if (j->depth == 0)
        lm_buf_char(j->b, '\n');
}

void gen_json_text(struct gen_json *j, const char *key, lm_str text)
{
    start_value(j, key);
    lm_buf_json(j->b, text);
}

void gen_json_z(struct gen_json *j, const char *key, const char *text)
{
    gen_json_text(j, key, lm_str_z(text));
}

void gen_json_number(struct gen_json *j, const char *key, double value)
{
    start_value(j, key);
    lm_buf_printf(j->b, "%.17g", value);
}

void gen_json_bool(struct gen_json *j, const char *key, bool value)
{
    start_value(j, key);
    lm_buf_appendz(j->b, value ? "true" : "false");
}

void gen_json_raw(struct gen_json *j, const char *key, const char *json)
{
    start_value(j, key);
    lm_buf_appendz(j->b, json);
}
