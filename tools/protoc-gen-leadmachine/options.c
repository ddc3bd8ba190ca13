/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Custom options. protobuf-c knows no extensions: what descriptor.proto does not name stays in the
 * options' unknown fields, with its tag, its wire type and its bytes (the length in front of them).
 */
#include "model.h"

enum { ROUTE = 50001, RULE = 50002, CONSUMES = 50003, JOB = 50004, SEARCHED = 50005 };
enum { VARINT = 0, LENGTH_PREFIXED = 2 };

/* The bytes of the next unknown field `tag` at or after *at, or false. */
static bool next_extension(const ProtobufCMessage *options, unsigned tag, unsigned *at, lm_str *out)
{
    while (options && *at < options->n_unknown_fields) {
        const ProtobufCMessageUnknownField *u = &options->unknown_fields[(*at)++];
        size_t prefix = 0;

        if (u->tag != tag || (int)u->wire_type != LENGTH_PREFIXED)
            continue;
        while (prefix < u->len && (u->data[prefix] & 0x80))
            prefix++;
        prefix++;
        LM_ASSERT(prefix <= u->len);
        *out = (lm_str){(const char *)u->data + prefix, u->len - prefix};
        return true;
    }
    return false;
}

static const void *unpack(struct gen *g, const ProtobufCMessage *options, unsigned tag,
                          const ProtobufCMessageDescriptor *d)
{
    unsigned at = 0;
    lm_str bytes;
    const void *m;

    if (!next_extension(options, tag, &at, &bytes))
        return NULL;
    m = protobuf_c_message_unpack(d, lm_arena_pb(g->arena), bytes.n, (const uint8_t *)bytes.p);
    LM_ASSERT(m != NULL); /* protoc wrote it by the same options.proto */
    return m;
}

const Lm__Route *gen_route(struct gen *g, const Google__Protobuf__MethodOptions *o)
{
    return unpack(g, o ? &o->base : NULL, ROUTE, &lm__route__descriptor);
}

const Lm__Rule *gen_rule(struct gen *g, const Google__Protobuf__FieldOptions *o)
{
    return unpack(g, o ? &o->base : NULL, RULE, &lm__rule__descriptor);
}

const Lm__Job *gen_job(struct gen *g, const Google__Protobuf__MessageOptions *o)
{
    return unpack(g, o ? &o->base : NULL, JOB, &lm__job__descriptor);
}

const char **gen_consumes(struct gen *g, const Google__Protobuf__ServiceOptions *o, size_t *n)
{
    const ProtobufCMessage *options = o ? &o->base : NULL;
    const char **types =
        LM_NEW_ARRAY(g->arena, const char *, options ? options->n_unknown_fields : 0);
    unsigned at = 0;
    lm_str type;

    *n = 0;
    while (next_extension(options, CONSUMES, &at, &type))
        types[(*n)++] = lm_arena_strz(g->arena, type);
    return types;
}

bool gen_is_searched(const Google__Protobuf__EnumValueOptions *o)
{
    for (unsigned i = 0; o && i < o->base.n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *u = &o->base.unknown_fields[i];

        if (u->tag == SEARCHED && (int)u->wire_type == VARINT)
            return u->len == 1 && u->data[0] == 1;
    }
    return false;
}
