/* SPDX-License-Identifier: Apache-2.0 */
/* What every answer has: security headers, the request's id, figures. */
#include "common/buf.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/str.h"
#include "services/gateway/http/exchange.h"

enum { PROBLEM_BYTES = 16384 };

static const char *reason_of(int status)
{
    static const struct {
        int status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {302, "Found"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
    };

    for (size_t i = 0; i < LM_COUNT(reasons); i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return "Status";
}

void gateway_add_header(struct gateway_exchange *x, const char *name, lm_str value)
{
    h2o_add_header_by_str(&x->req->pool, &x->req->res.headers, name, strlen(name), 1, NULL, value.p,
                          value.n);
}

static void measure(struct gateway_exchange *x, int status)
{
    int64_t took_us = lm_mono_us() - x->began_us;

    lm_metric_observe_us(gateway_server.seconds, took_us);
    lm_metric_add(gateway_server.requests[LM_MIN(status / 100, 5)], 1);
    lm_log(NULL, LM_LOG_DEBUG, "request", LM_KV_INT("status", status),
           LM_KV_STR("request", x->request_id),
           LM_KV_STR("operation", x->match.route ? x->match.route->rpc : "-"),
           LM_KV_INT("took_us", took_us));
}

static void put_head(struct gateway_exchange *x, int status, const char *type)
{
    x->req->res.status = status;
    x->req->res.reason = reason_of(status);
    if (type)
        gateway_add_header(x, "content-type", lm_str_z(type));
    gateway_add_header(x, "x-request-id", lm_str_z(x->request_id));
    gateway_add_header(x, "x-content-type-options", LM_STR("nosniff"));
    gateway_add_header(x, "referrer-policy", LM_STR("no-referrer"));
    measure(x, status);
}

void gateway_answer_begin(struct gateway_exchange *x, const char *type, h2o_generator_t *generator)
{
    put_head(x, 200, type);
    h2o_start_response(x->req, generator);
}

void gateway_answer(struct gateway_exchange *x, int status, const char *type, lm_str body)
{
    static h2o_generator_t no_generator = {NULL, NULL};
    h2o_req_t *req = x->req;
    h2o_iovec_t part = {(char *)(uintptr_t)body.p, body.n};

    put_head(x, status, type);
    if (status != 204)
        req->res.content_length = body.n;
    if (h2o_memis(req->method.base, req->method.len, H2O_STRLIT("HEAD")))
        part.len = 0;
    h2o_start_response(req, &no_generator);
    h2o_send(req, &part, part.len ? 1 : 0, H2O_SEND_STATE_FINAL);
}

static void put_fields(struct lm_buf *b, const lm_err *err)
{
    unsigned n = LM_MIN(err->n_fields, (unsigned)LM_ERR_FIELDS);

    lm_buf_appendz(b, ",\"errors\":[");
    for (unsigned i = 0; i < n; i++) {
        lm_buf_appendz(b, i ? ",{\"field\":" : "{\"field\":");
        lm_buf_json(b, lm_str_z(err->fields[i].field));
        lm_buf_appendz(b, ",\"message\":");
        lm_buf_json(b, lm_str_z(err->fields[i].message));
        lm_buf_char(b, '}');
    }
    lm_buf_char(b, ']');
}

/* What went wrong inside is for the log; the client gets its id. */
static lm_str detail_of(struct gateway_exchange *x)
{
    if (x->err.code != LM_INTERNAL)
        return lm_str_z(x->err.message);
    lm_log(NULL, LM_LOG_ERROR, "request failed", LM_KV_STR("request", x->request_id),
           LM_KV_ERR(&x->err));
    return LM_STR("something went wrong here; the log has it under this request's id");
}

void gateway_answer_problem(struct gateway_exchange *x)
{
    int status = lm_code_http(x->err.code);
    struct lm_buf b = lm_buf_in(x->arena, PROBLEM_BYTES);

    lm_buf_appendz(&b, "{\"type\":\"about:blank\",\"title\":");
    lm_buf_json(&b, lm_str_z(reason_of(status)));
    lm_buf_printf(&b, ",\"status\":%d,\"detail\":", status);
    lm_buf_json(&b, detail_of(x));
    lm_buf_printf(&b, ",\"code\":\"%s\",\"request_id\":\"%s\"", lm_code_name(x->err.code),
                  x->request_id);
    put_fields(&b, &x->err);
    lm_buf_char(&b, '}');
    if (status == 401)
        gateway_add_header(x, "www-authenticate", LM_STR("Bearer"));
    if (x->err.retry_after_ms > 0)
        gateway_add_header(x, "retry-after",
                           lm_str_z(lm_arena_printf(
                               x->arena, "%lld", (long long)(x->err.retry_after_ms + 999) / 1000)));
    gateway_add_header(x, "cache-control", LM_STR("no-store"));
    gateway_answer(x, status, "application/problem+json", lm_buf_str(&b));
}

void gateway_answer_failed(struct gateway_exchange *x, lm_code code, const char *message)
{
    lm_err_clear(&x->err);
    lm_fail(&x->err, code, "%s", message);
    gateway_answer_problem(x);
}
