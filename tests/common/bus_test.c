/* SPDX-License-Identifier: Apache-2.0 */
/* Two services on one bus, in one process; hostile frames by raw sockets. */
#include "tests/common/bus_node.h"

#include <nng/nng.h>
#include <nng/protocol/pubsub0/pub.h>
#include <nng/protocol/reqrep0/req.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/bus_internal.h"
#include "common/clock.h"
#include "common/crypto.h"
#include "common/metrics.h"

static int64_t dropped(const char *reason)
{
    return lm_metric_value(lm_counter("lm_bus_dropped_total", "", "reason", reason));
}

static void a_call_brings_the_body_there_and_the_answer_back(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_answer a = node_call(gateway, "scorer", "Echo", LM_STR("ping"), 5000);

    assert_ok(a.err.code, &a.err);
    assert_string_equal(a.body, "1:ping");
    assert_int_equal(a.n_caused, 2);
    assert_int_equal(a.caused[1], 11);
    node_stop(gateway);
    node_stop(scorer);
}

static void an_error_keeps_its_code_message_and_fields(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_answer a = node_call(gateway, "scorer", "Fail", LM_STR(""), 5000);

    assert_int_equal(a.err.code, LM_INVALID);
    assert_int_equal(a.err.n_fields, 1);
    assert_string_equal(a.err.fields[0].field, "filters.max_pages");
    assert_string_equal(a.err.fields[0].message, "must be at most 50");
    node_stop(gateway);
    node_stop(scorer);
}

static void a_call_to_a_service_that_is_away_is_unavailable_and_does_not_wait(void **state)
{
    struct lm_test *t = *state;
    struct node *gateway = node_start(lm_test_dir(t), NULL, NULL, "gateway", "1");
    struct node_answer a = node_call(gateway, "scorer", "Echo", LM_STR(""), 3000);

    assert_int_equal(a.err.code, LM_UNAVAILABLE);
    assert_true(a.took_ms < 1000);
    node_stop(gateway);
}

static void a_handler_that_never_answers_ends_at_the_deadline(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_answer a;

    a = node_call(gateway, "scorer", "Echo", LM_STR(""), 5000);
    assert_ok(a.err.code, &a.err);
    assert_true(wait_for(lm_bus_heartbeat_age_ms(gateway->bus, "scorer") < 1000));
    a = node_call(gateway, "scorer", "Hang", LM_STR(""), 300);
    assert_int_equal(a.err.code, LM_DEADLINE);
    assert_true(a.took_ms >= 290 && a.took_ms < 1500);
    node_stop(gateway);
    node_stop(scorer);
}

static void a_replica_that_is_not_ready_is_passed_over_at_once(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *one = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *two = node_start(dir, NULL, NULL, "scorer", "2");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");

    one->is_not_ready = true; /* its heartbeat still says ready */
    for (int i = 0; i < 20; i++) {
        struct node_answer a = node_call(gateway, "scorer", "Echo", LM_STR("x"), 5000);

        assert_ok(a.err.code, &a.err);
        assert_string_equal(a.body, "2:x");
    }
    node_stop(gateway);
    node_stop(two);
    node_stop(one);
}

static void when_all_say_not_ready_the_call_is_unavailable(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_answer a;

    scorer->is_not_ready = true;
    a = node_call(gateway, "scorer", "Echo", LM_STR("x"), 5000);
    assert_int_equal(a.err.code, LM_UNAVAILABLE);
    assert_true(a.took_ms < 1000);
    node_stop(gateway);
    node_stop(scorer);
}

static void idle_replicas_share_the_calls(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *one = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *two = node_start(dir, NULL, NULL, "scorer", "2");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");

    /* once both were heard; the first few calls go to who was heard first */
    assert_true(wait_for(({
        int before_one = node_count(one, &one->n_calls),
            before_two = node_count(two, &two->n_calls);

        for (int i = 0; i < 100; i++)
            assert_int_equal(node_call(gateway, "scorer", "Echo", LM_STR("x"), 5000).err.code,
                             LM_OK);
        node_count(one, &one->n_calls) - before_one >= 20 &&
            node_count(two, &two->n_calls) - before_two >= 20;
    })));
    node_stop(gateway);
    node_stop(two);
    node_stop(one);
}

