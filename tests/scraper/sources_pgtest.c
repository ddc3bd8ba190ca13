/* SPDX-License-Identifier: Apache-2.0 */
/* What people see of sources and decide about them: approval, health, the page for a look, rests, proxies. */
#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include <stdatomic.h>

#include "common/arena.h"
#include "common/clock.h"
#include "services/scraper/scraper.h"
#include "services/scraper/search/search.h"
#include "tests/scraper/web.h"

/* ---- the board ---- */

static struct {
    lm_str page;
    const char *robots;
    int status;
    atomic_int robots_hits, hits,
        proxied;     /* pages asked for, and by whoever takes us for a proxy */
    char login[200]; /* of the last who did */
} board;

static void answer(const struct web_request *request, struct web_reply *reply)
{
    if (lm_str_ends(request->path, LM_STR("/robots.txt"))) {
        atomic_fetch_add(&board.robots_hits, 1);
        reply->body = lm_str_z(board.robots);
        return;
    }
    atomic_fetch_add(&board.hits, 1);
    if (lm_str_starts(request->path, LM_STR("http://"))) {
        atomic_fetch_add(&board.proxied, 1);
        snprintf(board.login, sizeof(board.login), "%.*s",
                 LM_FMT(web_header(request, "proxy-authorization")));
    }
    reply->status = board.status;
    reply->headers = "Content-Type: text/html; charset=windows-1252\r\n";
    reply->body = board.page;
}

static int open_board(void **state)
{
    lm_err err = LM_ERR_INIT;
    struct lm_pgtest *t;

    if (lm_pgtest_setup(state))
        return -1;
    t = *state;
    board.page = lm_test_fixture(&t->base, "scraper/indeed/markup.html");
    board.robots = "User-agent: *\nDisallow: /account/\n";
    board.status = 200;
    atomic_store(&board.robots_hits, 0);
    atomic_store(&board.hits, 0);
    atomic_store(&board.proxied, 0);
    scraper_settings = (struct scraper_settings){
        .min_vacancies = 1,
        .max_page_bytes = 1 << 20,
        .fetch_timeout_ms = 5000,
        .robots_cache_ms = 86400000,
        .secret_key = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    };
    assert_ok(lm_config_load(NULL, scraper_sources_config, &err), &err);
    assert_ok(scraper_sources_check(&err), &err);
    *scraper_source_indeed.site =
        (struct scraper_site){.url = web_start(answer), .proxies = "when_there_are"};
    lm_clock_test_set(lm_real_ms());
    return 0;
}

static int close_board(void **state)
{
    web_stop();
    lm_clock_test_set(0);
    return lm_pgtest_teardown(state);
}

/* ---- helpers ---- */

static lm_code start_for(struct lm_pgtest *t, const char *word)
{
    Scraper__StartScrapeRequest in = SCRAPER__START_SCRAPE_REQUEST__INIT;
    char *keywords[] = {(char *)(uintptr_t)word};
    ProtobufCMessage *out;

    in.source = LM__SOURCE__INDEED;
    in.keywords = keywords;
    in.n_keywords = 1;
    in.has_max_pages = true;
    in.max_pages = 1;
    return lm_pgtest_call(t, "StartScrape", &in.base, &out);
}

static lm_code start(struct lm_pgtest *t)
{
    return start_for(t, "bakker");
}

static void search_for(struct lm_pgtest *t, const char *word)
{
    assert_ok(start_for(t, word), &t->base.err);
    lm_pgtest_work(t);
}

static void search(struct lm_pgtest *t)
{
    search_for(t, "bakker");
}

