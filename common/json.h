/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_JSON_H
#define LM_JSON_H

#include <protobuf-c/protobuf-c.h>

#include "common/buf.h"
#include "common/err.h"

/*
 * JSON (RFC 8259), and JSON to protobuf and back through the descriptors.
 *
 * Mapping: keys are the .proto's field names; an int64 called at or …_at is RFC 3339 in JSON;
 * other 64-bit numbers are JSON numbers and must be below 2^53; enums are their value names; bytes
 * are base64; absent fields are absent (null is accepted as absent on the way in); repeated fields
 * are always written as arrays, empty ones too. Unknown, doubled and mistyped keys are refused with
 * the path of the field. Nothing is allocated but in the arena; depth at most 32.
 *
 * Text enters here: strings come out NFC, without control characters but LF and TAB.
 */

/*
 * Strict: the whole input is one object. LM_INVALID with err->fields: all that is wrong is told at
 * once. Checks no rules (rules.h), but refuses what is `required` and absent: in inner objects all
 * of it; on top only numbers, enums and booleans, since texts and messages may still come from the
 * path, and rules see when they did not.
 */
LM_MUST_USE lm_code lm_json_to_pb(struct lm_arena *a, const ProtobufCMessageDescriptor *d,
                                  lm_str json, ProtobufCMessage **out, lm_err *err);
/*
 * Sets one field from text (a path or query parameter), repeated ones by appending. `name` may be
 * dotted. A field that is set already is refused, so the body cannot contradict the path.
 */
LM_MUST_USE lm_code lm_pb_set(struct lm_arena *a, ProtobufCMessage *m, lm_str name, lm_str text,
                              lm_err *err);
void lm_pb_to_json(const ProtobufCMessage *m, struct lm_buf *out);
/* A message of this descriptor with defaults, in the arena. */
ProtobufCMessage *lm_pb_new(struct lm_arena *a, const ProtobufCMessageDescriptor *d);
/* Packed into the arena. */
lm_str lm_pb_pack(struct lm_arena *a, const ProtobufCMessage *m);
/* LM_INVALID when the bytes are not such a message, or when a string in it is not UTF-8. */
LM_MUST_USE lm_code lm_pb_unpack(struct lm_arena *a, const ProtobufCMessageDescriptor *d,
                                 lm_str bytes, ProtobufCMessage **out, lm_err *err);
/* A deep copy in the arena. */
ProtobufCMessage *lm_pb_copy(struct lm_arena *a, const ProtobufCMessage *m);

/* The name of an enum value as in JSON and in columns, NULL when there is none; and back. */
const char *lm_enum_name(const ProtobufCEnumDescriptor *d, int value);
LM_MUST_USE bool lm_enum_value(const ProtobufCEnumDescriptor *d, lm_str name, int *value);

/* A tree, for JSON of others (pages, providers): unknown shapes are ordinary input. */
struct lm_jval {
    enum { LM_J_NULL, LM_J_BOOL, LM_J_NUM, LM_J_STR, LM_J_ARR, LM_J_OBJ } type;
    bool b;
    double num;
    lm_str str;            /* text; of a number: as it was written */
    struct lm_jval *items; /* array items, or object values */
    lm_str *keys;          /* object keys */
    size_t n;
};
/* Doubled keys: the last one counts. Depth at most 128. */
LM_MUST_USE lm_code lm_json_parse(struct lm_arena *a, lm_str json, struct lm_jval **out,
                                  lm_err *err);
/* Reads one value at the start of `text` and says where it ended: for JSON inside scripts. */
LM_MUST_USE lm_code lm_json_parse_prefix(struct lm_arena *a, lm_str text, struct lm_jval **out,
                                         size_t *used, lm_err *err);
/* Never NULL: a missing one is a static null value, so look-ups chain. `path`: "a.b.0.c", "" is `v` itself. */
const struct lm_jval *lm_jget(const struct lm_jval *v, const char *path);
lm_str lm_jstr(const struct lm_jval *v, const char *path); /* {NULL,0} when not text or number */
int64_t lm_jint(const struct lm_jval *v, const char *path, int64_t otherwise);
bool lm_jbool(const struct lm_jval *v, const char *path);

#endif
