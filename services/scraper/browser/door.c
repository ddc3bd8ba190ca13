/* SPDX-License-Identifier: Apache-2.0 */
/* The door: takes connections, judges where they want to, and carries bytes. */
#include "services/scraper/browser/door.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/clock.h"
#include "common/http.h"
#include "common/service.h"
#include "common/str.h"
#include "common/thread.h"
#include "services/scraper/browser/head.h"
#include "services/scraper/browser/peer.h"

enum {
    CONNECTIONS = 32,
    PIECE_BYTES = 32 << 10,
    MEMORY = 1 << 20, /* of a connection */
    LOOK_MS = 200,
    HOST_BYTES = 256,
    FAILURES = 16, /* of the last hosts */
};

/* Why a host was not connected. */
struct failure {
    char host[HOST_BYTES];
    lm_code code;
    char message[512];
};

struct scraper_door {
    struct scraper_door_for is;
    struct lm_proc *proc;
    const char *tenant_id;
    atomic_bool is_over;
    atomic_ullong bytes;
    pthread_t threads[CONNECTIONS];
    int n_threads;
    bool is_closed;
    pthread_mutex_t mutex; /* of what follows */
    struct failure failures[FAILURES];
    unsigned n_failures; /* all there were: the next one's place is this modulo FAILURES */
};

static bool is_over(struct scraper_door *door)
{
    return atomic_load(&door->is_over) || lm_mono_ms() >= door->is.deadline_ms ||
           scraper_door_is_over_limit(door);
}

/* With the mutex; NULL when there was none. */
static struct failure *find_failure(struct scraper_door *door, lm_str host)
{
    for (unsigned i = 0; i < FAILURES; i++) {
        if (door->failures[i].code && lm_str_ieqz(host, door->failures[i].host))
            return &door->failures[i];
    }
    return NULL;
}

static void say(struct scraper_door *door, const char *host, const lm_err *why)
{
    struct failure *f;

    pthread_mutex_lock(&door->mutex);
    f = find_failure(door, lm_str_z(host));
    if (!f)
        f = &door->failures[door->n_failures++ % FAILURES];
    f->code = why->code;
    snprintf(f->host, sizeof(f->host), "%s", host);
    snprintf(f->message, sizeof(f->message), "%s", why->message);
    pthread_mutex_unlock(&door->mutex);
}

/* ---- carrying ---- */

/* One direction. What was read waits here until the other side takes it. */
struct flow {
    char bytes[PIECE_BYTES];
    size_t at, n;
};

struct passage {
    int browser;
    struct lm_http_link *site;
    uint64_t body_left; /* what the browser may still send */
    struct flow up, down;
};

static size_t pending(const struct flow *f)
{
    return f->n - f->at;
}

static bool read_browser(struct scraper_door *door, struct passage *p)
{
    ssize_t n = recv(p->browser, p->up.bytes, sizeof(p->up.bytes), MSG_DONTWAIT);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0 || (uint64_t)n > p->body_left) /* it has gone, or begins another request */
        return false;
    p->body_left -= (uint64_t)n;
    p->up.at = 0;
    p->up.n = (size_t)n;
    atomic_fetch_add(&door->bytes, (unsigned long long)n);
    return true;
}

static bool write_site(struct passage *p)
{
    ptrdiff_t n = lm_http_link_send(p->site, (lm_str){p->up.bytes + p->up.at, pending(&p->up)});

    p->up.at += n > 0 ? (size_t)n : 0;
    return n >= 0;
}

static bool write_browser(struct passage *p)
{
    ssize_t n = send(p->browser, p->down.bytes + p->down.at, pending(&p->down),
                     MSG_DONTWAIT | MSG_NOSIGNAL);

    p->down.at += n > 0 ? (size_t)n : 0;
    return n >= 0 || errno == EAGAIN || errno == EINTR;
}

/* Until there is nothing to read for now: behind a proxy with TLS the socket alone does not tell. */
static bool read_site(struct scraper_door *door, struct passage *p)
{
    while (pending(&p->down) == 0) {
        ptrdiff_t n = lm_http_link_receive(p->site, p->down.bytes, sizeof(p->down.bytes));

        if (n <= 0)
            return n == 0;
        p->down.at = 0;
        p->down.n = (size_t)n;
        atomic_fetch_add(&door->bytes, (unsigned long long)n);
        if (!write_browser(p))
            return false;
    }
    return true;
}

static bool wait_for_either(struct passage *p)
{
    struct pollfd v[] = {
        {.fd = p->browser,
         .events = (short)((pending(&p->up) ? 0 : POLLIN) | (pending(&p->down) ? POLLOUT : 0))},
        {.fd = lm_http_link_fd(p->site),
         .events = (short)((pending(&p->down) ? 0 : POLLIN) | (pending(&p->up) ? POLLOUT : 0))},
    };

    return poll(v, LM_COUNT(v), LOOK_MS) >= 0 || errno == EINTR;
}

static void carry(struct scraper_door *door, struct passage *p)
{
    while (!is_over(door) && wait_for_either(p)) {
        if (pending(&p->down) && !write_browser(p))
            return;
        if (!pending(&p->down) && !read_site(door, p))
            return;
        if (!pending(&p->up) && !read_browser(door, p))
            return;
        if (pending(&p->up) && !write_site(p))
            return;
    }
}

/* ---- a connection ---- */

static bool wait_readable(struct scraper_door *door, int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    while (!is_over(door)) {
        if (poll(&p, 1, LOOK_MS) > 0)
            return true;
    }
    return false;
}

