/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server: loop threads, each with a context of h2o and a listening socket of its own on the same
 * port (SO_REUSEPORT, so that the kernel spreads connections), and the way a request takes through
 * the parts of the edge.
 */
#include "services/gateway/http/http.h"

#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include "common/event.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/service_internal.h"
#include "common/str.h"
#include "common/thread.h"
#include "services/gateway/auth/auth.h"
#include "services/gateway/gateway.h"
#include "services/gateway/http/exchange.h"
#include "services/gateway/http/guard.h"
#include "services/gateway/http/ship.h"

enum {
    BODY_BYTES = 16 << 20,
    /* of the whole process; each loop has its part */
    VISITORS = 8192,
    INPUT_BYTES = 96 << 20,
    IDLE_MORE_MS = 2000,
    BACKLOG = 1024,
    POOL_LIMIT = 1024,
    SLOW_THREADS = 2,
    WAITERS = 4,
    SERVER_MEMORY = 8 << 20,
    STOP_POLL_MS = 10,
    STOP_GRACE_MS = 300, /* for answers on their way and idle connections */
    STOP_WITHIN_MS = 4000,
    SPOOL_SHIP_MS = 500,
};

struct gateway_server gateway_server;

/* ---- one request ---- */

/* The bytes as they came: the library has merged by now what we want to refuse. */
static const char *guard(struct gateway_exchange *x)
{
    h2o_conn_t *conn = x->req->conn;
    h2o_socket_t *sock = conn->callbacks->get_socket ? conn->callbacks->get_socket(conn) : NULL;
    const char *why = NULL;

    if (sock && x->req->version < 0x200)
        why = gateway_guard_head((lm_str){sock->input->bytes, sock->input->size});
    return why ? why : gateway_guard_target(x->arena, gateway_str(x->req->path));
}

static int take(struct gateway_exchange *x)
{
    static int (*const parts[])(struct gateway_exchange *) = {
        gateway_track, gateway_optout, gateway_live, gateway_system, gateway_rest,
    };
    const char *why = guard(x);

    if (why) {
        x->req->http1_is_persistent = 0; /* where the next request begins is in doubt */
        gateway_answer_failed(x, LM_INVALID, why);
        return 0;
    }
    for (size_t i = 0; i < LM_COUNT(parts); i++) {
        if (parts[i](x) == 0)
            return 0;
    }
    return -1;
}

static int on_request(h2o_handler_t *self, h2o_req_t *req)
{
    struct gateway_exchange *x = gateway_exchange_new(req);

    (void)self;
    lm_visitors_asked(req);
    if (atomic_load(&gateway_server.is_lame))
        req->http1_is_persistent = 0; /* its client's next request goes to another replica */
    if (lm_arena_guard(x->arena) == 0)
        return take(x);
    req->http1_is_persistent = 0;
    h2o_send_error_generic(req, 413, "Content Too Large", "too large", 0);
    return 0;
}

/* ---- the dashboard: files, then index.html for the paths of its router ---- */

static void add_page_headers(h2o_req_t *req, bool is_asset)
{
    static const struct {
        const char *name, *value;
    } headers[] = {
        {"content-security-policy",
         "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
         "data:; font-src 'self'; connect-src 'self' ws: wss:; manifest-src 'self'; base-uri 'none'; "
         "form-action 'self'; frame-ancestors 'none'"},
        {"x-content-type-options", "nosniff"},
        {"referrer-policy", "same-origin"},
        {"cross-origin-opener-policy", "same-origin"},
    };
    const char *cache = is_asset ? "public, max-age=31536000, immutable" : "no-cache";

    for (size_t i = 0; i < LM_COUNT(headers); i++)
        h2o_add_header_by_str(&req->pool, &req->res.headers, headers[i].name,
                              strlen(headers[i].name), 1, NULL, headers[i].value,
                              strlen(headers[i].value));
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CACHE_CONTROL, NULL, cache,
                   strlen(cache));
}

static int on_page(h2o_handler_t *self, h2o_req_t *req)
{
    lm_str path = gateway_path(req);

    (void)self;
    add_page_headers(req, lm_str_starts(path, LM_STR("/assets/")));
    return -1; /* the file handler is next */
}

