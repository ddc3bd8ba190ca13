/* SPDX-License-Identifier: Apache-2.0 */
/* What a site is not asked at all: while its source is given a rest, and what the cache has. */
#include "tests/scraper/polite_site.h" /* first: cmocka */

#include "common/arena.h"
#include "common/clock.h"
#include "common/text.h"
#include "services/scraper/fetch/polite.h"
#include "services/scraper/scraper.h"

/* ---- the breaker ---- */

static void a_source_that_fails_five_times_is_left_alone_and_then_tried_by_one(void **state)
{
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;

    scraper_settings.breaker_failures = 5;
    scraper_settings.breaker_open_ms = 60000;
    scraper_settings.retries = 0;
    site.fail_status = 500;
    atomic_store(&site.failures, 100);
    for (int i = 0; i < 5; i++)
        assert_code(ask(t, "/page", &f), LM_UNAVAILABLE, &t->base.err);
    for (int i = 0; i < 3; i++) {
        assert_code(ask(t, "/page", &f), LM_LIMITED, &t->base.err);
        assert_in_range(t->base.err.retry_after_ms, 1, 60000);
    }
    assert_int_equal(count_hits("/page"), 5);
    lm_pgtest_sql(t, "UPDATE source_breaker SET open_until = '-infinity'");
    assert_code(ask(t, "/page", &f), LM_UNAVAILABLE, &t->base.err);
    assert_code(ask(t, "/page", &f), LM_LIMITED, &t->base.err);
    assert_int_equal(count_hits("/page"), 6);
    /* One tries, and it takes a while: the others wait for what becomes of it. */
    atomic_store(&site.failures, 0);
    site.page_ms = 500;
    lm_pgtest_sql(t, "UPDATE source_breaker SET open_until = '-infinity'");
    assert_int_equal(try_together(t, "/page", 1), 1);
    assert_int_equal(count_hits("/page"), 7);
    lm_pgtest_sql(t, "UPDATE source_breaker SET open_until = '-infinity'");
    read_page(t, "/page"); /* and finds it well */
    assert_int_equal(lm_pgtest_int(t, "SELECT failures FROM source_breaker"), 0);
}

/* Two find at the same moment that it may be tried. */
static void only_one_tries_what_was_left_alone(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    lm_err *err = &t->base.err;
    bool has_opened, is_ours;

    assert_ok(scraper_breaker_fail(ctx, "probe", 1, 60000, &has_opened, err), err);
    assert_true(has_opened);
    assert_ok(scraper_breaker_try(ctx, "probe", 60000, &is_ours, err), err);
    assert_false(is_ours);
    lm_pgtest_sql(t, "UPDATE source_breaker SET open_until = '-infinity'");
    assert_ok(scraper_breaker_try(ctx, "probe", 60000, &is_ours, err), err);
    assert_true(is_ours);
    assert_ok(scraper_breaker_try(ctx, "probe", 60000, &is_ours, err), err);
    assert_false(is_ours);
}

/* What cannot be read is no answer, even with status 200; a good page in between starts the count anew. */
static void blocks_count_as_failures_and_only_in_a_row(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct scraper_fetched f;

    scraper_settings.breaker_failures = 2;
    scraper_settings.breaker_open_ms = 60000;
    for (int i = 0; i < 3; i++) {
        const struct scraper_worth worth = {i == 1 ? LM_OK : LM_UNAVAILABLE, false};

        assert_ok(ask_for(ctx, "/page", &f, &t->base.err), &t->base.err);
        assert_ok(scraper_fetched_judge(ctx, &probe, &f, worth, &t->base.err), &t->base.err);
    }
    assert_int_equal(lm_pgtest_int(t, "SELECT failures FROM source_breaker"), 1);
}

/* ---- the cache ---- */

