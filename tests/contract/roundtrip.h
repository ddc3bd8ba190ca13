/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_TEST_ROUNDTRIP_H
#define LM_TEST_ROUNDTRIP_H

#include "tests/contract/random_message.h"
#include "tests/lm_test.h"

/* A random message of this type goes through bytes, JSON and a copy; fails the test if it changes. */
void assert_round_trip(struct lm_test *t, struct random *r, const ProtobufCMessageDescriptor *d);

#endif