static int on_no_file(h2o_handler_t *self, h2o_req_t *req)
{
    lm_str path = gateway_path(req);
    const char *dir = gateway_settings.dashboard_dir;
    ptrdiff_t slash = (ptrdiff_t)path.n;
    char index[512];

    (void)self;
    while (slash > 0 && path.p[slash - 1] != '/')
        slash--;
    if (!*dir || !h2o_memis(req->method.base, req->method.len, H2O_STRLIT("GET")) ||
        lm_str_chr(path, '.', (size_t)slash) >= 0)
        return -1;
    snprintf(index, sizeof(index), "%s/index.html", dir);
    return h2o_file_send(req, 200, "OK", index,
                         h2o_iovec_init(H2O_STRLIT("text/html; charset=utf-8")), 0);
}

static int on_nothing(h2o_handler_t *self, h2o_req_t *req)
{
    struct gateway_exchange *x = gateway_exchange_new(req);

    (void)self;
    memset(&req->res.headers, 0, sizeof(req->res.headers)); /* those of pages are not this one's */
    gateway_answer_failed(x, LM_NOT_FOUND, "nothing is here");
    return 0;
}

static void add_handler(h2o_pathconf_t *path, int (*on_req)(h2o_handler_t *, h2o_req_t *))
{
    h2o_handler_t *h = h2o_create_handler(path, sizeof(*h));

    h->on_req = on_req;
}

static void configure(h2o_globalconf_t *config)
{
    h2o_hostconf_t *host;
    h2o_pathconf_t *path;

    h2o_config_init(config);
    config->server_name = h2o_iovec_init(H2O_STRLIT("leadmachine"));
    /* for who is idle; what comes too slowly we drop ourselves, before */
    config->http1.req_timeout = (uint64_t)gateway_settings.request_timeout_ms + IDLE_MORE_MS;
    config->http1.upgrade_to_http2 = 0;
    config->max_request_entity_size = BODY_BYTES;
    host = h2o_config_register_host(config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    path = h2o_config_register_path(host, "/", 0);
    add_handler(path, on_request);
    if (*gateway_settings.dashboard_dir) {
        add_handler(path, on_page);
        h2o_file_register(path, gateway_settings.dashboard_dir, NULL, NULL,
                          H2O_FILE_FLAG_SEND_COMPRESSED);
        add_handler(path, on_no_file);
    }
    add_handler(path, on_nothing);
}

/* ---- listening ---- */

static lm_code listen_address(struct sockaddr_storage *out, socklen_t *n, lm_err *err)
{
    struct addrinfo hints = {.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV,
                             .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    const char *listen = gateway_settings.listen;
    const char *colon = strrchr(listen, ':');
    char host[128];
    int rc = EAI_NONAME;

    if (colon && (size_t)(colon - listen) < sizeof(host)) {
        size_t brackets = listen[0] == '[' ? 1 : 0;

        snprintf(host, sizeof(host), "%.*s", (int)((size_t)(colon - listen) - 2 * brackets),
                 listen + brackets);
        rc = getaddrinfo(host, colon + 1, &hints, &found);
    }
    if (rc != 0)
        return lm_fail(err, LM_INVALID, "gateway.listen '%s' is no address:port", listen);
    memcpy(out, found->ai_addr, found->ai_addrlen);
    *n = found->ai_addrlen;
    freeaddrinfo(found);
    return LM_OK;
}

static lm_code open_socket(struct sockaddr_storage *address, socklen_t n, int *out, lm_err *err)
{
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0 ||
        bind(fd, (struct sockaddr *)address, n) != 0 || listen(fd, BACKLOG) != 0) {
        lm_fail(err, LM_UNAVAILABLE, "gateway.listen %s: %s", gateway_settings.listen,
                strerrordesc_np(errno));
        if (fd >= 0)
            close(fd);
        return err->code;
    }
    /* The first socket may have been given any free port: the others take the same. */
    getsockname(fd, (struct sockaddr *)address, &n);
    *out = fd;
    return LM_OK;
}

static void on_accept(uv_stream_t *listener, int status)
{
    struct gateway_loop *loop = listener->data;

    if (status == 0)
        lm_visitors_accept(&loop->visitors, listener);
}

/* The kernel resets what it had queued here when the listener closes: these clients are connected already. */
static void accept_last(struct gateway_loop *loop)
{
    uv_os_fd_t listener;
    int fd;

    if (uv_fileno((uv_handle_t *)&loop->listener, &listener) != 0)
        return;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0)
        lm_visitors_take(&loop->visitors, &loop->uv, fd);
}

