/* SPDX-License-Identifier: Apache-2.0 */
/* Replicas as processes of their own: one is frozen, one is killed, and the calls go on. */
#include "tests/common/bus_node.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"

/* A replica: this program again, because nng does not survive a fork. */
static pid_t spawn(const char *dir, const char *replica)
{
    pid_t pid = fork();

    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        execl("/proc/self/exe", "bus_replica_test", "--serve", dir, replica, (char *)NULL);
        _exit(127);
    }
    assert_true(pid > 0);
    return pid;
}

static int serve(const char *dir, const char *replica)
{
    struct node *n = node_start(dir, NULL, NULL, "scorer", replica);
    sigset_t term;
    int sig;

    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigwait(&term, &sig);
    node_stop(n);
    return 0;
}

/* Returns when it stands still; the signal alone takes its time. */
static void freeze(pid_t pid)
{
    int status;

    kill(pid, SIGSTOP);
    assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
    assert_true(WIFSTOPPED(status));
}

static void end(pid_t pid, int sig)
{
    kill(pid, SIGCONT);
    kill(pid, sig);
    waitpid(pid, NULL, 0);
}

/* Until both have answered, so both are connected and were heard. */
static bool both_answer(struct node *gateway)
{
    bool saw_1 = false, saw_2 = false;

    return wait_for(({
        struct node_answer a = node_call(gateway, "scorer", "Echo", LM_STR(""), 1000);

        saw_1 |= a.err.code == LM_OK && a.body[0] == '1';
        saw_2 |= a.err.code == LM_OK && a.body[0] == '2';
        saw_1 &&saw_2;
    }));
}

static void a_frozen_replica_holds_calls_for_two_seconds_and_then_gets_none(void **state)
{
    enum { CALLS = 200 };
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    pid_t one = spawn(dir, "1"), two = spawn(dir, "2");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_pending *p = lm_arena_array(t->arena, 16, sizeof(*p));
    int64_t start;

    assert_true(both_answer(gateway));
    freeze(one);
    /* those that were asked of it move to the other when it fell silent */
    for (int i = 0; i < 16; i++)
        node_ask(gateway, "scorer", "Echo", LM_STR("x"), 10000, &p[i]);
    for (int i = 0; i < 16; i++) {
        struct node_answer a = node_wait(&p[i]);

        assert_ok(a.err.code, &a.err);
        assert_string_equal(a.body, "2:x");
        assert_true(a.took_ms < 4500);
    }
    /* from now on nobody asks it */
    start = lm_mono_ms();
    for (int i = 0; i < CALLS; i++)
        assert_int_equal(node_call(gateway, "scorer", "Echo", LM_STR("x"), 10000).err.code, LM_OK);
    assert_true(lm_mono_ms() - start < 2000);
    /* it wakes up, and is asked again */
    kill(one, SIGCONT);
    assert_true(both_answer(gateway));
    end(one, SIGTERM);
    end(two, SIGTERM);
    node_stop(gateway);
}

static void the_calls_of_a_killed_replica_are_made_at_another(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    pid_t one = spawn(dir, "1"), two = spawn(dir, "2");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_pending *p = lm_arena_array(t->arena, 8, sizeof(*p));

    assert_true(both_answer(gateway));
    freeze(one); /* so that some are surely at it when it dies */
    for (int i = 0; i < 8; i++)
        node_ask(gateway, "scorer", "Echo", LM_STR("x"), 10000, &p[i]);
    end(one, SIGKILL);
    for (int i = 0; i < 8; i++) {
        struct node_answer a = node_wait(&p[i]);

        assert_ok(a.err.code, &a.err);
    }
    end(two, SIGTERM);
    node_stop(gateway);
}

static void a_replica_that_comes_back_under_its_name_is_found(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    pid_t one = spawn(dir, "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");

    assert_true(wait_for(node_call(gateway, "scorer", "Echo", LM_STR(""), 1000).err.code == LM_OK));
    end(one, SIGKILL); /* leaves its sockets behind */
    assert_true(wait_for(node_call(gateway, "scorer", "Echo", LM_STR(""), 1000).err.code ==
                         LM_UNAVAILABLE));
    one = spawn(dir, "1");
    assert_true(wait_for(node_call(gateway, "scorer", "Echo", LM_STR(""), 1000).err.code == LM_OK));
    end(one, SIGTERM); /* takes them away */
    assert_true(wait_for(node_call(gateway, "scorer", "Echo", LM_STR(""), 1000).err.code ==
                         LM_UNAVAILABLE));
    node_stop(gateway);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        LM_TEST(a_frozen_replica_holds_calls_for_two_seconds_and_then_gets_none),
        LM_TEST(the_calls_of_a_killed_replica_are_made_at_another),
        LM_TEST(a_replica_that_comes_back_under_its_name_is_found),
    };
    sigset_t term;

    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, NULL);
    if (argc == 4 && strcmp(argv[1], "--serve") == 0)
        return serve(argv[2], argv[3]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
