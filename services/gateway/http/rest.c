/* SPDX-License-Identifier: Apache-2.0 */
/*
 * REST. On the loop: who asks, for what, is it well formed. Then whoever owns the operation does it:
 * the gateway's own on threads of its own, others' over the bus. Back on the loop: the answer.
 */
#include "common/buf.h"
#include "common/json.h"
#include "common/proc_internal.h"
#include "common/runtime.h"
#include "common/str.h"
#include "common/text.h"
#include "gen/gateway.pb-c.h"
#include "services/gateway/auth/auth.h"
#include "services/gateway/auth/limits.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/exchange.h"
#include "services/gateway/http/message.h"

enum { CALL_MEMORY = 32 << 20, ANSWER_BYTES = 8 << 20, KEY_BYTES = 200 };

/* ---- the answer ---- */

static bool is_login(const struct gateway_exchange *x)
{
    return x->match.route->in == &gateway__login_request__descriptor;
}

static void answer_message(struct gateway_exchange *x)
{
    const struct lm_route *r = x->match.route;
    struct lm_buf b = lm_buf_in(x->arena, ANSWER_BYTES);
    ProtobufCMessage *m;

    if (x->seen_token.n)
        gateway_add_header(x, "x-lm-seen", x->seen_token);
    gateway_add_header(x, "cache-control", LM_STR("no-store"));
    if (r->status == 204) {
        gateway_answer(x, 204, NULL, LM_STR(""));
        return;
    }
    if (lm_pb_unpack(x->arena, r->out, x->answer, &m, &x->err)) {
        gateway_answer_problem(x);
        return;
    }
    lm_pb_to_json(m, &b);
    if (b.failed)
        gateway_answer_failed(x, LM_TOO_LARGE, "the answer is too large; ask for a shorter page");
    else
        gateway_answer(x, (int)r->status, "application/json", lm_buf_str(&b));
}

static void finish(struct gateway_exchange *x)
{
    if (is_login(x) && (x->err.code == LM_OK || x->err.code == LM_UNAUTHORIZED))
        gateway_login_done(x->login_name, x->err.code == LM_OK, lm_mono_ms());
    if (!x->req)
        return;
    if (x->err.code)
        gateway_answer_problem(x);
    else
        answer_message(x);
}

/* ---- the work; not on the loop ---- */

struct lm_bus_request gateway_bus_request(struct gateway_exchange *x)
{
    return (struct lm_bus_request){
        .method = x->match.route->rpc,
        .tenant_id = x->who.tenant_id,
        .user_id = x->who.user_id,
        .request_id = x->request_id,
        .call_id = x->call_id,
        .traceparent = gateway_traceparent(x),
        .sender = "gateway",
        .role = x->who.role,
        .deadline_ms = x->deadline_ms,
        .body = x->body,
    };
}

static void free_ctx(void *ctx)
{
    lm_ctx_free(ctx);
}

static void run_own(struct gateway_exchange *x)
{
    struct lm_proc *proc = gateway_server.proc;
    const struct lm_rpc *rpc = lm_proc_rpc(proc, x->match.route->rpc);
    struct lm_bus_request request = gateway_bus_request(x);
    struct lm_ctx *ctx = lm_ctx_of_request(proc, &request, CALL_MEMORY);
    lm_str out;

    LM_ASSERT(rpc != NULL);
    lm_arena_defer(x->arena, free_ctx, ctx);
    if (lm_ctx_left_ms(ctx, 1) == 0)
        lm_fail(&x->err, LM_DEADLINE, "its turn did not come in time");
    else if (lm_call_run(ctx, rpc, x->body, &out, &x->err) == LM_OK)
        x->answer = out; /* in ctx's memory, which goes with the exchange */
    if (x->err.code == LM_OK && ctx->n_passed > 0) { /* others did the writing */
        x->caused = ctx->passed_ids;
        x->n_caused = ctx->n_passed;
        gateway_wait_caused(x, ctx->passed_to);
    }
    gateway_resume(x);
}

