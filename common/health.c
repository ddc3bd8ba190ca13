/* SPDX-License-Identifier: Apache-2.0 */
/* Health and metrics over HTTP: one thread, one loop, four paths. */
#include "common/health.h"

#include <errno.h>
#include <fcntl.h>
#include <h2o.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uv.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/metrics.h"
#include "common/str.h"
#include "common/thread.h"
#include "common/visitors.h"

_Static_assert(H2O_USE_LIBUV == 1, "the headers and the library must be the libuv ones");

enum {
    REQUEST_MS = 3000,
    STALL_MS = 5000,
    INPUT_BYTES = 4 << 20,
    VISITORS = 128,
    METRICS_MAX = 4 << 20,
    BACKLOG = 64,
};

struct lm_health {
    struct lm_health_options o;
    char *run_file;
    int run_fd; /* -1: none */
    int port;
    int64_t started_at;
    pthread_t thread;
    uv_loop_t loop;
    uv_async_t stop;
    uv_tcp_t listener;
    h2o_globalconf_t config;
    h2o_context_t ctx;
    h2o_accept_ctx_t accept;
    struct lm_visitors visitors;
};

/* A handler of h2o with a way back to us. */
struct handler {
    h2o_handler_t super;
    struct lm_health *h;
};

/* -- answers -- */

static int answer(h2o_req_t *req, int status, const char *type, const struct lm_buf *body)
{
    req->res.status = status;
    req->res.reason = status == 200 ? "OK" : "Service Unavailable";
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL, type, strlen(type));
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CACHE_CONTROL, NULL,
                   H2O_STRLIT("no-store"));
    h2o_send_inline(req, body->n ? body->p : "", body->n);
    return 0;
}

static struct lm_health_report look(h2o_handler_t *self, struct lm_health **h)
{
    struct lm_health_report r = {.is_live = true};

    *h = ((struct handler *)self)->h;
    (*h)->o.look((*h)->o.arg, &r);
    return r;
}

static void print_report(const struct lm_health *h, const struct lm_health_report *r,
                         struct lm_buf *out)
{
    lm_buf_appendz(out, "{\"service\":");
    lm_buf_json(out, lm_str_z(h->o.service));
    lm_buf_appendz(out, ",\"replica\":");
    lm_buf_json(out, lm_str_z(h->o.replica));
    lm_buf_printf(out, ",\"live\":%s,\"ready\":%s,\"uptime_ms\":%lld",
                  r->is_live ? "true" : "false", r->is_ready ? "true" : "false",
                  (long long)(lm_mono_ms() - h->started_at));
    if (!r->is_ready) {
        lm_buf_appendz(out, ",\"why\":");
        lm_buf_json(out, lm_str_z(r->why));
    }
    lm_buf_appendz(out, "}\n");
}

static int answer_report(h2o_handler_t *self, h2o_req_t *req, bool wants_ready)
{
    struct lm_health *h;
    struct lm_health_report r = look(self, &h);
    struct lm_buf body;
    int rc;

    lm_visitors_asked(req);
    lm_buf_init(&body, 4096);
    print_report(h, &r, &body);
    rc = answer(req, r.is_live && (r.is_ready || !wants_ready) ? 200 : 503, "application/json",
                &body);
    lm_buf_fini(&body);
    return rc;
}

/* Any path; the handlers of the four come before it, so what is left is not there. */
static int on_any(h2o_handler_t *self, h2o_req_t *req)
{
    (void)self;
    lm_visitors_asked(req);
    return -1;
}

static int on_live(h2o_handler_t *self, h2o_req_t *req)
{
    return answer_report(self, req, false);
}

static int on_ready(h2o_handler_t *self, h2o_req_t *req)
{
    return answer_report(self, req, true);
}

static int on_metrics(h2o_handler_t *self, h2o_req_t *req)
{
    struct lm_buf body;
    int rc;

    (void)self;
    lm_visitors_asked(req);
    lm_buf_init(&body, METRICS_MAX);
    lm_metrics_print(&body);
    rc = answer(req, 200, "text/plain; version=0.0.4; charset=utf-8", &body);
    lm_buf_fini(&body);
    return rc;
}

/* -- the server -- */

