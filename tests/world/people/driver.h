/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_DRIVER_H
#define PEOPLE_DRIVER_H

#include "tests/world/people/people.h"
#include "tests/world/people/stack.h"

/*
 * Lets the stack live through its past: whenever nothing is left to do at the present moment of its
 * business clock, the clock moves on to the next moment at which something is due, in the stack or
 * among the people; until that is now.
 */
struct driver_options {
    const char *mail_queue; /* Postfix's queue directory, whose mail is still on its way; or NULL */
    int64_t
        slack_ms; /* business time: what is due within as much of the next moment comes with it */
    int64_t limit_ms; /* real time for all of it */
    int64_t stall_ms; /* real time without a new fact */
    int64_t
        answer_ms; /* real time in which the tracker tells of an answer; then it counts as lost */
    int64_t quiet_ms; /* no new fact for as long, at the end */
};
struct driver_report {
    int64_t took_ms, business_ms;
    unsigned jumps;
    int64_t answers_lost; /* that the tracker did not tell of within two seconds */
    struct stack_state last;
};
/* LM_DEADLINE: a limit was reached; the report says where it stands. */
LM_MUST_USE lm_code drive(struct people *people, struct stack *stack,
                          const struct driver_options *o, struct driver_report *report,
                          lm_err *err);

#endif