static void run_wait_caused(struct gateway_exchange *x)
{
    gateway_wait_caused(x, x->match.route->service);
    gateway_resume(x);
}

/* False: no room. No longjmp here: this is the bus's thread. */
static bool keep_answer(struct gateway_exchange *x, const struct lm_bus_answer *answer)
{
    char *body = lm_arena_try_alloc(x->arena, answer->body.n + 1);
    int64_t *caused = lm_arena_try_alloc(x->arena, (answer->n_caused + 1) * sizeof(*caused));

    if (!body || !caused)
        return false;
    if (answer->body.n)
        memcpy(body, answer->body.p, answer->body.n);
    if (answer->n_caused)
        memcpy(caused, answer->caused, answer->n_caused * sizeof(*caused));
    x->answer = (lm_str){body, answer->body.n};
    x->caused = caused;
    x->n_caused = answer->n_caused;
    return true;
}

static void on_bus_done(void *arg, const struct lm_bus_answer *answer)
{
    struct gateway_exchange *x = arg;

    x->err = answer->err;
    if (x->err.code == LM_OK && !keep_answer(x, answer))
        lm_fail(&x->err, LM_TOO_LARGE, "the answer is too large");
    if (x->err.code == LM_OK && x->n_caused && gateway_server.tail)
        gateway_give(x, gateway_server.waiters, run_wait_caused);
    else
        gateway_resume(x);
}

/* Any thread; parked. */
void gateway_dispatch(struct gateway_exchange *x)
{
    const struct lm_route *r = x->match.route;

    if (strcmp(r->service, "gateway") == 0) {
        gateway_give(x, r->slow ? gateway_server.slow : gateway_server.fast, run_own);
    } else {
        struct lm_bus_request request = gateway_bus_request(x);

        lm_bus_call(lm_proc_bus(gateway_server.proc), r->service, &request, on_bus_done, x);
    }
}

static void run_wait_seen(struct gateway_exchange *x)
{
    gateway_wait_seen(x);
    gateway_dispatch(x);
}

/* ---- the request; on the loop ---- */

static lm_code read_who(struct gateway_exchange *x, lm_err *err)
{
    const struct lm_route *r = x->match.route;
    lm_str header = gateway_header(x->req, "authorization");

    if (r->role == LM_ROLE_NONE)
        return LM_OK;
    if (!lm_str_istarts(header, LM_STR("bearer ")))
        return lm_fail(err, LM_UNAUTHORIZED, "log in first: Authorization: Bearer <access token>");
    if (gateway_auth_check(x->arena, lm_str_trim(lm_str_sub(header, 7, header.n)), &x->who, err))
        return err->code;
    if (x->who.role < r->role)
        return lm_fail(err, LM_FORBIDDEN, "your role in this tenant does not allow that");
    return LM_OK;
}

/*
 * What a writing call is made once by: the request's own id, or what follows from tenant, user and
 * the key that the client gave. The owner keeps the answer under it, and refuses another body.
 */
static lm_code read_key(struct gateway_exchange *x, lm_err *err)
{
    lm_str key = gateway_header(x->req, "idempotency-key");
    lm_str parts[] = {LM_STR("idempotency-key"), lm_str_z(x->who.tenant_id),
                      lm_str_z(x->who.user_id), key};

    memcpy(x->call_id, x->request_id, sizeof(x->call_id));
    if (!key.n || x->match.route->role == LM_ROLE_NONE)
        return LM_OK;
    if (key.n > KEY_BYTES || !lm_utf8_valid(key))
        return lm_fail_field(err, "Idempotency-Key", "is longer than %d bytes", KEY_BYTES);
    lm_id_derive(x->call_id, parts, LM_COUNT(parts));
    return LM_OK;
}

