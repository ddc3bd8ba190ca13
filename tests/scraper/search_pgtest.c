/* SPDX-License-Identifier: Apache-2.0 */
/* A search from its start to its companies: pages over HTTP, a run that fails, a block, a cancel, a schedule. */
#include "tests/scraper/scraper_pgtest.h" /* first: cmocka */

#include <stdatomic.h>

#include "common/arena.h"
#include "common/clock.h"
#include "services/scraper/browser/browser.h"
#include "services/scraper/scraper.h"
#include "tests/scraper/web.h"

/* ---- a site with two pages of results ---- */

static struct site {
    lm_str pages[2], block;
    atomic_int hits[2];
    atomic_int failures; /* of the second page, still to come */
    atomic_bool is_gone; /* the second page */
    atomic_bool is_blocked;
    atomic_bool is_drawn; /* pages are shells that fetch what they show */
    atomic_int drawn_hits;
} site;

static void answer(const struct web_request *request, struct web_reply *reply)
{
    int page = lm_str_find(request->path, LM_STR("start=10"), 0) >= 0;

    if (lm_str_eqz(request->path, "/robots.txt")) {
        reply->body = LM_STR("User-agent: *\nDisallow: /account/\n");
        return;
    }
    reply->headers = "Content-Type: text/html\r\n";
    reply->body = site.pages[page];
    if (lm_str_find(request->path, LM_STR("cards"), 0) >= 0) {
        atomic_fetch_add(&site.drawn_hits, 1);
        return;
    }
    atomic_fetch_add(&site.hits[page], 1);
    if (atomic_load(&site.is_drawn))
        reply->body = LM_STR("<!DOCTYPE html><html><body><div id=root></div><script>"
                             "fetch('/cards' + location.search).then(r => r.text()).then(text => {"
                             "const page = new DOMParser().parseFromString(text, 'text/html');"
                             "document.getElementById('root').innerHTML = page.body.innerHTML; })"
                             "</script></body></html>");
    if (page == 1 && atomic_load(&site.failures) > 0) {
        atomic_fetch_sub(&site.failures, 1);
        reply->status = 503;
    }
    if (page == 1 && atomic_load(&site.is_gone))
        reply->status = 404;
    if (atomic_load(&site.is_blocked)) {
        reply->status = 403;
        reply->body = site.block;
    }
}

static int open_site(void **state)
{
    struct lm_pgtest *t;

    if (lm_pgtest_setup(state))
        return -1;
    t = *state;
    site.pages[0] = lm_test_fixture(&t->base, "scraper/indeed/search.html");
    site.pages[1] = lm_test_fixture(&t->base, "scraper/indeed/search_2.html");
    site.block = lm_test_fixture(&t->base, "scraper/indeed/block.html");
    atomic_store(&site.hits[0], 0);
    atomic_store(&site.hits[1], 0);
    atomic_store(&site.failures, 0);
    atomic_store(&site.is_blocked, false);
    atomic_store(&site.is_gone, false);
    atomic_store(&site.is_drawn, false);
    atomic_store(&site.drawn_hits, 0);
    scraper_settings = (struct scraper_settings){.min_vacancies = 5,
                                                 .max_page_bytes = 1 << 20,
                                                 .fetch_timeout_ms = 5000,
                                                 .robots_cache_ms = 60000};
    assert_ok(lm_config_load(NULL, scraper_sources_config, &t->base.err), &t->base.err);
    assert_ok(scraper_sources_check(&t->base.err), &t->base.err);
    *scraper_source_indeed.site = (struct scraper_site){.url = web_start(answer), .key = ""};
    return 0;
}

static int close_site(void **state)
{
    web_stop();
    lm_clock_test_set(0);
    return lm_pgtest_teardown(state);
}

/* ---- helpers ---- */

