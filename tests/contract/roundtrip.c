/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/contract/roundtrip.h"

#include "common/json.h"

static lm_str json_of(struct lm_test *t, const ProtobufCMessage *m)
{
    struct lm_buf b = lm_buf_in(t->arena, 8 << 20);

    lm_pb_to_json(m, &b);
    assert_false(b.failed);
    return lm_buf_str(&b);
}

static void assert_same(const char *what, const ProtobufCMessage *m, lm_str a, lm_str b)
{
    if (!lm_str_eq(a, b))
        fail_msg("%s changed by %s:\n%.*s\n%.*s", m->descriptor->name, what, LM_FMT(a), LM_FMT(b));
}

void assert_round_trip(struct lm_test *t, struct random *r, const ProtobufCMessageDescriptor *d)
{
    ProtobufCMessage *m = random_message(r, t->arena, d), *back = NULL;
    lm_str bytes = lm_pb_pack(t->arena, m), json = json_of(t, m);

    assert_same("lm_pb_copy", m, bytes, lm_pb_pack(t->arena, lm_pb_copy(t->arena, m)));
    assert_ok(lm_pb_unpack(t->arena, d, bytes, &back, &t->err), &t->err);
    assert_same("bytes", m, json, json_of(t, back));
    assert_ok(lm_json_to_pb(t->arena, d, json, &back, &t->err), &t->err);
    assert_same("JSON", m, bytes, lm_pb_pack(t->arena, back));
    assert_same("JSON and back", m, json, json_of(t, back));
}
