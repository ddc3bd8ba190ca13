/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h" /* first: cmocka */

#include "services/scorer/icp.h"
#include "services/scorer/places.h"

static struct icp_score score_of(struct lm_test *t, const struct icp_facts *facts)
{
    struct icp_profile profile;
    struct icp_score score;

    icp_profile_init(&profile);
    icp_score(t->arena, icp_judge_new(t->arena, &profile), facts, &score);
    return score;
}

static int points(struct lm_test *t, enum icp_part part, const struct icp_facts *facts)
{
    return score_of(t, facts).part[part].points;
}

static int industry_points(struct lm_test *t, const char *industry)
{
    return points(t, ICP_INDUSTRY, &(struct icp_facts){.industry = lm_str_z(industry)});
}

static int location_points(struct lm_test *t, const char *location, const char *country)
{
    return points(t, ICP_LOCATION,
                  &(struct icp_facts){.location = lm_str_z(location),
                                      .country = lm_str_z(country)});
}

static void company_size_is_best_from_11_to_50(void **state)
{
    static const struct {
        int64_t employees;
        int points;
    } cases[] = {{-1, 12}, {0, 12},   {1, 18},   {10, 18},  {11, 30}, {50, 30},
                 {51, 24}, {200, 24}, {201, 15}, {500, 15}, {501, 6}, {INT64_MAX, 6}};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++)
        assert_int_equal(points(t, ICP_COMPANY_SIZE,
                                &(struct icp_facts){.employee_count = cases[i].employees}),
                         cases[i].points);
}

static void industry_is_25_for_a_target_and_15_for_a_related_one(void **state)
{
    static const char *const target[] = {"Software",
                                         "SaaS",
                                         "Information Technology",
                                         "ICT-dienstverlening",
                                         "AI",
                                         "IT & data",
                                         "E-commerce",
                                         "ecommerce",
                                         "Softwareontwikkeling",
                                         "FinTech",
                                         "webwinkel",
                                         "Kunstmatige intelligentie",
                                         "Cyber Security"};
    static const char *const related[] = {"Consulting",    "Zakelijke dienstverlening",
                                          "Verzekeringen", "Financiële dienstverlening",
                                          "Recruitment",   "Human Resources",
                                          "Reclamebureau"};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(target); i++)
        assert_int_equal(industry_points(t, target[i]), 25);
    for (size_t i = 0; i < LM_COUNT(related); i++)
        assert_int_equal(industry_points(t, related[i]), 15);
    assert_int_equal(industry_points(t, "Bouw"), 7);
    assert_int_equal(industry_points(t, ""), 10);
    assert_int_equal(industry_points(t, " - "), 10);
}

static void a_word_inside_another_word_is_no_match(void **state)
{
    static const char *const others[] = {"Hospitality",       "Retail",      "Charity",    "Fruit",
                                         "Thailandse keuken", "Datingsites", "Lithografie"};
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(others); i++)
        assert_int_equal(industry_points(t, others[i]), 7);
}

static void growth_never_passes_its_20_points(void **state)
{
    struct lm_test *t = *state;

    assert_int_equal(points(t, ICP_GROWTH, &(struct icp_facts){0}), 0);
    assert_int_equal(points(t, ICP_GROWTH, &(struct icp_facts){.open_vacancies = 5}), 4);
    assert_int_equal(points(t, ICP_GROWTH, &(struct icp_facts){.open_vacancies = 500}), 16);
    assert_int_equal(points(t, ICP_GROWTH, &(struct icp_facts){.has_funding = true}), 8);
    assert_int_equal(
        points(t, ICP_GROWTH, &(struct icp_facts){.open_vacancies = 500, .has_funding = true}), 20);
    assert_int_equal(points(t, ICP_GROWTH, &(struct icp_facts){.open_vacancies = -7}), 0);
}

