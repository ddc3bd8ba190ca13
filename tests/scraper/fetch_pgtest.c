/* SPDX-License-Identifier: Apache-2.0 */
/* Politeness as a site sees it: two replicas ask a real web server, and the server keeps the record. */
#include "tests/scraper/polite_site.h" /* first: cmocka */

#include "common/arena.h"
#include "common/clock.h"
#include "common/text.h"
#include "services/scraper/fetch/polite.h"
#include "services/scraper/scraper.h"

/* ---- robots.txt ---- */

static void robots_is_asked_for_once_however_many_want_it(void **state)
{
    struct lm_pgtest *t = *state;

    site.robots_ms = 400;
    ask_together(t, "/page", 1);
    assert_int_equal(count_hits("/robots.txt"), 1);
    assert_int_equal(count_hits("/page"), REPLICAS * THREADS);
    assert_string_equal(hits.v[0].path, "/robots.txt");
    assert_non_null(strstr(hits.v[0].agent, "LeadMachine"));
    assert_non_null(strstr(hits.v[1].agent, "LeadMachine"));
    lm_pgtest_sql(t, "UPDATE robots_file SET fresh_until = fresh_until - interval '25 hours'");
    read_page(t, "/page");
    assert_int_equal(count_hits("/robots.txt"), 2);
}

static void what_robots_forbids_is_not_asked_and_the_rule_is_named(void **state)
{
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;

    assert_code(ask(t, "/secret/page", &f), LM_FORBIDDEN, &t->base.err);
    assert_non_null(strstr(t->base.err.message, "Disallow: /secret"));
    assert_code(ask(t, "/to?/secret/page", &f), LM_FORBIDDEN, &t->base.err); /* a redirect to it */
    assert_int_equal(count_hits("/secret/page"), 0);
    probe.is_api = true; /* an API is made for programs */
    assert_ok(ask(t, "/secret/page", &f), &t->base.err);
    probe.is_api = false;
    lm_pgtest_sql(t, "DELETE FROM robots_file");
    site.robots = "User-agent: *\nDisallow: /*\xff\xfe\n";
    assert_code(ask(t, "/a%FF%FE", &f), LM_FORBIDDEN, &t->base.err);
    assert_true(lm_utf8_valid(lm_str_z(t->base.err.message)));
}

static void nothing_is_asked_of_a_site_whose_robots_cannot_be_had(void **state)
{
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;

    site.robots_status = 503;
    for (int i = 0; i < 3; i++) {
        assert_code(ask(t, "/page", &f), LM_UNAVAILABLE, &t->base.err);
        assert_non_null(strstr(t->base.err.message, "robots.txt: the site answered 503"));
        assert_true(t->base.err.retry_after_ms > 60000);
    }
    assert_int_equal(count_hits("/page"), 0);
    assert_int_equal(count_hits("/robots.txt"), 1);
    /* Rules that were had before hold on while it is away. */
    lm_pgtest_sql(t, "UPDATE robots_file SET fresh_until = '-infinity'");
    site.robots_status = 200;
    read_page(t, "/page");
    lm_pgtest_sql(t, "UPDATE robots_file SET fresh_until = '-infinity'");
    site.robots_status = 503;
    read_page(t, "/page");
    assert_code(ask(t, "/secret", &f), LM_FORBIDDEN, &t->base.err);
}

static void a_site_without_robots_may_be_asked(void **state)
{
    struct lm_pgtest *t = *state;

    site.robots_status = 404;
    read_page(t, "/secret/page");
    lm_pgtest_sql(t, "DELETE FROM robots_file");
    site.robots_status = 302; /* to itself, without end */
    site.robots_headers = "Location: /robots.txt\r\n";
    read_page(t, "/secret/page");
}

/* Its worker fell asleep or died: the next one asks when the lease is over. */
static void whoever_asks_for_robots_and_dies_holds_nobody_up_for_long(void **state)
{
    struct lm_pgtest *t = *state;
    const char *origin = where.url;

    lm_pgtest_sql(t,
                  "INSERT INTO robots_file (origin, lease_until) VALUES ('%s',"
                  " clock_timestamp() + interval '500 ms')",
                  origin);
    read_page(t, "/page");
    assert_int_equal(count_hits("/robots.txt"), 1);
}

/* ---- turns ---- */

