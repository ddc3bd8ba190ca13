/* SPDX-License-Identifier: Apache-2.0 */
/* The pure parts of the HTTP edge: routes, queries, guards, addresses. */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "common/json.h"
#include "services/gateway/http/guard.h"
#include "services/gateway/http/message.h"
#include "services/gateway/http/query.h"
#include "services/gateway/http/router.h"

static void finds_literal_paths_before_parameters(void **state)
{
    static const struct {
        const char *method, *path, *rpc;
    } cases[] = {
        {"GET", "/api/leads", "ListLeads"},
        {"GET", "/api/v1/leads", "ListLeads"},
        {"GET", "/api/leads/stats", "GetLeadStats"},
        {"GET", "/api/leads/0190a0b0-c0d0-7e0f-8000-0123456789ab", "GetLead"},
        {"GET", "/api/emails/pending", "ListReviewQueue"},
        {"GET", "/api/emails/review", "ListReviewQueue"},
        {"POST", "/api/auth/register", "CreateUser"},
        {"POST", "/api/score/calculate", "CalculateScore"},
        {"POST", "/api/score/calculate/x", "CalculateScore"},
    };
    struct lm_test *t = *state;
    struct gateway_match m;
    char allow[64];

    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        lm_str path = gateway_api_path(lm_str_z(cases[i].path));

        assert_ok(gateway_route_find(lm_str_z(cases[i].method), path, &m, allow, &t->err), &t->err);
        assert_string_equal(m.route->rpc, cases[i].rpc);
    }
}

static void tells_a_wrong_method_from_a_wrong_path(void **state)
{
    static const char *const nothing[] = {"/",       "/lead",     "/leads/",
                                          "//leads", "/leads//x", "/a/b/c/d/e/f/g/h/i/j"};
    struct lm_test *t = *state;
    struct gateway_match m;
    char allow[64];

    assert_code(gateway_route_find(LM_STR("DELETE"), LM_STR("/leads"), &m, allow, &t->err),
                LM_METHOD, &t->err);
    assert_string_equal(allow, "GET, POST");
    for (size_t i = 0; i < LM_COUNT(nothing); i++) {
        lm_err_clear(&t->err);
        assert_code(gateway_route_find(LM_STR("GET"), lm_str_z(nothing[i]), &m, allow, &t->err),
                    LM_NOT_FOUND, &t->err);
    }
    assert_int_equal(gateway_api_path(LM_STR("/apix/leads")).n, 0);
    assert_int_equal(gateway_api_path(LM_STR("/api")).n, 0);
}

/*
 * The body is read first and the path gives the rest: a field of the path that JSON would have to hold could never be
 * filled in. A list of words may stand there too.
 */
static void what_stands_in_the_path_is_not_asked_for_in_the_body(void **state)
{
    struct lm_test *t = *state;
    struct gateway_match m;
    struct gateway_request_parts parts = {.match = &m, .body = LM_STR("{\"approved\":false}")};
    ProtobufCMessage *message;
    struct lm_buf json = lm_buf_in(t->arena, 4096);
    char allow[64];

    assert_ok(gateway_route_find(LM_STR("PUT"), LM_STR("/scrape/sources/INDEED"), &m, allow,
                                 &t->err),
              &t->err);
    assert_ok(gateway_message_read(t->arena, &parts, &message, &t->err), &t->err);
    lm_pb_to_json(message, &json);
    assert_true(lm_str_find(lm_buf_str(&json), LM_STR("\"INDEED\""), 0) > 0);
    m.segments[2] = LM_STR("NOBODY");
    assert_code(gateway_message_read(t->arena, &parts, &message, &t->err), LM_INVALID, &t->err);
    for (const struct lm_route *r = lm_routes; r < lm_routes + lm_routes_n; r++) {
        for (size_t i = 0; !r->takes_query && !r->raw_body && i < r->n_segments; i++) {
            const ProtobufCFieldDescriptor *f =
                r->segments[i].is_param
                    ? protobuf_c_message_descriptor_get_field_by_name(r->in, r->segments[i].text)
                    : NULL;

            if (f && f->label == PROTOBUF_C_LABEL_REQUIRED && f->type != PROTOBUF_C_TYPE_STRING)
                fail_msg("%s: %s is required of the body", r->rpc, f->name);
        }
    }
}

static void reads_queries_as_browsers_write_them(void **state)
{
    struct lm_test *t = *state;
    lm_str rest = LM_STR("a=1&&b=c+d%20e&caf%c3%a9=%26&flag&a=2");
    static const char *const wanted[][2] = {
        {"a", "1"}, {"b", "c d e"}, {"caf\xc3\xa9", "&"}, {"flag", ""}, {"a", "2"}};
    lm_str name, value;
    size_t n = 0;

    while (gateway_query_next(t->arena, &rest, &name, &value, &t->err)) {
        assert_str(name, wanted[n][0]);
        assert_str(value, wanted[n][1]);
        n++;
    }
    assert_int_equal(t->err.code, LM_OK);
    assert_int_equal(n, LM_COUNT(wanted));
    assert_str(gateway_query_get(t->arena, LM_STR("x=1&y=2"), "y"), "2");
    assert_null(gateway_query_get(t->arena, LM_STR("x=1"), "y").p);
}