static char *start(struct lm_pgtest *t, int min_vacancies)
{
    Scraper__StartScrapeRequest in = SCRAPER__START_SCRAPE_REQUEST__INIT;
    Scraper__Filters filters = SCRAPER__FILTERS__INIT;
    char *keywords[] = {(char *)(uintptr_t) "bakker"};
    ProtobufCMessage *out;

    in.source = LM__SOURCE__INDEED;
    in.keywords = keywords;
    in.n_keywords = 1;
    in.filters = &filters;
    filters.has_min_vacancies = min_vacancies > 0;
    filters.min_vacancies = min_vacancies;
    assert_ok(lm_pgtest_call(t, "StartScrape", &in.base, &out), &t->base.err);
    return ((Lm__Accepted *)out)->job_id;
}

static const char *status_of(struct lm_pgtest *t, const char *id)
{
    return lm_pgtest_text(t, "SELECT status FROM scrape_job WHERE id = '%s'", id);
}

/* Until the job has failed `attempts` times and waits; then business time moves to its next turn. */
static void fail_once(struct lm_pgtest *t, int attempts)
{
    lm_pgtest_await(
        t, 1,
        lm_arena_printf(
            t->base.arena,
            "SELECT count(*) FROM job WHERE state = 'ready' AND attempts = %d AND last_error IS NOT NULL",
            attempts));
    assert_string_equal(lm_pgtest_text(t, "SELECT status FROM scrape_job"), "RUNNING");
    lm_clock_test_advance(
        lm_pgtest_int(t, "SELECT lm_ms(run_at) FROM job WHERE kind = 'run_search'") -
        lm_clock_ms() + 1);
}

/* ---- tests ---- */

static void a_search_keeps_companies_over_the_threshold(void **state)
{
    struct lm_pgtest *t = *state;
    char *id = start(t, 0);

    lm_pgtest_work(t);
    assert_string_equal(status_of(t, id), "COMPLETED");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), 1);
    assert_string_equal(
        lm_pgtest_text(t, "SELECT name || '/' || open_vacancies || '/' || location FROM company"),
        "Bakkerij Oost BV/5/Utrecht, UT");
    assert_int_equal(lm_pgtest_int(t, "SELECT dropped_count FROM scrape_job"), 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT duplicate_count FROM scrape_job"), 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT pages_done FROM scrape_job"), 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM search_found"), 0);
    /* The same search again finds the same company. */
    start(t, 0);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), 1);
}

