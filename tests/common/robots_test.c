/* SPDX-License-Identifier: Apache-2.0 */
/* robots.txt by the letter of RFC 9309, and files that mean harm. */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "common/robots.h"

static struct lm_robots *parse(struct lm_test *t, const char *text)
{
    return lm_robots_parse(t->arena, lm_str_z(text), LM_STR("LeadMachine"));
}

static bool allows(const struct lm_robots *r, const char *url)
{
    return lm_robots_check(r, lm_str_z(url)).is_allowed;
}

struct verdict {
    const char *rule, *url;
    bool is_allowed;
};

static void judge_all(struct lm_test *t, const struct verdict *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct lm_robots *r = parse(t, lm_arena_printf(t->arena, "User-agent: *\n%s\n", v[i].rule));

        if (allows(r, v[i].url) != v[i].is_allowed)
            fail_msg("%s: %s is %s", v[i].rule, v[i].url, v[i].is_allowed ? "refused" : "allowed");
    }
}

/* Also in CR and CRLF; a version, a blank before the colon and a comment change nothing. */
static void groups_that_name_us_are_one_and_others_are_not_read(void **state)
{
    struct lm_test *t = *state;
    const struct lm_robots *r = parse(
        t,
        "Disallow: /before\nUser-agent: *\nDisallow: /\n\rUser-agent: other\r\n"
        "user-agent : LEADMACHINE/1.0 # us\rDisallow: /team # no\nSitemap: http://x/s.xml\n"
        "Allow: /team/open\nUser-Agent: third\nDisallow: /third\n"
        "User-agent: LeadMachineX\nDisallow: /x\nUser-agent: leadmachine\ndisallow:/a\nDisallow:\n");

    assert_true(allows(r, "/"));
    assert_true(allows(r, "/before"));
    assert_true(allows(r, "/third"));
    assert_true(allows(r, "/x"));
    assert_false(allows(r, "/team"));
    assert_true(allows(r, "/team/open"));
    assert_false(allows(r, "/a/b"));
}

static void the_rules_for_all_hold_when_nobody_names_us(void **state)
{
    struct lm_test *t = *state;
    const struct lm_robots *r =
        parse(t, "\xef\xbb\xbfUser-agent: x\nDisallow: /\nUser-agent: *\n"
                 "Disallow: /b\nUser-agent: y\nDisallow: /c\nUser-agent: *\nDisallow: /d\n");

    assert_true(allows(r, "/a"));
    assert_false(allows(r, "/b/c"));
    assert_true(allows(r, "/c"));
    assert_false(allows(r, "/d"));
    assert_true(allows(r, "/robots.txt"));
    assert_true(allows(NULL, "/"));
    assert_true(allows(parse(t, "<html>404</html>"), "/"));
    assert_true(allows(parse(t, "User-agent: leadmachine\nUser-agent: *\nDisallow:"), "/"));
    assert_false(allows(parse(t, "User-agent: *\nDisallow: /"), "/robots.txt?x"));
}

/* Other records end no group: the rule is of both. */
static void records_it_does_not_know_change_nothing(void **state)
{
    struct lm_test *t = *state;

    assert_false(allows(parse(t, "User-agent: LeadMachine\nHost: x\nno colon\n\nUser-agent: other\n"
                                 "Disallow: /a\n"),
                        "/a"));
}

static void the_longest_rule_counts_and_allow_wins_a_tie(void **state)
{
    static const struct verdict v[] = {
        {"Disallow: /a\nAllow: /a", "/a", true},
        {"Allow: /a\nDisallow: /a", "/a", true},
        {"Allow: /a\nDisallow: /ab", "/abc", false},
        {"Disallow: /ab\nAllow: /a", "/abc", false},
        {"Disallow: /\nAllow: /p", "/page", true},
        {"Allow: /folder\nDisallow: /*.htm", "/page.htm", false},
        {"Allow: /page\nDisallow: /*.htm", "/page.htm", false},
        {"Allow: /page\nDisallow: /*.ph", "/page.php5", true},
        {"Allow: /$\nDisallow: /", "/", true},
        {"Allow: /$\nDisallow: /", "/page.htm", false},
    };

    judge_all(*state, v, LM_COUNT(v));
}

