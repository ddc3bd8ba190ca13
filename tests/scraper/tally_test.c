/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/scraper/sources.h"

#include "common/arena.h"
#include "services/scraper/match/tally.h"

static struct scraper_found posting(struct lm_test *t, const char *key, const char *company,
                                    const char *location)
{
    struct scraper_page page = {.n = 0};
    struct scraper_found *f = scraper_page_add(t->arena, &page, 1);

    f->key = f->url = lm_str_z(key);
    f->company->name = lm_arena_strdup(t->arena, company);
    f->company->location = lm_arena_strdup(t->arena, location);
    return *f;
}

static void counts_each_posting_once_over_all_pages(void **state)
{
    struct lm_test *t = *state;
    struct scraper_found all[64];
    struct scraper_tallied *v;
    size_t n = 0;

    load_sources(t);
    for (int i = 0; i < 3;
         i++) { /* the first page twice: another keyword shows the same postings */
        const struct scraper_answer answer = {
            .url = LM_STR("http://x.example"),
            .body = lm_test_fixture(t, i < 2 ? "scraper/indeed/search.html"
                                             : "scraper/indeed/search_2.html")};
        struct scraper_page page = {.n = 0};

        assert_ok(scraper_source_indeed.parse(t->arena, NULL, &answer, &page, &t->err), &t->err);
        for (size_t k = 0; k < page.n; k++)
            all[n++] = page.found[k];
    }
    assert_int_equal(scraper_tally(t->arena, all, n, &v), 3);
    assert_str(v[0].name, "Bakkerij Oost BV");
    assert_int_equal(v[0].count, 5);
    assert_int_equal(v[0].spellings, 3);
    assert_string_equal(v[0].location, "Utrecht, UT");
    assert_str(v[0].source_url, "http://x.example/cmp/Bakkerij-Oost");
    assert_int_equal(v[1].count, 1);
}

static void takes_similar_names_together_before_the_threshold(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_found all[] = {
        posting(t, "1", "Jansen Software", "Utrecht"),
        posting(t, "2", "Jansen Software", "Utrecht"),
        posting(t, "3", "Janssen Software", "Utrecht"),
        posting(t, "4", "Jongsma Hardware", "Ede"),
    };
    struct scraper_tallied *v;
    size_t n = scraper_tally(t->arena, all, LM_COUNT(all), &v);

    assert_int_equal(n, 3);
    assert_int_equal(scraper_tally_similar(v, n), 2);
    assert_str(v[0].name, "Jansen Software");
    assert_int_equal(v[0].count, 3);
    assert_int_equal(v[0].spellings, 2);
}

static void keeps_each_key_in_order_of_arrival(void **state)
{
    struct lm_test *t = *state;
    struct scraper_found all[] = {
        posting(t, "b", "Beta", "Ede"),
        posting(t, "a", "Alfa", "Ede"),
        posting(t, "b", "Beta again", "Ede"),
        posting(t, "c", "Gamma", "Ede"),
    };

    assert_int_equal(scraper_tally_keys(t->arena, all, LM_COUNT(all)), 3);
    assert_str(all[0].key, "b");
    assert_string_equal(all[0].company->name, "Beta");
    assert_str(all[1].key, "a");
    assert_str(all[2].key, "c");
}

static void tallies_nothing(void **state)
{
    struct lm_test *t = *state;
    struct scraper_tallied *v;

    assert_int_equal(scraper_tally(t->arena, NULL, 0, &v), 0);
}

LM_TEST_MAIN(LM_TEST(counts_each_posting_once_over_all_pages),
             LM_TEST(takes_similar_names_together_before_the_threshold),
             LM_TEST(keeps_each_key_in_order_of_arrival), LM_TEST(tallies_nothing))
