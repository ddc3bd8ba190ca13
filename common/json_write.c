/* SPDX-License-Identifier: Apache-2.0 */
/* A message as JSON, field by field in the order of their numbers. */
#include <math.h>

#include "common/clock.h"
#include "common/json.h"
#include "common/pb_field.h"
#include "common/str.h"

static void write_int(struct lm_buf *b, int64_t value)
{
    char digits[24];
    size_t at = sizeof(digits);
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) > 0);
    if (value < 0)
        digits[--at] = '-';
    lm_buf_append(b, (lm_str){digits + at, sizeof(digits) - at});
}

/*
 * The shortest text that reads back as the same number: a double needs 17 digits at most, a float 9.
 * JSON has no word for what is not finite.
 */
static void write_double(struct lm_buf *b, double value)
{
    char text[40] = "null";

    for (int digits = 15; isfinite(value) && digits <= 17; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    lm_buf_appendz(b, text);
}

static void write_float(struct lm_buf *b, float value)
{
    char text[40] = "null";

    for (int digits = 6; isfinite(value) && digits <= 9; digits++) {
        snprintf(text, sizeof(text), "%.*g", digits, (double)value);
        if ((float)strtod(text, NULL) == value)
            break;
    }
    lm_buf_appendz(b, text);
}

static void write_time(struct lm_buf *b, int64_t at_ms)
{
    char text[LM_RFC3339_SIZE];

    lm_buf_char(b, '"');
    lm_buf_appendz(b, lm_rfc3339(at_ms, text));
    lm_buf_char(b, '"');
}

/* A value that this build has no name for (from a newer one) goes out as its number. */
static void write_enum(struct lm_buf *b, const ProtobufCEnumDescriptor *d, int value)
{
    const char *name = lm_enum_name(d, value);

    if (!name) {
        write_int(b, value);
        return;
    }
    lm_buf_char(b, '"');
    lm_buf_appendz(b, name);
    lm_buf_char(b, '"');
}

static void write_bytes(struct lm_buf *b, const ProtobufCBinaryData *bytes)
{
    lm_buf_char(b, '"');
    lm_buf_base64(b, bytes->data, bytes->len);
    lm_buf_char(b, '"');
}

static void write_value(struct lm_buf *b, const ProtobufCFieldDescriptor *f, const void *value)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        write_int(b, *(const int32_t *)value);
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        write_int(b, *(const uint32_t *)value);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        if (lm_pb_is_time(f))
            write_time(b, *(const int64_t *)value);
        else
            write_int(b, *(const int64_t *)value);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        write_int(b, (int64_t)LM_MIN(*(const uint64_t *)value, (uint64_t)INT64_MAX));
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        write_float(b, *(const float *)value);
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        write_double(b, *(const double *)value);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        lm_buf_appendz(b, *(const protobuf_c_boolean *)value ? "true" : "false");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        write_enum(b, f->descriptor, *(const int *)value);
        break;
    case PROTOBUF_C_TYPE_STRING:
        lm_buf_json(b, lm_pb_text(value));
        break;
    case PROTOBUF_C_TYPE_BYTES:
        write_bytes(b, value);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        lm_pb_to_json(*(ProtobufCMessage *const *)value, b);
        break;
    }
}

static void write_array(struct lm_buf *b, const ProtobufCMessage *m,
                        const ProtobufCFieldDescriptor *f)
{
    size_t n = lm_pb_count(m, f);

    lm_buf_char(b, '[');
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            lm_buf_char(b, ',');
        write_value(b, f, lm_pb_value(m, f, i));
    }
    lm_buf_char(b, ']');
}

/* A required message that a handler left out: there is nothing to write. */
static bool is_missing(const ProtobufCMessage *m, const ProtobufCFieldDescriptor *f)
{
    return f->type == PROTOBUF_C_TYPE_MESSAGE && !*(void **)lm_pb_value(m, f, 0);
}

void lm_pb_to_json(const ProtobufCMessage *m, struct lm_buf *out)
{
    bool is_first = true;

    lm_buf_char(out, '{');
    for (unsigned i = 0; i < m->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &m->descriptor->fields[i];
        bool is_array = f->label == PROTOBUF_C_LABEL_REPEATED;

        if (!is_array && (!lm_pb_has(m, f) || is_missing(m, f)))
            continue;
        lm_buf_appendz(out, is_first ? "\"" : ",\"");
        lm_buf_appendz(out, f->name);
        lm_buf_appendz(out, "\":");
        is_first = false;
        if (is_array)
            write_array(out, m, f);
        else
            write_value(out, f, lm_pb_value(m, f, 0));
    }
    lm_buf_char(out, '}');
}
