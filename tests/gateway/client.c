/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/gateway/client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/str.h"
#include "services/gateway/admin.h"

enum { ANSWER_BYTES = 8 << 20, WAIT_MS = 30000 };

static void set(const char *name, const char *fmt, ...) LM_PRINTF(2, 3);
static void set(const char *name, const char *fmt, ...)
{
    char value[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(value, sizeof(value), fmt, ap);
    va_end(ap);
    setenv(name, value, 1);
}

pid_t gwtest_spawn(struct gwtest *g, const char *service, const char *replica)
{
    pid_t pid = fork();
    char path[512];
    int log;

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
    set("LM_DB_URL", "host=%s dbname=%s", LM_TEST_PG_SOCKET, g->pg->database);
    set("LM_SERVICE_ENVIRONMENT", "development");
    set("LM_SERVICE_LAME_DUCK", "0ms");
    set("LM_SERVICE_RUN_DIR", "%s", g->dir);
    set("LM_BUS_DIR", "%s", g->dir);
    set("LM_GATEWAY_LISTEN", "%s:%d", g->host, g->port);
    set("LM_TRACKING_KEY", GWTEST_TRACKING_KEY);
    set("LM_SECRETS_KEY", "%064d", 1);
    set("LM_GATEWAY_SPOOL_DIR", "%s/spool", g->dir);
    set("LM_GATEWAY_DASHBOARD_DIR", "%s/dashboard", g->dir);
    set("LM_GATEWAY_SEEN_WAIT", "4s"); /* other tests keep the machine busy */
    set("LM_GATEWAY_CALL_TIMEOUT", "20s");
    set("LM_GATEWAY_BCRYPT_COST", "4");
    set("LM_LOG_LEVEL", "debug");
    snprintf(path, sizeof(path), "%s/%s.log", g->dir, service);
    log = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
    dup2(log, 2);
    snprintf(path, sizeof(path), "%s/lm-%s", LM_TEST_BIN, service);
    execl(path, path, "--replica", replica, (char *)NULL);
    _exit(127);
}

void gwtest_await(struct gwtest *g, const char *path, const char *token)
{
    int64_t until = lm_mono_ms() + WAIT_MS;

    while (gwtest_ask(g, "GET", path, token, "", NULL).status != 200) {
        if (lm_mono_ms() > until)
            fail_msg("%s does not answer; see %s", path, g->dir);
        lm_sleep_ms(20);
    }
}

void gwtest_await_ready(struct gwtest *g)
{
    gwtest_await(g, "/health/ready", NULL);
}

void gwtest_start(struct gwtest *g, struct lm_pgtest *pg)
{
    static int n;

    *g = (struct gwtest){.pg = pg, .port = 20000 + (int)(getpid() % 20000)};
    snprintf(g->host, sizeof(g->host), "127.0.0.%d", 91 + n % 8);
    snprintf(g->dir, sizeof(g->dir), "%s/gateway-%d-%d", LM_TEST_DIR, (int)getpid(), n++);
    assert_int_equal(mkdir(g->dir, 0700), 0);
    assert_int_equal(mkdir(lm_arena_printf(pg->base.arena, "%s/dashboard", g->dir), 0700), 0);
    assert_int_equal(mkdir(lm_arena_printf(pg->base.arena, "%s/dashboard/assets", g->dir), 0700),
                     0);
    g->gateway = gwtest_spawn(g, "gateway", "1");
    gwtest_await_ready(g);
}

int gwtest_stop(pid_t pid)
{
    int64_t until = lm_mono_ms() + 10000;
    int status;

    kill(pid, SIGTERM);
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (lm_mono_ms() > until) {
            kill(pid, SIGKILL);
            waitpid(pid, &status, 0);
            return -1;
        }
        lm_sleep_ms(5);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

void gwtest_end(struct gwtest *g)
{
    if (g->gateway)
        assert_int_equal(gwtest_stop(g->gateway), 0);
    if (g->neighbour)
        assert_int_equal(gwtest_stop(g->neighbour), 0);
}

/* ---- HTTP ---- */

static int dial(const struct gwtest *g)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)g->port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, g->host, &a.sin_addr);
    if (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0)
        return fd;
    close(fd);
    return -1;
}

static void send_all(int fd, lm_str s)
{
    while (s.n) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

        if (n <= 0)
            return;
        s = lm_str_sub(s, (size_t)n, s.n);
    }
}

static void read_answer(struct gwtest *g, int fd, struct lm_buf *b)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char part[16384];
    ssize_t n;

    (void)g;
    while (poll(&p, 1, WAIT_MS) == 1 && (n = recv(fd, part, sizeof(part), 0)) > 0)
        lm_buf_append(b, (lm_str){part, (size_t)n});
}

struct answer gwtest_raw(struct gwtest *g, lm_str request)
{
    struct lm_arena *a = g->pg->base.arena;
    struct lm_buf b = lm_buf_in(a, ANSWER_BYTES);
    struct answer out = {.json = lm_jget(NULL, "")};
    struct lm_jval *json = NULL;
    lm_err err = LM_ERR_INIT;
    int fd = dial(g);
    ptrdiff_t end;
    int64_t status = 0;

