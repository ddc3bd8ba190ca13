/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_PB_FIELD_H
#define LM_PB_FIELD_H

#include <protobuf-c/protobuf-c.h>

#include "common/base.h"

/*
 * Fields of a protobuf-c message through its descriptor: is it there, how many are there, where
 * does it stand. For those files of common/ that walk messages they do not know by type (JSON,
 * rules, copies); handlers use the generated structs.
 */

/* Bytes that one value takes in a message struct, or in the array of a repeated field. */
size_t lm_pb_value_size(const ProtobufCFieldDescriptor *f);
/* A required field is always there. A repeated one is there when it has a value. */
bool lm_pb_has(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f);
/* Values of a repeated field; 0 or 1 of any other. */
size_t lm_pb_count(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f);
/* Where value `i` stands: of type int32_t *, char **, ProtobufCMessage **, … as f->type says. */
void *lm_pb_value(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, size_t i);
/* Notes that an optional field, or a member of a oneof, has been set. */
void lm_pb_mark(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f);
/* Text of a string value; NULL reads as "". */
lm_str lm_pb_text(const void *value);
/* The field of this name, or NULL. */
const ProtobufCFieldDescriptor *lm_pb_find(const ProtobufCMessageDescriptor *d, lm_str name);
/* An int64 called `at` or `…_at`: milliseconds here, RFC 3339 in JSON. */
bool lm_pb_is_time(const ProtobufCFieldDescriptor *f);
/*
 * Reads one value as people and JSON write it into *value (of the type f says; texts and bytes go
 * into the arena). NULL when it went well, else what was expected: "must be true or false".
 */
LM_MUST_USE const char *lm_pb_parse(struct lm_arena *a, const ProtobufCFieldDescriptor *f,
                                    lm_str text, void *value);

static inline const ProtobufCMessageDescriptor *lm_pb_submessage(const ProtobufCFieldDescriptor *f)
{
    return f->descriptor;
}

#endif
