/* SPDX-License-Identifier: Apache-2.0 */
/* Which pages are empty shells, and what a browser may ask of the door. */
#include "tests/lm_test.h" /* first: cmocka */

#include "common/buf.h"
#include "services/scraper/browser/browser.h"
#include "services/scraper/browser/head.h"

/* ---- shells ---- */

static void a_page_of_scripts_alone_is_a_shell(void **state)
{
    static const char *const shells[] = {
        /* React, as made by its tools */
        "<!doctype html><html><head><title>Jobs</title><script defer src=/static/js/main.js>"
        "</script></head><body><noscript>You need to enable JavaScript to run this app.</noscript>"
        "<div id=\"root\"></div></body></html>",
        "<html><body><div id=app></div><script type=module src=/assets/index.js></script></body>",
        "<html><body><app-root>Loading...</app-root><script src=main.js></script></body></html>",
        "<html><body><noscript>JavaScript is required</noscript><script src=x.js></script></body>",
        "<html><body><div id=__next></div><script id=__NEXT_DATA__ type=application/json>"
        "{\"props\":{}}</script><script src=/_next/x.js></script></body></html>",
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(shells); i++) {
        if (!scraper_is_shell(t->arena, lm_str_z(shells[i]), LM_STR("text/html; charset=utf-8")))
            fail_msg("%s", shells[i]);
    }
}

static void what_can_be_read_or_refuses_is_none(void **state)
{
    static const struct {
        const char *type, *body;
    } others[] = {
        {"text/html", ""},
        {"text/html", "<html><body><div id=root></div></body></html>"}, /* who would draw? */
        {"text/html", "<html><body><p>No results</p><script src=count.js></script></body></html>"},
        {"application/json", "{\"html\":\"<div id=root></div><script></script>\"}"},
        {"text/html", "<html><head><title>Just a moment...</title></head><body><noscript>Enable "
                      "JavaScript and cookies to continue</noscript><div id=cf></div><script>"
                      "window._cf_chl_opt={}</script></body></html>"},
        {"text/html", "<html><body><div id=captcha class=g-recaptcha></div><script src=a.js>"
                      "</script></body></html>"},
    };
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 64 << 10);

    for (size_t i = 0; i < LM_COUNT(others); i++) {
        if (scraper_is_shell(t->arena, lm_str_z(others[i].body), lm_str_z(others[i].type)))
            fail_msg("%s", others[i].body);
    }
    /* drawn by a script, but from data that stand on the page */
    lm_buf_appendz(&b, "<div id=root></div><script type=application/json>[");
    for (int i = 0; i < 100; i++)
        lm_buf_appendz(&b, "{\"name\":\"Bakkerij\"},");
    lm_buf_appendz(&b, "{}]</script><script src=x.js></script>");
    assert_false(scraper_is_shell(t->arena, lm_buf_str(&b), LM_STR("text/html")));
    lm_buf_clear(&b);
    lm_buf_appendz(&b, "<body><div id=root>");
    for (int i = 0; i < 30; i++)
        lm_buf_appendz(&b, "<li>Bakkerij Oost</li>");
    lm_buf_appendz(&b, "</div><script src=x.js></script>");
    assert_false(scraper_is_shell(t->arena, lm_buf_str(&b), LM_STR("text/html")));
}

static void no_page_that_sources_read_is_taken_for_one(void **state)
{
    static const char *const fixtures[] = {
        "scraper/indeed/search.html", "scraper/indeed/search_2.html",
        "scraper/indeed/markup.html", "scraper/indeed/empty.html",
        "scraper/indeed/block.html",  "scraper/indeed/login_wall.html",
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(fixtures); i++) {
        if (scraper_is_shell(t->arena, lm_test_fixture(t, fixtures[i]), LM_STR("text/html")))
            fail_msg("%s", fixtures[i]);
    }
}

/* ---- the door's requests ---- */

