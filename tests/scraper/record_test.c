/* SPDX-License-Identifier: Apache-2.0 */
/* What records show, and which are one: always the same, whatever the order. */
#include "tests/lm_test.h"

#include "common/json.h"
#include "services/scraper/match/groups.h"
#include "tests/scraper/any_company.h"

enum { RECORDS = 40, ORDERS = 40, WORDS = 60 };

static char *copy(struct lm_test *t, const char *text)
{
    return text ? lm_arena_strdup(t->arena, text) : NULL;
}

static Lm__Company *said(struct lm_test *t, Lm__Source source, const char *name)
{
    Lm__Company *c = LM_NEW(t->arena, Lm__Company);

    lm__company__init(c);
    c->name = copy(t, name);
    c->has_source = true;
    c->source = source;
    return c;
}

static struct scraper_company_record *record(struct lm_test *t, const char *id,
                                             const Lm__Company *c, int64_t at)
{
    struct scraper_company_record *r = LM_NEW(t->arena, struct scraper_company_record);

    r->id = id;
    r->source = c->source;
    scraper_traits_of(t->arena, c, &r->traits);
    scraper_record_hear(t->arena, r, c, at);
    return r;
}

static Lm__Company show(struct lm_test *t, struct scraper_company_record **v, size_t n)
{
    Lm__Company out = LM__COMPANY__INIT;

    scraper_company_show(t->arena, (const struct scraper_company_record *const *)v, n, &out);
    return out;
}

static void shows_the_better_source_and_of_two_as_good_the_newer(void **state)
{
    struct lm_test *t = *state;
    Lm__Company *board = said(t, LM__SOURCE__INDEED, "Acme"),
                *registry = said(t, LM__SOURCE__KVK, "Acme B.V."), out;
    struct scraper_company_record *v[2];

    board->city = copy(t, "Ede");
    board->industry = copy(t, "Bouw");
    board->has_employee_count = registry->has_employee_count = true;
    board->employee_count = 30;
    registry->employee_count = 12;
    board->description = copy(t, "een langere tekst");
    registry->description = copy(t, "kort");
    registry->city = copy(t, "Wageningen");
    registry->has_no_mailing = registry->no_mailing = true;
    v[0] = record(t, "1", board, 2000);
    v[1] = record(t, "2", registry, 1000);
    out = show(t, v, 2);
    assert_string_equal(out.name, "Acme B.V.");
    assert_string_equal(out.city, "Wageningen");
    assert_string_equal(out.industry, "Bouw");
    assert_string_equal(out.description, "een langere tekst");
    assert_int_equal(out.employee_count, 30);
    assert_true(out.no_mailing);
    assert_int_equal(out.n_sources, 2);
    assert_int_equal(out.sources[0], LM__SOURCE__KVK); /* the first that found it */
    /* Of one source the newer counts, also where it takes back; what it no longer says stays. */
    board = said(t, LM__SOURCE__INDEED, "Acme");
    board->has_employee_count = true;
    board->employee_count = 8;
    board->industry = copy(t, "Utiliteitsbouw");
    assert_true(scraper_record_hear(t->arena, v[0], board, 3000));
    out = show(t, v, 2);
    assert_int_equal(out.employee_count, 12);
    assert_string_equal(out.industry, "Utiliteitsbouw");
    assert_string_equal(out.description, "een langere tekst");
    assert_false(scraper_record_hear(t->arena, v[0], board, 3000)); /* once more is nothing */
}

static void what_a_company_does_is_said_in_the_words_of_its_market(void **state)
{
    struct lm_test *t = *state;
    Lm__Company *board = said(t, LM__SOURCE__INDEED, "Acme"),
                *registry = said(t, LM__SOURCE__KVK, "Acme B.V."), out;
    struct scraper_company_record *v[2];

    board->industry = copy(t, "marketing");
    board->industry_words = copy(t, "Marketing");
    registry->industry = copy(t, "creative_services");
    registry->industry_words = copy(t, "Reclamebureaus");
    v[0] = record(t, "a", registry, 1000);
    v[1] = record(t, "b", board, 2000);
    out = show(t, v, 2);
    assert_string_equal(out.industry, "marketing");
    assert_string_equal(out.industry_words, "Marketing");
    /* Nobody else says it. */
    out = show(t, v, 1);
    assert_string_equal(out.industry_words, "Reclamebureaus");
}

static void a_persons_word_counts_before_all_sources(void **state)
{
    struct lm_test *t = *state;
    Lm__Company *registry = said(t, LM__SOURCE__KVK, "Acme B.V."),
                *edit = said(t, LM__SOURCE__MANUAL, NULL), out;
    struct scraper_company_record *v[2];
    struct scraper_fact *facts;

    registry->has_employee_count = edit->has_employee_count = true;
    registry->employee_count = 50;
    registry->city = copy(t, "Ede");
    edit->employee_count = 3;
    v[0] = record(t, "1", registry, 9000);
    v[1] = record(t, "2", edit, 1000);
    v[1]->said_of = "1";
    v[1]->weight = 1;
    out = show(t, v, 2);
    assert_int_equal(out.employee_count, 3);
    assert_string_equal(out.city, "Ede");
    assert_int_equal(out.n_sources, 1); /* an edit is no source */
    assert_int_equal(
        scraper_facts_of(t->arena, (const struct scraper_company_record *const *)v, 2, &facts), 4);
}

