/* SPDX-License-Identifier: Apache-2.0 */
/* The pages of the world say what its truth says; asked without a network. */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "common/json.h"
#include "tests/world/model/words.h"
#include "tests/world/server/sites.h"

static const struct world w = {.seed = 1, .n_companies = 96};

/* The reply's body is the caller's to free. */
static struct world_reply ask_site(struct lm_test *t, const struct world_company *c,
                                   const char *host, const char *path)
{
    struct world_request req = {.arena = t->arena,
                                .host = lm_str_z(host),
                                .authority = lm_str_z(host),
                                .path = lm_str_z(path)};
    struct world_reply reply = {.status = 200, .content_type = "text/html; charset=utf-8"};

    lm_buf_init(&reply.body, WORLD_BODY_LIMIT);
    world_company_serve(&w, c, &req, &reply);
    return reply;
}

static struct world_reply ask(struct lm_test *t, struct world_sites *s, const char *host,
                              const char *path, const char *query)
{
    struct world_request req = {.arena = t->arena,
                                .method = LM_STR("GET"),
                                .host = lm_str_z(host),
                                .path = lm_str_z(path),
                                .query = lm_str_z(query)};
    struct world_reply reply = {.status = 200, .content_type = "text/html; charset=utf-8"};

    lm_buf_init(&reply.body, WORLD_BODY_LIMIT);
    assert_true(world_sites_serve(s, &req, &reply));
    return reply;
}

static struct world_reply ask_board(struct lm_test *t, struct world_sites *s, const char *path,
                                    const char *query)
{
    return ask(t, s, "nl.indeed.example", path, query);
}

static bool has(lm_str page, const char *part)
{
    return lm_str_find(page, lm_str_z(part), 0) >= 0;
}

/* As HTML has it, or as JSON in a script has it. */
static bool has_text(struct lm_test *t, lm_str page, const char *text)
{
    struct lm_buf escaped = lm_buf_in(t->arena, 1024);

    lm_buf_html(&escaped, lm_str_z(text));
    return has(page, text) || lm_str_find(page, lm_buf_str(&escaped), 0) >= 0;
}

static void a_team_page_shows_everybody_of_the_truth(void **state)
{
    struct lm_test *t = *state;
    struct world_company c;
    struct world_person p;
    unsigned shown = 0;

    for (unsigned i = 0; i < w.n_companies; i++) {
        struct world_reply r;
        char www[128];

        world_company(&w, i, &c);
        if (!world_team_is_readable(&c) || c.oddity == WORLD_ODD_WINDOWS_1252)
            continue;
        snprintf(www, sizeof(www), "www.%s", c.domain);
        r = ask_site(t, &c, www, world_team_path(&c));
        assert_int_equal(r.status, 200);
        for (unsigned k = 0; k < c.n_people; k++) {
            world_person(&w, &c, k, &p);
            assert_true(has_text(t, lm_buf_str(&r.body), p.name));
            assert_true(has_text(t, lm_buf_str(&r.body), p.title));
            assert_int_equal(has(lm_buf_str(&r.body), p.email),
                             p.shows_mail && c.oddity != WORLD_ODD_HIDDEN_MAIL);
            shown++;
        }
        lm_buf_fini(&r.body);
    }
    assert_true(shown > 300);
}

static void the_home_page_links_to_the_team_and_says_how_many_work_there(void **state)
{
    struct lm_test *t = *state;
    struct world_company c;
    struct world_reply r;
    char employees[16];

    world_company(&w, 0, &c);
    r = ask_site(t, &c, c.domain, "/");
    snprintf(employees, sizeof(employees), " %u ", c.employees);
    assert_true(has(lm_buf_str(&r.body), world_team_path(&c)));
    assert_true(has(lm_buf_str(&r.body), employees));
    assert_true(has(lm_buf_str(&r.body), c.town->name));
    lm_buf_fini(&r.body);
}