static void a_run_that_failed_goes_on_where_it_stopped(void **state)
{
    struct lm_pgtest *t = *state;
    char *id;

    lm_clock_test_set(lm_real_ms());
    atomic_store(&site.failures, 1);
    id = start(t, 1);
    lm_pgtest_work(t);
    fail_once(t, 1);
    lm_pgtest_work(t);
    assert_string_equal(status_of(t, id), "COMPLETED");
    assert_int_equal(atomic_load(&site.hits[0]), 1);
    assert_int_equal(atomic_load(&site.hits[1]), 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT results_count FROM scrape_job"), 3);
}

static void a_page_that_is_not_there_is_noted_and_the_rest_goes_on(void **state)
{
    struct lm_pgtest *t = *state;
    char *id;

    atomic_store(&site.is_gone, true);
    id = start(t, 1);
    lm_pgtest_work(t);
    assert_string_equal(status_of(t, id), "COMPLETED");
    assert_int_equal(lm_pgtest_int(t, "SELECT error_count FROM scrape_job"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT pages_done FROM scrape_job"), 2);
    assert_int_equal(lm_pgtest_int(t, "SELECT cards_count FROM scrape_job"), 7);
    assert_true(lm_pgtest_int(t, "SELECT count(*) FROM company") > 0);
    /* The event has the page's address, for whoever wants to look. */
    lm_pgtest_await(
        t, 1,
        "SELECT least(count(*), 1) FROM (SELECT payload FROM event UNION ALL SELECT payload FROM event_new) e"
        " WHERE position('start=10'::bytea IN payload) > 0 AND position('not_found'::bytea IN payload) > 0");
}

/* ---- pages that scripts draw ---- */

static void have_browser(const char *program)
{
    scraper_browser_settings = (struct scraper_browser_settings){
        .program = program,
        .sandbox = web_browser_sandbox(),
        .dir = "/tmp",
        .uid = 64912,
        .at_once = 1,
        .timeout_ms = 60000,
        .memory_bytes = 1 << 30,
        .traffic_bytes = 32 << 20,
    };
}

static void shells_are_drawn_by_a_browser_and_read(void **state)
{
    struct lm_pgtest *t = *state;
    char *id;

    have_browser("/usr/lib/chromium/chromium");
    site.pages[0] = lm_test_fixture(&t->base, "scraper/indeed/markup.html");
    site.pages[1] = lm_test_fixture(&t->base, "scraper/indeed/empty.html");
    atomic_store(&site.is_drawn, true);
    scraper_source_indeed.site->browser = "when_empty";
    id = start(t, 1);
    lm_pgtest_work(t);
    assert_string_equal(status_of(t, id), "COMPLETED");
    assert_true(lm_pgtest_int(t, "SELECT count(*) FROM company") > 0);
    assert_true(atomic_load(&site.drawn_hits) > 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT error_count FROM scrape_job"), 0);

    /* always: the plain page is not asked for first */
    atomic_store(&site.hits[0], 0);
    scraper_source_indeed.site->browser = "always";
    id = start(t, 1);
    lm_pgtest_work(t);
    assert_string_equal(status_of(t, id), "COMPLETED");
    assert_int_equal(atomic_load(&site.hits[0]), 1);
}

static void what_can_be_read_plainly_needs_no_browser(void **state)
{
    struct lm_pgtest *t = *state;
    char *id;

    have_browser("/bin/false"); /* it would fail */
    scraper_source_indeed.site->browser = "when_empty";
    id = start(t, 1);
    lm_pgtest_work(t);
    assert_string_equal(status_of(t, id), "COMPLETED");

    /* It would pass for a shell, but it says that there is nothing. */
    site.pages[0] = LM_STR("<html><body><script src=a.js></script><div id=app></div>"
                           "<p class=jobsearch-NoResult-messageContainer>Niets</p></body></html>");
    id = start(t, 1);
    lm_pgtest_work(t);
    assert_string_equal(status_of(t, id), "COMPLETED");
}

static void without_a_browser_the_search_says_what_is_missing(void **state)
{
    struct lm_pgtest *t = *state;
    char *id;

    have_browser("");
    atomic_store(&site.is_drawn, true);
    for (int i = 0; i < 2; i++) {
        scraper_source_indeed.site->browser = i ? "always" : "when_empty";
        id = start(t, 1);
        lm_pgtest_run(t);
        lm_pgtest_await(t, 1,
                        "SELECT count(*) FROM job WHERE last_error LIKE '%%package chromium%%'");
        assert_string_equal(status_of(t, id), "RUNNING");
        lm_pgtest_sql(t, "DELETE FROM job");
    }
    assert_int_equal(atomic_load(&site.hits[0]), 1);
}

static void a_search_without_words_is_refused_where_words_are_needed(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__StartScrapeRequest in = SCRAPER__START_SCRAPE_REQUEST__INIT;
    ProtobufCMessage *out;

    in.source = LM__SOURCE__INDEED;
    assert_code(lm_pgtest_call(t, "StartScrape", &in.base, &out), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "keywords");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 0);
}

static void a_block_fails_the_search_and_is_never_an_empty_one(void **state)
{
    struct lm_pgtest *t = *state;
    char *id;

    lm_clock_test_set(lm_real_ms());
    atomic_store(&site.is_blocked, true);
    id = start(t, 1);
    for (int attempt = 1; attempt < 4; attempt++) {
        lm_pgtest_work(t);
        fail_once(t, attempt);
    }
    lm_pgtest_await(t, 1, "SELECT count(*) FROM job WHERE state = 'dead'");
    assert_string_equal(status_of(t, id), "FAILED");
    assert_non_null(strstr(lm_pgtest_text(t, "SELECT error_message FROM scrape_job"), "403"));
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), 0);
}

static void a_cancelled_search_keeps_what_it_found(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__JobRequest in = LM__JOB_REQUEST__INIT;
    ProtobufCMessage *out;

    lm_clock_test_set(lm_real_ms());
    atomic_store(&site.failures, 1);
    in.job_id = start(t, 1);
    lm_pgtest_work(t);
    lm_pgtest_await(t, 1,
                    "SELECT count(*) FROM job WHERE state = 'ready' AND last_error IS NOT NULL");
    assert_ok(lm_pgtest_call(t, "CancelScrape", &in.base, &out), &t->base.err);
    assert_int_equal(((Scraper__ScrapeJob *)out)->status, SCRAPER__SCRAPE_STATUS__CANCELLED);
    assert_code(lm_pgtest_call(t, "CancelScrape", &in.base, &out), LM_CONFLICT, &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM job"), 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), 3);
}

static void a_schedule_fires_once_and_waits_for_its_next_time(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__CreateScheduleRequest in = SCRAPER__CREATE_SCHEDULE_REQUEST__INIT;
    Scraper__Schedule *made;
    char *keywords[] = {(char *)(uintptr_t) "bakker"};
    ProtobufCMessage *out;

    lm_clock_test_set(lm_real_ms());
    in.name = (char *)(uintptr_t) "dagelijks";
    in.source = LM__SOURCE__INDEED;
    in.keywords = keywords;
    in.n_keywords = 1;
    in.cron = (char *)(uintptr_t) "61 * * * *";
    assert_code(lm_pgtest_call(t, "CreateSchedule", &in.base, &out), LM_INVALID, &t->base.err);
    assert_string_equal(t->base.err.fields[0].field, "cron");
    in.cron = (char *)(uintptr_t) "0 6 * * *";
    assert_ok(lm_pgtest_call(t, "CreateSchedule", &in.base, &out), &t->base.err);
    made = (Scraper__Schedule *)out;
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 0);
    lm_clock_test_advance(made->next_run_at - lm_clock_ms() + 1);
    lm_pgtest_await(t, 1, "SELECT count(*) FROM scrape_job WHERE status = 'COMPLETED'");
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 1);
    assert_int_equal(
        lm_pgtest_int(t,
                      "SELECT count(*) FROM job WHERE kind = 'fire_schedule' AND state = 'ready'"),
        1);
    assert_true(lm_pgtest_int(t, "SELECT lm_ms(run_at) FROM job WHERE kind = 'fire_schedule'") >
                made->next_run_at);
}

