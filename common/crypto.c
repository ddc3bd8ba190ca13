/* SPDX-License-Identifier: Apache-2.0 */
/* Random numbers, digests, comparison in constant time, and sealing of stored secrets. */
#include "common/crypto.h"

#include <errno.h>
#include <mbedtls/constant_time.h>
#include <mbedtls/gcm.h>
#include <mbedtls/md.h>
#include <mbedtls/sha256.h>
#include <sys/random.h>

#include "common/arena.h"

enum { NONCE_SIZE = 12, TAG_SIZE = 16, SEAL_FORM = '1', SEAL_OVERHEAD = 1 + NONCE_SIZE + TAG_SIZE };

void lm_random(void *out, size_t n)
{
    char *p = out;

    while (n > 0) {
        ssize_t got = getrandom(p, n, 0);

        if (got < 0 && errno == EINTR)
            continue;
        LM_ASSERT(got > 0);
        p += got;
        n -= (size_t)got;
    }
}

uint64_t lm_random_below(uint64_t bound)
{
    uint64_t value, unfair;

    LM_ASSERT(bound > 0);
    unfair =
        (0 - bound) % bound; /* 2^64 mod bound: that many values would come up once too often */
    do
        lm_random(&value, sizeof(value));
    while (value < unfair);
    return value % bound;
}

void lm_sha256(const void *data, size_t n, uint8_t out[LM_SHA256_SIZE])
{
    LM_ASSERT(mbedtls_sha256_ret(data, n, out, 0) == 0);
}

struct lm_sha256 {
    mbedtls_sha256_context ctx;
};

struct lm_sha256 *lm_sha256_begin(struct lm_arena *a)
{
    struct lm_sha256 *hash = LM_NEW(a, struct lm_sha256);

    mbedtls_sha256_init(&hash->ctx); /* holds nothing that would have to be freed */
    LM_ASSERT(mbedtls_sha256_starts_ret(&hash->ctx, 0) == 0);
    return hash;
}

void lm_sha256_add(struct lm_sha256 *hash, lm_str piece)
{
    LM_ASSERT(mbedtls_sha256_update_ret(&hash->ctx, (const uint8_t *)piece.p, piece.n) == 0);
}

void lm_sha256_end(struct lm_sha256 *hash, uint8_t out[LM_SHA256_SIZE])
{
    LM_ASSERT(mbedtls_sha256_finish_ret(&hash->ctx, out) == 0);
}

void lm_hmac_sha256(lm_str key, const void *data, size_t n, uint8_t out[LM_SHA256_SIZE])
{
    const mbedtls_md_info_t *sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);

    LM_ASSERT(mbedtls_md_hmac(sha256, (const uint8_t *)key.p, key.n, data, n, out) == 0);
}

bool lm_ct_equal(const void *a, const void *b, size_t n)
{
    return mbedtls_ct_memcmp(a, b, n) == 0;
}

bool lm_ct_str_equal(lm_str a, lm_str b)
{
    return a.n == b.n && lm_ct_equal(a.p, b.p, a.n);
}

static void gcm_start(mbedtls_gcm_context *gcm, const uint8_t key[32])
{
    mbedtls_gcm_init(gcm);
    LM_ASSERT(mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, key, 256) == 0);
}

lm_code lm_seal(struct lm_arena *a, const uint8_t key[32], lm_str plain, lm_str bound, lm_str *out,
                lm_err *err)
{
    uint8_t *sealed = lm_arena_alloc(a, SEAL_OVERHEAD + plain.n);
    uint8_t *nonce = sealed + 1, *cipher = nonce + NONCE_SIZE, *tag = cipher + plain.n;
    mbedtls_gcm_context gcm;
    int failed;

    sealed[0] = SEAL_FORM;
    lm_random(nonce, NONCE_SIZE);
    gcm_start(&gcm, key);
    failed = mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, plain.n, nonce, NONCE_SIZE,
                                       (const uint8_t *)bound.p, bound.n, (const uint8_t *)plain.p,
                                       cipher, TAG_SIZE, tag);
    mbedtls_gcm_free(&gcm);
    if (failed)
        return lm_fail(err, LM_INVALID, "a secret of %zu bytes cannot be sealed", plain.n);
    *out = (lm_str){(char *)sealed, SEAL_OVERHEAD + plain.n};
    return LM_OK;
}

lm_code lm_unseal(struct lm_arena *a, const uint8_t key[32], lm_str sealed, lm_str bound,
                  lm_str *out, lm_err *err)
{
    const uint8_t *nonce = (const uint8_t *)sealed.p + 1;
    size_t n = sealed.n - SEAL_OVERHEAD;
    mbedtls_gcm_context gcm;
    uint8_t *plain;
    int failed;

    if (sealed.n < SEAL_OVERHEAD || sealed.p[0] != SEAL_FORM)
        return lm_fail(err, LM_INVALID, "not a sealed secret of this program");
    plain = lm_arena_alloc(a, n + 1);
    gcm_start(&gcm, key);
    failed = mbedtls_gcm_auth_decrypt(&gcm, n, nonce, NONCE_SIZE, (const uint8_t *)bound.p, bound.n,
                                      nonce + NONCE_SIZE + n, TAG_SIZE, nonce + NONCE_SIZE, plain);
    mbedtls_gcm_free(&gcm);
    if (failed)
        return lm_fail(
            err, LM_INVALID,
            "a sealed secret does not open: changed, of another key, or of another owner");
    plain[n] = '\0';
    *out = (lm_str){(char *)plain, n};
    return LM_OK;
}
