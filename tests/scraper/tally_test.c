/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/scraper/match/tally.h"

static struct scraper_posting posting(const char *key, const char *company, const char *location)
{
    return (struct scraper_posting){.key = lm_str_z(key),
                                    .company = lm_str_z(company),
                                    .location = lm_str_z(location),
                                    .url = lm_str_z(key)};
}

static void counts_each_posting_once_over_all_pages(void **state)
{
    struct lm_test *t = *state;
    struct scraper_page page;
    struct scraper_posting all[64];
    struct scraper_tallied *v;
    size_t n = 0;

    for (int i = 0; i < 3;
         i++) { /* the first page twice: another keyword shows the same postings */
        lm_str html = lm_test_fixture(t, i < 2 ? "scraper/indeed_search.html"
                                               : "scraper/indeed_search_2.html");

        assert_ok(scraper_source_indeed.parse(t->arena, html, LM_STR("http://x.example"), &page,
                                              &t->err),
                  &t->err);
        for (size_t k = 0; k < page.n; k++)
            all[n++] = page.postings[k];
    }
    assert_int_equal(scraper_tally(t->arena, all, n, &v), 3);
    assert_str(v[0].name, "Bakkerij Oost BV");
    assert_int_equal(v[0].open_vacancies, 5);
    assert_int_equal(v[0].spellings, 3);
    assert_str(v[0].location, "Utrecht, UT");
    assert_str(v[0].source_url, "http://x.example/cmp/Bakkerij-Oost");
    assert_int_equal(v[1].open_vacancies, 1);
}

static void takes_similar_names_together_before_the_threshold(void **state)
{
    struct lm_test *t = *state;
    const struct scraper_posting all[] = {
        posting("1", "Jansen Software", "Utrecht"),
        posting("2", "Jansen Software", "Utrecht"),
        posting("3", "Janssen Software", "Utrecht"),
        posting("4", "Jongsma Hardware", "Ede"),
    };
    struct scraper_tallied *v;
    size_t n = scraper_tally(t->arena, all, LM_COUNT(all), &v);

    assert_int_equal(n, 3);
    assert_int_equal(scraper_tally_similar(v, n), 2);
    assert_str(v[0].name, "Jansen Software");
    assert_int_equal(v[0].open_vacancies, 3);
    assert_int_equal(v[0].spellings, 2);
}

static void tallies_nothing(void **state)
{
    struct lm_test *t = *state;
    struct scraper_tallied *v;

    assert_int_equal(scraper_tally(t->arena, NULL, 0, &v), 0);
}

LM_TEST_MAIN(LM_TEST(counts_each_posting_once_over_all_pages),
             LM_TEST(takes_similar_names_together_before_the_threshold), LM_TEST(tallies_nothing))
