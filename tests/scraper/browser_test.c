/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pages through a real Chromium: what scripts draw is read, what is hostile ends, local addresses stay out of reach,
 * and nothing is left behind.
 */
#include "tests/lm_test.h" /* first: cmocka */

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/config.h"
#include "common/http.h"
#include "common/proc_internal.h"
#include "services/scraper/browser/browser.h"
#include "tests/common/net_world.h"
#include "tests/scraper/browser_site.h"

enum { UID = 64911, MAX_BYTES = 1 << 20, MEMORY = 64 << 20 };

static const char *site_url;

/* ---- what must not be reached: 127.0.0.1:8073 counts who comes ---- */

static int trap = -1;

static void open_trap(void)
{
    const struct sockaddr_in at = {
        .sin_family = AF_INET, .sin_port = htons(8073), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;

    trap = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    setsockopt(trap, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    LM_ASSERT(bind(trap, (const struct sockaddr *)&at, sizeof(at)) == 0 && listen(trap, 16) == 0);
}

static bool somebody_came(void)
{
    struct pollfd p = {.fd = trap, .events = POLLIN};

    return poll(&p, 1, 0) > 0;
}

/* ---- what is left behind ---- */

/* Processes of the browser's user, and in how many of them a word stands in the environment. */
static int count_processes(const char *word, int *n_with_word)
{
    DIR *dir = opendir("/proc");
    const struct dirent *e;
    int n = 0;

    while ((e = readdir(dir))) {
        static char text[64 << 10];
        char path[300];
        struct stat st;
        ssize_t size;
        int fd;

        snprintf(path, sizeof(path), "/proc/%s/environ", e->d_name);
        fd = open(path, O_RDONLY | O_CLOEXEC);
        snprintf(path, sizeof(path), "/proc/%s/status", e->d_name);
        if (fd >= 0 && e->d_name[0] >= '0' && e->d_name[0] <= '9' && stat(path, &st) == 0) {
            size = read(fd, text, sizeof(text));
            n += st.st_uid == UID;
            if (st.st_uid == UID && word && size > 0)
                *n_with_word += lm_str_find((lm_str){text, (size_t)size}, lm_str_z(word), 0) >= 0;
        }
        if (fd >= 0)
            close(fd);
    }
    closedir(dir);
    return n;
}

static int count_dirs(void)
{
    DIR *dir = opendir(scraper_browser_settings.dir);
    const struct dirent *e;
    int n = 0;

    while ((e = readdir(dir)))
        n += strncmp(e->d_name, "lm-browser-", 11) == 0;
    closedir(dir);
    return n;
}

/* They are empty, or this fails. */
static void remove_left_dirs(void)
{
    DIR *dir = opendir(scraper_browser_settings.dir);
    const struct dirent *e;

    while ((e = readdir(dir))) {
        if (strncmp(e->d_name, "lm-browser-", 11) == 0)
            assert_int_equal(unlinkat(dirfd(dir), e->d_name, AT_REMOVEDIR), 0);
    }
    closedir(dir);
}

/* ---- driving ---- */

struct asked {
    lm_code (*may_follow)(struct lm_ctx *ctx, const char *url, void *arg, lm_err *err);
    struct scraper_wait wait;
    const char *proxy;
    int64_t timeout_ms;
};

static struct lm_proc none;

static lm_code browse_as(struct lm_test *t, const char *path, const struct asked *how,
                         struct lm_http_response *res)
{
    struct lm_ctx *ctx = lm_ctx_new(&none, NULL, how->timeout_ms ? how->timeout_ms : 40000, MEMORY);
    const struct scraper_browse what = {
        .url = path[0] != '/' ? path : lm_arena_printf(t->arena, "%s%s", site_url, path),
        .proxy = how->proxy,
        .max_bytes = MAX_BYTES,
        .wait = how->wait.on_wait ? &how->wait : NULL,
        .may_follow = how->may_follow,
    };
    lm_code code;

    lm_err_clear(&t->err);
    code = scraper_browse(ctx, &what, res, &t->err);
    res->body = lm_arena_dup(t->arena, res->body);
    res->url = lm_arena_dup(t->arena, res->url);
    res->content_type = lm_arena_dup(t->arena, res->content_type);
    for (size_t i = 0; i < res->n_headers; i++)
        assert_true(res->headers[i].value.n > 0);
    lm_ctx_free(ctx);
    assert_int_equal(count_processes(NULL, NULL), 0);
    assert_int_equal(count_dirs(), 0);
    return code;
}

static lm_code browse(struct lm_test *t, const char *path, struct lm_http_response *res)
{
    static const struct asked plainly;

    return browse_as(t, path, &plainly, res);
}

static void assert_has(lm_str body, const char *what)
{
    if (lm_str_find(body, lm_str_z(what), 0) < 0)
        fail_msg("'%s' is not in: %.*s", what, (int)LM_MIN(body.n, (size_t)600), body.p);
}

static void scripts_draw_and_the_page_is_read(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    assert_ok(browse(t, "/drawn#top", &res), &t->err);
    assert_int_equal(res.status, 200);
    assert_has(
        res.body,
        "<li class=\"card\">Bakkerij Oost</li><li class=\"card\">Caf\xc3\xa9 \xe2\x82\xac</li>");
    assert_true(lm_str_starts(res.body, LM_STR("<!DOCTYPE html><html>")));
    assert_str(res.content_type, "text/html; charset=utf-8");
    assert_true(lm_str_ends(res.url, LM_STR("/drawn")));
    assert_string_equal(browser_site_agent, lm_http_user_agent());

    assert_ok(browse(t, "/windows-1252", &res), &t->err);
    assert_has(res.body, "<p>Caf\xc3\xa9</p>");
    assert_ok(browse(t, "/overrides", &res), &t->err);
    assert_has(res.body, "<p>true</p>");
}

static void frames_are_left_out_and_a_page_that_polls_is_read(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    atomic_store(&browser_site_frames, 0);
    assert_ok(browse(t, "/frames", &res), &t->err);
    assert_has(res.body, "outer");
    assert_int_equal(atomic_load(&browser_site_frames), 0);
    assert_ok(browse(t, "/polls", &res), &t->err);
    assert_has(res.body, "here");
}

static void dialogs_are_answered_and_downloads_are_not_made(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    assert_ok(browse(t, "/alerts", &res), &t->err);
    assert_has(res.body, "notrue");
    assert_ok(browse(t, "/drops", &res), &t->err);
    assert_has(res.body, "<p>page</p>");
    assert_code(browse(t, "/download", &res), LM_INVALID, &t->err);
    assert_non_null(strstr(t->err.message, "download"));
}

static void the_status_is_that_of_the_document(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    assert_ok(browse(t, "/gone", &res), &t->err);
    assert_int_equal(res.status, 410);
    assert_ok(browse(t, "/gone-silently", &res), &t->err);
    assert_int_equal(res.status, 410);
    assert_ok(browse(t, "/to?/goes?/drawn", &res), &t->err);
    assert_int_equal(res.status, 200);
    assert_true(lm_str_ends(res.url, LM_STR("/drawn")));
    assert_has(res.body, "Bakkerij Oost");
}

static lm_code follow(struct lm_ctx *ctx, const char *url, void *arg, lm_err *err)
{
    (void)ctx, (void)arg;
    return strstr(url, "/data") ? lm_fail(err, LM_FORBIDDEN, "not that way") : LM_OK;
}

static void whoever_asked_says_where_it_may_go(void **state)
{
    static const struct asked how = {.may_follow = follow};
    struct lm_test *t = *state;
    struct lm_http_response res;

    assert_ok(browse_as(t, "/drawn", &how, &res), &t->err); /* what it loads is not asked about */
    assert_has(res.body, "Bakkerij Oost");
    assert_code(browse_as(t, "/to?/data", &how, &res), LM_FORBIDDEN, &t->err);
    assert_code(browse_as(t, "/goes?/data", &how, &res), LM_FORBIDDEN, &t->err);
    assert_code(browse(t, "/rounds", &res), LM_INVALID, &t->err);
}

/* What the browser's own sandbox does is not to be seen where there is none. */
static void skip_without_sandbox(void)
{
    if (strcmp(scraper_browser_settings.sandbox, "own") != 0)
        skip();
}

static void local_addresses_are_out_of_reach(void **state)
{
    static const char *const paths[] = {
        "http://[::1]:8073/x",              /* asked for, */
        "/to?http://127.0.0.1:8073/x",      /* redirected to, */
        "/to?http://169.254.169.254/x",     /* … */
        "/goes?http://2130706433:8073/x",   /* and gone to by a script */
        "/goes?http://rebound.test:8073/x", /* a name of the outside that points inside */
    };
    struct lm_test *t = *state;
    struct lm_http_response res;

    skip_without_sandbox();
    for (size_t i = 0; i < LM_COUNT(paths); i++) {
        if (browse(t, paths[i], &res) != LM_FORBIDDEN)
            fail_msg("%s: %s %s", paths[i], lm_code_name(t->err.code), t->err.message);
    }
    assert_ok(browse(t, "/inside", &res), &t->err);
    assert_has(res.body, ">refused refused refused refused refused.<");
    assert_ok(browse(t, "/goes?file:///etc/passwd", &res), &t->err); /* goes nowhere */
    assert_true(lm_str_find(res.body, LM_STR("root:"), 0) < 0);
    assert_false(somebody_came());
}

static void what_has_no_end_is_ended(void **state)
{
    static const struct {
        const char *path;
        lm_code code;
        int64_t timeout_ms;
    } cases[] = {
        {"/endless", LM_DEADLINE, 8000},  {"/spins", LM_DEADLINE, 8000},
        {"/memory", LM_TOO_LARGE, 40000}, {"/huge", LM_TOO_LARGE, 40000},
        {"/windows", LM_DEADLINE, 8000},  {"/grows", LM_TOO_LARGE, 40000},
    };
    struct lm_test *t = *state;
    struct lm_http_response res;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        const struct asked how = {.timeout_ms = cases[i].timeout_ms};
        lm_code code = browse_as(t, cases[i].path, &how, &res);

        if (code != cases[i].code && !(strstr(cases[i].path, "windows") && code == LM_INVALID))
            fail_msg("%s: %s %s", cases[i].path, lm_code_name(code), t->err.message);
    }
    assert_ok(browse(t, "/drawn", &res), &t->err); /* the next one is none the worse */
}

/* ---- what it is started with ---- */

static int n_seen, n_with_secret;

static lm_code look(struct lm_ctx *ctx, void *arg, lm_err *err)
{
    (void)ctx, (void)arg, (void)err;
    n_seen = LM_MAX(n_seen, count_processes("open-sesame", &n_with_secret));
    return LM_OK;
}

static lm_code stop(struct lm_ctx *ctx, void *arg, lm_err *err)
{
    (void)ctx, (void)arg;
    return lm_fail(err, LM_CANCELLED, "somebody stopped the search");
}

static void it_knows_no_secret_and_stops_when_told(void **state)
{
    static const struct asked looking = {.wait = {look, NULL}}, stopping = {.wait = {stop, NULL}};
    struct lm_test *t = *state;
    struct lm_http_response res;

    setenv("LM_TEST_SECRET", "open-sesame", 1);
    assert_ok(browse_as(t, "/polls", &looking, &res), &t->err);
    assert_true(n_seen > 2);
    assert_int_equal(n_with_secret, 0);
    assert_code(browse_as(t, "/polls", &stopping, &res), LM_CANCELLED, &t->err);
}

/* ---- a tenant's proxy: takes every name for the site ---- */

static int proxy = -1;
static atomic_int n_tunnels, n_to_others;

static int connect_site(void)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    int64_t port;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    inet_pton(AF_INET, "127.0.0.73", &at.sin_addr);
    LM_ASSERT(lm_str_int(lm_str_z(strrchr(site_url, ':') + 1), &port));
    at.sin_port = htons((uint16_t)port);
    LM_ASSERT(connect(fd, (const struct sockaddr *)&at, sizeof(at)) == 0);
    return fd;
}