    if (fd < 0)
        return out;
    send_all(fd, request);
    read_answer(g, fd, &b);
    close(fd);
    end = lm_str_find(lm_buf_str(&b), LM_STR("\r\n\r\n"), 0);
    if (end < 0 || !lm_str_int(lm_str_sub(lm_buf_str(&b), 9, 12), &status))
        return out;
    out.status = (int)status;
    out.headers = lm_str_sub(lm_buf_str(&b), 0, (size_t)end);
    out.body = lm_str_sub(lm_buf_str(&b), (size_t)end + 4, b.n);
    if (out.body.n && out.body.p[0] == '{' && lm_json_parse(a, out.body, &json, &err) == LM_OK)
        out.json = json;
    return out;
}

struct answer gwtest_ask(struct gwtest *g, const char *method, const char *path, const char *token,
                         const char *more, const char *body)
{
    struct lm_buf b = lm_buf_in(g->pg->base.arena, ANSWER_BYTES);

    lm_buf_printf(&b, "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s", method, path,
                  more);
    if (token)
        lm_buf_printf(&b, "Authorization: Bearer %s\r\n", token);
    if (body)
        lm_buf_printf(&b, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                      strlen(body));
    lm_buf_appendz(&b, "\r\n");
    lm_buf_appendz(&b, body ? body : "");
    return gwtest_raw(g, lm_buf_str(&b));
}

lm_str gwtest_header(const struct answer *a, const char *name)
{
    lm_str rest = a->headers;
    lm_str line;

    while (lm_str_line(&rest, &line)) {
        ptrdiff_t colon = lm_str_chr(line, ':', 0);

        if (colon > 0 && lm_str_ieqz(lm_str_sub(line, 0, (size_t)colon), name))
            return lm_str_trim(lm_str_sub(line, (size_t)colon + 1, line.n));
    }
    return (lm_str){NULL, 0};
}

const char *gwtest_text(struct gwtest *g, const struct answer *a, const char *path)
{
    return lm_arena_strz(g->pg->base.arena, lm_jstr(a->json, path));
}

struct answer gwtest_login(struct gwtest *g, const char *tenant, const char *user,
                           const char *password)
{
    return gwtest_ask(g, "POST", "/api/auth/login", NULL, "",
                      lm_arena_printf(g->pg->base.arena,
                                      "{\"tenant\":\"%s\",\"username\":\"%s\",\"password\":\"%s\"}",
                                      tenant, user, password));
}

void gwtest_user(struct gwtest *g, const char *tenant, const char *user, int role)
{
    struct lm_ctx *ctx = lm_pgtest_ctx(g->pg, NULL);
    struct gateway_admin_user u = {.tenant = tenant,
                                   .username = user,
                                   .password = LM_STR(GWTEST_PASSWORD),
                                   .role = role,
                                   .bcrypt_cost = 4};
    char user_id[LM_ID_SIZE];
    lm_err *err = &g->pg->base.err;

    assert_ok(gateway_admin_user(ctx, &u, user_id, err), err);
}

/* ---- WebSocket (RFC 6455): short text frames, masked with zeros ---- */

int gwtest_ws_open(struct gwtest *g)
{
    int fd = dial(g);
    char head[1024] = "";
    size_t n = 0;

    send_all(fd, LM_STR("GET /api/live HTTP/1.1\r\nHost: test\r\nUpgrade: websocket\r\n"
                        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
    while (n + 1 < sizeof(head) && recv(fd, head + n, 1, 0) == 1) {
        head[++n] = '\0';
        if (n > 4 && strcmp(head + n - 4, "\r\n\r\n") == 0)
            break;
    }
    if (strncmp(head, "HTTP/1.1 101", 12) == 0)
        return fd;
    close(fd);
    return -1;
}

void gwtest_ws_send(int fd, const char *text)
{
    size_t n = strlen(text);
    unsigned char head[8] = {0x81, (unsigned char)(0x80 | (n < 126 ? n : 126))};
    size_t at = 2;

    if (n >= 126) {
        head[at++] = (unsigned char)(n >> 8);
        head[at++] = (unsigned char)n;
    }
    send_all(fd, (lm_str){(char *)head, at + 4});
    send_all(fd, lm_str_z(text));
}

static bool read_exactly(int fd, unsigned char *out, size_t n, int ms)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    while (n) {
        ssize_t got = poll(&p, 1, ms) == 1 ? recv(fd, out, n, 0) : -1;

        if (got <= 0)
            return false;
        out += got;
        n -= (size_t)got;
    }
    return true;
}

int gwtest_ws_receive(int fd, char *out, size_t size, int ms)
{
    unsigned char head[4], payload[65536];
    size_t n;

    if (!read_exactly(fd, head, 2, ms))
        return -1;
    n = head[1] & 0x7f;
    if (n == 126) {
        if (!read_exactly(fd, head + 2, 2, ms))
            return -1;
        n = (size_t)head[2] << 8 | head[3];
    }
    if (!read_exactly(fd, payload, n, ms))
        return -1;
    if ((head[0] & 0x0f) == 8 && n >= 2)
        snprintf(out, size, "%d", payload[0] << 8 | payload[1]);
    else
        snprintf(out, size, "%.*s", (int)n, (char *)payload);
    return head[0] & 0x0f;
}

struct gwtest *gwtest_new(void **state)
{
    struct lm_pgtest *pg = *state;
    struct gwtest *g = LM_NEW(pg->base.arena, struct gwtest);

    gwtest_start(g, pg);
    return g;
}

const char *gwtest_token(struct gwtest *g, const char *tenant, const char *user)
{
    struct answer a = gwtest_login(g, tenant, user, GWTEST_PASSWORD);

    assert_int_equal(a.status, 200);
    return gwtest_text(g, &a, "access_token");
}