static Scraper__Schedule *make_schedule(struct lm_pgtest *t, bool enabled)
{
    Scraper__CreateScheduleRequest in = SCRAPER__CREATE_SCHEDULE_REQUEST__INIT;
    char *keywords[] = {(char *)(uintptr_t) "bakker"};
    ProtobufCMessage *out;

    in.name = (char *)(uintptr_t) "dagelijks";
    in.source = LM__SOURCE__INDEED;
    in.keywords = keywords;
    in.n_keywords = 1;
    in.has_enabled = true;
    in.enabled = enabled;
    assert_ok(lm_pgtest_call(t, "CreateSchedule", &in.base, &out), &t->base.err);
    return (Scraper__Schedule *)out;
}

static Scraper__Schedule *change(struct lm_pgtest *t, Scraper__UpdateScheduleRequest *in)
{
    ProtobufCMessage *out;

    assert_ok(lm_pgtest_call(t, "UpdateSchedule", &in->base, &out), &t->base.err);
    return (Scraper__Schedule *)out;
}

static void a_schedule_is_paused_changed_and_run_by_hand(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__UpdateScheduleRequest in = SCRAPER__UPDATE_SCHEDULE_REQUEST__INIT;
    Scraper__RunScheduleRequest run = SCRAPER__RUN_SCHEDULE_REQUEST__INIT;
    Scraper__Schedule *s;
    ProtobufCMessage *out;

    lm_clock_test_set(lm_real_ms());
    s = make_schedule(t, true);
    assert_string_equal(s->timezone, "Europe/Amsterdam");
    assert_string_equal(s->cron, "0 6 * * *");
    in.id = run.id = s->id;
    in.has_enabled = true;
    in.enabled = false;
    assert_false(change(t, &in)->has_next_run_at);
    lm_clock_test_advance((int64_t)50 * 3600 * 1000);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 0);
    assert_ok(lm_pgtest_call(t, "RunSchedule", &run.base, &out), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job j JOIN schedule s"
                                      " ON s.id = j.schedule_id AND s.last_scrape_job_id = j.id"
                                      " WHERE j.status = 'COMPLETED'"),
                     1);
    in.enabled = true;
    in.cron = (char *)(uintptr_t) "99 * * * *";
    assert_code(lm_pgtest_call(t, "UpdateSchedule", &in.base, &out), LM_INVALID, &t->base.err);
    in.cron = (char *)(uintptr_t) "30 7 * * *";
    s = change(t, &in);
    assert_true(s->has_next_run_at && s->next_run_at > lm_clock_ms());
    assert_string_equal(s->name, "dagelijks");
    assert_int_equal(s->n_keywords, 1);
}