static void stars_and_ends_are_understood(void **state)
{
    static const struct verdict v[] = {
        {"Disallow: /fish", "/fish.html", false},
        {"Disallow: /fish", "/Fish.asp", true},
        {"Disallow: /fish*", "/fishheads", false},
        {"Disallow: /fish/", "/fish", true},
        {"Disallow: /*.php", "/folder/any.php.file.html", false},
        {"Disallow: /*.php", "/windows.PHP", true},
        {"Disallow: /*.php$", "/filename.php", false},
        {"Disallow: /*.php$", "/filename.php?parameters", true},
        {"Disallow: /*.php$", "/a.php.php", false},
        {"Disallow: /fish*.php", "/fishheads/catfish.php?parameters", false},
        {"Disallow: /fish*.php", "/Fish.PHP", true},
        {"Disallow: /a*b*c$", "/axxbxxbxc", false},
        {"Disallow: /a*b*c$", "/axxcxxb", true},
        {"Disallow: /**a***$", "/xa", false},
        {"Disallow: *", "/", false},
        {"Disallow: $", "/", true},
        {"Disallow: /a$b", "/a$b", false},
        {"Disallow: /*aab", "/aaab", false},
        {"Disallow: /x*abab$", "/xababab", false},
        {"Disallow: /x*abab$", "/xabababa", true},
    };

    judge_all(*state, v, LM_COUNT(v));
}

/* The table of RFC 9309, 2.2.2, both ways round. */
static void what_is_written_in_two_ways_is_one(void **state)
{
    static const struct verdict v[] = {
        {"Disallow: /foo/bar?baz=quux", "/foo/bar?baz=quux", false},
        {"Disallow: /foo/bar?baz=http://foo.bar", "/foo/bar?baz=http%3A%2F%2Ffoo.bar", false},
        {"Disallow: /foo/bar?baz=http%3A%2f%2Ffoo.bar", "/foo/bar?baz=http://foo.bar", false},
        {"Disallow: /*baz=http%3A%2f%2Ffoo.bar", "/foo/bar?baz=http://foo.bar", false},
        {"Disallow: /foo/bar/\xe3\x83\x84", "/foo/bar/%E3%83%84", false},
        {"Disallow: /foo/bar/%e3%83%84", "/foo/bar/\xe3\x83\x84", false},
        {"Disallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false},
        {"Disallow: /foo/bar/baz", "/foo/bar/%62%61%7A", false},
        {"Disallow: /a%2Fb", "/a/b", true},
        {"Disallow: /a/b", "/a%2Fb", true},
        {"Disallow: /a%2Fb", "/a%2fb", false},
        {"Disallow: /a b", "/a%20b", false},
        {"Disallow: /file%2A", "/file*", false},
        {"Disallow: /file%2A", "/filename", true},
        {"Disallow: /file%24", "/file$x", false},
        {"Disallow: /a%zz%", "/a%zz%", false},
        {"Disallow: /b", "https://host.example:8080/b?c", false},
        {"Disallow: /b#x", "https://host.example/b#y", false},
        {"Disallow: /", "https://host.example", false},
        {"Disallow: /", "https://host.example?x", false},
    };

    judge_all(*state, v, LM_COUNT(v));
}

static void the_verdict_names_its_rule(void **state)
{
    struct lm_test *t = *state;
    const struct lm_robots *r =
        parse(t, "User-agent: *\n  disallow :  /team   # please\nAllow: /teams\n");

    assert_str(lm_robots_check(r, LM_STR("/team/a")).rule, "disallow :  /team");
    assert_str(lm_robots_check(r, LM_STR("/teams")).rule, "Allow: /teams");
    assert_null(lm_robots_check(r, LM_STR("/other")).rule.p);
}

static void the_wait_is_that_of_our_group(void **state)
{
    static const struct {
        const char *text;
        int64_t ms;
    } cases[] = {
        {"User-agent: *\nCrawl-delay: 10\n", 10000},
        {"User-agent: *\nCrawl-delay: 0.5\nCrawl-delay: 2\n", 2000},
        {"User-agent: x\nCrawl-delay: 9\nUser-agent: *\ncrawl-delay: 3", 3000},
        {"User-agent: leadmachine\nDisallow: /a\nUser-agent: *\nCrawl-delay: 3", 0},
        {"User-agent: *\nCrawl-delay: 1e300\n", INT64_C(7) * 86400 * 1000},
        {"User-agent: *\nCrawl-delay: -1\nCrawl-delay: soon\nCrawl-delay: nan", 0},
    };
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++)
        assert_int_equal(lm_robots_delay_ms(parse(t, cases[i].text)), cases[i].ms);
    assert_int_equal(lm_robots_delay_ms(NULL), 0);
}

