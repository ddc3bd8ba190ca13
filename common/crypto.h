/* SPDX-License-Identifier: Apache-2.0 */
#ifndef LM_CRYPTO_H
#define LM_CRYPTO_H

#include "common/err.h"

/* Over mbedtls 2.28 and libcrypt; any thread. Keys never appear in an error. */

enum { LM_SHA256_SIZE = 32 };

void lm_random(void *out, size_t n); /* getrandom(2) */
uint64_t lm_random_below(uint64_t bound);
void lm_sha256(const void *data, size_t n, uint8_t out[LM_SHA256_SIZE]);
/* The same of what comes in pieces. Lives in the arena. */
struct lm_sha256 *lm_sha256_begin(struct lm_arena *a);
void lm_sha256_add(struct lm_sha256 *hash, lm_str piece);
void lm_sha256_end(struct lm_sha256 *hash, uint8_t out[LM_SHA256_SIZE]);
void lm_hmac_sha256(lm_str key, const void *data, size_t n, uint8_t out[LM_SHA256_SIZE]);
bool lm_ct_equal(const void *a, const void *b, size_t n); /* constant time */
bool lm_ct_str_equal(lm_str a, lm_str b);

/*
 * AES-256-GCM: "1" || 12 byte nonce || ciphertext || 16 byte tag. `bound` is authenticated too
 * (what the secret belongs to).
 */
LM_MUST_USE lm_code lm_seal(struct lm_arena *a, const uint8_t key[32], lm_str plain, lm_str bound,
                            lm_str *out, lm_err *err);
/* LM_INVALID: not ours, or changed. */
LM_MUST_USE lm_code lm_unseal(struct lm_arena *a, const uint8_t key[32], lm_str sealed,
                              lm_str bound, lm_str *out, lm_err *err);

/*
 * bcrypt $2b$ (crypt_r). ~0.3 s at cost 12: worker threads only. LM_INVALID: longer than 72 bytes.
 */
LM_MUST_USE lm_code lm_password_hash(struct lm_arena *a, lm_str password, int cost, char **out,
                                     lm_err *err);
bool lm_password_verify(lm_str password, const char *hash);

/* JSON Web Tokens. alg is compared literally with the key's; no other is accepted. */
struct lm_jwt_key;
LM_MUST_USE lm_code lm_jwt_key_hs256(lm_str secret, struct lm_jwt_key **out,
                                     lm_err *err); /* >= 32 bytes */
LM_MUST_USE lm_code lm_jwt_key_es256(lm_str pem, struct lm_jwt_key **out,
                                     lm_err *err); /* private or public */
void lm_jwt_key_free(struct lm_jwt_key *k);
/* `claims` is a JSON object. */
LM_MUST_USE lm_code lm_jwt_sign(struct lm_arena *a, const struct lm_jwt_key *k, lm_str claims,
                                char **out, lm_err *err);
/* LM_UNAUTHORIZED: form, algorithm, signature. The claims (exp too) are the caller's to read. */
LM_MUST_USE lm_code lm_jwt_verify(struct lm_arena *a, const struct lm_jwt_key *k, lm_str token,
                                  lm_str *claims, lm_err *err);

#endif