static void what_is_too_large_for_a_frame_is_refused_on_either_way(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    char *big = lm_arena_zalloc(t->arena, 1 << 20);
    struct node_answer a = node_call(gateway, "scorer", "Echo", (lm_str){big, 1 << 20}, 5000);

    assert_int_equal(a.err.code, LM_TOO_LARGE);
    a = node_call(gateway, "scorer", "Huge", LM_STR(""), 5000);
    assert_int_equal(a.err.code, LM_TOO_LARGE);
    assert_int_equal(node_call(gateway, "scorer", "Echo", LM_STR("x"), 5000).err.code, LM_OK);
    node_stop(gateway);
    node_stop(scorer);
}

static void events_reach_who_subscribed_one_at_a_time(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *mailer = node_start(dir, NULL, NULL, "mailer", "1");
    char *large = lm_arena_zalloc(t->arena, 512 << 10);

    assert_ok(lm_bus_subscribe(mailer->bus, "scorer", &t->err), &t->err);
    assert_true(wait_for(lm_bus_heartbeat_age_ms(mailer->bus, "scorer") < 1000));
    for (int i = 0; i < 200; i++)
        lm_bus_publish(scorer->bus, "events", LM_STR("one"));
    lm_bus_publish(scorer->bus, "events", (lm_str){large, 512 << 10});
    assert_true(wait_for(node_count(mailer, &mailer->n_events) == 201));
    assert_int_equal(mailer->last_size, 512 << 10);
    assert_false(mailer->was_two_at_once);
    assert_int_equal(node_count(scorer, &scorer->n_events), 0); /* did not subscribe to itself */
    node_stop(mailer);
    node_stop(scorer);
}

static void many_hints_become_few(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *one = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *two = node_start(dir, NULL, NULL, "scorer", "2");

    assert_ok(lm_bus_subscribe(two->bus, "scorer", &t->err), &t->err);
    assert_true(wait_for(lm_bus_heartbeat_age_ms(two->bus, "scorer") < 1000));
    lm_sleep_ms(300); /* both dialled */
    for (int i = 0; i < 20000; i++)
        lm_bus_hint(one->bus, "relay");
    assert_true(wait_for(node_count(two, &two->n_hints) >= 1));
    assert_true(node_count(two, &two->n_hints) < 10000);
    node_stop(two);
    node_stop(one);
}

static bool all_go_to(struct node *from, const char *answer)
{
    for (int i = 0; i < 10; i++) {
        struct node_answer a = node_call(from, "scorer", "Echo", LM_STR("x"), 5000);

        if (a.err.code != LM_OK || strcmp(a.body, answer) != 0)
            return false;
    }
    return true;
}

static void readiness_is_told_at_once(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *one = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *two = node_start(dir, NULL, NULL, "scorer", "2");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    int64_t at;

    assert_ok(lm_bus_subscribe(gateway->bus, "scorer", &t->err), &t->err);
    assert_int_equal(lm_bus_heartbeat_age_ms(gateway->bus, "tracker"), INT64_MAX);
    assert_true(wait_for(lm_bus_heartbeat_age_ms(gateway->bus, "scorer") < 1000));
    assert_false(all_go_to(gateway, "2:x"));
    lm_bus_set_ready(one->bus, false);
    at = lm_mono_ms();
    assert_true(wait_for(all_go_to(gateway, "2:x")));
    assert_true(lm_mono_ms() - at < 500); /* not only with the next second's */
    node_stop(gateway);
    node_stop(two);
    node_stop(one);
}

/* In its lame duck a replica serves; and that it has become ready may not have been heard. */
static void who_says_it_is_not_ready_is_asked_when_there_is_no_other(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_answer a;

    assert_ok(lm_bus_subscribe(gateway->bus, "scorer", &t->err), &t->err);
    assert_true(wait_for(lm_bus_heartbeat_age_ms(gateway->bus, "scorer") < 1000));
    lm_bus_set_ready(scorer->bus, false);
    lm_sleep_ms(1200); /* another heartbeat of it */
    a = node_call(gateway, "scorer", "Echo", LM_STR("x"), 5000);
    assert_ok(a.err.code, &a.err);
    assert_string_equal(a.body, "1:x");
    scorer->is_not_ready = true;
    a = node_call(gateway, "scorer", "Echo", LM_STR("x"), 5000);
    assert_int_equal(a.err.code, LM_UNAVAILABLE);
    assert_true(a.took_ms < 1000);
    node_stop(gateway);
    node_stop(scorer);
}