/* Works, and moves business time on from attempt to attempt, until `n` searches have failed for good. */
static void work_until_dead(struct lm_pgtest *t, int64_t n)
{
    lm_pgtest_run(t);
    for (int64_t until = lm_mono_ms() + 30000;
         lm_pgtest_int(t, "SELECT count(*) FROM job WHERE state = 'dead'") == 0;) {
        assert_true(lm_mono_ms() < until);
        if (lm_pgtest_int(t,
                          "SELECT count(*) FROM job WHERE state = 'ready' AND run_at > lm_at(%lld)",
                          (long long)lm_clock_ms()))
            lm_clock_test_advance(3600000);
        lm_sleep_ms(20);
    }
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job WHERE status = 'FAILED'"),
                     n);
    lm_pgtest_sql(t, "DELETE FROM job WHERE state = 'dead'");
}

static void search_in_vain(struct lm_pgtest *t, int64_t n)
{
    assert_ok(start(t), &t->base.err);
    work_until_dead(t, n);
}

static Scraper__SourceInfo *info(struct lm_pgtest *t)
{
    Scraper__ListSourcesRequest in = SCRAPER__LIST_SOURCES_REQUEST__INIT;
    ProtobufCMessage *out;
    Scraper__ListSourcesResponse *list;

    assert_ok(lm_pgtest_call(t, "ListSources", &in.base, &out), &t->base.err);
    list = (Scraper__ListSourcesResponse *)out;
    for (size_t i = 0; i < list->n_sources; i++) {
        if (list->sources[i]->name == LM__SOURCE__INDEED)
            return list->sources[i];
    }
    fail();
    return NULL;
}

static void approve(struct lm_pgtest *t, bool is_approved)
{
    Scraper__ApproveSourceRequest in = SCRAPER__APPROVE_SOURCE_REQUEST__INIT;
    ProtobufCMessage *out;

    in.has_source = true;
    in.source = LM__SOURCE__INDEED;
    in.approved = is_approved;
    assert_ok(lm_pgtest_call(t, "ApproveSource", &in.base, &out), &t->base.err);
    assert_int_equal(((Scraper__SourceInfo *)out)->approved, is_approved);
}

/* ---- approved sources ---- */

/* Reference 002, requirement 1 and property 1. */
static void the_source_of_every_stored_company_is_on_the_approved_list(void **state)
{
    struct lm_pgtest *t = *state;

    search(t);
    assert_true(lm_pgtest_int(t, "SELECT count(*) FROM company") > 0);
    approve(t, false);
    assert_int_equal(info(t)->state, SCRAPER__SOURCE_STATE__SOURCE_NOT_APPROVED);
    assert_code(start(t), LM_UNPROCESSABLE, &t->base.err);
    assert_non_null(strstr(t->base.err.message, "PUT /scrape/sources/INDEED"));
    approve(t, true);
    search(t);
    assert_int_equal(info(t)->state, SCRAPER__SOURCE_STATE__SOURCE_READY);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 2);
}

/* Withdrawn between the start and the job, and while it reads. */
static void a_source_that_is_withdrawn_yields_nothing_any_more(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Scraper__ScrapeJob row = SCRAPER__SCRAPE_JOB__INIT;
    Lm__Company company = LM__COMPANY__INIT;
    struct scraper_found found = {.company = &company};

    assert_ok(start(t), &t->base.err);
    approve(t, false);
    work_until_dead(t, 1);
    assert_string_equal(lm_pgtest_text(t, "SELECT status FROM scrape_job"), "FAILED");
    assert_non_null(strstr(info(t)->last_error, "no"));
    assert_int_equal(atomic_load(&board.hits), 0);
    assert_ok(lm_tx_begin(ctx, &t->base.err), &t->base.err);
    company.name = (char *)(uintptr_t) "Bakkerij Oost";
    row.source = LM__SOURCE__INDEED;
    assert_ok(scraper_search_keep(ctx, &row, &found, 1, &t->base.err), &t->base.err);
    assert_int_equal(row.dropped_count, 1);
    assert_int_equal(row.results_count, 0);
    lm_tx_rollback(ctx);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), 0);
}

