/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_QUEUE_H
#define PEOPLE_QUEUE_H

#include "tests/world/people/reaction.h"

/* What people are going to do, soonest first; equals in the order they came. */
struct pending {
    int64_t at; /* business time */
    uint64_t order;
    enum reaction_kind kind;
    char *path; /* of the mail reacted to; owned */
};

struct queue {
    struct pending *heap;
    size_t n, cap;
    uint64_t next_order;
};

void queue_add(struct queue *q, int64_t at, enum reaction_kind kind, const char *path);
/* Takes the first off when it is due at `now`; the caller frees its path. */
LM_MUST_USE bool queue_take(struct queue *q, int64_t now, struct pending *out);
/* INT64_MAX when nothing is left. */
int64_t queue_next_at(const struct queue *q);
void queue_fini(struct queue *q);

#endif
