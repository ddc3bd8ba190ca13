/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_GENERATE_H
#define SCRAPER_GENERATE_H

#include "common/err.h"
#include "gen/lm.pb-c.h"

/*
 * Synthetic companies and people for demonstrations and tests: the same seed and count give the same
 * list on any machine. Roles and names of companies belong to their industry, industries take turns,
 * no two people share an address. All domains end in .example (RFC 2606), so that nothing made here can
 * reach anybody. Pure. Source: seed 001; reference 1.2.
 */
struct scraper_synthetic {
    Lm__Company
        *company;   /* source SYNTHETIC, is_synthetic, without id; people of one company share it */
    Lm__Lead *lead; /* without ids */
};

struct scraper_generate {
    int count;
    uint64_t seed;
    const lm_str *industries; /* none: all six */
    size_t n_industries;
};

/* `out` has `count` entries. LM_INVALID names the industry that is not known. */
LM_MUST_USE lm_code scraper_generate(struct lm_arena *a, const struct scraper_generate *in,
                                     struct scraper_synthetic **out, lm_err *err);

#endif
