/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include <unistd.h>

#include "common/ctx.h"
#include "common/log.h"
#include "common/log_mask.h"

static char path[] = "/tmp/lm_log_XXXXXX";

/* What was logged since the last time, in the arena. */
static lm_str logged(struct lm_test *t)
{
    FILE *f = fopen(path, "r");
    char *text = lm_arena_alloc(t->arena, 1 << 20);
    size_t n = fread(text, 1, 1 << 20, f);

    fclose(f);
    assert_int_equal(truncate(path, 0), 0);
    return (lm_str){text, n};
}

static lm_str behind_time(lm_str line)
{
    assert_true(lm_str_starts(line, LM_STR("{\"at\":\"20")));
    return lm_str_sub(line, sizeof("{\"at\":\"2026-03-02T08:15:00.000Z\"") - 1, line.n);
}

static void writes_a_line_of_json_with_its_facts(void **state)
{
    struct lm_test *t = *state;

    lm_log(NULL, LM_LOG_INFO, "search done", LM_KV_STR("source", "in\"deed"), LM_KV_INT("rows", 12),
           LM_KV_NUM("rate", 0.25), LM_KV_BOOL("last", true), LM_KV_NUM("odd", 1.0 / 0.0));
    assert_str(behind_time(logged(t)),
               ",\"level\":\"info\",\"service\":\"scraper\",\"message\":\"search done\","
               "\"source\":\"in\\\"deed\",\"rows\":12,\"rate\":0.25,\"last\":true,"
               "\"odd\":null}\n");
}

static void says_for_whom_and_in_which_job(void **state)
{
    struct lm_test *t = *state;
    struct lm_job_ctx job = {.id = "j1", .kind = "run_search", .attempt = 2};
    struct lm_ctx ctx = {.tenant_id = "t1", .request_id = "r1", .job = &job};

    (void)lm_fail(&t->err, LM_UNAVAILABLE, "no answer");
    lm_log(&ctx, LM_LOG_WARN, "job failed", LM_KV_ERR(&t->err));
    assert_str(
        behind_time(logged(t)),
        ",\"level\":\"warn\",\"service\":\"scraper\",\"message\":\"job failed\",\"tenant\":\"t1\","
        "\"request\":\"r1\",\"job\":\"j1\",\"kind\":\"run_search\",\"attempt\":2,"
        "\"code\":\"unavailable\",\"error\":\"no answer\"}\n");
}

static void leaves_out_what_is_below_the_level(void **state)
{
    struct lm_test *t = *state;
    lm_log_level level;

    lm_log(NULL, LM_LOG_DEBUG, "too fine");
    assert_int_equal(logged(t).n, 0);
    assert_true(lm_log_level_parse(LM_STR("debug"), &level));
    assert_int_equal(level, LM_LOG_DEBUG);
    assert_false(lm_log_level_parse(LM_STR("loud"), &level));
}

static void cuts_long_values_and_stays_one_line(void **state)
{
    struct lm_test *t = *state;
    char *text = lm_arena_alloc(t->arena, 100001);
    lm_str line;

    for (size_t i = 0; i < 99999; i += 3)
        memcpy(text + i, "\xe2\x82\xac", 3);
    text[99999] = '\0';
    lm_log(NULL, LM_LOG_INFO, "long", LM_KV_STR("text", text), LM_KV_S("odd", LM_STR("a\nb\xff")));
    line = logged(t);
    assert_true(line.n > 4000 && line.n < 5000);
    assert_true(lm_str_ends(line, LM_STR("\xe2\x80\xa6\",\"odd\":\"a\\nb\xef\xbf\xbd\"}\n")));
    assert_int_equal(lm_str_chr(line, '\n', 0), (ptrdiff_t)line.n - 1);
}

static void masks_fields_by_their_name(void **state)
{
    struct lm_test *t = *state;

    lm_log(NULL, LM_LOG_INFO, "login", LM_KV_STR("password", "hunter2"),
           LM_KV_STR("access_token", "abc"), LM_KV_STR("to", "Jan.Jansen@example.com"));
    assert_str(behind_time(logged(t)),
               ",\"level\":\"info\",\"service\":\"scraper\",\"message\":\"login\","
               "\"password\":\"***\",\"access_token\":\"***\","
               "\"to\":\"J***@example.com\"}\n");
}

static const struct {
    const char *in, *out;
} masked[] = {
    {"mail to a.b+c@example.com bounced", "mail to a***@example.com bounced"},
    {"<x@y.example>,z@y.example", "<x***@y.example>,z***@y.example"},
    {"jos\xc3\xa9@example.com", "j***@example.com"},
    {"postgres://lm:geheim@db.example/x", "postgres://lm:***@db.example/x"},
    {"password=hunter2 and more", "password=*** and more"},
    {"{\"token\":\"eyJhbGci\",\"n\":1}", "{\"token\":\"***\",\"n\":1}"},
    {"{\\\"api_key\\\": \\\"k-1\\\"}", "{\\\"api_key\\\": \\\"***\\\"}"},
    {"Authorization: Bearer abc.def-ghi", "Authorization: ***"},
    {"got Bearer abcdefghijklmnop1 today", "got Bearer *** today"},
    {"bearer of news", "bearer of news"},
    {"/t/c?token=abc&url=x", "/t/c?token=***&url=x"},
    {"3 @ home, a @b, c@ d", "3 @ home, a @b, c@ d"},
    {"no secrets here; ratio 1/2 = 0.5", "no secrets here; ratio 1/2 = 0.5"},
};

static void masks_addresses_and_secrets_in_text(void **state)
{
    struct lm_test *t = *state;

    for (size_t i = 0; i < LM_COUNT(masked); i++) {
        struct lm_buf b = lm_buf_in(t->arena, 1000);

        lm_log_mask(&b, lm_str_z(masked[i].in));
        assert_string_equal(lm_buf_z(&b), masked[i].out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LM_TEST(writes_a_line_of_json_with_its_facts), LM_TEST(says_for_whom_and_in_which_job),
        LM_TEST(leaves_out_what_is_below_the_level),   LM_TEST(cuts_long_values_and_stays_one_line),
        LM_TEST(masks_fields_by_their_name),           LM_TEST(masks_addresses_and_secrets_in_text),
    };
    int failed, fd = mkstemp(path);

    if (fd < 0)
        return 1;
    close(fd);
    lm_log_init("scraper", LM_LOG_INFO, path);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
