/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_JUDGE_H
#define SCRAPER_JUDGE_H

#include "gen/lm.pb-c.h"
#include "services/scraper/match/tokens.h"

/* Whether two names, or two records, are one company. Pure. */

enum scraper_verdict {
    SCRAPER_DIFFERENT,
    SCRAPER_MAYBE, /* for people to decide */
    SCRAPER_SAME,
};
enum scraper_ground { SCRAPER_BY_DOMAIN, SCRAPER_BY_NUMBER, SCRAPER_BY_PHONE, SCRAPER_BY_NAME };
struct scraper_judgement {
    enum scraper_verdict verdict;
    enum scraper_ground ground; /* the strongest first */
    double score;               /* SCRAPER_SAME_NAME or more only of those that are the same */
    const char *reason;         /* "same domain", "only one has a number" */
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
    lm_str name, name_norm, domain, registration_number, country, phone;
    uint64_t city; /* scraper_tokens_key of it; 0: not known */
    bool is_synthetic;
    struct scraper_tokens tokens; /* of `name` */
};
/* Texts are borrowed from `company`; what is made of them lives in `a`. */
void scraper_traits_of(struct lm_arena *a, const Lm__Company *company, struct scraper_traits *out);
/*
 * Domain, then registration number, then phone and name, then name: what comes first decides. Two with different
 * domains or numbers, or in different countries, are never the same, at most worth a look; nor are an invented
 * company and a real one. A town in one name is that of the other's address, or another company; a name that many
 * have, in two towns, is for people to decide.
 */
struct scraper_judgement scraper_records_judge(const struct scraper_traits *a,
                                               const struct scraper_traits *b);

#endif