/* ---- orders ---- */

static void shuffle(struct bench_dice *d, size_t *v, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        size_t k = bench_pick(d, i), x = v[i - 1];

        v[i - 1] = v[k];
        v[k] = x;
    }
}

static void a_record_is_the_same_in_whatever_order_it_was_heard(void **state)
{
    struct lm_test *t = *state;
    struct bench_dice d = {11};
    Lm__Company *words[WORDS];
    int64_t at[WORDS];
    size_t order[WORDS];
    lm_str first = {NULL, 0};

    for (size_t i = 0; i < WORDS; i++) {
        words[i] = any_company(t->arena, &d);
        words[i]->source = LM__SOURCE__INDEED;
        at[i] = 1000 * (int64_t)(1 + bench_pick(&d, 20)); /* many at once */
        order[i] = i;
    }
    for (int k = 0; k < ORDERS; k++) {
        struct scraper_company_record r = {.id = "1", .source = LM__SOURCE__INDEED};
        lm_str packed;

        shuffle(&d, order, WORDS);
        for (size_t i = 0; i < WORDS; i++)
            scraper_record_hear(t->arena, &r, words[order[i]], at[order[i]]);
        packed = lm_pb_pack(t->arena, &r.said->base);
        first = first.p ? first : packed;
        assert_true(lm_str_eq(packed, first));
    }
}

static void records_are_one_in_whatever_order_they_came(void **state)
{
    struct lm_test *t = *state;
    struct bench_dice d = {5};

    for (int round = 0; round < ORDERS; round++) {
        const struct scraper_company_record *v[RECORDS], *w[RECORDS];
        struct scraper_decision decisions[4];
        size_t order[RECORDS], group[RECORDS], other[RECORDS];

        for (size_t i = 0; i < RECORDS; i++) {
            v[i] = record(t, lm_arena_printf(t->arena, "%02zu", i), any_company(t->arena, &d),
                          1000 * (int64_t)bench_pick(&d, 20));
            order[i] = i;
        }
        for (size_t i = 0; i < LM_COUNT(decisions); i++)
            decisions[i] = (struct scraper_decision){v[bench_pick(&d, RECORDS)]->id,
                                                     v[bench_pick(&d, RECORDS)]->id,
                                                     bench_pick(&d, 2), (int64_t)i};
        scraper_groups_make(t->arena, v, RECORDS, decisions, LM_COUNT(decisions), group);
        shuffle(&d, order, RECORDS);
        for (size_t i = 0; i < RECORDS; i++)
            w[i] = v[order[i]];
        scraper_groups_make(t->arena, w, RECORDS, decisions, LM_COUNT(decisions), other);
        for (size_t i = 0; i < RECORDS; i++) {
            for (size_t k = 0; k < RECORDS; k++)
                assert_int_equal(group[order[i]] == group[order[k]], other[i] == other[k]);
        }
    }
}

static void groups(struct lm_test *t, struct scraper_company_record **v, size_t n,
                   const struct scraper_decision *d, size_t n_d, size_t *out)
{
    scraper_groups_make(t->arena, (const struct scraper_company_record *const *)v, n, d, n_d, out);
}

static void never_brings_two_domains_under_one_roof_unless_a_person_does(void **state)
{
    struct lm_test *t = *state;
    struct scraper_company_record *v[3];
    struct scraper_decision same = {"1", "3", true, 5}, apart = {"1", "2", false, 6};
    size_t g[3];

    for (size_t i = 0; i < 3; i++) {
        Lm__Company *c = said(t, LM__SOURCE__INDEED, "Zilverpad Logistiek");

        c->domain = copy(t, i == 0 ? "a.example" : i == 2 ? "b.example" : NULL);
        v[i] = record(t, lm_arena_printf(t->arena, "%zu", i + 1), c, 1000 + (int64_t)i);
    }
    groups(t, v, 3, NULL, 0, g);
    assert_true(g[0] == g[1] && g[1] != g[2]); /* the one it was found with first */
    groups(t, v, 3, &same, 1, g);
    assert_true(g[0] == g[1] && g[1] == g[2]);
    groups(t, v, 3, &apart, 1, g);
    assert_true(g[0] != g[1] && g[1] == g[2]);
}

LM_TEST_MAIN(LM_TEST(shows_the_better_source_and_of_two_as_good_the_newer),
             LM_TEST(what_a_company_does_is_said_in_the_words_of_its_market),
             LM_TEST(a_persons_word_counts_before_all_sources),
             LM_TEST(a_record_is_the_same_in_whatever_order_it_was_heard),
             LM_TEST(records_are_one_in_whatever_order_they_came),
             LM_TEST(never_brings_two_domains_under_one_roof_unless_a_person_does))
