/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include <unistd.h>

#include "common/config.h"

static struct {
    const char *name, *nothing, *token;
    const char *const *hosts;
    int64_t max_pages, wait_ms;
    uint64_t limit;
    bool is_open;
} cfg;

static const struct lm_config_key scraper[] = {
    LM_CFG_INT("scraper.max_pages", &cfg.max_pages, "5", "pages of one search"),
    LM_CFG_MS("scraper.wait", &cfg.wait_ms, "3s", "between two requests"),
    LM_CFG_LIST("scraper.hosts", &cfg.hosts, "a.example, b.example", "where to ask"),
    LM_CFG_END,
};
static const struct lm_config_key common[] = {
    LM_CFG_STR("log.name", &cfg.name, "lm", "in each line"),
    LM_CFG_STR("log.nothing", &cfg.nothing, NULL, "not set unless given"),
    LM_CFG_BOOL("scraper.open", &cfg.is_open, "false", "of the same section, in another table"),
    LM_CFG_SIZE("log.limit", &cfg.limit, "64k", "of a line"),
    LM_CFG_SECRET_("bus.token", &cfg.token, NULL, "shared by the stack"),
    LM_CFG_END,
};
static const struct lm_config_key *const tables[] = {scraper, common, NULL};

static char *path; /* of the test's file */

static lm_code load(struct lm_test *t, const char *yaml)
{
    char name[] = "/tmp/lm_config_XXXXXX";
    int fd = mkstemp(name);
    lm_code code;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
    close(fd);
    path = lm_arena_strdup(t->arena, name);
    code = lm_config_load(path, tables, &t->err);
    unlink(name);
    return code;
}

static void takes_defaults_when_there_is_nothing(void **state)
{
    struct lm_test *t = *state;

    assert_ok(lm_config_load(NULL, tables, &t->err), &t->err);
    assert_int_equal(cfg.max_pages, 5);
    assert_int_equal(cfg.wait_ms, 3000);
    assert_int_equal(cfg.limit, 65536);
    assert_false(cfg.is_open);
    assert_string_equal(cfg.name, "lm");
    assert_null(cfg.nothing);
    assert_string_equal(cfg.hosts[0], "a.example");
    assert_string_equal(cfg.hosts[1], "b.example");
    assert_null(cfg.hosts[2]);
}

static void the_file_counts_more_than_defaults_and_the_environment_most(void **state)
{
    static const char yaml[] = "scraper:\n"
                               "  max_pages: 7\n"
                               "  open: true\n"
                               "  hosts: [x.example, \"y.example\"]\n"
                               "log:\n"
                               "  name: \"a # b\"\n";
    struct lm_test *t = *state;

    setenv("LM_SCRAPER_MAX_PAGES", "9", 1);
    setenv("LM_LOG_NAME", "", 1); /* empty is not set */
    assert_ok(load(t, yaml), &t->err);
    unsetenv("LM_SCRAPER_MAX_PAGES");
    unsetenv("LM_LOG_NAME");
    assert_int_equal(cfg.max_pages, 9);
    assert_true(cfg.is_open);
    assert_string_equal(cfg.name, "a # b");
    assert_string_equal(cfg.hosts[1], "y.example");
    assert_null(cfg.hosts[2]);
    assert_int_equal(cfg.wait_ms, 3000);
}

static void reads_a_secret_from_a_file_without_its_line_feed(void **state)
{
    struct lm_test *t = *state;
    char name[] = "/tmp/lm_secret_XXXXXX";
    int fd = mkstemp(name);

    assert_int_equal(write(fd, "s3cret\n", 7), 7);
    close(fd);
    setenv("LM_BUS_TOKEN_FILE", name, 1);
    assert_ok(lm_config_load(NULL, tables, &t->err), &t->err);
    assert_string_equal(cfg.token, "s3cret");
    setenv("LM_BUS_TOKEN", "other", 1);
    assert_code(lm_config_load(NULL, tables, &t->err), LM_INVALID, &t->err);
    unsetenv("LM_BUS_TOKEN");
    unlink(name);
    assert_code(lm_config_load(NULL, tables, &t->err), LM_INVALID, &t->err);
    assert_non_null(strstr(t->err.message, "LM_BUS_TOKEN_FILE: "));
    unsetenv("LM_BUS_TOKEN_FILE");
}