static void a_call_in_flight_survives_the_stop_of_its_server(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *one = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_pending p;
    struct node_answer a;

    node_ask(gateway, "scorer", "Hang", LM_STR(""), 5000, &p);
    assert_true(wait_for(node_count(one, &one->n_hanging) == 1));
    node_stop(one); /* answers it, then goes */
    a = node_wait(&p);
    assert_int_equal(a.err.code, LM_CANCELLED);
    node_stop(gateway);
}

static void stopping_ends_the_calls_that_wait(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct node *gateway = node_start(dir, NULL, NULL, "gateway", "1");
    struct node_pending p;

    node_ask(gateway, "scorer", "Hang", LM_STR(""), 60000, &p);
    assert_true(wait_for(node_count(scorer, &scorer->n_hanging) == 1));
    node_stop(gateway);
    assert_int_equal(node_wait(&p).err.code, LM_UNAVAILABLE);
    node_stop(scorer);
}

/* -- tcp -- */

static void over_tcp_every_address_of_a_name_is_a_replica(void **state)
{
    static const char *const peers[] = {"scorer=127.0.0.60:5550", "scorer=127.0.0.61:5550",
                                        "mailer=127.0.0.62:5550", NULL};
    struct node *one = node_start(NULL, "127.0.0.60", peers, "scorer", "a");
    struct node *two = node_start(NULL, "127.0.0.61", peers, "scorer", "b");
    struct node *gateway = node_start(NULL, "127.0.0.63", peers, "gateway", "1");
    bool saw_a = false, saw_b = false;

    (void)state;
    assert_true(wait_for(({
        struct node_answer a = node_call(gateway, "scorer", "Echo", LM_STR(""), 5000);

        assert_ok(a.err.code, &a.err);
        saw_a |= a.body[0] == 'a';
        saw_b |= a.body[0] == 'b';
        saw_a &&saw_b;
    })));
    node_stop(gateway);
    node_stop(two);
    node_stop(one);
}

static void an_address_that_another_service_has_now_is_passed_over(void **state)
{
    static const char *const peers[] = {"scorer=127.0.0.60:5550", "scorer=127.0.0.61:5550", NULL};
    struct node *stranger = node_start(NULL, "127.0.0.60", peers, "mailer", "a");
    struct node *scorer = node_start(NULL, "127.0.0.61", peers, "scorer", "b");
    struct node *gateway = node_start(NULL, "127.0.0.63", peers, "gateway", "1");

    (void)state;
    for (int i = 0; i < 20; i++) {
        struct node_answer a = node_call(gateway, "scorer", "Echo", LM_STR(""), 5000);

        assert_ok(a.err.code, &a.err);
        assert_string_equal(a.body, "b:");
    }
    assert_int_equal(node_count(stranger, &stranger->n_calls), 0);
    node_stop(gateway);
    node_stop(scorer);
    node_stop(stranger);
}

/* -- hostile frames -- */

struct forgery {
    const char *key;
    int64_t age_ms;
    size_t junk; /* that many bytes instead of a frame */
    bool is_answer, flip_bit;
};

static nng_msg *forge(const struct forgery *f)
{
    Lm__Envelope e = LM__ENVELOPE__INIT;
    lm_err err = LM_ERR_INIT;
    nng_msg *msg;

    if (f->junk) {
        assert_int_equal(nng_msg_alloc(&msg, f->junk), 0);
        return msg;
    }
    e.sender = (char *)"gateway";
    e.replica = (char *)"9";
    e.destination = (char *)"scorer";
    e.direction = f->is_answer ? LM__ENVELOPE__DIRECTION__ANSWER : LM__ENVELOPE__DIRECTION__CALL;
    e.method = (char *)"Echo";
    e.sent_at = lm_real_ms() - f->age_ms;
    e.has_nonce = true;
    lm_random(&e.nonce, sizeof(e.nonce));
    assert_ok(bus_frame_seal(lm_str_z(f->key), &e, &msg, &err), &err);
    if (f->flip_bit)
        ((uint8_t *)nng_msg_body(msg))[nng_msg_len(msg) - 1] ^= 1;
    return msg;
}