static void configure(struct lm_health *h)
{
    static const struct {
        const char *path;
        int (*on_req)(h2o_handler_t *self, h2o_req_t *req);
    } paths[] = {{"/health/live", on_live},
                 {"/health/ready", on_ready},
                 {"/health", on_ready},
                 {"/metrics", on_metrics},
                 {"/", on_any}};
    h2o_hostconf_t *host;

    h2o_config_init(&h->config);
    h->config.http1.req_timeout = REQUEST_MS + 1000; /* for who is idle; we come first */
    h->config.http1.upgrade_to_http2 = 0;
    h->config.max_request_entity_size = 1024;
    host = h2o_config_register_host(&h->config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    for (size_t i = 0; i < LM_COUNT(paths); i++) {
        h2o_pathconf_t *path = h2o_config_register_path(host, paths[i].path, 0);
        struct handler *handler = (struct handler *)h2o_create_handler(path, sizeof(*handler));

        handler->super.on_req = paths[i].on_req;
        handler->h = h;
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct lm_health *h = listener->data;

    if (status == 0)
        lm_visitors_accept(&h->visitors, listener);
}

/* "host:port", "[::1]:port" or "*:port". */
static lm_code parse_listen(const char *listen, struct sockaddr_storage *out, lm_err *err)
{
    const char *colon = strrchr(listen, ':');
    char host[64];
    int64_t port;

    if (!colon || !lm_str_int(lm_str_z(colon + 1), &port) || port < 0 || port > 65535 ||
        (size_t)(colon - listen) >= sizeof(host))
        return lm_fail(err, LM_INVALID, "health.listen: '%s' is not host:port", listen);
    snprintf(host, sizeof(host), "%.*s", (int)(colon - listen), listen);
    if (host[0] == '[' && host[strlen(host) - 1] == ']') {
        host[strlen(host) - 1] = '\0';
        if (uv_ip6_addr(host + 1, (int)port, (struct sockaddr_in6 *)out) == 0)
            return LM_OK;
    } else if (uv_ip4_addr(strcmp(host, "*") == 0 ? "0.0.0.0" : host, (int)port,
                           (struct sockaddr_in *)out) == 0) {
        return LM_OK;
    }
    return lm_fail(err, LM_INVALID, "health.listen: '%s' is not an address", host);
}

static lm_code listen_on(struct lm_health *h, lm_err *err)
{
    struct sockaddr_storage address = {0};
    int n = sizeof(address), rc;

    if (parse_listen(h->o.listen, &address, err))
        return err->code;
    uv_tcp_init(&h->loop, &h->listener);
    h->listener.data = h;
    rc = uv_tcp_bind(&h->listener, (struct sockaddr *)&address, 0);
    if (rc == 0)
        rc = uv_listen((uv_stream_t *)&h->listener, BACKLOG, on_connection);
    if (rc == 0)
        rc = uv_tcp_getsockname(&h->listener, (struct sockaddr *)&address, &n);
    if (rc != 0)
        return lm_fail(err, LM_UNAVAILABLE, "health.listen %s: %s", h->o.listen, uv_strerror(rc));
    h->port = ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                  : ((struct sockaddr_in *)&address)->sin_port);
    return LM_OK;
}

static void on_stop(uv_async_t *async)
{
    uv_stop(async->loop);
}

static void *serve(void *arg)
{
    struct lm_health *h = arg;

    uv_run(&h->loop, UV_RUN_DEFAULT);
    return NULL;
}

/* -- the file that says where we are -- */

static void url_of(const struct lm_health *h, char *out, size_t size)
{
    const char *colon = strrchr(h->o.listen, ':');
    int n = (int)(colon - h->o.listen);

    if (n == 1 && h->o.listen[0] == '*')
        snprintf(out, size, "http://127.0.0.1:%d", h->port);
    else
        snprintf(out, size, "http://%.*s:%d", n, h->o.listen, h->port);
}

/*
 * Opened and locked: while we hold it no other process runs under this name, and the lock of one that
 * was killed is gone with it. A file that its owner took away while we waited for it is not it.
 */
static lm_code lock_run_file(struct lm_health *h, lm_err *err)
{
    struct stat ours, there;

    for (;;) {
        h->run_fd = open(h->run_file, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (h->run_fd < 0)
            return lm_fail(err, LM_UNAVAILABLE, "service.run_dir: %s: %s", h->run_file,
                           strerrordesc_np(errno));
        if (flock(h->run_fd, LOCK_EX | LOCK_NB) != 0)
            return lm_fail(err, LM_CONFLICT,
                           "%s.%s runs already (%s is locked); give each replica its own name",
                           h->o.service, h->o.replica, h->run_file);
        if (fstat(h->run_fd, &ours) == 0 && stat(h->run_file, &there) == 0 &&
            ours.st_ino == there.st_ino)
            return LM_OK;
        close(h->run_fd);
    }
}

static lm_code write_run_file(struct lm_health *h, lm_err *err)
{
    struct lm_buf text;
    char url[128] = "";
    bool is_good;

    if (h->o.listen)
        url_of(h, url, sizeof(url));
    lm_buf_init(&text, 4096);
    lm_buf_printf(&text, "{\"service\":\"%s\",\"replica\":\"%s\",\"pid\":%d,\"url\":\"%s\"}\n",
                  h->o.service, h->o.replica, (int)getpid(), url);
    is_good = ftruncate(h->run_fd, 0) == 0 && write(h->run_fd, text.p, text.n) == (ssize_t)text.n;
    lm_buf_fini(&text);
    return is_good
               ? LM_OK
               : lm_fail(err, LM_UNAVAILABLE, "service.run_dir: %s cannot be written", h->run_file);
}

/* Only what we hold is ours to take away. */
static void remove_run_file(struct lm_health *h)
{
    if (h->run_fd < 0)
        return;
    unlink(h->run_file);
    close(h->run_fd);
}

static lm_code open_run_file(struct lm_health *h, lm_err *err)
{
    mkdir(h->o.run_dir, 0750);
    if (asprintf(&h->run_file, "%s/%s.%s.json", h->o.run_dir, h->o.service, h->o.replica) < 0)
        h->run_file = NULL;
    LM_ASSERT(h->run_file != NULL);
    if (lock_run_file(h, err)) {
        if (h->run_fd >= 0)
            close(h->run_fd);
        h->run_fd = -1;
    }
    return err->code;
}

/* -- life -- */

static void close_handle(uv_handle_t *handle, void *arg)
{
    (void)arg;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void free_all(struct lm_health *h)
{
    remove_run_file(h);
    free(h->run_file);
    free((void *)h->o.listen);
    free((void *)h->o.run_dir);
    free((void *)h->o.service);
    free((void *)h->o.replica);
    free(h);
}

/* h2o's own handles live in its pools, so they are closed and the pools are left to the process. */
static void close_server(struct lm_health *h)
{
    uv_walk(&h->loop, close_handle, NULL);
    uv_run(&h->loop, UV_RUN_DEFAULT);
    uv_loop_close(&h->loop);
}

static lm_code start_server(struct lm_health *h, lm_err *err)
{
    static const struct lm_visitors_options visitors = {
        .dropped = "lm_health_dropped_total",
        .open = "lm_health_connections",
        .request_ms = REQUEST_MS,
        .stall_ms = STALL_MS,
        .input_bytes = INPUT_BYTES,
        .max = VISITORS,
    };

    LM_ASSERT(uv_loop_init(&h->loop) == 0);
    configure(h);
    h2o_context_init(&h->ctx, &h->loop, &h->config);
    h->accept = (h2o_accept_ctx_t){.ctx = &h->ctx, .hosts = h->config.hosts};
    lm_visitors_start(&h->visitors, &h->loop, &h->accept, &visitors);
    LM_ASSERT(uv_async_init(&h->loop, &h->stop, on_stop) == 0);
    if (listen_on(h, err)) {
        close_server(h);
        return err->code;
    }
    return LM_OK;
}

static char *copy(const char *z)
{
    return z && *z ? strdup(z) : NULL;
}

lm_code lm_health_start(const struct lm_health_options *o, struct lm_health **out, lm_err *err)
{
    struct lm_health *h = calloc(1, sizeof(*h));

    LM_ASSERT(h != NULL);
    h->o = *o;
    h->o.service = copy(o->service);
    h->o.replica = copy(o->replica);
    h->o.listen = copy(o->listen);
    h->o.run_dir = copy(o->run_dir);
    h->run_fd = -1;
    h->started_at = lm_mono_ms();
    if ((h->o.run_dir && open_run_file(h, err)) || (h->o.listen && start_server(h, err))) {
        free_all(h);
        return err->code;
    }
    if (h->o.run_dir && write_run_file(h, err))
        goto fail;
    if (h->o.listen && lm_thread_start(&h->thread, "health", LM_STACK_SMALL, serve, h, err))
        goto fail;
    *out = h;
    return LM_OK;

fail:
    if (h->o.listen)
        close_server(h);
    free_all(h);
    return err->code;
}

void lm_health_stop(struct lm_health *h)
{
    if (!h)
        return;
    if (h->o.listen) {
        uv_async_send(&h->stop);
        pthread_join(h->thread, NULL);
        close_server(h);
    }
    free_all(h);
}

int lm_health_port(const struct lm_health *h)
{
    return h->port;
}