/* Property 2. */
static void a_scrape_of_a_personal_or_non_public_source_yields_zero_leads(void **state)
{
    static char urls[][64] = {"https://www.linkedin.com/in/jan-jansen",
                              "https://www.xing.com/profile/Jan_Jansen",
                              "https://www.facebook.com/people/Jan/100"};
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    Scraper__ScrapeJob row = SCRAPER__SCRAPE_JOB__INIT;
    struct scraper_found found[3];

    for (size_t i = 0; i < 3; i++) {
        found[i] = (struct scraper_found){.company = LM_NEW(t->base.arena, Lm__Company)};
        lm__company__init(found[i].company);
        found[i].company->name = (char *)(uintptr_t) "Jan Jansen";
        found[i].company->source_url = urls[i];
    }
    row.source = LM__SOURCE__INDEED;
    assert_ok(lm_tx_begin(ctx, &t->base.err), &t->base.err);
    assert_ok(scraper_search_keep(ctx, &row, found, 3, &t->base.err), &t->base.err);
    assert_ok(lm_tx_commit(ctx, &t->base.err), &t->base.err);
    assert_int_equal(row.dropped_count, 3);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), 0);
}

/* ---- how a source does ---- */

static void a_page_that_robots_forbids_is_noted_on_the_search(void **state)
{
    struct lm_pgtest *t = *state;

    board.robots = "User-agent: *\nDisallow: /jobs\n";
    search(t);
    assert_int_equal(atomic_load(&board.hits), 0);
    assert_string_equal(lm_pgtest_text(t, "SELECT status || error_count FROM scrape_job"),
                        "COMPLETED1");
    lm_pgtest_await(t, 1,
                    "SELECT least(count(*), 1) FROM (SELECT payload FROM event UNION ALL"
                    " SELECT payload FROM event_new) e"
                    " WHERE position('Disallow: /jobs'::bytea IN payload) > 0");
    assert_false(info(t)->is_page_suspect);
}

static Scraper__SourcePage *page(struct lm_pgtest *t)
{
    Scraper__SourceRequest in = SCRAPER__SOURCE_REQUEST__INIT;
    ProtobufCMessage *out;

    in.source = LM__SOURCE__INDEED;
    return lm_pgtest_call(t, "GetSourcePage", &in.base, &out) == LM_OK ? (Scraper__SourcePage *)out
                                                                       : NULL;
}

static void a_search_that_finds_nothing_is_no_page_that_changed(void **state)
{
    struct lm_pgtest *t = *state;
    lm_str full = board.page;

    board.page = lm_test_fixture(&t->base, "scraper/indeed/empty.html");
    search_for(t, "zadelmaker"); /* the source never yielded anything: nothing has changed */
    assert_int_equal(info(t)->empty_runs, 1);
    board.page = full;
    search(t);
    assert_true(info(t)->last_cards > 0);
    assert_int_equal(info(t)->last_yield_at, lm_clock_ms());
    assert_int_equal(info(t)->empty_runs, 0);
    assert_null(page(t));
    assert_int_equal(t->base.err.code, LM_NOT_FOUND);
    board.page = lm_test_fixture(&t->base, "scraper/indeed/empty.html");
    for (int day = 0; day < 4; day++)
        search_for(t, "zadelmaker"); /* as a schedule does with a word that nobody has */
    assert_int_equal(info(t)->empty_runs, 0);
    search_for(t, "hoefsmid");
    assert_int_equal(info(t)->empty_runs, 1);
    assert_false(info(t)->is_page_suspect);
    assert_int_equal(info(t)->runs, 7);
}

static void a_source_that_used_to_yield_is_suspect_when_several_runs_find_nothing(void **state)
{
    struct lm_pgtest *t = *state;
    lm_str full = board.page;

    search(t);
    board.page = lm_test_fixture(&t->base, "scraper/indeed/empty.html");
    for (int run = 1; run <= 3; run++) {
        search(t);
        assert_int_equal(info(t)->empty_runs, run);
        assert_int_equal(info(t)->is_page_suspect, run == 3);
    }
    assert_true(info(t)->has_page);
    assert_non_null(strstr(page(t)->text, "<html"));
    assert_non_null(strstr(page(t)->url, "/jobs?q=bakker"));
    board.page = full;
    search(t);
    assert_false(info(t)->is_page_suspect || info(t)->has_page);
}

