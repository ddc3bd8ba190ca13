/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as JSON of any message: the first line names it. What is taken must come out as
 * JSON that reads back to the same, and its rules and its copy must not break.
 */
#include "common/arena.h"
#include "common/json.h"
#include "common/rules.h"
#include "common/str.h"
#include "tests/fuzz/choose.h"

enum { OUTPUT_MAX = 8 << 20, MEMORY = 256 << 20 };

static void check(struct lm_arena *a, const ProtobufCMessage *m)
{
    struct lm_buf once = lm_buf_in(a, OUTPUT_MAX), twice = lm_buf_in(a, OUTPUT_MAX);
    ProtobufCMessage *back;
    lm_err err = LM_ERR_INIT;

    lm_pb_to_json(m, &once);
    LM_ASSERT(!once.failed);
    LM_ASSERT(lm_json_to_pb(a, m->descriptor, lm_buf_str(&once), &back, &err) == LM_OK);
    lm_pb_to_json(back, &twice);
    LM_ASSERT(lm_str_eq(lm_buf_str(&once), lm_buf_str(&twice)));
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
    if (lm_json_to_pb(a, d, rest, &m, &err) == LM_OK)
        check(a, m);
    else
        LM_ASSERT(err.code == LM_INVALID && err.message[0] != '\0');
    lm_arena_free(a);
    return 0;
}
