/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/contract/random_message.h"

#include "common/json.h"
#include "common/pb_field.h"

/* splitmix64 (Steele, Lea, Flood 2014) */
uint64_t random_next(struct random *r)
{
    uint64_t z = r->seed += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static uint64_t below(struct random *r, uint64_t n)
{
    return random_next(r) % n;
}

static char *random_text(struct random *r, struct lm_arena *a)
{
    static const char *const pieces[] = {
        "a",
        "Z",
        " ",
        "\n",
        "\t",
        "\"",
        "\\",
        "/",
        "<",
        "&",
        "'",
        "0",
        "{",
        "}",
        ",",
        ":",
        "\xc3\xa9",
        "\xe2\x82\xac",
        "\xf0\x9f\x98\x80",
        "\xe2\x80\xa8",
        "word ",
        "name@example.com",
    };
    struct lm_buf b = lm_buf_in(a, 4096);

    for (uint64_t n = below(r, 4) ? below(r, 12) : 0; n > 0; n--)
        lm_buf_appendz(&b, pieces[below(r, LM_COUNT(pieces))]);
    return lm_arena_strz(a, lm_buf_str(&b));
}

static ProtobufCBinaryData random_bytes(struct random *r, struct lm_arena *a)
{
    size_t n = below(r, 20);
    uint8_t *p = lm_arena_alloc(a, n + 1);

    for (size_t i = 0; i < n; i++)
        p[i] = (uint8_t)random_next(r);
    return (ProtobufCBinaryData){n, p};
}

static int64_t random_int(struct random *r, int64_t least, int64_t most)
{
    switch (below(r, 4)) {
    case 0:
        return least;
    case 1:
        return most;
    case 2:
        return LM_MAX(least, (int64_t)below(r, 100));
    default:
        return least + (int64_t)below(r, (uint64_t)(most - least));
    }
}

static double random_double(struct random *r)
{
    static const double odd[] = {0, -0.5, 0.1, 1e300, -1e-300, 9007199254740993.0, 5e-324};

    if (below(r, 2))
        return odd[below(r, LM_COUNT(odd))];
    return (double)random_int(r, -1000000, 1000000) / 997;
}

static void random_value(struct random *r, struct lm_arena *a, const ProtobufCFieldDescriptor *f,
                         void *value)
{
    static const int64_t max = ((int64_t)1 << 53) - 1, year_9999 = 253402300799999;
    const ProtobufCEnumDescriptor *e = f->descriptor;

    switch (f->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        *(int32_t *)value = (int32_t)random_int(r, INT32_MIN, INT32_MAX);
        break;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        *(uint32_t *)value = (uint32_t)random_int(r, 0, UINT32_MAX);
        break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        *(int64_t *)value =
            lm_pb_is_time(f) ? random_int(r, 0, year_9999) : random_int(r, -max, max);
        break;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        *(uint64_t *)value = (uint64_t)random_int(r, 0, max);
        break;
    case PROTOBUF_C_TYPE_FLOAT:
        *(float *)value = (float)random_int(r, -1000, 1000) / 7;
        break;
    case PROTOBUF_C_TYPE_DOUBLE:
        *(double *)value = random_double(r);
        break;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)value = (protobuf_c_boolean)below(r, 2);
        break;
    case PROTOBUF_C_TYPE_ENUM:
        *(int *)value = e->values[below(r, e->n_values)].value;
        break;
    case PROTOBUF_C_TYPE_STRING:
        *(char **)value = random_text(r, a);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        *(ProtobufCBinaryData *)value = random_bytes(r, a);
        break;
    case PROTOBUF_C_TYPE_MESSAGE:
        *(ProtobufCMessage **)value = random_message(r, a, f->descriptor);
        break;
    }
}

static void random_array(struct random *r, struct lm_arena *a, ProtobufCMessage *m,
                         const ProtobufCFieldDescriptor *f)
{
    size_t n = below(r, 4), size = lm_pb_value_size(f);
    char *array = lm_arena_array(a, n, size);

    for (size_t i = 0; i < n; i++)
        random_value(r, a, f, array + i * size);
    memcpy((char *)m + f->offset, &array, sizeof(array));
    memcpy((char *)m + f->quantifier_offset, &n, sizeof(n));
}

ProtobufCMessage *random_message(struct random *r, struct lm_arena *a,
                                 const ProtobufCMessageDescriptor *d)
{
    ProtobufCMessage *m = lm_pb_new(a, d);

    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        bool is_oneof = f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;

        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            random_array(r, a, m, f);
        } else if (f->label == PROTOBUF_C_LABEL_REQUIRED || below(r, 2)) {
            if (is_oneof && *(uint32_t *)(void *)((char *)m + f->quantifier_offset) != 0)
                continue; /* another member was chosen */
            random_value(r, a, f, lm_pb_value(m, f, 0));
            lm_pb_mark(m, f);
        }
    }
    return m;
}
