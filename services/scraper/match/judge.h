/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_JUDGE_H
#define SCRAPER_JUDGE_H

#include "services/scraper/match/tokens.h"

/* Whether two names, or two records, are one company. Pure. */

enum scraper_verdict {
    SCRAPER_DIFFERENT,
    SCRAPER_MAYBE, /* for people to decide */
    SCRAPER_SAME,
};
struct scraper_judgement {
    enum scraper_verdict verdict;
    double score;       /* SCRAPER_SAME_NAME or more only of those that are the same */
    const char *reason; /* "same domain", "only one has a number" */
};

/*
 * By words: each of one name looks for its like in the other, in any order, in one or in several ("tech flow"),
 * misspelt or shortened; then what is left over decides. A word of its own on one side only, a number, another town
 * tells two companies apart, however many letters the names share; names of nothing but general words are the
 * same only when they are equal. A letter that may have been a slip ("janssen") is told from one that makes another
 * name ("smits") by where it stands and how long the word is. Both names in words of scraper_tokens_of.
 */
struct scraper_judgement scraper_names_judge(const struct scraper_tokens *a,
                                             const struct scraper_tokens *b);

/*
 * The same of names as people write them; the score is their Ratcliff/Obershelp ratio, unless that says the
 * opposite of the verdict.
 */
struct scraper_judgement scraper_names_compare(struct lm_arena *a, lm_str one, lm_str other);

/* What of a record decides. Texts that are not known are {NULL, 0}. */
struct scraper_traits {
    lm_str name, name_norm, domain, registration_number, country, phone, city;
    struct scraper_tokens tokens; /* of `name` */
};
/*
 * Domain, then registration number, then phone and name, then name: what comes first decides. Two with different
 * domains or numbers are never the same, at most worth a look.
 */
struct scraper_judgement scraper_records_judge(const struct scraper_traits *a,
                                               const struct scraper_traits *b);

#endif
