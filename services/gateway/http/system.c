/* SPDX-License-Identifier: Apache-2.0 */
/* Health, metrics, and the documents that describe the API. */
#include "common/buf.h"
#include "common/crypto.h"
#include "common/metrics.h"
#include "common/proc_internal.h"
#include "common/str.h"
#include "gen/routes.lm.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/exchange.h"
#include "services/gateway/http/query.h"

enum { METRICS_BYTES = 4 << 20 };

static lm_str docs_page;
static char etag[40]; /* of openapi.json and of the page: they change with the build */

lm_code gateway_system_start(struct lm_arena *a, lm_err *err)
{
    snprintf(etag, sizeof(etag), "\"%016llx\"",
             (unsigned long long)lm_str_hash((lm_str){lm_openapi_json, lm_openapi_json_n}));
    return gateway_docs_make(a, &docs_page, err);
}

static void answer_health(struct gateway_exchange *x, bool is_good, bool with_checks)
{
    const struct lm_proc *proc = gateway_server.proc;
    struct lm_buf b = lm_buf_in(x->arena, 1024);

    lm_buf_printf(&b, "{\"status\":\"%s\",\"service\":\"gateway\",\"replica\":\"%s\"",
                  is_good ? (with_checks ? "ready" : "alive") : "not_ready", lm_proc_replica(proc));
    if (with_checks)
        lm_buf_printf(&b, ",\"checks\":{\"operations\":%s,\"tracking\":true,\"stopping\":%s}",
                      lm_proc_is_ready(proc) ? "true" : "false",
                      lm_proc_is_stopping(proc) ? "true" : "false");
    lm_buf_char(&b, '}');
    gateway_add_header(x, "cache-control", LM_STR("no-store"));
    gateway_answer(x, is_good ? 200 : 503, "application/json", lm_buf_str(&b));
}

static void answer_live(struct gateway_exchange *x)
{
    answer_health(x, true, false);
}

static void answer_ready(struct gateway_exchange *x)
{
    bool is_ready = lm_proc_is_ready(gateway_server.proc) && !atomic_load(&gateway_server.is_lame);

    answer_health(x, is_ready, true);
}

/*
 * From inside, or with the token. Behind a proxy that we were not told of everybody seems to be
 * inside; such a request says on whose behalf it comes.
 */
static bool may_see_metrics(const struct gateway_exchange *x)
{
    lm_str header = gateway_header(x->req, "authorization");
    lm_str token = lm_str_z(gateway_settings.metrics_token);

    if (token.n && lm_str_istarts(header, LM_STR("bearer ")) &&
        lm_ct_str_equal(lm_str_trim(lm_str_sub(header, 7, header.n)), token))
        return true;
    if (!gateway_address_is_private(x->address))
        return false;
    return !gateway_header(x->req, "x-forwarded-for").n && !gateway_header(x->req, "forwarded").n;
}

static void answer_metrics(struct gateway_exchange *x)
{
    struct lm_buf b;

    if (!may_see_metrics(x)) {
        gateway_answer_failed(x, LM_FORBIDDEN, "metrics are for the inside, or with the token");
        return;
    }
    lm_buf_init(&b, METRICS_BYTES);
    lm_metrics_print(&b);
    x->answer = lm_arena_dup(x->arena, lm_buf_str(&b));
    lm_buf_fini(&b);
    gateway_add_header(x, "cache-control", LM_STR("no-store"));
    gateway_answer(x, 200, "text/plain; version=0.0.4; charset=utf-8", x->answer);
}

static void answer_document(struct gateway_exchange *x, const char *type, lm_str body)
{
    gateway_add_header(x, "etag", lm_str_z(etag));
    gateway_add_header(x, "cache-control", LM_STR("no-cache"));
    if (lm_str_eqz(gateway_header(x->req, "if-none-match"), etag))
        gateway_answer(x, 304, NULL, LM_STR(""));
    else
        gateway_answer(x, 200, type, body);
}

static void answer_openapi(struct gateway_exchange *x)
{
    answer_document(x, "application/json", (lm_str){lm_openapi_json, lm_openapi_json_n});
}

static void answer_docs(struct gateway_exchange *x)
{
    gateway_add_header(x, "content-security-policy",
                       LM_STR("default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
                              "frame-ancestors 'none'"));
    answer_document(x, "text/html; charset=utf-8", docs_page);
}

int gateway_system(struct gateway_exchange *x)
{
    static const struct {
        const char *path;
        void (*answer)(struct gateway_exchange *x);
    } pages[] = {
        {"/health", answer_ready},
        {"/health/ready", answer_ready},
        {"/health/live", answer_live},
        {"/metrics", answer_metrics},
        {"/api/openapi.json", answer_openapi},
        {"/api/v1/openapi.json", answer_openapi},
        {"/api/docs", answer_docs},
        {"/api/v1/docs", answer_docs},
    };
    lm_str path = gateway_path(x->req);
    lm_str method = gateway_str(x->req->method);

    for (size_t i = 0; i < LM_COUNT(pages); i++) {
        if (!lm_str_eqz(path, pages[i].path))
            continue;
        if (lm_str_eqz(method, "GET") || lm_str_eqz(method, "HEAD")) {
            pages[i].answer(x);
        } else {
            gateway_add_header(x, "allow", LM_STR("GET, HEAD"));
            gateway_answer_failed(x, LM_METHOD, "only GET");
        }
        return 0;
    }
    return -1;
}
