/* SPDX-License-Identifier: Apache-2.0 */
/* Random messages of every type of the contract go through bytes, JSON and copies, and stay the same. */
#include "common/json.h"
#include "gen/contract.lm.h"
#include "tests/contract/roundtrip.h"

enum { ROUNDS = 60 };

static void every_message_survives_bytes_json_and_copies(void **state)
{
    struct lm_test *t = *state;
    size_t n = 0;

    for (; lm_contract_messages[n]; n++) {
        struct random r = {.seed = n + 1};

        for (int i = 0; i < ROUNDS; i++)
            assert_round_trip(t, &r, lm_contract_messages[n]);
        lm_arena_reset(t->arena);
    }
    assert_true(n > 150);
}

static void cut_bytes_are_refused_or_whole(void **state)
{
    struct lm_test *t = *state;

    for (size_t n = 0; lm_contract_messages[n]; n++) {
        struct random r = {.seed = n + 1};
        ProtobufCMessage *m = random_message(&r, t->arena, lm_contract_messages[n]), *back;
        lm_str bytes = lm_pb_pack(t->arena, m);

        for (size_t cut = 0; cut < bytes.n; cut += 1 + cut / 16) {
            lm_err err = LM_ERR_INIT;
            lm_code code = lm_pb_unpack(t->arena, lm_contract_messages[n],
                                        lm_str_sub(bytes, 0, cut), &back, &err);

            assert_true(code == LM_OK || code == LM_INVALID);
        }
        lm_arena_reset(t->arena);
    }
}

LM_TEST_MAIN(LM_TEST(every_message_survives_bytes_json_and_copies),
             LM_TEST(cut_bytes_are_refused_or_whole))