static void a_young_page_is_not_asked_for_and_an_old_one_only_if_it_changed(void **state)
{
    struct lm_pgtest *t = *state;

    scraper_settings.page_cache_ms = 3600000;
    read_page(t, "/page");
    read_page(t, "/page");
    assert_int_equal(count_hits("/page"), 1);
    lm_pgtest_sql(t, "UPDATE page_cache SET checked_at = checked_at - interval '61 minutes'");
    read_page(t, "/page"); /* 304 */
    assert_int_equal(count_hits("/page"), 2);
    assert_string_equal(hits.v[hits.n - 1].condition, "\"v1\"");
    read_page(t, "/page"); /* and young again */
    assert_int_equal(count_hits("/page"), 2);
    lm_pgtest_sql(t, "UPDATE page_cache SET checked_at = checked_at - interval '61 minutes',"
                     " etag = '\"v0\"', body = 'old'");
    read_page(t, "/page");
    read_page(t, "/page");
    assert_int_equal(count_hits("/page"), 3);
}

static void what_a_tenant_has_read_is_its_own(void **state)
{
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;

    scraper_settings.page_cache_ms = 3600000;
    read_page(t, "/page");
    assert_ok(ask_for(lm_pgtest_ctx(t, LM_PGTEST_TENANT2), "/page", &f, &t->base.err),
              &t->base.err);
    assert_int_equal(count_hits("/page"), 2);
}

static void blocks_keys_and_what_the_site_forbids_are_not_kept(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct scraper_fetched f;

    scraper_settings.page_cache_ms = 3600000;
    assert_ok(ask_for(ctx, "/page", &f, &t->base.err), &t->base.err);
    assert_ok(scraper_fetched_judge(ctx, &probe, &f, (struct scraper_worth){LM_UNAVAILABLE, false},
                                    &t->base.err),
              &t->base.err);
    site.page_headers = "Cache-Control: private, no-store\r\n";
    read_page(t, "/page");
    site.page_headers = NULL;
    where.key = "secret";
    read_page(t, "/page");
    where.key = NULL;
    probe.is_api = true;
    read_page(t, "/page");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM page_cache"), 0);
}

/* Bytes that no column takes, and an address that is none, fail nothing. */
static void headers_that_are_no_text_are_not_kept(void **state)
{
    struct lm_pgtest *t = *state;

    scraper_settings.page_cache_ms = 3600000;
    site.page_headers = "Content-Type: text/html; charset=\xff\r\nETag: \"\xc3\"\r\n"
                        "Last-Modified: \xfe\r\n";
    read_page(t, "/page");
    read_page(t, "/page");
    assert_int_equal(count_hits("/page"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM page_cache WHERE etag IS NULL"
                                      " AND last_modified IS NULL AND content_type IS NULL"),
                     1);
}

static void the_cache_keeps_to_its_size(void **state)
{
    struct lm_pgtest *t = *state;

    scraper_settings.page_cache_ms = 3600000;
    scraper_settings.page_cache_bytes = 5 * site.page.n;
    for (int i = 0; i < 12; i++)
        read_page(t, lm_arena_printf(t->base.arena, "/page?%d", i));
    assert_int_equal(lm_pgtest_int(t, "SELECT sum(size) FROM page_cache"), 5 * site.page.n);
    read_page(t, "/page?11");
    assert_int_equal(count_hits("/page?11"), 1);
    read_page(t, "/page?0");
    assert_int_equal(count_hits("/page?0"), 2);
}

LM_PGTEST_MAIN(scraper,
               SITE_TEST(a_source_that_fails_five_times_is_left_alone_and_then_tried_by_one),
               SITE_TEST(only_one_tries_what_was_left_alone),
               SITE_TEST(blocks_count_as_failures_and_only_in_a_row),
               SITE_TEST(a_young_page_is_not_asked_for_and_an_old_one_only_if_it_changed),
               SITE_TEST(what_a_tenant_has_read_is_its_own),
               SITE_TEST(blocks_keys_and_what_the_site_forbids_are_not_kept),
               SITE_TEST(headers_that_are_no_text_are_not_kept),
               SITE_TEST(the_cache_keeps_to_its_size))