static bool copy_some(int from, int to)
{
    char bytes[8192];
    ssize_t n = recv(from, bytes, sizeof(bytes), 0);

    return n > 0 && send(to, bytes, (size_t)n, MSG_NOSIGNAL) == n;
}

static void *tunnel(void *arg)
{
    int browser = (int)(intptr_t)arg, to_site = connect_site();
    struct pollfd v[] = {{.fd = browser, .events = POLLIN}, {.fd = to_site, .events = POLLIN}};
    char head[4096];
    ssize_t n = recv(browser, head, sizeof(head), 0);

    if (n > 8 && memcmp(head, "CONNECT ", 8) == 0) {
        atomic_fetch_add(&n_tunnels, 1);
        if (!memmem(head, (size_t)n, ".test:", 6))
            atomic_fetch_add(&n_to_others, 1);
        send(browser, "HTTP/1.1 200 OK\r\n\r\n", 19, MSG_NOSIGNAL);
        while (poll(v, 2, 20000) > 0) {
            if ((v[0].revents && !copy_some(browser, to_site)) ||
                (v[1].revents && !copy_some(to_site, browser)))
                break;
        }
    }
    close(browser);
    close(to_site);
    return NULL;
}

static void *serve_proxy(void *arg)
{
    int fd;

    while ((fd = accept4(proxy, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
        pthread_t thread;

        LM_ASSERT(pthread_create(&thread, NULL, tunnel, (void *)(intptr_t)fd) == 0);
        pthread_detach(thread);
    }
    return arg;
}

static void a_proxy_is_asked_and_local_stays_out_of_reach(void **state)
{
    static const struct asked how = {.proxy = "http://127.0.0.73:8074"},
                              inside = {.proxy = "http://127.0.0.1:8073"};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(8074)};
    struct lm_test *t = *state;
    struct lm_http_response res;
    pthread_t thread;
    int yes = 1;

    inet_pton(AF_INET, "127.0.0.73", &at.sin_addr);
    proxy = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(proxy, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    assert_int_equal(bind(proxy, (struct sockaddr *)&at, sizeof(at)), 0);
    assert_int_equal(listen(proxy, 16), 0);
    assert_int_equal(pthread_create(&thread, NULL, serve_proxy, NULL), 0);
    /* a name that only the proxy knows */
    assert_ok(browse_as(t, "http://elsewhere.test/drawn", &how, &res), &t->err);
    assert_has(res.body, "Bakkerij Oost");
    assert_true(atomic_load(&n_tunnels) > 0);
    assert_int_equal(atomic_load(&n_to_others), 0); /* Chromium's makers */
    assert_ok(browse_as(t, "http://elsewhere.test/inside", &how, &res), &t->err);
    assert_has(res.body, ">refused refused refused refused refused.<");
    assert_code(browse_as(t, "/drawn", &inside, &res), LM_FORBIDDEN, &t->err);
    assert_false(somebody_came());
    shutdown(proxy, SHUT_RDWR);
    pthread_join(thread, NULL);
    close(proxy);
}

/* ---- when the scraper is killed ---- */

static void await_processes(int at_least, int at_most)
{
    int64_t until = lm_mono_ms() + 30000;

    for (int n = -1; n < at_least || n > at_most; n = count_processes(NULL, NULL)) {
        assert_true(lm_mono_ms() < until);
        lm_sleep_ms(20);
    }
}

static void it_ends_with_the_scraper(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;
    pid_t pid;

    skip_without_sandbox();
    pid = fork();
    if (pid == 0) {
        browse(t, "/endless", &res);
        _exit(0);
    }
    await_processes(4, INT_MAX);
    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    await_processes(0, 0);
    remove_left_dirs(); /* empty: what was in it was in memory */
}

static void without_one_it_says_what_to_install(void **state)
{
    const char *program = scraper_browser_settings.program;
    struct lm_test *t = *state;
    struct lm_http_response res;

    scraper_browser_settings.program = "/nonexistent/chromium";
    assert_code(browse(t, "/drawn", &res), LM_UNAVAILABLE, &t->err);
    assert_non_null(strstr(t->err.message, "scraper.browser"));
    assert_non_null(strstr(t->err.message, "package chromium"));
    scraper_browser_settings.program = "/bin/false";
    assert_code(browse(t, "/drawn", &res), LM_UNAVAILABLE, &t->err);
    scraper_browser_settings.program = "/bin";
    assert_code(browse(t, "/drawn", &res), LM_UNAVAILABLE, &t->err);
    scraper_browser_settings.program = program;
}

static void in_a_container_it_does_without_namespaces(void **state)
{
    struct lm_test *t = *state;
    const char *before = scraper_browser_settings.sandbox;
    struct lm_http_response res;

    scraper_browser_settings.sandbox = "container";
    assert_ok(browse(t, "/drawn", &res), &t->err);
    assert_has(res.body, "Bakkerij Oost");
    assert_ok(browse(t, "/inside", &res), &t->err);
    assert_has(res.body, ">refused refused refused refused refused.<");
    assert_code(browse(t, "/goes?http://127.0.0.1:8073/x", &res), LM_FORBIDDEN, &t->err);
    scraper_browser_settings.sandbox = before;
    assert_false(somebody_came());
}

static void configure(void)
{
    static const struct lm_config_key *const tables[] = {lm_http_config, NULL};
    lm_err err = LM_ERR_INIT;

    scraper_browser_settings = (struct scraper_browser_settings){
        .program = "/usr/lib/chromium/chromium",
        .sandbox = web_browser_sandbox(),
        .dir = "/tmp/lm-browser-test",
        .uid = UID,
        .at_once = 1,
        .timeout_ms = 45000,
        .memory_bytes = 1 << 30,
        .traffic_bytes = 32 << 20,
    };
    setenv("LM_HTTP_PRIVATE_NETWORKS", "127.0.0.73", 1);
    mkdir(scraper_browser_settings.dir, 0711);
    LM_ASSERT(lm_config_load(NULL, tables, &err) == LM_OK);
    LM_ASSERT(scraper_browser_check(&err) == LM_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LM_TEST(scripts_draw_and_the_page_is_read),
        LM_TEST(frames_are_left_out_and_a_page_that_polls_is_read),
        LM_TEST(dialogs_are_answered_and_downloads_are_not_made),
        LM_TEST(the_status_is_that_of_the_document),
        LM_TEST(whoever_asked_says_where_it_may_go),
        LM_TEST(local_addresses_are_out_of_reach),
        LM_TEST(what_has_no_end_is_ended),
        LM_TEST(it_knows_no_secret_and_stops_when_told),
        LM_TEST(a_proxy_is_asked_and_local_stays_out_of_reach),
        LM_TEST(it_ends_with_the_scraper),
        LM_TEST(without_one_it_says_what_to_install),
        LM_TEST(in_a_container_it_does_without_namespaces),
    };
    int failed;

    signal(SIGPIPE, SIG_IGN);
    net_world_start();
    site_url = web_start(browser_site_answer);
    configure();
    open_trap();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    web_stop();
    net_world_stop();
    rmdir("/tmp/lm-browser-test");
    return failed;
}
