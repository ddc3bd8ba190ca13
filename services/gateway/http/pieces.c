/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body too large for one frame of the bus goes to its owner in pieces, one call after the other. The request's
 * message has fields for that: `offset` of the piece, `size_bytes` of the whole, and, where the owner has to know
 * which pieces belong together, `upload`, which is the same however often the request comes with the same key. All
 * but the last are told here; the last one goes the ordinary way, and its answer is the answer.
 */
#include "common/json.h"
#include "common/pb_field.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "services/gateway/http/exchange.h"

enum {
    PIECE_BYTES = 512 << 10,
    PIECE_MEMORY = 4 << 20,
    UPLOAD_MS = 120000, /* of the whole body */
};

static const ProtobufCFieldDescriptor *field(const ProtobufCMessage *m, const char *name)
{
    return lm_pb_find(m->descriptor, lm_str_z(name));
}

static void put_int(ProtobufCMessage *m, const char *name, size_t value)
{
    const ProtobufCFieldDescriptor *f = field(m, name);

    LM_ASSERT(f->type == PROTOBUF_C_TYPE_INT32);
    *(int32_t *)lm_pb_value(m, f, 0) = (int32_t)value;
    lm_pb_mark(m, f);
}

/* The message of the request, its body the piece that begins at `offset`. */
static void put_piece(struct gateway_exchange *x, size_t offset)
{
    ProtobufCMessage *m = x->whole;
    const ProtobufCFieldDescriptor *upload = field(m, "upload");
    lm_str piece = lm_str_sub(x->file, offset, offset + PIECE_BYTES);
    ProtobufCBinaryData *body = lm_pb_value(m, field(m, "body"), 0);

    body->data = (uint8_t *)(uintptr_t)piece.p;
    body->len = piece.n;
    put_int(m, "offset", offset);
    put_int(m, "size_bytes", x->file.n);
    if (upload)
        *(char **)lm_pb_value(m, upload, 0) = x->call_id;
}

/* In memory of its own: the pieces of a whole body would be more than the exchange may have. */
static lm_code send_piece(struct gateway_exchange *x)
{
    const struct lm_route *r = x->match.route;
    struct lm_bus_request request = gateway_bus_request(x);
    struct lm_ctx *ctx = lm_ctx_of_request(gateway_server.proc, &request, PIECE_MEMORY);
    ProtobufCMessage *ignored;

    if (lm_arena_guard(ctx->arena) != 0)
        lm_fail(&x->err, LM_TOO_LARGE, "a piece of the body");
    else
        (void)!lm_call(ctx, r->service, r->rpc, x->whole, r->out, &ignored, &x->err);
    lm_ctx_free(ctx);
    return x->err.code;
}

static void run_pieces(struct gateway_exchange *x)
{
    size_t offset = 0;

    x->deadline_ms = lm_mono_ms() + UPLOAD_MS;
    for (; x->file.n - offset > PIECE_BYTES; offset += PIECE_BYTES) {
        put_piece(x, offset);
        if (send_piece(x)) {
            gateway_resume(x);
            return;
        }
    }
    put_piece(x, offset);
    x->body = lm_pb_pack(x->arena, x->whole);
    gateway_dispatch(x);
}

/* A client that sets them would say which bytes of which file these are. */
static lm_code check_fields(const ProtobufCMessage *m, lm_err *err)
{
    static const char *const ours[] = {"offset", "size_bytes", "upload"};

    for (size_t i = 0; i < LM_COUNT(ours); i++) {
        const ProtobufCFieldDescriptor *f = field(m, ours[i]);

        if (f && lm_pb_has(m, f))
            return lm_fail_field(err, ours[i], "is not for clients to set: leave it out");
    }
    return LM_OK;
}

lm_code gateway_take_raw(struct gateway_exchange *x, ProtobufCMessage *m, lm_err *err)
{
    lm_str body = gateway_str(x->req->entity);

    if (check_fields(m, err))
        return err->code;
    if (body.n <= PIECE_BYTES) {
        x->body = lm_pb_pack(x->arena, m);
        return LM_OK;
    }
    if (!field(m, "offset") || !field(m, "size_bytes"))
        return lm_fail(err, LM_TOO_LARGE, "the body has more than %d bytes", PIECE_BYTES);
    /* Ours: the request's memory goes when the client does. */
    x->file = lm_arena_dup(x->arena, body);
    x->whole = m;
    return LM_OK;
}

void gateway_send_pieces(struct gateway_exchange *x)
{
    gateway_give(x, gateway_server.slow, run_pieces);
}
