/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_PAIRS_H
#define TEST_PAIRS_H

#include "common/base.h"

/*
 * Pairs of names of which is known whether they mean one company: that is how they were made. One name is put
 * together from parts of which there are many; the other is the same parts written differently (another legal
 * form, case, a slip of the keyboard …), or a part exchanged, added or left out.
 */
enum { PAIR_NAME_SIZE = 160 };
struct test_pair {
    char a[PAIR_NAME_SIZE], b[PAIR_NAME_SIZE];
    bool is_same;
};
/* The same pair for the same number. */
void test_pair_make(uint64_t number, struct test_pair *out);

#endif
