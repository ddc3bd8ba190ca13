/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/polite_site.h"

#include "common/arena.h"
#include "common/clock.h"
#include "services/scraper/scraper.h"

struct scraper_site where;
struct polite_site site;
struct polite_hits hits = {.mutex = PTHREAD_MUTEX_INITIALIZER};
struct scraper_source probe = {
    .name = "probe", .title = "Probe", .id = LM__SOURCE__OTHER, .site = &where};

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

int count_hits(const char *path)
{
    int n = 0;

    for (int i = 0; i < hits.n; i++)
        n += strcmp(hits.v[i].path, path) == 0;
    return n;
}

int open_site(void **state)
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

int close_site(void **state)
{
    web_stop();
    return lm_pgtest_teardown(state);
}

/* ---- asking ---- */

lm_code go_on(struct lm_ctx *ctx LM_UNUSED, void *arg LM_UNUSED, lm_err *err LM_UNUSED)
{
    return LM_OK;
}

lm_code stop_waiting(struct lm_ctx *ctx LM_UNUSED, void *arg LM_UNUSED, lm_err *err)
{
    return lm_fail(err, LM_CANCELLED, "stopped");
}

lm_code ask_as(struct lm_ctx *ctx, const char *path, bool is_api, struct scraper_fetched *out,
               lm_err *err)
{
    static const struct scraper_wait wait = {go_on, NULL};
    struct scraper_request request = {
        .url = lm_str_z(lm_arena_printf(ctx->arena, "%s%s", where.url, path)), .is_api = is_api};

    lm_err_clear(err);
    return scraper_fetch(ctx, &probe, &request, &wait, out, err);
}

lm_code ask_for(struct lm_ctx *ctx, const char *path, struct scraper_fetched *out, lm_err *err)
{
    return ask_as(ctx, path, false, out, err);
}

lm_code ask(struct lm_pgtest *t, const char *path, struct scraper_fetched *out)
{
    return ask_for(lm_pgtest_ctx(t, LM_PGTEST_TENANT), path, out, &t->base.err);
}

void read_page(struct lm_pgtest *t, const char *path)
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

int try_together(struct lm_pgtest *t, const char *path, int times)
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

void ask_together(struct lm_pgtest *t, const char *path, int times)
{
    assert_int_equal(try_together(t, path, times), REPLICAS * THREADS);
}

int64_t shortest_gap_ms(void)
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