static lm_code read_message(struct gateway_exchange *x, lm_err *err)
{
    struct gateway_request_parts parts = {
        .match = &x->match,
        .query = gateway_query(x->req),
        .body = gateway_str(x->req->entity),
        .content_type = gateway_header(x->req, "content-type"),
    };
    ProtobufCMessage *m;

    if (gateway_message_read(x->arena, &parts, &m, err))
        return err->code;
    if (is_login(x)) {
        x->login_name =
            lm_text_fold(x->arena, lm_str_trim(lm_str_z(((Gateway__LoginRequest *)m)->username)));
        if (gateway_login_allow(lm_str_z(x->address), x->login_name, lm_mono_ms(), err))
            return err->code;
    }
    if (x->match.route->raw_body)
        return gateway_take_raw(x, m, err);
    x->body = lm_pb_pack(x->arena, m);
    return LM_OK;
}

/* Cross-origin use is off unless the origin is listed. */
static void allow_origin(struct gateway_exchange *x)
{
    lm_str origin = gateway_header(x->req, "origin");

    if (!origin.n || !gateway_settings.cors_origins)
        return;
    for (const char *const *o = gateway_settings.cors_origins; *o; o++) {
        if (!lm_str_eqz(origin, *o))
            continue;
        gateway_add_header(x, "access-control-allow-origin", origin);
        gateway_add_header(x, "access-control-expose-headers",
                           LM_STR("x-request-id, x-lm-seen, retry-after"));
        gateway_add_header(x, "vary", LM_STR("origin"));
        return;
    }
}

static void answer_options(struct gateway_exchange *x, const char *allow)
{
    gateway_add_header(x, "allow", lm_str_z(allow));
    gateway_add_header(x, "access-control-allow-methods", lm_str_z(allow));
    gateway_add_header(
        x, "access-control-allow-headers",
        LM_STR("authorization, content-type, idempotency-key, x-lm-seen, traceparent"));
    gateway_add_header(x, "access-control-max-age", LM_STR("600"));
    gateway_answer(x, 204, NULL, LM_STR(""));
}

static lm_code find(struct gateway_exchange *x, lm_str api_path, char allow[GATEWAY_ALLOW_SIZE],
                    lm_err *err)
{
    lm_str method = gateway_str(x->req->method);

    return gateway_route_find(lm_str_eqz(method, "HEAD") ? LM_STR("GET") : method, api_path,
                              &x->match, allow, err);
}

int gateway_rest(struct gateway_exchange *x)
{
    lm_str api_path = gateway_api_path(gateway_path(x->req));
    const struct lm_proc *proc = gateway_server.proc;
    char *allow;

    if (!api_path.n)
        return -1;
    allow = lm_arena_alloc(x->arena, GATEWAY_ALLOW_SIZE);
    allow_origin(x);
    if (find(x, api_path, allow, &x->err)) {
        if (x->err.code == LM_METHOD && lm_str_eqz(gateway_str(x->req->method), "OPTIONS")) {
            answer_options(x, allow);
            return 0;
        }
        if (x->err.code == LM_METHOD)
            gateway_add_header(x, "allow", lm_str_z(allow));
        gateway_answer_problem(x);
        return 0;
    }
    /* While it stops it still serves: the proxy needs a moment to send people elsewhere. */
    if (!lm_proc_is_ready(proc) && !lm_proc_is_stopping(proc))
        lm_fail(&x->err, LM_NOT_READY, "the gateway is not ready; try again in a moment");
    if (x->err.code || read_who(x, &x->err) || read_message(x, &x->err) || read_key(x, &x->err)) {
        gateway_answer_problem(x);
        return 0;
    }
    if (gateway_stream(x))
        return 0;
    x->seen = gateway_header(x->req, "x-lm-seen");
    gateway_park(x, finish);
    if (x->whole) {
        gateway_send_pieces(x);
        return 0;
    }
    if (x->seen.n && gateway_server.tail) {
        x->seen = lm_arena_dup(x->arena, x->seen);
        gateway_give(x, gateway_server.waiters, run_wait_seen);
    } else {
        gateway_dispatch(x);
    }
    return 0;
}