static void activity_counts_the_profile_and_the_posts(void **state)
{
    struct lm_test *t = *state;

    assert_int_equal(points(t, ICP_ACTIVITY, &(struct icp_facts){.has_linkedin = true}), 3);
    assert_int_equal(points(t, ICP_ACTIVITY,
                            &(struct icp_facts){.has_linkedin = true, .linkedin_posts_30d = 4}),
                     6);
    assert_int_equal(points(t, ICP_ACTIVITY,
                            &(struct icp_facts){.has_linkedin = true, .linkedin_posts_30d = 9999}),
                     15);
}

static void location_is_by_place_and_country_not_by_letters(void **state)
{
    struct lm_test *t = *state;

    assert_int_equal(location_points(t, "Rotterdam, Zuid-Holland", NULL), 10);
    assert_int_equal(location_points(t, "'s-Gravenhage", "NL"), 10);
    assert_int_equal(location_points(t, "Capelle aan den IJssel", "NL"), 10);
    assert_int_equal(location_points(t, "Amsterdam", "US"), 2);
    assert_int_equal(location_points(t, "Amsterdam, New York, United States", NULL), 2);
    assert_int_equal(location_points(t, "Eindhoven", NULL), 7);
    assert_int_equal(location_points(t, "Groningen", "NL"), 7);
    assert_int_equal(location_points(t, "Groningen, GR", NULL), 7); /* the province, not Greece */
    assert_int_equal(location_points(t, "Leeuwarden, FR", NULL), 7);
    assert_int_equal(location_points(t, "Athene, GR", NULL), 5);
    assert_int_equal(location_points(t, "Paris, FR", NULL), 5);
    assert_int_equal(location_points(t, "Maastricht, Nederland", NULL), 7);
    assert_int_equal(location_points(t, "", "NL"), 7);
    assert_int_equal(location_points(t, "Finland", NULL), 5);
    assert_int_equal(location_points(t, "Berlin, DE", NULL), 5);
    assert_int_equal(location_points(t, "München, Deutschland", NULL), 5);
    assert_int_equal(location_points(t, "Online", NULL), 2);
    assert_int_equal(location_points(t, "", NULL), 2);
    assert_int_equal(location_points(t, "Zürich", "CH"), 2);
}

static void every_listed_place_is_found_as_what_it_is(void **state)
{
    struct lm_test *t = *state;

    for (int kind = PLACE_ELSEWHERE; kind <= PLACE_RANDSTAD; kind++) {
        size_t n;
        const char *const *names = place_names((enum place)kind, &n);

        assert_true(n > 0);
        for (size_t i = 0; i < n; i++) {
            if (i > 0 && strcmp(names[i - 1], names[i]) >= 0)
                fail_msg("\"%s\" must not stand before \"%s\"", names[i - 1], names[i]);
            if (place_of(t->arena, lm_str_z(names[i]), LM_STR("")) != (enum place)kind)
                fail_msg("\"%s\" is not found as what it is", names[i]);
        }
    }
}

static void the_total_is_the_sum_and_decides_class_and_qualification(void **state)
{
    struct lm_test *t = *state;
    struct icp_facts best = {.employee_count = 30,
                             .industry = LM_STR("SaaS"),
                             .open_vacancies = 30,
                             .has_funding = true,
                             .has_linkedin = true,
                             .linkedin_posts_30d = 20,
                             .location = LM_STR("Utrecht")};
    struct icp_score s = score_of(t, &best);
    int sum = 0;

    for (int i = 0; i < ICP_PARTS; i++) {
        sum += s.part[i].points;
        assert_true(s.part[i].points <= s.part[i].max_points);
        assert_true(strlen(s.part[i].reason) > 0);
    }
    assert_int_equal(s.total, 100);
    assert_int_equal(sum, 100);
    assert_int_equal(s.class, ICP_HOT);
    assert_true(s.is_qualified);

    best.is_discarded = true;
    s = score_of(t, &best);
    assert_int_equal(s.total, 100);
    assert_false(s.is_qualified);

    s = score_of(t, &(struct icp_facts){0});
    assert_int_equal(s.total, 12 + 10 + 0 + 0 + 2);
    assert_int_equal(s.class, ICP_COLD);
    assert_false(s.is_qualified);
}