/* What was read, at least a head, in the arena; its size, 0 when there is none. */
static size_t read_head(struct scraper_door *door, int fd, char *to)
{
    size_t n = 0;

    while (n < SCRAPER_HEAD_BYTES && wait_readable(door, fd)) {
        ssize_t got = recv(fd, to + n, SCRAPER_HEAD_BYTES - n, MSG_DONTWAIT);

        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return 0;
        n += got > 0 ? (size_t)got : 0;
        if (scraper_head_size((lm_str){to, n}))
            return n;
    }
    return 0;
}

static bool send_site(struct scraper_door *door, struct passage *p, lm_str s)
{
    while (s.n && !is_over(door)) {
        struct pollfd out = {.fd = lm_http_link_fd(p->site), .events = POLLOUT};
        ptrdiff_t n = lm_http_link_send(p->site, s);

        if (n < 0)
            return false;
        s = lm_str_sub(s, (size_t)n, s.n);
        if (s.n)
            poll(&out, 1, LOOK_MS);
    }
    return s.n == 0;
}

/* The site, or the browser in case of a tunnel, hears what comes first. `body` came with the head. */
static bool begin(struct lm_ctx *ctx, struct scraper_door *door, struct passage *p,
                  const struct scraper_head *head, lm_str body)
{
    const lm_str open = LM_STR("HTTP/1.1 200 Connected\r\n\r\n");
    struct lm_buf b = lm_buf_in(ctx->arena, 2 * SCRAPER_HEAD_BYTES);

    p->body_left = head->is_connect ? UINT64_MAX : head->body_bytes;
    if (body.n > p->body_left)
        return false;
    p->body_left -= body.n;
    if (head->is_connect)
        return send(p->browser, open.p, open.n, MSG_NOSIGNAL) == (ssize_t)open.n &&
               send_site(door, p, body);
    scraper_head_forward(head, &b);
    lm_buf_append(&b, body);
    return !b.failed && send_site(door, p, lm_buf_str(&b));
}

static void pass(struct lm_ctx *ctx, struct scraper_door *door, int fd)
{
    char *text = lm_arena_alloc(ctx->arena, SCRAPER_HEAD_BYTES);
    lm_str got = {text, read_head(door, fd, text)};
    size_t size = got.n ? scraper_head_size(got) : 0;
    struct passage *p = LM_NEW(ctx->arena, struct passage);
    struct scraper_head head;
    lm_err err = LM_ERR_INIT;

    if (!size || scraper_head_parse(ctx->arena, lm_str_sub(got, 0, size), &head, &err))
        return;
    p->browser = fd;
    if (lm_http_link_open(ctx,
                          &(struct lm_http_link_to){.host = head.host,
                                                    .port = head.port,
                                                    .proxy = door->is.proxy,
                                                    .timeout_ms = lm_ctx_left_ms(ctx, INT32_MAX),
                                                    .is_over = &door->is_over},
                          &p->site, &err)) {
        say(door, head.host, &err);
        return;
    }
    atomic_fetch_add(&door->bytes, got.n);
    if (begin(ctx, door, p, &head, lm_str_sub(got, size, got.n)))
        carry(door, p);
    lm_http_link_close(p->site);
}

static void serve_one(struct scraper_door *door, int fd)
{
    struct lm_ctx *ctx;

    if (door->is.is_checking_uid && !scraper_peer_is(fd, door->is.uid))
        return;
    ctx = lm_ctx_new(door->proc, door->tenant_id,
                     LM_MAX(door->is.deadline_ms - lm_mono_ms(), (int64_t)1), MEMORY);
    if (lm_arena_guard(ctx->arena) == 0)
        pass(ctx, door, fd);
    lm_ctx_free(ctx);
}

static void *serve(void *arg)
{
    struct scraper_door *door = arg;

    while (wait_readable(door, door->is.listener)) {
        int fd = accept4(door->is.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd < 0)
            continue; /* another took it */
        serve_one(door, fd);
        close(fd);
    }
    return NULL;
}

/* ---- open and close ---- */

void scraper_door_close(struct scraper_door *door)
{
    if (door->is_closed)
        return;
    door->is_closed = true;
    atomic_store(&door->is_over, true);
    for (int i = 0; i < door->n_threads; i++)
        pthread_join(door->threads[i], NULL);
    close(door->is.listener);
    pthread_mutex_destroy(&door->mutex);
}

static void close_void(void *door)
{
    scraper_door_close(door);
}

lm_code scraper_door_open(struct lm_ctx *ctx, const struct scraper_door_for *what,
                          struct scraper_door **out, lm_err *err)
{
    struct scraper_door *door = LM_NEW(ctx->arena, struct scraper_door);

    door->is = *what;
    door->proc = ctx->proc;
    door->tenant_id = ctx->tenant_id;
    pthread_mutex_init(&door->mutex, NULL);
    lm_arena_defer(ctx->arena, close_void, door);
    while (door->n_threads < CONNECTIONS) {
        if (lm_thread_start(&door->threads[door->n_threads], "browser-door", LM_STACK_WORK, serve,
                            door, err))
            return err->code;
        door->n_threads++;
    }
    *out = door;
    return LM_OK;
}

bool scraper_door_is_over_limit(struct scraper_door *door)
{
    return atomic_load(&door->bytes) > door->is.most_bytes;
}

lm_code scraper_door_said(struct scraper_door *door, lm_str host, lm_err *err)
{
    const struct failure *f;

    pthread_mutex_lock(&door->mutex);
    f = find_failure(door, host);
    if (f)
        lm_fail(err, f->code, "%s", f->message);
    pthread_mutex_unlock(&door->mutex);
    return err->code;
}