static void keywords_of_a_schedule_are_replaced_and_taken_away(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__CreateScheduleRequest make = SCRAPER__CREATE_SCHEDULE_REQUEST__INIT;
    Scraper__UpdateScheduleRequest in = SCRAPER__UPDATE_SCHEDULE_REQUEST__INIT;
    char *first[] = {(char *)(uintptr_t) "software"}, *second[] = {(char *)(uintptr_t) "fintech"};
    ProtobufCMessage *out;

    make.name = (char *)(uintptr_t) "scale-ups";
    make.source = LM__SOURCE__TECHLEAP;
    make.keywords = first;
    make.n_keywords = 1;
    assert_ok(lm_pgtest_call(t, "CreateSchedule", &make.base, &out), &t->base.err);
    in.id = ((Scraper__Schedule *)out)->id;
    in.keywords = second;
    in.n_keywords = 1;
    assert_string_equal(change(t, &in)->keywords[0], "fintech");
    in.has_without_keywords = in.without_keywords = true;
    assert_code(lm_pgtest_call(t, "UpdateSchedule", &in.base, &out), LM_INVALID, &t->base.err);
    in.n_keywords = 0;
    assert_int_equal(change(t, &in)->n_keywords, 0);
    assert_int_equal(lm_pgtest_int(t, "SELECT cardinality(keywords) FROM schedule"), 0);
    in.id = make_schedule(t, true)->id; /* of a source that is searched by words */
    assert_code(lm_pgtest_call(t, "UpdateSchedule", &in.base, &out), LM_INVALID, &t->base.err);
    assert_non_null(strstr(t->base.err.message, "give at least one"));
}

/* The waiting job wakes at the old time. */
static void a_schedule_that_was_put_off_does_not_fire_at_its_old_time(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__UpdateScheduleRequest in = SCRAPER__UPDATE_SCHEDULE_REQUEST__INIT;
    Scraper__Schedule *s;
    int64_t old;

    lm_clock_test_set(lm_real_ms());
    s = make_schedule(t, true);
    old = s->next_run_at;
    in.id = s->id;
    in.cron = (char *)(uintptr_t) "0 6 1 1 *"; /* once a year */
    if (change(t, &in)->next_run_at <= old)
        return; /* the first of January is tomorrow */
    lm_clock_test_advance(old - lm_clock_ms() + 1);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 0);
    assert_int_equal(lm_pgtest_int(t,
                                   "SELECT count(*) FROM job j, schedule s"
                                   " WHERE j.kind = 'fire_schedule' AND j.run_at = s.next_run_at"),
                     1);
}

/* Its source was asked for something else when it was made. */
static void a_turn_that_can_start_nothing_says_why_and_the_next_comes_all_the_same(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__Schedule *s;

    lm_clock_test_set(lm_real_ms());
    s = make_schedule(t, true);
    lm_pgtest_work(t);
    lm_pgtest_sql(t, "UPDATE schedule SET keywords = '{}'");
    lm_clock_test_advance(s->next_run_at - lm_clock_ms() + 1);
    lm_pgtest_await(t, 0, "SELECT count(*) FROM schedule WHERE last_error IS NULL");
    assert_non_null(strstr(lm_pgtest_text(t, "SELECT last_error FROM schedule"), "word"));
    assert_true(lm_pgtest_int(t, "SELECT lm_ms(next_run_at) FROM schedule") > lm_clock_ms());
    lm_pgtest_await(t, 1,
                    "SELECT count(*) FROM job WHERE kind = 'fire_schedule' AND state = 'ready'");
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job"), 0);
}

