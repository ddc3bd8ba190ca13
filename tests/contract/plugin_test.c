/* SPDX-License-Identifier: Apache-2.0 */
/* Contracts that must not build: protoc runs the plugin over each, and what it says is looked at. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/buf.h"
#include "tests/lm_test.h"

enum { OUTPUT_MAX = 64 << 10 };

/* What every case stands in: box.proto, a service of that name, and its types. */
static const char frame[] = "syntax = \"proto2\";\n"
                            "package box;\n"
                            "import \"options.proto\";\n"
                            "message In { optional string id = 1; optional int32 n = 2; }\n"
                            "message Out { optional string id = 1; }\n"
                            "message Nest { repeated In ins = 1; }\n"
                            "message Raw { optional bytes body = 1; }\n"
                            "message Moved { optional string id = 1; }\n";

struct contract {
    char dir[64];
    char proto[96];
};

static void write_contract(struct contract *c, const char *service, const char *types)
{
    FILE *f;

    snprintf(c->dir, sizeof(c->dir), "/tmp/lm-plugin-test-XXXXXX");
    assert_non_null(mkdtemp(c->dir));
    snprintf(c->proto, sizeof(c->proto), "%s/box.proto", c->dir);
    f = fopen(c->proto, "w");
    assert_non_null(f);
    fprintf(f, "%s%s\nservice Box {\n%s\n}\n", frame, types, service);
    assert_int_equal(fclose(f), 0);
}

