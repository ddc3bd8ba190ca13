/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_TOKENS_H
#define SCRAPER_TOKENS_H

#include "services/scraper/match/words.h"

/* A company name as words, each with what it is worth. Pure. */

enum { SCRAPER_TOKENS_MAX = 16 }; /* words of a name that take part in a comparison */

struct scraper_token {
    lm_str text;  /* folded: "bros" */
    lm_str means; /* "brothers" */
    enum scraper_word kind;
};
struct scraper_tokens {
    struct scraper_token v[SCRAPER_TOKENS_MAX];
    size_t n;
};

/*
 * Without legal forms, connecting words and what only says how a company is organised; unless nothing would be left:
 * "Holding B.V." is "holding". Letters that stand alone are one word: "I. B. M.", "H & M". Texts live in `a` or
 * with the program.
 */
void scraper_tokens_of(struct lm_arena *a, lm_str name, struct scraper_tokens *out);
/* Of one word, by what it means. */
uint64_t scraper_token_key(const struct scraper_token *t);
/* Their sum, without particles: equal for names of the same words in any order; 0: no words. */
uint64_t scraper_tokens_key(const struct scraper_tokens *t);

#endif
