/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_LIMITS_H
#define GATEWAY_LIMITS_H

#include "common/err.h"

/*
 * Brakes on guessing passwords, in the memory of this process: so many attempts a minute from one
 * address and for one name, and a wait that doubles after each failure for a name from the fourth
 * on. A table of fixed size: the oldest entries make room. Any thread; `now_ms` is lm_mono_ms().
 */
/* LM_LIMITED with retry_after_ms, before the password is looked at. */
LM_MUST_USE lm_code gateway_login_allow(lm_str address, lm_str username, int64_t now_ms,
                                        lm_err *err);
void gateway_login_done(lm_str username, bool is_good, int64_t now_ms);
/* Attempts a minute from one address; a name gets a third of it. Forgets everything. */
void gateway_login_limits(int64_t per_minute);

#endif
