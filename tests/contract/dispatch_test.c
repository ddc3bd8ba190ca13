/* SPDX-License-Identifier: Apache-2.0 */
/* The tables made from sample.proto, over handlers of this file. */
#include "common/service.h"
#include "gen/sample.lm.h"
#include "tests/lm_test.h"

static const char *called;
static const char *box_id;

lm_code sample_get_box(struct lm_ctx *ctx, const Sample__BoxRequest *in, Sample__Box *out,
                       lm_err *err)
{
    (void)ctx, (void)err;
    called = "get_box";
    box_id = in->box_id;
    out->id = in->box_id;
    return LM_OK;
}

lm_code sample_list_boxes(struct lm_ctx *ctx, const Sample__ListBoxesRequest *in,
                          Sample__ListBoxesResponse *out, lm_err *err)
{
    (void)ctx, (void)in, (void)out;
    return lm_fail(err, LM_CONFLICT, "listing");
}

lm_code sample_get_box_stats(struct lm_ctx *ctx, const Sample__Nothing *in, Sample__Box *out,
                             lm_err *err)
{
    (void)ctx, (void)in, (void)out, (void)err;
    return LM_OK;
}

lm_code sample_fill_box(struct lm_ctx *ctx, const Sample__FillBoxRequest *in, Sample__Nothing *out,
                        lm_err *err)
{
    (void)ctx, (void)in, (void)out, (void)err;
    return LM_OK;
}

lm_code sample_check_box(struct lm_ctx *ctx, const Sample__BoxRequest *in, Sample__Nothing *out,
                         lm_err *err)
{
    (void)ctx, (void)in, (void)out, (void)err;
    return LM_OK;
}

lm_code sample_burn_box(struct lm_ctx *ctx, const Sample__BoxRequest *in, Sample__Nothing *out,
                        lm_err *err)
{
    (void)ctx, (void)in, (void)out, (void)err;
    return LM_OK;
}

lm_code sample_on_box_moved(struct lm_ctx *ctx, const Sample__BoxMoved *ev, lm_err *err)
{
    (void)ctx, (void)err;
    called = "on_box_moved";
    box_id = ev->box_id;
    return LM_OK;
}

lm_code sample_do_stow_box(struct lm_ctx *ctx, const Sample__StowBox *job, lm_err *err)
{
    (void)ctx, (void)err;
    called = "do_stow_box";
    box_id = job->box_id;
    return LM_OK;
}

/* What lm_call was last asked for: the clients are made over it. */
static struct {
    const char *service, *method;
    const ProtobufCMessage *in;
    const ProtobufCMessageDescriptor *out;
} asked;

lm_code lm_call(struct lm_ctx *ctx, const char *service, const char *method,
                const ProtobufCMessage *in, const ProtobufCMessageDescriptor *out_descriptor,
                void *out, lm_err *err)
{
    (void)ctx, (void)out, (void)err;
    asked.service = service;
    asked.method = method;
    asked.in = in;
    asked.out = out_descriptor;
    return LM_OK;
}

static const struct lm_rpc *find(const char *method)
{
    for (const struct lm_rpc *r = sample_calls; r->method; r++) {
        if (strcmp(r->method, method) == 0)
            return r;
    }
    fail_msg("no operation %s", method);
    return NULL;
}

static void a_call_reaches_its_handler_with_its_types(void **state)
{
    struct lm_test *t = *state;
    const struct lm_rpc *r = find("GetBox");
    Sample__BoxRequest in = SAMPLE__BOX_REQUEST__INIT;
    Sample__Box out = SAMPLE__BOX__INIT;

    in.box_id = (char *)"7";
    assert_ptr_equal(r->in, &sample__box_request__descriptor);
    assert_ptr_equal(r->out, &sample__box__descriptor);
    assert_ok(r->handle(NULL, &in.base, &out.base, &t->err), &t->err);
    assert_string_equal(called, "get_box");
    assert_string_equal(out.id, "7");
    assert_code(find("ListBoxes")->handle(NULL, &in.base, &out.base, &t->err), LM_CONFLICT,
                &t->err);
}

static void options_of_the_route_stand_in_the_row(void **state)
{
    const struct lm_rpc *fill = find("FillBox"), *stats = find("GetBoxStats");

    (void)state;
    assert_string_equal(fill->service, "sample");
    assert_int_equal(fill->role, LM_ROLE_EDITOR);
    assert_true(fill->writes && fill->outside && fill->slow);
    assert_int_equal(find("GetBox")->role, LM_ROLE_VIEWER);
    assert_false(find("GetBox")->writes);
    assert_int_equal(stats->role, LM_ROLE_NONE);
}

static void an_internal_operation_writes_unless_its_name_says_it_asks(void **state)
{
    (void)state;
    assert_true(find("BurnBox")->writes);
    assert_false(find("CheckBox")->writes);
    assert_int_equal(find("BurnBox")->role, LM_ROLE_NONE);
}

static void events_and_jobs_reach_theirs(void **state)
{
    struct lm_test *t = *state;
    Sample__BoxMoved ev = SAMPLE__BOX_MOVED__INIT;
    Sample__StowBox job = SAMPLE__STOW_BOX__INIT;

    ev.box_id = (char *)"8";
    job.box_id = (char *)"9";
    assert_string_equal(sample_events[0].source, "sample");
    assert_string_equal(sample_events[0].type, "sample.BoxMoved");
    assert_ok(sample_events[0].apply(NULL, &ev.base, &t->err), &t->err);
    assert_string_equal(called, "on_box_moved");
    assert_string_equal(box_id, "8");
    assert_null(sample_events[1].type);

    assert_string_equal(sample_jobs[0].kind, "stow_box");
    assert_ok(sample_jobs[0].run(NULL, &job.base, &t->err), &t->err);
    assert_string_equal(called, "do_stow_box");
    assert_string_equal(box_id, "9");
    assert_int_equal(sample_jobs[0].max_attempts, 3);
    assert_int_equal(sample_jobs[0].lease_ms, 20000);
    assert_int_equal(sample_jobs[0].limit_ms, 40000);
    assert_int_equal(sample_jobs[0].concurrency, 2);
    assert_null(sample_jobs[1].kind);
}

static void a_client_asks_by_name(void **state)
{
    struct lm_test *t = *state;
    Sample__BoxRequest in = SAMPLE__BOX_REQUEST__INIT;
    Sample__Box *out;

    assert_ok(sample_call_get_box(NULL, &in, &out, &t->err), &t->err);
    assert_string_equal(asked.service, "sample");
    assert_string_equal(asked.method, "GetBox");
    assert_ptr_equal(asked.in, &in);
    assert_ptr_equal(asked.out, &sample__box__descriptor);
}

LM_TEST_MAIN(LM_TEST(a_call_reaches_its_handler_with_its_types),
             LM_TEST(options_of_the_route_stand_in_the_row),
             LM_TEST(an_internal_operation_writes_unless_its_name_says_it_asks),
             LM_TEST(events_and_jobs_reach_theirs), LM_TEST(a_client_asks_by_name))
