/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_ANSWER_H
#define PEOPLE_ANSWER_H

#include "tests/world/model/world.h"
#include "tests/world/people/letter.h"
#include "tests/world/people/reaction.h"

/* The mails that come back. Pure: texts in, a message of RFC 5322 out. */
struct answer {
    const struct letter *to;             /* what is answered */
    const struct world_company *company; /* NULL: of an address outside the world */
    const struct world_person *person;   /* NULL: of an address nobody has */
    enum reaction_kind kind;
    int64_t at; /* business time, for the Date header */
    lm_str raw; /* the answered mail as it came; a bounce returns its headers */
};
lm_str answer_write(struct lm_arena *a, const struct answer *answer);
/* MAIL FROM: the person's address, or "" for what a machine sends (RFC 3834, RFC 3464). */
lm_str answer_sender(const struct answer *answer);

#endif
