/* SPDX-License-Identifier: Apache-2.0 */
/* How proxies are written, and which is taken next: the figures of reference A1. */
#include "tests/lm_test.h"

#include "services/scraper/proxies/proxies.h"

static void each_way_to_write_a_proxy_is_read(void **state)
{
    static const struct {
        const char *text, *url;
    } cases[] = {
        {"Proxy.example:8080", "http://proxy.example:8080"},
        {" 10.0.0.1:3128 ", "http://10.0.0.1:3128"},
        {"proxy.example:8080:bob:s3cret", "http://bob:s3cret@proxy.example:8080"},
        {"proxy.example:8080:bob:a:b@c", "http://bob:a%3Ab%40c@proxy.example:8080"},
        {"https://proxy.example:443", "https://proxy.example:443"},
        {"SOCKS5://bob:s3cret@proxy.example:1080/", "socks5://bob:s3cret@proxy.example:1080"},
        {"http://bob:p%40ss@proxy.example:1", "http://bob:p%40ss@proxy.example:1"},
        {"http://bob:p@ss@proxy.example:65535", "http://bob:p%40ss@proxy.example:65535"},
        {"http://bob@proxy.example:80", "http://bob:@proxy.example:80"},
        {"[2001:DB8::1]:8080", "http://[2001:db8::1]:8080"},
        {"socks5://a:b@[2001:db8::1]:1080", "socks5://a:b@[2001:db8::1]:1080"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct scraper_proxy_address p;

        assert_ok(scraper_proxy_parse(t->arena, lm_str_z(cases[i].text), &p, &t->err), &t->err);
        assert_string_equal(scraper_proxy_url(t->arena, &p), cases[i].url);
    }
}

static void what_is_no_proxy_says_why_and_keeps_its_password(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "no port"},
        {"proxy.example", "no port"},
        {":8080", "no port"},
        {"proxy.example:", "port"},
        {"proxy.example:0", "from 1 to 65535"},
        {"proxy.example:65536:bob:s3cret", "from 1 to 65535"},
        {"proxy.example:http", "from 1 to 65535"},
        {"proxy.example:8080:bob", "without a password"},
        {"proxy.example:8080::s3cret", "without a user"},
        {"ftp://bob:s3cret@proxy.example:21", "http, https or socks5"},
        {"http://bob:s3cret@proxy.example", "no port"},
        {"http://bob:s3%zzcret@proxy.example:80", "encodes nothing"},
        {"http://proxy.example:80/path", "from 1 to 65535"},
        {"pro xy.example:80", "blank"},
        {"proxy.example:80\tx", "blank"},
        {"pr\xc3\xb6xy.example:80", "no host has"},
        {"[2001:db8::1:80", "no port"},
        {"[2001:db8::1]80", "no port"},
        {"http://bob:s3cret%00@proxy.example:80", "zero byte"},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct scraper_proxy_address p;
        lm_err err = LM_ERR_INIT;

        if (scraper_proxy_parse(t->arena, lm_str_z(cases[i].text), &p, &err) != LM_INVALID ||
            !strstr(err.message, cases[i].why))
            fail_msg("'%s': %s", cases[i].text, err.message);
        assert_null(strstr(err.message, "s3cret"));
    }
}

static void the_rate_of_one_that_was_never_used_is_one(void **state LM_UNUSED)
{
    assert_true(scraper_proxy_rate(&(struct scraper_proxy){.requests = 3}) == 1.0);
    assert_true(scraper_proxy_rate(&(struct scraper_proxy){.successes = 1, .failures = 3}) == 0.25);
}

/* Weights: 1.1, 0.6, 0.1; together 1.8. */
static void a_choice_is_weighted_by_success(void **state LM_UNUSED)
{
    const struct scraper_proxy v[] = {
        {.used_ago_ms = -1},
        {.successes = 2, .failures = 2, .used_ago_ms = 5000},
        {.failures = 2, .used_ago_ms = 60000},
    };
    int taken[3] = {0};

    for (int i = 0; i < 1800; i++)
        taken[scraper_proxy_choose(v, 3, ((double)i + 0.5) / 1800)]++;
    assert_int_equal(taken[0], 1100);
    assert_int_equal(taken[1], 600);
    assert_int_equal(taken[2], 100);
}

static void one_rests_five_seconds_while_there_are_others(void **state LM_UNUSED)
{
    struct scraper_proxy v[] = {{.used_ago_ms = 4999}, {.used_ago_ms = 5000}};

    for (int i = 0; i < 10; i++)
        assert_int_equal(scraper_proxy_choose(v, 2, i / 10.0), 1);
    v[1].used_ago_ms = 1; /* too recent all: any that is not blocked */
    assert_int_equal(scraper_proxy_choose(v, 2, 0.1), 0);
    assert_int_equal(scraper_proxy_choose(v, 2, 0.9), 1);
}

static void a_blocked_one_is_never_taken(void **state LM_UNUSED)
{
    struct scraper_proxy v[] = {{.used_ago_ms = -1, .blocked_ms = 1}, {.used_ago_ms = 1}};

    for (int i = 0; i < 10; i++)
        assert_int_equal(scraper_proxy_choose(v, 2, i / 10.0), 1);
    v[1].blocked_ms = 600000;
    assert_int_equal(scraper_proxy_choose(v, 2, 0.5), -1);
    assert_int_equal(scraper_proxy_choose(NULL, 0, 0.5), -1);
}

LM_TEST_MAIN(LM_TEST(each_way_to_write_a_proxy_is_read),
             LM_TEST(what_is_no_proxy_says_why_and_keeps_its_password),
             LM_TEST(the_rate_of_one_that_was_never_used_is_one),
             LM_TEST(a_choice_is_weighted_by_success),
             LM_TEST(one_rests_five_seconds_while_there_are_others),
             LM_TEST(a_blocked_one_is_never_taken))
