/* SPDX-License-Identifier: Apache-2.0 */
/* Names in memory against the match function over each of them. */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "services/scraper/match/name.h"
#include "services/scraper/match/names.h"
#include "tests/bench/names.h"

enum { NAMES = 20000, QUERIES = 300, MOST = 64 };

static const char *id_of(struct lm_arena *a, size_t i)
{
    return lm_arena_printf(a, "00000000-0000-4000-8000-%012zx", i);
}

static lm_str normalized(struct lm_arena *a, const char *name)
{
    return scraper_name_normalize(a, lm_str_z(name));
}

/* Every name that brute force finds, with its ratio, and no other. */
static void check(struct lm_arena *a, const struct scraper_names *names, const lm_str *list,
                  size_t n, lm_str query)
{
    struct scraper_alike got[MOST];
    size_t n_got = scraper_names_like(names, query, got, MOST), wanted = 0;

    for (size_t i = 0; i < n; i++)
        wanted += scraper_name_ratio(query, list[i]) >= SCRAPER_SAME_NAME;
    assert_int_equal(n_got, LM_MIN(wanted, (size_t)MOST));
    for (size_t i = 0; i < n_got; i++) {
        uint64_t at = strtoull(got[i].id + 24, NULL, 16);

        assert_string_equal(got[i].id, id_of(a, at));
        assert_true(got[i].ratio == scraper_name_ratio(query, list[at]));
        assert_true(i == 0 || got[i - 1].ratio >= got[i].ratio);
    }
}

static void finds_what_brute_force_finds(void **state)
{
    struct lm_test *t = *state;
    struct scraper_names *names = scraper_names_new();
    lm_str *list = LM_NEW_ARRAY(t->arena, lm_str, NAMES);
    struct bench_dice dice = {42};
    char name[BENCH_NAME_SIZE], query[BENCH_NAME_SIZE];

    for (size_t i = 0; i < NAMES; i++) {
        bench_name(i, name);
        list[i] = normalized(t->arena, name);
        scraper_names_add(names, id_of(t->arena, i), list[i]);
    }
    for (int i = 0; i < QUERIES; i++) {
        size_t n = bench_name(bench_pick(&dice, NAMES), name);

        bench_name_misspell(&dice, (lm_str){name, n}, query);
        check(t->arena, names, list, NAMES, normalized(t->arena, query));
    }
    print_message("%.0f bytes a name\n", (double)scraper_names_bytes(names) / NAMES);
    assert_true(scraper_names_bytes(names) < (size_t)150 * NAMES);
    scraper_names_free(names);
}

/* Ends of the scale: a letter, more letters than fit a word of the machine, the same letter over and over. */
static void finds_short_and_long_names(void **state)
{
    static const char *const stored[] = {
        "a",
        "ab",
        "b",
        "shell",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "een naam die zo lang is dat niemand hem ooit helemaal uitspreekt en toch in het register staat omdat het mag",
        "een naam die zo lang is dat niemand hem ooit helemaal uitspreekt en toch in het register stond omdat het mag",
        "vierenzestig letters heeft deze naam van een bedrijf dat graag p",
    };
    struct lm_test *t = *state;
    struct scraper_names *names = scraper_names_new();
    lm_str list[LM_COUNT(stored)];

    for (size_t i = 0; i < LM_COUNT(stored); i++) {
        list[i] = lm_str_z(stored[i]);
        scraper_names_add(names, id_of(t->arena, i), list[i]);
    }
    scraper_names_add(names, id_of(t->arena, 99), lm_str_z(""));
    for (size_t i = 0; i < LM_COUNT(stored); i++)
        check(t->arena, names, list, LM_COUNT(stored), list[i]);
    check(t->arena, names, list, LM_COUNT(stored), lm_str_z("shelll"));
    check(t->arena, names, list, LM_COUNT(stored), lm_str_z(""));
    scraper_names_free(names);
}

static void gives_the_best_when_there_are_more_than_asked_for(void **state)
{
    struct lm_test *t = *state;
    struct scraper_names *names = scraper_names_new();
    struct scraper_alike got[3];

    for (size_t i = 0; i < 1000; i++)
        scraper_names_add(names, id_of(t->arena, i),
                          lm_str_z(i == 500 ? "bakkerij oost"
                                   : i % 2  ? "bakkerij oosd"
                                            : "bakerij oosd"));
    assert_int_equal(scraper_names_like(names, LM_STR("bakkerij oost"), got, 3), 3);
    assert_string_equal(got[0].id, id_of(t->arena, 500));
    assert_true(got[0].ratio == 1.0 && got[1].ratio == got[2].ratio && got[1].ratio < 1.0);
    scraper_names_free(names);
}

LM_TEST_MAIN(LM_TEST(finds_what_brute_force_finds), LM_TEST(finds_short_and_long_names),
             LM_TEST(gives_the_best_when_there_are_more_than_asked_for))
