/* SPDX-License-Identifier: Apache-2.0 */
/* Messages as a whole: made, packed, unpacked and copied in an arena. */
#include "common/arena.h"
#include "common/json.h"
#include "common/pb_field.h"
#include "common/text.h"

ProtobufCMessage *lm_pb_new(struct lm_arena *a, const ProtobufCMessageDescriptor *d)
{
    ProtobufCMessage *m = lm_arena_zalloc(a, d->sizeof_message);

    protobuf_c_message_init(d, m);
    return m;
}

lm_str lm_pb_pack(struct lm_arena *a, const ProtobufCMessage *m)
{
    size_t n = protobuf_c_message_get_packed_size(m);
    uint8_t *p =
        lm_arena_alloc(a, n + 1); /* never of no bytes: {p, 0} is an empty message, not none */

    LM_ASSERT(protobuf_c_message_pack(m, p) == n);
    return (lm_str){(char *)p, n};
}

/*
 * protobuf-c takes any bytes for a string and ends it at the first NUL. Bytes that are not text go
 * no further than this. The contract has no message that contains itself (the plugin sees to it),
 * so this ends.
 */
static const char *find_bad_text(const ProtobufCMessage *m)
{
    for (unsigned k = 0; k < m->descriptor->n_fields; k++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[k];
        size_t n = lm_pb_count(m, f);

        for (size_t i = 0; i < n; i++) {
            void *value = lm_pb_value(m, f, i);
            const char *bad = NULL;

            if (f->type == PROTOBUF_C_TYPE_STRING && !lm_utf8_valid(lm_pb_text(value)))
                bad = f->name;
            else if (f->type == PROTOBUF_C_TYPE_MESSAGE && *(void **)value)
                bad = find_bad_text(*(ProtobufCMessage **)value);
            if (bad)
                return bad;
        }
    }
    return NULL;
}

lm_code lm_pb_unpack(struct lm_arena *a, const ProtobufCMessageDescriptor *d, lm_str bytes,
                     ProtobufCMessage **out, lm_err *err)
{
    ProtobufCMessage *m = protobuf_c_message_unpack(d, lm_arena_pb(a), bytes.n,
                                                    (const uint8_t *)(bytes.p ? bytes.p : ""));
    const char *bad;

    if (!m)
        return lm_fail(err, LM_INVALID, "%zu bytes are not a %s, or more than fits", bytes.n,
                       d->name);
    bad = find_bad_text(m);
    if (bad)
        return lm_fail(err, LM_INVALID, "%s: %s is not UTF-8", d->name, bad);
    *out = m;
    return LM_OK;
}

static void copy_value(struct lm_arena *a, const ProtobufCFieldDescriptor *f, void *value)
{
    if (f->type == PROTOBUF_C_TYPE_STRING) {
        char **text = value;
        if (*text && *text != f->default_value)
            *text = lm_arena_strdup(a, *text);
    } else if (f->type == PROTOBUF_C_TYPE_MESSAGE) {
        ProtobufCMessage **sub = value;
        if (*sub)
            *sub = lm_pb_copy(a, *sub);
    } else if (f->type == PROTOBUF_C_TYPE_BYTES) {
        ProtobufCBinaryData *bytes = value;
        lm_str copy = lm_arena_dup(a, (lm_str){(char *)bytes->data, bytes->len});
        bytes->data = (uint8_t *)(uintptr_t)copy.p;
    }
}

static void copy_array(struct lm_arena *a, ProtobufCMessage *m, const ProtobufCFieldDescriptor *f,
                       size_t n)
{
    size_t size = lm_pb_value_size(f);
    void *array = lm_arena_array(a, n, size);

    memcpy(array, lm_pb_value(m, f, 0), n * size);
    memcpy((char *)m + f->offset, &array, sizeof(array));
}

static void copy_unknown(struct lm_arena *a, ProtobufCMessage *m)
{
    unsigned n = m->n_unknown_fields;
    ProtobufCMessageUnknownField *copy = LM_NEW_ARRAY(a, ProtobufCMessageUnknownField, n);

    for (unsigned i = 0; i < n; i++) {
        const ProtobufCMessageUnknownField *from = &m->unknown_fields[i];
        lm_str data = lm_arena_dup(a, (lm_str){(char *)from->data, from->len});

        copy[i] = *from;
        copy[i].data = (uint8_t *)(uintptr_t)data.p;
    }
    m->unknown_fields = copy;
}

ProtobufCMessage *lm_pb_copy(struct lm_arena *a, const ProtobufCMessage *m)
{
    const ProtobufCMessageDescriptor *d = m->descriptor;
    ProtobufCMessage *copy = lm_arena_alloc(a, d->sizeof_message);

    memcpy(copy, m, d->sizeof_message);
    for (unsigned k = 0; k < d->n_fields; k++) {
        const ProtobufCFieldDescriptor *f = &d->fields[k];
        size_t n = lm_pb_count(m, f);

        if (f->label == PROTOBUF_C_LABEL_REPEATED && n > 0)
            copy_array(a, copy, f, n);
        for (size_t i = 0; i < n; i++)
            copy_value(a, f, lm_pb_value(copy, f, i));
    }
    if (m->n_unknown_fields > 0)
        copy_unknown(a, copy);
    return copy;
}