static void somebody_odd(enum world_oddity oddity, struct world_company *c)
{
    for (unsigned i = 0; i < w.n_companies; i++) {
        world_company(&w, i, c);
        if (c->oddity == oddity)
            return;
    }
    fail_msg("no company is %s", world_oddity_name(oddity));
}

static void odd_sites_are_odd(void **state)
{
    struct lm_test *t = *state;
    static const struct {
        enum world_oddity oddity;
        const char *path;
        enum world_conduct conduct;
        int status;
    } cases[] = {
        {WORLD_ODD_DOWN, "/", WORLD_HANG_UP, 200},
        {WORLD_ODD_SILENT, "/", WORLD_HOLD, 200},
        {WORLD_ODD_LOOP, "/", WORLD_ANSWER, 301},
        {WORLD_ODD_TO_WWW, "/", WORLD_ANSWER, 301},
        {WORLD_ODD_TO_DOMAIN, "/", WORLD_ANSWER, 301},
        {WORLD_ODD_ONLY_HOME, "/", WORLD_ANSWER, 200},
        {WORLD_ODD_ONLY_HOME, "/contact", WORLD_ANSWER, 404},
        {WORLD_ODD_NONE, "/no/such", WORLD_ANSWER, 404},
    };
    struct world_company c;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        struct world_reply r;

        somebody_odd(cases[i].oddity, &c);
        r = ask_site(t, &c, c.entry, cases[i].path);
        assert_int_equal(r.conduct, cases[i].conduct);
        assert_int_equal(r.status, cases[i].status);
        assert_int_equal(r.location != NULL, r.status == 301);
        lm_buf_fini(&r.body);
    }
}

static void a_windows_1252_page_is_no_utf_8(void **state)
{
    struct lm_test *t = *state;
    struct world_company c;
    struct world_reply r;
    bool is_ascii = true;

    somebody_odd(WORLD_ODD_WINDOWS_1252, &c);
    r = ask_site(t, &c, c.domain, world_team_path(&c));
    assert_string_equal(r.content_type, "text/html; charset=windows-1252");
    for (size_t i = 0; i < r.body.n; i++)
        is_ascii = is_ascii && (unsigned char)r.body.p[i] < 0x80;
    assert_false(has(lm_buf_str(&r.body), "\xc3\xab"));
    lm_buf_fini(&r.body);
    r = ask_site(t, &c, c.domain, "/");
    for (size_t i = 0; i < r.body.n; i++)
        is_ascii = is_ascii && (unsigned char)r.body.p[i] < 0x80;
    assert_false(is_ascii);
    lm_buf_fini(&r.body);
}

/* Adds the postings of a page to those seen, by company; counts those seen before. */
static void note_keys(lm_str page, uint32_t *seen, unsigned *again)
{
    static const lm_str mark = LM_STR("data-jk=\"");
    unsigned company, k;

    for (ptrdiff_t at = 0; (at = lm_str_find(page, mark, (size_t)at)) >= 0; at++) {
        size_t from = (size_t)at + mark.n;

        assert_true(world_posting_find(&w, lm_str_sub(page, from, from + 16), &company, &k));
        *again += (seen[company] >> k & 1) != 0;
        seen[company] |= 1u << k;
    }
}

static void the_board_has_every_vacancy_and_some_twice(void **state)
{
    struct lm_test *t = *state;
    struct world_sites *b = world_sites_new(&w);
    uint32_t *seen = LM_NEW_ARRAY(t->arena, uint32_t, w.n_companies);
    unsigned start = 0, again = 0;
    struct world_company c;
    bool has_next = true;

    while (has_next) {
        struct world_reply r =
            ask_board(t, b, "/jobs", lm_arena_printf(t->arena, "q=&l=Nederland&start=%u", start));

        note_keys(lm_buf_str(&r.body), seen, &again);
        start += 10;
        has_next =
            has(lm_buf_str(&r.body), lm_arena_printf(t->arena, "&amp;start=%u\">Next Page", start));
        lm_buf_fini(&r.body);
    }
    for (unsigned i = 0; i < w.n_companies; i++) {
        world_company(&w, i, &c);
        assert_int_equal(__builtin_popcount(seen[i]), c.n_vacancies);
    }
    assert_true(again > 100);
    world_sites_free(b);
}

