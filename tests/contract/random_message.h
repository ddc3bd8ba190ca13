/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_TEST_RANDOM_MESSAGE_H
#define LM_TEST_RANDOM_MESSAGE_H

#include <protobuf-c/protobuf-c.h>

#include "common/arena.h"

/* Messages nobody would write by hand. The same seed gives the same ones. */
struct random {
    uint64_t seed;
};
/*
 * Every required field, about half of the others; values at their limits more often than chance
 * would have it. Only what JSON can hold: numbers below 2^53, named enum values, finite doubles,
 * times up to the year 9999, text in NFC without controls.
 */
ProtobufCMessage *random_message(struct random *r, struct lm_arena *a,
                                 const ProtobufCMessageDescriptor *d);
uint64_t random_next(struct random *r);

#endif