/* Sends it to the call socket of `scorer.1`; true when it was answered. */
static bool is_answered_to(const char *dir, nng_msg *msg)
{
    nng_socket req;
    nng_msg *answer;
    char url[128];
    bool came;

    snprintf(url, sizeof(url), "ipc://%s/scorer.1.call", dir);
    assert_int_equal(nng_req0_open(&req), 0);
    nng_socket_set_ms(req, NNG_OPT_RECVTIMEO, 200);
    nng_socket_set_ms(req, NNG_OPT_SENDTIMEO, 1000);
    assert_int_equal(nng_dial(req, url, NULL, 0), 0);
    assert_int_equal(nng_sendmsg(req, msg, 0), 0);
    came = nng_recvmsg(req, &answer, 0) == 0;
    if (came)
        nng_msg_free(answer);
    nng_close(req);
    return came;
}

static bool is_answered(const char *dir, const struct forgery *f)
{
    return is_answered_to(dir, forge(f));
}

static void a_frame_that_is_not_ours_gets_no_answer_and_is_counted(void **state)
{
    static const struct {
        struct forgery f;
        const char *reason;
    } cases[] = {
        {{.key = "another key of thirty-two bytes!"}, "signature"},
        {{.key = NODE_KEY, .flip_bit = true}, "signature"},
        {{.key = NODE_KEY, .age_ms = 31000}, "age"},
        {{.key = NODE_KEY, .age_ms = -31000}, "age"},
        {{.key = NODE_KEY, .is_answer = true}, "direction"},
        {{.junk = 32}, "short"},
        {{.junk = 500}, "signature"},
    };
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");

    assert_true(
        is_answered(dir, &(struct forgery){.key = NODE_KEY})); /* the test itself is right */
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        int64_t before = dropped(cases[i].reason);

        assert_false(is_answered(dir, &cases[i].f));
        assert_int_equal(dropped(cases[i].reason), before + 1);
    }
    assert_int_equal(node_count(scorer, &scorer->n_calls), 1);
    node_stop(scorer);
}

/* The same bytes twice, as somebody would who had listened; a call of the same content has another nonce. */
static void a_call_is_taken_once(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    nng_msg *first = forge(&(struct forgery){.key = NODE_KEY}), *again;
    int64_t before = dropped("replay");

    assert_int_equal(nng_msg_dup(&again, first), 0);
    assert_true(is_answered_to(dir, first));
    for (int i = 1; i <= 3; i++) {
        nng_msg *copy;

        assert_int_equal(nng_msg_dup(&copy, again), 0);
        assert_false(is_answered_to(dir, copy));
        assert_int_equal(dropped("replay"), before + i);
    }
    nng_msg_free(again);
    assert_int_equal(node_count(scorer, &scorer->n_calls), 1);
    node_stop(scorer);
}

/* As long as a frame is good, whatever came meanwhile; and not longer. */
static void what_was_taken_is_remembered_for_as_long_as_it_is_good(void **state)
{
    enum { CALLS = 20000 };
    struct bus_taken taken = {.lock = PTHREAD_MUTEX_INITIALIZER};
    const int64_t start = 1800000000000;
    int64_t now = start;
    size_t kept = 0;

    (void)state;
    for (uint64_t i = 0; i < CALLS; i++, now += 10) { /* 200 s */
        uint64_t mac = i * 0x9e3779b97f4a7c15u;
        uint64_t past = (i - LM_MIN(i, 2900)) * 0x9e3779b97f4a7c15u; /* 29 s ago */

        assert_true(bus_taken_is_new(&taken, &mac, now, now));
        assert_false(bus_taken_is_new(&taken, &past, now - 10 * (int64_t)LM_MIN(i, 2900), now));
    }
    for (size_t i = 0; i < BUS_SLICES; i++)
        kept += taken.slices[i].n;
    assert_true(kept <= 6000); /* of 20,000: 30 s and what began before them */
    bus_taken_fini(&taken);
}

/* The wire format of SP over ipc: a greeting of 8 bytes each way; a 1, the length, the message. */
static int greet(const char *dir)
{
    static const uint8_t greeting[8] = {0, 'S', 'P', 0, 0, 0x30, 0, 0};
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    uint8_t theirs[8];

    snprintf(address.sun_path, sizeof(address.sun_path), "%s/scorer.1.call", dir);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(write(fd, greeting, sizeof(greeting)), sizeof(greeting));
    assert_int_equal(recv(fd, theirs, sizeof(theirs), MSG_WAITALL), sizeof(theirs));
    return fd;
}

