/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as any packed message: the first line names it. What is taken must copy without
 * loss, and be written as JSON that is JSON.
 */
#include "common/arena.h"
#include "common/json.h"
#include "common/rules.h"
#include "common/str.h"
#include "tests/fuzz/choose.h"

enum { OUTPUT_MAX = 32 << 20, MEMORY = 512 << 20 };

static void check(struct lm_arena *a, const ProtobufCMessage *m)
{
    struct lm_buf json = lm_buf_in(a, OUTPUT_MAX);
    struct lm_jval *tree;
    lm_err err = LM_ERR_INIT;

    LM_ASSERT(lm_str_eq(lm_pb_pack(a, m), lm_pb_pack(a, lm_pb_copy(a, m))));
    lm_pb_to_json(m, &json);
    LM_ASSERT(json.failed || lm_json_parse(a, lm_buf_str(&json), &tree, &err) == LM_OK);
    (void)!lm_rules_check(m, &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ProtobufCMessageDescriptor *d;
    struct lm_arena *a;
    ProtobufCMessage *m;
    lm_str rest;
    lm_err err = LM_ERR_INIT;

    if (!choose_message(data, size, &d, &rest))
        return 0;
    a = lm_arena_new(MEMORY);
    if (lm_pb_unpack(a, d, rest, &m, &err) == LM_OK)
        check(a, m);
    lm_arena_free(a);
    return 0;
}
