/* SPDX-License-Identifier: Apache-2.0 */
/* openapi.json and mcp_tools.json of the whole contract: valid, complete, every reference leads somewhere. */
#include "common/json.h"
#include "gen/routes.lm.h"
#include "tests/lm_test.h"

static const struct lm_jval *parse(struct lm_test *t, const char *json, size_t n)
{
    struct lm_jval *v;

    assert_ok(lm_json_parse(t->arena, (lm_str){json, n}, &v, &t->err), &t->err);
    return v;
}

static const struct lm_jval *openapi(struct lm_test *t)
{
    return parse(t, lm_openapi_json, lm_openapi_json_n);
}

/* A member by its key: keys such as paths and full names have dots, which lm_jget would split at. */
static const struct lm_jval *member(const struct lm_jval *v, lm_str key)
{
    for (size_t i = 0; i < v->n && v->keys; i++) {
        if (lm_str_eq(v->keys[i], key))
            return &v->items[i];
    }
    return NULL;
}

static const struct lm_jval *operation_of(struct lm_test *t, const struct lm_jval *api,
                                          const struct lm_route *r)
{
    char *method = lm_arena_strdup(t->arena, r->method);
    const struct lm_jval *path = member(lm_jget(api, "paths"), lm_str_z(r->path));

    for (char *p = method; *p; p++)
        *p |= 0x20;
    return path ? member(path, lm_str_z(method)) : NULL;
}

static void every_route_is_an_operation_named_as_its_rpc(void **state)
{
    struct lm_test *t = *state;
    const struct lm_jval *api = openapi(t);

    assert_str(lm_jstr(api, "openapi"), "3.1.0");
    assert_true(lm_routes_n > 50);
    for (size_t i = 0; i < lm_routes_n; i++) {
        const struct lm_route *r = &lm_routes[i];
        const struct lm_jval *operation;

        if (r->is_alias)
            continue;
        operation = operation_of(t, api, r);
        if (!operation)
            fail_msg("no operation %s %s", r->method, r->path);
        assert_str(lm_jstr(operation, "operationId"), r->rpc);
        assert_str(lm_jstr(operation, "tags.0"), r->service);
        assert_non_null(member(lm_jget(operation, "responses"),
                               lm_str_z(lm_arena_printf(t->arena, "%u", r->status))));
    }
}

static void operation_ids_are_unique(void **state)
{
    struct lm_test *t = *state;
    const struct lm_jval *paths = lm_jget(openapi(t), "paths");
    lm_str *ids = LM_NEW_ARRAY(t->arena, lm_str, lm_routes_n);
    size_t n = 0;

    for (size_t p = 0; p < paths->n; p++) {
        for (size_t m = 0; m < paths->items[p].n; m++) {
            lm_str id = lm_jstr(&paths->items[p].items[m], "operationId");

            assert_true(id.n > 0);
            for (size_t k = 0; k < n; k++)
                assert_false(lm_str_eq(ids[k], id));
            assert_true(n < lm_routes_n);
            ids[n++] = id;
        }
    }
    assert_true(n > 50);
}

/* "#/components/schemas/lm.Company" from the root. */
static bool leads_somewhere(const struct lm_jval *api, lm_str ref)
{
    const struct lm_jval *at = api;
    lm_str part;

    if (!lm_str_split(&ref, '/', &part) || !lm_str_eqz(part, "#"))
        return false;
    while (at && lm_str_split(&ref, '/', &part))
        at = member(at, part);
    return at != NULL;
}

static size_t check_refs(const struct lm_jval *api, const struct lm_jval *v)
{
    size_t found = 0;

    for (size_t i = 0; i < v->n; i++) {
        if (v->keys && lm_str_eqz(v->keys[i], "$ref")) {
            if (!leads_somewhere(api, v->items[i].str))
                fail_msg("%.*s leads nowhere", LM_FMT(v->items[i].str));
            found++;
        }
        found += check_refs(api, &v->items[i]);
    }
    return found;
}

static void every_reference_leads_somewhere(void **state)
{
    const struct lm_jval *api = openapi(*state);

    assert_true(check_refs(api, api) > 100);
}