static void a_search_finds_all_vacancies_of_a_company_that_asks_for_the_word(void **state)
{
    struct lm_test *t = *state;
    struct world_sites *b = world_sites_new(&w);
    uint32_t *seen = LM_NEW_ARRAY(t->arena, uint32_t, w.n_companies);
    unsigned again = 0;
    struct world_company c;

    world_company(&w, 0, &c);
    for (unsigned start = 0; start < 600; start += 10) {
        struct world_reply r = ask_board(
            t, b, "/jobs", lm_arena_printf(t->arena, "q=%s&start=%u", c.topics[0], start));

        note_keys(lm_buf_str(&r.body), seen, &again);
        lm_buf_fini(&r.body);
    }
    assert_int_equal(__builtin_popcount(seen[0]), c.n_vacancies);
    world_sites_free(b);
}

static void a_blocked_board_shows_no_jobs_for_as_many_requests_as_told(void **state)
{
    struct lm_test *t = *state;
    struct world_sites *b = world_sites_new(&w);

    world_sites_block(b, LM_STR("nl.indeed.example"), 0, 2);
    for (int i = 0; i < 3; i++) {
        struct world_reply r = ask_board(t, b, "/jobs", "q=&start=0");

        assert_int_equal(r.status, i < 2 ? 403 : 200);
        assert_int_equal(has(lm_buf_str(&r.body), "Just a moment..."), i < 2);
        assert_int_equal(has(lm_buf_str(&r.body), "job_seen_beacon"), i == 2);
        assert_true(i == 2 || r.body.n > 40000);
        lm_buf_fini(&r.body);
    }
    world_sites_free(b);
}

static void a_block_is_of_one_host_and_may_come_later(void **state)
{
    struct lm_test *t = *state;
    struct world_sites *s = world_sites_new(&w);

    world_sites_block(s, LM_STR("nl.indeed.example"), 1, 1);
    for (int i = 0; i < 3; i++) {
        struct world_reply r = ask_board(t, s, "/jobs", "q=&start=0");

        assert_int_equal(r.status, i == 1 ? 403 : 200);
        lm_buf_fini(&r.body);
        r = ask_board(t, s, "/robots.txt", "");
        assert_int_equal(r.status, 200);
        lm_buf_fini(&r.body);
    }
    world_sites_free(s);
}

/* ---- the APIs ---- */

static const struct lm_jval *post(struct lm_test *t, const char *host, const char *path,
                                  const char *headers, const char *body, int status)
{
    struct world_sites *s = world_sites_new(&w);
    struct world_request req = {.arena = t->arena,
                                .method = LM_STR("POST"),
                                .host = lm_str_z(host),
                                .path = lm_str_z(path),
                                .headers = lm_str_z(headers),
                                .body = lm_str_z(body)};
    struct world_reply reply = {.status = 200};
    struct lm_jval *root = NULL;

    lm_buf_init(&reply.body, WORLD_BODY_LIMIT);
    assert_true(world_sites_serve(s, &req, &reply));
    assert_int_equal(reply.status, status);
    if (status == 200)
        assert_ok(lm_json_parse(t->arena, lm_arena_dup(t->arena, lm_buf_str(&reply.body)), &root,
                                &t->err),
                  &t->err);
    lm_buf_fini(&reply.body);
    world_sites_free(s);
    return root;
}

