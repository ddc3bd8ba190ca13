/* SPDX-License-Identifier: Apache-2.0 */
/* How protobuf-c lays out presence, repetition and oneof, in one place. */
#include "common/pb_field.h"

#include "common/str.h"

size_t lm_pb_value_size(const ProtobufCFieldDescriptor *f)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
        return 4;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
    return sizeof(void *);
}

static bool is_pointer(const ProtobufCFieldDescriptor *f)
{
    return f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE;
}

static void *at(const ProtobufCMessage *m, unsigned offset)
{
    return (char *)(uintptr_t)m + offset;
}

bool lm_pb_has(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return lm_pb_count(m, f) > 0;
    if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        return *(const uint32_t *)at(m, f->quantifier_offset) == f->id;
    if (f->label == PROTOBUF_C_LABEL_REQUIRED)
        return true;
    if (is_pointer(f)) { /* an untouched default is the descriptor's own pointer */
        const void *p = *(void *const *)at(m, f->offset);
        return p && p != f->default_value;
    }
    return *(const protobuf_c_boolean *)at(m, f->quantifier_offset);
}

size_t lm_pb_count(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return *(const size_t *)at(m, f->quantifier_offset);
    return lm_pb_has(m, f);
}

void *lm_pb_value(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f, size_t i)
{
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        return *(char **)at(m, f->offset) + i * lm_pb_value_size(f);
    return at(m, f->offset);
}

void lm_pb_mark(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    if (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
        *(uint32_t *)at(m, f->quantifier_offset) = f->id;
    else if (f->label == PROTOBUF_C_LABEL_OPTIONAL && !is_pointer(f))
        *(protobuf_c_boolean *)at(m, f->quantifier_offset) = true;
}

lm_str lm_pb_text(const void *value)
{
    const char *z = *(const char *const *)value;

    return lm_str_z(z ? z : "");
}

const ProtobufCFieldDescriptor *lm_pb_find(const ProtobufCMessageDescriptor *d, lm_str name)
{
    unsigned from = 0, to = d->n_fields;

    while (from < to) {
        unsigned mid = from + (to - from) / 2;
        const ProtobufCFieldDescriptor *f = &d->fields[d->fields_sorted_by_name[mid]];
        int order = lm_str_cmp(name, lm_str_z(f->name));

        if (order == 0)
            return f;
        if (order < 0)
            to = mid;
        else
            from = mid + 1;
    }
    return NULL;
}

bool lm_pb_is_time(const ProtobufCFieldDescriptor *f)
{
    return f->type == PROTOBUF_C_TYPE_INT64 &&
           (strcmp(f->name, "at") == 0 || lm_str_ends(lm_str_z(f->name), LM_STR("_at")));
}