/* The list is where it was, and calls a company something else. */
static void entries_of_which_none_can_be_read_make_a_source_suspect_at_once(void **state)
{
    struct lm_pgtest *t = *state;
    lm_str full = board.page;

    search(t);
    board.page = LM_STR(
        "<script>window.mosaic.providerData[\"mosaic-provider-jobcards\"]={\"metaData\":"
        "{\"mosaicProviderJobCardsModel\":{\"results\":[{\"jobkey\":\"1\",\"employer\":\"Oost\"}]}}};"
        "</script>");
    search(t);
    assert_true(info(t)->is_page_suspect && info(t)->has_page);
    assert_int_equal(info(t)->last_cards, 1);
    assert_non_null(strstr(page(t)->text, "employer"));
    board.page = lm_test_fixture(&t->base, "scraper/indeed/empty.html");
    search_for(t, "hoefsmid"); /* has nothing, and so nothing to say for the page */
    assert_true(info(t)->is_page_suspect);
    board.page = full;
    search(t);
    assert_false(info(t)->is_page_suspect || info(t)->has_page);
}

/* The page is there for a look: whoever sees it knows why. */
static void a_block_is_no_page_that_changed(void **state)
{
    struct lm_pgtest *t = *state;

    search(t);
    board.page = lm_test_fixture(&t->base, "scraper/indeed/block.html");
    search_in_vain(t, 1);
    assert_non_null(strstr(info(t)->last_error, "blocked"));
    assert_false(info(t)->is_page_suspect);
    assert_true(info(t)->has_page);
}

/* Neither cards nor a word that there are none: the search fails, and the page is there to be looked at. */
static void a_page_that_is_none_is_kept_as_text(void **state)
{
    struct lm_pgtest *t = *state;

    search(t);
    board.page = LM_STR("<p>caf\xe9 \x01<script>alert(1)</script>");
    search_in_vain(t, 1);
    assert_true(info(t)->is_page_suspect);
    assert_non_null(strstr(info(t)->last_error, "no search page"));
    assert_string_equal(page(t)->text, "<p>caf\xc3\xa9 <script>alert(1)</script>");
    assert_false(page(t)->is_cut);
}

static void a_search_waits_as_a_job_while_its_source_rests(void **state)
{
    struct lm_pgtest *t = *state;

    scraper_settings.breaker_failures = 4;
    scraper_settings.breaker_open_ms = 60000;
    board.status = 500;
    search_in_vain(t, 1);
    assert_int_equal(info(t)->state, SCRAPER__SOURCE_STATE__SOURCE_RESTING);
    assert_true(info(t)->rests_until_at > lm_real_ms());
    assert_int_equal(atomic_load(&board.hits), 4);
    board.status = 200;
    assert_ok(start(t), &t->base.err);
    lm_pgtest_work(t);
    for (int i = 0; i < 10; i++) { /* more often than it has attempts */
        lm_clock_test_advance(60001);
        lm_pgtest_work(t);
    }
    assert_int_equal(atomic_load(&board.hits), 4);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job WHERE status = 'RUNNING'"
                                      " AND error_message LIKE '%%rests%%'"),
                     1);
    lm_pgtest_sql(t, "UPDATE source_breaker SET open_until = '-infinity'");
    lm_clock_test_advance(60001);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job WHERE status = 'COMPLETED'"),
                     1);
    assert_int_equal(info(t)->state, SCRAPER__SOURCE_STATE__SOURCE_READY);
}

/* ---- proxies ---- */

