/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PEOPLE_TIMELINE_H
#define PEOPLE_TIMELINE_H

#include "common/err.h"

/*
 * Moves the stack's business clock: the first eight bytes of the file that every process of the
 * stack maps (see common/clock.h), and those who wait for it to move are woken.
 */
LM_MUST_USE lm_code timeline_open(const char *path, lm_err *err);
/* Business time becomes `at_ms`, but never goes back and never passes real time. */
void timeline_move_to(int64_t at_ms);
/* Business time is real time. */
bool timeline_is_now(void);

#endif
