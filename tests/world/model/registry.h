/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_REGISTRY_H
#define WORLD_REGISTRY_H

#include "tests/world/model/world.h"

/* What the chamber of commerce has of a company; texts are the company's or the model's. */
struct world_sbi {
    const char *code, *text;
};

struct world_registration {
    char number[9];  /* eight digits, often with a zero in front */
    char branch[13]; /* twelve */
    const char *trade_name, *statutory_name;
    const char *form; /* "BeslotenVennootschap" */
    const struct world_sbi *sbi;
    unsigned n_sbi;
    bool no_mailing;        /* asks for no unsolicited mail */
    char registered_on[16]; /* YYYYMMDD */
};

void world_registration(const struct world *w, const struct world_company *c,
                        struct world_registration *out);
/* False: nobody has this number. */
LM_MUST_USE bool world_find_registration(const struct world *w, lm_str number, unsigned *company);

#endif
