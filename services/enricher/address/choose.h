/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ENRICHER_CHOOSE_H
#define ENRICHER_CHOOSE_H

#include "services/enricher/address/pattern.h"
#include "services/enricher/people/people.h"

/* Which address each person gets. Pure. */

enum { ENRICHER_SEEN_MAX = 200 };

/* Addresses a site shows, desks left out, each once. */
struct enricher_seen {
    lm_str v[ENRICHER_SEEN_MAX];
    size_t n;
};
void enricher_seen_add(struct lm_arena *a, const struct enricher_outline *page,
                       struct enricher_seen *seen);

/*
 * Gives people without an address the one among those seen that is made of their whole name, when
 * nobody else has it: an address in a footer or an imprint belongs to somebody, too.
 */
void enricher_seen_assign(struct lm_arena *a, const struct enricher_seen *seen,
                          struct enricher_people *people);

struct enricher_address {
    lm_str email;   /* {NULL, 0}: none */
    bool is_seen;   /* on the company's own pages: verified; else a guess */
    int confidence; /* 95 and more when seen */
};

/*
 * The address of people[i]. Seen on the site comes first; then the company's own pattern, learned from
 * the others; then the usual pattern. A guess never is an address that somebody else has: `taken` is
 * what has been given out. `domain` {NULL, 0}: it takes no mail, so nothing is guessed.
 */
struct enricher_address enricher_address_choose(struct lm_arena *a,
                                                const struct enricher_people *people, size_t i,
                                                const struct enricher_habit *habit, lm_str domain,
                                                const struct enricher_seen *taken);
/* How the company writes addresses, by the people whose address was seen. */
void enricher_habit_of(struct lm_arena *a, const struct enricher_people *people, lm_str domain,
                       struct enricher_habit *habit);

#endif
