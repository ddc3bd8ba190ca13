/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An answer that is a file of any length. Its operation makes it in parts, one call a part; the next
 * one is made when the one before has left, so that a slow reader costs one part of memory and no
 * thread. A reader who stops altogether is dropped like any other (common/visitors.h).
 */
#include "common/json.h"
#include "common/log.h"
#include "common/pb_field.h"
#include "common/proc_internal.h"
#include "common/runtime.h"
#include "common/str.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/exchange.h"

enum { PART_MEMORY = 32 << 20, STREAMS_MOST = 16 };

struct stream {
    h2o_generator_t generator; /* h2o's handle on it: first */
    struct gateway_exchange *x;
    struct lm_ctx *ctx; /* of the part that is on its way */
    lm_str data, next;  /* in its memory; next {NULL, 0}: this is the last */
    bool has_begun;
};

static atomic_int n_streams;

static void end_stream(void *arg)
{
    struct stream *s = arg;

    if (s->ctx)
        lm_ctx_free(s->ctx);
    atomic_fetch_sub(&n_streams, 1);
}

/* ---- a part; not on the loop ---- */

/* The request as it came, but for the place where the part begins. */
static lm_code ask_for_part(struct stream *s, struct lm_ctx *ctx, lm_str *body, lm_err *err)
{
    const struct lm_route *r = s->x->match.route;
    ProtobufCMessage *m;

    *body = s->x->body;
    if (!s->next.n)
        return LM_OK;
    if (lm_pb_unpack(ctx->arena, r->in, s->x->body, &m, err))
        return err->code;
    *(char **)lm_pb_value(m, lm_pb_find(r->in, LM_STR("part")), 0) =
        lm_arena_strz(ctx->arena, s->next);
    *body = lm_pb_pack(ctx->arena, m);
    return LM_OK;
}

/* The gateway's own operation here, another's over the bus. */
static lm_code call_part(const struct lm_route *r, struct lm_ctx *ctx, lm_str body,
                         ProtobufCMessage **out, lm_err *err)
{
    ProtobufCMessage *in;
    lm_str answer;

    if (strcmp(r->service, "gateway") == 0)
        return lm_call_run(ctx, lm_proc_rpc(gateway_server.proc, r->rpc), body, &answer, err) ||
                       lm_pb_unpack(ctx->arena, r->out, answer, out, err)
                   ? err->code
                   : LM_OK;
    if (lm_pb_unpack(ctx->arena, r->in, body, &in, err))
        return err->code;
    return lm_call(ctx, r->service, r->rpc, in, r->out, out, err);
}

static lm_code read_part(struct stream *s, struct lm_ctx *ctx, lm_str body, lm_err *err)
{
    const struct lm_route *r = s->x->match.route;
    const ProtobufCBinaryData *data;
    ProtobufCMessage *m;

    if (call_part(r, ctx, body, &m, err))
        return err->code;
    data = lm_pb_value(m, lm_pb_find(r->out, LM_STR("data")), 0);
    s->data = (lm_str){(const char *)data->data, data->len};
    s->next = lm_pb_text(lm_pb_value(m, lm_pb_find(r->out, LM_STR("next")), 0));
    return LM_OK;
}

static struct stream *stream_of(const struct gateway_exchange *x)
{
    return x->stream;
}

static void run_part(struct gateway_exchange *x)
{
    struct stream *s = stream_of(x);
    struct lm_bus_request request;
    struct lm_ctx *ctx, *before = s->ctx;
    lm_str body;

    x->deadline_ms = lm_mono_ms() + gateway_settings.call_timeout_ms;
    request = gateway_bus_request(x);
    ctx = lm_ctx_of_request(gateway_server.proc, &request, PART_MEMORY);
    if (lm_arena_guard(ctx->arena) != 0)
        lm_fail(&x->err, LM_TOO_LARGE, "a part of the file");
    else if (ask_for_part(s, ctx, &body, &x->err) || read_part(s, ctx, body, &x->err))
        lm_wrap(&x->err, "a part of the file");
    s->ctx = ctx;
    if (before)
        lm_ctx_free(before);
    gateway_resume(x);
}

/* ---- on the loop ---- */

static void send_part(struct gateway_exchange *x);

static void make_part(struct gateway_exchange *x)
{
    gateway_park(x, send_part);
    gateway_give(x, gateway_server.slow, run_part);
}

/* The part before has left. */
static void on_proceed(h2o_generator_t *self, h2o_req_t *req)
{
    (void)req;
    make_part(((struct stream *)self)->x);
}

static void begin(struct gateway_exchange *x, struct stream *s)
{
    const struct lm_route *r = x->match.route;
    lm_str type = lm_str_z(r->stream);
    lm_str kind = lm_str_sub(type, (size_t)lm_str_chr(type, '/', 0) + 1, type.n);

    s->has_begun = true;
    gateway_add_header(x, "cache-control", LM_STR("no-store"));
    gateway_add_header(x, "content-disposition",
                       lm_str_z(lm_arena_printf(x->arena, "attachment; filename=\"%s.%.*s\"",
                                                r->segments[0].text, LM_FMT(kind))));
    gateway_answer_begin(x, lm_arena_printf(x->arena, "%s; charset=utf-8", r->stream),
                         &s->generator);
}

static void send_part(struct gateway_exchange *x)
{
    struct stream *s = stream_of(x);
    h2o_iovec_t part;

    if (!x->req)
        return;
    if (x->err.code && !s->has_begun) {
        gateway_answer_problem(x);
        return;
    }
    if (x->err.code) { /* the client sees that the file ends too early */
        lm_log(NULL, LM_LOG_WARN, "file ended too early", LM_KV_STR("request", x->request_id),
               LM_KV_ERR(&x->err));
        h2o_send(x->req, NULL, 0, H2O_SEND_STATE_ERROR);
        return;
    }
    if (!s->has_begun)
        begin(x, s);
    part = h2o_iovec_init(s->data.p, s->data.n);
    h2o_send(x->req, &part, s->data.n ? 1 : 0,
             s->next.n ? H2O_SEND_STATE_IN_PROGRESS : H2O_SEND_STATE_FINAL);
}

bool gateway_stream(struct gateway_exchange *x)
{
    struct stream *s;

    if (!x->match.route->stream)
        return false;
    if (h2o_memis(x->req->method.base, x->req->method.len, H2O_STRLIT("HEAD"))) {
        gateway_answer(x, 200, x->match.route->stream, LM_STR(""));
        return true;
    }
    if (atomic_fetch_add(&n_streams, 1) >= STREAMS_MOST) {
        atomic_fetch_sub(&n_streams, 1);
        gateway_answer_failed(x, LM_UNAVAILABLE, "too many files are being made; try again");
        return true;
    }
    s = LM_NEW(x->arena, struct stream);
    s->generator.proceed = on_proceed;
    s->x = x;
    x->stream = s;
    lm_arena_defer(x->arena, end_stream, s);
    make_part(x);
    return true;
}