/* ---- harm ---- */

static lm_str repeated(struct lm_test *t, const char *head, const char *line, size_t bytes)
{
    struct lm_buf b = lm_buf_in(t->arena, bytes + 200);

    lm_buf_appendz(&b, head);
    while (b.n < bytes)
        lm_buf_appendz(&b, line);
    return lm_buf_str(&b);
}

static void of_a_file_without_end_half_a_megabyte_is_read(void **state)
{
    struct lm_test *t = *state;
    lm_str text = repeated(t, "User-agent: *\nDisallow: /first\n", "Allow: /filler\n", 10 << 20);
    struct lm_buf b = lm_buf_in(t->arena, 12 << 20);
    const struct lm_robots *r;

    lm_buf_append(&b, text);
    lm_buf_appendz(&b, "Disallow: /last\n");
    r = lm_robots_parse(t->arena, lm_buf_str(&b), LM_STR("LeadMachine"));
    assert_false(allows(r, "/first"));
    assert_true(allows(r, "/last"));
    /* The line at the limit is not half a rule. */
    text = repeated(t, "User-agent: *\n", "Disallow: /abcdefgh\n", 600 << 10);
    r = lm_robots_parse(t->arena, text, LM_STR("LeadMachine"));
    assert_true(allows(r, "/abc"));
    assert_false(allows(r, "/abcdefgh"));
}

/* Trying every place would take 10^11 steps here, backtracking for ever; the limit of the test decides. */
static void no_rule_takes_longer_than_its_length_and_the_urls(void **state)
{
    static const char *const parts[] = {"a", "*a", "*aaaaaaaab", "a*"};
    struct lm_test *t = *state;
    lm_str url = repeated(t, "/", "a", 2 << 20);

    for (size_t i = 0; i < LM_COUNT(parts); i++) {
        lm_str rule = repeated(t, "User-agent: *\nDisallow: /*", parts[i], 490 << 10);
        struct lm_buf b = lm_buf_in(t->arena, 512 << 10);

        lm_buf_append(&b, rule);
        lm_buf_appendz(&b, "b$\n");
        assert_true(lm_robots_check(lm_robots_parse(t->arena, lm_buf_str(&b), LM_STR("x")), url)
                        .is_allowed);
    }
}

/* 46,000 rules, each of which has to look at the URL. */
static void a_file_of_nothing_but_stars_is_judged_in_a_step_an_octet(void **state)
{
    struct lm_test *t = *state;
    lm_str text = repeated(t, "User-agent: *\n", "Allow:*a*b\n", 500 << 10);
    lm_str url = repeated(t, "/", "a", 2000);
    const struct lm_robots *r = lm_robots_parse(t->arena, text, LM_STR("x"));

    assert_true(lm_robots_check(r, url).is_allowed);
}

LM_TEST_MAIN(LM_TEST(groups_that_name_us_are_one_and_others_are_not_read),
             LM_TEST(the_rules_for_all_hold_when_nobody_names_us),
             LM_TEST(records_it_does_not_know_change_nothing),
             LM_TEST(the_longest_rule_counts_and_allow_wins_a_tie),
             LM_TEST(stars_and_ends_are_understood), LM_TEST(what_is_written_in_two_ways_is_one),
             LM_TEST(the_verdict_names_its_rule), LM_TEST(the_wait_is_that_of_our_group),
             LM_TEST(of_a_file_without_end_half_a_megabyte_is_read),
             LM_TEST(no_rule_takes_longer_than_its_length_and_the_urls),
             LM_TEST(a_file_of_nothing_but_stars_is_judged_in_a_step_an_octet))