static Scraper__AddProxiesResult *add(struct lm_pgtest *t, const char *text)
{
    Scraper__AddProxiesRequest in = SCRAPER__ADD_PROXIES_REQUEST__INIT;
    ProtobufCMessage *out;

    in.text = (char *)(uintptr_t)text;
    assert_ok(lm_pgtest_call(t, "AddProxies", &in.base, &out), &t->base.err);
    return (Scraper__AddProxiesResult *)out;
}

static Scraper__ListProxiesResponse *list(struct lm_pgtest *t)
{
    Scraper__ListProxiesRequest in = SCRAPER__LIST_PROXIES_REQUEST__INIT;
    ProtobufCMessage *out;

    assert_ok(lm_pgtest_call(t, "ListProxies", &in.base, &out), &t->base.err);
    return (Scraper__ListProxiesResponse *)out;
}

static Scraper__ProxyStats *stats(struct lm_pgtest *t)
{
    Scraper__ProxyStatsRequest in = SCRAPER__PROXY_STATS_REQUEST__INIT;
    ProtobufCMessage *out;

    assert_ok(lm_pgtest_call(t, "GetProxyStats", &in.base, &out), &t->base.err);
    return (Scraper__ProxyStats *)out;
}

static void proxies_are_added_in_bulk_and_shown_without_their_passwords(void **state)
{
    struct lm_pgtest *t = *state;
    const Scraper__AddProxiesResult *r =
        add(t, "# ours\r\nproxy.example:8080:bob:s3cret\r\n\n"
               "socks5://proxy.example:1080\nno proxy\n"
               "proxy.example:99999\nproxy.example:8080:bob:other");
    Scraper__DeleteProxyRequest gone = SCRAPER__DELETE_PROXY_REQUEST__INIT;
    Scraper__ListProxiesResponse *v;
    ProtobufCMessage *out;

    assert_int_equal(r->added, 2);
    assert_int_equal(r->known, 1);
    assert_int_equal(r->rejected, 2);
    assert_int_equal(r->errors[0]->line, 5);
    assert_non_null(strstr(r->errors[1]->message, "65535"));
    v = list(t);
    assert_int_equal(v->n_items, 2);
    assert_string_equal(v->items[0]->address, "socks5://proxy.example:1080");
    assert_string_equal(v->items[1]->address, "http://bob:***@proxy.example:8080");
    assert_true(v->items[0]->success_rate == 1.0);
    assert_int_equal(
        lm_pgtest_int(
            t, "SELECT count(*) FROM proxy WHERE position('other'::bytea IN sealed_password) > 0"),
        0);
    gone.proxy_id = v->items[0]->id;
    assert_ok(lm_pgtest_call(t, "DeleteProxy", &gone.base, &out), &t->base.err);
    assert_code(lm_pgtest_call(t, "DeleteProxy", &gone.base, &out), LM_NOT_FOUND, &t->base.err);
    assert_int_equal(stats(t)->total_proxies, 1);
}

/* Our web server is asked as a proxy is: with the whole URL and the login. */
static void a_source_is_asked_through_the_proxies_there_are(void **state)
{
    struct lm_pgtest *t = *state;

    search(t);
    assert_int_equal(atomic_load(&board.proxied), 0);
    add(t, lm_arena_printf(t->base.arena, "%s:bob:p@ss", scraper_source_indeed.site->url + 7));
    search(t);
    assert_int_equal(atomic_load(&board.proxied), 1);
    assert_string_equal(board.login, "Basic Ym9iOnBAc3M=");
    assert_int_equal(stats(t)->total_success, 1);
    /* A page without cards speaks against the proxy. */
    board.page = lm_test_fixture(&t->base, "scraper/indeed/empty.html");
    search(t);
    assert_int_equal(stats(t)->total_requests, 2);
    assert_int_equal(stats(t)->total_failures, 1);
    assert_true(stats(t)->success_rate == 0.5);
}

