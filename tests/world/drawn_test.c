/* SPDX-License-Identifier: Apache-2.0 */
/* The listings as an application: a browser draws its pages, and the source finds on them what the plain site shows. */
#include "tests/lm_test.h" /* first: cmocka */

#include <pthread.h>
#include <signal.h>

#include "common/arena.h"
#include "common/proc_internal.h"
#include "services/scraper/browser/browser.h"
#include "tests/scraper/sources.h"
#include "tests/scraper/web.h"
#include "tests/world/server/sites.h"

enum { PAGES = 2, MAX_BYTES = 4 << 20 };

static const struct world w = {.seed = 1, .n_companies = 200};
static struct world_sites *sites;
static const char *site_url;
static struct lm_arena *answers; /* what was sent stays until the site ends */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* The caller's to free. */
static struct lm_buf ask(struct lm_arena *a, const char *host, lm_str path, int *status,
                         const char **type)
{
    const struct world_request request = {.arena = a,
                                          .method = LM_STR("GET"),
                                          .host = lm_str_z(host),
                                          .authority = lm_str_z(host),
                                          .path = path};
    struct world_reply reply = {.status = 200, .content_type = "text/html; charset=utf-8"};

    lm_buf_init(&reply.body, WORLD_BODY_LIMIT);
    LM_ASSERT(world_sites_serve(sites, &request, &reply));
    *status = reply.status;
    *type = reply.content_type;
    return reply.body;
}

static void answer(const struct web_request *request, struct web_reply *reply)
{
    static _Thread_local char header[128];
    struct lm_arena *a = lm_arena_new(8 << 20);
    const char *type;
    struct lm_buf body = ask(a, "app.justdial.example", request->path, &reply->status, &type);

    snprintf(header, sizeof(header), "Content-Type: %s\r\n", type);
    reply->headers = header;
    pthread_mutex_lock(&lock);
    reply->body = lm_arena_dup(answers, lm_buf_str(&body));
    pthread_mutex_unlock(&lock);
    lm_buf_fini(&body);
    lm_arena_free(a);
}

static lm_str draw(struct lm_test *t, const char *path)
{
    static struct lm_proc none;
    struct lm_ctx *ctx = lm_ctx_new(&none, NULL, 60000, 64 << 20);
    const struct scraper_browse what = {.url = lm_arena_printf(t->arena, "%s%s", site_url, path),
                                        .max_bytes = MAX_BYTES};
    struct lm_http_response res;
    lm_str body;

    assert_ok(scraper_browse(ctx, &what, &res, &t->err), &t->err);
    body = lm_arena_dup(t->arena, res.body);
    lm_ctx_free(ctx);
    return body;
}

static void parse(struct lm_test *t, lm_str body, int page, struct scraper_page *out)
{
    static const Scraper__Filters none = SCRAPER__FILTERS__INIT;
    const struct scraper_query q = {.filters = &none, .page = page};
    const struct scraper_answer in = {
        .url = LM_STR("http://justdial.example/"), .body = body, .status = 200};

    *out = (struct scraper_page){.n = 0};
    assert_ok(scraper_source_justdial.parse(t->arena, &q, &in, out, &t->err), &t->err);
}

static void a_browser_finds_what_the_plain_site_shows(void **state)
{
    static const char *const paths[PAGES] = {"/Nederland/software", "/Nederland/software/page-2"};
    struct lm_test *t = *state;
    const char *type;
    int status;

    load_sources(t);
    for (int i = 0; i < PAGES; i++) {
        struct lm_buf plain =
            ask(t->arena, "www.justdial.example", lm_str_z(paths[i]), &status, &type);
        struct lm_buf shell =
            ask(t->arena, "app.justdial.example", lm_str_z(paths[i]), &status, &type);
        struct scraper_page wanted, found;

        assert_true(scraper_is_shell(t->arena, lm_buf_str(&shell), lm_str_z(type)));
        assert_false(scraper_is_shell(t->arena, lm_buf_str(&plain), lm_str_z(type)));
        parse(t, lm_buf_str(&plain), i, &wanted);
        parse(t, draw(t, paths[i]), i, &found);
        assert_true(wanted.n > 3);
        assert_int_equal(found.n, wanted.n);
        assert_int_equal(found.next.n > 0, wanted.next.n > 0);
        for (size_t k = 0; k < wanted.n; k++) {
            assert_string_equal(found.found[k].company->name, wanted.found[k].company->name);
            assert_true(lm_str_eq(lm_str_z(found.found[k].company->phone),
                                  lm_str_z(wanted.found[k].company->phone)));
            assert_true(lm_str_eq(lm_str_z(found.found[k].company->domain),
                                  lm_str_z(wanted.found[k].company->domain)));
        }
        lm_buf_fini(&plain);
        lm_buf_fini(&shell);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {LM_TEST(a_browser_finds_what_the_plain_site_shows)};
    int failed;

    signal(SIGPIPE, SIG_IGN);
    scraper_browser_settings = (struct scraper_browser_settings){
        .program = "/usr/lib/chromium/chromium",
        .sandbox = web_browser_sandbox(),
        .dir = "/tmp",
        .uid = 64913,
        .at_once = 1,
        .timeout_ms = 60000,
        .memory_bytes = 1 << 30,
        .traffic_bytes = 32 << 20,
    };
    sites = world_sites_new(&w);
    answers = lm_arena_new(64 << 20);
    site_url = web_start(answer);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    web_stop();
    lm_arena_free(answers);
    world_sites_free(sites);
    return failed;
}
