/* SPDX-License-Identifier: Apache-2.0 */
/* One value of a field from its text, for JSON and for the parameters of a request alike. */
#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/json.h"
#include "common/pb_field.h"
#include "common/str.h"
#include "common/text.h"

/* Whole numbers up to here are exact in JSON as most programs read it (IEEE 754 doubles). */
static const int64_t json_max = ((int64_t)1 << 53) - 1;

static const char *parse_int32(lm_str text, int32_t *out)
{
    int64_t value;

    if (!lm_str_int(text, &value) || value < INT32_MIN || value > INT32_MAX)
        return "must be a whole number of 32 bits";
    *out = (int32_t)value;
    return NULL;
}

static const char *parse_uint32(lm_str text, uint32_t *out)
{
    int64_t value;

    if (!lm_str_int(text, &value) || value < 0 || value > UINT32_MAX)
        return "must be a whole number from 0 to 4294967295";
    *out = (uint32_t)value;
    return NULL;
}

static const char *parse_int64(lm_str text, bool is_signed, int64_t *out)
{
    int64_t value;

    if (!lm_str_int(text, &value) || value > json_max || value < -json_max)
        return "must be a whole number below 2^53";
    if (!is_signed && value < 0)
        return "must not be negative";
    *out = value;
    return NULL;
}

static const char *parse_float(lm_str text, float *out)
{
    double value;

    if (!lm_str_double(text, &value) || value > (double)__FLT_MAX__ || value < -(double)__FLT_MAX__)
        return "must be a number";
    *out = (float)value;
    return NULL;
}

static bool is_clean(lm_str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (c >= 0x7f || (c < 0x20 && c != '\n' && c != '\t'))
            return false;
    }
    return true;
}

/* Here text enters: from here on it is NFC and has no control characters but LF and TAB. */
static const char *parse_text(struct lm_arena *a, lm_str text, char **out)
{
    lm_err err = LM_ERR_INIT;

    if (memchr(text.p ? text.p : "", 0, text.n))
        return "must not hold a NUL";
    if (!is_clean(text) && lm_text_nfc(a, text, &text, &err))
        return "must be UTF-8";
    *out = lm_arena_strz(a, text);
    return NULL;
}

static const char *parse_bytes(struct lm_arena *a, lm_str text, ProtobufCBinaryData *out)
{
    lm_str bytes;

    if (!lm_base64_decode(a, text, &bytes))
        return "must be base64";
    *out = (ProtobufCBinaryData){bytes.n, (uint8_t *)(uintptr_t)bytes.p};
    return NULL;
}

static const char *parse_bool(lm_str text, protobuf_c_boolean *out)
{
    bool value;

    if (!lm_str_bool(text, &value))
        return "must be true or false";
    *out = value;
    return NULL;
}

/* Names the choices, in the arena. */
static const char *parse_enum(struct lm_arena *a, const ProtobufCEnumDescriptor *d, lm_str text,
                              int *out)
{
    struct lm_buf b;

    if (lm_enum_value(d, text, out))
        return NULL;
    b = lm_buf_in(a, 4096);
    lm_buf_appendz(&b, "must be one of");
    for (unsigned i = 0; i < d->n_values; i++)
        lm_buf_printf(&b, "%s %s", i > 0 ? "," : "", d->values[i].name);
    return lm_buf_z(&b);
}

const char *lm_pb_parse(struct lm_arena *a, const ProtobufCFieldDescriptor *f, lm_str text,
                        void *value)
{
    switch (f->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return parse_int32(text, value);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return parse_uint32(text, value);
    case PROTOBUF_C_TYPE_INT64:
        if (lm_pb_is_time(f))
            return lm_rfc3339_parse(text, value) ? NULL : "must be a time: 2026-03-02T08:15:00Z";
        return parse_int64(text, true, value);
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return parse_int64(text, true, value);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return parse_int64(text, false, value);
    case PROTOBUF_C_TYPE_FLOAT:
        return parse_float(text, value);
    case PROTOBUF_C_TYPE_DOUBLE:
        return lm_str_double(text, value) ? NULL : "must be a number";
    case PROTOBUF_C_TYPE_BOOL:
        return parse_bool(text, value);
    case PROTOBUF_C_TYPE_ENUM:
        return parse_enum(a, f->descriptor, text, value);
    case PROTOBUF_C_TYPE_STRING:
        return parse_text(a, text, value);
    case PROTOBUF_C_TYPE_BYTES:
        return parse_bytes(a, text, value);
    case PROTOBUF_C_TYPE_MESSAGE:
        break;
    }
    return "must be an object";
}