static void three_failures_block_a_proxy_and_a_blocked_pool_never_goes_direct(void **state)
{
    struct lm_pgtest *t = *state;

    add(t, "127.0.0.73:1"); /* nobody listens */
    search_in_vain(t, 1);
    assert_int_equal(stats(t)->blocked, 1);
    assert_in_range(list(t)->items[0]->blocked_for_s, 500, 600);
    assert_int_equal(stats(t)->total_failures, 3); /* the fourth attempt found none */
    assert_int_equal(atomic_load(&board.hits) + atomic_load(&board.robots_hits), 0);
    assert_non_null(strstr(info(t)->last_error, "all of the 1 proxies are blocked"));
    /* After ten minutes it may be taken again, with a clean slate. */
    lm_pgtest_sql(t, "UPDATE proxy SET blocked_until = blocked_until - interval '10 minutes'");
    assert_int_equal(stats(t)->available, 1);
    scraper_settings.breaker_failures = 1; /* what a proxy does wrong is not the source's fault */
    search_in_vain(t, 2);
    assert_int_equal(stats(t)->total_failures, 6);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM source_breaker"), 0);
}

static void a_source_that_is_always_asked_so_is_not_asked_without_a_proxy(void **state)
{
    struct lm_pgtest *t = *state;

    scraper_source_indeed.site->proxies = "always";
    search_in_vain(t, 1);
    assert_int_equal(atomic_load(&board.hits) + atomic_load(&board.robots_hits), 0);
    assert_non_null(strstr(info(t)->last_error, "scraper.indeed_proxies"));
    scraper_source_indeed.site->proxies = "never";
    add(t, "127.0.0.73:1");
    search(t);
    assert_int_equal(atomic_load(&board.hits), 1);
}

static void replicas_do_not_take_the_same_proxy_at_once(void **state)
{
    struct lm_pgtest *t = *state;
    struct lm_ctx *ctx = lm_pgtest_ctx(t, LM_PGTEST_TENANT);
    struct lm_ctx *other = lm_pgtest_ctx_of(t, lm_pgtest_replica(t), LM_PGTEST_TENANT);
    struct scraper_proxy *v, *w;
    lm_err *err = &t->base.err;
    bool is_ours;
    size_t n;

    add(t, "proxy.example:8080");
    assert_ok(scraper_proxies_load(ctx, &v, &n, err), err);
    assert_ok(scraper_proxies_load(other, &w, &n, err), err);
    assert_ok(scraper_proxy_take(ctx, &v[0], &is_ours, err), err);
    assert_true(is_ours);
    assert_ok(scraper_proxy_take(other, &w[0], &is_ours, err), err);
    assert_false(is_ours);
}

#define BOARD_TEST(fn) cmocka_unit_test_setup_teardown(fn, open_board, close_board)
LM_PGTEST_MAIN(scraper, BOARD_TEST(the_source_of_every_stored_company_is_on_the_approved_list),
               BOARD_TEST(a_source_that_is_withdrawn_yields_nothing_any_more),
               BOARD_TEST(a_scrape_of_a_personal_or_non_public_source_yields_zero_leads),
               BOARD_TEST(a_page_that_robots_forbids_is_noted_on_the_search),
               BOARD_TEST(a_search_that_finds_nothing_is_no_page_that_changed),
               BOARD_TEST(a_source_that_used_to_yield_is_suspect_when_several_runs_find_nothing),
               BOARD_TEST(entries_of_which_none_can_be_read_make_a_source_suspect_at_once),
               BOARD_TEST(a_block_is_no_page_that_changed),
               BOARD_TEST(a_page_that_is_none_is_kept_as_text),
               BOARD_TEST(a_search_waits_as_a_job_while_its_source_rests),
               BOARD_TEST(proxies_are_added_in_bulk_and_shown_without_their_passwords),
               BOARD_TEST(a_source_is_asked_through_the_proxies_there_are),
               BOARD_TEST(three_failures_block_a_proxy_and_a_blocked_pool_never_goes_direct),
               BOARD_TEST(a_source_that_is_always_asked_so_is_not_asked_without_a_proxy),
               BOARD_TEST(replicas_do_not_take_the_same_proxy_at_once))
