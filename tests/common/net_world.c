/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/common/net_world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/clock.h"
#include "common/config.h"
#include "common/dns.h"
#include "common/http.h"
#include "common/proc_internal.h"

enum { WEB_PORT = 8060, DNS_PORT = 5364 };

static pid_t dnsmasq;
static pthread_t web;
static int listener = -1;

/* -- DNS -- */

static void exec_dnsmasq(void)
{
    execl(
        "/usr/sbin/dnsmasq", "dnsmasq", "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
        "--no-daemon", "--log-facility=/dev/null", "--port=5364", "--listen-address=127.0.0.64",
        "--bind-interfaces", "--local=/test/", "--host-record=web.test,127.0.0.60",
        "--host-record=rebound.test,127.0.0.70", "--address=/two.test/127.0.0.70",
        "--address=/two.test/127.0.0.60", "--host-record=six.test,2001:db8::6",
        "--mx-host=mail.test,mx2.test,20", "--mx-host=mail.test,mx1.test,10",
        "--mx-host=null.test,.,0", "--host-record=plain.test,127.0.0.60",
        "--txt-record=texts.test,v=spf1 -all", "--txt-record=texts.test,second", "--local-ttl=60",
        "--txt-record=long.test,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,bbbb",
        (char *)NULL);
    _exit(127);
}

static bool dns_answers(void)
{
    struct lm_proc none = {0};
    struct lm_ctx *ctx = lm_ctx_new(&none, NULL, 500, 1 << 20);
    struct sockaddr_storage *list;
    lm_err err = LM_ERR_INIT;
    size_t n;
    bool is_good = lm_dns_addresses(ctx, "web.test", &list, &n, &err) == LM_OK && n == 1;

    lm_ctx_free(ctx);
    return is_good;
}

/* -- the web -- */

static void send_all(int fd, const char *p, size_t n)
{
    while (n > 0) {
        ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

        if (sent <= 0)
            return;
        p += sent;
        n -= (size_t)sent;
    }
}

static void reply(int fd, const char *head, lm_str body)
{
    struct lm_buf b;

    lm_buf_init(&b, 8 << 20);
    lm_buf_printf(&b, "HTTP/1.1 %s\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", head,
                  body.n);
    lm_buf_append(&b, body);
    send_all(fd, b.p, b.n);
    lm_buf_fini(&b);
}

static void reply_redirect(int fd, int status, const char *to)
{
    char head[1024];

    snprintf(head, sizeof(head), "%d Found\r\nLocation: %s", status, to);
    reply(fd, head, LM_STR(""));
}

static void reply_bomb(int fd)
{
    FILE *gz = popen("head -c 67108864 /dev/zero | gzip -9", "r");
    char *bytes = malloc(1 << 20);
    size_t n = fread(bytes, 1, 1 << 20, gz);

    pclose(gz);
    reply(fd, "200 OK\r\nContent-Encoding: gzip", (lm_str){bytes, n});
    free(bytes);
}

static void reply_filled(int fd, size_t n, bool is_header)
{
    char *bytes = malloc(n);

    memset(bytes, 'x', n);
    if (is_header) {
        send_all(fd, "HTTP/1.1 200 OK\r\nX-Long: ", 25);
        for (size_t at = 0; at < n; at += 8192) {
            send_all(fd, bytes, 8000);
            send_all(fd, "\r\nX-Long: ", 10);
        }
    } else {
        reply(fd, "200 OK", (lm_str){bytes, n});
    }
    free(bytes);
}

/* Until the client goes. */
static void hang(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLRDHUP};

    poll(&p, 1, 8000);
}

/* Until the client goes, 8 s at most. */
static void drip(int fd)
{
    send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", 43);
    for (int i = 0; i < 80 && send(fd, "x", 1, MSG_NOSIGNAL) == 1; i++)
        lm_sleep_ms(100);
}

