/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_HTTP_H
#define WORLD_HTTP_H

#include "common/buf.h"

/*
 * A small HTTP/1.1 server on libuv for a world that must also misbehave: a handler may answer,
 * close the connection without a word, or hold it for ever, which no proper server offers. GET,
 * HEAD and POST, keep-alive; bodies with a Content-Length, small ones. One thread.
 */
struct world_request {
    lm_str method;    /* "GET" or "POST"; a HEAD is a GET */
    lm_str path;      /* decoded, without query */
    lm_str query;     /* as sent */
    lm_str host;      /* lower case, without port */
    lm_str authority; /* as sent, with port: what absolute links of the answer start with */
    lm_str headers;   /* as sent, a line each */
    lm_str body;
    struct lm_arena *arena;
};

enum world_conduct { WORLD_ANSWER, WORLD_HANG_UP, WORLD_HOLD };

struct world_reply {
    enum world_conduct conduct;
    int status;               /* 200 unless the handler says otherwise */
    const char *content_type; /* text/html; charset=utf-8 unless … */
    const char *location;     /* NULL, or in the request's arena */
    const char *header;       /* one more, "Name: value"; NULL or in the request's arena */
    struct lm_buf body;       /* ready to append to */
};

enum { WORLD_BODY_LIMIT = 8 * 1024 * 1024 };

typedef void (*world_handler)(void *arg, const struct world_request *req,
                              struct world_reply *reply);

struct world_http {
    const char *addr;
    int port;
    int delay_ms; /* before each answer */
    world_handler handler;
    void *arg;
};
/* Serves until SIGTERM or SIGINT; then 0. 1: could not listen (said on stderr). */
int world_http_serve(const struct world_http *how);

/* The decoded value of `key` in the query, in the request's arena; {NULL, 0} when it is not there. */
lm_str world_query(const struct world_request *req, const char *key);
/* The value of a header, its name without regard to case; {NULL, 0} when it is not there. */
lm_str world_header(const struct world_request *req, const char *name);

#endif