/* ---- a loop's life ---- */

static bool is_quiet(struct gateway_loop *loop)
{
    return h2o_linklist_is_empty(&loop->ctx.http1._conns);
}

static void on_stop_timer(uv_timer_t *timer)
{
    struct gateway_loop *loop = timer->data;
    int64_t now = lm_mono_ms();
    int64_t since = now - (loop->stop_at_ms - STOP_WITHIN_MS);

    if (is_quiet(loop) || (loop->n_parked == 0 && since >= STOP_GRACE_MS) ||
        now >= loop->stop_at_ms)
        uv_stop(&loop->uv);
}

static void on_stop(uv_async_t *async)
{
    struct gateway_loop *loop = async->data;

    if (loop->stop_at_ms)
        return;
    loop->stop_at_ms = lm_mono_ms() + STOP_WITHIN_MS;
    gateway_live_loop_stop(loop);
    h2o_context_request_shutdown(&loop->ctx); /* closes idle connections; those below are not */
    accept_last(loop);
    uv_close((uv_handle_t *)&loop->listener, NULL);
    uv_timer_start(&loop->stop_timer, on_stop_timer, STOP_POLL_MS, STOP_POLL_MS);
}

static void *run_loop(void *arg)
{
    struct gateway_loop *loop = arg;

    uv_run(&loop->uv, UV_RUN_DEFAULT);
    return NULL;
}

static void start_visitors(struct gateway_loop *loop)
{
    const struct lm_visitors_options o = {
        .dropped = "lm_gateway_dropped_total",
        .open = "lm_gateway_connections",
        .request_ms = gateway_settings.request_timeout_ms,
        .stall_ms = gateway_settings.request_timeout_ms,
        .input_bytes = INPUT_BYTES / (size_t)gateway_settings.threads,
        .max = VISITORS / (size_t)gateway_settings.threads,
    };

    lm_visitors_start(&loop->visitors, &loop->uv, &loop->accept, &o);
}

static lm_code start_loop(struct gateway_loop *loop, int fd, lm_err *err)
{
    loop->server = &gateway_server;
    uv_loop_init(&loop->uv);
    h2o_context_init(&loop->ctx, &loop->uv, &gateway_server.config);
    loop->accept = (h2o_accept_ctx_t){.ctx = &loop->ctx, .hosts = gateway_server.config.hosts};
    start_visitors(loop);
    gateway_groups_init(loop);
    h2o_multithread_register_receiver(loop->ctx.queue, &loop->receiver, gateway_loop_receive);
    uv_async_init(&loop->uv, &loop->stop, on_stop);
    uv_timer_init(&loop->uv, &loop->stop_timer);
    uv_tcp_init(&loop->uv, &loop->listener);
    loop->stop.data = loop->stop_timer.data = loop->listener.data = loop;
    gateway_live_loop_start(loop, gateway_server.arena);
    if (uv_tcp_open(&loop->listener, fd) != 0 ||
        uv_listen((uv_stream_t *)&loop->listener, BACKLOG, on_accept) != 0)
        return lm_fail(err, LM_UNAVAILABLE, "gateway.listen %s: cannot be used",
                       gateway_settings.listen);
    if (lm_thread_start(&loop->thread, "http", LM_STACK_WORK, run_loop, loop, err))
        return err->code;
    loop->has_thread = true;
    return LM_OK;
}

