/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/http/message.h"

#include "common/arena.h"
#include "common/json.h"
#include "common/pb_field.h"
#include "common/rules.h"
#include "common/str.h"
#include "services/gateway/http/query.h"

enum { JSON_BODY_BYTES = (1 << 20) - (64 << 10) }; /* in one frame of the bus, with its envelope */

/* The file stays where it is: the message points to it. */
static lm_code put_raw(struct lm_arena *a, const struct gateway_request_parts *p,
                       ProtobufCMessage *m, lm_err *err)
{
    const ProtobufCFieldDescriptor *f =
        protobuf_c_message_descriptor_get_field_by_name(m->descriptor, "body");
    ProtobufCBinaryData *data;

    LM_ASSERT(f && f->type == PROTOBUF_C_TYPE_BYTES); /* the plugin has checked it */
    if (!p->body.n)
        return lm_fail(err, LM_INVALID, "there is no file in the request");
    data = lm_pb_value(m, f, 0);
    data->data = (uint8_t *)(uintptr_t)p->body.p;
    data->len = p->body.n;
    lm_pb_mark(m, f);
    if (!p->content_type.n ||
        !protobuf_c_message_descriptor_get_field_by_name(m->descriptor, "content_type"))
        return LM_OK;
    return lm_pb_set(a, m, LM_STR("content_type"), p->content_type, err);
}

static lm_code put_body(struct lm_arena *a, const struct gateway_request_parts *p,
                        ProtobufCMessage **out, lm_err *err)
{
    const struct lm_route *r = p->match->route;

    if (!r->raw_body && !r->takes_query && p->body.n) {
        if (p->body.n > JSON_BODY_BYTES)
            return lm_fail(err, LM_TOO_LARGE, "the body has more than %d bytes", JSON_BODY_BYTES);
        return lm_json_to_pb(a, r->in, p->body, out, err);
    }
    *out = lm_pb_new(a, r->in);
    return r->raw_body ? put_raw(a, p, *out, err) : LM_OK;
}

static lm_code put_path(struct lm_arena *a, const struct gateway_match *match, ProtobufCMessage *m,
                        lm_err *err)
{
    for (size_t i = 0; i < match->route->n_segments; i++) {
        const struct lm_segment *s = &match->route->segments[i];

        if (s->is_param && lm_pb_set(a, m, lm_str_z(s->text), match->segments[i], err))
            return err->code;
    }
    return LM_OK;
}

static lm_code put_query(struct lm_arena *a, lm_str query, ProtobufCMessage *m, lm_err *err)
{
    lm_str name, value;

    while (gateway_query_next(a, &query, &name, &value, err)) {
        if (lm_pb_set(a, m, name, value, err))
            return err->code;
    }
    return err->code;
}

lm_code gateway_message_read(struct lm_arena *a, const struct gateway_request_parts *p,
                             ProtobufCMessage **out, lm_err *err)
{
    if (put_body(a, p, out, err) || put_path(a, p->match, *out, err) ||
        put_query(a, p->query, *out, err))
        return err->code;
    return lm_rules_check(*out, err);
}
