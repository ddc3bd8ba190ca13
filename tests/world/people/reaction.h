/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_REACTION_H
#define PEOPLE_REACTION_H

#include "tests/world/model/world.h"

/*
 * What a mail sets off. Pure: the same person, the same how manieth mail, the same reactions, so
 * that a test can count on them.
 */
enum reaction_kind {
    REACTION_OPEN,
    REACTION_CLICK,
    REACTION_REPLY_POSITIVE,
    REACTION_REPLY_NEGATIVE,
    REACTION_OUT_OF_OFFICE,
    REACTION_BOUNCE,
    REACTION_KINDS,
};

struct reaction {
    enum reaction_kind kind;
    int64_t delay_ms; /* business time after the mail came */
};

enum { REACTIONS_MAX = 4 };

/* `nth` mail to this person, from 1. Returns how many of `out` were filled, in order of time. */
size_t reactions_of(const struct world *w, const struct world_person *p, unsigned nth,
                    struct reaction out[REACTIONS_MAX]);
/* What an address that nobody has sets off, for the seed of its text. */
struct reaction reaction_of_nobody(void);

#endif
