/* SPDX-License-Identifier: Apache-2.0 */
/* The HTTP client against a small web server that does what real ones do, and worse. */
#include "tests/common/net_world.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>

#include "common/clock.h"
#include "common/http.h"
#include "common/http_internal.h"

static lm_code get(struct lm_test *t, const char *url, struct lm_http_response *res)
{
    const struct lm_http_request req = {.url = url, .timeout_ms = 5000};

    lm_err_clear(&t->err);
    return lm_http_send(net_ctx(t), &req, res, &t->err);
}

static void an_answer_has_status_headers_and_body(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    assert_ok(get(t, NET_WEB "/hello", &res), &t->err);
    assert_int_equal(res.status, 200);
    assert_str(res.body, "hello");
    assert_str(res.content_type, "text/plain; charset=utf-8");
    assert_str(lm_http_header(&res, "CONTENT-LENGTH"), "5");
    assert_null(lm_http_header(&res, "x-none").p);
    assert_str(res.url, NET_WEB "/hello");
}

static void a_post_sends_body_and_headers(void **state)
{
    static const char *const headers[] = {"Content-Type: application/json", "X-Mine: yes", NULL};
    struct lm_test *t = *state;
    const struct lm_http_request req = {.url = NET_WEB "/echo",
                                        .headers = headers,
                                        .body = LM_STR("{\"a\":1}"),
                                        .user_agent = "tester/1"};
    struct lm_http_response res;

    assert_ok(lm_http_send(net_ctx(t), &req, &res, &t->err), &t->err);
    assert_true(lm_str_starts(res.body, LM_STR("POST /echo HTTP/1.1\r\n")));
    assert_true(lm_str_find(res.body, LM_STR("X-Mine: yes\r\n"), 0) > 0);
    assert_true(lm_str_find(res.body, LM_STR("Content-Type: application/json\r\n"), 0) > 0);
    assert_true(lm_str_find(res.body, LM_STR("User-Agent: tester/1\r\n"), 0) > 0);
    assert_true(lm_str_ends(res.body, LM_STR("\r\n\r\n{\"a\":1}")));
}

static void a_header_with_a_line_break_is_refused(void **state)
{
    static const char *const headers[] = {"X-Mine: yes\r\nX-Smuggled: too", NULL};
    struct lm_test *t = *state;
    const struct lm_http_request req = {.url = NET_WEB "/echo", .headers = headers};
    struct lm_http_response res;

    assert_code(lm_http_send(net_ctx(t), &req, &res, &t->err), LM_INVALID, &t->err);
}

static void a_deadline_ends_a_slow_answer(void **state)
{
    struct lm_test *t = *state;
    const struct lm_http_request req = {.url = NET_WEB "/slow", .timeout_ms = 300};
    struct lm_http_response res;
    struct lm_ctx *late = net_ctx(t);

    assert_code(lm_http_send(net_ctx(t), &req, &res, &t->err), LM_DEADLINE, &t->err);
    assert_true(res.took_ms >= 290 && res.took_ms < 2000);
    late->deadline_ms = lm_mono_ms() + 200; /* the unit of work's own is nearer */
    assert_code(lm_http_send(late, &(struct lm_http_request){.url = NET_WEB "/slow"}, &res,
                             &t->err),
                LM_DEADLINE, &t->err);
    assert_true(res.took_ms < 2000);
}

static void what_is_too_large_is_refused(void **state)
{
    static const char *const urls[] = {NET_WEB "/huge", NET_WEB "/bomb", NET_WEB "/headers"};
    struct lm_test *t = *state;
    struct lm_http_response res;

    for (size_t i = 0; i < LM_COUNT(urls); i++)
        assert_code(get(t, urls[i], &res), LM_TOO_LARGE, &t->err);
    assert_ok(lm_http_send(net_ctx(t),
                           &(struct lm_http_request){.url = NET_WEB "/huge", .max_bytes = 4 << 20},
                           &res, &t->err),
              &t->err);
    assert_int_equal(res.body.n, 3 << 20);
}

static void the_beginning_may_be_enough(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_request req = {
        .url = NET_WEB "/huge", .max_bytes = 100000, .is_start_enough = true};
    struct lm_http_response res;

    assert_ok(lm_http_send(net_ctx(t), &req, &res, &t->err), &t->err);
    assert_int_equal(res.status, 200);
    assert_in_range(res.body.n, 50000, 100000);
    req.url = NET_WEB "/hello"; /* the connection that was broken off is not used again */
    assert_ok(lm_http_send(net_ctx(t), &req, &res, &t->err), &t->err);
    assert_str(res.body, "hello");
}

