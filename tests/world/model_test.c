/* SPDX-License-Identifier: Apache-2.0 */
/* The world's model: what the rest of the tests stand on. */
#include "tests/lm_test.h"

#include "common/text.h"
#include "tests/world/model/world.h"

static const struct world small = {.seed = 1, .n_companies = 240};
static const struct world large = {.seed = 7, .n_companies = 5000};

/* A scraper merges names that are alike by 0.85; two companies of the world must never be. */
static void names_of_two_companies_are_far_apart(void **state)
{
    struct world_company a, b;

    (void)state;
    for (unsigned i = 0; i < small.n_companies; i++) {
        world_company(&small, i, &a);
        for (unsigned j = i + 1; j < small.n_companies; j++) {
            world_company(&small, j, &b);
            if (lm_text_ratio(lm_str_z(a.name), lm_str_z(b.name)) >= 0.85)
                fail_msg("%s and %s", a.name, b.name);
        }
    }
}

static void a_host_leads_back_to_its_company(void **state)
{
    struct world_index *index = world_index_new(&large);
    struct world_company c;
    char www[128];

    (void)state;
    for (unsigned i = 0; i < large.n_companies; i++) {
        world_company(&large, i, &c);
        snprintf(www, sizeof(www), "www.%s", c.domain);
        assert_int_equal(world_find_host(index, lm_str_z(c.entry)), i);
        assert_int_equal(world_find_host(index, lm_str_z(www)), i);
    }
    assert_int_equal(world_find_host(index, LM_STR("nobody.nl.example")), -1);
    world_index_free(index);
}

static void an_address_leads_back_to_its_person(void **state)
{
    struct world_index *index = world_index_new(&small);
    struct world_company c;
    struct world_person wanted, got;
    int company;

    (void)state;
    for (unsigned i = 0; i < small.n_companies; i++) {
        world_company(&small, i, &c);
        for (unsigned k = 0; k < c.n_people; k++) {
            world_person(&small, &c, k, &wanted);
            assert_true(lm_email_valid(lm_str_z(wanted.email)));
            assert_true(world_find_address(index, lm_str_z(wanted.email), &company, &got));
            assert_int_equal(company, i);
            assert_int_equal(got.index, k);
        }
    }
    world_index_free(index);
}

static void a_job_key_leads_back_to_its_posting(void **state)
{
    struct world_company c;
    struct world_posting p;
    unsigned company, k;

    (void)state;
    for (unsigned i = 0; i < small.n_companies; i++) {
        world_company(&small, i, &c);
        assert_in_range(c.n_vacancies, 1, 20);
        for (unsigned v = 0; v < c.n_vacancies; v++) {
            world_posting(&small, &c, v, &p);
            assert_true(world_posting_find(&small, lm_str_z(p.key), &company, &k));
            assert_int_equal(company, i);
            assert_int_equal(k, v);
        }
    }
    assert_false(world_posting_find(&small, LM_STR("0123456789abcdef"), &company, &k));
    assert_false(world_posting_find(&small, LM_STR("0123456789ABCDEF"), &company, &k));
}

static void the_same_seed_gives_the_same_world_and_another_gives_another(void **state)
{
    const struct world other = {.seed = 2, .n_companies = 240};
    struct world_company a, again, b;
    unsigned same = 0;

    (void)state;
    for (unsigned i = 0; i < small.n_companies; i++) {
        world_company(&small, i, &a);
        world_company(&small, i, &again);
        world_company(&other, i, &b);
        assert_memory_equal(&a, &again, sizeof(a));
        same += strcmp(a.name, b.name) == 0;
    }
    assert_int_equal(same, 0);
}

static void forty_eight_companies_have_every_layout_oddity_and_way_with_mail(void **state)
{
    const struct world w = {.seed = 1, .n_companies = 48};
    unsigned layouts = 0, oddities = 0, mail = 0, few = 0;
    struct world_company c;

    (void)state;
    for (unsigned i = 0; i < w.n_companies; i++) {
        world_company(&w, i, &c);
        layouts |= 1u << c.layout;
        oddities |= 1u << c.oddity;
        mail |= 1u << c.mail;
        few += c.n_vacancies < 5;
    }
    assert_int_equal(layouts, (1u << WORLD_LAYOUT_COUNT) - 1);
    assert_int_equal(oddities, (1u << WORLD_ODD_COUNT) - 1);
    assert_int_equal(mail, (1u << WORLD_MAIL_COUNT) - 1);
    assert_in_range(few, 4, 24);
}

LM_TEST_MAIN(LM_TEST(names_of_two_companies_are_far_apart),
             LM_TEST(a_host_leads_back_to_its_company),
             LM_TEST(an_address_leads_back_to_its_person),
             LM_TEST(a_job_key_leads_back_to_its_posting),
             LM_TEST(the_same_seed_gives_the_same_world_and_another_gives_another),
             LM_TEST(forty_eight_companies_have_every_layout_oddity_and_way_with_mail))
