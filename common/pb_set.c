/* SPDX-License-Identifier: Apache-2.0 */
/* A field of a message from a parameter of the path or the query. */
#include "common/arena.h"
#include "common/json.h"
#include "common/pb_field.h"
#include "common/str.h"

enum { MAX_VALUES = 256 }; /* of one repeated parameter; each one copies the array */

static lm_code refuse(struct lm_arena *a, lm_str name, const char *why, lm_err *err)
{
    return lm_fail_field(err, lm_arena_strz(a, name), "%s", why);
}

/* Goes down to the message that holds the last part of `name`, making those on the way. */
static ProtobufCMessage *descend(struct lm_arena *a, ProtobufCMessage *m, lm_str *name)
{
    ptrdiff_t dot;

    while ((dot = lm_str_chr(*name, '.', 0)) >= 0) {
        const ProtobufCFieldDescriptor *f =
            lm_pb_find(m->descriptor, lm_str_sub(*name, 0, (size_t)dot));
        ProtobufCMessage **sub;

        if (!f || f->type != PROTOBUF_C_TYPE_MESSAGE || f->label == PROTOBUF_C_LABEL_REPEATED)
            return NULL;
        sub = lm_pb_value(m, f, 0);
        if (!lm_pb_has(m, f) || !*sub) {
            *sub = lm_pb_new(a, f->descriptor);
            lm_pb_mark(m, f);
        }
        m = *sub;
        *name = lm_str_sub(*name, (size_t)dot + 1, name->n);
    }
    return m;
}

/* True when something stands there already; a required number cannot tell. */
static bool is_given(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    if (f->label != PROTOBUF_C_LABEL_REQUIRED)
        return lm_pb_has(m, f);
    if (f->type == PROTOBUF_C_TYPE_STRING)
        return *(char *const *)lm_pb_value(m, f, 0) != NULL;
    return false;
}

static const char *append(struct lm_arena *a, ProtobufCMessage *m,
                          const ProtobufCFieldDescriptor *f, lm_str text)
{
    size_t n = lm_pb_count(m, f), size = lm_pb_value_size(f);
    char *array;
    const char *why;

    if (n >= MAX_VALUES)
        return "is given too often";
    array = lm_arena_array(a, n + 1, size);
    if (n > 0)
        memcpy(array, lm_pb_value(m, f, 0), n * size);
    why = lm_pb_parse(a, f, text, array + n * size);
    if (why)
        return why;
    n++;
    memcpy((char *)m + f->offset, &array, sizeof(array));
    memcpy((char *)m + f->quantifier_offset, &n, sizeof(n));
    return NULL;
}

static const char *set(struct lm_arena *a, ProtobufCMessage *m, const ProtobufCFieldDescriptor *f,
                       lm_str text)
{
    const char *why;

    if (is_given(m, f))
        return "is given twice";
    why = lm_pb_parse(a, f, text, lm_pb_value(m, f, 0));
    if (!why)
        lm_pb_mark(m, f);
    return why;
}

lm_code lm_pb_set(struct lm_arena *a, ProtobufCMessage *m, lm_str name, lm_str text, lm_err *err)
{
    lm_str last = name;
    ProtobufCMessage *holder = descend(a, m, &last);
    const ProtobufCFieldDescriptor *f = holder ? lm_pb_find(holder->descriptor, last) : NULL;
    const char *why;

    if (!f || f->type == PROTOBUF_C_TYPE_MESSAGE)
        return refuse(a, name, "no such parameter", err);
    if (f->label == PROTOBUF_C_LABEL_REPEATED)
        why = append(a, holder, f, text);
    else
        why = set(a, holder, f, text);
    return why ? refuse(a, name, why, err) : LM_OK;
}
