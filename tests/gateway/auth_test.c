/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/lm_test.h"

#include "common/ctx.h"
#include "services/gateway/auth/limits.h"
#include "services/gateway/auth/tokens.h"

#define ID_A "0190a0b0-c0d0-7e0f-8000-0123456789aa"
#define ID_B "0190a0b0-c0d0-7e0f-8000-0123456789bb"
#define ID_C "0190a0b0-c0d0-7e0f-8000-0123456789cc"
#define NOW  INT64_C(1772438400123)

static const struct gateway_claims claims = {.tenant_id = ID_A,
                                             .user_id = ID_B,
                                             .session_id = ID_C,
                                             .role = LM_ROLE_EDITOR,
                                             .issued_at = NOW,
                                             .expires_at = NOW + 1800000};

static struct lm_jwt_key *key(struct lm_test *t, const char *secret)
{
    struct lm_jwt_key *k = NULL;

    assert_ok(lm_jwt_key_hs256(lm_str_z(secret), &k, &t->err), &t->err);
    return k;
}

static void gives_back_what_an_access_token_says(void **state)
{
    struct lm_test *t = *state;
    struct lm_jwt_key *k = key(t, "0123456789abcdef0123456789abcdef");
    struct gateway_claims back;
    char *token;

    assert_ok(gateway_access_sign(t->arena, k, &claims, &token, &t->err), &t->err);
    assert_ok(gateway_access_check(t->arena, k, lm_str_z(token), NOW + 1, &back, &t->err), &t->err);
    assert_string_equal(back.tenant_id, ID_A);
    assert_string_equal(back.user_id, ID_B);
    assert_string_equal(back.session_id, ID_C);
    assert_int_equal(back.role, LM_ROLE_EDITOR);
    assert_true(back.issued_at == NOW);
    lm_jwt_key_free(k);
}

static void refuses_tokens_of_others_and_of_yesterday(void **state)
{
    struct lm_test *t = *state;
    struct lm_jwt_key *k = key(t, "0123456789abcdef0123456789abcdef");
    struct lm_jwt_key *other = key(t, "fedcba9876543210fedcba9876543210");
    struct gateway_claims back;
    char *token, *refresh;

    assert_ok(gateway_access_sign(t->arena, k, &claims, &token, &t->err), &t->err);
    assert_code(gateway_access_check(t->arena, other, lm_str_z(token), NOW, &back, &t->err),
                LM_UNAUTHORIZED, &t->err);
    assert_code(gateway_access_check(t->arena, k, lm_str_z(token), claims.expires_at, &back,
                                     &t->err),
                LM_UNAUTHORIZED, &t->err);
    /* signed by us, but not an access token */
    assert_ok(lm_jwt_sign(t->arena, k, LM_STR("{\"type\":\"refresh\",\"sub\":\"" ID_B "\"}"),
                          &refresh, &t->err),
              &t->err);
    assert_code(gateway_access_check(t->arena, k, lm_str_z(refresh), NOW, &back, &t->err),
                LM_UNAUTHORIZED, &t->err);
    assert_int_equal(back.role, LM_ROLE_NONE);
    lm_jwt_key_free(k);
    lm_jwt_key_free(other);
}

static void names_tenant_and_session_in_a_refresh_token(void **state)
{
    struct lm_test *t = *state;
    struct gateway_refresh r = {.tenant_id = ID_A, .session_id = ID_C}, back;
    char *token = gateway_refresh_make(t->arena, &r);
    char *again = gateway_refresh_make(t->arena, &(struct gateway_refresh){ID_A, ID_C, {0}});

    assert_string_not_equal(token, again);
    assert_true(gateway_refresh_parse(t->arena, lm_str_z(token), &back));
    assert_string_equal(back.tenant_id, ID_A);
    assert_string_equal(back.session_id, ID_C);
    assert_memory_equal(back.hash, r.hash, sizeof(r.hash));
    token[strlen(token) - 5] = '!';
    assert_false(gateway_refresh_parse(t->arena, lm_str_z(token), &back));
    assert_false(gateway_refresh_parse(t->arena, LM_STR(ID_A "." ID_C), &back));
    assert_false(gateway_refresh_parse(t->arena, LM_STR(""), &back));
}

static void doubles_the_wait_after_the_third_failure(void **state)
{
    struct lm_test *t = *state;
    lm_str name = LM_STR("olivia"), address = LM_STR("1.2.3.4");
    int64_t now = 1000000;

    gateway_login_limits(600);
    for (int i = 0; i < 4; i++) {
        assert_ok(gateway_login_allow(address, name, now, &t->err), &t->err);
        gateway_login_done(name, false, now);
    }
    assert_code(gateway_login_allow(address, name, now + 999, &t->err), LM_LIMITED, &t->err);
    assert_int_equal(t->err.retry_after_ms, 1);
    lm_err_clear(&t->err);
    now += 1000;
    assert_ok(gateway_login_allow(address, name, now, &t->err), &t->err);
    gateway_login_done(name, false, now);
    assert_code(gateway_login_allow(address, name, now + 1999, &t->err), LM_LIMITED, &t->err);
    lm_err_clear(&t->err);
    /* another name from there is not held up, and a good login forgets */
    assert_ok(gateway_login_allow(address, LM_STR("vera"), now, &t->err), &t->err);
    now += 2000;
    assert_ok(gateway_login_allow(address, name, now, &t->err), &t->err);
    gateway_login_done(name, true, now);
    assert_ok(gateway_login_allow(address, name, now, &t->err), &t->err);
}

static void counts_the_attempts_of_an_address(void **state)
{
    struct lm_test *t = *state;
    int64_t now = 5000000;
    int n = 0;

    gateway_login_limits(30);
    for (; n < 100; n++) {
        lm_str name = lm_str_z(lm_arena_printf(t->arena, "user%d", n));

        if (gateway_login_allow(LM_STR("5.6.7.8"), name, now, &t->err))
            break;
    }
    assert_int_equal(n, 30);
    assert_true(t->err.retry_after_ms > 0 && t->err.retry_after_ms <= 2001);
    lm_err_clear(&t->err);
    assert_ok(gateway_login_allow(LM_STR("5.6.7.9"), LM_STR("x"), now, &t->err), &t->err);
    assert_ok(gateway_login_allow(LM_STR("5.6.7.8"), LM_STR("y"), now + 2001, &t->err), &t->err);
}

LM_TEST_MAIN(LM_TEST(gives_back_what_an_access_token_says),
             LM_TEST(refuses_tokens_of_others_and_of_yesterday),
             LM_TEST(names_tenant_and_session_in_a_refresh_token),
             LM_TEST(doubles_the_wait_after_the_third_failure),
             LM_TEST(counts_the_attempts_of_an_address))