static void classes_begin_at_75_60_and_45(void **state)
{
    struct icp_profile p;

    (void)state;
    icp_profile_init(&p);
    assert_int_equal(icp_classify(&p, 75), ICP_HOT);
    assert_int_equal(icp_classify(&p, 74), ICP_WARM);
    assert_int_equal(icp_classify(&p, 60), ICP_WARM);
    assert_int_equal(icp_classify(&p, 59), ICP_COOL);
    assert_int_equal(icp_classify(&p, 45), ICP_COOL);
    assert_int_equal(icp_classify(&p, 44), ICP_COLD);
}

static void a_tenants_own_industries_bring_their_synonyms(void **state)
{
    struct lm_test *t = *state;
    const lm_str target[] = {LM_STR("Verzekeringen"), LM_STR("Bakkerij")};
    struct icp_profile p;
    struct icp_score s;
    const struct icp_judge *judge;

    icp_profile_init(&p);
    p.target = target;
    p.n_target = LM_COUNT(target);
    judge = icp_judge_new(t->arena, &p);
    icp_score(t->arena, judge, &(struct icp_facts){.industry = LM_STR("Insurance")}, &s);
    assert_int_equal(s.part[ICP_INDUSTRY].points, 25);
    icp_score(t->arena, judge, &(struct icp_facts){.industry = LM_STR("BAKKERIJ en lunchroom")},
              &s);
    assert_int_equal(s.part[ICP_INDUSTRY].points, 25);
    icp_score(t->arena, judge, &(struct icp_facts){.industry = LM_STR("Software")}, &s);
    assert_int_equal(s.part[ICP_INDUSTRY].points, 7);
}

static void weights_must_make_100_and_thresholds_must_fall(void **state)
{
    struct lm_test *t = *state;
    struct icp_profile p;

    icp_profile_init(&p);
    assert_ok(icp_profile_check(&p, &t->err), &t->err);
    p.weight[ICP_GROWTH] = 21;
    assert_code(icp_profile_check(&p, &t->err), LM_INVALID, &t->err);
    assert_string_equal(t->err.fields[0].field, "weights");
    p.weight[ICP_GROWTH] = 20;
    p.warm = p.hot;
    assert_code(icp_profile_check(&p, &t->err), LM_INVALID, &t->err);
    assert_string_equal(t->err.fields[0].field, "thresholds");
}

static void weights_move_the_points(void **state)
{
    struct lm_test *t = *state;
    struct icp_profile p;
    struct icp_score s;

    icp_profile_init(&p);
    p.weight[ICP_INDUSTRY] = 100;
    p.weight[ICP_COMPANY_SIZE] = p.weight[ICP_GROWTH] = 0;
    p.weight[ICP_ACTIVITY] = p.weight[ICP_LOCATION] = 0;
    icp_score(t->arena, icp_judge_new(t->arena, &p),
              &(struct icp_facts){.industry = LM_STR("Marketing"), .employee_count = 30}, &s);
    assert_int_equal(s.total, 60);
    assert_int_equal(s.part[ICP_COMPANY_SIZE].points, 0);
}

LM_TEST_MAIN(LM_TEST(company_size_is_best_from_11_to_50),
             LM_TEST(industry_is_25_for_a_target_and_15_for_a_related_one),
             LM_TEST(a_word_inside_another_word_is_no_match),
             LM_TEST(growth_never_passes_its_20_points),
             LM_TEST(activity_counts_the_profile_and_the_posts),
             LM_TEST(location_is_by_place_and_country_not_by_letters),
             LM_TEST(every_listed_place_is_found_as_what_it_is),
             LM_TEST(the_total_is_the_sum_and_decides_class_and_qualification),
             LM_TEST(classes_begin_at_75_60_and_45),
             LM_TEST(a_tenants_own_industries_bring_their_synonyms),
             LM_TEST(weights_must_make_100_and_thresholds_must_fall),
             LM_TEST(weights_move_the_points))
