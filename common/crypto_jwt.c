/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Web Tokens (RFC 7515, 7519) of two algorithms. A key has one algorithm and a token must name
 * it: what the token wishes for decides nothing.
 */
#include <mbedtls/ecdsa.h>
#include <mbedtls/pk.h>
#include <mbedtls/platform_util.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/crypto.h"
#include "common/json.h"
#include "common/str.h"

enum {
    LEAST_SECRET = 32,
    LARGEST_PEM = 8 << 10,
    LARGEST_TOKEN = 16 << 10,
    SCALAR = 32, /* bytes of r and of s on P-256 */
    SIGNATURE = 2 * SCALAR,
};

struct lm_jwt_key {
    const char *alg;
    uint8_t *secret; /* HS256 */
    size_t n_secret;
    mbedtls_pk_context pk; /* ES256 */
    bool is_private;
    pthread_mutex_t mutex; /* mbedtls fills a table in the curve on first use */
};

static struct lm_jwt_key *key_new(const char *alg)
{
    struct lm_jwt_key *k = calloc(1, sizeof(*k));

    LM_ASSERT(k != NULL);
    k->alg = alg;
    mbedtls_pk_init(&k->pk);
    pthread_mutex_init(&k->mutex, NULL);
    return k;
}

void lm_jwt_key_free(struct lm_jwt_key *k)
{
    if (!k)
        return;
    if (k->secret)
        mbedtls_platform_zeroize(k->secret, k->n_secret);
    free(k->secret);
    mbedtls_pk_free(&k->pk);
    pthread_mutex_destroy(&k->mutex);
    free(k);
}

lm_code lm_jwt_key_hs256(lm_str secret, struct lm_jwt_key **out, lm_err *err)
{
    struct lm_jwt_key *k;

    if (secret.n < LEAST_SECRET)
        return lm_fail(err, LM_INVALID, "the HS256 secret has %zu bytes; at least %d are needed",
                       secret.n, LEAST_SECRET);
    k = key_new("HS256");
    k->secret = malloc(secret.n);
    LM_ASSERT(k->secret != NULL);
    memcpy(k->secret, secret.p, secret.n);
    k->n_secret = secret.n;
    *out = k;
    return LM_OK;
}

static bool parse_pem(struct lm_jwt_key *k, const char *pem, size_t n)
{
    const uint8_t *bytes = (const uint8_t *)pem; /* mbedtls counts the terminator */

    k->is_private = mbedtls_pk_parse_key(&k->pk, bytes, n + 1, NULL, 0) == 0;
    if (k->is_private)
        return true;
    mbedtls_pk_free(&k->pk);
    mbedtls_pk_init(&k->pk);
    return mbedtls_pk_parse_public_key(&k->pk, bytes, n + 1) == 0;
}

lm_code lm_jwt_key_es256(lm_str pem, struct lm_jwt_key **out, lm_err *err)
{
    char text[LARGEST_PEM + 1];
    struct lm_jwt_key *k;
    bool is_parsed;

    if (pem.n > LARGEST_PEM)
        return lm_fail(err, LM_INVALID, "the ES256 key is larger than %d bytes", LARGEST_PEM);
    if (pem.n)
        memcpy(text, pem.p, pem.n);
    text[pem.n] = '\0';
    k = key_new("ES256");
    is_parsed = parse_pem(k, text, pem.n);
    mbedtls_platform_zeroize(text, sizeof(text));
    if (!is_parsed || !mbedtls_pk_can_do(&k->pk, MBEDTLS_PK_ECDSA) ||
        mbedtls_pk_ec(k->pk)->grp.id != MBEDTLS_ECP_DP_SECP256R1) {
        lm_jwt_key_free(k);
        return lm_fail(err, LM_INVALID, "the ES256 key is not a P-256 key in PEM form");
    }
    *out = k;
    return LM_OK;
}

static int random_bytes(void *state LM_UNUSED, unsigned char *out, size_t n)
{
    lm_random(out, n);
    return 0;
}

/* r || s of RFC 7518 section 3.4, not the ASN.1 form that mbedtls_pk_sign gives. */
static bool sign_es256(struct lm_jwt_key *k, const uint8_t hash[LM_SHA256_SIZE],
                       uint8_t out[SIGNATURE])
{
    mbedtls_ecp_keypair *ec = mbedtls_pk_ec(k->pk);
    mbedtls_mpi r, s;
    bool is_good;

    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    pthread_mutex_lock(&k->mutex);
    is_good = mbedtls_ecdsa_sign_det_ext(&ec->grp, &r, &s, &ec->d, hash, LM_SHA256_SIZE,
                                         MBEDTLS_MD_SHA256, random_bytes, NULL) == 0;
    pthread_mutex_unlock(&k->mutex);
    is_good = is_good && mbedtls_mpi_write_binary(&r, out, SCALAR) == 0 &&
              mbedtls_mpi_write_binary(&s, out + SCALAR, SCALAR) == 0;
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return is_good;
}

