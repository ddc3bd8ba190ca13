/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_AUTH_H
#define GATEWAY_AUTH_H

#include "common/service.h"
#include "services/gateway/auth/tokens.h"

/*
 * The keys of this process and what was revoked lately. An access token lives for minutes without
 * being looked up; so a log-out, a new role or a locked user is kept as "tokens of this subject from
 * before that moment are no longer good", read by every replica each second.
 */
LM_MUST_USE lm_code gateway_auth_start(struct lm_proc *proc, lm_err *err);
void gateway_auth_stop(void);

const struct lm_jwt_key *gateway_auth_key(void);
/* LM_UNAUTHORIZED: not good, or revoked. Any thread; no I/O. */
LM_MUST_USE lm_code gateway_auth_check(struct lm_arena *a, lm_str token, struct gateway_claims *out,
                                       lm_err *err);
/* Was this subject's token, issued at that time, revoked? */
bool gateway_auth_is_revoked(const struct gateway_claims *c);
/* Reads the list again: after a revocation of our own was committed. */
LM_MUST_USE lm_code gateway_auth_reread(struct lm_ctx *ctx, lm_err *err);

#endif
