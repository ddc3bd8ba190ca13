/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/text.h"

static const struct {
    const char *typed, *domain; /* NULL: none */
} domains[] = {
    {"example.com", "example.com"},
    {" HTTPS://www.Example.com:8080/x ", "example.com"},
    {"www.example.com", "example.com"},
    {"http://example.com", "example.com"},
    {"//cdn.example.com/a.js", "cdn.example.com"},
    {"example.com/path?x=1#y", "example.com"},
    {"example.com:443", "example.com"},
    {"example.com..", "example.com"},
    {"jan@example.com", "example.com"},
    {"mailto:jan@example.com?subject=x", "example.com"},
    {"https://user:pw@shop.example.co.uk/x@y", "shop.example.co.uk"},
    {"example.com/@user", "example.com"},
    {"www.www.example.com", "example.com"},
    {"xn--mnchen-3ya.example", "xn--mnchen-3ya.example"},
    {"3com.com", "3com.com"},
    /* UTS #46: what is typed is mapped as browsers do. */
    {"m\xc3\xbcnchen.example", "xn--mnchen-3ya.example"},
    {"https://www.M\xc3\x9cNCHEN.example/", "xn--mnchen-3ya.example"},
    {"info@b\xc3\xbc"
     "cher.example",
     "xn--bcher-kva.example"},
    {"stra\xc3\x9f"
     "e.example",
     "xn--strae-oqa.example"},
    {"\xef\xbd\x97\xef\xbd\x97\xef\xbd\x97.example.com", "example.com"}, /* full-width www */
    {"example\xe3\x80\x82"
     "com",
     "example.com"}, /* ideographic full stop */
    /* The public suffix list. */
    {"co.uk", NULL},
    {"www.example.co.uk", "example.co.uk"},
    {"www.co.uk", "www.co.uk"}, /* a name under co.uk */
    {"github.io", NULL},
    {"https://jan.github.io/", "jan.github.io"},
    {"winkel.example.nl", "winkel.example.nl"},
    {"localhost", NULL},
    {"", NULL},
    {"www.", NULL},
    {".example.com", NULL},
    {"exa mple.com", NULL},
    {"exam_ple.com", NULL},
    {"-a.com", NULL},
    {"a-.com", NULL},
    {"a..b.com", NULL},
    {"127.0.0.1", NULL},
    {"http://[::1]/", NULL},
    {"example.com:http", NULL},
    {"n/a", NULL},
    {"example.com\\x", "example.com"},
    {"\xff.example.com", NULL},
    {"tel:0201234567", NULL},
};

static void finds_the_domain_in_what_people_type(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(domains); i++) {
        lm_str got = lm_domain_normalize(t->arena, lm_str_z(domains[i].typed));

        if (domains[i].domain)
            assert_str(got, domains[i].domain);
        else
            assert_null(got.p);
    }
}

static const struct {
    const char *domain, *registrable;
} registered[] = {
    {"example.nl", "example.nl"},
    {"shop.example.nl", "example.nl"},
    {"a.b.shop.example.co.uk", "example.co.uk"},
    {"jan.github.io", "jan.github.io"},
    {"blog.jan.github.io", "jan.github.io"},
    {"winkel.myshopify.com", "winkel.myshopify.com"},
    {"xn--mnchen-3ya.example", "xn--mnchen-3ya.example"},
    {"www.city.kawasaki.jp", "city.kawasaki.jp"}, /* an exception in the list */
    {"a.b.example", "a.b.example"}, /* of a top-level domain that is not in the list */
    {"co.uk", NULL},
    {"github.io", NULL},
    {"nl", NULL},
    {"", NULL},
};

static void tells_what_was_registered_from_what_stands_below(void **state)
{
    (void)state;
    for (size_t i = 0; i < LM_COUNT(registered); i++) {
        lm_str got = lm_domain_registrable(lm_str_z(registered[i].domain));

        if (registered[i].registrable)
            assert_str(got, registered[i].registrable);
        else
            assert_null(got.p);
    }
}

static void a_normal_domain_stays_as_it_is(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(domains); i++) {
        lm_str once = lm_domain_normalize(t->arena, lm_str_z(domains[i].typed));

        if (once.p)
            assert_true(lm_str_eq(lm_domain_normalize(t->arena, once), once));
    }
}

static void takes_a_url_apart(void **state)
{
    struct lm_url u;

    (void)state;
    assert_true(lm_url_parse(LM_STR("https://Shop.example:8443/a/b?x=1&y=?#top#2"), &u));
    assert_str(u.scheme, "https");
    assert_str(u.host, "Shop.example");
    assert_str(u.port, "8443");
    assert_str(u.path, "/a/b");
    assert_str(u.query, "x=1&y=?");
    assert_str(u.fragment, "top#2");
    assert_true(lm_url_parse(LM_STR("http://[2001:db8::1]"), &u));
    assert_str(u.host, "2001:db8::1");
    assert_str(u.path, "");
    assert_null(u.query.p);
    assert_true(lm_url_parse(LM_STR("http://h?"), &u));
    assert_non_null(u.query.p); /* there, and empty */
}