static void the_daily_set_is_made_once_and_paused(void **state)
{
    struct lm_pgtest *t = *state;
    Scraper__CreateDefaultSchedulesRequest in = SCRAPER__CREATE_DEFAULT_SCHEDULES_REQUEST__INIT;
    const Scraper__ListSchedulesResponse *made;
    ProtobufCMessage *out;

    assert_ok(lm_pgtest_call(t, "CreateDefaultSchedules", &in.base, &out), &t->base.err);
    made = (const Scraper__ListSchedulesResponse *)out;
    assert_true(made->n_items >= 2);
    assert_string_equal(made->items[0]->cron, "0 6 * * *");
    assert_int_equal(made->items[0]->n_keywords, 8);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM schedule WHERE enabled"), 0);
    lm_pgtest_sql(t, "UPDATE schedule SET enabled = true, cron = '0 8 * * *'");
    in.has_enabled = in.enabled = true;
    assert_ok(lm_pgtest_call(t, "CreateDefaultSchedules", &in.base, &out), &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM schedule"), (int64_t)made->n_items);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM schedule WHERE cron <> '0 8 * * *'"),
                     0);
}

static void a_search_is_made_again_or_forgotten_once_it_has_ended(void **state)
{
    struct lm_pgtest *t = *state;
    Lm__JobRequest in = LM__JOB_REQUEST__INIT;
    ProtobufCMessage *out;

    in.job_id = start(t, 1);
    assert_code(lm_pgtest_call(t, "RerunScrape", &in.base, &out), LM_CONFLICT, &t->base.err);
    assert_code(lm_pgtest_call(t, "DeleteScrape", &in.base, NULL), LM_CONFLICT, &t->base.err);
    lm_pgtest_work(t);
    assert_ok(lm_pgtest_call(t, "RerunScrape", &in.base, &out), &t->base.err);
    lm_pgtest_work(t);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job WHERE status = 'COMPLETED'"
                                      " AND keywords = '{bakker}'"),
                     2);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(DISTINCT filters) FROM scrape_job"), 1);
    assert_ok(lm_pgtest_call(t, "DeleteScrape", &in.base, NULL), &t->base.err);
    assert_code(lm_pgtest_call(t, "DeleteScrape", &in.base, NULL), LM_NOT_FOUND, &t->base.err);
    assert_code(lm_pgtest_call(t, "RerunScrape", &in.base, &out), LM_NOT_FOUND, &t->base.err);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM scrape_job WHERE is_deleted"), 1);
    assert_int_equal(lm_pgtest_int(t, "SELECT count(*) FROM company"), 3);
}

#define SITE_TEST(fn) cmocka_unit_test_setup_teardown(fn, open_site, close_site)
LM_PGTEST_MAIN(scraper, SITE_TEST(a_search_keeps_companies_over_the_threshold),
               SITE_TEST(a_run_that_failed_goes_on_where_it_stopped),
               SITE_TEST(a_page_that_is_not_there_is_noted_and_the_rest_goes_on),
               SITE_TEST(shells_are_drawn_by_a_browser_and_read),
               SITE_TEST(what_can_be_read_plainly_needs_no_browser),
               SITE_TEST(without_a_browser_the_search_says_what_is_missing),
               SITE_TEST(a_search_without_words_is_refused_where_words_are_needed),
               SITE_TEST(a_block_fails_the_search_and_is_never_an_empty_one),
               SITE_TEST(a_cancelled_search_keeps_what_it_found),
               SITE_TEST(a_schedule_fires_once_and_waits_for_its_next_time),
               SITE_TEST(a_schedule_is_paused_changed_and_run_by_hand),
               SITE_TEST(keywords_of_a_schedule_are_replaced_and_taken_away),
               SITE_TEST(a_schedule_that_was_put_off_does_not_fire_at_its_old_time),
               SITE_TEST(a_turn_that_can_start_nothing_says_why_and_the_next_comes_all_the_same),
               SITE_TEST(the_daily_set_is_made_once_and_paused),
               SITE_TEST(a_search_is_made_again_or_forgotten_once_it_has_ended))
