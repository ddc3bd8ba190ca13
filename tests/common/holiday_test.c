/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/calendar.h"

struct year {
    const char *country;
    int year;
    struct {
        int month, day;
    } days[16]; /* ends with month 0 */
};

static const struct year years[] = {
    {"NL", 2026, {{1, 1}, {4, 5}, {4, 6}, {4, 27}, {5, 14}, {5, 24}, {5, 25}, {12, 25}, {12, 26}}},
    {"NL",
     2025,
     {{1, 1}, {4, 20}, {4, 21}, {4, 26}, {5, 5}, {5, 29}, {6, 8}, {6, 9}, {12, 25}, {12, 26}}},
    {"NL", 2013, {{1, 1}, {3, 31}, {4, 1}, {4, 30}, {5, 9}, {5, 19}, {5, 20}, {12, 25}, {12, 26}}},
    {"BE",
     2026,
     {{1, 1},
      {4, 5},
      {4, 6},
      {5, 1},
      {5, 14},
      {5, 24},
      {5, 25},
      {7, 21},
      {8, 15},
      {11, 1},
      {11, 11},
      {12, 25}}},
    {"DE", 2026, {{1, 1}, {4, 3}, {4, 6}, {5, 1}, {5, 14}, {5, 25}, {10, 3}, {12, 25}, {12, 26}}},
    {"GB",
     2022,
     {{1, 3}, {4, 15}, {4, 18}, {5, 2}, {6, 2}, {6, 3}, {8, 29}, {9, 19}, {12, 26}, {12, 27}}},
    {"GB", 2026, {{1, 1}, {4, 3}, {4, 6}, {5, 4}, {5, 25}, {8, 31}, {12, 25}, {12, 28}}},
    {"GB", 2020, {{1, 1}, {4, 10}, {4, 13}, {5, 8}, {5, 25}, {8, 31}, {12, 25}, {12, 28}}},
    {"US",
     2026,
     {{1, 1},
      {1, 19},
      {2, 16},
      {5, 25},
      {6, 19},
      {7, 3},
      {9, 7},
      {10, 12},
      {11, 11},
      {11, 26},
      {12, 25}}},
    {"US",
     2021,
     {{1, 1},
      {1, 18},
      {2, 15},
      {5, 31},
      {6, 18},
      {7, 5},
      {9, 6},
      {10, 11},
      {11, 11},
      {11, 25},
      {12, 24},
      {12, 31}}},
    {"FI", 2026, {{0, 0}}},
};

static bool is_listed(const struct year *y, int month, int day)
{
    for (size_t i = 0; i < LM_COUNT(y->days); i++)
        if (y->days[i].month == month && y->days[i].day == day)
            return true;
    return false;
}

static void knows_the_days_off_and_no_others(void **state)
{
    (void)state;
    for (size_t i = 0; i < LM_COUNT(years); i++) {
        const struct year *y = &years[i];

        for (int64_t d = lm_days_from_civil(y->year, 1, 1);
             d < lm_days_from_civil(y->year + 1, 1, 1); d++) {
            int year, month, day;

            lm_civil_from_days(d, &year, &month, &day);
            if (lm_is_holiday(y->country, year, month, day) != is_listed(y, month, day))
                fail_msg("%s %d-%02d-%02d", y->country, year, month, day);
        }
    }
}

/* Easter Sundays; the Monday behind each is a day off in the Netherlands. */
static void finds_easter(void **state)
{
    static const struct {
        int year, month, day;
    } easters[] = {{1961, 4, 2},  {2000, 4, 23}, {2008, 3, 23}, {2011, 4, 24},
                   {2024, 3, 31}, {2038, 4, 25}, {2049, 4, 18}};

    (void)state;
    for (size_t i = 0; i < LM_COUNT(easters); i++)
        assert_true(lm_is_holiday("nl", easters[i].year, easters[i].month, easters[i].day));
}

LM_TEST_MAIN(LM_TEST(knows_the_days_off_and_no_others), LM_TEST(finds_easter))