static void answer(int fd, lm_str request)
{
    static const struct {
        const char *path, *head, *body;
    } fixed[] = {
        {"/hello", "200 OK\r\nContent-Type: text/plain; charset=utf-8", "hello"},
        {"/busy", "429 Too Many Requests\r\nRetry-After: 7", "later"},
        {"/gone", "410 Gone", ""},
        {"/broken", "500 Internal Server Error", ""},
    };
    lm_str path = lm_str_sub(request, (size_t)lm_str_chr(request, ' ', 0) + 1, request.n);
    char to[800];

    path = lm_str_sub(path, 0, (size_t)lm_str_chr(path, ' ', 0));
    for (size_t i = 0; i < LM_COUNT(fixed); i++)
        if (lm_str_eqz(path, fixed[i].path)) {
            reply(fd, fixed[i].head, lm_str_z(fixed[i].body));
            return;
        }
    if (lm_str_eqz(path, "/echo"))
        reply(fd, "200 OK", request);
    else if (lm_str_eqz(path, "/slow"))
        hang(fd);
    else if (lm_str_eqz(path, "/drip"))
        drip(fd);
    else if (lm_str_eqz(path, "/huge"))
        reply_filled(fd, 3 << 20, false);
    else if (lm_str_eqz(path, "/headers"))
        reply_filled(fd, 200 << 10, true);
    else if (lm_str_eqz(path, "/bomb"))
        reply_bomb(fd);
    else if (lm_str_eqz(path, "/cut"))
        send_all(fd, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", 45);
    else if (lm_str_eqz(path, "/loop"))
        reply_redirect(fd, 302, "/loop");
    else if (lm_str_starts(path, LM_STR("/to?")) || lm_str_starts(path, LM_STR("/to303?")) ||
             lm_str_starts(path, LM_STR("/to307?"))) {
        size_t mark = (size_t)lm_str_chr(path, '?', 0) + 1;
        bool is_303 = lm_str_starts(path, LM_STR("/to303")),
             is_307 = lm_str_starts(path, LM_STR("/to307"));

        snprintf(to, sizeof(to), "%.*s", LM_FMT(lm_str_sub(path, mark, path.n)));
        reply_redirect(fd, is_303 ? 303 : is_307 ? 307 : 302, to);
    } else
        reply(fd, "404 Not Found", LM_STR(""));
}

/* Head and announced body. */
static size_t read_request(int fd, char *buf, size_t size)
{
    size_t n = 0, wanted = 0;

    while (n < size - 1) {
        ssize_t got = read(fd, buf + n, size - 1 - n);
        const char *end, *length;

        if (got <= 0)
            break;
        n += (size_t)got;
        buf[n] = '\0';
        end = strstr(buf, "\r\n\r\n");
        length = strcasestr(buf, "content-length: ");
        if (end && length && length < end)
            wanted = (size_t)strtoul(length + 16, NULL, 10);
        if (end && n >= (size_t)(end - buf) + 4 + wanted)
            break;
    }
    return n;
}

static void *serve(void *arg)
{
    static char request[65536];
    int fd;

    (void)arg;
    while ((fd = accept(listener, NULL, NULL)) >= 0) {
        size_t n = read_request(fd, request, sizeof(request));

        if (n > 0)
            answer(fd, (lm_str){request, n});
        close(fd);
    }
    return NULL;
}

static void start_web(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(WEB_PORT)};
    int one = 1;

    inet_pton(AF_INET, "127.0.0.60", &address.sin_addr);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(listener, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(listener, 16) != 0)
        lm_die("127.0.0.60:%d: %s", WEB_PORT, strerror(errno));
    LM_ASSERT(pthread_create(&web, NULL, serve, NULL) == 0);
}

/* -- both -- */

void net_world_start(void)
{
    const struct lm_config_key *const tables[] = {lm_http_config, lm_dns_config, NULL};
    int64_t until = lm_mono_ms() + 5000;
    lm_err err = LM_ERR_INIT;

    setenv("LM_DNS_SERVERS", "127.0.0.64:5364", 1);
    setenv("LM_DNS_TIMEOUT", "1500ms", 1);
    setenv("LM_HTTP_PRIVATE_NETWORKS", "127.0.0.60/32,127.0.0.64", 1);
    if (lm_config_load(NULL, tables, &err) || lm_http_check(false, &err))
        lm_die("%s", err.message);
    dnsmasq = fork();
    if (dnsmasq == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM); /* a test that crashes leaves nobody behind */
        exec_dnsmasq();
    }
    start_web();
    while (!dns_answers() && lm_mono_ms() < until)
        lm_sleep_ms(10);
    if (!dns_answers())
        lm_die("the name server of the test does not answer on 127.0.0.64:%d", DNS_PORT);
}

void net_world_stop(void)
{
    shutdown(listener, SHUT_RDWR);
    pthread_join(web, NULL);
    close(listener);
    kill(dnsmasq, SIGTERM);
    waitpid(dnsmasq, NULL, 0);
}

static void free_ctx(void *ctx)
{
    lm_ctx_free(ctx);
}

struct lm_ctx *net_ctx(struct lm_test *t)
{
    static struct lm_proc none;
    struct lm_ctx *ctx = lm_ctx_new(&none, NULL, 10000, 32 << 20);

    lm_arena_defer(t->arena, free_ctx, ctx);
    return ctx;
}
