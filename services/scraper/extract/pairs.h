/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_PAIRS_H
#define SCRAPER_PAIRS_H

#include "common/base.h"

/*
 * Which pairs of neighbouring letters a text has, as 64 bits, the case of ASCII letters aside. A text that lacks a
 * pair of a part does not have the part: so one look at a value decides for fifty parts at once.
 */
static inline uint64_t scraper_pairs(lm_str s)
{
    uint64_t bits = 0;

    for (size_t i = 1; i < s.n; i++) {
        unsigned x = (unsigned char)s.p[i - 1], y = (unsigned char)s.p[i];

        x = x - 'A' < 26 ? x | 0x20 : x;
        y = y - 'A' < 26 ? y | 0x20 : y;
        bits |= (uint64_t)1 << ((x * 7 + y * 29) & 63);
    }
    return bits;
}

#endif