static void places_come_by_the_page_to_whom_has_a_key(void **state)
{
    static const char host[] = "places.googleapis.example", path[] = "/v1/places:searchText";
    static const char key[] = "X-Goog-Api-Key: world\r\nX-Goog-FieldMask: *\r\n";
    struct lm_test *t = *state;
    const struct lm_jval *first, *next;

    post(t, host, path, "X-Goog-Api-Key: other\r\n", "{\"textQuery\":\"b\"}", 400);
    first = post(t, host, path, key, "{\"textQuery\":\"e\"}", 200);
    assert_int_equal(lm_jget(first, "places")->n, 20);
    assert_str(lm_jstr(first, "nextPageToken"), "t20");
    next = post(t, host, path, key, "{\"textQuery\":\"e\",\"pageToken\":\"t20\"}", 200);
    assert_false(lm_str_eq(lm_jstr(next, "places.0.id"), lm_jstr(first, "places.0.id")));
    next = post(t, host, path, key, "{\"textQuery\":\"e\",\"pageToken\":\"t40\"}", 200);
    assert_null(lm_jstr(next, "nextPageToken").p); /* sixty and no more */
}

static void organizations_are_of_all_filters(void **state)
{
    static const char host[] = "api.apollo.example", path[] = "/api/v1/mixed_companies/search";
    struct lm_test *t = *state;
    const struct lm_jval *all, *small;

    post(t, host, path, "", "{}", 401);
    post(t, host, path, "x-api-key: world\r\n", "{", 422);
    all = post(t, host, path, "x-api-key: world\r\n", "{\"per_page\":10,\"page\":2}", 200);
    assert_int_equal(lm_jint(all, "pagination.total_entries", 0), w.n_companies);
    assert_int_equal(lm_jget(all, "organizations")->n, 10);
    small = post(t, host, path, "x-api-key: world\r\n",
                 "{\"per_page\":100,\"organization_num_employees_ranges\":[\"1,10\"]}", 200);
    assert_true(lm_jget(small, "organizations")->n > 0);
    assert_true(lm_jget(small, "organizations")->n < w.n_companies);
    for (size_t i = 0; i < lm_jget(small, "organizations")->n; i++)
        assert_true(lm_jint(&lm_jget(small, "organizations")->items[i], "estimated_num_employees",
                            0) <= 10);
}

/* What tools/run and the daemons need of each site, whichever there are. */
static void every_public_site_has_hosts_robots_settings_and_a_search(void **state)
{
#define SOURCE(name) &world_site_##name,
    static const struct world_site *const all[] = {
#include "gen/sources.lm.h"
    };
#undef SOURCE
    struct lm_test *t = *state;
    struct world_sites *s = world_sites_new(&w);

    for (size_t i = 0; i < LM_COUNT(all); i++) {
        assert_non_null(all[i]->settings[0]);
        assert_non_null(all[i]->searches[0]);
        for (const char *const *host = all[i]->hosts; *host; host++) {
            struct world_reply r = ask(t, s, *host, "/robots.txt", "");

            assert_true(lm_str_ends(lm_str_z(*host), LM_STR(".example")));
            assert_true(r.status == 200 || r.status == 404);
            lm_buf_fini(&r.body);
        }
    }
    world_sites_free(s);
}

LM_TEST_MAIN(LM_TEST(a_team_page_shows_everybody_of_the_truth),
             LM_TEST(the_home_page_links_to_the_team_and_says_how_many_work_there),
             LM_TEST(odd_sites_are_odd), LM_TEST(a_windows_1252_page_is_no_utf_8),
             LM_TEST(the_board_has_every_vacancy_and_some_twice),
             LM_TEST(a_search_finds_all_vacancies_of_a_company_that_asks_for_the_word),
             LM_TEST(a_blocked_board_shows_no_jobs_for_as_many_requests_as_told),
             LM_TEST(a_block_is_of_one_host_and_may_come_later),
             LM_TEST(places_come_by_the_page_to_whom_has_a_key),
             LM_TEST(organizations_are_of_all_filters),
             LM_TEST(every_public_site_has_hosts_robots_settings_and_a_search))
