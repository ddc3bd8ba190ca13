/* SPDX-License-Identifier: Apache-2.0 */
/* What the sample run asks of each public site, asked without a network: the product reads what the world serves. */
#include "tests/lm_test.h"

#include <stdlib.h>

#include "common/buf.h"
#include "common/json.h"
#include "common/text.h"
#include "services/scraper/match/company.h"
#include "services/scraper/sources/sources.h"
#include "tests/world/server/sites.h"

static const struct world w = {.seed = 1, .n_companies = 96};

static const struct {
    const struct scraper_source *source;
    const struct world_site *site;
} pairs[] = {
#define SOURCE(name) {&scraper_source_##name, &world_site_##name},
#include "gen/sources.lm.h"
#undef SOURCE
};

static void use_settings_of_the_world(struct lm_test *t)
{
    for (size_t i = 0; i < LM_COUNT(pairs); i++) {
        for (const char *const *s = pairs[i].site->settings; *s; s++) {
            lm_str value = lm_str_z(*s), name;

            assert_true(lm_str_split(&value, '=', &name));
            setenv(lm_arena_strz(t->arena, name), lm_arena_strz(t->arena, value), 1);
        }
    }
    assert_ok(lm_config_load(NULL, scraper_sources_config, &t->err), &t->err);
    assert_ok(scraper_sources_check(&t->err), &t->err);
}

static lm_str joined(struct lm_test *t, const char *const *headers)
{
    struct lm_buf b = lm_buf_in(t->arena, 4096);

    for (; headers && *headers; headers++)
        lm_buf_printf(&b, "%s\r\n", *headers);
    return lm_buf_str(&b);
}

/* The site's answer, its body in the test's arena. */
static struct scraper_answer ask(struct lm_test *t, struct world_sites *sites,
                                 const struct scraper_request *asked)
{
    struct world_reply reply = {.status = 200, .content_type = "text/html; charset=utf-8"};
    struct world_request req = {.arena = t->arena,
                                .method = asked->body.n ? LM_STR("POST") : LM_STR("GET"),
                                .headers = joined(t, asked->headers),
                                .body = asked->body};
    struct scraper_answer answer = {.url = asked->url};
    struct lm_url url;

    assert_true(lm_url_parse(asked->url, &url));
    assert_true(lm_percent_decode(t->arena, url.path, false, &req.path));
    req.query = url.query;
    req.host = req.authority = url.host;
    lm_buf_init(&reply.body, WORLD_BODY_LIMIT);
    assert_true(world_sites_serve(sites, &req, &reply));
    answer.status = reply.status;
    answer.content_type = lm_str_z(reply.content_type);
    answer.body = lm_arena_dup(t->arena, lm_buf_str(&reply.body));
    lm_buf_fini(&reply.body);
    return answer;
}

static bool is_of_the_world(struct lm_test *t, const struct world_index *index,
                            const struct scraper_found *f)
{
    const Lm__Company *c = f->company;
    lm_str domain = scraper_company_domain(t->arena, c->domain, c->website_url);

    return f->key.n && c->name && (!domain.n || world_find_host(index, domain) >= 0);
}

/* All pages for one keyword; how many entries there were. */
static size_t read_pages(struct lm_test *t, const struct scraper_source *source,
                         struct world_sites *sites, struct scraper_query *q, int most)
{
    struct world_index *index = world_index_new(&w);
    size_t n = 0;

    q->after = (lm_str){NULL, 0};
    for (q->page = 0; q->page < most && (q->page == 0 || q->after.n); q->page++) {
        struct scraper_request request = {.body = {NULL, 0}};
        struct scraper_page page = {.n = 0};
        struct scraper_answer answer;

        assert_ok(source->request(t->arena, q, &request, &t->err), &t->err);
        answer = ask(t, sites, &request);
        assert_int_equal(answer.status, 200);
        assert_ok(source->parse(t->arena, q, &answer, &page, &t->err), &t->err);
        for (size_t i = 0; i < page.n; i++)
            assert_true(is_of_the_world(t, index, &page.found[i]));
        n += page.n;
        q->after = page.next;
    }
    world_index_free(index);
    return n;
}

static size_t run_search(struct lm_test *t, const struct scraper_source *source,
                         struct world_sites *sites, const char *body)
{
    static const Scraper__Filters none = SCRAPER__FILTERS__INIT;
    struct scraper_query q = {.filters = &none};
    Scraper__StartScrapeRequest *search;
    ProtobufCMessage *m;
    size_t n = 0;

    assert_ok(lm_json_to_pb(t->arena, &scraper__start_scrape_request__descriptor, lm_str_z(body),
                            &m, &t->err),
              &t->err);
    search = (Scraper__StartScrapeRequest *)m;
    assert_int_equal(search->source, source->id);
    if (search->filters)
        q.filters = search->filters;
    for (size_t i = 0; i < LM_MAX(search->n_keywords, (size_t)1); i++) {
        q.keyword = search->n_keywords ? lm_str_z(search->keywords[i]) : (lm_str){NULL, 0};
        n += read_pages(t, source, sites, &q, search->max_pages);
    }
    return n;
}

static void each_source_reads_what_its_site_serves(void **state)
{
    struct lm_test *t = *state;
    struct world_sites *sites = world_sites_new(&w);

    use_settings_of_the_world(t);
    for (size_t i = 0; i < LM_COUNT(pairs); i++) {
        for (const char *const *body = pairs[i].site->searches; *body; body++) {
            size_t n = run_search(t, pairs[i].source, sites, *body);

            if (n == 0)
                fail_msg("%s finds nothing by %s", pairs[i].source->name, *body);
        }
    }
    world_sites_free(sites);
}

static void a_refusal_is_never_an_empty_list(void **state)
{
    struct lm_test *t = *state;
    struct world_sites *sites = world_sites_new(&w);

    use_settings_of_the_world(t);
    for (size_t i = 0; i < LM_COUNT(pairs); i++) {
        Scraper__Filters filters = SCRAPER__FILTERS__INIT;
        struct scraper_query q = {.keyword = LM_STR("software"), .filters = &filters};
        struct scraper_request request = {.body = {NULL, 0}};
        struct scraper_page page = {.n = 0};
        struct scraper_answer answer;

        filters.location = lm_arena_strdup(t->arena, "Nederland");
        assert_ok(pairs[i].source->request(t->arena, &q, &request, &t->err), &t->err);
        world_sites_block(sites, lm_str_z(pairs[i].site->hosts[0]), 0, 1);
        answer = ask(t, sites, &request);
        if (answer.status < 400 || pairs[i].source->sees_errors)
            assert_int_not_equal(pairs[i].source->parse(t->arena, &q, &answer, &page, &t->err),
                                 LM_OK);
        world_sites_block(sites, lm_str_z(pairs[i].site->hosts[0]), 0, 0);
        lm_err_clear(&t->err);
    }
    world_sites_free(sites);
}

LM_TEST_MAIN(LM_TEST(each_source_reads_what_its_site_serves),
             LM_TEST(a_refusal_is_never_an_empty_list))
