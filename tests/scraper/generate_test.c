/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/text.h"
#include "services/scraper/generate/generate.h"

static struct scraper_synthetic *make(struct lm_test *t, int count, uint64_t seed)
{
    struct scraper_synthetic *v;

    assert_ok(scraper_generate(t->arena, &(struct scraper_generate){.count = count, .seed = seed},
                               &v, &t->err),
              &t->err);
    return v;
}

static void gives_the_same_list_for_the_same_seed(void **state)
{
    struct lm_test *t = *state;
    struct scraper_synthetic *a = make(t, 200, 42), *b = make(t, 200, 42), *c = make(t, 200, 43);
    int differ = 0;

    for (int i = 0; i < 200; i++) {
        assert_string_equal(a[i].lead->email, b[i].lead->email);
        assert_string_equal(a[i].company->name, b[i].company->name);
        differ += strcmp(a[i].lead->email, c[i].lead->email) != 0;
    }
    assert_true(differ > 190);
}

/* Written down once: a list that changes without anybody meaning it breaks demonstrations. */
static void gives_this_list_for_ever(void **state)
{
    struct lm_test *t = *state;
    struct scraper_synthetic *v = make(t, 3, 42);

    print_message("%s | %s | %s\n", v[0].lead->email, v[1].lead->email, v[2].lead->email);
    assert_string_equal(v[0].company->industry, "Technology");
    assert_string_equal(v[1].company->industry, "Manufacturing");
    assert_string_equal(v[2].company->industry, "Healthcare");
}

static void makes_valid_addresses_that_nobody_has(void **state)
{
    struct lm_test *t = *state;
    struct scraper_synthetic *v = make(t, 1000, 7);

    for (int i = 0; i < 1000; i++) {
        assert_true(v[i].company->is_synthetic);
        assert_int_equal(v[i].lead->source, LM__SOURCE__SYNTHETIC);
        assert_true(lm_email_valid(lm_str_z(v[i].lead->email)));
        assert_true(lm_str_ends(lm_str_z(v[i].lead->email), LM_STR(".example")));
        assert_true(lm_url_valid(lm_str_z(v[i].company->website_url)));
        assert_true(lm_url_valid(lm_str_z(v[i].lead->linkedin_url)));
        for (int k = 0; k < i; k++)
            assert_string_not_equal(v[i].lead->email, v[k].lead->email);
    }
}

static void spreads_over_the_industries_asked_for(void **state)
{
    struct lm_test *t = *state;
    const lm_str industries[] = {LM_STR("finance"), LM_STR("Retail")};
    struct scraper_generate in = {
        .count = 10, .seed = 1, .industries = industries, .n_industries = 2};
    struct scraper_synthetic *v;

    assert_ok(scraper_generate(t->arena, &in, &v, &t->err), &t->err);
    assert_string_equal(v[0].company->industry, "Finance");
    assert_string_equal(v[9].company->industry, "Retail");
    in.industries = &LM_STR("Mining");
    in.n_industries = 1;
    assert_code(scraper_generate(t->arena, &in, &v, &t->err), LM_INVALID, &t->err);
    assert_string_equal(t->err.fields[0].field, "industries");
}

LM_TEST_MAIN(LM_TEST(gives_the_same_list_for_the_same_seed), LM_TEST(gives_this_list_for_ever),
             LM_TEST(makes_valid_addresses_that_nobody_has),
             LM_TEST(spreads_over_the_industries_asked_for))
