/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a file has shown so far: an open table of 32-bit marks. Of a million rows one in two thousand files has one row
 * that is wrongly taken for a repeated one, in a preview; what is taken in is looked up.
 */
#include "common/arena.h"
#include "common/str.h"
#include "services/scraper/import/import.h"
#include "services/scraper/match/name.h"

enum { LEAST_BITS = 12, MOST_BITS = 21, ROW_BYTES = 16 };

struct scraper_seen {
    uint32_t *marks; /* 0: free */
    uint64_t mask;
    size_t n;
};

struct scraper_seen *scraper_seen_new(struct lm_arena *a, uint64_t file_bytes)
{
    struct scraper_seen *seen = LM_NEW(a, struct scraper_seen);
    int bits = LEAST_BITS;

    while (bits < MOST_BITS && ((uint64_t)1 << bits) < 2 * file_bytes / ROW_BYTES)
        bits++;
    seen->mask = ((uint64_t)1 << bits) - 1;
    seen->marks = LM_NEW_ARRAY(a, uint32_t, seen->mask + 1);
    return seen;
}

static uint64_t mixed(uint64_t h)
{
    h ^= h >> 33;
    h *= 0xff51afd7ed558ccdU;
    return h ^ h >> 33;
}

static bool add(struct scraper_seen *seen, uint64_t hash)
{
    uint32_t mark = (uint32_t)(hash >> 32) | 1;
    uint64_t i = hash & seen->mask;

    for (; seen->marks[i]; i = (i + 1) & seen->mask) {
        if (seen->marks[i] == mark)
            return true;
    }
    if (seen->n * 4 < seen->mask * 3) { /* a full table remembers no more */
        seen->marks[i] = mark;
        seen->n++;
    }
    return false;
}

bool scraper_seen_before(struct scraper_seen *seen, struct lm_arena *a, const Lm__Company *c)
{
    lm_str key = c->domain ? lm_str_z(c->domain) : scraper_name_normalize(a, lm_str_z(c->name));

    return add(seen, mixed(lm_str_hash(key) + !c->domain));
}