static void replicas_and_tenants_share_the_turns_of_a_host(void **state)
{
    where.delay_ms = 60;
    ask_together(*state, "/page", 2);
    assert_int_equal(count_hits("/page"), REPLICAS * THREADS * 2);
    /* A turn is given by the database's clock; on the way to the server a request may lose some of its lead. */
    assert_true(hits.v[hits.n - 1].at_ms - hits.v[1].at_ms >= (REPLICAS * THREADS * 2 - 2) * 60);
}

static void the_longer_of_our_delay_and_the_sites_counts(void **state)
{
    struct lm_pgtest *t = *state;

    where.delay_ms = 1;
    site.robots = "User-agent: *\nCrawl-delay: 0.4\n";
    for (int i = 0; i < 3; i++)
        read_page(t, "/page");
    assert_true(shortest_gap_ms() >= 300);
    scraper_settings.max_crawl_delay_ms = 0; /* as for hosts of the sample world */
    where.delay_ms = 0;
    hits.n = 0;
    lm_pgtest_sql(t, "DELETE FROM host_turn");
    for (int i = 0; i < 3; i++)
        read_page(t, "/page");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM host_turn"), 0);
}

static void the_api_of_a_source_that_has_pages_too_has_a_delay_of_its_own(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct scraper_fetched f;

    where.delay_ms = 3600000;
    where.api_delay_ms = 1;
    for (int i = 0; i < 3; i++)
        assert_ok(ask_as(ctx, "/page", true, &f, &t->base.err), &t->base.err);
    assert_ok(ask_as(ctx, "/page", false, &f, &t->base.err), &t->base.err);
    assert_code(ask_as(ctx, "/page", false, &f, &t->base.err), LM_LIMITED, &t->base.err);
}

static void a_turn_far_away_is_not_taken_and_not_waited_for(void **state)
{
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;
    const char *before;

    where.delay_ms = 3600000;
    read_page(t, "/page");
    before = lm_pgtest_text(t, "SELECT next_at FROM host_turn");
    assert_code(ask(t, "/page", &f), LM_LIMITED, &t->base.err);
    assert_in_range(t->base.err.retry_after_ms, 3000000, 3600000);
    assert_string_equal(lm_pgtest_text(t, "SELECT next_at FROM host_turn"), before);
    assert_int_equal(count_hits("/page"), 1);
}

static void whoever_stops_the_search_ends_the_wait(void **state)
{
    static const struct scraper_wait wait = {stop_waiting, NULL};
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct scraper_request request = {.url = lm_str_z(where.url)};
    struct scraper_fetched f;

    where.delay_ms = 20000;
    read_page(t, "/page");
    assert_code(scraper_fetch(ctx, &probe, &request, &wait, &f, &t->base.err), LM_CANCELLED,
                &t->base.err);
}

/* ---- what passes ---- */

/* Property 4: a 429 leads to waits that grow from retry to retry. */
static void waits_grow_from_retry_to_retry_up_to_a_minute(void **state LM_UNUSED)
{
    static const int64_t wanted[] = {1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000, 60000};

    for (int i = 0; i < (int)LM_COUNT(wanted); i++) {
        assert_int_equal(scraper_backoff_ms(1000, i + 1, 0), wanted[i]);
        assert_int_equal(scraper_backoff_ms(1000, i + 1, 1), wanted[i] * 11 / 10);
    }
    assert_int_equal(scraper_backoff_ms(1000, 1000000, 0), 60000);
}

static void a_request_is_tried_again_three_times_and_no_more(void **state)
{
    static const int statuses[] = {429, 500, 503};
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;

    for (size_t i = 0; i < LM_COUNT(statuses); i++) {
        hits.n = 0;
        site.fail_status = statuses[i];
        atomic_store(&site.failures, 3);
        read_page(t, "/page");
        assert_int_equal(count_hits("/page"), 4);
        atomic_store(&site.failures, 100);
        assert_code(ask(t, "/page", &f), statuses[i] == 429 ? LM_LIMITED : LM_UNAVAILABLE,
                    &t->base.err);
        assert_int_equal(count_hits("/page"), 8);
    }
}

/* A block that is asked again at once only lasts longer. */
static void a_block_and_a_missing_page_are_not_tried_again(void **state)
{
    static const struct {
        int status;
        lm_code code;
    } cases[] = {{403, LM_UNAVAILABLE}, {404, LM_NOT_FOUND}, {410, LM_NOT_FOUND}};
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        hits.n = 0;
        site.fail_status = cases[i].status;
        atomic_store(&site.failures, 1);
        assert_code(ask(t, "/page", &f), cases[i].code, &t->base.err);
        assert_int_equal(count_hits("/page"), 1);
    }
}