static lm_code start_loops(struct gateway_server *s, lm_err *err)
{
    struct sockaddr_storage address;
    socklen_t n;

    if (listen_address(&address, &n, err))
        return err->code;
    s->loops = LM_NEW_ARRAY(s->arena, struct gateway_loop, (size_t)gateway_settings.threads);
    for (; s->n_loops < (size_t)gateway_settings.threads; s->n_loops++) {
        int fd;

        if (open_socket(&address, n, &fd, err) || start_loop(&s->loops[s->n_loops], fd, err))
            return err->code;
    }
    s->port = ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
                                                  : ((struct sockaddr_in *)&address)->sin_port);
    return LM_OK;
}

/* ---- the server's life ---- */

static void make_metrics(struct gateway_server *s)
{
    static const char *const classes[] = {"0xx", "1xx", "2xx", "3xx", "4xx", "5xx"};

    s->seconds = lm_histogram("lm_gateway_request_seconds", "From request to answer", NULL, NULL);
    for (size_t i = 0; i < LM_COUNT(classes); i++)
        s->requests[i] =
            lm_counter("lm_gateway_requests_total", "Answered requests", "status", classes[i]);
}

static lm_code start_spools(struct gateway_server *s, lm_err *err)
{
    struct gateway_spool_options o = {
        .proc = s->proc,
        .dir = gateway_settings.spool_dir,
        .name = "hits",
        .max_bytes = gateway_settings.spool_max,
        .needs_disk = !lm_settings_is_development(),
        .ship = gateway_ship_hits,
        .group_done = gateway_resume_shelved,
    };

    if (gateway_spool_start(&o, &s->hits, err))
        return err->code;
    o.name = "optouts";
    o.ship = gateway_ship_optouts;
    return gateway_spool_start(&o, &s->optouts, err);
}

static lm_code start_pools(struct gateway_server *s, lm_err *err)
{
    if (gateway_pool_start("own", (int)gateway_settings.workers, POOL_LIMIT, &s->fast, err) ||
        gateway_pool_start("own-slow", SLOW_THREADS, POOL_LIMIT / 16, &s->slow, err) ||
        gateway_pool_start("seen", WAITERS, POOL_LIMIT, &s->waiters, err))
        return err->code;
    return LM_OK;
}

static lm_code start_tail(struct gateway_server *s, lm_err *err)
{
    static const char *const sources[] = {"scraper", "enricher", "scorer",  "personalizer",
                                          "mailer",  "tracker",  "gateway", NULL};

    return lm_tail_start(s->proc, sources, gateway_live_event, NULL, &s->tail, err);
}

lm_code gateway_http_start(struct lm_proc *proc, lm_err *err)
{
    struct gateway_server *s = &gateway_server;

    s->proc = proc;
    s->arena = lm_arena_new(SERVER_MEMORY);
    make_metrics(s);
    if (gateway_auth_start(proc, err) || gateway_system_start(s->arena, err) ||
        start_spools(s, err) || start_pools(s, err) || start_tail(s, err))
        return err->code;
    configure(&s->config);
    if (start_loops(s, err))
        return err->code;
    lm_log(NULL, LM_LOG_INFO, "listening", LM_KV_STR("address", gateway_settings.listen),
           LM_KV_INT("port", s->port));
    return LM_OK;
}

void gateway_http_lame_duck(void)
{
    atomic_store(&gateway_server.is_lame, true);
}

/*
 * Loops first: they wait for what is parked, so the pools must still run. The memory of a loop stays
 * with the process: a late answer of the bus may still look for it.
 */
void gateway_http_stop(void)
{
    struct gateway_server *s = &gateway_server;

    for (size_t i = 0; i < s->n_loops; i++)
        uv_async_send(&s->loops[i].stop);
    for (size_t i = 0; i < s->n_loops; i++) {
        if (s->loops[i].has_thread)
            pthread_join(s->loops[i].thread, NULL);
    }
    gateway_spool_stop(s->hits, SPOOL_SHIP_MS);
    gateway_spool_stop(s->optouts, SPOOL_SHIP_MS);
    gateway_pool_stop(s->fast);
    gateway_pool_stop(s->slow);
    gateway_pool_stop(s->waiters);
    if (s->tail)
        lm_tail_stop(s->tail);
    gateway_auth_stop();
}

int gateway_http_port(void)
{
    return gateway_server.port;
}
