/* SPDX-License-Identifier: Apache-2.0 */
/* A small service as a process of its own, through lm_service_main: its start, its life, its end. */
#include "tests/pg/lm_pgtest.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/http.h"
#include "common/http_internal.h"
#include "common/json.h"
#include "gen/enricher.pb-c.h"
#include "gen/scorer.pb-c.h"
#include "tests/common/bus_node.h"

/* -- the service -- */

static int64_t nap_ms;

static lm_code handle(struct lm_ctx *ctx, const ProtobufCMessage *in, ProtobufCMessage *out,
                      lm_err *err)
{
    Scorer__RescoreAll *answer = (Scorer__RescoreAll *)out;

    (void)ctx;
    (void)in;
    (void)err;
    lm_sleep_ms(nap_ms);
    answer->config_version = 42;
    return LM_OK;
}

static const struct lm_rpc calls[] = {
    {.service = "probe",
     .method = "Ask",
     .in = &enricher__research_company__descriptor,
     .out = &scorer__rescore_all__descriptor,
     .handle = handle},
    {.method = NULL},
};
static const struct lm_config_key config[] = {
    LM_CFG_MS("probe.nap", &nap_ms, "0ms", "how long a call takes"),
    LM_CFG_END,
};
static const struct lm_service probe = {.name = "probe", .config = config, .calls = calls};

/* -- starting and stopping it -- */

struct child {
    pid_t pid;
    const char *dir, *out; /* of sockets and run file; what it said */
};

static void set_environment(const char *url, const char *dir)
{
    setenv("LM_SERVICE_ENVIRONMENT", "development", 1);
    setenv("LM_SERVICE_RUN_DIR", dir, 1);
    setenv("LM_SERVICE_LAME_DUCK", "0ms", 1);
    setenv("LM_BUS_DIR", dir, 1);
    setenv("LM_BUS_KEY", NODE_KEY, 1);
    setenv("LM_DB_URL", url, 1);
}

/* In the environment as it is. */
static struct child spawn_in(struct lm_pgtest *t, const char *dir, const char *argument)
{
    static int number;
    struct child c = {.dir = dir, .out = lm_arena_printf(t->base.arena, "%s/out%d", dir, number++)};

    c.pid = fork();
    if (c.pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (!freopen(c.out, "w", stdout))
            _exit(126);
        dup2(STDOUT_FILENO, STDERR_FILENO);
        execl("/proc/self/exe", "lm-probe", "--child", argument, (char *)NULL);
        _exit(127);
    }
    assert_true(c.pid > 0);
    return c;
}

static struct child spawn(struct lm_pgtest *t, const char *dir, const char *url,
                          const char *argument)
{
    set_environment(url, dir);
    return spawn_in(t, dir, argument);
}

