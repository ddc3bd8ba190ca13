/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_PEOPLE_H
#define PEOPLE_PEOPLE_H

#include "common/err.h"
#include "tests/world/model/world.h"
#include "tests/world/people/reaction.h"

/* The world's people: they get mail, and do what they do in their own time. */
struct people_options {
    struct world world;
    const char *maildir; /* where their mail is, see mailbox.h */
    const char *lmtp;    /* where their answers go, address:port */
    const char *via;     /* the tracking host, whatever the links say; or NULL */
    bool is_live;        /* real mail servers stand between: bounces are theirs to send */
    bool ignore_present; /* mail that is there at the start is old news */
};

struct people_counts {
    unsigned mails;          /* that came */
    unsigned recipients;     /* different addresses */
    unsigned mails_too_many; /* to a person who had answered before */
    unsigned done[REACTION_KINDS];
    unsigned failed;  /* reactions that did not get through */
    unsigned answers; /* replies, automatic ones and bounces that a sender's mailbox gets */
};

struct people;
LM_MUST_USE lm_code people_new(const struct people_options *o, struct people **out, lm_err *err);
void people_free(struct people *p);
/* Reads new mail and does what is due at `now`. True: something happened. */
bool people_turn(struct people *p, int64_t now);
/* When the next of them does something; INT64_MAX: nobody will. */
int64_t people_next_at(const struct people *p);
const struct people_counts *people_counts(const struct people *p);

#endif
