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

static inline const ProtobufCMessageDescriptor *lm_pb_submessage(const ProtobufCFieldDescriptor *f)
{
    return f->descriptor;
}

#endif
