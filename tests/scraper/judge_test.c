/* SPDX-License-Identifier: Apache-2.0 */
/* How often the matcher is right: 2,000 pairs of names, those of pairs.tsv by hand, the rest made by pairs.c. */
#include "tests/lm_test.h"

#include "common/text.h"
#include "services/scraper/match/judge.h"
#include "services/scraper/match/name.h"
#include "tests/scraper/pairs.h"

enum { PAIRS = 2000, BY_HAND = 300 };

struct tally {
    int found, wrong, missed; /* of pairs that are the same */
};

static void count(struct tally *t, bool wanted, bool got)
{
    t->found += wanted && got;
    t->wrong += !wanted && got;
    t->missed += wanted && !got;
}

static double precision(const struct tally *t)
{
    return (double)t->found / (t->found + t->wrong);
}

static double recall(const struct tally *t)
{
    return (double)t->found / (t->found + t->missed);
}

static struct scraper_judgement judge(struct lm_arena *a, const char *one, const char *other)
{
    struct scraper_tokens x, y;

    scraper_tokens_of(a, lm_str_z(one), &x);
    scraper_tokens_of(a, lm_str_z(other), &y);
    return scraper_names_judge(&x, &y);
}

static void count_pair(struct lm_arena *a, const char *one, const char *other, bool is_same,
                       struct tally tallies[2])
{
    struct scraper_judgement j = judge(a, one, other), back = judge(a, other, one);
    double ratio = lm_text_ratio(scraper_name_normalize(a, lm_str_z(one)),
                                 scraper_name_normalize(a, lm_str_z(other)));

    assert_int_equal(j.verdict, back.verdict); /* whichever comes first */
    assert_true((j.verdict == SCRAPER_SAME) == (j.score >= SCRAPER_SAME_NAME));
    count(&tallies[0], is_same, j.verdict == SCRAPER_SAME);
    count(&tallies[1], is_same, ratio >= SCRAPER_SAME_NAME);
    if ((j.verdict == SCRAPER_SAME) != is_same)
        print_message("%s: %s | %s: %s\n", is_same ? "missed" : "wrong", one, other, j.reason);
}

static void report(const char *of, const struct tally tallies[2])
{
    print_message("%s: precision %.3f recall %.3f; the ratio of 0.85: %.3f %.3f\n", of,
                  precision(&tallies[0]), recall(&tallies[0]), precision(&tallies[1]),
                  recall(&tallies[1]));
}

static int judge_by_hand(struct lm_test *t, struct tally tallies[2])
{
    lm_str rest = lm_test_fixture(t, "scraper/pairs.tsv"), line, label, one;
    int n = 0;

    while (lm_str_line(&rest, &line)) {
        if (!line.n || line.p[0] == '#')
            continue;
        assert_true(lm_str_split(&line, '\t', &label) && lm_str_split(&line, '\t', &one));
        count_pair(t->arena, lm_arena_strz(t->arena, one), lm_arena_strz(t->arena, line),
                   lm_str_eqz(label, "="), tallies);
        n++;
    }
    return n;
}

static void is_right_more_often_than_the_ratio(void **state)
{
    struct lm_test *t = *state;
    struct tally hand[2] = {0}, all[2];
    struct test_pair pair;
    int n = judge_by_hand(t, hand);

    assert_true(n >= BY_HAND);
    report("by hand", hand);
    memcpy(all, hand, sizeof(all));
    for (int i = n; i < PAIRS; i++) {
        test_pair_make((uint64_t)i, &pair);
        count_pair(t->arena, pair.a, pair.b, pair.is_same, all);
    }
    report("all", all);
    assert_true(precision(&hand[0]) > precision(&hand[1]) && recall(&hand[0]) > recall(&hand[1]));
    assert_true(precision(&all[0]) > precision(&all[1]) && recall(&all[0]) > recall(&all[1]));
    assert_true(precision(&all[0]) >= 0.97 && recall(&all[0]) >= 0.95);
}

LM_TEST_MAIN(LM_TEST(is_right_more_often_than_the_ratio))