static const struct {
    const char *yaml, *error; /* behind the path */
} mistakes[] = {
    {"scraper:\n  max_pagse: 5\n",
     ":2:3: scraper.max_pagse: unknown key; did you mean scraper.max_pages?"},
    {"zebra:\n  stripes: 5\n", ":2:3: zebra.stripes: unknown key"},
    {"scraper:\n  max_pages: 5\n  max_pages: 6\n", ":3:3: max_pages: given twice, first in line 2"},
    {"scraper:\n  wait: 1s\nlog:\n  name: x\nscraper:\n  open: true\n",
     ":5:1: scraper: given twice, first in line 1"},
    {"scraper:\n  max_pages: five\n", ":2:14: scraper.max_pages: 'five' is not a whole number"},
    {"scraper:\n  wait: 10\n",
     ":2:9: scraper.wait: '10' is not a duration such as 250ms, 10s, 5m, 2h or 7d"},
    {"scraper:\n  open: yes\n", ":2:9: scraper.open: 'yes' is not true or false"},
    {"scraper:\n  max_pages: [1, 2]\n", ":2:14: scraper.max_pages: expected one value, not a list"},
    {"scraper:\n  max_pages: {a: 1}\n",
     ":2:14: scraper.max_pages: expected a value, found a section"},
    {"scraper:\n  hosts: [[a], b]\n", ":2:11: scraper.hosts: items of a list must be plain values"},
    {"scraper:\n  max_pages:\n",
     ":2:13: scraper.max_pages: has no value; leave the line out for the default, or write \"\""},
    {"scraper: 5\n", ":1:10: scraper: expected a section: keys, indented, one a line"},
    {"- a\n", ":1:1: expected sections (name:)"},
    {"a: &x\n  b: 1\nc: *x\n", ":2:3: a.b: unknown key"},
    {"log: &x\n  name: a\nscraper: *x\n", ":1:6: scraper: aliases (*name) are not allowed"},
    {"log: &x\n  name: a\nscraper:\n  <<: {a: b}\n",
     ":4:3: scraper: merge keys (<<) are not allowed"},
    {"log:\n\tname: a\n",
     ":2:1: while scanning for the next token found character that cannot start any token"},
    {"log:\n  name: \"a\\0b\"\n", ":2:9: log.name: 'a' is not text without NUL"},
    {"bus:\n  token: \"hidden\\0\"\n", ":2:10: bus.token: expected text without NUL"},
    {"log:\n  name: a\n---\nlog:\n  name: b\n", "only one document, please (---)"},
    {"? [a]\n: b\n", ":1:3: a key must be a word"},
};

static void an_error_names_file_line_column_and_key(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(mistakes); i++) {
        assert_code(load(t, mistakes[i].yaml), LM_INVALID, &t->err);
        assert_memory_equal(t->err.message, path, strlen(path));
        if (mistakes[i].error[0] == ':')
            assert_string_equal(t->err.message + strlen(path), mistakes[i].error);
        else
            assert_non_null(strstr(t->err.message, mistakes[i].error));
    }
}

static void an_empty_file_and_a_section_of_comments_are_fine(void **state)
{
    struct lm_test *t = *state;

    assert_ok(load(t, ""), &t->err);
    assert_ok(load(t, "# nothing\n"), &t->err);
    assert_ok(load(t, "bus:\n  # token: x\nlog:\n  name: y\n"), &t->err);
    assert_string_equal(cfg.name, "y");
}

static void an_error_in_the_environment_names_the_variable(void **state)
{
    struct lm_test *t = *state;

    setenv("LM_SCRAPER_MAX_PAGES", "1.5", 1);
    assert_code(lm_config_load(NULL, tables, &t->err), LM_INVALID, &t->err);
    unsetenv("LM_SCRAPER_MAX_PAGES");
    assert_string_equal(t->err.message,
                        "LM_SCRAPER_MAX_PAGES: scraper.max_pages: '1.5' is not a whole number");
}

static void names_what_is_required(void **state)
{
    static const char *value;
    static const struct lm_config_key keys[] = {
        {"db.url", LM_CFG_T_STR, &value, NULL, "where", LM_CFG_REQUIRED}, LM_CFG_END};
    static const struct lm_config_key *const needed[] = {keys, NULL};
    struct lm_test *t = *state;

    assert_code(lm_config_load(NULL, needed, &t->err), LM_INVALID, &t->err);
    assert_string_equal(t->err.message,
                        "db.url: required; set it in the file, LM_DB_URL or LM_DB_URL_FILE");
}

static char *printed(struct lm_test *t)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    char *copy;

    lm_config_print(f, tables);
    fclose(f);
    copy = lm_arena_strdup(t->arena, text);
    free(text);
    return copy;
}

static void prints_itself_as_a_file_that_loads_back(void **state)
{
    static const char wanted[] = "scraper:\n"
                                 "  # pages of one search\n"
                                 "  max_pages: 77\n"
                                 "  # between two requests\n"
                                 "  wait: 90s\n"
                                 "  # where to ask\n"
                                 "  hosts: [\"q.example\"]\n"
                                 "  # of the same section, in another table\n"
                                 "  open: false\n"
                                 "log:\n"
                                 "  # in each line\n"
                                 "  name: \"say \\\"hi\\\"\\n\"\n"
                                 "  # not set unless given\n"
                                 "  # nothing: (not set)\n"
                                 "  # of a line\n"
                                 "  limit: 16m\n"
                                 "bus:\n"
                                 "  # shared by the stack\n"
                                 "  # token: (secret, set)\n";
    struct lm_test *t = *state;
    char *text;

    assert_ok(load(t, "scraper: {max_pages: 77, wait: 90s, hosts: q.example}\n"
                      "log: {name: \"say \\\"hi\\\"\\n\", limit: 16384k}\n"
                      "bus: {token: hush}\n"),
              &t->err);
    text = printed(t);
    assert_string_equal(text, wanted);
    assert_ok(load(t, text), &t->err);
    assert_string_equal(cfg.name, "say \"hi\"\n");
    assert_null(cfg.token);
    assert_int_equal(cfg.wait_ms, 90000);
}

LM_TEST_MAIN(LM_TEST(takes_defaults_when_there_is_nothing),
             LM_TEST(the_file_counts_more_than_defaults_and_the_environment_most),
             LM_TEST(reads_a_secret_from_a_file_without_its_line_feed),
             LM_TEST(an_error_names_file_line_column_and_key),
             LM_TEST(an_empty_file_and_a_section_of_comments_are_fine),
             LM_TEST(an_error_in_the_environment_names_the_variable),
             LM_TEST(names_what_is_required), LM_TEST(prints_itself_as_a_file_that_loads_back))