/* Its exit status; 10 s are enough for any end. */
static int end_of(const struct child *c)
{
    int status = -1;

    if (!wait_for(waitpid(c->pid, &status, WNOHANG) == c->pid)) {
        kill(c->pid, SIGKILL);
        waitpid(c->pid, &status, 0);
        fail_msg("it did not end");
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static lm_str said(struct lm_pgtest *t, const struct child *c)
{
    char *text = lm_arena_alloc(t->base.arena, 65536);
    FILE *f = fopen(c->out, "r");
    size_t n = f ? fread(text, 1, 65536, f) : 0;

    if (f)
        fclose(f);
    return (lm_str){text, n};
}

static void ends(struct lm_pgtest *t, const struct child *c, int wanted)
{
    int got = end_of(c);

    if (got != wanted)
        fail_msg("exit status %d instead of %d:\n%.*s", got, wanted, LM_FMT(said(t, c)));
}

static bool says(struct lm_pgtest *t, const struct child *c, const char *what)
{
    return lm_str_find(said(t, c), lm_str_z(what), 0) >= 0;
}

/* Status of a path of its health server; 0: not there (yet). */
static int health(struct lm_pgtest *t, const struct child *c, const char *path, lm_str *body)
{
    static const char *const loopback[] = {"127.0.0.1", NULL};
    struct child run = {.out = lm_arena_printf(t->base.arena, "%s/probe.1.json", c->dir)};
    lm_str text = said(t, &run);
    ptrdiff_t at = lm_str_find(text, LM_STR("http://"), 0),
              end = at < 0 ? -1 : lm_str_chr(text, '"', (size_t)at);
    struct lm_ctx *ctx = lm_ctx_new(lm_pgtest_proc(t), NULL, 2000, 8 << 20);
    struct lm_http_response res = {0};
    lm_err err = LM_ERR_INIT;
    const struct lm_http_request req = {
        .url = end < 0 ? ""
                       : lm_arena_printf(t->base.arena, "%.*s%s",
                                         LM_FMT(lm_str_sub(text, (size_t)at, (size_t)end)), path)};

    http_settings.private_networks = loopback;
    http_settings.user_agent = "test";
    if (lm_http_send(ctx, &req, &res, &err) != LM_OK)
        res.status = 0;
    else if (body)
        *body = lm_arena_dup(t->base.arena, res.body);
    lm_ctx_free(ctx);
    return res.status;
}

static bool exists(const char *dir, const char *file)
{
    char path[512];

    snprintf(path, sizeof(path), "%s/%s", dir, file);
    return access(path, F_OK) == 0;
}

static struct node_answer ask(struct lm_pgtest *t, struct node *gateway)
{
    Enricher__ResearchCompany in = ENRICHER__RESEARCH_COMPANY__INIT;

    in.company_id = (char *)"66666666-6666-4666-8666-666666666666";
    return node_call(gateway, "probe", "Ask", lm_pb_pack(t->base.arena, &in.base), 5000);
}

/* -- the tests -- */

static void it_starts_answers_and_ends(void **state)
{
    struct lm_pgtest *t = *state;
    const char *dir = lm_test_dir(&t->base);
    int64_t start = lm_mono_ms();
    struct child c = spawn(t, dir, t->url, NULL);
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_answer a;
    lm_str body;

    assert_true(wait_for(health(t, &c, "/health/ready", NULL) == 200));
    assert_true(lm_mono_ms() - start < 3000); /* in tenths of a second, but machines are busy */
    assert_true(wait_for((a = ask(t, gateway)).err.code == LM_OK));
    assert_int_equal(health(t, &c, "/health/live", NULL), 200);
    assert_int_equal(health(t, &c, "/metrics", &body), 200);
    assert_true(lm_str_find(body, LM_STR("lm_call_seconds_count 1"), 0) >= 0);
    assert_int_equal(health(t, &c, "/elsewhere", NULL), 404);
    assert_true(exists(dir, "probe.1.call") && exists(dir, "probe.1.json"));

    start = lm_mono_ms();
    kill(c.pid, SIGTERM);
    ends(t, &c, 0);
    assert_true(lm_mono_ms() - start < 2000);
    assert_false(exists(dir, "probe.1.call") || exists(dir, "probe.1.event") ||
                 exists(dir, "probe.1.json"));
    node_stop(gateway);
}

static void a_call_at_work_is_answered_before_the_end(void **state)
{
    struct lm_pgtest *t = *state;
    const char *dir = lm_test_dir(&t->base);
    struct child c;
    struct node *gateway;
    struct node_pending p;
    Enricher__ResearchCompany in = ENRICHER__RESEARCH_COMPANY__INIT;

    setenv("LM_PROBE_NAP", "700ms", 1);
    c = spawn(t, dir, t->url, NULL);
    unsetenv("LM_PROBE_NAP");
    gateway = node_start(dir, NULL, NULL, "gateway", "1");
    assert_true(wait_for(ask(t, gateway).err.code == LM_OK));
    in.company_id = (char *)"66666666-6666-4666-8666-666666666666";
    node_ask(gateway, "probe", "Ask", lm_pb_pack(t->base.arena, &in.base), 5000, &p);
    lm_sleep_ms(200); /* it is at work */
    kill(c.pid, SIGTERM);
    assert_int_equal(node_wait(&p).err.code, LM_OK);
    ends(t, &c, 0);
    node_stop(gateway);
}

static void without_its_database_it_lives_and_is_not_ready(void **state)
{
    struct lm_pgtest *t = *state;
    const char *dir = lm_test_dir(&t->base);
    struct child c = spawn(t, dir, "host=/nowhere dbname=none", NULL);
    lm_str body;

    assert_true(wait_for(health(t, &c, "/health/live", NULL) == 200));
    assert_int_equal(health(t, &c, "/health/ready", NULL), 503);
    assert_int_equal(health(t, &c, "/health", &body), 503);
    assert_true(lm_str_find(body, LM_STR("\"why\":\""), 0) >= 0);
    kill(c.pid, SIGTERM);
    ends(t, &c, 0);
}

static void a_schema_that_is_too_old_is_named(void **state)
{
    struct lm_pgtest *t = *state;
    const char *dir = lm_test_dir(&t->base);
    struct child c;
    lm_str body = {NULL, 0};

    lm_pgtest_sql(t, "DROP TABLE schema_migration");
    c = spawn(t, dir, t->url, NULL);
    assert_true(wait_for(health(t, &c, "/health", &body) == 503 &&
                         lm_str_find(body, LM_STR("migrat"), 0) >= 0));
    kill(c.pid, SIGTERM);
    ends(t, &c, 0);
}

static void a_second_one_of_the_same_name_does_not_start(void **state)
{
    struct lm_pgtest *t = *state;
    const char *dir = lm_test_dir(&t->base);
    struct child first = spawn(t, dir, t->url, NULL), second;

    assert_true(wait_for(health(t, &first, "/health/ready", NULL) == 200));
    second = spawn(t, dir, t->url, NULL);
    ends(t, &second, 1);
    assert_true(says(t, &second, "runs already"));
    assert_true(exists(dir, "probe.1.call")); /* the first one's are left alone */
    assert_int_equal(health(t, &first, "/health/ready", NULL), 200);
    setenv("LM_SERVICE_RUN_DIR", "", 1); /* without the lock the socket's name decides */
    second = spawn_in(t, dir, NULL);
    unsetenv("LM_SERVICE_RUN_DIR");
    ends(t, &second, 1);
    assert_true(says(t, &second, "start failed"));
    assert_int_equal(health(t, &first, "/health/ready", NULL), 200);
    kill(first.pid, SIGTERM);
    ends(t, &first, 0);
}

static void unsafe_settings_are_refused_outside_development(void **state)
{
    static const struct {
        const char *name, *value, *says;
    } cases[] = {
        {"LM_BUS_KEY", "", "bus.key"},
        {"LM_BUS_KEY", "short", "bus.key"},
        {"LM_DB_URL", "", "db.url"},
        {"LM_HTTP_TEST_PORT", "8480", "http.test_port"},
        {"LM_CLOCK_FILE", "/tmp/clock", "LM_CLOCK_FILE"},
        {"LM_SERVICE_ENVIRONMENT", "staging", "service.environment"},
        {"LM_SERVICE_REPLICA", "a.b", "service.replica"},
        {"LM_SERVICE_CALL_THREADS", "0", "service.call_threads"},
        {"LM_LOG_LEVEL", "loud", "log.level"},
    };
    struct lm_pgtest *t = *state;

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        const char *dir = lm_test_dir(&t->base);
        struct child c = {.dir = dir, .out = lm_arena_printf(t->base.arena, "%s/out", dir)};

        set_environment(t->url, dir);
        setenv("LM_SERVICE_ENVIRONMENT", "production", 1);
        setenv(cases[i].name, cases[i].value, 1);
        c.pid = fork();
        if (c.pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            if (!freopen(c.out, "w", stderr))
                _exit(126);
            execl("/proc/self/exe", "lm-probe", "--child", "--check-config", (char *)NULL);
            _exit(127);
        }
        unsetenv(cases[i].name);
        ends(t, &c, 1);
        if (!says(t, &c, cases[i].says))
            fail_msg("%s=%s: %.*s", cases[i].name, cases[i].value, LM_FMT(said(t, &c)));
    }
}

static void the_settings_can_be_checked_and_printed(void **state)
{
    struct lm_pgtest *t = *state;
    const char *dir = lm_test_dir(&t->base);
    struct child c = spawn(t, dir, t->url, "--check-config");

    ends(t, &c, 0);
    assert_true(says(t, &c, "good"));
    c = spawn(t, dir, t->url, "--print-config");
    ends(t, &c, 0);
    assert_true(says(t, &c, "nap: 0ms") && says(t, &c, "lame_duck: 0ms"));
    assert_false(says(t, &c, NODE_KEY)); /* a secret */
    c = spawn(t, dir, t->url, "--version");
    ends(t, &c, 0);
    c = spawn(t, dir, t->url, "--nonsense");
    ends(t, &c, 2);
}

static void the_role_follows_from_the_service_where_the_url_names_none(void **state)
{
    struct lm_pgtest *t = *state;
    const char *dir = lm_test_dir(&t->base);
    char url[512];
    struct child c;

    snprintf(url, sizeof(url), "%s", t->url);
    memset(strstr(url, "user="), ' ', strlen("user=lm_probe"));
    c = spawn(t, dir, url, NULL);
    assert_true(wait_for(health(t, &c, "/health/ready", NULL) == 200));
    kill(c.pid, SIGINT);
    ends(t, &c, 0);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        LM_PGTEST(it_starts_answers_and_ends),
        LM_PGTEST(a_call_at_work_is_answered_before_the_end),
        LM_PGTEST(without_its_database_it_lives_and_is_not_ready),
        LM_PGTEST(a_schema_that_is_too_old_is_named),
        LM_PGTEST(a_second_one_of_the_same_name_does_not_start),
        LM_PGTEST(unsafe_settings_are_refused_outside_development),
        LM_PGTEST(the_settings_can_be_checked_and_printed),
        LM_PGTEST(the_role_follows_from_the_service_where_the_url_names_none),
    };

    if (argc > 1 && strcmp(argv[1], "--child") == 0) {
        argv[1] = argv[0];
        return lm_service_main(argc - 1, argv + 1, &probe);
    }
    lm_pgtest_service = &probe;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