static void refuses_broken_queries(void **state)
{
    static const char *const broken[] = {"a=%", "a=%zz", "a=%ff", "%c3=1", "a=%00"};
    struct lm_test *t = *state;
    lm_str name, value;

    for (size_t i = 0; i < LM_COUNT(broken); i++) {
        lm_str rest = lm_str_z(broken[i]);

        assert_false(gateway_query_next(t->arena, &rest, &name, &value, &t->err));
        assert_int_equal(t->err.code, LM_INVALID);
        lm_err_clear(&t->err);
    }
}

static void lets_ordinary_heads_pass_and_no_ambiguous_ones(void **state)
{
    struct lm_test *t = *state;
    struct {
        const char *head;
        bool is_good;
    } cases[] = {
        {"GET / HTTP/1.1\r\nhost: a\r\naccept: b\r\naccept: c\r\n\r\n", true},
        {"POST / HTTP/1.1\r\ncontent-length: 3\r\n\r\nhost: a\r\nhost: b", true},
        {"POST / HTTP/1.1\r\ncontent-length: 3\r\nContent-Length: 3\r\n\r\n", false},
        {"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n", false},
        {"POST / HTTP/1.1\r\ntransfer-encoding: a\r\ntransfer-encoding: b\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nhost : a\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nx: a\r\n b\r\n\r\n", false},
        {"GET / HTTP/1.1\r\n: a\r\n\r\n", false},
        {"", false},
    };

    (void)t;
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        if ((gateway_guard_head(lm_str_z(cases[i].head)) == NULL) != cases[i].is_good)
            fail_msg("%s", cases[i].head);
    }
}

static void refuses_a_long_head_though_it_is_one_line(void **state)
{
    struct lm_test *t = *state;
    char *line = lm_arena_alloc(t->arena, GATEWAY_HEAD_BYTES + 1);

    memset(line, 'a', GATEWAY_HEAD_BYTES);
    line[GATEWAY_HEAD_BYTES] = '\0';
    assert_non_null(gateway_guard_head(
        lm_str_z(lm_arena_printf(t->arena, "GET / HTTP/1.1\r\nhost: a\r\nx: %s\r\n\r\n", line))));
    line[GATEWAY_HEAD_BYTES / 2] = '\0';
    assert_null(gateway_guard_head(
        lm_str_z(lm_arena_printf(t->arena, "GET / HTTP/1.1\r\nhost: a\r\nx: %s\r\n\r\n", line))));
}

static void refuses_targets_that_nobody_sends(void **state)
{
    struct lm_test *t = *state;

    assert_null(gateway_guard_target(t->arena, LM_STR("/api/leads?search=caf%C3%A9")));
    assert_non_null(gateway_guard_target(t->arena, LM_STR("leads")));
    assert_non_null(gateway_guard_target(t->arena, LM_STR("/%ff")));
    assert_non_null(gateway_guard_target(t->arena, LM_STR("/a%0ab")));
    assert_non_null(gateway_guard_target(t->arena, LM_STR("/a%7")));
}

static void believes_only_proxies_it_was_told_of(void **state)
{
    static const char *const trusted[] = {"10.0.0.0/8", "fd00::/8", NULL};
    static const struct {
        const char *peer, *forwarded, *wanted;
    } cases[] = {
        {"8.8.8.8", "1.2.3.4", "8.8.8.8"}, /* not a proxy of ours */
        {"10.0.0.1", "1.2.3.4", "1.2.3.4"},
        {"10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"},  /* the left one is the client's own word */
        {"10.0.0.1", "1.2.3.4, 10.2.0.7", "1.2.3.4"}, /* two proxies in a row */
        {"fd00::1", "2001:db8::1", "2001:db8::1"},
        {"10.0.0.1", "nonsense", "10.0.0.1"},
        {"10.0.0.1", "", "10.0.0.1"},
        {"::ffff:10.0.0.1", "1.2.3.4", "1.2.3.4"},
    };

    (void)state;
    for (size_t i = 0; i < LM_COUNT(cases); i++) {
        char out[46];

        gateway_client_address(cases[i].peer, lm_str_z(cases[i].forwarded), trusted, out);
        assert_string_equal(out, cases[i].wanted);
    }
    assert_true(gateway_address_is_private("192.168.1.1"));
    assert_true(gateway_address_is_private("::1"));
    assert_false(gateway_address_is_private("192.169.1.1"));
    assert_false(gateway_address_is_private("no address"));
}

LM_TEST_MAIN(LM_TEST(finds_literal_paths_before_parameters),
             LM_TEST(tells_a_wrong_method_from_a_wrong_path),
             LM_TEST(what_stands_in_the_path_is_not_asked_for_in_the_body),
             LM_TEST(reads_queries_as_browsers_write_them), LM_TEST(refuses_broken_queries),
             LM_TEST(lets_ordinary_heads_pass_and_no_ambiguous_ones),
             LM_TEST(refuses_a_long_head_though_it_is_one_line),
             LM_TEST(refuses_targets_that_nobody_sends),
             LM_TEST(believes_only_proxies_it_was_told_of))