static bool verify_es256(struct lm_jwt_key *k, const uint8_t hash[LM_SHA256_SIZE], lm_str signature)
{
    mbedtls_ecp_keypair *ec = mbedtls_pk_ec(k->pk);
    const uint8_t *raw = (const uint8_t *)signature.p;
    mbedtls_mpi r, s;
    bool is_good;

    if (signature.n != SIGNATURE)
        return false;
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    LM_ASSERT(mbedtls_mpi_read_binary(&r, raw, SCALAR) == 0);
    LM_ASSERT(mbedtls_mpi_read_binary(&s, raw + SCALAR, SCALAR) == 0);
    pthread_mutex_lock(&k->mutex);
    is_good = mbedtls_ecdsa_verify(&ec->grp, hash, LM_SHA256_SIZE, &ec->Q, &r, &s) == 0;
    pthread_mutex_unlock(&k->mutex);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    return is_good;
}

lm_code lm_jwt_sign(struct lm_arena *a, const struct lm_jwt_key *k, lm_str claims, char **out,
                    lm_err *err)
{
    struct lm_buf b = lm_buf_in(a, LARGEST_TOKEN);
    uint8_t signature[SIGNATURE], hash[LM_SHA256_SIZE];
    char *header = lm_arena_printf(a, "{\"alg\":\"%s\",\"typ\":\"JWT\"}", k->alg);

    if (!k->secret && !k->is_private)
        return lm_fail(err, LM_INVALID, "a public key signs nothing");
    lm_buf_base64url(&b, header, strlen(header));
    lm_buf_char(&b, '.');
    lm_buf_base64url(&b, claims.p, claims.n);
    if (k->secret) {
        lm_hmac_sha256((lm_str){(const char *)k->secret, k->n_secret}, b.p, b.n, signature);
    } else {
        lm_sha256(b.p, b.n, hash);
        if (!sign_es256((struct lm_jwt_key *)k, hash, signature))
            return lm_fail(err, LM_INTERNAL, "the ES256 signature failed");
    }
    lm_buf_char(&b, '.');
    lm_buf_base64url(&b, signature, k->secret ? LM_SHA256_SIZE : SIGNATURE);
    if (b.failed)
        return lm_fail(err, LM_TOO_LARGE, "claims of %zu bytes make no token", claims.n);
    *out = lm_arena_strdup(a, lm_buf_z(&b));
    return LM_OK;
}

/* `alg` must be the key's, and extensions we do not know ("crit") must not be asked for. */
static bool is_header_good(struct lm_arena *a, const struct lm_jwt_key *k, lm_str header)
{
    struct lm_jval *v;
    lm_err ignored;

    if (lm_json_parse(a, header, &v, &ignored) || v->type != LM_J_OBJ)
        return false;
    return lm_str_eqz(lm_jstr(v, "alg"), k->alg) && lm_jget(v, "crit")->type == LM_J_NULL;
}

static bool is_signed(const struct lm_jwt_key *k, lm_str message, lm_str signature)
{
    uint8_t digest[LM_SHA256_SIZE];

    if (k->secret) {
        lm_hmac_sha256((lm_str){(const char *)k->secret, k->n_secret}, message.p, message.n,
                       digest);
        return lm_ct_str_equal(signature, (lm_str){(const char *)digest, sizeof(digest)});
    }
    lm_sha256(message.p, message.n, digest);
    return verify_es256((struct lm_jwt_key *)k, digest, signature);
}

lm_code lm_jwt_verify(struct lm_arena *a, const struct lm_jwt_key *k, lm_str token, lm_str *claims,
                      lm_err *err)
{
    lm_str rest = token, header64, claims64, header, signature, message;

    if (token.n > LARGEST_TOKEN || !lm_str_split(&rest, '.', &header64) ||
        !lm_str_split(&rest, '.', &claims64) || !lm_base64_decode(a, header64, &header) ||
        !lm_base64_decode(a, rest, &signature))
        return lm_fail(err, LM_UNAUTHORIZED, "not a token");
    message = lm_str_sub(token, 0, header64.n + 1 + claims64.n);
    if (!is_header_good(a, k, header))
        return lm_fail(err, LM_UNAUTHORIZED, "the token is not of algorithm %s", k->alg);
    if (!is_signed(k, message, signature) || !lm_base64_decode(a, claims64, claims))
        return lm_fail(err, LM_UNAUTHORIZED, "the token's signature does not fit");
    return LM_OK;
}