static lm_code parse(struct lm_test *t, const char *text, struct scraper_head *out)
{
    lm_err_clear(&t->err);
    return scraper_head_parse(t->arena, lm_str_z(text), out, &t->err);
}

static void a_request_reaches_the_site_without_what_was_for_the_proxy(void **state)
{
    struct lm_test *t = *state;
    struct lm_buf b = lm_buf_in(t->arena, 64 << 10);
    struct scraper_head head;

    assert_ok(parse(t,
                    "GET http://Site.example:8080/a?b=c HTTP/1.1\r\nHost: other.example\r\n"
                    "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic eA==\r\n"
                    "Connection: keep-alive\r\nAccept: */*\r\n\r\n",
                    &head),
              &t->err);
    assert_false(head.is_connect);
    assert_string_equal(head.host, "Site.example");
    assert_int_equal(head.port, 8080);
    scraper_head_forward(&head, &b);
    assert_str(lm_buf_str(&b), "GET /a?b=c HTTP/1.1\r\nHost: Site.example:8080\r\n"
                               "Connection: close\r\nAccept: */*\r\n\r\n");

    assert_ok(parse(t, "CONNECT [2001:db8::1]:443 HTTP/1.1\r\n\r\n", &head), &t->err);
    assert_true(head.is_connect);
    assert_string_equal(head.host, "2001:db8::1");
    assert_int_equal(head.port, 443);
    assert_ok(parse(t, "POST http://a HTTP/1.1\r\nContent-Length: 7\r\n\r\n", &head), &t->err);
    assert_int_equal(head.port, 80);
    assert_int_equal(head.body_bytes, 7);
    lm_buf_clear(&b);
    scraper_head_forward(&head, &b);
    assert_true(lm_str_starts(lm_buf_str(&b), LM_STR("POST / HTTP/1.1\r\nHost: a\r\n")));
}

static void what_is_not_plainly_one_request_is_refused(void **state)
{
    static const char *const heads[] = {
        "GET / HTTP/1.1\r\n\r\n",
        "GET https://a/ HTTP/1.1\r\n\r\n",
        "GET file:///etc/passwd HTTP/1.1\r\n\r\n",
        "GET http://me@a/ HTTP/1.1\r\n\r\n",
        "GET http:///x HTTP/1.1\r\n\r\n",
        "GET http://a:0/ HTTP/1.1\r\n\r\n",
        "GET http://a:99999/ HTTP/1.1\r\n\r\n",
        "GET http://a:80x/ HTTP/1.1\r\n\r\n",
        "GET http://[::1/ HTTP/1.1\r\n\r\n",
        "GET http://[a]/ HTTP/1.1\r\n\r\n",
        "GET http://a%00b/ HTTP/1.1\r\n\r\n",
        "GET http://a/\tb HTTP/1.1\r\n\r\n",
        "GET http://a/ b HTTP/1.1\r\n\r\n",
        "GET http://a/\r\n\r\n",
        "G ET http://a/ HTTP/1.1\r\n\r\n",
        "CONNECT a HTTP/1.1\r\n\r\n",
        "CONNECT a: HTTP/1.1\r\n\r\n",
        "CONNECT a:443 HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nNo colon\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nX: a\r\n folded: b\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nX : a\r\n\r\n",
        "GET http://a/ HTTP/1.1\r\nX: a\rY: b\r\n\r\n",
        "\r\n\r\n",
    };
    struct lm_test *t = *state;
    struct scraper_head head;

    for (size_t i = 0; i < LM_COUNT(heads); i++) {
        if (parse(t, heads[i], &head) != LM_INVALID)
            fail_msg("%s", heads[i]);
    }
}

LM_TEST_MAIN(LM_TEST(a_page_of_scripts_alone_is_a_shell),
             LM_TEST(what_can_be_read_or_refuses_is_none),
             LM_TEST(no_page_that_sources_read_is_taken_for_one),
             LM_TEST(a_request_reaches_the_site_without_what_was_for_the_proxy),
             LM_TEST(what_is_not_plainly_one_request_is_refused))
