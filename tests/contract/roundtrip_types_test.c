/* SPDX-License-Identifier: Apache-2.0 */
/* The same as roundtrip_test, over a message that has a field of each type there is. */
#include "gen/sample.pb-c.h"
#include "tests/contract/roundtrip.h"

enum { ROUNDS = 2000, ROUNDS_A_RESET = 50 };

static void every_type_survives_bytes_json_and_copies(void **state)
{
    struct lm_test *t = *state;
    struct random r = {.seed = 1};

    for (int i = 0; i < ROUNDS; i++) {
        assert_round_trip(t, &r, &sample__box__descriptor);
        if (i % ROUNDS_A_RESET == 0)
            lm_arena_reset(t->arena);
    }
}

LM_TEST_MAIN(LM_TEST(every_type_survives_bytes_json_and_copies))
