/* SPDX-License-Identifier: Apache-2.0 */
/* Politeness as a site sees it: two replicas ask a real web server, and the server keeps the record. */
#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include <pthread.h>
#include <stdatomic.h>

#include "common/arena.h"
#include "common/clock.h"
#include "common/text.h"
#include "services/scraper/fetch/fetch.h"
#include "services/scraper/fetch/polite.h"
#include "services/scraper/scraper.h"
#include "tests/scraper/web.h"

enum { REPLICAS = 2, THREADS = 4, MOST_HITS = 256 };

/* ---- a source and its site ---- */

static struct scraper_site where;
static struct scraper_source probe = {
    .name = "probe", .title = "Probe", .id = LM__SOURCE__OTHER, .site = &where};

static struct {
    const char *robots;
    int robots_status;
    int64_t robots_ms, page_ms; /* they take that long */
    const char *robots_headers;
    atomic_int failures; /* of /page, still to come */
    int fail_status;
    const char *fail_headers, *page_headers;
    lm_str page;
} site;

/* What was asked, in order. */
static struct {
    pthread_mutex_t mutex;
    struct hit {
        char path[128], condition[64], agent[128];
        int64_t at_ms;
    } v[MOST_HITS];
    int n;
} hits = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void note_hit(const struct web_request *request)
{
    struct hit hit = {.at_ms = lm_mono_ms()};

    snprintf(hit.path, sizeof(hit.path), "%.*s", LM_FMT(request->path));
    snprintf(hit.condition, sizeof(hit.condition), "%.*s",
             LM_FMT(web_header(request, "if-none-match")));
    snprintf(hit.agent, sizeof(hit.agent), "%.*s", LM_FMT(web_header(request, "user-agent")));
    pthread_mutex_lock(&hits.mutex);
    LM_ASSERT(hits.n < MOST_HITS);
    hits.v[hits.n++] = hit;
    pthread_mutex_unlock(&hits.mutex);
}

static void answer(const struct web_request *request, struct web_reply *reply)
{
    note_hit(request);
    if (lm_str_eqz(request->path, "/robots.txt")) {
        lm_sleep_ms(site.robots_ms);
        reply->status = site.robots_status;
        reply->headers = site.robots_headers;
        reply->body = lm_str_z(site.robots);
        return;
    }
    if (lm_str_starts(request->path, LM_STR("/to?"))) {
        static _Thread_local char location[256];

        snprintf(location, sizeof(location), "Location: %.*s\r\n",
                 LM_FMT(lm_str_sub(request->path, 4, request->path.n)));
        reply->status = 302;
        reply->headers = location;
        return;
    }
    lm_sleep_ms(site.page_ms);
    reply->headers = site.page_headers;
    reply->body = site.page;
    if (atomic_fetch_sub(&site.failures, 1) > 0) {
        reply->status = site.fail_status;
        reply->headers = site.fail_headers;
    } else if (lm_str_eqz(web_header(request, "if-none-match"), "\"v1\"")) {
        reply->status = 304;
        reply->body = LM_STR("");
    }
}

static int count_hits(const char *path)
{
    int n = 0;

    for (int i = 0; i < hits.n; i++)
        n += strcmp(hits.v[i].path, path) == 0;
    return n;
}

static int open_site(void **state)
{
    if (lm_pgtest_setup(state))
        return -1;
    hits.n = 0;
    site.robots = "User-agent: *\nDisallow: /secret\n";
    site.robots_status = 200;
    site.robots_ms = site.page_ms = 0;
    site.robots_headers = site.fail_headers = NULL;
    site.page_headers = "Content-Type: text/html\r\nETag: \"v1\"\r\n";
    site.page = LM_STR("<p>page</p>");
    site.fail_status = 503;
    atomic_store(&site.failures, 0);
    scraper_settings = (struct scraper_settings){.max_page_bytes = 1 << 20,
                                                 .fetch_timeout_ms = 5000,
                                                 .robots_cache_ms = 86400000,
                                                 .max_crawl_delay_ms = 60000,
                                                 .retries = 3,
                                                 .backoff_ms = 10,
                                                 .page_cache_bytes = 1 << 20,
                                                 .secret_key = ""};
    where = (struct scraper_site){.url = web_start(answer)};
    probe.is_api = probe.needs_key = false;
    return 0;
}

static int close_site(void **state)
{
    web_stop();
    return lm_pgtest_teardown(state);
}

/* ---- asking ---- */

static lm_code go_on(struct lm_ctx *ctx LM_UNUSED, void *arg LM_UNUSED, lm_err *err LM_UNUSED)
{
    return LM_OK;
}