static void a_body_slower_than_the_floor_is_not_waited_for(void **state)
{
    struct lm_test *t = *state;
    const struct lm_http_request req = {
        .url = NET_WEB "/drip", .timeout_ms = 9000, .floor_bytes_s = 1000, .floor_s = 1};
    struct lm_http_response res;

    assert_code(lm_http_send(net_ctx(t), &req, &res, &t->err), LM_DEADLINE, &t->err);
    assert_non_null(strstr(t->err.message, "too slow"));
    assert_true(res.took_ms < 7000);
}

static lm_code refuse_echo(struct lm_ctx *ctx, const char *url, void *arg, lm_err *err)
{
    int *asked = arg;
    struct lm_http_response res;

    (*asked)++;
    assert_ok(lm_http_get(ctx, NET_WEB "/hello", &res, err), err); /* as for robots.txt */
    return strstr(url, "/echo") ? lm_fail(err, LM_FORBIDDEN, "not there") : LM_OK;
}

static void whoever_asked_may_stop_a_redirect(void **state)
{
    struct lm_test *t = *state;
    int asked = 0;
    struct lm_http_request req = {
        .url = NET_WEB "/to?/hello", .may_follow = refuse_echo, .arg = &asked};
    struct lm_http_response res;

    assert_ok(lm_http_send(net_ctx(t), &req, &res, &t->err), &t->err);
    assert_str(res.body, "hello");
    req.url = NET_WEB "/to?/to?/echo";
    assert_code(lm_http_send(net_ctx(t), &req, &res, &t->err), LM_FORBIDDEN, &t->err);
    assert_int_equal(asked, 2);
}

static void a_robot_is_known_by_the_name_it_has_rules_under(void **state)
{
    struct lm_test *t = *state;
    const char *robot = http_settings.robot;

    assert_true(lm_str_find(lm_str_z(http_settings.user_agent), lm_str_z(http_settings.robot), 0) >=
                0);
    http_settings.robot = "Somebody";
    assert_code(lm_http_check(false, &t->err), LM_INVALID, &t->err);
    http_settings.robot = robot;
}

static void a_body_that_breaks_off_is_no_answer(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    assert_code(get(t, NET_WEB "/cut", &res), LM_UNAVAILABLE, &t->err);
    assert_code(get(t, "http://127.0.0.60:1/", &res), LM_UNAVAILABLE, &t->err); /* nobody listens */
    assert_code(get(t, "http://nobody.test/", &res), LM_UNAVAILABLE, &t->err);  /* no such name */
}

static void redirects_are_followed_to_a_limit(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    assert_ok(get(t, NET_WEB "/to?/to?http://web.test:8060/hello", &res), &t->err);
    assert_str(res.body, "hello");
    assert_str(res.url, "http://web.test:8060/hello");
    assert_code(get(t, NET_WEB "/loop", &res), LM_INVALID, &t->err);
    assert_ok(lm_http_send(net_ctx(t),
                           &(struct lm_http_request){.url = NET_WEB "/loop", .max_redirects = -1},
                           &res, &t->err),
              &t->err);
    assert_int_equal(res.status, 302);
    assert_str(lm_http_header(&res, "location"), "/loop");
}

