/* SPDX-License-Identifier: Apache-2.0 */
#ifndef WORLD_WORDS_H
#define WORLD_WORDS_H

#include "common/base.h"

/* The words the world is made of: flat lists and nothing else. */

enum { WORLD_STEMS = 100, WORLD_SECTORS = 50 };

/* Two halves of an invented name: Duin + kwint. */
extern const char *const world_stem_heads[WORLD_STEMS];
extern const char *const world_stem_tails[WORLD_STEMS];

struct world_sector {
    const char *word;     /* in the company's name */
    bool is_first;        /* Bakkerij Duinkwint, not Duinkwint Bakkerij */
    const char *industry; /* as sites say it in English */
    const char *branche;  /* and in Dutch */
    unsigned trade;       /* which list of vacancies */
};
extern const struct world_sector world_sectors[WORLD_SECTORS];

struct world_town {
    const char *name, *region, *region_code;
    const char *area_code;
};
extern const struct world_town world_towns[];
extern const size_t world_n_towns;

extern const char *const world_streets[];
extern const size_t world_n_streets;

/* A name as it is written and as it is typed into an address. */
struct world_word {
    const char *text;
    const char *plain;
};
struct world_surname {
    const char *text;
    const char *joined; /* vanderlindenhof */
    const char *core;   /* lindenhof */
};
extern const struct world_word world_first_names[];
extern const size_t world_n_first_names;
extern const struct world_surname world_surnames[];
extern const size_t world_n_surnames;

enum { WORLD_TRADES = 10, WORLD_TRADE_JOBS = 8 };
extern const char *const world_jobs[WORLD_TRADES][WORLD_TRADE_JOBS];

/* Titles in Dutch and English side by side: those who decide, those who lead, those who do. */
struct world_title {
    const char *nl, *en;
};
extern const struct world_title world_bosses[];
extern const size_t world_n_bosses;
extern const struct world_title world_heads[];
extern const size_t world_n_heads;
extern const struct world_title world_staff[];
extern const size_t world_n_staff;

#endif
