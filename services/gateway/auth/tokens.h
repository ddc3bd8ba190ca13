/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GATEWAY_TOKENS_H
#define GATEWAY_TOKENS_H

#include "common/crypto.h"
#include "common/id.h"

/*
 * The two tokens of a login. The access token is a JWT: whoever has the key can check it without
 * asking anybody. The refresh token names its tenant and session and carries a secret, of which the
 * database knows the hash only. Pure, but for randomness.
 */
struct gateway_claims {
    char tenant_id[LM_ID_SIZE], user_id[LM_ID_SIZE], session_id[LM_ID_SIZE];
    int role;                      /* enum lm_role */
    int64_t issued_at, expires_at; /* real time, milliseconds */
};
LM_MUST_USE lm_code gateway_access_sign(struct lm_arena *a, const struct lm_jwt_key *key,
                                        const struct gateway_claims *c, char **out, lm_err *err);
/* LM_UNAUTHORIZED: not ours, not an access token, or out of date at `now`. */
LM_MUST_USE lm_code gateway_access_check(struct lm_arena *a, const struct lm_jwt_key *key,
                                         lm_str token, int64_t now, struct gateway_claims *out,
                                         lm_err *err);

struct gateway_refresh {
    char tenant_id[LM_ID_SIZE], session_id[LM_ID_SIZE];
    uint8_t hash[LM_SHA256_SIZE];
};
/* Makes a new secret for r->tenant_id and r->session_id; fills r->hash. */
char *gateway_refresh_make(struct lm_arena *a, struct gateway_refresh *r);
LM_MUST_USE bool gateway_refresh_parse(struct lm_arena *a, lm_str token, struct gateway_refresh *r);

#endif
