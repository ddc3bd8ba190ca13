/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_tracking_noop PORT: the limit of bench tracking. h2o's own event loop on one thread (on two
 * cores that it shares with the load generator two threads are slower) answers the pixel and keeps
 * nothing.
 */
#define H2O_USE_LIBUV 0 /* h2o's .pc file for its own loop does not say it */
#include <h2o.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char pixel[43] = "GIF89a\1\0\1\0\x80\0\0\xff\xff\xff\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1";

static h2o_globalconf_t config;
static h2o_context_t context;
static h2o_accept_ctx_t accepting = {.ctx = &context};

static int on_request(h2o_handler_t *self, h2o_req_t *req)
{
    static h2o_generator_t generator;
    h2o_iovec_t body = h2o_iovec_init(pixel, sizeof(pixel));

    (void)self;
    req->res.status = 200;
    req->res.reason = "OK";
    req->res.content_length = sizeof(pixel);
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CONTENT_TYPE, NULL,
                   H2O_STRLIT("image/gif"));
    h2o_add_header(&req->pool, &req->res.headers, H2O_TOKEN_CACHE_CONTROL, NULL,
                   H2O_STRLIT("no-store"));
    h2o_start_response(req, &generator);
    h2o_send(req, &body, 1, H2O_SEND_STATE_FINAL);
    return 0;
}

static void on_accept(h2o_socket_t *listener, const char *err)
{
    h2o_socket_t *sock = err ? NULL : h2o_evloop_socket_accept(listener);

    if (sock)
        h2o_accept(&accepting, sock);
}

static int listen_on(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 1024) != 0) {
        perror("listen");
        exit(1);
    }
    return fd;
}

int main(int argc, char **argv)
{
    h2o_hostconf_t *host;
    h2o_loop_t *loop;

    if (argc != 2)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    h2o_config_init(&config);
    host = h2o_config_register_host(&config, h2o_iovec_init(H2O_STRLIT("default")), 65535);
    h2o_create_handler(h2o_config_register_path(host, "/", 0), sizeof(h2o_handler_t))->on_req =
        on_request;
    loop = h2o_evloop_create();
    h2o_context_init(&context, loop, &config);
    accepting.hosts = config.hosts;
    h2o_socket_read_start(h2o_evloop_socket_create(loop, listen_on((int)strtol(argv[1], NULL, 10)),
                                                   H2O_SOCKET_FLAG_DONT_READ),
                          on_accept);
    while (h2o_evloop_run(loop, INT32_MAX) == 0)
        ;
    return 0;
}
