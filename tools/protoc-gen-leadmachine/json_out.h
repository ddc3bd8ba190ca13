/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GEN_JSON_OUT_H
#define GEN_JSON_OUT_H

#include "model.h"

/*
 * Writes indented JSON: commas, line breaks and quotes are seen to here. A key is given where the
 * value stands in an object, NULL in an array.
 *
 *     gen_json_object(j, "info"); gen_json_text(j, "title", LM_STR("…")); gen_json_end(j);
 */
enum { GEN_JSON_DEPTH = 64 };
struct gen_json {
    struct lm_buf *b;
    char closing[GEN_JSON_DEPTH]; /* } or ] of each level */
    unsigned depth;
    bool is_first; /* nothing was written on this level yet */
};

void gen_json_object(struct gen_json *j, const char *key);
void gen_json_array(struct gen_json *j, const char *key);
void gen_json_end(struct gen_json *j);
void gen_json_text(struct gen_json *j, const char *key, lm_str text);
void gen_json_z(struct gen_json *j, const char *key, const char *text);
void gen_json_number(struct gen_json *j, const char *key, double value);
/* A value that is JSON already. */
void gen_json_raw(struct gen_json *j, const char *key, const char *json);
void gen_json_bool(struct gen_json *j, const char *key, bool value);

/* -- schemas (schema.c) -- */

/* `is_inline`: messages and enums are written out where they stand, not referred to. */
struct gen_schema {
    struct gen_json *json;
    bool is_inline;
};
/* One value or array of a field with its rules, as an object under `key`. */
void gen_schema_field(const struct gen_schema *s, const char *key, const struct gen_field *f);
/* A message without the fields of `path` (NULL: all of them). */
void gen_schema_message(const struct gen_schema *s, const char *key, const struct gen_message *m,
                        const char *path);
void gen_schema_enum(const struct gen_schema *s, const char *key, const struct gen_enum *e);
/* {"$ref": "#/components/schemas/lm.Company"} */
void gen_schema_ref(const struct gen_schema *s, const char *key, const char *full);

#endif
