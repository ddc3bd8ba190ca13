/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_SECRET_H
#define LM_SECRET_H

#include "common/ctx.h"

/*
 * What a tenant confides to us (passwords of mailboxes), as it is kept: sealed with the stack's key
 * and bound to the tenant, so that a row copied to another tenant opens for nobody. `key` is the
 * setting secrets.key, 64 hex digits, which every service that opens such a secret has.
 *
 * Errors:  LM_INTERNAL: the setting is not 64 hex digits. LM_INVALID: what is to be opened was sealed
 *          with another key or for another tenant, or was changed.
 */
/* Of the setting, at start. LM_INVALID names it and says how to make one. */
LM_MUST_USE lm_code lm_secret_key_check(const char *key, lm_err *err);
LM_MUST_USE lm_code lm_secret_seal(struct lm_ctx *ctx, const char *key, const char *plain,
                                   lm_str *sealed, lm_err *err);
LM_MUST_USE lm_code lm_secret_open(struct lm_ctx *ctx, const char *key, lm_str sealed,
                                   const char **plain, lm_err *err);

#endif