static lm_code stop(struct lm_ctx *ctx LM_UNUSED, void *arg LM_UNUSED, lm_err *err)
{
    return lm_fail(err, LM_CANCELLED, "stopped");
}

static lm_code ask_as(struct lm_ctx *ctx, const char *path, bool is_api,
                      struct scraper_fetched *out, lm_err *err)
{
    static const struct scraper_wait wait = {go_on, NULL};
    struct scraper_request request = {
        .url = lm_str_z(lm_arena_printf(ctx->arena, "%s%s", where.url, path)), .is_api = is_api};

    lm_err_clear(err);
    return scraper_fetch(ctx, &probe, &request, &wait, out, err);
}

static lm_code ask_for(struct lm_ctx *ctx, const char *path, struct scraper_fetched *out,
                       lm_err *err)
{
    return ask_as(ctx, path, false, out, err);
}

static lm_code ask(struct lm_pgtest *t, const char *path, struct scraper_fetched *out)
{
    return ask_for(lm_pgtest_ctx(t, LM_PGTEST_TENANT), path, out, &t->base.err);
}

/* Asks, and says that it was a good page with cards on it. */
static void read_page(struct lm_pgtest *t, const char *path)
{
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct scraper_fetched f;

    assert_ok(ask_for(ctx, path, &f, &t->base.err), &t->base.err);
    assert_str(f.answer.body, "<p>page</p>");
    assert_ok(scraper_fetched_judge(ctx, &probe, &f, (struct scraper_worth){LM_OK, true},
                                    &t->base.err),
              &t->base.err);
}

struct asker {
    pthread_t thread;
    struct lm_ctx *ctx;
    const char *path;
    int times;
    lm_code code;
    lm_err err;
};

static void *ask_often(void *arg)
{
    struct asker *a = arg;
    struct scraper_fetched f;

    for (int i = 0; i < a->times && a->code == LM_OK; i++)
        a->code = ask_for(a->ctx, a->path, &f, &a->err);
    return NULL;
}

/* All at once: threads of two replicas, and of two tenants. How many of them got what they asked for. */
static int try_together(struct lm_pgtest *t, const char *path, int times)
{
    struct asker v[REPLICAS * THREADS] = {{.ctx = NULL}};
    struct lm_proc *procs[REPLICAS] = {lm_pgtest_proc(t), lm_pgtest_replica(t)};
    int good = 0;

    for (size_t i = 0; i < LM_COUNT(v); i++) {
        v[i].ctx = lm_pgtest_ctx_of(t, procs[i % REPLICAS],
                                    i / REPLICAS % 2 ? LM_PGTEST_TENANT : LM_PGTEST_TENANT2);
        v[i].path = path;
        v[i].times = times;
    }
    for (size_t i = 0; i < LM_COUNT(v); i++)
        assert_int_equal(pthread_create(&v[i].thread, NULL, ask_often, &v[i]), 0);
    for (size_t i = 0; i < LM_COUNT(v); i++)
        pthread_join(v[i].thread, NULL);
    for (size_t i = 0; i < LM_COUNT(v); i++) {
        good += v[i].code == LM_OK;
        if (v[i].code)
            print_message("%s\n", v[i].err.message);
    }
    return good;
}

static void ask_together(struct lm_pgtest *t, const char *path, int times)
{
    assert_int_equal(try_together(t, path, times), REPLICAS * THREADS);
}

/* The shortest time between two requests for pages. */
static int64_t shortest_gap_ms(void)
{
    int64_t last = 0, shortest = INT64_MAX;

    for (int i = 0; i < hits.n; i++) {
        if (strcmp(hits.v[i].path, "/robots.txt") == 0)
            continue;
        if (last)
            shortest = LM_MIN(shortest, hits.v[i].at_ms - last);
        last = hits.v[i].at_ms;
    }
    return shortest;
}

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
    static const struct scraper_wait wait = {stop, NULL};
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

#define SITE_TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, close_site)
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
               SITE_TEST(a_source_that_fails_five_times_is_left_alone_and_then_tried_by_one),
               SITE_TEST(only_one_tries_what_was_left_alone),
               SITE_TEST(blocks_count_as_failures_and_only_in_a_row),
               SITE_TEST(a_young_page_is_not_asked_for_and_an_old_one_only_if_it_changed),
               SITE_TEST(what_a_tenant_has_read_is_its_own),
               SITE_TEST(blocks_keys_and_what_the_site_forbids_are_not_kept),
               SITE_TEST(headers_that_are_no_text_are_not_kept),
               SITE_TEST(the_cache_keeps_to_its_size),
               SITE_TEST(what_has_no_end_is_not_read_to_its_end))
