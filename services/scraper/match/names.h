/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_NAMES_H
#define SCRAPER_NAMES_H

#include "common/id.h"

/*
 * The names of a tenant's companies, in memory: which of them have a ratio of 0.85 with this one. Exact, because
 * all are looked at, and quick, because hardly any is looked at twice:
 *   names stand together by length, and a ratio of 0.85 is possible between 0.739 and 1.353 of ours only;
 *   of each name there is how often it has which letters, 16 bytes. M of the ratio is a common subsequence, so
 *   letters that one has and the other lacks are at most 0.15 of both: a name costs one subtraction of vectors;
 *   what is left is held against the longest common subsequence, 64 letters at a time, then compared as ever.
 * About 1.5 ns and 70 bytes a name. What was tried before, keys of pairs of segments in a table (PASS-JOIN), took
 * 3,300 look-ups a name and 1,800 bytes, and what came back grew with the table all the same, because most of
 * a name is what its trade is called. tests/bench/duplicates has the figures.
 *
 * Entries are only added. One that is no longer true (a name that changed, a company that went up in another, a
 * transaction that was rolled back) costs a comparison: whoever asks looks the company up before believing it.
 * Pure; one thread at a time.
 */
struct scraper_names;
struct scraper_names *scraper_names_new(void);
void scraper_names_free(struct scraper_names *names);
/* A name as scraper_name_normalize makes it; "" is left out. */
void scraper_names_add(struct scraper_names *names, const char *id, lm_str normalized);
size_t scraper_names_bytes(const struct scraper_names *names);

struct scraper_alike {
    char id[LM_ID_SIZE];
    double ratio; /* SCRAPER_SAME_NAME or more */
};
/* The best `most` of them, best first; returns how many. An id can be among them twice. */
size_t scraper_names_like(const struct scraper_names *names, lm_str normalized,
                          struct scraper_alike *out, size_t most);

#endif
