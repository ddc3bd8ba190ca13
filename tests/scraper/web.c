/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/config.h"
#include "common/http.h"

enum { REQUEST_BYTES = 16384 };

static struct {
    int listener;
    pthread_t thread;
    web_handler handler;
    char url[64];
    atomic_int n_open;
    atomic_bool is_over;
} web;

static bool send_all(int fd, lm_str s)
{
    while (s.n > 0) {
        ssize_t n = send(fd, s.p, s.n, MSG_NOSIGNAL);

        if (n <= 0)
            return false;
        s = lm_str_sub(s, (size_t)n, s.n);
    }
    return true;
}

static void drip(int fd, const struct web_reply *reply)
{
    for (size_t i = 0; i < reply->body.n && !atomic_load(&web.is_over); i++) {
        if (!send_all(fd, lm_str_sub(reply->body, i, i + 1)))
            return;
        lm_sleep_ms(reply->drip_ms);
    }
}

static void send_reply(int fd, const struct web_reply *reply)
{
    char head[2048];
    int n = snprintf(head, sizeof(head),
                     "HTTP/1.1 %d X\r\n%sContent-Length: %zu\r\nConnection: close\r\n\r\n",
                     reply->status, reply->headers ? reply->headers : "", reply->body.n);

    if (!send_all(fd, (lm_str){head, (size_t)n}))
        return;
    if (reply->drip_ms > 0)
        drip(fd, reply);
    else
        send_all(fd, reply->body);
}

/* No bodies: what is asked by POST is answered by its head. */
static size_t read_head(int fd, char *buf)
{
    size_t n = 0;

    while (n < REQUEST_BYTES - 1) {
        ssize_t got = recv(fd, buf + n, REQUEST_BYTES - 1 - n, 0);

        if (got <= 0)
            return 0;
        n += (size_t)got;
        buf[n] = '\0';
        if (strstr(buf, "\r\n\r\n"))
            return n;
    }
    return n;
}

static void *serve_one(void *arg)
{
    int fd = (int)(intptr_t)arg;
    char *buf = malloc(REQUEST_BYTES);
    lm_str head = {buf, buf ? read_head(fd, buf) : 0}, rest = head, word;
    struct web_request request = {.head = head};
    struct web_reply reply = {.status = 200};

    if (head.n && lm_str_split(&rest, ' ', &word) && lm_str_split(&rest, ' ', &request.path)) {
        web.handler(&request, &reply);
        send_reply(fd, &reply);
    }
    close(fd);
    free(buf);
    atomic_fetch_sub(&web.n_open, 1);
    return NULL;
}

static void *serve(void *arg LM_UNUSED)
{
    int fd;

    while ((fd = accept4(web.listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        pthread_t thread;

        atomic_fetch_add(&web.n_open, 1);
        LM_ASSERT(pthread_create(&thread, NULL, serve_one, (void *)(intptr_t)fd) == 0);
        pthread_detach(thread);
    }
    return NULL;
}

const char *web_start(web_handler handler)
{
    static const struct lm_config_key *const tables[] = {lm_http_config, NULL};
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof(at);
    lm_err err = LM_ERR_INIT;

    web.handler = handler;
    atomic_store(&web.is_over, false);
    inet_pton(AF_INET, "127.0.0.73", &at.sin_addr);
    web.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    LM_ASSERT(bind(web.listener, (struct sockaddr *)&at, size) == 0 &&
              listen(web.listener, 64) == 0 &&
              getsockname(web.listener, (struct sockaddr *)&at, &size) == 0);
    snprintf(web.url, sizeof(web.url), "http://127.0.0.73:%d", ntohs(at.sin_port));
    setenv("LM_HTTP_PRIVATE_NETWORKS", "127.0.0.0/8", 1);
    assert_ok(lm_config_load(NULL, tables, &err), &err);
    LM_ASSERT(pthread_create(&web.thread, NULL, serve, NULL) == 0);
    return web.url;
}

void web_stop(void)
{
    atomic_store(&web.is_over, true);
    shutdown(web.listener, SHUT_RDWR);
    close(web.listener);
    pthread_join(web.thread, NULL);
    while (atomic_load(&web.n_open) > 0)
        lm_sleep_ms(2);
}

lm_str web_header(const struct web_request *request, const char *name)
{
    lm_str rest = request->head, line, key;

    while (lm_str_line(&rest, &line)) {
        if (lm_str_split(&line, ':', &key) && lm_str_ieqz(key, name))
            return lm_str_trim(line);
    }
    return (lm_str){NULL, 0};
}

/* ---- browsers ---- */

static bool may_have_namespaces(void)
{
    enum { NOBODY = 65534 };
    int status = 1;
    pid_t pid = fork();

    if (pid == 0) {
        if (geteuid() == 0 &&
            (setresgid(NOBODY, NOBODY, NOBODY) || setresuid(NOBODY, NOBODY, NOBODY)))
            _exit(1);
        _exit(unshare(CLONE_NEWUSER) == 0 ? 0 : 1);
    }
    return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

const char *web_browser_sandbox(void)
{
    if (may_have_namespaces())
        return "own";
    print_message("no user namespaces here: the browser runs without a sandbox of its own\n");
    return "container";
}
