/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_STACK_H
#define PEOPLE_STACK_H

#include "common/err.h"

/*
 * What the stack has to do, seen from its database: read only, as the superuser of the private
 * cluster, over the schemas of all services in one statement and so at one moment.
 */
struct stack;
struct stack_state {
    bool is_busy;    /* something is due, running, not numbered or not applied */
    int64_t next_at; /* business time of the next job; INT64_MAX: none waits */
    int64_t heads;   /* events of all logs together: grows with every fact */
    int64_t running, due, unnumbered, unapplied, dead; /* what busy is made of */
};
/* LM_UNAVAILABLE, here and below: no connection; the next call makes a new one. */
LM_MUST_USE lm_code stack_open(const char *url, struct stack **out, lm_err *err);
void stack_close(struct stack *s);
LM_MUST_USE lm_code stack_look(struct stack *s, int64_t now_at, struct stack_state *out,
                               lm_err *err);
/* Replies and bounces that the tracker has told of since ever. */
LM_MUST_USE lm_code stack_answers(struct stack *s, int64_t *out, lm_err *err);

#endif
