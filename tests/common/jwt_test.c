/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/buf.h"
#include "common/crypto.h"

/* RFC 7515 appendix A.1 and A.3: the same claims, signed in two ways. The keys are public knowledge. */
#define CLAIMS64 \
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

static const char claims_text[] =
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
static const char hs_secret[] =
    "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
static const char hs_token[] = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." CLAIMS64
                               ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
static const char es_token[] =
    "eyJhbGciOiJFUzI1NiJ9." CLAIMS64
    ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
static const char es_public[] = "-----BEGIN PUBLIC KEY-----\n"
                                "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n"
                                "6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
                                "-----END PUBLIC KEY-----\n";
static const char es_private[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEII6bEJ5xkJi/mASH3x9dd+nLKWBuvtImO19XwhPfhPSyoAoGCCqGSM49\n"
    "AwEHoUQDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEXH8UTNG72b\n"
    "focs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n"
    "-----END EC PRIVATE KEY-----\n";

static void free_key(void *key)
{
    lm_jwt_key_free(key);
}

static struct lm_jwt_key *hs256(struct lm_test *t)
{
    struct lm_jwt_key *k;
    lm_str secret;

    assert_true(lm_base64_decode(t->arena, lm_str_z(hs_secret), &secret));
    assert_ok(lm_jwt_key_hs256(secret, &k, &t->err), &t->err);
    lm_arena_defer(t->arena, free_key, k);
    return k;
}

static struct lm_jwt_key *es256(struct lm_test *t, const char *pem)
{
    struct lm_jwt_key *k;

    assert_ok(lm_jwt_key_es256(lm_str_z(pem), &k, &t->err), &t->err);
    lm_arena_defer(t->arena, free_key, k);
    return k;
}

static void verifies_the_tokens_of_the_rfc(void **state)
{
    struct lm_test *t = *state;
    lm_str claims;

    assert_ok(lm_jwt_verify(t->arena, hs256(t), lm_str_z(hs_token), &claims, &t->err), &t->err);
    assert_str(claims, claims_text);
    assert_ok(lm_jwt_verify(t->arena, es256(t, es_public), lm_str_z(es_token), &claims, &t->err),
              &t->err);
    assert_str(claims, claims_text);
}

static void verifies_what_it_signed(void **state)
{
    struct lm_test *t = *state;
    struct lm_jwt_key *private_key = es256(t, es_private);
    lm_str claims;
    char *token;

    assert_ok(lm_jwt_sign(t->arena, hs256(t), LM_STR("{\"sub\":\"7\"}"), &token, &t->err), &t->err);
    assert_ok(lm_jwt_verify(t->arena, hs256(t), lm_str_z(token), &claims, &t->err), &t->err);
    assert_str(claims, "{\"sub\":\"7\"}");

    assert_ok(lm_jwt_sign(t->arena, private_key, LM_STR("{\"sub\":\"8\"}"), &token, &t->err),
              &t->err);
    assert_ok(lm_jwt_verify(t->arena, es256(t, es_public), lm_str_z(token), &claims, &t->err),
              &t->err);
    assert_str(claims, "{\"sub\":\"8\"}");
    assert_ok(lm_jwt_verify(t->arena, private_key, lm_str_z(token), &claims, &t->err), &t->err);
    assert_code(lm_jwt_sign(t->arena, es256(t, es_public), LM_STR("{}"), &token, &t->err),
                LM_INVALID, &t->err);
}

static void refuses_every_changed_byte(void **state)
{
    struct lm_test *t = *state;
    struct lm_jwt_key *hs = hs256(t), *es = es256(t, es_public);
    lm_str claims;

    for (size_t i = 0; i < sizeof(hs_token) - 1; i++) {
        char *changed = lm_arena_strdup(t->arena, hs_token);

        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_code(lm_jwt_verify(t->arena, hs, lm_str_z(changed), &claims, &t->err),
                    LM_UNAUTHORIZED, &t->err);
    }
    for (size_t i = sizeof(es_token) - 10; i < sizeof(es_token) - 1; i++) {
        char *changed = lm_arena_strdup(t->arena, es_token);

        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_code(lm_jwt_verify(t->arena, es, lm_str_z(changed), &claims, &t->err),
                    LM_UNAUTHORIZED, &t->err);
    }
}

/* header.claims, signed with HMAC by `k` whatever the header says. */
static lm_str signed_with(struct lm_test *t, lm_str secret, const char *header)
{
    struct lm_buf b = lm_buf_in(t->arena, 1000);
    uint8_t mac[LM_SHA256_SIZE];

    lm_buf_base64url(&b, header, strlen(header));
    lm_buf_appendz(&b, "." CLAIMS64);
    lm_hmac_sha256(secret, b.p, b.n, mac);
    lm_buf_char(&b, '.');
    lm_buf_base64url(&b, mac, sizeof(mac));
    return lm_buf_str(&b);
}

static void the_key_says_the_algorithm_not_the_token(void **state)
{
    static const char *const bad[] = {
        "{\"alg\":\"none\"}",   "{\"alg\":\"hs256\"}",
        "{\"alg\":\"HS512\"}",  "{\"alg\":\"ES256\"}",
        "{\"typ\":\"JWT\"}",    "{\"alg\":[\"HS256\"]}",
        "[\"HS256\"]",          "{\"alg\":\"HS256\"",
        "{\"alg\":\"HS256 \"}", "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}"};
    struct lm_test *t = *state;
    struct lm_jwt_key *hs = hs256(t);
    lm_str claims, secret;

    assert_true(lm_base64_decode(t->arena, lm_str_z(hs_secret), &secret));
    assert_ok(lm_jwt_verify(t->arena, hs, signed_with(t, secret, "{\"alg\":\"HS256\"}"), &claims,
                            &t->err),
              &t->err);
    for (size_t i = 0; i < LM_COUNT(bad); i++)
        assert_code(lm_jwt_verify(t->arena, hs, signed_with(t, secret, bad[i]), &claims, &t->err),
                    LM_UNAUTHORIZED, &t->err);
    /* The old trick: an HMAC by the public key, given to who expects a signature. */
    assert_code(lm_jwt_verify(t->arena, es256(t, es_public),
                              signed_with(t, lm_str_z(es_public), "{\"alg\":\"HS256\"}"), &claims,
                              &t->err),
                LM_UNAUTHORIZED, &t->err);
}

static void refuses_what_is_no_token_and_no_key(void **state)
{
    static const char *const bad[] = {
        "", ".", "..", "a.b", "e30.e30", "e30.e30.e30", "e30.e30.e30.e30"};
    struct lm_test *t = *state;
    struct lm_jwt_key *k;
    lm_str claims;

    for (size_t i = 0; i < LM_COUNT(bad); i++)
        assert_code(lm_jwt_verify(t->arena, hs256(t), lm_str_z(bad[i]), &claims, &t->err),
                    LM_UNAUTHORIZED, &t->err);
    assert_code(lm_jwt_key_hs256(LM_STR("too short"), &k, &t->err), LM_INVALID, &t->err);
    assert_code(lm_jwt_key_es256(LM_STR(""), &k, &t->err), LM_INVALID, &t->err);
    assert_code(lm_jwt_key_es256(LM_STR("-----BEGIN PUBLIC KEY-----\nAAAA\n"), &k, &t->err),
                LM_INVALID, &t->err);
}

LM_TEST_MAIN(LM_TEST(verifies_the_tokens_of_the_rfc), LM_TEST(verifies_what_it_signed),
             LM_TEST(refuses_every_changed_byte), LM_TEST(the_key_says_the_algorithm_not_the_token),
             LM_TEST(refuses_what_is_no_token_and_no_key))
