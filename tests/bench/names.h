/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_BENCH_NAMES_H
#define LM_BENCH_NAMES_H

#include "common/base.h"

/*
 * Company names as Dutch and English registers have them, any number: the i-th is always the same. A trade
 * or a field that thousands share, a word of their own that few share, a place, a legal form. And what
 * people make of such a name when they type it. Pure.
 */
enum { BENCH_NAME_SIZE = 120 };

/* splitmix64 (Steele, Lea, Flood 2014). */
struct bench_dice {
    uint64_t state;
};
uint64_t bench_roll(struct bench_dice *d);
size_t bench_pick(struct bench_dice *d, size_t n); /* 0 … n-1 */

/* Writes the i-th name and returns its length. */
size_t bench_name(uint64_t i, char out[BENCH_NAME_SIZE]);
/*
 * The same company as somebody else writes it: one or two letters more, less, other or swapped, a blank in or
 * out, another legal form or none.
 */
size_t bench_name_misspell(struct bench_dice *d, lm_str name, char out[BENCH_NAME_SIZE]);

#endif