static void tells_good_urls_from_others(void **state)
{
    static const char *const good[] = {"http://example.com", "HTTPS://example.com/?q=1",
                                       "http://127.0.0.1:80/", "http://[::1]/x",
                                       "https://example.com/caf\xc3\xa9"};
    static const char *const bad[] = {"",
                                      "example.com",
                                      "ftp://example.com",
                                      "javascript:alert(1)",
                                      "http:example.com",
                                      "http://",
                                      "http:///x",
                                      "http://localhost/",
                                      "http://user@example.com/",
                                      "http://example.com@evil.example/",
                                      "http://example.com\\@evil.example/",
                                      "http://exa mple.com/",
                                      "http://example.com/a b",
                                      "http://example.com/\r\nX: y",
                                      "http://example.com:0/",
                                      "http://example.com:65536/",
                                      "http://example.com:8x/",
                                      "http://[::1",
                                      "http://[::1]x/",
                                      "http://.example/",
                                      "http://a..b/",
                                      "http://example.com/\xff"};
    struct lm_test *t = *state;
    char *tail = lm_arena_zalloc(t->arena, 2000);

    for (size_t i = 0; i < LM_COUNT(good); i++)
        assert_true(lm_url_valid(lm_str_z(good[i])));
    for (size_t i = 0; i < LM_COUNT(bad); i++)
        assert_false(lm_url_valid(lm_str_z(bad[i])));
    memset(tail, 'x', 1981);
    assert_true(lm_url_valid(lm_str_z(lm_arena_printf(t->arena, "http://example.com/%s", tail))));
    assert_false(lm_url_valid(lm_str_z(lm_arena_printf(t->arena, "http://example.com/%sx", tail))));
}

/* RFC 3986 section 5.4, but without fragments. */
static const struct {
    const char *ref, *url; /* NULL: hopeless */
} joins[] = {
    {"g", "http://a.b/b/c/g"},
    {"./g", "http://a.b/b/c/g"},
    {"g/", "http://a.b/b/c/g/"},
    {"/g", "http://a.b/g"},
    {"//g.h", "http://g.h"},
    {"?y", "http://a.b/b/c/d;p?y"},
    {"g?y", "http://a.b/b/c/g?y"},
    {"#s", "http://a.b/b/c/d;p?q"},
    {"g#s", "http://a.b/b/c/g"},
    {"g?y#s", "http://a.b/b/c/g?y"},
    {";x", "http://a.b/b/c/;x"},
    {"", "http://a.b/b/c/d;p?q"},
    {".", "http://a.b/b/c/"},
    {"./", "http://a.b/b/c/"},
    {"..", "http://a.b/b/"},
    {"../g", "http://a.b/b/g"},
    {"../..", "http://a.b/"},
    {"../../g", "http://a.b/g"},
    {"../../../g", "http://a.b/g"},
    {"/./g", "http://a.b/g"},
    {"/../g", "http://a.b/g"},
    {"g.", "http://a.b/b/c/g."},
    {"..g", "http://a.b/b/c/..g"},
    {"./g/.", "http://a.b/b/c/g/"},
    {"g/../h", "http://a.b/b/c/h"},
    {"g;x=1/../y", "http://a.b/b/c/y"},
    {"g?y/../x", "http://a.b/b/c/g?y/../x"},
    {" over ons.html ", "http://a.b/b/c/over%20ons.html"},
    {"https://c.d:8/x/../y#z", "https://c.d:8/y"},
    {"mailto:a@b.c", NULL},
    {"javascript:void(0)", NULL},
    {"tel:+3120", NULL},
    {"http:g", NULL},
    {"https://u@c.d/", NULL},
    {"a\nb", NULL},
};

static void joins_references_as_the_rfc_says(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(joins); i++) {
        lm_str got = lm_url_join(t->arena, LM_STR("http://a.b/b/c/d;p?q"), lm_str_z(joins[i].ref));

        if (joins[i].url)
            assert_str(got, joins[i].url);
        else
            assert_null(got.p);
    }
    assert_str(lm_url_join(t->arena, LM_STR("http://a.b"), LM_STR("x/y")), "http://a.b/x/y");
    assert_str(lm_url_join(t->arena, LM_STR("http://[::1]:8080/a"), LM_STR("b")),
               "http://[::1]:8080/b");
    assert_null(lm_url_join(t->arena, LM_STR("nonsense"), LM_STR("x")).p);
}

LM_TEST_MAIN(LM_TEST(finds_the_domain_in_what_people_type),
             LM_TEST(tells_what_was_registered_from_what_stands_below),
             LM_TEST(a_normal_domain_stays_as_it_is), LM_TEST(takes_a_url_apart),
             LM_TEST(tells_good_urls_from_others), LM_TEST(joins_references_as_the_rfc_says))
