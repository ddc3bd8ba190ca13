/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_NAMES_H
#define SCRAPER_NAMES_H

#include "common/id.h"
#include "services/scraper/match/tokens.h"

/*
 * The names of a tenant's companies, in memory. Two questions:
 *
 * Which are like this one (Jaro-Winkler of 0.92, or the ratio of 0.85)? Exact, because all are looked at, and quick,
 * because hardly any is looked at twice: names stand together by length; of each there is how often it has which
 * letters, 16 bytes, so that a name costs one subtraction of vectors; what is left is held against bounds of both
 * measures, then measured. About 2 ns a name: for people who ask, a few milliseconds among a million.
 *
 * Which can be the same (names_judge.c)? Those have the same general words, and of their own words, in alphabetical
 * order, the first half or the second half is the same, for a slip is in one of them; or all their letters are the
 * same. So a name stands under three keys, and few microseconds find it: for imports, which ask a million times.
 * A town in one name only is looked for with and without. What is not found: slips in both halves, and an initial
 * for a first name. For the order of arrival not to matter, two records whose names do not find each other, either
 * from the other, are never the same by their names (scraper_records_judge).
 *
 * What was tried before, keys of pairs of segments of the whole name (PASS-JOIN), took 3,300 look-ups a name and 1,800
 * bytes, for most of a name is what its trade is called. tests/bench/duplicates has the figures.
 *
 * Entries are only added. One that is no longer true (a name that changed, a company that went up in another, a
 * transaction that was rolled back) costs a comparison: whoever asks looks the company up before believing it.
 * Pure; one thread at a time.
 */
#define SCRAPER_LIKE_NAME 0.92 /* Jaro-Winkler from which on a name is worth a look */

struct scraper_names;
struct scraper_names *scraper_names_new(void);
void scraper_names_free(struct scraper_names *names);

/* A name as it is looked for and kept; "" of scraper_name_normalize is left out. */
struct scraper_called {
    lm_str normalized;
    const struct scraper_tokens *tokens;
    lm_str domain; /* {NULL, 0}: not known; two that differ are never the same */
    uint64_t town; /* of the one that is looked for: scraper_tokens_key of it; 0: not known */
};
void scraper_names_add(struct scraper_names *names, const char *id,
                       const struct scraper_called *name);
size_t scraper_names_bytes(const struct scraper_names *names);

struct scraper_alike {
    char id[LM_ID_SIZE];
    double score; /* the larger of both measures */
};
/* The best `most` that are like it, best first; returns how many. An id can be among them twice. */
size_t scraper_names_like(const struct scraper_names *names, lm_str normalized,
                          struct scraper_alike *out, size_t most);
/* Each finds the other. */
bool scraper_names_meet(const struct scraper_called *a, const struct scraper_called *b);
/* At most `most` that can be the same, in no order; none that has another domain. */
size_t scraper_names_same(const struct scraper_names *names, const struct scraper_called *name,
                          char (*out)[LM_ID_SIZE], size_t most);

#endif