static void retry_after_holds_the_host_for_everybody(void **state)
{
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;

    site.fail_status = 429;
    site.fail_headers = "Retry-After: 1\r\n";
    scraper_settings.retries = 0;
    atomic_store(&site.failures, 1);
    assert_code(ask(t, "/page", &f), LM_LIMITED, &t->base.err);
    ask_together(t, "/other", 1);
    assert_true(hits.v[2].at_ms - hits.v[1].at_ms >= 950);
}

/* The first is told so while the others have turns already; whoever was on the way then is not called back. */
static void whoever_waits_for_a_turn_hears_that_the_host_is_held(void **state)
{
    struct lm_pgtest *t = *state;

    where.delay_ms = 300;
    read_page(t, "/page"); /* robots.txt is known: all take their turns at once */
    hits.n = 0;
    site.fail_status = 429;
    site.fail_headers = "Retry-After: 2\r\n";
    atomic_store(&site.failures, 1);
    ask_together(t, "/page", 1);
    for (int i = 2; i < hits.n; i++)
        assert_true(hits.v[i].at_ms - hits.v[0].at_ms >= 1950);
}

static void retry_after_may_be_a_date_and_a_long_one_is_the_jobs(void **state)
{
    struct lm_pgtest *t = *state;
    struct scraper_fetched f;
    static char header[80];

    site.fail_status = 503;
    site.fail_headers = header;
    snprintf(header, sizeof(header), "Retry-After: Fri, 31 Dec 2100 23:59:59 GMT\r\n");
    atomic_store(&site.failures, 1);
    assert_code(ask(t, "/page", &f), LM_UNAVAILABLE, &t->base.err);
    assert_true(t->base.err.retry_after_ms > 3600000);
    assert_int_equal(count_hits("/page"), 1);
    assert_code(ask(t, "/page", &f), LM_LIMITED, &t->base.err);
    assert_int_equal(count_hits("/page"), 1);
}

/* ---- bad answers ---- */

static void what_has_no_end_is_not_read_to_its_end(void **state)
{
    struct lm_pgtest *t = *state;
    char *much = lm_arena_zalloc(t->base.arena, 50 << 20);
    struct scraper_fetched f;

    site.page = (lm_str){much, 50 << 20};
    assert_code(ask(t, "/page", &f), LM_TOO_LARGE, &t->base.err);
    assert_code(ask(t, "/to?/to?/to?/to?/to?/to?/to?/page", &f), LM_INVALID, &t->base.err);
    assert_code(ask(t, "/to?http://169.254.169.254/latest", &f), LM_FORBIDDEN, &t->base.err);
    assert_int_equal(count_hits("/page"), 1);
}

LM_PGTEST_MAIN(scraper, SITE_TEST(robots_is_asked_for_once_however_many_want_it),
               SITE_TEST(what_robots_forbids_is_not_asked_and_the_rule_is_named),
               SITE_TEST(nothing_is_asked_of_a_site_whose_robots_cannot_be_had),
               SITE_TEST(a_site_without_robots_may_be_asked),
               SITE_TEST(whoever_asks_for_robots_and_dies_holds_nobody_up_for_long),
               SITE_TEST(replicas_and_tenants_share_the_turns_of_a_host),
               SITE_TEST(the_longer_of_our_delay_and_the_sites_counts),
               SITE_TEST(the_api_of_a_source_that_has_pages_too_has_a_delay_of_its_own),
               SITE_TEST(a_turn_far_away_is_not_taken_and_not_waited_for),
               SITE_TEST(whoever_stops_the_search_ends_the_wait),
               SITE_TEST(waits_grow_from_retry_to_retry_up_to_a_minute),
               SITE_TEST(a_request_is_tried_again_three_times_and_no_more),
               SITE_TEST(a_block_and_a_missing_page_are_not_tried_again),
               SITE_TEST(retry_after_holds_the_host_for_everybody),
               SITE_TEST(whoever_waits_for_a_turn_hears_that_the_host_is_held),
               SITE_TEST(retry_after_may_be_a_date_and_a_long_one_is_the_jobs),
               SITE_TEST(what_has_no_end_is_not_read_to_its_end))