static void who_announces_more_than_the_limit_is_cut_off(void **state)
{
    static const uint8_t announced[9] = {1, 0, 0, 0, 0, 0, 0x10, 0, 1}; /* 1 MiB and a byte */
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    struct timeval limit = {.tv_sec = 5};
    int fd = greet(dir);
    char byte;

    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
    assert_int_equal(write(fd, announced, sizeof(announced)), sizeof(announced));
    assert_int_equal(read(fd, &byte, 1), 0);
    close(fd);
    assert_true(is_answered(dir, &(struct forgery){.key = NODE_KEY})); /* others go on */
    node_stop(scorer);
}

static void forged_events_are_not_heard(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *mailer = node_start(dir, NULL, NULL, "mailer", "1");
    int64_t before = dropped("signature");
    nng_socket pub, rep;
    char url[128];

    /* a stranger that listens under a service's name */
    snprintf(url, sizeof(url), "ipc://%s/scorer.7.event", dir);
    assert_int_equal(nng_pub0_open(&pub), 0);
    assert_int_equal(nng_listen(pub, url, NULL, 0), 0);
    snprintf(url, sizeof(url), "ipc://%s/scorer.7.call", dir);
    assert_int_equal(nng_pub0_open(&rep), 0);
    assert_int_equal(nng_listen(rep, url, NULL, 0), 0);
    assert_ok(lm_bus_subscribe(mailer->bus, "scorer", &t->err), &t->err);
    assert_true(wait_for(({
        nng_msg *msg = forge(&(struct forgery){.key = "another key of thirty-two bytes!"});
        if (nng_sendmsg(pub, msg, NNG_FLAG_NONBLOCK))
            nng_msg_free(msg);
        dropped("signature") > before;
    })));
    assert_int_equal(node_count(mailer, &mailer->n_events), 0);
    nng_close(pub);
    nng_close(rep);
    node_stop(mailer);
}

static void a_name_that_is_taken_is_refused_at_the_start(void **state)
{
    struct lm_test *t = *state;
    const char *dir = lm_test_dir(t);
    struct node *scorer = node_start(dir, NULL, NULL, "scorer", "1");
    const struct lm_bus_options o = {
        .service = "scorer", .replica = "1", .dir = dir, .key = LM_STR(NODE_KEY), .workers = 1};
    const struct lm_bus_options short_key = {
        .service = "scorer", .replica = "2", .dir = dir, .key = LM_STR("short"), .workers = 1};
    const struct lm_bus_handlers none = {0};
    struct lm_bus *bus;

    assert_code(lm_bus_start(&o, &none, &bus, &t->err), LM_UNAVAILABLE, &t->err);
    assert_code(lm_bus_start(&short_key, &none, &bus, &t->err), LM_INVALID, &t->err);
    node_stop(scorer);
}

LM_TEST_MAIN(LM_TEST(a_call_brings_the_body_there_and_the_answer_back),
             LM_TEST(an_error_keeps_its_code_message_and_fields),
             LM_TEST(a_call_to_a_service_that_is_away_is_unavailable_and_does_not_wait),
             LM_TEST(a_handler_that_never_answers_ends_at_the_deadline),
             LM_TEST(a_replica_that_is_not_ready_is_passed_over_at_once),
             LM_TEST(when_all_say_not_ready_the_call_is_unavailable),
             LM_TEST(idle_replicas_share_the_calls),
             LM_TEST(what_is_too_large_for_a_frame_is_refused_on_either_way),
             LM_TEST(events_reach_who_subscribed_one_at_a_time), LM_TEST(many_hints_become_few),
             LM_TEST(readiness_is_told_at_once),
             LM_TEST(who_says_it_is_not_ready_is_asked_when_there_is_no_other),
             LM_TEST(a_call_in_flight_survives_the_stop_of_its_server),
             LM_TEST(stopping_ends_the_calls_that_wait),
             LM_TEST(over_tcp_every_address_of_a_name_is_a_replica),
             LM_TEST(an_address_that_another_service_has_now_is_passed_over),
             LM_TEST(a_frame_that_is_not_ours_gets_no_answer_and_is_counted),
             LM_TEST(a_call_is_taken_once),
             LM_TEST(what_was_taken_is_remembered_for_as_long_as_it_is_good),
             LM_TEST(who_announces_more_than_the_limit_is_cut_off),
             LM_TEST(forged_events_are_not_heard),
             LM_TEST(a_name_that_is_taken_is_refused_at_the_start))
