/* SPDX-License-Identifier: Apache-2.0 */
/* The rows made from sample.proto. */
#include "gen/routes.lm.h"
#include "gen/sample.pb-c.h"
#include "tests/lm_test.h"

static size_t row_of(const char *method, const char *path)
{
    for (size_t i = 0; i < lm_routes_n; i++) {
        if (strcmp(lm_routes[i].method, method) == 0 && strcmp(lm_routes[i].path, path) == 0)
            return i;
    }
    fail_msg("no route %s %s", method, path);
    return 0;
}

static void every_path_and_alias_is_a_row(void **state)
{
    const struct lm_route *get = &lm_routes[row_of("GET", "/boxes/{box_id}")];
    const struct lm_route *alias = &lm_routes[row_of("GET", "/crates/{box_id}")];

    (void)state;
    assert_int_equal(lm_routes_n, 5);
    assert_null(lm_routes[lm_routes_n].method);
    assert_string_equal(get->rpc, "GetBox");
    assert_string_equal(get->mcp_tool, "get_box");
    assert_false(get->is_alias);
    assert_string_equal(alias->rpc, "GetBox");
    assert_true(alias->is_alias);
    assert_null(alias->mcp_tool);
}

static void literals_stand_in_front_of_parameters(void **state)
{
    (void)state;
    assert_true(row_of("GET", "/boxes/stats") < row_of("GET", "/boxes/{box_id}"));
}

static void a_path_is_split_into_segments(void **state)
{
    const struct lm_route *r = &lm_routes[row_of("PUT", "/boxes/{box_id}/content")];

    (void)state;
    assert_int_equal(r->n_segments, 3);
    assert_string_equal(r->segments[0].text, "boxes");
    assert_false(r->segments[0].is_param);
    assert_string_equal(r->segments[1].text, "box_id");
    assert_true(r->segments[1].is_param);
    assert_string_equal(r->segments[2].text, "content");
}

static void options_stand_in_the_row(void **state)
{
    const struct lm_route *put = &lm_routes[row_of("PUT", "/boxes/{box_id}/content")];
    const struct lm_route *list = &lm_routes[row_of("GET", "/boxes")];

    (void)state;
    assert_int_equal(put->role, 3);
    assert_int_equal(put->status, 204);
    assert_true(put->writes && put->outside && put->slow);
    assert_false(put->takes_query || put->idempotent || put->raw_body);
    assert_ptr_equal(put->in, &sample__fill_box_request__descriptor);
    assert_ptr_equal(put->out, &sample__nothing__descriptor);
    assert_string_equal(put->service, "sample");
    assert_true(list->takes_query);
    assert_int_equal(list->status, 200);
    assert_int_equal(list->role, 1);
    assert_int_equal(lm_routes[row_of("GET", "/boxes/stats")].role, 0);
}

LM_TEST_MAIN(LM_TEST(every_path_and_alias_is_a_row), LM_TEST(literals_stand_in_front_of_parameters),
             LM_TEST(a_path_is_split_into_segments), LM_TEST(options_stand_in_the_row))