/* Removes what a contract that did build has left behind, too. */
static void remove_contract(const struct contract *c)
{
    static const char *const made[] = {"box.lm.h",       "box.lm.c",     "contract.lm.h",
                                       "contract.lm.c",  "routes.lm.h",  "routes.lm.c",
                                       "openapi.lm.c",   "openapi.json", "mcp_tools.lm.c",
                                       "mcp_tools.json", "sources.lm.h", "box.proto"};
    char path[160];

    for (size_t i = 0; i < LM_COUNT(made); i++) {
        snprintf(path, sizeof(path), "%s/%s", c->dir, made[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(c->dir), 0);
}

/* What protoc prints for this contract; *status 0: it built. */
static const char *build(struct lm_test *t, const char *service, const char *types, int *status)
{
    struct contract c;
    struct lm_buf out = lm_buf_in(t->arena, OUTPUT_MAX);
    char line[1024];
    FILE *p;

    write_contract(&c, service, types);
    p = popen(lm_arena_printf(t->arena,
                              "%s -I%s %s --plugin=%s --leadmachine_out=%s box.proto 2>&1", PROTOC,
                              c.dir, INCLUDES, PLUGIN, c.dir),
              "r");
    assert_non_null(p);
    while (fgets(line, sizeof(line), p))
        lm_buf_appendz(&out, line);
    *status = pclose(p);
    remove_contract(&c);
    return lm_buf_z(&out);
}

struct bad {
    const char *service, *types, *message;
};

static void refuse_all(struct lm_test *t, const struct bad *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int status;
        const char *output = build(t, cases[i].service, cases[i].types, &status);

        if (status == 0 || !strstr(output, cases[i].message))
            fail_msg("wanted \"%s\", got (status %d) %s", cases[i].message, status, output);
    }
}

#define RPC(name, in, route) \
    "rpc " name "(" in ") returns (Out) { option (lm.route) = {" route "}; }\n"

static void a_good_contract_builds(void **state)
{
    struct lm_test *t = *state;
    int status;
    const char *output =
        build(t, RPC("GetBox", "In", "method: \"GET\" path: \"/boxes/{id}\""), "", &status);

    if (status != 0)
        fail_msg("%s", output);
}

static void refuses_bad_routes(void **state)
{
    static const struct bad cases[] = {
        {RPC("A", "In", "method: \"GET\" path: \"/x/{id}\"")
             RPC("B", "In", "method: \"GET\" path: \"/x/{n}\""),
         "", "box.proto: B: GET /x/{n} is already the route of A"},
        {RPC("A", "In", "method: \"GET\" path: \"/x\" alias: \"/y\"")
             RPC("B", "In", "method: \"GET\" path: \"/y\""),
         "", "box.proto: B: GET /y is already the route of A"},
        {RPC("A", "In", "method: \"GET\" path: \"/x/{nope}\""), "",
         "box.proto: A: path /x/{nope}: box.In has no field nope"},
        {RPC("A", "In", "method: \"GET\" path: \"/x\" alias: \"/y/{nope}\""), "",
         "box.proto: A: path /y/{nope}: box.In has no field nope"},
        {RPC("A", "Nest", "method: \"POST\" path: \"/x/{ins}\""), "", "ins is no single value"},
        {RPC("A", "In", "method: \"GET\" path: \"/x/{id}/{id}\""), "", "{id} stands twice"},
        {RPC("A", "In", "method: \"GET\" path: \"x\""), "", "does not begin with /"},
        {RPC("A", "In", "method: \"GET\" path: \"/x/{id}.gif\""), "",
         "'{id}.gif' is neither {field} nor letters"},
        {RPC("A", "In", "method: \"GET\" path: \"/x/\""), "", "'' is neither {field} nor letters"},
        {RPC("A", "In", "method: \"FETCH\" path: \"/x\""), "", "no method is called FETCH"},
        {RPC("A", "In", "method: \"GET\" path: \"/x\" status: 302"), "", "status 302 is not"},
        {RPC("A", "In", "method: \"GET\" path: \"/x\" public: true role: ADMIN"), "",
         "is public and asks for a role"},
        {RPC("A", "In", "method: \"GET\" path: \"/x\" mcp_tool: \"Do It\""), "",
         "is no name of a tool"},
        {RPC("A", "In", "method: \"GET\" path: \"/x\" mcp_tool: \"do\"")
             RPC("B", "In", "method: \"GET\" path: \"/y\" mcp_tool: \"do\""),
         "", "A already is the tool do"},
        {RPC("A", "In", "method: \"POST\" path: \"/x\" raw_body: true"), "",
         "needs the field `bytes body`"},
        {RPC("A", "Raw", "method: \"GET\" path: \"/x\" raw_body: true"), "",
         "comes with POST or PUT"},
        {RPC("A", "Nest", "method: \"GET\" path: \"/x\""), "",
         "repeated messages have no place in a query"},
        {RPC("A", "Must", "method: \"GET\" path: \"/x\""), "message Must { required int32 n = 1; }",
         "n comes in the query: make it optional"},
        {RPC("A", "Must", "method: \"PUT\" path: \"/x/{n}\""),
         "message Must { required int32 n = 1; }", "n comes in the path: make it optional"},
    };

    refuse_all(*state, cases, LM_COUNT(cases));
}

static void refuses_bad_services(void **state)
{
    static const struct bad cases[] = {
        {"option (lm.consumes) = \"crate.Moved\";", "",
         "box.proto: Box: consumes crate.Moved, which no file"},
        {"option (lm.consumes) = \"box.Stow\";",
         "message Stow { option (lm.job) = {max_attempts: 1}; }",
         "consumes box.Stow, which is no event"},
        {"option (lm.consumes) = \"box.Moved\"; option (lm.consumes) = \"box.Moved\";", "",
         "both be the function box_on_moved"},
        {"rpc OnMoved(In) returns (Out); option (lm.consumes) = \"box.Moved\";", "",
         "both be the function box_on_moved"},
        {"rpc CallA(In) returns (Out); rpc A(In) returns (Out);", "",
         "both be the function box_call_a"},
        {"rpc A(stream In) returns (Out);", "", "box.proto: A: streams"},
        {"", "message Stow { option (lm.job) = {max_attempts: 0}; }",
         "box.proto: box.Stow: a job has limits"},
        {"", "message Stow { option (lm.job) = {limit_s: 0}; }", "a job has limits"},
        {"", "message Stow { option (lm.job) = {lease_s: 1}; }", "a job has limits"},
    };

    refuse_all(*state, cases, LM_COUNT(cases));
}

#define FIELD(text)             "", "message M { " text " }"
#define RULE(declaration, rule) FIELD(declaration " = 1 [(lm.rule) = {" rule "}];")

static void refuses_bad_fields(void **state)
{
    static const struct bad cases[] = {
        {RULE("repeated string a", "required: true"),
         "box.proto: box.M: a: a repeated field is required by min_items"},
        {RULE("optional string a", "min: 1"), "min and max are for numbers"},
        {RULE("optional bool a", "max: 1"), "min and max are for numbers"},
        {RULE("optional int64 made_at", "min: 1"), "min and max are for numbers"},
        {RULE("optional int32 a", "min: 2 max: 1"), "min is above max"},
        {RULE("optional int32 a", "max_len: 2"), "min_len and max_len are for strings and bytes"},
        {RULE("optional string a", "min_len: 3 max_len: 2"), "max_len is 0 or below min_len"},
        {RULE("optional string a", "max_items: 2"),
         "min_items and max_items are for repeated fields"},
        {RULE("repeated string a", "min_items: 3 max_items: 2"),
         "max_items is 0 or below min_items"},
        {RULE("optional int32 a", "format: EMAIL"), "pattern and format are for strings"},
        {RULE("optional bytes a", "pattern: \"x\""), "pattern and format are for strings"},
        {RULE("optional string a", "pattern: \"(\""), "no POSIX extended expression"},
        {RULE("optional string a", "pattern: \"[[:alpha:]]\""), "something else in a JSON schema"},
        {FIELD("optional string made_at = 1;"), "_at is a time: int64"},
        {FIELD("optional string madeAt = 1;"), "names of fields are snake_case"},
        {FIELD("map<string, string> a = 1;"), "a map; use a repeated message"},
        {FIELD("optional group A = 1 { optional int32 n = 1; }"), "a group; use a message"},
        {FIELD("repeated M ms = 1;"), "box.M: contains itself"},
    };

    refuse_all(*state, cases, LM_COUNT(cases));
}

static void tells_all_mistakes_at_once(void **state)
{
    struct lm_test *t = *state;
    int status;
    const char *output = build(t, RPC("A", "In", "method: \"GET\" path: \"x\" status: 302"),
                               "message M { optional string made_at = 1; }", &status);

    assert_int_not_equal(status, 0);
    assert_non_null(strstr(output, "does not begin with /"));
    assert_non_null(strstr(output, "status 302"));
    assert_non_null(strstr(output, "_at is a time"));
}

LM_TEST_MAIN(LM_TEST(a_good_contract_builds), LM_TEST(refuses_bad_routes),
             LM_TEST(refuses_bad_services), LM_TEST(refuses_bad_fields),
             LM_TEST(tells_all_mistakes_at_once))