/* Each {name} of a path is a required path parameter, and the other way round. */
static void path_parameters_match_the_path(void **state)
{
    struct lm_test *t = *state;
    const struct lm_jval *api = openapi(t);

    for (size_t i = 0; i < lm_routes_n; i++) {
        const struct lm_route *r = &lm_routes[i];
        const struct lm_jval *parameters;
        size_t in_path = 0, in_operation = 0;

        if (r->is_alias)
            continue;
        for (size_t k = 0; k < r->n_segments; k++)
            in_path += r->segments[k].is_param;
        parameters = lm_jget(operation_of(t, api, r), "parameters");
        for (size_t k = 0; k < parameters->n; k++) {
            if (!lm_str_eqz(lm_jstr(&parameters->items[k], "in"), "path"))
                continue;
            in_operation++;
            assert_true(lm_jbool(&parameters->items[k], "required"));
        }
        assert_int_equal(in_path, in_operation);
    }
}

static void a_rule_is_a_keyword_of_the_schema(void **state)
{
    const struct lm_jval *schemas = lm_jget(openapi(*state), "components.schemas");
    const struct lm_jval *in = member(schemas, LM_STR("scraper.StartScrapeRequest"));

    assert_non_null(in);
    assert_int_equal(lm_jint(in, "properties.max_pages.maximum", 0), 20);
    assert_int_equal(lm_jint(in, "properties.max_pages.default", 0), 5);
    assert_int_equal(lm_jint(in, "properties.keywords.maxItems", 0), 20);
    assert_int_equal(lm_jint(in, "properties.keywords.items.maxLength", 0), 100);
    assert_str(lm_jstr(in, "properties.source.$ref"), "#/components/schemas/lm.Source");
    assert_str(lm_jstr(in, "required.0"), "source");
    assert_int_equal(member(in, LM_STR("additionalProperties"))->type, LM_J_BOOL);
    in = member(schemas, LM_STR("lm.Lead"));
    assert_str(lm_jstr(in, "properties.created_at.format"), "date-time");
}

/* Those stand in the .proto for whoever reads the file. */
static size_t check_texts(const struct lm_jval *v)
{
    size_t found = 0;

    for (size_t i = 0; i < v->n; i++) {
        if (v->keys && v->items[i].type == LM_J_STR &&
            (lm_str_eqz(v->keys[i], "description") || lm_str_eqz(v->keys[i], "summary"))) {
            if (lm_str_find(v->items[i].str, LM_STR("----"), 0) >= 0)
                fail_msg("%.*s", LM_FMT(v->items[i].str));
            found++;
        }
        found += check_texts(&v->items[i]);
    }
    return found;
}

static void no_description_has_a_heading_of_the_contract_in_it(void **state)
{
    struct lm_test *t = *state;

    assert_true(check_texts(openapi(t)) > 500);
    assert_true(check_texts(parse(t, lm_mcp_tools_json, lm_mcp_tools_json_n)) > 10);
}

static void every_tool_is_a_route_with_whole_schemas(void **state)
{
    struct lm_test *t = *state;
    const struct lm_jval *tools =
        lm_jget(parse(t, lm_mcp_tools_json, lm_mcp_tools_json_n), "tools");
    size_t with_tool = 0;

    for (size_t i = 0; i < lm_routes_n; i++)
        with_tool += lm_routes[i].mcp_tool != NULL;
    assert_true(with_tool > 0);
    assert_int_equal(tools->n, with_tool);
    for (size_t i = 0; i < tools->n; i++) {
        const struct lm_jval *tool = &tools->items[i];

        assert_true(lm_jstr(tool, "name").n > 0);
        assert_true(lm_jstr(tool, "description").n > 0);
        assert_str(lm_jstr(tool, "inputSchema.type"), "object");
        assert_str(lm_jstr(tool, "outputSchema.type"), "object");
        assert_int_equal(check_refs(tools, tool), 0);
    }
}

LM_TEST_MAIN(LM_TEST(every_route_is_an_operation_named_as_its_rpc),
             LM_TEST(operation_ids_are_unique), LM_TEST(every_reference_leads_somewhere),
             LM_TEST(path_parameters_match_the_path), LM_TEST(a_rule_is_a_keyword_of_the_schema),
             LM_TEST(no_description_has_a_heading_of_the_contract_in_it),
             LM_TEST(every_tool_is_a_route_with_whole_schemas))
