/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRAPER_GROUPS_H
#define SCRAPER_GROUPS_H

#include "services/scraper/match/company_record.h"

/*
 * Which records are one company: a function of the records and of what people decided, not of the order they came in.
 * Pure.
 *
 * What people decided comes first, the latest before the earlier. Then one domain is one company. Then pairs that are
 * the same, from the surest down (number, phone, name; the higher score; those that were found first): each puts its
 * two groups together, unless that would bring two domains, two registration numbers or two companies that a
 * person took apart under one roof.
 */
enum { SCRAPER_GROUP_MOST = 256 }; /* records that are looked at together */

struct scraper_decision {
    const char *one, *other; /* ids of records */
    bool is_same;
    int64_t at;
};

/* group[i] is the number of the first record that record i is one company with. n: at most SCRAPER_GROUP_MOST. */
void scraper_groups_make(struct lm_arena *a, const struct scraper_company_record *const *v,
                         size_t n, const struct scraper_decision *decisions, size_t n_decisions,
                         size_t *group);

#endif
