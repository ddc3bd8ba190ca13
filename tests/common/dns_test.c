/* SPDX-License-Identifier: Apache-2.0 */
/* The resolver against a real name server. */
#include "tests/common/net_world.h"

#include <arpa/inet.h>

#include "common/clock.h"
#include "common/dns.h"
#include "common/dns_internal.h"

static void exchangers_come_by_preference(void **state)
{
    struct lm_test *t = *state;
    struct lm_dns_mx *mx;
    size_t n;

    assert_ok(lm_dns_mx(net_ctx(t), "Mail.TEST.", &mx, &n, &t->err), &t->err);
    assert_int_equal(n, 2);
    assert_string_equal(mx[0].host, "mx1.test");
    assert_int_equal(mx[0].preference, 10);
    assert_string_equal(mx[1].host, "mx2.test");
}

static void who_takes_mail(void **state)
{
    static const struct {
        const char *domain;
        bool takes;
    } cases[] = {
        {"mail.test", true},    /* exchangers */
        {"plain.test", true},   /* none, but an address (RFC 5321 5.1) */
        {"null.test", false},   /* says that it takes none (RFC 7505) */
        {"texts.test", false},  /* neither exchanger nor address */
        {"nobody.test", false}, /* no such name */
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        bool takes;

        assert_ok(lm_dns_takes_mail(net_ctx(t), cases[i].domain, &takes, &t->err), &t->err);
        if (takes != cases[i].takes)
            fail_msg("%s", cases[i].domain);
    }
}

static void texts_come_whole(void **state)
{
    struct lm_test *t = *state;
    lm_str *texts;
    size_t n;

    assert_ok(lm_dns_txt(net_ctx(t), "texts.test", &texts, &n, &t->err), &t->err);
    assert_int_equal(n, 2);
    assert_true(lm_str_eqz(texts[0], "v=spf1 -all") || lm_str_eqz(texts[1], "v=spf1 -all"));
    assert_ok(lm_dns_txt(net_ctx(t), "long.test", &texts, &n, &t->err), &t->err);
    assert_int_equal(n, 1); /* one record in two chunks */
    assert_true(lm_str_ends(texts[0], LM_STR("aabbbb")));
    assert_ok(lm_dns_txt(net_ctx(t), "web.test", &texts, &n, &t->err), &t->err);
    assert_int_equal(n, 0); /* the name has none */
}

static void addresses_of_both_families(void **state)
{
    struct lm_test *t = *state;
    struct sockaddr_storage *list;
    char text[INET6_ADDRSTRLEN];
    size_t n;

    assert_ok(lm_dns_addresses(net_ctx(t), "web.test", &list, &n, &t->err), &t->err);
    assert_int_equal(n, 1);
    inet_ntop(AF_INET, &((struct sockaddr_in *)list)->sin_addr, text, sizeof(text));
    assert_string_equal(text, "127.0.0.60");
    assert_ok(lm_dns_addresses(net_ctx(t), "six.test", &list, &n, &t->err), &t->err);
    assert_int_equal(n, 1);
    assert_int_equal(list->ss_family, AF_INET6);
    assert_code(lm_dns_addresses(net_ctx(t), "nobody.test", &list, &n, &t->err), LM_NOT_FOUND,
                &t->err);
    assert_code(lm_dns_addresses(net_ctx(t), "", &list, &n, &t->err), LM_NOT_FOUND, &t->err);
    assert_code(lm_dns_addresses(net_ctx(t), "..", &list, &n, &t->err), LM_NOT_FOUND, &t->err);
}

static void a_deadline_ends_a_question(void **state)
{
    struct lm_test *t = *state;
    struct lm_ctx *ctx = net_ctx(t);
    struct lm_dns_mx *mx;
    size_t n;

    ctx->deadline_ms = lm_mono_ms() - 1;
    assert_code(lm_dns_mx(ctx, "never-asked.test", &mx, &n, &t->err), LM_DEADLINE, &t->err);
}

static void the_cache_keeps_an_answer_for_its_time(void **state)
{
    struct dns_answer put = {.code = LM_OK, .bytes = (char *)"abc", .n = 3, .ttl_ms = 60000}, got;
    struct dns_answer expired = put;

    (void)state;
    expired.ttl_ms = 0;
    assert_false(dns_cache_get("cached.test", DNS_TXT, &got));
    dns_cache_put("cached.test", DNS_TXT, &put);
    assert_true(dns_cache_get("cached.test", DNS_TXT, &got));
    assert_memory_equal(got.bytes, "abc", 3);
    free(got.bytes);
    assert_false(dns_cache_get("cached.test", DNS_MX, &got));
    dns_cache_put("expired.test", DNS_TXT, &expired);
    assert_false(dns_cache_get("expired.test", DNS_TXT, &got));
}

/* A packet with one question and two answers, 300 s and 60 s; the names are pointers. */
static void the_time_to_live_is_the_smallest(void **state)
{
    static const uint8_t packet[] = {
        0,    1,   0x81, 0x80, 0, 1, 0, 2, 0, 0,    0, 0, /* header */
        1,    'a', 0,    0,    1, 0, 1,                   /* a. A IN */
        0xc0, 12,  0,    1,    0, 1, 0, 0, 1, 0x2c, 0, 4, 1, 2, 3, 4,
        0xc0, 12,  0,    1,    0, 1, 0, 0, 0, 0x3c, 0, 4, 1, 2, 3, 5,
    };

    (void)state;
    assert_int_equal(dns_ttl_ms(packet, sizeof(packet), 7), 60000);
    assert_int_equal(dns_ttl_ms(packet, 34, 7), 300000); /* cut off after the first */
    assert_int_equal(dns_ttl_ms(packet, 19, 7), 7);
    assert_int_equal(dns_ttl_ms(packet, 3, 7), 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LM_TEST(exchangers_come_by_preference),
        LM_TEST(who_takes_mail),
        LM_TEST(texts_come_whole),
        LM_TEST(addresses_of_both_families),
        LM_TEST(a_deadline_ends_a_question),
        LM_TEST(the_cache_keeps_an_answer_for_its_time),
        LM_TEST(the_time_to_live_is_the_smallest),
    };
    int failed;

    net_world_start();
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    net_world_stop();
    return failed;
}
