/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_NAME_KEYS_H
#define SCRAPER_NAME_KEYS_H

#include "services/scraper/match/tokens.h"

/* The keys that names which can be the same share; names.h says why. Pure. */
enum { SCRAPER_NAME_KEYS = 3, SCRAPER_NAME_ASKED = 25 };

/* Under which a name stands, each of its kind. */
void scraper_name_keys(const struct scraper_tokens *t, uint32_t out[SCRAPER_NAME_KEYS]);

struct scraper_name_key {
    uint32_t key;
    int kind; /* 0 to SCRAPER_NAME_KEYS - 1 */
};
/*
 * Under which to look: with a letter less and a letter more as well; and with the company's town (0: not known) and
 * without one that it is called by. Returns how many; what is surest comes first.
 */
size_t scraper_name_asked(const struct scraper_tokens *t, uint64_t town,
                          struct scraper_name_key out[SCRAPER_NAME_ASKED]);

#endif