static void a_redirect_keeps_or_changes_the_method_as_browsers_do(void **state)
{
    static const struct {
        const char *url, *starts;
    } cases[] = {
        {NET_WEB "/to?/echo", "GET /echo"},
        {NET_WEB "/to303?/echo", "GET /echo"},
        {NET_WEB "/to307?/echo", "POST /echo"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        const struct lm_http_request req = {.url = cases[i].url, .body = LM_STR("x=1")};
        struct lm_http_response res;

        assert_ok(lm_http_send(net_ctx(t), &req, &res, &t->err), &t->err);
        assert_true(lm_str_starts(res.body, lm_str_z(cases[i].starts)));
        assert_int_equal(lm_str_ends(res.body, LM_STR("x=1")), i == 2);
    }
}

static void a_login_does_not_follow_to_another_host(void **state)
{
    static const char *const headers[] = {"Authorization: Bearer abc", "Accept: text/html", NULL};
    struct lm_test *t = *state;
    struct lm_http_request req = {.url = NET_WEB "/to?/echo", .headers = headers};
    struct lm_http_response res;

    assert_ok(lm_http_send(net_ctx(t), &req, &res, &t->err), &t->err);
    assert_true(lm_str_find(res.body, LM_STR("Bearer abc"), 0) > 0);
    req.url = NET_WEB "/to?http://web.test:8060/echo";
    assert_ok(lm_http_send(net_ctx(t), &req, &res, &t->err), &t->err);
    assert_true(lm_str_find(res.body, LM_STR("Bearer abc"), 0) < 0);
    assert_true(lm_str_find(res.body, LM_STR("Accept: text/html"), 0) > 0);
}

static void private_addresses_are_refused_however_they_are_written(void **state)
{
    static const char *const urls[] = {
        "http://127.0.0.1:8060/hello",
        "http://localhost:8060/hello",
        "http://2130706433:8060/hello", /* 127.0.0.1 as a number */
        "http://0x7f.1:8060/hello",     /* and in parts */
        "http://0177.0.0.1:8060/hello",
        "http://[::1]:8060/hello",
        "http://[::ffff:127.0.0.1]:8060/hello", /* IPv4 in a coat */
        "http://[64:ff9b::7f00:1]/hello",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://0.0.0.0:8060/hello",
        "http://rebound.test:8060/hello", /* a name of the outside that points inside */
        NET_WEB "/to?http://127.0.0.1:8060/hello",
        NET_WEB "/to?http://rebound.test:8060/hello",
    };
    struct lm_test *t = *state;
    struct lm_http_response res;

    for (size_t i = 0; i < LM_COUNT(urls); i++) {
        lm_code code = get(t, urls[i], &res);

        /* localhost may have no address at all for the name server of the test */
        if (code != LM_FORBIDDEN && !(code == LM_UNAVAILABLE && strstr(urls[i], "localhost")))
            fail_msg("%s: %s %s", urls[i], lm_code_name(code), t->err.message);
    }
}

static void of_several_addresses_only_the_allowed_are_used(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    assert_ok(get(t, "http://two.test:8060/hello", &res), &t->err);
    assert_str(res.body, "hello");
}

static void only_http_and_https_are_spoken(void **state)
{
    static const char *const urls[] = {
        "ftp://127.0.0.60/",
        "file:///etc/passwd",
        "gopher://127.0.0.60:8060/x",
        "",
        "no url",
        "http://",
        "http://user:secret@127.0.0.60:8060/hello",
        NET_WEB "/to?file:///etc/passwd",
        NET_WEB "/to?gopher://127.0.0.60:8060/x",
    };
    struct lm_test *t = *state;
    struct lm_http_response res;

    for (size_t i = 0; i < LM_COUNT(urls); i++)
        if (get(t, urls[i], &res) != LM_INVALID)
            fail_msg("%s: %s", urls[i], t->err.message);
}

static void a_plain_get_turns_a_status_into_an_error(void **state)
{
    static const struct {
        const char *url;
        lm_code code;
    } cases[] = {
        {NET_WEB "/hello", LM_OK},           {NET_WEB "/nothing", LM_NOT_FOUND},
        {NET_WEB "/gone", LM_NOT_FOUND},     {NET_WEB "/busy", LM_LIMITED},
        {NET_WEB "/broken", LM_UNAVAILABLE},
    };
    struct lm_test *t = *state;
    struct lm_http_response res;

    for (size_t i = 0; i < LM_COUNT(cases); i++)
        assert_code(lm_http_get(net_ctx(t), cases[i].url, &res, &t->err), cases[i].code, &t->err);
    lm_http_get(net_ctx(t), NET_WEB "/busy", &res, &t->err) == LM_OK ? fail() : (void)0;
    assert_int_equal(t->err.retry_after_ms, 7000);
}

static void a_proxy_gets_the_request_and_must_be_allowed_too(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_request req = {.url = "http://web.test/echo",
                                  .proxy = "http://bob:secret@127.0.0.60:8060"};
    struct lm_http_response res;

    /* our web server is no proxy, but what it is asked shows what a proxy would be asked */
    assert_ok(lm_http_send(net_ctx(t), &req, &res, &t->err), &t->err);
    assert_int_equal(res.status, 404);
    req.proxy = "http://127.0.0.1:8060";
    assert_code(lm_http_send(net_ctx(t), &req, &res, &t->err), LM_FORBIDDEN, &t->err);
    req.proxy = "127.0.0.60:8060";
    assert_code(lm_http_send(net_ctx(t), &req, &res, &t->err), LM_INVALID, &t->err);
    req.proxy = "http://127.0.0.60:8060";
    req.url = "http://rebound.test/echo"; /* a proxy is no way round the guard */
    assert_code(lm_http_send(net_ctx(t), &req, &res, &t->err), LM_FORBIDDEN, &t->err);
}

static void in_the_test_world_all_web_ports_are_one(void **state)
{
    struct lm_test *t = *state;
    struct lm_http_response res;

    http_settings.test_port = 8060;
    assert_ok(get(t, "http://web.test/echo", &res), &t->err);
    assert_true(lm_str_find(res.body, LM_STR("Host: web.test\r\n"), 0) > 0);
    assert_ok(get(t, "https://web.test/hello", &res), &t->err);
    assert_str(res.body, "hello");
    assert_str(res.url, "https://web.test/hello");
    assert_code(lm_http_check(true, &t->err), LM_INVALID, &t->err);
    assert_ok(lm_http_check(false, &t->err), &t->err);
    http_settings.test_port = 0;
}

/* All that comes until the other side closes. */
static lm_str read_link(struct lm_test *t, struct lm_http_link *link)
{
    struct lm_buf b = lm_buf_in(t->arena, 64 << 10);
    char piece[4096];
    ptrdiff_t n;

    while ((n = lm_http_link_receive(link, piece, sizeof(piece))) >= 0) {
        struct pollfd p = {.fd = lm_http_link_fd(link), .events = POLLIN};

        lm_buf_append(&b, (lm_str){piece, (size_t)n});
        if (n == 0)
            assert_int_equal(poll(&p, 1, 5000), 1);
    }
    return lm_buf_str(&b);
}

static lm_code open_link(struct lm_test *t, const struct lm_http_link_to *to,
                         struct lm_http_link **link)
{
    lm_err_clear(&t->err);
    return lm_http_link_open(net_ctx(t), to, link, &t->err);
}

static void a_link_carries_what_it_is_given(void **state)
{
    struct lm_test *t = *state;
    const lm_str request =
        LM_STR("GET /hello HTTP/1.1\r\nHost: web.test\r\nConnection: close\r\n\r\n");
    struct lm_http_link_to to = {.host = "web.test", .port = 8060, .timeout_ms = 5000};
    struct lm_http_link *link;

    assert_ok(open_link(t, &to, &link), &t->err);
    assert_int_equal(lm_http_link_send(link, request), request.n);
    assert_true(lm_str_ends(read_link(t, link), LM_STR("\r\n\r\nhello")));
    lm_http_link_close(link);

    http_settings.test_port = 8060;
    to.port = 443;
    assert_ok(open_link(t, &to, &link), &t->err);
    lm_http_link_close(link);
    http_settings.test_port = 0;
}

static void a_link_goes_only_where_a_request_may(void **state)
{
    static const struct {
        const char *host, *proxy;
        int port;
        lm_code code;
    } cases[] = {
        {"127.0.0.1", NULL, 8060, LM_FORBIDDEN},
        {"127.1", NULL, 8060, LM_FORBIDDEN},
        {"2130706433", NULL, 8060, LM_FORBIDDEN},
        {"::1", NULL, 8060, LM_FORBIDDEN},
        {"::ffff:7f00:1", NULL, 8060, LM_FORBIDDEN},
        {"169.254.169.254", NULL, 80, LM_FORBIDDEN},
        {"rebound.test", NULL, 8060, LM_FORBIDDEN},
        {"127.0.0.1", "http://127.0.0.60:8060", 8060, LM_FORBIDDEN}, /* nor by a proxy */
        {"rebound.test", "http://127.0.0.60:8060", 8060, LM_FORBIDDEN},
        {"web.test", "http://127.0.0.1:8060", 8060, LM_FORBIDDEN},
        {"web.test/x", NULL, 80, LM_INVALID},
        {"me@web.test", NULL, 80, LM_INVALID},
        {"", NULL, 80, LM_INVALID},
        {"web.test", NULL, 0, LM_INVALID},
        {"web.test", NULL, 65536, LM_INVALID},
        {"127.0.0.60", NULL, 1, LM_UNAVAILABLE},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        const struct lm_http_link_to to = {cases[i].host, cases[i].port, cases[i].proxy, 5000,
                                           NULL};
        struct lm_http_link *link;
        lm_code code = open_link(t, &to, &link);

        if (code != cases[i].code)
            fail_msg("%s:%d: %s %s", to.host, to.port, lm_code_name(code), t->err.message);
    }
}

static bool is_allowed(const char *address, const char *const *networks)
{
    struct sockaddr_storage ss = {0};

    if (inet_pton(AF_INET, address, &((struct sockaddr_in *)&ss)->sin_addr) == 1)
        ss.ss_family = AF_INET;
    else if (inet_pton(AF_INET6, address, &((struct sockaddr_in6 *)&ss)->sin6_addr) == 1)
        ss.ss_family = AF_INET6;
    return http_address_is_allowed((struct sockaddr *)&ss, networks);
}

static void the_guard_knows_public_from_private(void **state)
{
    static const char *const good[] = {"1.1.1.1",        "9.255.255.255",   "11.0.0.0",
                                       "172.15.255.255", "172.32.0.0",      "100.63.255.255",
                                       "100.128.0.0",    "223.255.255.255", "2606:4700::1111",
                                       "::ffff:8.8.8.8", "2a00::1"};
    static const char *const bad[] = {
        "0.1.2.3",       "10.255.0.1",      "100.64.0.1", "127.9.9.9",   "169.254.0.1",
        "172.16.0.1",    "172.31.255.255",  "192.0.0.8",  "192.168.1.1", "198.18.0.1",
        "224.0.0.1",     "255.255.255.255", "::",         "::1",         "::ffff:10.0.0.1",
        "fc00::1",       "fe80::1",         "ff02::1",    "2001:db8::1", "2001::1",
        "2002:7f00:1::", "64:ff9b::a00:1",  "fec0::1"};
    static const char *const networks[] = {"10.1.0.0/16", "fd00:1::/32", NULL};

    (void)state;
    for (size_t i = 0; i < LM_COUNT(good); i++)
        if (!is_allowed(good[i], NULL))
            fail_msg("%s is refused", good[i]);
    for (size_t i = 0; i < LM_COUNT(bad); i++)
        if (is_allowed(bad[i], NULL))
            fail_msg("%s is let through", bad[i]);
    assert_true(is_allowed("10.1.2.3", networks));
    assert_true(is_allowed("::ffff:10.1.2.3", networks));
    assert_false(is_allowed("10.2.2.3", networks));
    assert_true(is_allowed("fd00:1::5", networks));
    assert_false(is_allowed("fd00:2::5", networks));
    assert_true(http_network_is_valid("10.0.0.0/8") && http_network_is_valid("::1"));
    assert_false(http_network_is_valid("10.0.0.0/33") || http_network_is_valid("localhost") ||
                 http_network_is_valid("10.0.0.0/") || http_network_is_valid(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LM_TEST(an_answer_has_status_headers_and_body),
        LM_TEST(a_post_sends_body_and_headers),
        LM_TEST(a_header_with_a_line_break_is_refused),
        LM_TEST(a_deadline_ends_a_slow_answer),
        LM_TEST(what_is_too_large_is_refused),
        LM_TEST(the_beginning_may_be_enough),
        LM_TEST(a_body_slower_than_the_floor_is_not_waited_for),
        LM_TEST(whoever_asked_may_stop_a_redirect),
        LM_TEST(a_robot_is_known_by_the_name_it_has_rules_under),
        LM_TEST(a_body_that_breaks_off_is_no_answer),
        LM_TEST(redirects_are_followed_to_a_limit),
        LM_TEST(a_redirect_keeps_or_changes_the_method_as_browsers_do),
        LM_TEST(a_login_does_not_follow_to_another_host),
        LM_TEST(private_addresses_are_refused_however_they_are_written),
        LM_TEST(of_several_addresses_only_the_allowed_are_used),
        LM_TEST(only_http_and_https_are_spoken),
        LM_TEST(a_plain_get_turns_a_status_into_an_error),
        LM_TEST(a_proxy_gets_the_request_and_must_be_allowed_too),
        LM_TEST(a_link_carries_what_it_is_given),
        LM_TEST(a_link_goes_only_where_a_request_may),
        LM_TEST(in_the_test_world_all_web_ports_are_one),
        LM_TEST(the_guard_knows_public_from_private),
    };
    int failed;

    net_world_start();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    net_world_stop();
    return failed;
}
