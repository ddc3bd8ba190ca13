/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "services/tracker/hits/judge.h"

#define BROWSER \
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
#define GMAIL \
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"

static void people_and_machines_are_told_apart(void **state)
{
    static const struct {
        const char *agent;
        bool is_click;
        int64_t after_sent_ms;
        int opens_before;
        int64_t after_click_ms; /* 0: no click before */
        bool is_machine;
    } cases[] = {
        {BROWSER, false, 60000, 0, 0, false},
        {BROWSER, false, 1000, 0, 0, true},        /* a second after delivery: a scanner */
        {"Mozilla/5.0", false, 60000, 0, 0, true}, /* Apple's privacy proxy */
        {GMAIL, false, 60000, 0, 0, false},        /* fetched when opened */
        {GMAIL, false, 60000, 1, 0, true},         /* fetched again by the cache */
        {"", false, 60000, 0, 0, true},
        {"Googlebot/2.1", false, 60000, 0, 0, true},
        {BROWSER, true, 60000, 1, 0, false},
        {BROWSER, true, 60000, 1, 500, true}, /* another link within a second */
        {BROWSER, true, 60000, 1, 5000, false},
    };

    (void)state;
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        int64_t sent_at = 1772438400000, at = sent_at + cases[i].after_sent_ms;
        struct tracker_hit hit = {.is_click = cases[i].is_click,
                                  .at = at,
                                  .user_agent = lm_str_z(cases[i].agent),
                                  .url = LM_STR("https://a.example/")};
        struct tracker_seen seen = {.sent_at = sent_at, .human_opens = cases[i].opens_before};

        if (cases[i].after_click_ms) {
            seen.last_click_at = at - cases[i].after_click_ms;
            seen.last_click_url = LM_STR("https://b.example/");
        }
        if (tracker_hit_is_machine(&hit, &seen) != cases[i].is_machine)
            fail_msg("case %zu", i);
    }
}

static void the_same_link_twice_in_a_second_is_a_double_click(void **state)
{
    struct tracker_hit hit = {.is_click = true,
                              .at = 1772438500000,
                              .user_agent = LM_STR(BROWSER),
                              .url = LM_STR("https://a.example/")};
    struct tracker_seen seen = {.sent_at = 1772438400000,
                                .last_click_at = 1772438499700,
                                .last_click_url = LM_STR("https://a.example/")};

    (void)state;
    assert_false(tracker_hit_is_machine(&hit, &seen));
}

LM_TEST_MAIN(LM_TEST(people_and_machines_are_told_apart),
             LM_TEST(the_same_link_twice_in_a_second_is_a_double_click))
