/* SPDX-License-Identifier: Apache-2.0 */
/* Names in memory against the match function over each of them. */
#include "tests/lm_test.h"

#include "common/arena.h"
#include "services/scraper/match/jaro.h"
#include "services/scraper/match/judge.h"
#include "services/scraper/match/name.h"
#include "services/scraper/match/names.h"
#include "tests/bench/names.h"
#include "tests/scraper/pairs.h"

enum { NAMES = 20000, QUERIES = 300, MOST = 64 };

static const char *id_of(struct lm_arena *a, size_t i)
{
    return lm_arena_printf(a, "00000000-0000-4000-8000-%012zx", i);
}

static lm_str normalized(struct lm_arena *a, const char *name)
{
    return scraper_name_normalize(a, lm_str_z(name));
}

static void add(struct lm_arena *a, struct scraper_names *names, const char *id, lm_str name)
{
    struct scraper_tokens tokens;

    scraper_tokens_of(a, name, &tokens);
    scraper_names_add(names, id, &(struct scraper_called){name, &tokens, {NULL, 0}, 0});
}

/* By brute force; 0: not alike. */
static double score_of(lm_str a, lm_str b)
{
    struct scraper_jaro j;
    double jaro, ratio = scraper_name_ratio(a, b);

    scraper_jaro_init(&j, a);
    jaro = scraper_jaro_winkler(&j, b);
    if (!a.n || !b.n || (jaro < SCRAPER_LIKE_NAME && ratio < SCRAPER_SAME_NAME))
        return 0;
    return LM_MAX(jaro >= SCRAPER_LIKE_NAME ? jaro : 0, ratio >= SCRAPER_SAME_NAME ? ratio : 0);
}

/* Every name that brute force finds, with its score, and no other. */
static void check(struct lm_arena *a, const struct scraper_names *names, const lm_str *list,
                  size_t n, lm_str query)
{
    struct scraper_alike got[MOST];
    size_t n_got = scraper_names_like(names, query, got, MOST), wanted = 0;

    for (size_t i = 0; i < n; i++)
        wanted += score_of(query, list[i]) > 0;
    assert_int_equal(n_got, LM_MIN(wanted, (size_t)MOST));
    for (size_t i = 0; i < n_got; i++) {
        uint64_t at = strtoull(got[i].id + 24, NULL, 16);

        assert_string_equal(got[i].id, id_of(a, at));
        assert_true(got[i].score == score_of(query, list[at]));
        assert_true(i == 0 || got[i - 1].score >= got[i].score);
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
        add(t->arena, names, id_of(t->arena, i), list[i]);
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
        add(t->arena, names, id_of(t->arena, i), list[i]);
    }
    add(t->arena, names, id_of(t->arena, 99), lm_str_z(""));
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
        add(t->arena, names, id_of(t->arena, i),
            lm_str_z(i == 500 ? "bakkerij oost"
                     : i % 2  ? "bakkerij oosd"
                              : "bakerij oosd"));
    assert_int_equal(scraper_names_like(names, LM_STR("bakkerij oost"), got, 3), 3);
    assert_string_equal(got[0].id, id_of(t->arena, 500));
    assert_true(got[0].score == 1.0 && got[1].score == got[2].score && got[1].score < 1.0);
    scraper_names_free(names);
}

/* As it stands in books: letter by letter. */
static double textbook(lm_str a, lm_str b)
{
    bool of_a[64] = {false}, of_b[64] = {false};
    size_t half = LM_MAX(a.n, b.n) / 2, reach = half ? half - 1 : 0, m = 0, swapped = 0, k = 0,
           l = 0;
    double jaro;

    for (size_t j = 0; j < b.n; j++) {
        for (size_t i = j > reach ? j - reach : 0; i < a.n && i <= j + reach && !of_b[j]; i++) {
            if (!of_a[i] && a.p[i] == b.p[j]) {
                of_a[i] = of_b[j] = true;
                m++;
            }
        }
    }
    if (!m)
        return 0;
    for (size_t i = 0; i < a.n; i++) {
        if (!of_a[i])
            continue;
        while (!of_b[k])
            k++;
        swapped += a.p[i] != b.p[k++];
    }
    jaro = ((double)m / (double)a.n + (double)m / (double)b.n +
            ((double)m - (double)(swapped / 2)) / (double)m) /
           3;
    while (l < 4 && l < a.n && l < b.n && a.p[l] == b.p[l])
        l++;
    return jaro + 0.1 * (double)l * (1 - jaro);
}

static void measures_jaro_winkler_as_the_books_do(void **state)
{
    static const struct {
        const char *a, *b;
        double score;
    } known[] = {{"martha", "marhta", 0.9611},
                 {"dixon", "dicksonx", 0.8133},
                 {"dwayne", "duane", 0.84},
                 {"abc", "xyz", 0}};
    struct lm_test *t = *state;
    struct bench_dice dice = {3};
    char name[BENCH_NAME_SIZE], query[BENCH_NAME_SIZE];
    struct scraper_jaro j;

    for (size_t i = 0; i < LM_COUNT(known); i++) {
        scraper_jaro_init(&j, lm_str_z(known[i].a));
        assert_float_equal(scraper_jaro_winkler(&j, lm_str_z(known[i].b)), known[i].score, 0.0001);
    }
    for (int i = 0; i < 3000; i++) {
        size_t n = bench_name(bench_pick(&dice, NAMES), name);
        lm_str a, b;

        bench_name_misspell(&dice, (lm_str){name, n}, query);
        a = lm_str_sub(normalized(t->arena, name), 0, SCRAPER_JARO_MAX);
        b = lm_str_sub(normalized(t->arena, query), 0, SCRAPER_JARO_MAX);
        scraper_jaro_init(&j, a);
        assert_true(scraper_jaro_winkler(&j, b) == textbook(a, b));
    }
}

/* Pairs that are the same by the rules, of another generator: each finds the other, by the keys and in a list. */
static void finds_by_keys_what_can_be_the_same(void **state)
{
    struct lm_test *t = *state;
    int same = 0, found = 0;

    for (uint64_t i = 0; i < 3000; i++) {
        struct scraper_names *names = scraper_names_new();
        struct scraper_tokens x, y;
        struct test_pair pair;
        char got[1][LM_ID_SIZE];
        struct scraper_called a, b;

        test_pair_make(i, &pair);
        scraper_tokens_of(t->arena, lm_str_z(pair.a), &x);
        scraper_tokens_of(t->arena, lm_str_z(pair.b), &y);
        a = (struct scraper_called){normalized(t->arena, pair.a), &x, {NULL, 0}, 0};
        b = (struct scraper_called){normalized(t->arena, pair.b), &y, {NULL, 0}, 0};
        scraper_names_add(names, id_of(t->arena, 1), &a);
        if (scraper_names_judge(&x, &y).verdict == SCRAPER_SAME) {
            bool meet = scraper_names_meet(&a, &b);

            same++;
            found += meet;
            assert_true(!meet || scraper_names_same(names, &b, got, 1) == 1);
        }
        scraper_names_free(names);
    }
    print_message("%d of %d pairs find each other\n", found, same);
    assert_true(same > 1000 && found >= 0.99 * same);
}

LM_TEST_MAIN(LM_TEST(finds_what_brute_force_finds), LM_TEST(finds_short_and_long_names),
             LM_TEST(gives_the_best_when_there_are_more_than_asked_for),
             LM_TEST(measures_jaro_winkler_as_the_books_do),
             LM_TEST(finds_by_keys_what_can_be_the_same))
